//! The records before the cases: variables, labels, and what later versions added to them.

use super::super::bytes::{Cursor, Order};
use super::super::sheet::MAX_COLUMNS;
use super::{bad, extensions};
use crate::base::Problem;

/// How the cases are packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Plain,
    ByteCode,
    Zlib,
}

/// Values that a variable declares to mean "missing".
#[derive(Debug)]
pub(super) enum Missing<'a> {
    Numbers { single: Vec<f64>, range: Option<(f64, f64)> },
    Texts(Vec<&'a [u8]>),
}

/// Values, as they stand in a case, with their labels.
pub(super) type LabelList<'a> = Vec<(&'a [u8], &'a [u8])>;

#[derive(Debug)]
pub(super) struct Variable<'a> {
    /// Eight bytes, with blanks at the end.
    pub name: &'a [u8],
    pub long_name: Option<&'a [u8]>,
    pub label: Option<&'a [u8]>,
    /// Bytes of text; 0 is a number.
    pub width: usize,
    /// The first of its slots in a case, counted from 0.
    pub slot: usize,
    /// Where each piece of 255 bytes of a very long text starts, with the bytes in use.
    pub pieces: Vec<(usize, usize)>,
    /// The print format's code, width and decimals.
    pub format: u8,
    format_width: u8,
    format_decimals: u8,
    pub missing: Missing<'a>,
    /// Its list of labels among those of the dictionary, which several variables can share.
    pub list: Option<usize>,
    /// Labels of its own, as long texts have them.
    pub labels: LabelList<'a>,
}

impl Variable<'_> {
    /// The slots that a text lies in, each with the bytes that count.
    pub fn segments(&self) -> impl Iterator<Item = (usize, usize)> {
        let short = self.pieces.is_empty().then_some((self.slot, self.width));
        short.into_iter().chain(self.pieces.iter().copied())
    }

    /// "F8.2"
    pub fn format_words(&self) -> String {
        let name = match self.format {
            3 => "COMMA",
            4 => "DOLLAR",
            5 => "F",
            16 => "N",
            17 => "E",
            20 => "DATE",
            21 => "TIME",
            22 => "DATETIME",
            23 => "ADATE",
            24 => "JDATE",
            25 => "DTIME",
            26 => "WKDAY",
            27 => "MONTH",
            28 => "MOYR",
            29 => "QYR",
            30 => "WKYR",
            31 => "PCT",
            32 => "DOT",
            38 => "EDATE",
            39 => "SDATE",
            40 => "MTIME",
            41 => "YMDHMS",
            code => return format!("format {code}"),
        };
        match self.format_decimals {
            0 => format!("{name}{}", self.format_width),
            n => format!("{name}{}.{n}", self.format_width),
        }
    }
}

#[derive(Debug)]
pub(super) struct Dictionary<'a> {
    pub order: Order,
    pub packing: Packing,
    /// What is taken off a byte code to give a number.
    pub bias: f64,
    pub n_cases: Option<u64>,
    /// Slots of a case.
    pub n_slots: usize,
    /// The slot of the weights, counted from 1.
    pub weight: Option<usize>,
    pub variables: Vec<Variable<'a>>,
    pub lists: Vec<LabelList<'a>>,
    pub encoding: Option<&'a [u8]>,
    pub code_page: Option<i32>,
    /// Where the cases start.
    pub cases_at: usize,
}

pub(super) fn read(bytes: &[u8]) -> Result<Dictionary<'_>, Problem> {
    let (dictionary, extensions) = records(bytes).ok_or_else(bad)?;
    extensions::apply(dictionary, &extensions).ok_or_else(bad)
}

/// A record of type 7: its subtype, the size of its items, and its bytes.
pub(super) struct Extension<'a> {
    pub subtype: i32,
    pub bytes: &'a [u8],
}

