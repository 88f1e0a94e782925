//! Files of statistics packages: Stata, SPSS and SAS, with what their values mean.
//!
//! Each format has a small reader of its own (why: docs/decisions/0012). All of them collect their
//! columns in [`column::Builder`]: labels of values, codes for "missing" and display formats of
//! dates mean the same in each.
//!
//! Every count and place that a file claims is checked against its bytes before it is used; rows
//! that the file ends before are counted in a remark.

mod bytes;
mod clock;
mod column;
mod labels;
mod letters;
mod sas;
mod sas_formats;
mod sheet;
mod spss;
mod stata;
mod xpt;

use super::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use crate::base::Problem;

/// The format of a file of a statistics package, by its first bytes.
///
/// # Errors
/// A `Problem` that names the format, for relatives of these that hold no table or cannot be read.
pub(super) fn format_of(bytes: &[u8]) -> Result<Option<Format>, Problem> {
    if stata::is(bytes) {
        return Ok(Some(Format::Stata));
    }
    if spss::is(bytes)? {
        return Ok(Some(Format::Spss));
    }
    if sas::is(bytes)? {
        return Ok(Some(Format::Sas));
    }
    if xpt::is(bytes)? {
        return Ok(Some(Format::Xpt));
    }
    Ok(None)
}

/// Reads a file of one of these formats. Only transport files can hold several tables.
///
/// # Errors
/// `bad_stata`, `bad_spss`, `bad_sas`, `bad_xpt` and others for what cannot be read;
/// `table_too_large`, `unpacked_too_large`.
pub(super) fn read(
    format: Format,
    bytes: &[u8],
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    match format {
        Format::Stata => stata::read(bytes, spec, progress).map(|table| vec![table]),
        Format::Spss => spss::read(bytes, spec, progress).map(|table| vec![table]),
        Format::Xpt => xpt::read(bytes, spec, progress),
        _ => sas::read(bytes, spec, progress).map(|table| vec![table]),
    }
}

#[cfg(test)]
mod tests;
