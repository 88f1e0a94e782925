//! What each column is for: which one gives the time, which one says pass or fail, which are
//! measured, which group the rows. Guessed from names, types and values; never from all rows.

use super::filter::read_yes_no;
use crate::base::ColumnType;
use crate::base::wording::plural_noun;
use crate::insight::{FindingKind, Findings};
use crate::table::{ColumnProfile, TableProfile};

/// A column that says how a row stands, with its values that are bad, as raw text.
#[derive(Clone, Debug, PartialEq)]
pub struct StatusRole {
    pub column: String,
    pub bad: Vec<String>,
    /// Rows with a bad value.
    pub n_bad: u64,
}

/// Columns by what they are for, the likeliest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Roles {
    pub time: Option<String>,
    pub status: Option<StatusRole>,
    pub measures: Vec<String>,
    pub groups: Vec<String>,
}

/// How values begin that one would rather not see.
const BAD_WORDS: &[&str] = &[
    "fail",
    "error",
    "reject",
    "hold",
    "abnormal",
    "adverse",
    "invalid",
    "bad",
    "stop",
    "defect",
    "nok",
    "not ok",
    "critical",
    "severe",
    "dead",
    "died",
    "lost",
    "cancel",
    "timeout",
    "withdrawn",
    "terminated",
    "suspended",
    "broken",
    "alarm",
    "fault",
    "out of",
    "oos",
    "contaminated",
    "overdue",
    "refused",
    "unhealthy",
    "down",
];
/// Columns of yes and no in which yes is bad.
const BAD_FLAGS: &[&str] = &[
    "fail",
    "failed",
    "failure",
    "error",
    "alarm",
    "defect",
    "defective",
    "rejected",
    "serious",
    "invalid",
    "overdue",
];
/// Columns of yes and no in which no is bad.
const GOOD_FLAGS: &[&str] = &["pass", "passed", "ok", "valid", "healthy", "success", "succeeded"];
const STATUS_NAMES: &[&str] = &["qc", "status", "result", "state", "outcome", "flag", "verdict", "pass", "passed"];
const NOT_MEASURED: &[&str] = &[
    "id",
    "no",
    "nr",
    "number",
    "index",
    "idx",
    "code",
    "zip",
    "postcode",
    "lat",
    "lon",
    "lng",
    "latitude",
    "longitude",
    "year",
    "month",
    "day",
    "hour",
    "minute",
    "row",
    "line",
    "seed",
    "phone",
    "key",
    "rank",
    "position",
];
const TIME_NAMES: &[&str] = &["date", "time", "day", "timestamp", "datetime", "run", "measured", "sampled"];
const SIDE_TIMES: &[&str] = &["birth", "born", "dob", "updated", "modified", "expiry", "expires", "due", "created"];

/// Reads the roles off the profile; findings say which measures matter.
pub fn roles(profile: &TableProfile, findings: &Findings) -> Roles {
    let status = status_role(profile);
    let is_status = |c: &ColumnProfile| status.as_ref().is_some_and(|s| s.column == c.name);
    let groups = profile.columns.iter().filter(|c| !is_status(c) && is_group(c)).map(|c| c.name.clone()).collect();
    Roles {
        time: time_role(profile, findings),
        measures: ranked(profile, |c| measure_score(c, findings)),
        groups,
        status: status.clone(),
    }
}

/// The columns with a score, best first, ties in table order.
fn ranked(profile: &TableProfile, score: impl Fn(&ColumnProfile) -> Option<f64>) -> Vec<String> {
    let mut scored: Vec<(f64, &str)> =
        profile.columns.iter().filter_map(|c| score(c).map(|s| (s, c.name.as_str()))).collect();
    scored.sort_by(|a, b| b.0.total_cmp(&a.0));
    scored.into_iter().map(|(_, name)| name.to_owned()).collect()
}

