//! Columns as numbers and as category codes, so that no cell becomes a text of its own.

use crate::base::{ColumnType, Problem, wording};
use crate::chart::AxisInfo;
use crate::table::{ColumnInfo, Table, column_type_of};
use arrow::array::{Array, ArrayRef, AsArray};
use arrow::datatypes::{
    DataType, Date32Type, Decimal128Type, DurationMicrosecondType, Float64Type, Int32Type, Int64Type,
    Time64MicrosecondType, TimeUnit, TimestampMicrosecondType,
};
use hashbrown::HashMap;

/// The code of a missing cell.
pub(super) const MISSING: u32 = u32::MAX;

/// A column found by name, or the words for its absence.
pub(super) fn find<'a>(table: &'a Table, name: &str) -> Result<(usize, &'a ColumnInfo), Problem> {
    table.column_idx(name).and_then(|i| table.columns().get(i).map(|c| (i, c))).ok_or_else(|| {
        Problem::request("unknown_column", format!("There is no column '{name}' in this table."))
            .because("It may have been renamed or removed by an earlier step.")
            .at(crate::base::Place::column(name))
            .hint("Choose another column for this chart.")
    })
}

/// A column as numbers, missing and infinite cells as NaN: days for dates, microseconds for
/// moments, seconds for durations, hours for times of day, 0 and 1 for no and yes.
pub(super) fn numbers(table: &Table, name: &str) -> Result<Vec<f64>, Problem> {
    let (idx, info) = find(table, name)?;
    let mut out = Vec::with_capacity(table.n_rows() as usize);
    for chunk in table.chunks(idx) {
        if !push_numbers(chunk, &mut out) {
            return Err(not_a_number(info));
        }
    }
    Ok(out)
}

fn not_a_number(info: &ColumnInfo) -> Problem {
    let kind = info.column_type.label().to_lowercase();
    Problem::request("not_a_number", format!("'{}' is not a column of numbers.", info.name))
        .because(format!("Its type is {kind}, and this chart measures it."))
        .at(crate::base::Place::column(&info.name))
        .hint("Choose a column of numbers, or count rows instead.")
}

fn push_numbers(array: &ArrayRef, out: &mut Vec<f64>) -> bool {
    let finite = |v: f64| if v.is_finite() { v } else { f64::NAN };
    match array.data_type() {
        DataType::Float64 => {
            let a = array.as_primitive::<Float64Type>();
            if a.null_count() == 0 {
                out.extend(a.values().iter().map(|v| finite(*v)));
            } else {
                out.extend(a.iter().map(|v| v.map_or(f64::NAN, finite)));
            }
        }
        DataType::Int64 => {
            let a = array.as_primitive::<Int64Type>();
            out.extend(a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64)));
        }
        DataType::Decimal128(_, scale) => {
            let unit = 10f64.powi(i32::from(*scale));
            let a = array.as_primitive::<Decimal128Type>();
            out.extend(a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64 / unit)));
        }
        DataType::Boolean => {
            out.extend(array.as_boolean().iter().map(|v| v.map_or(f64::NAN, |v| f64::from(u8::from(v)))));
        }
        DataType::Date32 => {
            let a = array.as_primitive::<Date32Type>();
            out.extend(a.iter().map(|v| v.map_or(f64::NAN, f64::from)));
        }
        DataType::Timestamp(TimeUnit::Microsecond, _) => {
            let a = array.as_primitive::<TimestampMicrosecondType>();
            out.extend(a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64)));
        }
        DataType::Time64(TimeUnit::Microsecond) => {
            let a = array.as_primitive::<Time64MicrosecondType>();
            out.extend(a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64 / 3.6e9)));
        }
        DataType::Duration(TimeUnit::Microsecond) => {
            let a = array.as_primitive::<DurationMicrosecondType>();
            out.extend(a.iter().map(|v| v.map_or(f64::NAN, |v| v as f64 / 1e6)));
        }
        other => {
            // Types that only foreign Arrow data have.
            let to = match column_type_of(other) {
                ColumnType::Text => return false,
                ColumnType::Date => DataType::Date32,
                ColumnType::DateTime => DataType::Timestamp(TimeUnit::Microsecond, None),
                ColumnType::Time => DataType::Time64(TimeUnit::Microsecond),
                ColumnType::Duration => DataType::Duration(TimeUnit::Microsecond),
                ColumnType::Integer => DataType::Int64,
                _ => DataType::Float64,
            };
            return *other != to && arrow::compute::cast(array, &to).is_ok_and(|a| push_numbers(&a, out));
        }
    }
    true
}

