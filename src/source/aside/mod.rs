//! Rows that are set aside: which decision of the user is about which of them.
//!
//! Readers set rows aside as if nothing had been decided; then a decision finds its row by the row's text, first where it
//! stood when it was decided on, then wherever the file of next month has it. One decision is used for one row. See
//! `docs/decisions/0016-set-aside.md`.

mod spec;

pub use spec::{Decided, Decision, Remedy, Rows, Rule};

use super::spec::{Ledger, ReadOutcome, ReaderSpec, SetAside};
use crate::base::{Notices, wording};
use std::collections::BTreeMap;

/// The decisions on the rows of one part.
#[derive(Default)]
pub(super) struct Decisions<'s> {
    /// On single rows, with their lines.
    single: BTreeMap<&'s str, Vec<(u64, &'s Remedy)>>,
    alike: BTreeMap<&'s str, &'s Remedy>,
    /// Rows that have the text of a decision: the reader's number for them, and their lines.
    offered: BTreeMap<&'s str, Vec<(usize, u64)>>,
    chosen: BTreeMap<usize, &'s Remedy>,
}

impl<'s> Decisions<'s> {
    pub fn of(spec: &'s ReaderSpec, part: &str) -> Decisions<'s> {
        let mut found = Decisions::default();
        for decision in spec.decisions.iter().filter(|d| d.part == part) {
            match (&decision.rows, &decision.remedy) {
                (Rows::One { line, text }, remedy) => found.single.entry(text).or_default().push((*line, remedy)),
                // One text in the place of many rows would make up data.
                (Rows::Alike { .. }, Remedy::Replace(_)) => {}
                (Rows::Alike { reason }, remedy) => {
                    found.alike.insert(reason, remedy);
                }
            }
        }
        found
    }

    /// Whether rows must be offered before their remedies are asked for.
    pub fn needs_offers(&self) -> bool {
        !self.single.is_empty()
    }

    /// Tells of a row that would be set aside; `row` is the reader's number for it, the same when it asks.
    pub fn offer(&mut self, row: usize, line: u64, text: &str) {
        if let Some((&text, _)) = self.single.get_key_value(SetAside::listed(text)) {
            self.offered.entry(text).or_default().push((row, line));
        }
    }

    /// Gives each decision to one row, once all rows have been offered.
    pub fn settle(&mut self) {
        for (text, rows) in std::mem::take(&mut self.offered) {
            let decisions = self.single.get(text).map(Vec::as_slice).unwrap_or_default();
            let mut left: BTreeMap<u64, &'s Remedy> = decisions.iter().copied().collect();
            let mut moved = Vec::new();
            for (row, line) in rows {
                match left.remove(&line) {
                    Some(remedy) => {
                        self.chosen.insert(row, remedy);
                    }
                    None => moved.push(row),
                }
            }
            self.chosen.extend(moved.into_iter().zip(left.into_values()));
        }
    }

    /// What was decided on a row.
    pub fn remedy(&self, row: usize, reason: &str) -> Option<&'s Remedy> {
        let alike = || self.alike.get(SetAside::kind_of(reason));
        self.chosen.get(&row).or_else(alike).copied()
    }
}

/// Drops listed rows on which that was decided, for readers that can do nothing else with them.
pub(super) fn drop_listed(ledger: &mut Ledger, spec: &ReaderSpec, part: &str) {
    let mut decisions = Decisions::of(spec, part);
    let listed = std::mem::take(&mut ledger.set_aside);
    for (i, row) in listed.iter().enumerate() {
        decisions.offer(i, row.line, &row.text);
    }
    decisions.settle();
    for (i, row) in listed.into_iter().enumerate() {
        if decisions.remedy(i, &row.reason) == Some(&Remedy::Drop) {
            let SetAside { line, byte, reason, text, .. } = row;
            // It is counted already.
            ledger.n_set_aside -= 1;
            ledger.decide(Decided { line, byte, reason, text, remedy: Remedy::Drop });
        } else {
            ledger.set_aside.push(row);
        }
    }
    let is_dropped = |kind: &String| decisions.alike.get(kind.as_str()) == Some(&&Remedy::Drop);
    ledger.unlisted.retain(|kind, n| {
        let drops = is_dropped(kind);
        ledger.n_dropped += if drops { *n } else { 0 };
        !drops
    });
}

