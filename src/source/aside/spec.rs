//! What the user decided on rows that are set aside and on cells that are read by a rule. It is kept with the source and
//! holds for its next file as well.

use crate::base::ColumnType;
use crate::source::spec::{Ledger, ReaderSpec, SetAside, TableSpec};
use serde::{Deserialize, Serialize};

/// What is done with a row that is set aside.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Remedy {
    /// This text is read in its place.
    Replace(String),
    /// It goes into the table as it is: missing cells are empty, further ones get columns of their own.
    Keep,
    /// It stays out, and nobody is asked again.
    Drop,
}

/// The rows that a decision is about.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rows {
    /// The row with this text, as it was listed: at this line or, where there is none, at the first that has it.
    One { line: u64, text: String },
    /// All that are set aside for this kind of reason. They may be kept or dropped.
    Alike { reason: String },
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decision {
    /// The part of the source that the table is.
    #[serde(default)]
    pub part: String,
    pub rows: Rows,
    pub remedy: Remedy,
}

/// A row that was decided on, as it stands in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Decided {
    pub line: u64,
    pub byte: u64,
    /// Why it would be set aside.
    pub reason: String,
    pub text: String,
    pub remedy: Remedy,
}

/// A rule by which cells of a column are read as something else than they say, and which can be switched off.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Rule {
    /// This text means that there is no value.
    Missing(String),
    /// This sign or unit comes off the numbers.
    Affix(String),
    Brackets,
    MinusBehind,
    DecimalComma,
    DecimalPoint,
    Thousands,
    DayFirst,
    MonthFirst,
    ToUtc,
    CompactDate,
    YesNo,
    Spaces,
    /// `<0.5` goes to a column of its own.
    Limits,
    /// What does not fit the column's type is left empty.
    Misfits,
}

impl Rule {
    /// "'NA' read as missing"
    pub fn words(&self) -> String {
        let words = match self {
            Rule::Missing(text) => return format!("'{text}' read as missing"),
            Rule::Affix(affix) => return format!("'{affix}' taken off the number"),
            Rule::Brackets => "number in brackets read as negative",
            Rule::MinusBehind => "minus behind the number read as before it",
            Rule::DecimalComma => "decimal comma read as a point",
            Rule::DecimalPoint => "decimal point read as such among decimal commas",
            Rule::Thousands => "thousands separators removed",
            Rule::DayFirst => "date read with the day first",
            Rule::MonthFirst => "date read with the month first",
            Rule::ToUtc => "time moved to UTC",
            Rule::CompactDate => "year, month and day without separators read as a date",
            Rule::YesNo => "read as yes or no",
            Rule::Spaces => "spaces around the text removed",
            Rule::Limits => "limit kept in a column of its own",
            Rule::Misfits => "texts that do not fit kept aside",
        };
        words.to_owned()
    }
}

impl SetAside {
    /// The longest text of a row that is kept, in characters.
    pub const MAX_CHARS: usize = 500;

    /// As much of a row's text as is kept.
    pub fn listed(text: &str) -> &str {
        text.char_indices().nth(SetAside::MAX_CHARS).and_then(|(at, _)| text.get(..at)).unwrap_or(text)
    }

    /// Whether the text may be all of the row.
    pub fn is_whole(&self) -> bool {
        self.text.chars().count() < SetAside::MAX_CHARS
    }

    /// What rows set aside for like reasons have in common: "too few cells" of "too few cells (3 of 9)". These words are
    /// saved with decisions.
    pub fn kind_of(reason: &str) -> &str {
        let end = [" (", " at character "].iter().filter_map(|mark| reason.find(mark)).min();
        end.and_then(|at| reason.get(..at)).unwrap_or(reason)
    }
}

/// Kinds of reasons that are counted by name.
const MAX_KINDS: usize = 50;

impl Ledger {
    /// Counts a row that is set aside, and lists it while there is room.
    pub fn put_aside(
        &mut self,
        line: u64,
        byte: u64,
        reason: String,
        text: impl FnOnce() -> String,
    ) -> Option<&mut SetAside> {
        self.n_set_aside += 1;
        if self.set_aside.len() < Ledger::MAX_LISTED {
            self.set_aside.push(SetAside { line, byte, reason, text: text(), can_keep: false, can_repair: false });
            return self.set_aside.last_mut();
        }
        self.count_unlisted(SetAside::kind_of(&reason), 1);
        None
    }

    /// Counts rows of a kind that are set aside and not listed.
    pub fn count_unlisted(&mut self, kind: &str, n: u64) {
        if let Some(count) = self.unlisted.get_mut(kind) {
            *count += n;
        } else {
            let is_full = self.unlisted.len() >= MAX_KINDS;
            *self.unlisted.entry(if is_full { "other reasons" } else { kind }.to_owned()).or_default() += n;
        }
    }

