//! The status line's words on the cells chosen: n, sum, mean and range, added up by the engine.

use super::cells::cell_text;
use super::grid_rows::GridRows;
use super::grid_selection::selected;
use crate::base::{ColumnType, NodeId, wording};
use crate::protocol::{Query, View};
use crate::table::{CellSummary, ColumnHead};
use crate::ui::state::{Answer, use_app};
use leptos::prelude::*;

/// What is summed up: a block, or the whole column of the active cell.
#[derive(Clone, PartialEq)]
struct Asked {
    columns: Vec<ColumnHead>,
    /// First and one past the last; `None`: all.
    rows: Option<(u64, u64)>,
}

#[component]
pub(super) fn CellStatus(node: NodeId, rows: GridRows) -> impl IntoView {
    let app = use_app();
    let asked = Memo::new(move |_| {
        let columns = rows.columns();
        match selected(rows) {
            Some(block) => {
                let n = block.columns.1 - block.columns.0 + 1;
                let heads: Vec<ColumnHead> = columns.iter().skip(block.columns.0).take(n).cloned().collect();
                (!heads.is_empty()).then_some(Asked { columns: heads, rows: Some((block.rows.0, block.rows.1 + 1)) })
            }
            None => rows.active_column().map(|head| Asked { columns: vec![head], rows: None }),
        }
    });
    let answer = app.want(move || {
        asked.get().map(|asked| Query::Summary {
            node,
            columns: asked.columns.iter().map(|c| c.name.clone()).collect(),
            rows: asked.rows,
        })
    });
    let words = move || {
        let asked = asked.get()?;
        let what = what_words(&asked);
        match answer.get() {
            Answer::Ready { view, is_stale: false } => match &*view {
                View::Summary(found) if found.len() == asked.columns.len() => {
                    Some(format!("{what}: {}", summary_words(&asked.columns, found)))
                }
                _ => Some(what),
            },
            _ => Some(what),
        }
    };
    // Always there, so that a change is spoken.
    view! {
        <span class="explore__column" role="status">
            {words}
        </span>
    }
}

/// "reads, all rows" or "reads, rows 3 to 17".
fn what_words(asked: &Asked) -> String {
    let columns = match asked.columns.as_slice() {
        [one] => one.name.clone(),
        several => wording::plural(several.len() as u64, "column", "columns"),
    };
    match asked.rows {
        None => format!("{columns}, all rows"),
        Some((first, end)) if end == first + 1 => format!("{columns}, row {}", wording::format_count(end)),
        Some((first, end)) => {
            format!("{columns}, rows {} to {}", wording::format_count(first + 1), wording::format_count(end))
        }
    }
}

fn summary_words(columns: &[ColumnHead], found: &[CellSummary]) -> String {
    let n: u64 = found.iter().map(|s| s.n).sum();
    let n_missing: u64 = found.iter().map(|s| s.n_missing).sum();
    let mut words = vec![format!("n {}", wording::format_count(n))];
    if let ([head], [one]) = (columns, found) {
        words.extend(one.sum.as_ref().map(|sum| format!("sum {}", sum_text(head, sum))));
        words.extend(one.mean.map(|mean| format!("mean {}", mean_text(head, mean))));
        if let (Some(min), Some(max)) = (&one.min, &one.max) {
            words.push(format!("{} to {}", cell_text(head, min), cell_text(head, max)));
        }
        words.extend(one.n_distinct.map(|n| wording::plural(n, "different value", "different values")));
    } else if columns.iter().all(|c| c.column_type.is_numeric()) {
        words.extend(block_words(found, n));
    }
    if n_missing > 0 {
        words.push(format!("{} missing", wording::format_count(n_missing)));
    }
    words.join(" · ")
}

/// Sum, mean and range over several columns of numbers.
fn block_words(found: &[CellSummary], n: u64) -> Vec<String> {
    let sums: Vec<&String> = found.iter().filter_map(|s| s.sum.as_ref()).collect();
    let wholes: Option<Vec<i128>> = sums.iter().map(|s| s.parse().ok()).collect();
    let total = match wholes.and_then(|w| w.into_iter().try_fold(0_i128, i128::checked_add)) {
        Some(total) => total.to_string(),
        None => sums.iter().filter_map(|s| s.parse::<f64>().ok()).sum::<f64>().to_string(),
    };
    let ends = |pick: fn(&CellSummary) -> Option<&String>| {
        found.iter().filter_map(pick).filter_map(|raw| raw.parse::<f64>().ok()).collect::<Vec<f64>>()
    };
    let low = ends(|s| s.min.as_ref()).into_iter().reduce(f64::min);
    let high = ends(|s| s.max.as_ref()).into_iter().reduce(f64::max);
    let mut words = vec![format!("sum {}", exact_text(&total))];
    if let (Ok(total), true) = (total.parse::<f64>(), n > 0) {
        words.push(format!("mean {}", number_text(total / n as f64)));
    }
    if let (Some(low), Some(high)) = (low, high) {
        words.push(format!("{} to {}", exact_text(&low.to_string()), exact_text(&high.to_string())));
    }
    words
}

fn sum_text(head: &ColumnHead, sum: &str) -> String {
    if head.column_type == ColumnType::Duration { cell_text(head, sum) } else { exact_text(sum) }
}

fn mean_text(head: &ColumnHead, mean: f64) -> String {
    if head.column_type != ColumnType::Duration {
        return number_text(mean);
    }
    let sign = if mean < 0.0 { "-" } else { "" };
    cell_text(head, &format!("{sign}PT{}S", mean.abs() / 1e6))
}

/// A mean: six digits, and never fewer than the whole part has.
fn number_text(value: f64) -> String {
    if (1e5..1e15).contains(&value.abs()) {
        wording::format_number(value, 1)
    } else {
        wording::format_significant(value, 6)
    }
}

/// All digits of a number, in groups; a float's last, uncertain ones are rounded away.
fn exact_text(raw: &str) -> String {
    let is_whole = raw.trim_start_matches('-').chars().all(|c| c.is_ascii_digit());
    let rounded = match raw.parse::<f64>() {
        Ok(v) if !is_whole && v.is_finite() => {
            format!("{v:.14e}").parse::<f64>().map_or_else(|_| raw.to_owned(), |v| v.to_string())
        }
        Ok(v) if !v.is_finite() => return raw.to_owned(),
        _ => raw.to_owned(),
    };
    let (sign, digits) = rounded.strip_prefix('-').map_or(("", rounded.as_str()), |rest| ("\u{2212}", rest));
    let (whole, fraction) = digits.split_once('.').map_or((digits, None), |(w, f)| (w, Some(f)));
    let grouped = whole.parse::<u64>().map_or_else(|_| whole.to_owned(), wording::format_count);
    match fraction {
        Some(fraction) => format!("{sign}{grouped}.{fraction}"),
        None => format!("{sign}{grouped}"),
    }
}
