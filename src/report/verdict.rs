//! The first thing read: a state, one sentence, one action.

use super::filter::test_words;
use super::roles::{StatusRole, human_name, row_nouns, tokens};
use super::{Explain, QualityItem, State};
use crate::base::wording::{self, raw_words};
use crate::insight::{Finding, FindingKind, Findings};
use crate::recipe::Test;
use crate::table::TableProfile;

/// What the verdict is built from.
pub struct VerdictInput<'a> {
    pub node_name: &'a str,
    pub profile: &'a TableProfile,
    pub findings: &'a Findings,
    /// Findings that are not to be spoken of, by key.
    pub dismissed: &'a [String],
    pub status: Option<&'a StatusRole>,
    pub quality: &'a [QualityItem],
    /// Findings that the report shows.
    pub n_shown: u64,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    pub state: State,
    /// One sentence, with a full stop.
    pub sentence: String,
    /// What to do first, with a full stop.
    pub action: String,
    /// How the state was decided, in words.
    pub formula: String,
    /// The finding it speaks of, by key.
    pub about: Option<String>,
    /// What the remark on the data's quality that it speaks of rests on.
    pub remark: Option<Explain>,
}

/// From this share of bad rows on, work stops.
const STOP_SHARE: f64 = 0.2;
/// From this share on, work stops when the cause can be named.
const STOP_SHARE_KNOWN: f64 = 0.05;
/// A finding at least this strong asks for attention.
const STRONG: f64 = 0.35;
/// Groups of one finding that are named to be checked.
const MAX_TOLD: usize = 3;
/// Below this many rows nothing can be judged.
const MIN_ROWS: u64 = 8;

/// Decides the state and writes the sentence and the action.
pub fn verdict(input: &VerdictInput<'_>) -> Verdict {
    let n_rows = input.profile.n_rows;
    let shown: Vec<&Finding> = input.findings.findings.iter().filter(|f| !input.dismissed.contains(&f.key)).collect();
    let bad = input.status.filter(|s| s.n_bad > 0);
    let bad_share = bad.map_or(0.0, |s| s.n_bad as f64 / n_rows.max(1) as f64);
    let cause = bad.and_then(|s| {
        let of_status = |f: &&&Finding| f.columns.first() == Some(&s.column) && accuses(f);
        shown.iter().find(of_status).copied()
    });
    let strongest = shown.first().copied();
    let quality = input.quality.iter().map(|q| q.state).max().unwrap_or(State::Fine);
    let is_strong = strongest.is_some_and(|f| f.strength >= STRONG && f.kind != FindingKind::Concentration);

    // What could not be looked at is not fine.
    let cannot_judge = n_rows < MIN_ROWS || input.findings.checks_run == 0;

    let rows_stop = bad_share >= STOP_SHARE || (bad_share >= STOP_SHARE_KNOWN && cause.is_some());
    // Where the data themselves are the reason to stop, that is what has to be said, whatever else was found.
    let unreliable = input.quality.iter().find(|q| q.state == State::Stop).filter(|_| !rows_stop);
    let state = if rows_stop || unreliable.is_some() {
        State::Stop
    } else if bad.is_some() || is_strong || quality == State::Attention || cannot_judge {
        State::Attention
    } else {
        State::Fine
    };

    if let Some(item) = unreliable {
        return Verdict {
            state,
            sentence: format!("The data cannot be relied on yet: {}.", item.text.trim_end_matches('.')),
            action: "Read the data quality below first.".to_owned(),
            formula: formula(input, &shown, bad),
            about: None,
            remark: item.explain.clone(),
        };
    }
    let (row_noun, row_nouns) = row_nouns(input.profile);
    let sentence = match (bad, cause.or(strongest)) {
        (Some(status), said) => {
            let count = format!(
                "{} of {} have {}",
                wording::format_count(status.n_bad),
                wording::plural(n_rows, &row_noun, &row_nouns),
                bad_words(status)
            );
            match said {
                Some(finding) => format!("{count}; {}.", continued(finding)),
                None => format!("{count}."),
            }
        }
        (None, Some(finding)) => format!("{}.", first_sentence(&finding.sentence)),
        (None, None) => nothing_found(input),
    };
    Verdict {
        state,
        sentence,
        action: action(&shown, cause, bad, state, input),
        formula: formula(input, &shown, bad),
        about: cause.or(strongest).map(|f| f.key.clone()),
        remark: None,
    }
}