/// What an axis over this column's own values is about.
pub(super) fn axis_of(info: &ColumnInfo) -> AxisInfo {
    let (unit, column_type) = match info.column_type {
        ColumnType::Duration => (Some("s".to_owned()), ColumnType::Number),
        ColumnType::Time => (Some("hours after midnight".to_owned()), ColumnType::Number),
        ColumnType::Boolean => (None, ColumnType::Number),
        other => (info.unit.clone(), other),
    };
    AxisInfo { label: info.name.clone(), unit, column_type }
}

/// One category: what it is, before it is written down.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) enum Key {
    Text(String),
    Truth(bool),
    Whole(i64),
    Days(i32),
    Micros(i64),
}

impl Key {
    /// As the grid writes it, for numbers and text; dates in words.
    pub(super) fn name(&self) -> String {
        match self {
            Key::Text(t) if t.trim().is_empty() => "(blank)".to_owned(),
            Key::Text(t) => t.clone(),
            Key::Truth(v) => wording::raw_words(&v.to_string()),
            Key::Whole(v) => v.to_string(),
            Key::Days(d) => wording::format_days(*d),
            Key::Micros(m) => wording::format_micros(*m),
        }
    }

    /// The place on a natural axis, in days for dates and microseconds for moments.
    pub(super) fn place(&self) -> Option<f64> {
        match self {
            Key::Text(_) | Key::Truth(_) => None,
            Key::Whole(v) => Some(*v as f64),
            Key::Days(d) => Some(f64::from(*d)),
            Key::Micros(m) => Some(*m as f64),
        }
    }

    /// Whether this is the value that a raw text means.
    pub(super) fn is_raw(&self, raw: &str) -> bool {
        let raw = raw.trim();
        match self {
            Key::Text(t) => t.trim() == raw,
            Key::Truth(v) => raw.parse() == Ok(*v) || raw == self.name(),
            Key::Whole(v) => raw.parse() == Ok(*v),
            Key::Days(_) | Key::Micros(_) => {
                parse_place(raw, if matches!(self, Key::Days(_)) { ColumnType::Date } else { ColumnType::DateTime })
                    == self.place()
            }
        }
    }
}

/// A raw cell text as a place on an axis of this type: days, microseconds or the number itself.
pub(crate) fn parse_place(raw: &str, column_type: ColumnType) -> Option<f64> {
    use chrono::{NaiveDate, NaiveDateTime};
    let raw = raw.trim();
    let date = || NaiveDate::parse_from_str(raw.get(..10)?, "%Y-%m-%d").ok();
    match column_type {
        ColumnType::Date => date().map(|d| f64::from(d.to_epoch_days())),
        ColumnType::DateTime => {
            let moment = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
                .iter()
                .find_map(|f| NaiveDateTime::parse_from_str(raw.trim_end_matches('Z'), f).ok());
            moment
                .map(|m| m.and_utc().timestamp_micros() as f64)
                .or_else(|| (raw.len() == 10).then(date).flatten().map(|d| f64::from(d.to_epoch_days()) * 86_400e6))
        }
        _ => raw.parse().ok().filter(|v: &f64| v.is_finite()),
    }
}

/// A column as codes into a list of categories, in order of first appearance.
pub(super) struct Categories {
    pub keys: Vec<Key>,
    /// One a row; [`MISSING`] where the cell is.
    pub codes: Vec<u32>,
    /// Dates, moments and whole numbers: shown in their own order, not by size.
    pub is_natural: bool,
}

struct Interner<K> {
    seen: HashMap<K, u32>,
    keys: Vec<Key>,
}

