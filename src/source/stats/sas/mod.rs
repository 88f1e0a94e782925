//! SAS data sets, .sas7bdat, of 32 and 64 bits and either byte order.
//!
//! After "SAS7BDAT Database Binary Format" by Shotwell and Cummins (vignette of the R package
//! sas7bdat), as SAS has not published the format; for the packing `SASYZCR2` after Ross, "A simple
//! data-compression technique" (C/C++ Users Journal, October 1992). A header, then pages of equal
//! size: some describe the table in subheaders (`description`), some hold rows, some both (`pages`).

mod description;
mod header;
mod pages;
mod unpack;

use super::bytes::{Order, unpadded};
use super::column::{Builder, Gap};
use super::letters::Letters;
use super::sas_formats;
use super::sheet::Sheet;
use crate::base::{Notices, Problem};
use crate::source::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use description::{Column, Description};
use encoding_rs::WINDOWS_1252;

/// Cells of a row set aside that are shown.
const MAX_SHOWN_CELLS: usize = 20;

/// Recognises a data set by its first bytes.
///
/// # Errors
/// `sas_catalog` for the files that hold formats.
pub(super) fn is(bytes: &[u8]) -> Result<bool, Problem> {
    if bytes.starts_with(&header::CATALOG) {
        return Err(Problem::input("sas_catalog", "This is a catalog of SAS formats, which holds no table.")
            .hint("Add the data set itself, the .sas7bdat file."));
    }
    Ok(bytes.starts_with(&header::DATA_SET))
}

/// Reads a whole file.
///
/// # Errors
/// `bad_sas`, `unknown_packing`, `unpacked_too_large`, `table_too_large`, `no_columns`.
pub(super) fn read(
    bytes: &[u8],
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    let header = header::read(bytes).ok_or_else(bad)?;
    let description = description::read(bytes, &header).ok_or_else(bad)?;
    let mut notices = Notices::default();
    let encoding = header::encoding(header.encoding).unwrap_or_else(|| {
        super::letters::report_unknown(&format!("number {}", header.encoding), &mut notices);
        WINDOWS_1252
    });
    let mut sheet = Sheet::new(Letters::new(spec, encoding)?);
    sheet.notices = notices;
    sheet.n_claimed = Some(description.n_rows);
    for column in &description.columns {
        let column = builder(column, &description, &mut sheet.letters);
        sheet.columns.push(column);
    }
    pages::rows(bytes, &header, &description, &mut sheet, progress)?;
    sheet.finish(Format::Sas, spec, bytes.len())
}

fn builder(column: &Column, description: &Description, letters: &mut Letters) -> Builder {
    let name = letters.name_text(description.text(column.name));
    let label = letters.label(description.text(column.label));
    if column.is_text {
        let width = crate::base::wording::plural(column.size as u64, "byte", "bytes");
        return Builder::text(name, format!("stored as text of {width}")).with_label(label);
    }
    let format = letters.name_text(description.text(column.format));
    let stored = match format.as_str() {
        "" => "stored as a number".to_owned(),
        _ => format!("stored as a number, shown as {format}"),
    };
    Builder::numbers(name, sas_formats::shown(&format), stored).with_label(label)
}

/// Adds a row to the table.
fn push_row(sheet: &mut Sheet, row: &[u8], description: &Description, order: Order) -> Result<(), Problem> {
    for (i, column) in description.columns.iter().enumerate() {
        let cell = row.get(column.place..column.place.saturating_add(column.size)).unwrap_or(&[]);
        if column.is_text {
            sheet.push_text(i, unpadded(cell))?;
        } else if let Some(builder) = sheet.columns.get_mut(i) {
            match number(cell, order) {
                Ok(value) => builder.push_number(value),
                Err(gap) => builder.push_missing(gap),
            }
        }
    }
    Ok(())
}

/// The cells of a row that is not loaded, with tabs between.
fn words_of(sheet: &mut Sheet, row: &[u8], description: &Description, order: Order) -> String {
    let mut cells = Vec::new();
    for column in description.columns.iter().take(MAX_SHOWN_CELLS) {
        let cell = row.get(column.place..column.place.saturating_add(column.size)).unwrap_or(&[]);
        cells.push(if column.is_text {
            sheet.letters.unpadded(cell).into_owned()
        } else {
            number(cell, order).map_or_else(|_| String::new(), |value| value.to_string())
        });
    }
    cells.join("\t")
}

/// A number of three to eight bytes, or why it is missing. Short numbers lack their lowest bytes.
fn number(cell: &[u8], order: Order) -> Result<f64, Option<Gap>> {
    if cell.is_empty() || cell.len() > 8 {
        return Err(None);
    }
    let bits = order.uint(cell) << (8 * (8 - cell.len()));
    let value = f64::from_bits(bits);
    if !value.is_nan() {
        return Ok(value);
    }
    // Missing values say which one they are in the third byte, as a letter or as a number.
    let tag = match !(bits >> 40) as u8 {
        0 | b'_' => Some('_'),
        letter @ b'A'..=b'Z' => Some(char::from(letter.to_ascii_lowercase())),
        number @ 2..=27 => Some(char::from(b'a' + number - 2)),
        _ => None,
    };
    Err(tag.map(Gap::Tag))
}

fn bad() -> Problem {
    Problem::input("bad_sas", "This SAS file is damaged or incomplete.")
        .because("What it says of its columns does not fit what is in it.")
        .hint("Download or copy it again, or have it exported as CSV.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_numbers_and_missing_ones() {
        let bytes = 1.5f64.to_be_bytes();
        assert_eq!(number(&bytes, Order::Big), Ok(1.5));
        assert_eq!(number(&bytes[..3], Order::Big), Ok(1.5));
        assert_eq!(number(&[0xF8, 0x3F], Order::Little), Ok(1.5));
        assert_eq!(number(&[0, 0, 0, 0, 0, 0xFE, 0xFF, 0xFF], Order::Little), Err(None));
        assert_eq!(number(&[0, 0, 0, 0, 0, !b'B', 0xFF, 0xFF], Order::Little), Err(Some(Gap::Tag('b'))));
        assert_eq!(number(&[0xFF, 0xFF, !2, 0, 0, 0, 0, 0], Order::Big), Err(Some(Gap::Tag('a'))));
        assert_eq!(number(&[0xFF, 0xFF, !b'_', 0, 0, 0, 0, 0], Order::Big), Err(Some(Gap::Tag('_'))));
        assert_eq!(number(&[], Order::Big), Err(None));
    }

    #[test]
    fn catalogs_are_named() {
        assert_eq!(is(&header::CATALOG).unwrap_err().code, "sas_catalog");
    }
}
