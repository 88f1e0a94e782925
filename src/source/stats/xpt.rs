//! SAS transport files, .xpt, of versions 5 and 8.
//!
//! After SAS's technical notes TS-140 (version 5) and "Record Layout of a SAS Version 8 or 9 Data
//! Set in SAS Transport Format". Records of 80 bytes; numbers are IBM's hexadecimal floating point.
//! A file may hold several data sets, each of which is a table.

use super::bytes::{Cursor, Order, unpadded};
use super::column::{Builder, Gap};
use super::letters::Letters;
use super::sas_formats;
use super::sheet::{CUT_ROW, MAX_COLUMNS, Sheet, hex};
use crate::base::Problem;
use crate::source::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use encoding_rs::{UTF_8, WINDOWS_1252};
use std::collections::HashMap;

const RECORD: usize = 80;
const V5: &[u8] = b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!";
const V8: &[u8] = b"HEADER RECORD*******LIBV8   HEADER RECORD!!!!!!!";
const MEMBER_5: &[u8] = b"HEADER RECORD*******MEMBER  HEADER RECORD!!!!!!!";
const MEMBER_8: &[u8] = b"HEADER RECORD*******MEMBV8  HEADER RECORD!!!!!!!";

/// What opens each header, before and after its name.
const HEADER: &[u8] = b"HEADER RECORD*******";
const NAME_AT: usize = 20;
const NUMBERS_AT: usize = 48;

/// Data sets of one file.
const MAX_TABLES: usize = 1_000;

/// The longest row, as SAS has it: some 32,767 columns of 32,767 bytes would be more than any file.
const MAX_ROW: usize = 1 << 26;

/// Recognises a transport file by its first record.
///
/// # Errors
/// `sas_cport` for what PROC CPORT writes, which has the same ending.
pub(super) fn is(bytes: &[u8]) -> Result<bool, Problem> {
    if bytes.starts_with(b"**COMPRESSED** **COMPRESSED**") || bytes.starts_with(b"LIB CONTROL") {
        return Err(Problem::input("sas_cport", "This is a file of SAS's PROC CPORT.")
            .because("Only SAS itself can read these.")
            .hint("Ask for a transport file made by the XPORT engine, or for CSV."));
    }
    Ok(bytes.starts_with(V5) || bytes.starts_with(V8))
}

/// Reads all data sets.
///
/// # Errors
/// `bad_xpt`, `too_many_tables`, `table_too_large`, `no_columns`.
pub(super) fn read(
    bytes: &[u8],
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let starts: Vec<usize> = records(bytes)
        .enumerate()
        .filter(|(_, r)| r.starts_with(MEMBER_5) || r.starts_with(MEMBER_8))
        .map(|(i, _)| i * RECORD)
        .collect();
    if starts.is_empty() {
        return Err(bad());
    }
    if starts.len() > MAX_TABLES {
        return Err(Problem::limit("too_many_tables", "This transport file has too many data sets in it.")
            .because(format!("At most {MAX_TABLES} can be read.")));
    }
    let is_one = starts.len() == 1;
    let mut tables = Vec::with_capacity(starts.len());
    for (i, start) in starts.iter().enumerate() {
        let end = starts.get(i + 1).copied().unwrap_or(bytes.len());
        let member = member(bytes, *start, end).ok_or_else(bad)?;
        let mut table = rows(bytes, member, spec, progress)?;
        if is_one {
            table.part.clear();
        }
        tables.push(table);
    }
    Ok(tables)
}

fn records(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    bytes.chunks_exact(RECORD)
}

#[derive(Default)]
struct Variable<'a> {
    is_text: bool,
    size: usize,
    place: usize,
    name: &'a [u8],
    label: &'a [u8],
    format: &'a [u8],
    format_width: u16,
    format_decimals: u16,
}

struct Member<'a> {
    name: &'a [u8],
    variables: Vec<Variable<'a>>,
    n_rows: Option<u64>,
    rows_at: usize,
    end: usize,
}

