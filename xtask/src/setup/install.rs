//! Making a folder whole or not at all.

use crate::places::cache;
use crate::run::{Outcome, make_folder};
use std::path::Path;

/// Makes `target` by filling a temporary folder beside it with `fill`, then renaming. An interrupted
/// run leaves nothing that a later run could take for finished.
pub fn whole(target: &Path, fill: impl FnOnce(&Path) -> Outcome) -> Outcome {
    let name = target.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let temporary = cache().join("tmp").join(format!("{name}-{}", std::process::id()));
    // Rests of a process that had the same number.
    let _ = std::fs::remove_dir_all(&temporary);
    make_folder(&temporary)?;
    let filled = fill(&temporary).and_then(|()| {
        if let Some(parent) = target.parent() {
            make_folder(parent)?;
        }
        if target.exists() {
            let old = cache().join("tmp").join(format!("{name}-old-{}", std::process::id()));
            let _ = std::fs::remove_dir_all(&old);
            std::fs::rename(target, &old).map_err(|error| format!("{} is in use: {error}", target.display()))?;
            let _ = std::fs::remove_dir_all(&old);
        }
        std::fs::rename(&temporary, target).map_err(|error| format!("{} cannot be made: {error}", target.display()))
    });
    let _ = std::fs::remove_dir_all(&temporary);
    filled
}