impl<K: std::hash::Hash + Eq> Interner<K> {
    fn code(&mut self, raw: K, key: impl FnOnce() -> Key) -> u32 {
        let next = self.keys.len() as u32;
        *self.seen.entry(raw).or_insert_with(|| {
            self.keys.push(key());
            next
        })
    }
}

/// # Errors
/// `unknown_column`, or `column_too_large` when the column cannot be read as categories.
pub(super) fn categories(table: &Table, name: &str) -> Result<Categories, Problem> {
    let (idx, _) = find(table, name)?;
    let field_type = table.schema().fields().get(idx).map(|f| f.data_type().clone()).unwrap_or(DataType::Utf8);
    let n = table.n_rows() as usize;
    let mut codes = Vec::with_capacity(n);
    macro_rules! whole {
        ($arrow:ty, $key:expr) => {{
            let mut interner = Interner { seen: HashMap::new(), keys: Vec::new() };
            for chunk in table.chunks(idx) {
                let array = chunk.as_primitive::<$arrow>();
                codes.extend(array.iter().map(|v| v.map_or(MISSING, |v| interner.code(v, || $key(v)))));
            }
            return Ok(Categories { keys: interner.keys, codes, is_natural: true });
        }};
    }
    match field_type {
        DataType::Int64 => whole!(Int64Type, Key::Whole),
        DataType::Date32 => whole!(Date32Type, Key::Days),
        DataType::Timestamp(TimeUnit::Microsecond, _) => whole!(TimestampMicrosecondType, Key::Micros),
        _ => {}
    }
    let mut interner: Interner<String> = Interner { seen: HashMap::new(), keys: Vec::new() };
    for chunk in table.chunks(idx) {
        push_text_codes(chunk, &mut interner, &mut codes)?;
    }
    Ok(Categories { keys: interner.keys, codes, is_natural: false })
}

fn push_text_codes(chunk: &ArrayRef, interner: &mut Interner<String>, codes: &mut Vec<u32>) -> Result<(), Problem> {
    let code = |interner: &mut Interner<String>, text: &str| match interner.seen.get(text) {
        Some(code) => *code,
        None => interner.code(text.to_owned(), || Key::Text(text.to_owned())),
    };
    match chunk.data_type() {
        DataType::Utf8 => {
            let array = chunk.as_string::<i32>();
            codes.extend(array.iter().map(|v| v.map_or(MISSING, |v| code(interner, v))));
        }
        DataType::Boolean => {
            codes.extend(chunk.as_boolean().iter().map(|v| match v {
                None => MISSING,
                Some(truth) => interner.code(truth.to_string(), || Key::Truth(truth)),
            }));
        }
        DataType::Dictionary(key, value) if **key == DataType::Int32 && **value == DataType::Utf8 => {
            let array = chunk.as_dictionary::<Int32Type>();
            let words = array.values().as_string::<i32>();
            // Values of the dictionary that no row uses never become categories.
            let mut of_word = vec![None; words.len()];
            codes.extend(array.keys().iter().map(|k| {
                let Some(k) = k.and_then(|k| usize::try_from(k).ok()).filter(|k| *k < words.len()) else {
                    return MISSING;
                };
                if words.is_null(k) {
                    return MISSING;
                }
                match of_word.get_mut(k) {
                    Some(Some(code)) => *code,
                    Some(slot) => *slot.insert(code(interner, words.value(k))),
                    None => MISSING,
                }
            }));
        }
        _ => {
            let text = arrow::compute::cast(chunk, &DataType::Utf8).map_err(|e| {
                Problem::request("not_categories", "This column cannot be shown as categories.").because(e.to_string())
            })?;
            let array = text.as_string::<i32>();
            codes.extend(array.iter().map(|v| v.map_or(MISSING, |v| code(interner, v))));
        }
    }
    Ok(())
}

impl Categories {
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    pub(super) fn counts(&self) -> Vec<u64> {
        let mut counts = vec![0u64; self.keys.len()];
        for code in &self.codes {
            if let Some(count) = counts.get_mut(*code as usize) {
                *count += 1;
            }
        }
        counts
    }

    pub(super) fn key(&self, code: usize) -> Option<&Key> {
        self.keys.get(code)
    }