fn time_role(profile: &TableProfile, findings: &Findings) -> Option<String> {
    let score = |c: &ColumnProfile| {
        if !c.column_type.is_temporal() || c.n_distinct < 2 {
            return None;
        }
        let tokens = tokens(&c.name);
        let has = |words: &[&str]| tokens.iter().any(|t| words.contains(&t.as_str()));
        let is_order = findings.findings.iter().any(|f| {
            matches!(f.kind, FindingKind::Trend | FindingKind::ChangePoint) && f.columns.get(1) == Some(&c.name)
        });
        let mut score = present_frac(c);
        score += if is_order { 0.3 } else { 0.0 };
        score += if has(TIME_NAMES) { 0.1 } else { 0.0 };
        score -= if has(SIDE_TIMES) { 0.4 } else { 0.0 };
        (score > 0.2).then_some(score)
    };
    ranked(profile, score).into_iter().next()
}

fn status_role(profile: &TableProfile) -> Option<StatusRole> {
    let mut best: Option<(f64, StatusRole)> = None;
    for column in &profile.columns {
        let Some(bad) = bad_values(column) else { continue };
        let n_bad = column.top.iter().filter(|(v, _)| bad.contains(v)).map(|(_, n)| n).sum::<u64>();
        let named = tokens(&column.name).iter().any(|t| STATUS_NAMES.contains(&t.as_str()));
        let score = f64::from(u8::from(named)) + present_frac(column);
        if best.as_ref().is_none_or(|(s, _)| score > *s) {
            best = Some((score, StatusRole { column: column.name.clone(), bad, n_bad }));
        }
    }
    best.map(|(_, role)| role)
}

/// The bad values of a column that says how rows stand; `None` for any other column.
fn bad_values(column: &ColumnProfile) -> Option<Vec<String>> {
    if !matches!(column.column_type, ColumnType::Text | ColumnType::Boolean) || !(2..=8).contains(&column.n_distinct) {
        return None;
    }
    let tokens = tokens(&column.name);
    let named = |words: &[&str]| tokens.iter().any(|t| words.contains(&t.as_str()));
    let yes_no = column.top.iter().all(|(v, _)| read_yes_no(v).is_some());
    let bad: Vec<String> = if yes_no {
        let bad_is = if named(BAD_FLAGS) {
            true
        } else if named(GOOD_FLAGS) {
            false
        } else {
            return None;
        };
        column.top.iter().filter(|(v, _)| read_yes_no(v) == Some(bad_is)).map(|(v, _)| v.clone()).collect()
    } else {
        column.top.iter().filter(|(v, _)| is_bad(v)).map(|(v, _)| v.clone()).collect()
    };
    (!bad.is_empty() && bad.len() < column.top.len()).then_some(bad)
}

fn measure_score(column: &ColumnProfile, findings: &Findings) -> Option<f64> {
    // What is the same for all rows of a device or study is not measured.
    let is_fact = column.is_id || findings.attributes.contains(&column.name);
    if !column.column_type.is_numeric() || column.n_distinct < 2 || is_fact {
        return None;
    }
    let is_counter = column.column_type == ColumnType::Integer
        && column.distinct_is_exact
        && column.n_rows > 20
        && column.n_distinct == column.n_rows;
    let tokens = tokens(&column.name);
    let last = tokens.last().map(String::as_str).unwrap_or_default();
    if is_counter || NOT_MEASURED.contains(&last) {
        return None;
    }
    let matters = findings.findings.iter().filter(|f| f.columns.first() == Some(&column.name)).map(|f| f.strength);
    let mut score = present_frac(column) + 2.0 * matters.fold(0.0, f64::max);
    score += if column.column_type == ColumnType::Integer { 0.0 } else { 0.2 };
    score += if column.unit.is_some() { 0.2 } else { 0.0 };
    Some(score)
}

fn is_group(column: &ColumnProfile) -> bool {
    matches!(column.column_type, ColumnType::Text | ColumnType::Boolean)
        && (2..=30).contains(&column.n_distinct)
        && column.n_distinct * 2 <= column.n_rows.max(1)
}

fn present_frac(column: &ColumnProfile) -> f64 {
    if column.n_rows == 0 {
        return 0.0;
    }
    column.n_rows.saturating_sub(column.n_missing) as f64 / column.n_rows as f64
}

