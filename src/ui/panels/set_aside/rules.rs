//! Cells that were read as something else than they say, or left empty; each rule can be switched off for its column.

use super::changes::{Changes, Shown};
use super::{act, heading};
use crate::base::wording::{format_count, list, plural};
use crate::source::{ChangedCells, Rule};
use leptos::prelude::*;

/// The id of the heading of rules.
pub const SECTION: &str = "aside-rules";

/// Cells that are empty in the table, as their text does not fit the type of the column.
pub fn misfits(changes: Changes, shown: &Shown) -> Option<AnyView> {
    let found = shown.ledger.changed.iter().filter(|c| c.by == Some(Rule::Misfits));
    let lines: Vec<AnyView> = found
        .map(|c| {
            let lines: Vec<String> = c.lines.iter().map(|line| format_count(*line)).collect();
            let first = if c.cells > c.lines.len() as u64 { "first " } else { "" };
            let place = match lines.len() {
                0 => String::new(),
                1 => format!(", {first}in line {}", lines.concat()),
                _ => format!(", {first}in lines {}", list(&lines)),
            };
            let words = format!("{}: {}, {}{place}", c.column, c.rule, plural(c.cells, "cell", "cells"));
            rule_line(changes, words, &c.column, Some(Rule::Misfits), false)
        })
        .collect();
    section("aside-misfits", "Cells left empty, with their text", lines)
}

/// Cells that a rule changed, and rules that are off.
pub fn rules(changes: Changes, shown: &Shown) -> Option<AnyView> {
    let is_rule = |c: &&ChangedCells| c.by != Some(Rule::Misfits);
    let on = shown.ledger.changed.iter().filter(is_rule).map(|c| {
        let words = format!("{}: {}, {}", c.column, c.rule, plural(c.cells, "cell", "cells"));
        rule_line(changes, words, &c.column, c.by.clone(), false)
    });
    let off = shown.off.iter().map(|(column, rule)| {
        let words = format!("{column}: as it is written, not: {}", rule.words());
        rule_line(changes, words, column, Some(rule.clone()), true)
    });
    section(SECTION, "Cells read by a rule", on.chain(off).collect())
}

fn section(id: &'static str, title: &'static str, lines: Vec<AnyView>) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    Some(
        view! {
            <section class="side-panel__section">
                {heading(id, title)}
                <ul class="aside__rules">{lines}</ul>
            </section>
        }
        .into_any(),
    )
}

fn rule_line(changes: Changes, words: String, column: &str, rule: Option<Rule>, is_off: bool) -> AnyView {
    let word = if is_off { "Use the rule" } else { "As written" };
    let switch = rule.map(|rule| {
        let column = column.to_owned();
        act(word, format!("{word}: {words}"), move || changes.switch(&column, rule.clone(), is_off))
    });
    view! {
        <li class="aside__rule" data-state=is_off.then_some("off")>
            <span class="aside__words">{words}</span>
            <span class="aside__acts">{switch}</span>
        </li>
    }
    .into_any()
}