fn records(bytes: &[u8]) -> Option<(Dictionary<'_>, Vec<Extension<'_>>)> {
    // The layout code is 2 or 3, whichever end comes first.
    let order = match (Order::Little.u32(bytes, 64)?, Order::Big.u32(bytes, 64)?) {
        (2 | 3, _) => Order::Little,
        (_, 2 | 3) => Order::Big,
        _ => return None,
    };
    let mut cursor = Cursor::new(bytes, 68, order);
    cursor.i32()?;
    let packing = match (cursor.i32()?, bytes.starts_with(b"$FL3")) {
        (0, _) => Packing::Plain,
        (2, _) | (1, true) => Packing::Zlib,
        (1, false) => Packing::ByteCode,
        _ => return None,
    };
    let weight = usize::try_from(cursor.i32()?).ok().filter(|slot| *slot > 0);
    let n_cases = u64::try_from(cursor.i32()?).ok();
    let bias = cursor.f64()?;
    // Creation date and time, the file's label, padding.
    cursor.take(9 + 8 + 64 + 3)?;
    let mut out = Dictionary {
        order,
        packing,
        bias,
        n_cases,
        n_slots: 0,
        weight,
        variables: Vec::new(),
        lists: Vec::new(),
        encoding: None,
        code_page: None,
        cases_at: 0,
    };
    let mut extensions = Vec::new();
    loop {
        match cursor.i32()? {
            2 => variable(&mut cursor, &mut out)?,
            3 => value_labels(&mut cursor, &mut out)?,
            // Value labels that no variable list follows.
            4 => {
                let n = usize::try_from(cursor.i32()?).ok()?;
                cursor.take_items(n, 4)?;
            }
            6 => {
                let n = usize::try_from(cursor.i32()?).ok()?;
                cursor.take_items(n, 80)?;
            }
            7 => {
                let subtype = cursor.i32()?;
                let size = usize::try_from(cursor.i32()?).ok()?;
                let n = usize::try_from(cursor.i32()?).ok()?;
                extensions.push(Extension { subtype, bytes: cursor.take_items(n, size)? });
            }
            999 => {
                cursor.i32()?;
                break;
            }
            _ => return None,
        }
    }
    out.cases_at = cursor.at();
    Some((out, extensions))
}

fn variable<'a>(cursor: &mut Cursor<'a>, out: &mut Dictionary<'a>) -> Option<()> {
    let width = cursor.i32()?;
    let has_label = cursor.i32()? != 0;
    let n_missing = cursor.i32()?;
    let print = cursor.u32()?;
    cursor.i32()?;
    let name = cursor.take(8)?;
    let label = if has_label {
        let length = usize::try_from(cursor.i32()?).ok()?;
        let label = cursor.take(length)?;
        cursor.take(length.next_multiple_of(4) - length)?;
        Some(label)
    } else {
        None
    };
    let n_values = usize::try_from(n_missing.unsigned_abs()).ok().filter(|n| *n <= 3)?;
    let values = cursor.take_items(n_values, 8)?;
    let slot = out.n_slots;
    out.n_slots += 1;
    if width < 0 {
        // The next eight bytes of a text.
        return Some(());
    }
    let width = usize::try_from(width).ok().filter(|n| *n <= 255)?;
    let missing = if width > 0 {
        Missing::Texts(values.chunks_exact(8).collect())
    } else {
        let mut numbers = values.chunks_exact(8).filter_map(|v| cursor.order.f64(v, 0));
        let range = if n_missing < 0 { Some((numbers.next()?, numbers.next()?)) } else { None };
        Missing::Numbers { single: numbers.collect(), range }
    };
    if out.variables.len() >= MAX_COLUMNS {
        return None;
    }
    let [format_decimals, format_width, format, _] = print.to_le_bytes();
    out.variables.push(Variable {
        name,
        long_name: None,
        label,
        width,
        slot,
        pieces: Vec::new(),
        format,
        format_width,
        format_decimals,
        missing,
        list: None,
        labels: Vec::new(),
    });
    Some(())
}

/// A list of labels, and the record with the variables they are for.
fn value_labels<'a>(cursor: &mut Cursor<'a>, out: &mut Dictionary<'a>) -> Option<()> {
    let n = usize::try_from(cursor.i32()?).ok()?;
    let mut labels = Vec::new();
    for _ in 0..n {
        let value = cursor.take(8)?;
        let length = usize::from(cursor.u8()?);
        let label = cursor.take(length)?;
        cursor.take((length + 1).next_multiple_of(8) - (length + 1))?;
        labels.push((value, label));
    }
    if Cursor::new(cursor.rest(), 0, cursor.order).i32()? != 4 {
        return Some(());
    }
    cursor.i32()?;
    let n = usize::try_from(cursor.i32()?).ok()?;
    let slots = cursor.take_items(n, 4)?;
    let list = out.lists.len();
    out.lists.push(labels);
    for slot in slots.chunks_exact(4) {
        let slot = (cursor.order.u32(slot, 0)? as usize).checked_sub(1)?;
        let place = out.variables.binary_search_by_key(&slot, |v| v.slot).ok();
        if let Some(variable) = place.and_then(|i| out.variables.get_mut(i)) {
            variable.list = Some(list);
        }
    }
    Some(())
}
