//! Pieces of answers as plain text.

use tributary::base::{Notices, Problem};
use tributary::table::{ColumnInfo, RowWindow};

/// Numbers in golden files: what a user sees has fewer digits, and the last ones are the machine's.
pub fn number(value: f64) -> String {
    if value == 0.0 || !value.is_finite() {
        return format!("{value}");
    }
    let digits = 6;
    let decimals = (digits - 1 - value.abs().log10().floor() as i32).clamp(0, 15) as usize;
    let text = format!("{value:.decimals$}");
    if text.contains('.') { text.trim_end_matches('0').trim_end_matches('.').to_owned() } else { text }
}

pub fn problem(p: &Problem) -> String {
    let mut out = format!("problem {} ({:?})\n  what: {}\n", p.code, p.kind, p.what);
    if !p.why.is_empty() {
        out.push_str(&format!("  why: {}\n", p.why));
    }
    let place = serde_json::to_string(&p.place).unwrap();
    if place != "{}" {
        out.push_str(&format!("  place: {place}\n"));
    }
    for hint in &p.hints {
        let repair = hint.repair.as_ref().map(|r| format!("  [{}]", serde_json::to_string(r).unwrap()));
        out.push_str(&format!("  hint: {}{}\n", hint.text, repair.unwrap_or_default()));
    }
    out
}

pub fn notices(notices: &Notices) -> String {
    notices.iter().map(|n| format!("  {}: {} ({})\n", n.code, n.text, n.count)).collect()
}

pub fn column(info: &ColumnInfo) -> String {
    let mut out = format!("  {}: {}", info.name, info.column_type.name());
    if let Some(label) = &info.label {
        out.push_str(&format!(", {label:?}"));
    }
    if let Some(unit) = &info.unit {
        out.push_str(&format!(", in {unit}"));
    }
    if info.n_missing > 0 {
        out.push_str(&format!(", {} missing", info.n_missing));
    }
    if !info.reason.is_empty() {
        out.push_str(&format!("; {}", info.reason));
    }
    out.push_str(&format!(" ({}", number(info.confidence)));
    if let Some(next) = info.runner_up {
        out.push_str(&format!(", else {}", next.name()));
    }
    out.push_str(")\n");
    out
}

/// The first rows, a line each; what is missing is a middle dot, so that it differs from empty text.
pub fn rows(window: &RowWindow, limit: usize) -> String {
    let heads: Vec<&str> = window.columns.iter().map(|c| c.name.as_str()).collect();
    let mut out = format!("  {}\n", heads.join(" | "));
    let shown = window.cells.first().map_or(0, Vec::len);
    for row in 0..shown.min(limit) {
        let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
        out.push_str(&format!("  {}\n", cells.join(" | ")));
    }
    let more = window.n_total - shown.min(limit) as u64;
    if more > 0 {
        out.push_str(&format!("  and {more} more\n"));
    }
    out
}

#[test]
fn numbers_keep_six_digits() {
    assert_eq!(number(1_234.567_89), "1234.57");
    assert_eq!(number(0.000_012_345_678), "0.0000123457");
    assert_eq!(number(2.5), "2.5");
    assert_eq!(number(-12_345_678.9), "-12345679");
    assert_eq!(number(0.0), "0");
}
