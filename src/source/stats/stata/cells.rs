//! Cells: numbers with their missing values, and texts.

use super::super::bytes::{Order, before_nul};
use super::super::column::Gap;
use super::super::sheet::Sheet;
use super::{Kind, Layout};
use crate::base::Problem;
use std::cell::Cell;
use std::collections::HashMap;

/// The smallest missing value of each type, which is `.`; `.a` to `.z` follow.
const MISSING_BYTE: i64 = 101;
const MISSING_INT: i64 = 32_741;
const MISSING_LONG: i64 = 2_147_483_621;
const MISSING_FLOAT: u32 = 0x7F00_0000;
const MISSING_DOUBLE: u64 = 0x7FE0_0000_0000_0000;
/// What it was in the first formats: 2 to the power of 333.
const FIRST_MISSING_DOUBLE: u64 = 0x54C0_0000_0000_0000;
/// From one to the next of these.
const STEP_FLOAT: u32 = 0x800;
const STEP_DOUBLE: u64 = 0x100_0000_0000;

/// The texts that columns of type strL refer to, by variable and observation.
#[derive(Default)]
pub(super) struct LongTexts<'a> {
    pub texts: HashMap<(u64, u64), &'a [u8]>,
    n_lost: Cell<u64>,
}

impl LongTexts<'_> {
    /// References that led nowhere.
    pub fn n_lost(&self) -> u64 {
        self.n_lost.get()
    }

    fn get(&self, variable: u64, observation: u64) -> &[u8] {
        if (variable, observation) == (0, 0) {
            return &[];
        }
        self.texts.get(&(variable, observation)).copied().unwrap_or_else(|| {
            self.n_lost.set(self.n_lost.get() + 1);
            &[]
        })
    }
}

/// A number, or which of the 27 missing values: 0 is `.`, 1 is `.a`.
#[derive(Debug, PartialEq)]
pub(super) enum Value {
    Number(f64),
    Missing(u64),
}

/// Adds a cell to its column.
pub(super) fn push(
    sheet: &mut Sheet,
    column: usize,
    kind: Kind,
    cell: &[u8],
    layout: &Layout,
    long_texts: &LongTexts,
) -> Result<(), Problem> {
    match kind {
        Kind::Text(_) => return sheet.push_text(column, before_nul(cell)),
        Kind::LongText => {
            let (variable, observation) = reference(cell, layout);
            return sheet.push_text(column, long_texts.get(variable, observation));
        }
        _ => {}
    }
    let Some(builder) = sheet.columns.get_mut(column) else { return Ok(()) };
    match number(kind, cell, layout.order, layout.release) {
        Value::Number(value) => builder.push_number(value),
        Value::Missing(0) => builder.push_missing(None),
        Value::Missing(n) => builder.push_missing(tag(n).map(Gap::Tag)),
    }
    Ok(())
}

/// The letter of a missing value: 1 is `a`.
pub(super) fn tag(n: u64) -> Option<char> {
    (1..=26).contains(&n).then(|| char::from(b'a' + (n - 1) as u8))
}

/// Variable and observation of a long text. How the eight bytes are shared has changed twice.
fn reference(cell: &[u8], layout: &Layout) -> (u64, u64) {
    let n_first = match layout.release {
        117 => 4,
        118 => 2,
        _ => 3,
    };
    let (first, rest) = cell.split_at_checked(n_first).unwrap_or((&[], &[]));
    (layout.order.uint(first), layout.order.uint(rest))
}

pub(super) fn number(kind: Kind, cell: &[u8], order: Order, release: u8) -> Value {
    // Before format 113 there was one missing value, the highest of each type.
    let has_tags = release >= 113;
    let whole = |value: Option<i64>, first: i64, highest: i64| match value {
        Some(v) if has_tags && v >= first => Value::Missing((v - first) as u64),
        Some(v) if !has_tags && v == highest => Value::Missing(0),
        Some(v) => Value::Number(v as f64),
        None => Value::Missing(0),
    };
    match kind {
        Kind::Byte => {
            let value = cell.first().map(|b| i64::from(i8::from_le_bytes([*b])));
            whole(value, MISSING_BYTE, i64::from(i8::MAX))
        }
        Kind::Int => whole(order.i16(cell, 0).map(i64::from), MISSING_INT, i64::from(i16::MAX)),
        Kind::Long => whole(order.i32(cell, 0).map(i64::from), MISSING_LONG, i64::from(i32::MAX)),
        Kind::Float => match order.u32(cell, 0) {
            Some(bits) if (MISSING_FLOAT..0x8000_0000).contains(&bits) => {
                Value::Missing(u64::from((bits - MISSING_FLOAT) / STEP_FLOAT))
            }
            Some(bits) => Value::Number(as_written(f32::from_bits(bits))),
            None => Value::Missing(0),
        },
        _ => match order.u64(cell, 0) {
            Some(bits) if (MISSING_DOUBLE..1 << 63).contains(&bits) => {
                Value::Missing((bits - MISSING_DOUBLE) / STEP_DOUBLE)
            }
            Some(FIRST_MISSING_DOUBLE) if release <= 105 => Value::Missing(0),
            Some(bits) => Value::Number(f64::from_bits(bits)),
            None => Value::Missing(0),
        },
    }
}

/// The shortest decimal number that a float stands for: 0.1 and not 0.10000000149. Whole numbers
/// stay as they are, as long as each is one of its own.
fn as_written(value: f32) -> f64 {
    if value.fract() == 0.0 && value.abs() < 1e15 {
        f64::from(value)
    } else {
        value.to_string().parse().unwrap_or(f64::from(value))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_values_are_told_apart() {
        let number = |kind, cell: &[u8]| number(kind, cell, Order::Big, 115);
        assert_eq!(number(Kind::Byte, &[100]), Value::Number(100.0));
        assert_eq!(number(Kind::Byte, &[0x9C]), Value::Number(-100.0));
        assert_eq!(number(Kind::Byte, &[101]), Value::Missing(0));
        assert_eq!(number(Kind::Byte, &[127]), Value::Missing(26));
        assert_eq!(number(Kind::Int, &32_742i16.to_be_bytes()), Value::Missing(1));
        assert_eq!(number(Kind::Long, &2_147_483_620i32.to_be_bytes()), Value::Number(2_147_483_620.0));
        assert_eq!(number(Kind::Float, &0x7F00_0800u32.to_be_bytes()), Value::Missing(1));
        assert_eq!(number(Kind::Float, &0.1f32.to_be_bytes()), Value::Number(0.1));
        assert_eq!(number(Kind::Float, &123_456_789f32.to_be_bytes()), Value::Number(123_456_792.0));
        assert_eq!(number(Kind::Double, &0x7FE0_1A00_0000_0000u64.to_be_bytes()), Value::Missing(26));
        assert_eq!(number(Kind::Double, &(-1.5f64).to_be_bytes()), Value::Number(-1.5));
        assert_eq!((tag(1), tag(26), tag(27)), (Some('a'), Some('z'), None));
    }

    #[test]
    fn old_files_have_one_missing_value() {
        assert_eq!(super::number(Kind::Byte, &[101], Order::Little, 111), Value::Number(101.0));
        assert_eq!(super::number(Kind::Byte, &[127], Order::Little, 111), Value::Missing(0));
    }
}
