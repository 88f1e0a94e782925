//! Values known only as below or above a limit: `<0.5` among measured ones.
//!
//! The measured values stay a column of numbers in which such a cell is empty, so that no mean counts a limit as if it had
//! been measured. The limits go to a column of their own beside it, `arsenic_below` or `arsenic_above`.

use super::decide::{How, Verdict};
use super::dressing::{self, Side, undress};
use super::number::{self, STYLES};
use super::tally::Tally;
use super::values::Values;
use super::{Cells, Column, Head, trimmed};
use crate::base::{ColumnType, Notices, wording};
use crate::table::ColumnInfo;
use arrow::datatypes::Float64Type;
use std::collections::BTreeSet;

pub(super) fn columns<C: Cells>(
    cells: &C,
    column: usize,
    head: &Head,
    tally: &Tally,
    verdict: &Verdict,
    taken: &mut BTreeSet<String>,
    notices: &mut Notices,
) -> Vec<Column> {
    let (How::Integer(style) | How::Number(style)) = verdict.how else { return Vec::new() };
    let style = STYLES.get(style).copied().unwrap_or(STYLES[0]);
    let sides = [(Side::Below, "below", tally.n_below), (Side::Above, "above", tally.n_above)];
    let mut columns = Vec::new();
    for (side, word, n) in sides.into_iter().filter(|(.., n)| *n > 0) {
        let mut name = format!("{}_{word}", head.name);
        while !taken.insert(name.clone()) {
            name.push('_');
        }
        let mut values = Values::new(0);
        let (mut scratch, mut unit, mut example) = (String::new(), head.unit.clone(), String::new());
        for row in 0..cells.n_rows() {
            let raw = cells.get(column, row);
            let text = trimmed(&raw);
            let found = dressing::limit(text).filter(|(found, _)| *found == side).and_then(|(_, rest)| {
                let dressed = undress(rest);
                let plain = number::normalise_dressed(&dressed, style, &mut scratch)
                    .or_else(|| number::normalise_odd(dressed.core, style, &mut scratch));
                plain?;
                if unit.is_none() {
                    unit = dressed.affix.map(str::to_owned);
                }
                if example.is_empty() {
                    example = text.chars().take(20).collect();
                }
                scratch.parse::<f64>().ok().filter(|v| v.is_finite())
            });
            values.push_option(found);
        }
        let mut info = ColumnInfo::new(name.clone(), ColumnType::Number);
        info.unit = unit;
        info.confidence = 0.85;
        info.runner_up = Some(ColumnType::Text);
        info.n_missing = values.n_missing;
        info.reason = format!("the limits of values such as '{example}' in {}", head.name);
        let values_are =
            wording::plural(n, &format!("value of {} is", head.name), &format!("values of {} are", head.name));
        let text =
            format!("{values_are} known only as {word} a limit, as '{example}': left empty, the limit is in {name}");
        notices.add("limits", text, n);
        columns.push(Column { info, chunks: values.chunks::<Float64Type>(), changed: Vec::new() });
    }
    columns
}
