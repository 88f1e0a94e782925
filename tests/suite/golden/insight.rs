//! A table → findings, each with its numbers, its caveat, and the rows behind it counted.

use super::{Case, Outputs, check, text, words};
use crate::suite::desk::Desk;
use tributary::insight::{Finding, FindingsOptions};
use tributary::protocol::{Query, View};
use tributary::source::ReaderSpec;

#[test]
fn findings_say_what_is_there() {
    check("insight", run);
}

fn run(case: &Case) -> Outputs {
    let mut desk = Desk::new();
    for (name, bytes) in case.inputs() {
        desk.add(&name, &bytes, &ReaderSpec::default()).unwrap();
    }
    let node = desk.history.present().main_node().unwrap();
    let options: FindingsOptions = case.get("options");
    let Ok(View::Findings(found)) = desk.ask(Query::Findings { node, options }) else { panic!("no findings") };
    let mut out = format!("{} checks run, {} reported\n", found.checks_run, found.findings.len());
    if !found.attributes.is_empty() {
        out.push_str(&format!("facts of other columns: {}\n", found.attributes.join(", ")));
    }
    for (finding, nr) in found.findings.iter().zip(1..) {
        out.push_str(&format!("\n{nr}. {}", finding_words(finding)));
        out.push_str(&match desk.sql(&finding.evidence_sql) {
            Ok(rows) => format!("   rows behind it: {}\n", rows.n_total),
            Err(problem) => panic!("{}\n{problem:?}", finding.evidence_sql),
        });
    }
    text(out)
}

pub fn finding_words(f: &Finding) -> String {
    let mut out = format!("{}\n   caveat: {}\n", f.sentence, f.caveat);
    let unit = f.effect.unit.as_deref().map(|u| format!(" {u}")).unwrap_or_default();
    let interval = f
        .effect
        .interval
        .map(|(low, high)| format!(" (95 %: {} to {})", words::number(low), words::number(high)))
        .unwrap_or_default();
    out.push_str(&format!(
        "   {:?}, {}: {}{unit}{interval}; n = {}",
        f.kind,
        f.effect.measure,
        words::number(f.effect.value),
        f.n
    ));
    if let Some(p) = f.p_adjusted {
        out.push_str(&format!("; p = {}", words::number(p)));
    }
    out.push_str(&format!("\n   {}\n   columns: {}", f.method, f.columns.join(", ")));
    if let Some(group) = &f.group {
        out.push_str(&format!("; group {group:?}"));
    }
    if let Some((from, to)) = &f.window {
        out.push_str(&format!("; from {from} to {to}"));
    }
    out.push('\n');
    out
}