    pub(super) fn name(&self, code: usize) -> String {
        self.key(code).map(Key::name).unwrap_or_default()
    }

    pub(super) fn find_raw(&self, raw: &str) -> Option<usize> {
        self.keys.iter().position(|k| k.is_raw(raw))
    }

    /// Natural order: by value for dates and numbers, else by name with runs of digits as numbers.
    pub(super) fn cmp(&self, a: usize, b: usize) -> std::cmp::Ordering {
        match (self.key(a), self.key(b)) {
            (Some(Key::Text(a)), Some(Key::Text(b))) => natural_cmp(a, b),
            (a, b) => a.cmp(&b),
        }
    }
}

/// Compares texts so that "A2" comes before "A10".
pub(super) fn natural_cmp(a: &str, b: &str) -> std::cmp::Ordering {
    use std::cmp::Ordering;
    let (mut rest_a, mut rest_b) = (a, b);
    loop {
        let (Some(ca), Some(cb)) = (rest_a.chars().next(), rest_b.chars().next()) else {
            return rest_a.len().cmp(&rest_b.len()).then_with(|| a.cmp(b));
        };
        if ca.is_ascii_digit() && cb.is_ascii_digit() {
            let (na, after_a) = leading_digits(rest_a);
            let (nb, after_b) = leading_digits(rest_b);
            let order = na.len().cmp(&nb.len()).then_with(|| na.cmp(nb));
            if order != Ordering::Equal {
                return order;
            }
            (rest_a, rest_b) = (after_a, after_b);
            continue;
        }
        let order = ca.to_lowercase().cmp(cb.to_lowercase());
        if order != Ordering::Equal {
            return order;
        }
        rest_a = rest_a.get(ca.len_utf8()..).unwrap_or("");
        rest_b = rest_b.get(cb.len_utf8()..).unwrap_or("");
    }
}

/// The leading digits without zeros in front, and what follows them.
fn leading_digits(text: &str) -> (&str, &str) {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (digits, rest) = text.split_at_checked(end).unwrap_or((text, ""));
    (digits.trim_start_matches('0'), rest)
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::array::{Decimal128Array, DictionaryArray, StringArray};
    use std::sync::Arc;

    #[test]
    fn wells_sort_as_people_sort_them() {
        let mut wells = vec!["A10", "A2", "B1", "a1", "A02"];
        wells.sort_by(|a, b| natural_cmp(a, b));
        assert_eq!(wells, ["a1", "A02", "A2", "A10", "B1"]);
    }

    #[test]
    fn dictionaries_keep_only_what_is_used() {
        let keys = arrow::array::Int32Array::from(vec![Some(1), None, Some(1), Some(2)]);
        let words = StringArray::from(vec!["unused", "x", "y"]);
        let array = DictionaryArray::try_new(keys, Arc::new(words)).unwrap();
        let table =
            Table::from_columns(vec![(ColumnInfo::new("g", ColumnType::Text), Arc::new(array) as ArrayRef)]).unwrap();
        let c = categories(&table, "g").unwrap();
        assert_eq!(c.keys, [Key::Text("x".into()), Key::Text("y".into())]);
        assert_eq!(c.codes, [0, MISSING, 0, 1]);
        assert_eq!(numbers(&table, "g").unwrap_err().code, "not_a_number");
    }

    #[test]
    fn exact_numbers_are_scaled() {
        let array = Decimal128Array::from(vec![Some(1_500_000_000), None]).with_precision_and_scale(38, 9).unwrap();
        let table = Table::from_columns(vec![(ColumnInfo::new("d", ColumnType::Decimal), Arc::new(array) as ArrayRef)])
            .unwrap();
        let values = numbers(&table, "d").unwrap();
        assert_eq!(values.first(), Some(&1.5));
        assert!(values[1].is_nan());
    }

    #[test]
    fn raw_dates_find_their_place() {
        assert_eq!(parse_place("1970-01-03", ColumnType::Date), Some(2.0));
        assert_eq!(parse_place("1970-01-01T00:00:01", ColumnType::DateTime), Some(1e6));
        assert_eq!(parse_place("rubbish", ColumnType::Date), None);
    }
}
