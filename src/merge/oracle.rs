//! The fast join against a slow one that compares every row with every other, written from the
//! descriptions of the forms alone.

use super::{Columns, KeyForm, KeyPair, MergeKind, MergeOutcome, run};
use crate::base::ColumnType;
use crate::table::{CellReader, ColumnInfo, Table};
use arrow::array::{ArrayRef, AsArray, DictionaryArray, Int64Array, StringArray};
use arrow::datatypes::Int32Type;
use std::sync::Arc;

type Row = Vec<Option<String>>;

/// A linear congruential generator (Knuth's MMIX constants): the same numbers on every machine.
struct Lcg(u64);

impl Lcg {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n
    }
    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words[self.below(words.len() as u64) as usize]
    }
}

const WORDS: [&str; 14] =
    ["p1", "P1", "P-1", "P01", "p 01", "plate_2", "PLATE 2", "2", "02", "x12", "12", "1-2", "", "Ärzte-7"];
const DAYS: [&str; 8] = [
    "2026-01-02",
    "2026-01-02T10:00:00",
    "02.01.2026",
    "2 Jan 2026",
    "20260102",
    "2026-02-01",
    "not a day",
    "31.12.2025",
];

pub(super) fn text(name: &str, cells: &[Option<String>]) -> (ColumnInfo, ArrayRef) {
    (ColumnInfo::new(name, ColumnType::Text), Arc::new(cells.iter().cloned().collect::<StringArray>()))
}

pub(super) fn ints(name: &str, cells: &[Option<i64>]) -> (ColumnInfo, ArrayRef) {
    (ColumnInfo::new(name, ColumnType::Integer), Arc::new(cells.iter().copied().collect::<Int64Array>()))
}

pub(super) fn rows(table: &Table) -> Vec<Row> {
    let mut out = Vec::new();
    for batch in table.batches() {
        let readers: Vec<CellReader<'_>> = batch.columns().iter().map(|a| CellReader::new(a.as_ref())).collect();
        out.extend((0..batch.num_rows()).map(|i| readers.iter().map(|r| r.get(i)).collect::<Row>()));
    }
    out
}

/// The table cut into two batches, so that rows cross a border.
fn cut(table: &Table, at: usize) -> Table {
    let batch = &table.batches()[0];
    let at = at.min(batch.num_rows());
    let batches = vec![batch.slice(0, at), batch.slice(at, batch.num_rows() - at)];
    Table::try_new(table.schema().clone(), batches, table.columns().to_vec()).unwrap()
}

fn random_table(lcg: &mut Lcg, words: &[&str], value: &str, as_dictionary: bool) -> Table {
    let n = lcg.below(12) as usize;
    let keys: Vec<Option<String>> = (0..n).map(|_| (lcg.below(6) > 0).then(|| lcg.pick(words).to_owned())).collect();
    let seconds: Vec<Option<i64>> = (0..n).map(|_| (lcg.below(9) > 0).then(|| lcg.below(3) as i64)).collect();
    let values: Vec<Option<i64>> = (0..n).map(|i| Some(i as i64)).collect();
    let (info, mut array) = text("key", &keys);
    if as_dictionary {
        array = Arc::new(array.as_string::<i32>().iter().collect::<DictionaryArray<Int32Type>>());
    }
    let table = Table::from_columns(vec![(info, array), ints("second", &seconds), ints(value, &values)]).unwrap();
    cut(&table, lcg.below(12) as usize)
}

/// The meaning of each form, in the plainest way.
fn plain_key(cell: &str, form: KeyForm) -> Option<String> {
    let folded = || {
        let chars: Vec<char> = cell.to_lowercase().chars().collect();
        let mut out = String::new();
        for (i, c) in chars.iter().enumerate() {
            if c.is_alphanumeric() {
                let kept_before = chars[..i].iter().rposition(|b| b.is_alphanumeric());
                if let Some(b) = kept_before.filter(|b| b + 1 < i)
                    && chars[b].is_ascii_digit()
                    && c.is_ascii_digit()
                {
                    out.push(if i - b == 2 && chars[b + 1] == '.' { '.' } else { '-' });
                }
                out.push(*c);
            }
        }
        out
    };
    let strip = |digits: &str| {
        let short = digits.trim_start_matches('0');
        if short.is_empty() { "0".to_owned() } else { short.to_owned() }
    };
    let key = match form {
        KeyForm::Exact if cell.trim().is_empty() => String::new(),
        KeyForm::Exact => cell.to_owned(),
        KeyForm::Folded => folded(),
        KeyForm::Unpadded => {
            let folded = folded();
            let mut out = String::new();
            let mut digits = String::new();
            for c in folded.chars().chain(['\0']) {
                if c.is_ascii_digit() {
                    digits.push(c);
                    continue;
                }
                if !digits.is_empty() {
                    out.push_str(&if out.ends_with('.') { digits.clone() } else { strip(&digits) });
                    digits.clear();
                }
                if c != '\0' {
                    out.push(c);
                }
            }
            out
        }
        KeyForm::TrailingNumber => {
            let back: String =
                cell.chars().rev().skip_while(|c| !c.is_alphanumeric()).take_while(char::is_ascii_digit).collect();
            if back.is_empty() { String::new() } else { strip(&back.chars().rev().collect::<String>()) }
        }
        KeyForm::Bare => {
            let plain = |c: char| if c == 'ä' { 'a' } else { c };
            cell.to_lowercase().chars().filter(|c| c.is_alphanumeric()).map(plain).collect()
        }
        KeyForm::LastPart => {
            let parts: Vec<String> =
                cell.to_lowercase().split(|c: char| !c.is_alphanumeric()).map(str::to_owned).collect();
            parts.iter().rfind(|part| !part.is_empty()).cloned().unwrap_or_default()
        }
        KeyForm::Day => match cell {
            "2026-01-02" | "2026-01-02T10:00:00" | "02.01.2026" | "2 Jan 2026" | "20260102" => "2 Jan".to_owned(),
            "2026-02-01" => "1 Feb".to_owned(),
            "31.12.2025" => "31 Dec".to_owned(),
            _ => String::new(),
        },
    };
    (!key.is_empty()).then_some(key)
}