impl ReaderSpec {
    /// As the reader of a file in an archive, or of a table in a workbook, needs it: decisions are about parts within.
    pub(super) fn within(&self, part: &str, between: &str) -> ReaderSpec {
        let inner = |d: &Decision| {
            let rest = d.part.strip_prefix(part)?;
            let part = if rest.is_empty() { rest } else { rest.strip_prefix(between)? };
            Some(Decision { part: part.to_owned(), ..d.clone() })
        };
        ReaderSpec { decisions: self.decisions.iter().filter_map(inner).collect(), ..self.clone() }
    }

    /// The texts of decisions as a reader needs them that has another character between cells than is shown.
    pub(super) fn with_delimiter(mut self, shown: char, read: char) -> ReaderSpec {
        let read = read.to_string();
        for decision in &mut self.decisions {
            if let Rows::One { text, .. } = &mut decision.rows {
                *text = text.replace(shown, &read);
            }
            if let Remedy::Replace(text) = &mut decision.remedy {
                *text = text.replace(shown, &read);
            }
        }
        self
    }
}

/// Says what came of the decisions, once all parts are read and named.
pub(super) fn report(outcome: &mut ReadOutcome, spec: &ReaderSpec) {
    if spec.decisions.is_empty() {
        return;
    }
    for part in &mut outcome.parts {
        let ledger = &part.ledger;
        if ledger.n_open() == 0 {
            part.notices.0.retain(|n| n.code != "rows_set_aside");
        }
        let of_part: Vec<&Decision> = spec.decisions.iter().filter(|d| d.part == part.part).collect();
        tell(ledger, &of_part, &mut part.notices);
    }
    let has_part = |d: &&Decision| outcome.parts.iter().any(|p| p.part == d.part);
    let n_lost = spec.decisions.iter().filter(|d| !has_part(d)).count() as u64;
    if n_lost > 0 {
        let text =
            format!("{} about a table that is not there now", wording::plural(n_lost, "decision is", "decisions are"));
        outcome.notices.add("decisions_unused", text, n_lost);
    }
}