fn nothing_found(input: &VerdictInput<'_>) -> String {
    let n_rows = input.profile.n_rows;
    if n_rows == 0 {
        return format!("There is nothing to judge: {} has no rows.", input.node_name);
    }
    if n_rows < MIN_ROWS {
        return format!("There is too little data to judge (n = {n_rows}).");
    }
    let n_dismissed = input.findings.findings.len() as u64;
    let checks = wording::plural(input.findings.checks_run, "check", "checks");
    if n_dismissed > 0 {
        let them = wording::plural(n_dismissed, "finding was", "findings were");
        return format!("Nothing else stands out: {checks} run, {them} dismissed.");
    }
    // The worst comes first.
    match (input.findings.checks_run, input.quality.iter().find(|q| q.state > State::Fine)) {
        (0, _) => "Nothing could be checked: there are no columns to compare.".to_owned(),
        (_, None) => format!("Nothing stands out: {checks} run, none reported."),
        (_, Some(item)) => {
            format!("Nothing stands out in the numbers ({checks} run), but {}.", item.text.trim_end_matches('.'))
        }
    }
}

/// `qc “fail”`.
fn bad_words(status: &StatusRole) -> String {
    let words = test_words(&human_name(&status.column), &Test::OneOf(status.bad.clone()));
    words.replacen(" is ", " ", 1)
}

fn action(
    shown: &[&Finding],
    cause: Option<&Finding>,
    bad: Option<&StatusRole>,
    state: State,
    input: &VerdictInput<'_>,
) -> String {
    if let (None, Some(moved)) = (bad, shown.first().and_then(|f| moved_group(f))) {
        return moved;
    }
    let places = suspects(shown, cause, input.profile);
    if !places.is_empty() {
        return format!("Check {} first.", wording::list(&places));
    }
    if let (None, Some(moved)) = (cause, shown.first().and_then(|f| moved_group(f))) {
        return moved;
    }
    if let Some(status) = bad {
        return format!("Look at the rows with {} first.", bad_words(status));
    }
    let strongest = shown.first().filter(|f| f.strength >= STRONG);
    let by_finding = strongest.and_then(|f| {
        let measured = human_name(f.columns.first()?);
        match f.kind {
            FindingKind::ChangePoint => {
                f.window.as_ref().map(|(from, _)| format!("Find out what changed around {}.", raw_words(from)))
            }
            FindingKind::Trend if f.effect.value < 0.0 => Some(format!("Watch whether {measured} keeps falling.")),
            FindingKind::Trend => Some(format!("Watch whether {measured} keeps rising.")),
            FindingKind::Outlier => Some(format!("Check the unusual values of {measured} first.")),
            FindingKind::Missingness => Some(format!("Find out why {measured} is missing.")),
            FindingKind::Duplicates => Some("Decide which of the duplicate rows to keep.".to_owned()),
            _ => None,
        }
    });
    by_finding.unwrap_or_else(|| {
        if input.quality.iter().any(|q| q.state > State::Fine) {
            "Read the data quality below first.".to_owned()
        } else if state == State::Fine && input.profile.n_rows >= MIN_ROWS {
            "No action needed.".to_owned()
        } else if input.profile.n_rows < MIN_ROWS {
            "Add more data.".to_owned()
        } else if shown.is_empty() {
            String::new()
        } else {
            "Read the findings below.".to_owned()
        }
    })
}

/// "Find out what changed at device CL-04 around 6 Nov 2026."
fn moved_group(finding: &Finding) -> Option<String> {
    if finding.kind != FindingKind::ChangePoint || finding.strength < STRONG {
        return None;
    }
    let place = place_words(finding.columns.get(2)?, finding.group.as_deref()?);
    let from = raw_words(&finding.window.as_ref()?.0);
    // The day will do.
    let day = from.split(',').next().unwrap_or(&from);
    Some(format!("Find out what changed at {place} around {day}."))
}

/// Up to two groups that the findings single out, of different columns, the cause first.
fn suspects(shown: &[&Finding], cause: Option<&Finding>, profile: &TableProfile) -> Vec<String> {
    let about = cause.and_then(|c| c.columns.first());
    let singled = |f: &&&Finding| {
        matches!(f.kind, FindingKind::Association | FindingKind::GroupDifference)
            && f.strength >= STRONG
            && accuses(f)
            // With a cause in hand, only what is about the same thing.
            && about.is_none_or(|column| f.columns.first() == Some(column))
    };
    let mut used: Vec<&str> = Vec::new();
    let mut places = Vec::new();
    for finding in cause.iter().chain(shown.iter().filter(singled)) {
        let Some(group) = finding.group.as_deref() else { continue };
        let Some(column) = column_of_group(finding, group, profile) else { continue };
        if !used.contains(&column) && places.len() < 2 {
            used.push(column);
            let told = std::iter::once(group).chain(finding.also.iter().map(String::as_str));
            places.extend(told.take(MAX_TOLD).map(|group| place_words(column, group)));
        }
    }
    places
}

