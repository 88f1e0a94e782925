//! The pages of a paged web API: each line is one JSON document, the records of all are one table.

use super::csv::Decoded;
use super::json;
use super::spec::{ReadProgress, ReadTable, ReaderSpec};
use crate::base::Problem;

/// Reads all pages into one table.
///
/// # Errors
/// As `json::read`, for the first page; later pages that cannot be read are set aside.
pub(super) fn read(
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    json::read_pages(input, spec, progress)
}