    /// Counts a row as decided on, and lists it while there is room.
    pub fn decide(&mut self, row: Decided) {
        match row.remedy {
            Remedy::Drop => {
                self.n_set_aside += 1;
                self.n_dropped += 1;
            }
            Remedy::Keep | Remedy::Replace(_) => {
                self.n_loaded += 1;
                self.n_repaired += 1;
            }
        }
        if self.decided.len() < Ledger::MAX_LISTED {
            self.decided.push(row);
        }
    }

    /// Rows set aside on which nothing was decided.
    pub fn n_open(&self) -> u64 {
        self.n_set_aside.saturating_sub(self.n_dropped)
    }
}

impl TableSpec {
    /// Rules that are off for its columns.
    pub fn rules_off(&self, reader: &ReaderSpec) -> Vec<(String, Rule)> {
        let of = |name: &String| reader.as_written.get(name).cloned().unwrap_or_default();
        let columns = self.columns.iter().map(|c| &c.name);
        columns.flat_map(|name| of(name).into_iter().map(|rule| (name.clone(), rule))).collect()
    }

    /// Something of it was set aside, decided on or read by a rule.
    pub fn has_account(&self, reader: &ReaderSpec) -> bool {
        let ledger = &self.ledger;
        ledger.n_set_aside > 0
            || !ledger.changed.is_empty()
            || reader.decisions.iter().any(|d| d.part == self.part)
            || !self.rules_off(reader).is_empty()
    }
}

impl ReaderSpec {
    /// The same with a decision more, which takes the place of an earlier one on the same rows.
    pub fn deciding(mut self, decision: Decision) -> ReaderSpec {
        self.decisions.retain(|d| d.part != decision.part || d.rows != decision.rows);
        self.decisions.push(decision);
        self
    }

    /// The same without one of its decisions.
    pub fn without_decision(mut self, decision: &Decision) -> ReaderSpec {
        self.decisions.retain(|d| d != decision);
        self
    }

    /// The decision that a row was read by.
    pub fn decision_on(&self, part: &str, row: &Decided) -> Option<&Decision> {
        let of_part = || self.decisions.iter().filter(|d| d.part == part && d.remedy == row.remedy);
        let is_it =
            |d: &&Decision| matches!(&d.rows, Rows::One { line, text } if *line == row.line && *text == row.text);
        let has_text = |d: &&Decision| matches!(&d.rows, Rows::One { text, .. } if *text == row.text);
        let kind = SetAside::kind_of(&row.reason);
        let is_alike = |d: &&Decision| matches!(&d.rows, Rows::Alike { reason } if reason == kind);
        let exact = of_part().find(is_it);
        exact.or_else(|| of_part().find(is_alike)).or_else(|| of_part().find(has_text))
    }

    /// The same with a type chosen for a column: what is chosen last counts, so that its rules are on again.
    pub fn with_type(mut self, column: String, column_type: ColumnType) -> ReaderSpec {
        self.as_written.remove(&column);
        self.types.insert(column, column_type);
        self
    }

    /// The same with a rule switched off for a column, or on again.
    pub fn with_rule(mut self, column: &str, rule: Rule, is_on: bool) -> ReaderSpec {
        let off = self.as_written.entry(column.to_owned()).or_default();
        off.retain(|r| *r != rule);
        if !is_on {
            off.push(rule);
            off.sort();
        }
        if off.is_empty() {
            self.as_written.remove(column);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_of_reasons_are_saved_and_never_change() {
        for (reason, kind) in [
            ("too few cells (3 of 9)", "too few cells"),
            ("too many cells (12 of 9)", "too many cells"),
            ("the file ends within the row (2 of 3 cells)", "the file ends within the row"),
            ("not valid JSON at character 5: expected a colon", "not valid JSON"),
            ("a quote is opened and never closed", "a quote is opened and never closed"),
        ] {
            assert_eq!(SetAside::kind_of(reason), kind);
        }
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let long = "é".repeat(SetAside::MAX_CHARS + 1);
        assert_eq!(SetAside::listed(&long).chars().count(), SetAside::MAX_CHARS);
        assert_eq!(SetAside::listed("é,1"), "é,1");
    }

    #[test]
    fn a_rule_is_switched_off_and_on_again() {
        let spec = ReaderSpec::default();
        let off = spec.clone().with_rule("mass", Rule::DecimalComma, false).with_rule("mass", Rule::Thousands, false);
        assert_eq!(off.as_written["mass"], [Rule::DecimalComma, Rule::Thousands]);
        assert_eq!(off.clone().with_rule("mass", Rule::Thousands, false), off);
        assert_eq!(off.with_rule("mass", Rule::Thousands, true).with_rule("mass", Rule::DecimalComma, true), spec);
    }
}