/// The digits at a place in a record as a number.
fn digits(record: &[u8], at: usize, n: usize) -> Option<u64> {
    std::str::from_utf8(record.get(at..at + n)?).ok()?.trim().parse().ok()
}

fn member(bytes: &[u8], start: usize, end: usize) -> Option<Member<'_>> {
    let mut cursor = Cursor::new(bytes.get(..end)?, start, Order::Big);
    let head = cursor.take(RECORD)?;
    let is_8 = head.starts_with(MEMBER_8);
    // VAX files have descriptions that are four bytes shorter.
    let size = digits(head, 74, 4).and_then(|n| usize::try_from(n).ok()).filter(|n| (136..=140).contains(n))?;
    cursor.take(RECORD)?;
    let names = cursor.take(RECORD)?;
    let name = names.get(8..if is_8 { 40 } else { 16 })?;
    cursor.take(RECORD)?;
    let header = cursor.take(RECORD)?;
    if !header.get(NAME_AT..)?.starts_with(if is_8 { b"NAMSTV8" } else { b"NAMESTR" }) {
        return None;
    }
    let n = usize::try_from(digits(header, NUMBERS_AT + 5, 5)?).ok().filter(|n| *n <= MAX_COLUMNS)?;
    let mut variables = Vec::new();
    for description in cursor.take_items(n, size)?.chunks_exact(size) {
        variables.push(variable(description, is_8)?);
    }
    skip_to_record(&mut cursor, start)?;
    let mut next = cursor.take(RECORD)?;
    if let Some(version) = next.get(NAME_AT..).and_then(|name| name.strip_prefix(b"LABELV")) {
        let n = digits(next, NUMBERS_AT, 5)?;
        long_labels(&mut cursor, n, version.first() == Some(&b'9'), &mut variables)?;
        skip_to_record(&mut cursor, start)?;
        next = cursor.take(RECORD)?;
    }
    if !next.starts_with(HEADER) || !next.get(NAME_AT..)?.starts_with(b"OBS") {
        return None;
    }
    // Version 8 says how many rows follow; some programs write zeros there.
    let n_rows = if is_8 { digits(next, NUMBERS_AT, 15).filter(|n| *n > 0) } else { None };
    Some(Member { name, variables, n_rows, rows_at: cursor.at(), end })
}

fn skip_to_record(cursor: &mut Cursor, start: usize) -> Option<()> {
    let used = cursor.at().checked_sub(start)?;
    cursor.take(used.next_multiple_of(RECORD) - used).map(|_| ())
}

fn variable(description: &[u8], is_8: bool) -> Option<Variable<'_>> {
    let half = |at| Order::Big.u16(description, at);
    let name = description.get(8..16)?;
    let long = description.get(88..120).filter(|long| is_8 && !unpadded(long).is_empty());
    let is_text = half(0)? == 2;
    let size = usize::from(half(4)?);
    if !is_text && !(2..=8).contains(&size) {
        return None;
    }
    Some(Variable {
        is_text,
        size,
        place: Order::Big.u32(description, 84)? as usize,
        name: long.unwrap_or(name),
        label: description.get(16..56)?,
        format: description.get(56..64)?,
        format_width: half(64)?,
        format_decimals: half(66)?,
    })
}

