//! Formats 103 to 115: fixed structures, one after the other.

use super::super::bytes::{Cursor, Order};
use super::super::sheet::MAX_COLUMNS;
use super::{Kind, Layout, Variable, bad};
use crate::base::Problem;

/// The formats there are. Those between were never in use.
const READ: [u8; 9] = [103, 104, 105, 108, 110, 111, 113, 114, 115];

/// What the oldest of these formats needs at least, without columns.
const HEADER_SIZE: usize = 42;

/// Sizes that have grown from format to format.
pub(super) struct Sizes {
    /// The label of the data set, and of a column.
    label: usize,
    pub name: usize,
    format: usize,
    time: usize,
    /// The length of a characteristic; before 105 there were none.
    length: usize,
}

pub(super) fn sizes(release: u8) -> Sizes {
    Sizes {
        label: if release >= 108 { 81 } else { 32 },
        name: if release >= 110 { 33 } else { 9 },
        format: match release {
            ..=104 => 7,
            105..=113 => 12,
            _ => 49,
        },
        time: if release >= 105 { 18 } else { 0 },
        length: match release {
            ..=104 => 0,
            105..=109 => 2,
            _ => 4,
        },
    }
}

/// By the format's number, byte order, file type, and a zero.
pub(super) fn is(bytes: &[u8]) -> bool {
    match bytes {
        [release, 1 | 2, 1, 0, ..] => bytes.len() >= HEADER_SIZE && READ.contains(release),
        _ => false,
    }
}

pub(super) fn layout(bytes: &[u8]) -> Result<Layout<'_>, Problem> {
    // The user may have chosen this format for something else.
    let release = bytes.first().copied().filter(|release| READ.contains(release)).ok_or_else(bad)?;
    structures(bytes, release).ok_or_else(bad)
}

fn structures(bytes: &[u8], release: u8) -> Option<Layout<'_>> {
    let order = if bytes.get(1) == Some(&1) { Order::Big } else { Order::Little };
    let sizes = sizes(release);
    let mut cursor = Cursor::new(bytes, 4, order);
    let n = usize::from(cursor.u16()?);
    let n_rows = u64::try_from(cursor.i32()?).ok()?;
    // The label of the data set and the time it was saved.
    cursor.take(sizes.label + sizes.time)?;
    if n > MAX_COLUMNS {
        return None;
    }
    let kinds = cursor.take(n)?;
    let names = cursor.take_items(n, sizes.name)?;
    cursor.take_items(n + 1, 2)?;
    let formats = cursor.take_items(n, sizes.format)?;
    let label_sets = cursor.take_items(n, sizes.name)?;
    let labels = cursor.take_items(n, sizes.label)?;
    if sizes.length > 0 {
        skip_characteristics(&mut cursor, sizes.length)?;
    }
    let variables = kinds
        .iter()
        .zip(names.chunks_exact(sizes.name))
        .zip(formats.chunks_exact(sizes.format).zip(label_sets.chunks_exact(sizes.name)))
        .zip(labels.chunks_exact(sizes.label))
        .map(|(((kind, name), (format, label_set)), label)| {
            Some(Variable { kind: kind_of(*kind, release)?, name, format, label_set, label })
        })
        .collect::<Option<Vec<_>>>()?;
    Some(Layout { release, order, n_rows, variables, rows_at: cursor.at() })
}

/// Goes past the notes that Stata keeps with the data.
fn skip_characteristics(cursor: &mut Cursor, length_size: usize) -> Option<()> {
    loop {
        let kind = cursor.u8()?;
        let length = if length_size == 2 { usize::from(cursor.u16()?) } else { cursor.u32()? as usize };
        if kind == 0 && length == 0 {
            return Some(());
        }
        cursor.take(length)?;
    }
}

fn kind_of(code: u8, release: u8) -> Option<Kind> {
    // Before format 111 numbers had letters, and texts came above them.
    let code = match (release, code) {
        (111.., code) => code,
        (_, b'b') => 251,
        (_, b'i') => 252,
        (_, b'l') => 253,
        (_, b'f') => 254,
        (_, b'd') => 255,
        (_, code) => code.checked_sub(127)?,
    };
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::spec::ReaderSpec;
    use crate::table::CellReader;

    /// Two rows of a byte with labels, a text and a double.
    fn file(release: u8) -> Vec<u8> {
        let sizes = sizes(release);
        let mut out = vec![release, 2, 1, 0, 3, 0, 2, 0, 0, 0];
        let mut padded = |text: &[u8], size: usize| {
            out.extend_from_slice(text);
            out.extend(vec![0; size - text.len()]);
        };
        padded(b"", sizes.label + sizes.time);
        padded(if release >= 111 { &[251, 3, 255] } else { &[b'b', 127 + 3, b'd'] }, 3);
        ["code", "text", "size"].iter().for_each(|name| padded(name.as_bytes(), sizes.name));
        padded(b"", 8);
        ["%8.0g", "%3s", "%9.0g"].iter().for_each(|format| padded(format.as_bytes(), sizes.format));
        ["yesno", "", ""].iter().for_each(|set| padded(set.as_bytes(), sizes.name));
        ["A code", "", ""].iter().for_each(|label| padded(label.as_bytes(), sizes.label));
        match sizes.length {
            0 => {}
            n => {
                padded(&[1, 2], 1 + n);
                padded(&[9, 9], 2);
                padded(b"", 1 + n);
            }
        }
        padded(&[1, b'a', b'b', 0], 4);
        padded(&1.5f64.to_le_bytes(), 8);
        // The missing double was another one at first.
        let missing = if release <= 105 { 2f64.powi(333) } else { f64::from_bits(0x7FE0_0000_0000_0000) };
        padded(&[0, b'c', 0, 0], 4);
        padded(&missing.to_le_bytes(), 8);
        if release < 108 {
            padded(&[2, 0], 2);
            padded(b"yesno", 10);
            padded(&[0, 0, 1, 0], 4);
            padded(b"no", 8);
            padded(b"yes", 8);
        } else {
            padded(&[31], 4);
            padded(b"yesno", sizes.name + 3);
            [2, 7, 0, 3, 0, 1].iter().for_each(|n| padded(&[*n], 4));
            padded(b"no\0yes\0", 7);
        }
        out
    }

    #[test]
    fn all_formats_say_the_same() {
        for release in READ {
            let bytes = file(release);
            assert!(is(&bytes), "{release}");
            let table = super::super::read(&bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
            let rows: Vec<Vec<Option<String>>> = (0..3)
                .map(|column| {
                    let whole = table.table.whole_column(column).unwrap();
                    let reader = CellReader::new(whole.as_ref());
                    (0..whole.len()).map(|row| reader.get(row)).collect()
                })
                .collect();
            let text = |t: &str| Some(t.to_owned());
            let expected = [vec![text("yes"), text("no")], vec![text("ab"), text("c")], vec![text("1.5"), None]];
            assert_eq!(rows, expected, "{release}");
            assert_eq!(table.table.columns()[0].label.as_deref(), Some("A code"));
            assert_eq!(table.ledger.n_set_aside, 0);
        }
    }

    #[test]
    fn other_bytes_are_refused() {
        assert!(!is(b"iron, steel"));
        assert_eq!(layout(b"iron, steel").err().unwrap().code, "bad_stata");
        assert_eq!(layout(&file(114)[..300]).err().unwrap().code, "bad_stata");
    }
}