fn tell(ledger: &Ledger, decisions: &[&Decision], notices: &mut Notices) {
    let rows = |n| wording::plural(n, "row", "rows");
    let done: Vec<String> = [(ledger.n_repaired, "repaired or kept"), (ledger.n_dropped, "dropped")]
        .into_iter()
        .filter(|(n, _)| *n > 0)
        .map(|(n, what)| format!("{} {what}", rows(n)))
        .collect();
    if !done.is_empty() {
        let text = format!("{}, as you decided", wording::list(&done));
        notices.add("rows_decided", text, ledger.n_repaired + ledger.n_dropped);
    }
    if ledger.decided.len() >= Ledger::MAX_LISTED || ledger.set_aside.len() >= Ledger::MAX_LISTED {
        return;
    }
    // Rows that were found, also those on which a decision could not be carried out.
    let mut found: BTreeMap<&str, u64> = BTreeMap::new();
    let texts = ledger.decided.iter().map(|d| &d.text).chain(ledger.set_aside.iter().map(|s| &s.text));
    for text in texts {
        *found.entry(text).or_default() += 1;
    }
    let mut n_unused = 0u64;
    for decision in decisions {
        let Rows::One { text, .. } = &decision.rows else { continue };
        match found.get_mut(text.as_str()) {
            Some(n) if *n > 0 => *n -= 1,
            _ => n_unused += 1,
        }
    }
    if n_unused > 0 {
        let decisions = wording::plural(n_unused, "decision on a row found", "decisions on rows found");
        notices.add("decisions_unused", format!("{decisions} no such row in the file"), n_unused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(line: u64, text: &str, remedy: Remedy) -> Decision {
        Decision { part: String::new(), rows: Rows::One { line, text: text.to_owned() }, remedy }
    }

    #[test]
    fn a_decision_finds_its_row_and_no_other() {
        let kept = Remedy::Replace("x,1".to_owned());
        let spec =
            ReaderSpec { decisions: vec![on(5, "x", kept.clone()), on(9, "x", Remedy::Drop)], ..ReaderSpec::default() };
        let remedies = |rows: &[(u64, &str)]| {
            let mut decisions = Decisions::of(&spec, "");
            rows.iter().enumerate().for_each(|(i, (line, text))| decisions.offer(i, *line, text));
            decisions.settle();
            (0..rows.len()).map(|i| decisions.remedy(i, "too few cells (1 of 2)").cloned()).collect::<Vec<_>>()
        };
        assert_eq!(remedies(&[(5, "x"), (7, "x"), (9, "x")]), [Some(kept.clone()), None, Some(Remedy::Drop)]);
        // Next month all is two lines further down; a row more of the same text is asked about.
        assert_eq!(remedies(&[(7, "x"), (11, "x"), (12, "x")]), [Some(kept.clone()), Some(Remedy::Drop), None]);
        assert_eq!(remedies(&[(4, "x"), (9, "x"), (10, "y")]), [Some(kept), Some(Remedy::Drop), None]);
        assert!(Decisions::of(&spec, "another").single.is_empty());
    }

    #[test]
    fn rows_alike_are_kept_or_dropped_and_never_replaced() {
        let alike =
            |remedy| Decision { part: String::new(), rows: Rows::Alike { reason: "too few cells".to_owned() }, remedy };
        for (remedy, is_used) in [(Remedy::Keep, true), (Remedy::Drop, true), (Remedy::Replace(String::new()), false)] {
            let spec = ReaderSpec { decisions: vec![alike(remedy.clone())], ..ReaderSpec::default() };
            let decisions = Decisions::of(&spec, "");
            assert_eq!(decisions.remedy(3, "too few cells (1 of 2)"), is_used.then_some(&remedy));
            assert_eq!(decisions.remedy(3, "too many cells (3 of 2)"), None);
        }
    }

    #[test]
    fn rows_that_are_not_listed_are_dropped_by_kind() {
        let mut ledger = Ledger::default();
        for line in 0..300 {
            let reason = if line % 3 == 0 { "the row is damaged" } else { "deleted (once)" };
            ledger.put_aside(line, 0, reason.to_owned(), String::new);
        }
        let rows = Rows::Alike { reason: "deleted".to_owned() };
        let spec = ReaderSpec {
            decisions: vec![Decision { part: String::new(), rows, remedy: Remedy::Drop }],
            ..ReaderSpec::default()
        };
        drop_listed(&mut ledger, &spec, "");
        assert_eq!((ledger.n_set_aside, ledger.n_dropped, ledger.n_open()), (300, 200, 100));
        assert!(ledger.set_aside.iter().all(|row| row.reason == "the row is damaged"));
        assert_eq!(ledger.unlisted.into_iter().collect::<Vec<_>>(), [("the row is damaged".to_owned(), 33)]);
    }

    #[test]
    fn decisions_within_an_archive_are_for_its_files() {
        let of = |part: &str| Decision { part: part.to_owned(), ..on(1, "x", Remedy::Drop) };
        let spec = ReaderSpec {
            decisions: vec![of("a.csv"), of("a.csv › B"), of("a.csv.old"), of("b.csv")],
            ..ReaderSpec::default()
        };
        let parts: Vec<String> = spec.within("a.csv", " › ").decisions.into_iter().map(|d| d.part).collect();
        assert_eq!(parts, ["", "B"]);
    }
}