/// Labels (and in version 9 formats) that are too long for the descriptions.
fn long_labels<'a>(cursor: &mut Cursor<'a>, n: u64, is_9: bool, variables: &mut [Variable<'a>]) -> Option<()> {
    let places: HashMap<Vec<u8>, usize> =
        variables.iter().enumerate().map(|(i, v)| (unpadded(v.name).to_vec(), i)).collect();
    for _ in 0..n {
        let number = usize::from(cursor.u16()?);
        let n_name = usize::from(cursor.u16()?);
        let n_label = usize::from(cursor.u16()?);
        let (n_format, n_informat) =
            if is_9 { (usize::from(cursor.u16()?), usize::from(cursor.u16()?)) } else { (0, 0) };
        let name = cursor.take(n_name)?;
        let label = cursor.take(n_label)?;
        let format = cursor.take(n_format)?;
        cursor.take(n_informat)?;
        // By name, as programs disagree on whether the number counts from 0 or 1.
        let by_name = places.get(unpadded(name)).copied();
        let Some(variable) = by_name.or(number.checked_sub(1)).and_then(|i| variables.get_mut(i)) else { continue };
        if n_name > 0 {
            variable.name = name;
        }
        if n_label > 0 {
            variable.label = label;
        }
        if n_format > 0 {
            variable.format = format;
        }
    }
    Some(())
}