/// Whether the finding singles out a group as the worse one. Where something happens less often, the
/// group is the better one.
fn accuses(finding: &Finding) -> bool {
    let is_better = finding.effect.measure == "relative risk" && finding.effect.value < 1.0;
    finding.group.is_some() && finding.kind != FindingKind::Missingness && !is_better
}

/// Which of the finding's columns the group is a value of: the second, unless the profile shows
/// that it is the first.
fn column_of_group<'f>(finding: &'f Finding, group: &str, profile: &TableProfile) -> Option<&'f str> {
    let holds = |name: &&String| {
        profile.columns.iter().any(|c| c.name == **name && c.top.iter().any(|(value, _)| value == group))
    };
    let second = finding.columns.get(1);
    let found = second.filter(holds).or_else(|| finding.columns.first().filter(holds));
    found.or(second).map(String::as_str)
}

/// `plate P7`: the column's name without a trailing "id", and the value, unless it says so itself.
fn place_words(column: &str, group: &str) -> String {
    let human = human_name(column);
    let parts: Vec<&str> = human.split(' ').collect();
    let is_tail = |word: &str| matches!(word.to_lowercase().as_str(), "id" | "code" | "name" | "no" | "nr");
    let name = match parts.as_slice() {
        [front @ .., last] if !front.is_empty() && is_tail(last) => front.join(" "),
        _ => human.clone(),
    };
    let starts_with_name = tokens(group).first() == tokens(&name).first();
    if starts_with_name { group.to_owned() } else { format!("{name} {}", raw_words(group)) }
}

/// Up to the first full stop that ends a sentence, without it.
fn first_sentence(text: &str) -> &str {
    let ends = text.match_indices(['.', '?']).find(|(at, _)| {
        let rest = text.get(at + 1..).unwrap_or_default();
        rest.is_empty() || rest.strip_prefix(' ').is_some_and(|r| r.starts_with(|c: char| c.is_uppercase()))
    });
    let end = ends.map_or(text.len(), |(at, _)| at);
    text.get(..end).unwrap_or(text).trim_end()
}

/// A finding's sentence as the second half of another: its first letter is made small unless it is
/// a name.
fn continued(finding: &Finding) -> String {
    let sentence = first_sentence(&finding.sentence);
    let first = sentence.split_whitespace().next().unwrap_or_default();
    let is_name = finding.columns.iter().chain(finding.group.iter()).any(|n| n.starts_with(first))
        || first.chars().skip(1).any(|c| !c.is_lowercase());
    if is_name {
        return sentence.to_owned();
    }
    let mut chars = sentence.chars();
    chars.next().map_or_else(String::new, |c| c.to_lowercase().chain(chars).collect())
}

fn formula(input: &VerdictInput<'_>, shown: &[&Finding], bad: Option<&StatusRole>) -> String {
    let rule = format!(
        "“Stop” when at least {} of the rows are bad, or {} and a cause is found, or the data themselves cannot be \
         relied on; “attention” when any row is bad, a finding is strong, the data have gaps or are too few to judge; else “fine”.",
        wording::format_share(STOP_SHARE),
        wording::format_share(STOP_SHARE_KNOWN)
    );
    let basis = format!(
        "{} run over {}; {}.",
        wording::sentence_case(&wording::plural(input.findings.checks_run, "check", "checks")),
        wording::plural(input.profile.n_rows, "row", "rows"),
        came_of_it(shown.len() as u64, input.n_shown)
    );
    match bad {
        Some(status) => format!("{rule} {basis} Bad rows are those with {}.", bad_words(status)),
        None => format!("{rule} {basis}"),
    }
}

