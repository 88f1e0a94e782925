use crate::run::Outcome;
use std::path::Path;
pub fn are_there(folder: &Path) -> bool {
    folder.exists()
}
pub fn write_all(folder: &Path) -> Outcome {
    crate::run::make_folder(folder)
}
