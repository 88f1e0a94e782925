//! Two versions of a file → what is different, and what one click does about it.

use super::{Case, Outputs, check, text};
use tributary::source::drift::{added_words, column_words, compare, example_words, fixes, likely_fixes, row_words};
use tributary::source::{ColumnDrift, ReaderSpec, RowFate, read};

#[test]
fn what_is_different_is_told() {
    check("drift", run);
}

fn run(case: &Case) -> Outputs {
    let reader: ReaderSpec = case.get("reader");
    let mut tables = Vec::new();
    for name in ["before", "after"] {
        let (called, bytes) = case.inputs().into_iter().find(|(n, _)| n.starts_with(name)).unwrap();
        tables.push(read(&called, &bytes, &reader, &mut |_| {}).unwrap().parts.remove(0));
    }
    let drift = compare("before.csv", "", &tables[0].table, &tables[1].table, &tables[1].keys);
    let mut out = String::new();
    let likely = likely_fixes(&drift.columns);
    for column in drift.columns.iter().filter(|c| !matches!(c, ColumnDrift::Added { .. })) {
        out.push_str(&format!("{}\n", column_words(column)));
        for fix in fixes(column) {
            let mark = if likely.contains(&fix) { "*" } else { "-" };
            out.push_str(&format!("  {mark} {}\n", fix.label()));
        }
    }
    out.push_str(&added_words(&drift.columns).map(|w| format!("{w}\n")).unwrap_or_default());
    if drift.is_reordered {
        out.push_str("the columns are in another order\n");
    }
    let Some(rows) = drift.rows else { return text(format!("{out}rows not compared\n")) };
    let key = if rows.key.is_empty() { "whole rows".to_owned() } else { rows.key.join(" and ") };
    out.push_str(&format!("\n{} by {key}\n", row_words(&rows)));
    out.extend(rows.cells.iter().map(|c| format!("  {}: {}\n", c.column, c.n_cells)));
    for row in &rows.examples {
        let fate = match row.fate {
            RowFate::Added => "+",
            RowFate::Removed => "-",
            RowFate::Changed => "~",
        };
        out.push_str(&format!("  {fate} {}\n", example_words(row)));
    }
    text(out)
}
