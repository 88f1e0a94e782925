//! Looks over what a Parquet file claims before Parquet reads it: parquet 59 reserves memory for as many children as a
//! column says that it has and for as many bytes as a page says that it has, and follows columns in one another as
//! deep as they go. A hostile file should be a problem and not a crash.

use super::thrift::{Kind, Thrift};

/// Columns in one another.
const MAX_DEPTH: usize = 48;

/// How large a page may be once unpacked, whatever it is packed to.
const FREE_PAGE_BYTES: i64 = 64 << 20;

/// Above that, times its packed size.
const MAX_PAGE_RATIO: i64 = 1_000;

/// Whether the description at the end of the file is whole, and its columns are as many as it says, not too deep.
pub(super) fn description_is_sound(bytes: &[u8]) -> bool {
    let mut is_sound = true;
    let mut each = |thrift: &mut Thrift<'_>, id: i16, kind: Kind| {
        let is_schema = id == 2 && kind == Kind::LIST;
        if is_schema {
            is_sound &= schema_is_sound(&mut thrift.clone())?;
        }
        Some(false)
    };
    let is_whole = Thrift(bytes).fields(&mut each).is_some();
    is_whole && is_sound
}

/// The columns lie in a row, each before those within it, with their number.
fn schema_is_sound(thrift: &mut Thrift<'_>) -> Option<bool> {
    let (kind, n) = thrift.list()?;
    if kind != Kind::STRUCT {
        return Some(false);
    }
    // Of each column that is open, how many within it are still to come.
    let mut open: Vec<usize> = Vec::new();
    for _ in 0..n {
        let mut n_children = 0;
        thrift.fields(|thrift, id, kind| {
            let is_it = id == 5 && kind == Kind::I32;
            if is_it {
                n_children = thrift.int()?;
            }
            Some(is_it)
        })?;
        let Some(n_children) = usize::try_from(n_children).ok().filter(|children| *children < n) else {
            return Some(false);
        };
        if let Some(rest) = open.last_mut() {
            *rest -= 1;
        }
        if n_children > 0 {
            open.push(n_children);
        }
        while open.last() == Some(&0) {
            open.pop();
        }
        if open.len() > MAX_DEPTH {
            return Some(false);
        }
    }
    Some(open.is_empty())
}

/// Whether the pages of a column lie within it, one behind the other, and hold what they can.
pub(super) fn pages_are_sound(column: &[u8], n_values: i64) -> bool {
    let mut rest = Thrift(column);
    let mut n_seen = 0i64;
    while !rest.0.is_empty() && n_seen < n_values {
        let Some(n) = page(&mut rest) else { return false };
        n_seen = n_seen.saturating_add(n);
    }
    // No page has more than the column.
    n_seen <= n_values
}

/// Steps over a page; how many values of the column it has.
fn page(rest: &mut Thrift<'_>) -> Option<i64> {
    let (mut n_unpacked, mut n_packed, mut n_values, mut n_entries, mut n_levels) = (0, 0, 0, 0, 0i64);
    rest.fields(|thrift, id, kind| {
        let number = match (id, kind) {
            (2, Kind::I32) => &mut n_unpacked,
            (3, Kind::I32) => &mut n_packed,
            (5 | 7 | 8, Kind::STRUCT) => {
                thrift.fields(|thrift, field, kind| {
                    if kind != Kind::I32 {
                        return Some(false);
                    }
                    let number = thrift.int()?;
                    match (id, field) {
                        (7, 1) => n_entries = number,
                        (_, 1) => n_values = number,
                        (8, 5 | 6) if number >= 0 => n_levels = n_levels.checked_add(number)?,
                        _ => {}
                    }
                    (number >= 0).then_some(true)
                })?;
                return Some(true);
            }
            _ => return Some(false),
        };
        *number = thrift.int()?;
        Some(true)
    })?;
    let most = n_packed.checked_mul(MAX_PAGE_RATIO)?.max(FREE_PAGE_BYTES);
    let is_sound = (0..=most).contains(&n_unpacked)
        && n_levels <= n_unpacked.min(n_packed)
        && n_entries <= n_unpacked.checked_mul(8)?;
    rest.0 = rest.0.get(usize::try_from(n_packed).ok()?..)?;
    is_sound.then_some(n_values)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A list of columns, each as a struct of its number of columns within it.
    fn description(children: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x29, 0xFC, children.len() as u8 | 0x80, (children.len() >> 7) as u8];
        for n in children {
            bytes.extend([0x55, n * 2, 0]);
        }
        bytes.push(0);
        bytes
    }

    #[test]
    fn columns_are_as_many_as_they_say() {
        assert!(description_is_sound(&description(&[2, 0, 1, 0])));
        assert!(description_is_sound(&description(&[0])));
        assert!(!description_is_sound(&description(&[3, 0, 1, 0])));
        assert!(!description_is_sound(&description(&[60, 0])));
        let deep = |n: usize| description(&[vec![1; n], vec![0]].concat());
        assert!(description_is_sound(&deep(40)) && !description_is_sound(&deep(60)));
        assert!(!description_is_sound(&deep(40)[..30]) && !description_is_sound(&[]));
    }

    /// The header of a data page of the first version, and its bytes.
    fn data_page(n_unpacked: u8, n_packed: u8, n_values: u8) -> Vec<u8> {
        let head = [0x15, 0, 0x15, n_unpacked * 2, 0x15, n_packed * 2, 0x2C, 0x15, n_values * 2, 0, 0];
        [&head[..], &vec![7; usize::from(n_packed)]].concat()
    }

    #[test]
    fn pages_lie_within_their_column() {
        let two = [data_page(9, 9, 5), data_page(9, 9, 5)].concat();
        assert!(pages_are_sound(&two, 10) && pages_are_sound(&two, 5));
        assert!(!pages_are_sound(&two, 9));
        assert!(!pages_are_sound(&two[..30], 10));
        assert!(pages_are_sound(&[], 0));
        // Half a gigabyte from nine bytes.
        let bomb =
            [&[0x15, 0, 0x15, 0x80, 0x80, 0x80, 0x80, 0x04, 0x15, 18, 0x2C, 0x15, 10, 0, 0][..], &[7; 9]].concat();
        assert!(!pages_are_sound(&bomb, 5));
    }
}