/// "6 findings came of it, 5 of them in this report".
fn came_of_it(n_found: u64, n_shown: u64) -> String {
    let found = wording::plural(n_found, "finding", "findings");
    match (n_found, n_shown) {
        (0, _) => "nothing came of it".to_owned(),
        (n, shown) if shown >= n => format!("{found} came of it"),
        (_, 0) => format!("{found} came of it, none of them in this report"),
        (_, shown) => format!("{found} came of it, {} of them in this report", wording::format_count(shown)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::roles::roles;
    use crate::report::sample::{self, finding};

    fn judge(findings: &Findings, quality: &[QualityItem], profile: &TableProfile) -> Verdict {
        let roles = roles(profile, findings);
        verdict(&VerdictInput {
            node_name: "runs",
            profile,
            findings,
            dismissed: &[],
            status: roles.status.as_ref(),
            quality,
            n_shown: 1,
        })
    }

    fn calm() -> TableProfile {
        let mut profile = sample::profile();
        profile.columns.remove(2);
        profile
    }

    #[test]
    fn names_the_share_and_the_cause() {
        let got = judge(&sample::findings(), &[], &sample::profile());
        assert_eq!(got.state, State::Stop);
        assert_eq!(
            got.sentence,
            "4 of 16 rows have qc “fail”; rows on plate P7 fail more often (4 of 8 against 0 of 8)."
        );
        assert_eq!(got.action, "Check plate P7 first.");
        assert!(got.formula.contains("142 checks run over 16 rows; 2 findings came of it, 1 of them in this report."));
    }

    #[test]
    fn honest_when_there_is_little() {
        let none = Findings { checks_run: 142, ..Findings::default() };
        let got = judge(&none, &[], &calm());
        assert_eq!(
            (got.state, got.sentence.as_str()),
            (State::Fine, "Nothing stands out: 142 checks run, none reported.")
        );
        assert_eq!(got.action, "No action needed.");
        let mut few = calm();
        few.n_rows = 4;
        let got = judge(&none, &[], &few);
        let said = "There is too little data to judge (n = 4).";
        assert_eq!((got.state, got.sentence.as_str(), got.action.as_str()), (State::Attention, said, "Add more data."));
        let gap = [QualityItem::new(State::Attention, "yield is missing in 8 of 16 rows (50 %)")];
        let got = judge(&none, &gap, &calm());
        let said = "Nothing stands out in the numbers (142 checks run), but yield is missing in 8 of 16 rows (50 %).";
        assert_eq!((got.state, got.sentence.as_str()), (State::Attention, said));
        assert_eq!(got.action, "Read the data quality below first.");
    }

    #[test]
    fn what_stops_is_what_is_said() {
        let lost = [
            QualityItem::new(State::Stop, "120 of 400 rows of runs.csv were set aside: too few cells"),
            QualityItem::new(State::Attention, "yield is missing in 8 of 16 rows (50 %)"),
        ];
        let said = "The data cannot be relied on yet: 120 of 400 rows of runs.csv were set aside: too few cells.";
        let none = Findings { checks_run: 142, ..Findings::default() };
        let mut strong = sample::findings();
        strong.findings.drain(..1);
        for findings in [&none, &strong] {
            let got = judge(findings, &lost, &calm());
            assert_eq!((got.state, got.sentence.as_str()), (State::Stop, said));
            assert_eq!((got.action.as_str(), got.about), ("Read the data quality below first.", None));
        }
        // Bad rows are reason enough.
        let got = judge(&sample::findings(), &lost, &sample::profile());
        assert!(
            got.state == State::Stop && got.sentence.starts_with("4 of 16 rows have qc “fail”"),
            "{}",
            got.sentence
        );
    }

    #[test]
    fn a_change_asks_what_happened() {
        let mut change = finding(
            FindingKind::ChangePoint,
            &["yield", "day"],
            None,
            0.9,
            "Yield fell by 2.5 on 9 Nov 2026. It has not come back.",
        );
        change.window = Some(("2026-11-09".into(), "2026-11-16".into()));
        let got = judge(&Findings { checks_run: 3, findings: vec![change], ..Findings::default() }, &[], &calm());
        assert_eq!(got.sentence, "Yield fell by 2.5 on 9 Nov 2026.");
        assert_eq!(got.action, "Find out what changed around 9 Nov 2026.");
        assert_eq!(got.state, State::Attention);
    }

    #[test]
    fn the_better_group_is_not_accused() {
        let mut less = sample::findings();
        less.findings.truncate(1);
        for found in &mut less.findings {
            found.effect =
                crate::insight::Effect { measure: "relative risk".into(), value: 0.2, unit: None, interval: None };
        }
        let got = judge(&less, &[], &sample::profile());
        assert_eq!(got.action, "Look at the rows with qc “fail” first.");
    }

    #[test]
    fn places_are_named_once() {
        assert_eq!(place_words("plate_id", "P7"), "plate P7");
        assert_eq!(place_words("reagent_lot", "L-113"), "reagent lot L-113");
        assert_eq!(place_words("plate", "Plate 7"), "Plate 7");
    }
}
