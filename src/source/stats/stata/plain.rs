//! Formats 111 and 113 to 115: fixed structures, one after the other.

use super::super::bytes::{Cursor, Order};
use super::super::sheet::MAX_COLUMNS;
use super::{Kind, Layout, Variable, bad};
use crate::base::Problem;

/// Formats that are read, and older ones that are only recognised.
const READ: [u8; 4] = [111, 113, 114, 115];
const OLD: [u8; 8] = [102, 103, 104, 105, 106, 107, 108, 110];

/// Fields in the part of the header that all of these formats share.
const HEADER_SIZE: usize = 109;

/// By the format's number, byte order, file type, and a zero.
pub(super) fn is(bytes: &[u8]) -> bool {
    match bytes {
        [release, 1 | 2, 1, 0, ..] => bytes.len() >= HEADER_SIZE && (READ.contains(release) || OLD.contains(release)),
        _ => false,
    }
}

pub(super) fn layout(bytes: &[u8]) -> Result<Layout<'_>, Problem> {
    let release = bytes.first().copied().unwrap_or(0);
    if !READ.contains(&release) {
        return Err(Problem::input("old_stata", "This file was saved by Stata 6 or older.")
            .hint("Open it in a newer Stata and save it again, or export it as CSV."));
    }
    structures(bytes, release).ok_or_else(bad)
}

fn structures(bytes: &[u8], release: u8) -> Option<Layout<'_>> {
    let order = if bytes.get(1) == Some(&1) { Order::Big } else { Order::Little };
    let mut cursor = Cursor::new(bytes, 4, order);
    let n = usize::from(cursor.u16()?);
    let n_rows = u64::try_from(cursor.i32()?).ok()?;
    // The label of the data set and the time it was saved.
    cursor.take(81 + 18)?;
    if n > MAX_COLUMNS {
        return None;
    }
    let format_size = if release >= 114 { 49 } else { 12 };
    let kinds = cursor.take(n)?;
    let names = cursor.take_items(n, 33)?;
    cursor.take_items(n + 1, 2)?;
    let formats = cursor.take_items(n, format_size)?;
    let label_sets = cursor.take_items(n, 33)?;
    let labels = cursor.take_items(n, 81)?;
    // Characteristics: notes that Stata keeps with the data.
    loop {
        let kind = cursor.u8()?;
        let length = cursor.u32()? as usize;
        if kind == 0 && length == 0 {
            break;
        }
        cursor.take(length)?;
    }
    let variables = kinds
        .iter()
        .zip(names.chunks_exact(33))
        .zip(formats.chunks_exact(format_size).zip(label_sets.chunks_exact(33)))
        .zip(labels.chunks_exact(81))
        .map(|(((kind, name), (format, label_set)), label)| {
            Some(Variable { kind: kind_of(*kind)?, name, format, label_set, label })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Layout { release, order, n_rows, variables, rows_at: cursor.at() })
}

fn kind_of(code: u8) -> Option<Kind> {
    Some(match code {
        1..=244 => Kind::Text(usize::from(code)),
        251 => Kind::Byte,
        252 => Kind::Int,
        253 => Kind::Long,
        254 => Kind::Float,
        255 => Kind::Double,
        _ => return None,
    })
}