fn rows(
    bytes: &[u8],
    member: Member,
    spec: &ReaderSpec,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<ReadTable, Problem> {
    let row_ends = member.variables.iter().map(|v| v.place.checked_add(v.size));
    let row_size = row_ends.collect::<Option<Vec<_>>>().and_then(|ends| ends.into_iter().max()).unwrap_or(0);
    // Columns lie side by side; on top of each other, a few bytes would stand for many cells.
    let n_used = member.variables.iter().fold(0usize, |sum, v| sum.saturating_add(v.size));
    if row_size == 0 || row_size > MAX_ROW || n_used > row_size {
        return Err(bad());
    }
    let data = bytes.get(member.rows_at..member.end).unwrap_or(&[]);
    let n_rows = whole_rows(data, row_size, &member);
    let whole = data.get(..n_rows * row_size).unwrap_or(&[]);
    let texts = || {
        whole.chunks_exact(row_size).flat_map(|row| {
            let texts = member.variables.iter().filter(|v| v.is_text);
            texts.filter_map(|v| row.get(v.place..v.place + v.size))
        })
    };
    // The encoding is not said. ASCII was meant; what is not UTF-8 is taken for the usual code page.
    let is_utf_8 = texts().all(|text| text.is_ascii() || std::str::from_utf8(unpadded(text)).is_ok());
    let mut sheet = Sheet::new(Letters::new(spec, if is_utf_8 { UTF_8 } else { WINDOWS_1252 })?);
    if !is_utf_8 && spec.encoding.is_none() {
        let text = "The file does not say how its text is encoded; it was read as windows-1252";
        sheet.notices.add("guessed_encoding", text, 1);
    }
    sheet.part = sheet.letters.name_text(member.name);
    sheet.n_claimed = member.n_rows;
    for variable in &member.variables {
        let column = builder(variable, &mut sheet.letters);
        sheet.columns.push(column);
    }
    for (i, row) in whole.chunks_exact(row_size).enumerate() {
        for (column, variable) in member.variables.iter().enumerate() {
            let cell = row.get(variable.place..variable.place + variable.size).unwrap_or(&[]);
            if variable.is_text {
                sheet.push_text(column, unpadded(cell))?;
            } else if let Some(builder) = sheet.columns.get_mut(column) {
                match number(cell) {
                    Ok(value) => builder.push_number(value),
                    Err(gap) => builder.push_missing(gap),
                }
            }
        }
        sheet.end_row(member.rows_at + (i + 1) * row_size, bytes.len(), progress)?;
    }
    let rest = data.get(whole.len()..).unwrap_or(&[]);
    if rest.iter().any(|b| *b != b' ') && member.n_rows.is_none_or(|n| n > sheet.n_seen()) {
        sheet.put_aside(member.rows_at + whole.len(), CUT_ROW, || hex(rest));
    }
    sheet.finish(Format::Xpt, spec, bytes.len())
}

/// How many rows there are, without the blanks that fill up the last record.
///
/// Rows of nothing but blanks at the end are taken for such, as a number is never all blanks.
fn whole_rows(data: &[u8], row_size: usize, member: &Member) -> usize {
    let n = data.len() / row_size;
    if let Some(claimed) = member.n_rows.and_then(|n| usize::try_from(n).ok()) {
        return n.min(claimed);
    }
    let n_blank = data.iter().rev().take(RECORD - 1).take_while(|b| **b == b' ').count();
    let n_kept = (data.len() - n_blank).div_ceil(row_size);
    n.min(n_kept)
}

fn builder(variable: &Variable, letters: &mut Letters) -> Builder {
    let name = letters.name_text(variable.name);
    let label = letters.label(variable.label);
    if variable.is_text {
        let width = crate::base::wording::plural(variable.size as u64, "byte", "bytes");
        return Builder::text(name, format!("stored as text of {width}")).with_label(label);
    }
    let format = letters.name_text(variable.format);
    let shown = sas_formats::shown(&format);
    let stored = match format.as_str() {
        "" => "stored as a number".to_owned(),
        _ => format!("stored as a number, shown as {}", format_words(&format, variable)),
    };
    Builder::numbers(name, shown, stored).with_label(label)
}

fn format_words(format: &str, variable: &Variable) -> String {
    match (variable.format_width, variable.format_decimals) {
        _ if format.ends_with(|c: char| c.is_ascii_digit() || c == '.') => format.to_owned(),
        (0, _) => format!("{format}."),
        (width, 0) => format!("{format}{width}."),
        (width, decimals) => format!("{format}{width}.{decimals}"),
    }
}

/// A number of two to eight bytes, or why it is missing.
fn number(cell: &[u8]) -> Result<f64, Option<Gap>> {
    let (first, rest) = cell.split_first().ok_or(None)?;
    let is_bare = rest.iter().all(|b| *b == 0);
    match first {
        b'.' if is_bare => Err(None),
        b'_' | b'A'..=b'Z' if is_bare => Err(Some(Gap::Tag(char::from(first.to_ascii_lowercase())))),
        _ => Ok(ibm(*first, rest)),
    }
}

/// IBM's floating point: a sign, a power of 16 from -64, and a fraction of up to seven bytes.
fn ibm(first: u8, fraction: &[u8]) -> f64 {
    let value = fraction.iter().fold(0u64, |value, byte| value << 8 | u64::from(*byte));
    let exponent = 4 * (i32::from(first & 0x7F) - 64) - 8 * fraction.len() as i32;
    let size = value as f64 * 2f64.powi(exponent);
    if first & 0x80 == 0 { size } else { -size }
}

fn bad() -> Problem {
    Problem::input("bad_xpt", "This SAS transport file is damaged or incomplete.")
        .because("What it says of its columns does not fit what is in it.")
        .hint("Download or copy it again, or have it written anew.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_ibm() {
        // The examples of TS-140.
        let cases: [(f64, [u8; 8]); 4] = [
            (1.0, [0x41, 0x10, 0, 0, 0, 0, 0, 0]),
            (-1.0, [0xC1, 0x10, 0, 0, 0, 0, 0, 0]),
            (0.0, [0; 8]),
            (-118.625, [0xC2, 0x76, 0xA0, 0, 0, 0, 0, 0]),
        ];
        for (value, bytes) in cases {
            assert_eq!(number(&bytes), Ok(value));
            assert_eq!(number(&bytes[..3]), Ok(value));
        }
        assert_eq!(number(&[0x2E, 0, 0, 0, 0, 0, 0, 0]), Err(None));
        assert_eq!(number(&[b'C', 0, 0]), Err(Some(Gap::Tag('c'))));
        assert_eq!(number(&[]), Err(None));
        // The largest that IBM has is no more than a double can hold.
        assert!(ibm(0x7F, &[0xFF; 7]).is_finite());
        assert!(ibm(0, &[0, 0, 0, 0, 0, 0, 1]) > 0.0);
    }

    #[test]
    fn relatives_are_named() {
        assert_eq!(is(b"**COMPRESSED** **COMPRESSED** **COMPRESSED**").unwrap_err().code, "sas_cport");
        assert!(!is(b"HEADER RECORD").unwrap());
    }
}
