//! Where things are: the clone, the cache outside it, the target directories.

use std::path::{Path, PathBuf};

/// The root of the clone.
pub fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    // A binary built in another clone must work on the clone it is run for.
    let here = std::env::var_os("CARGO_MANIFEST_DIR").map_or_else(|| here.to_path_buf(), PathBuf::from);
    here.parent().map_or_else(|| PathBuf::from("."), Path::to_path_buf)
}

/// The folder for tools and compiled dependencies: `TRIBUTARY_CACHE`, or `tributary` in the user's cache.
pub fn cache() -> PathBuf {
    if let Some(path) = std::env::var_os("TRIBUTARY_CACHE").filter(|path| !path.is_empty()) {
        return PathBuf::from(path);
    }
    let home = std::env::var_os("HOME").or_else(|| std::env::var_os("USERPROFILE")).map(PathBuf::from);
    home.unwrap_or_else(|| root().join("target")).join(".cache/tributary")
}

/// Where the host's artifacts go.
pub fn host_target() -> PathBuf {
    users_target().unwrap_or_else(|| cache().join("target/host"))
}

/// Where the browser's artifacts go; apart, so that the two builds do not wait for each other.
pub fn web_target() -> PathBuf {
    users_target().unwrap_or_else(|| cache().join("target/web"))
}

/// `CARGO_TARGET_DIR`, unless it names one of our own folders: then each build keeps to its own.
fn users_target() -> Option<PathBuf> {
    let path = PathBuf::from(std::env::var_os("CARGO_TARGET_DIR").filter(|path| !path.is_empty())?);
    (!path.starts_with(cache())).then_some(path)
}