fn agrees(left: &Row, right: &Row, form: KeyForm, with_second: bool) -> bool {
    let key = |row: &Row| row[0].as_deref().and_then(|c| plain_key(c, form));
    let first = key(left).is_some() && key(left) == key(right);
    first && (!with_second || (left[1].is_some() && left[1] == right[1]))
}

fn slow(
    kind: MergeKind,
    left: &[Row],
    right: &[Row],
    same: &dyn Fn(&Row, &Row) -> bool,
    with_second: bool,
) -> Vec<Row> {
    // Columns of the right that are keys of the same name are not repeated.
    let right_part = |row: Option<&Row>| -> Row {
        let all = row.cloned().unwrap_or_else(|| vec![None; 3]);
        if with_second { vec![all[2].clone()] } else { vec![all[1].clone(), all[2].clone()] }
    };
    let mut out = Vec::new();
    for l in left {
        let found: Vec<&Row> = right.iter().filter(|r| same(l, r)).collect();
        let joined = |r: Option<&Row>| [l.clone(), right_part(r)].concat();
        match kind {
            MergeKind::Semi => out.extend((!found.is_empty()).then(|| l.clone())),
            MergeKind::Anti => out.extend(found.is_empty().then(|| l.clone())),
            _ => {
                if found.is_empty() && kind != MergeKind::Inner {
                    out.push(joined(None));
                }
                out.extend(found.into_iter().map(|r| joined(Some(r))));
            }
        }
    }
    if kind == MergeKind::Full {
        for r in right.iter().filter(|r| !left.iter().any(|l| same(l, r))) {
            let second = if with_second { r[1].clone() } else { None };
            out.push([vec![r[0].clone(), second, None], right_part(Some(r))].concat());
        }
    }
    out
}

fn check_account(kind: MergeKind, o: &MergeOutcome, left: &[Row], right: &[Row], same: &dyn Fn(&Row, &Row) -> bool) {
    let partners = |l: &Row| right.iter().filter(|r| same(l, r)).count() as u64;
    let counts: Vec<u64> = left.iter().map(partners).collect();
    assert_eq!(o.n_left, left.len() as u64);
    assert_eq!(o.n_right, right.len() as u64);
    assert_eq!(o.n_left, o.n_left_matched + o.n_left_only);
    assert_eq!(o.n_right, o.n_right_matched + o.n_right_only);
    assert_eq!(o.n_left_matched, counts.iter().filter(|n| **n > 0).count() as u64);
    assert_eq!(o.n_right_matched, right.iter().filter(|r| left.iter().any(|l| same(l, r))).count() as u64);
    assert_eq!(o.n_left_multiplied, counts.iter().filter(|n| **n > 1).count() as u64);
    assert_eq!(o.fan_out, counts.iter().copied().max().unwrap_or(0));
    let n_pairs: u64 = counts.iter().sum();
    let want = match kind {
        MergeKind::Inner => n_pairs,
        MergeKind::Left => n_pairs + o.n_left_only,
        MergeKind::Full => n_pairs + o.n_left_only + o.n_right_only,
        MergeKind::Semi => o.n_left_matched,
        MergeKind::Anti => o.n_left_only,
        MergeKind::Union => o.n_left + o.n_right,
    };
    assert_eq!(o.n_rows, want);
}

#[test]
fn agrees_with_the_slow_join() {
    let kinds = [MergeKind::Left, MergeKind::Inner, MergeKind::Full, MergeKind::Semi, MergeKind::Anti];
    let forms = KeyForm::ALL;
    let mut lcg = Lcg(42);
    let mut n_joined = 0;
    for round in 0..60 {
        for form in forms {
            let words: &[&str] = if form == KeyForm::Day { &DAYS } else { &WORDS };
            let left = random_table(&mut lcg, words, "a", round % 3 == 0);
            let right = random_table(&mut lcg, words, "b", round % 2 == 0);
            let with_second = round % 4 == 1;
            let pair = |name: &str, form| KeyPair { left: name.to_owned(), right: name.to_owned(), form };
            let mut keys = vec![pair("key", form)];
            if with_second {
                keys.push(pair("second", KeyForm::Exact));
            }
            let same = |l: &Row, r: &Row| agrees(l, r, form, with_second);
            let (left_rows, right_rows) = (rows(&left), rows(&right));
            for kind in kinds {
                let (table, outcome) = run(kind, &keys, ("l", &left), ("r", &right), Columns::default()).unwrap();
                let want = slow(kind, &left_rows, &right_rows, &same, with_second);
                assert_eq!(rows(&table), want, "{kind:?} {form:?} round {round}");
                check_account(kind, &outcome, &left_rows, &right_rows, &same);
                assert_eq!(outcome.n_rows, table.n_rows());
                n_joined += outcome.n_left_matched;
            }
        }
    }
    assert!(n_joined > 1_000, "the tables hardly met: {n_joined}");
}