/// What one row is, one and several: "sample" and "samples" where `sample_id` names each row.
pub(super) fn row_nouns(profile: &TableProfile) -> (String, String) {
    let noun = profile.columns.iter().find_map(|c| {
        let mut words = tokens(&c.name);
        let n_present = c.n_rows.saturating_sub(c.n_missing);
        let is_unique = c.n_distinct > 1 && c.n_distinct * 100 >= n_present * 90 && n_present * 10 >= c.n_rows * 9;
        let is_id = words.len() > 1 && words.last().is_some_and(|w| w == "id");
        words.pop();
        let noun = words.join(" ");
        (is_id && is_unique && noun.len() > 2 && noun.chars().all(|c| c.is_ascii_lowercase() || c == ' '))
            .then_some(noun)
    });
    match noun.and_then(|n| plural_noun(&n).map(|p| (n, p))) {
        Some(nouns) => nouns,
        None => ("row".to_owned(), "rows".to_owned()),
    }
}

/// A name's words in lower case: `runDate` and `run_date` are both `run`, `date`.
pub(super) fn tokens(name: &str) -> Vec<String> {
    let mut words = vec![String::new()];
    let mut was_lower = false;
    for c in name.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && was_lower) {
            words.push(String::new());
        }
        was_lower = c.is_lowercase();
        if c.is_alphanumeric()
            && let Some(word) = words.last_mut()
        {
            word.extend(c.to_lowercase());
        }
    }
    words.retain(|w| !w.is_empty());
    words
}

fn is_bad(value: &str) -> bool {
    let value = value.trim().to_lowercase();
    BAD_WORDS.iter().any(|word| value.starts_with(word))
}

/// The values of a status column that a finding is about: the bad ones, else the rarer of two.
pub(super) fn event_values(column: &ColumnProfile) -> Option<Vec<String>> {
    if let Some(bad) = bad_values(column) {
        return Some(bad);
    }
    match column.top.as_slice() {
        [(_, n_first), (second, n_second)] if n_second <= n_first => Some(vec![second.clone()]),
        [(first, _), _] => Some(vec![first.clone()]),
        _ => None,
    }
}

/// A column's name as read in a sentence: `reagent_lot_id` → `reagent lot id`.
pub fn human_name(column: &str) -> String {
    let words: Vec<&str> = column.split(|c: char| c == '_' || c.is_whitespace()).filter(|w| !w.is_empty()).collect();
    if words.is_empty() { column.to_owned() } else { words.join(" ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn the_sample_is_understood() {
        let roles = roles(&sample::profile(), &sample::findings());
        assert_eq!(roles.time.as_deref(), Some("day"));
        assert_eq!(roles.measures, ["yield"]);
        assert_eq!(roles.groups, ["plate"]);
        let status = roles.status.unwrap();
        assert_eq!((status.column.as_str(), status.n_bad), ("qc", 4));
        assert_eq!(status.bad, ["fail"]);
    }

    #[test]
    fn a_flag_is_bad_by_its_name() {
        let mut profile = sample::profile();
        let flag = profile.columns.get_mut(2).unwrap();
        flag.name = "qc_passed".into();
        flag.column_type = ColumnType::Boolean;
        flag.top = vec![("true".into(), 12), ("false".into(), 4)];
        let status = roles(&profile, &Findings::default()).status.unwrap();
        assert_eq!(status.bad, ["false"]);
        profile.columns.get_mut(2).unwrap().name = "left_handed".into();
        assert_eq!(roles(&profile, &Findings::default()).status, None);
    }

    #[test]
    fn identifiers_are_not_measured() {
        let mut profile = sample::profile();
        profile.columns.get_mut(3).unwrap().name = "sampleId".into();
        assert!(roles(&profile, &Findings::default()).measures.is_empty());
        assert_eq!(tokens("sampleId (ng)"), ["sample", "id", "ng"]);
        assert_eq!(human_name("reagent_lot"), "reagent lot");
    }
}
