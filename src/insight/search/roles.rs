//! What a column is for: telling rows apart, measuring, grouping, ordering.

use crate::base::ColumnType;

/// What is known of a column before its role is decided.
pub(in crate::insight) struct Facts<'a> {
    pub name: &'a str,
    pub column_type: ColumnType,
    pub n_valid: u64,
    pub n_distinct: u64,
    /// Of numeric columns.
    pub range: Option<(f64, f64)>,
    /// All its numbers are whole, whatever the type.
    pub is_whole: bool,
    /// Rows were matched by it in a merge.
    pub is_key: bool,
}

/// A column can have several roles: a score of 1 to 5 both measures and groups.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::insight) struct Roles {
    /// Nearly every row has its own value.
    pub is_id: bool,
    pub is_measure: bool,
    pub is_category: bool,
    /// More groups than a category has, each with several rows: wells, patients, sensors.
    pub is_crowd: bool,
    /// Can give the order in time.
    pub is_order: bool,
}

const ID_WORDS: [&str; 17] = [
    "id",
    "ids",
    "key",
    "uuid",
    "guid",
    "barcode",
    "accession",
    "index",
    "idx",
    "nr",
    "no",
    "number",
    "serial",
    "zip",
    "postcode",
    "phone",
    "rownum",
];
/// Whole numbers under these names stand for things.
const LABEL_WORDS: [&str; 36] = [
    "plate", "lot", "batch", "run", "site", "group", "cluster", "arm", "class", "type", "code", "zone", "room",
    "machine", "line", "shift", "day", "month", "year", "week", "weekday", "hour", "lane", "chip", "well", "row",
    "col", "column", "position", "patient", "sample", "subject", "station", "version", "category", "cycle",
];
const ORDER_WORDS: [&str; 17] = [
    "run",
    "cycle",
    "index",
    "seq",
    "sequence",
    "order",
    "day",
    "week",
    "month",
    "year",
    "hour",
    "time",
    "step",
    "minute",
    "second",
    "elapsed",
    "timestamp",
];
const STATUS_WORDS: [&str; 19] = [
    "status", "qc", "result", "outcome", "pass", "passed", "fail", "failed", "flag", "flagged", "valid", "ok",
    "verdict", "error", "response", "state", "decision", "alarm", "defect",
];
/// Beginnings of values that one would rather not see.
const BAD_WORDS: [&str; 30] = [
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
    "late",
    "cancel",
    "timeout",
    "withdrawn",
    "terminated",
    "broken",
    "alarm",
    "fault",
    "out of",
    "missing",
    "contaminated",
    "overdue",
    "refused",
];
const GOOD_WORDS: [&str; 10] =
    ["pass", "ok", "success", "complete", "normal", "valid", "good", "accept", "done", "on time"];

/// Numbers that are all different, all this large and all of the same length are barcodes, phone
/// numbers or times of a machine.
const LEAST_LONG: f64 = 1e8;

/// Levels a category may have.
pub(in crate::insight) const MAX_LEVELS: usize = 50;

/// Levels a crowd may have.
pub(in crate::insight) const MAX_CROWD: usize = 2_000;

/// Decides the roles of a column.
pub(in crate::insight) fn roles_of(facts: &Facts<'_>) -> Roles {
    let mut roles = Roles::default();
    if facts.n_distinct < 2 {
        return roles;
    }
    let words = words_of(facts.name);
    let has = |list: &[&str]| words.iter().any(|w| list.contains(&w.as_str()));
    let ends_as_id = words.last().is_some_and(|w| ID_WORDS.contains(&w.as_str()));
    let is_unique = facts.n_valid >= 8 && facts.n_distinct as f64 >= 0.95 * facts.n_valid as f64;
    let repeats = facts.n_distinct as f64 <= 0.5 * facts.n_valid as f64;
    let few = facts.n_distinct <= MAX_LEVELS as u64 && repeats;
    let is_crowd = !few && facts.n_distinct <= MAX_CROWD as u64 && facts.n_valid >= 5 * facts.n_distinct;
    let (low, high) = facts.range.unwrap_or((0.0, 0.0));
    let is_counter = is_unique && high - low + 1.0 <= 1.5 * facts.n_distinct as f64;
    let is_long = is_unique && low >= LEAST_LONG && low.log10().floor() == high.log10().floor();
    match facts.column_type {
        ColumnType::Boolean => roles.is_category = true,
        ColumnType::Text => {
            roles.is_category = few;
            roles.is_crowd = is_crowd;
            roles.is_id = facts.n_valid >= 8 && facts.n_distinct as f64 >= 0.9 * facts.n_valid as f64;
        }
        ColumnType::Date | ColumnType::DateTime => roles.is_order = facts.n_distinct >= 8,
        ColumnType::Time => {}
        ColumnType::Number | ColumnType::Decimal | ColumnType::Duration => {
            let is_given_out = facts.is_whole && facts.column_type != ColumnType::Duration;
            roles.is_id = is_given_out && is_unique && (ends_as_id || is_counter || is_long);
            roles.is_measure = !roles.is_id;
            roles.is_order = has(&["time", "elapsed", "timestamp"]) && facts.n_distinct >= 8;
        }
        ColumnType::Integer => {
            let is_label = has(&LABEL_WORDS) || ends_as_id || facts.is_key;
            roles.is_id = is_counter || (is_unique && (ends_as_id || is_long || facts.is_key));
            roles.is_category =
                !roles.is_id && few && (is_label || (facts.n_distinct <= 12 && facts.n_valid >= 5 * facts.n_distinct));
            roles.is_crowd = is_label && is_crowd;
            roles.is_measure = !roles.is_id && !is_label && facts.n_distinct >= 3;
            roles.is_order = has(&ORDER_WORDS) && facts.n_distinct >= 8;
        }
    }
    // What rows are matched by says which thing they are about, whatever it looks like.
    if facts.is_key && facts.column_type.is_numeric() {
        roles.is_measure = false;
        roles.is_category = !roles.is_id && few;
        roles.is_crowd = is_crowd;
    }
    roles
}

/// The levels of a category that count as "it happened", as positions in `labels`; `None` when the
/// column is no outcome. `forced` makes an outcome of any column with two levels.
pub(super) fn outcome_levels(
    name: &str,
    column_type: ColumnType,
    labels: &[String],
    counts: &[u64],
    forced: bool,
) -> Option<Vec<u16>> {
    if labels.len() < 2 || labels.len() > 8 {
        return None;
    }
    let starts = |label: &str, list: &[&str]| {
        let label = label.trim().to_lowercase();
        list.iter().any(|w| label.starts_with(w))
    };
    let bad: Vec<u16> = (0u16..).zip(labels).filter(|(_, l)| starts(l, &BAD_WORDS)).map(|(i, _)| i).collect();
    if !bad.is_empty() && bad.len() < labels.len() && column_type == ColumnType::Text {
        return Some(bad);
    }
    if labels.len() != 2 {
        return None;
    }
    let is_status = column_type == ColumnType::Boolean
        || labels == ["0", "1"]
        || words_of(name).iter().any(|w| STATUS_WORDS.contains(&w.as_str()))
        || labels.iter().any(|l| starts(l, &GOOD_WORDS));
    if !is_status && !forced {
        return None;
    }
    // The rarer of the two; of equals, the second: "true", "yes", "1".
    let rarer = (0u16..).zip(counts).min_by_key(|(i, n)| (**n, std::cmp::Reverse(*i)))?;
    Some(vec![rarer.0])
}

/// Lower-case words of a column name: `SampleID_no` → sample, id, no.
pub(super) fn words_of(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars() {
        let starts_new = !c.is_alphanumeric() || (c.is_uppercase() && was_lower);
        if starts_new && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(name: &str, column_type: ColumnType, n_valid: u64, n_distinct: u64, range: (f64, f64)) -> Roles {
        roles_of(&facts(name, column_type, n_valid, n_distinct, range))
    }

    fn facts(name: &str, column_type: ColumnType, n_valid: u64, n_distinct: u64, range: (f64, f64)) -> Facts<'_> {
        Facts { name, column_type, n_valid, n_distinct, range: Some(range), is_whole: false, is_key: false }
    }

    #[test]
    fn numbers_that_count_rows_are_not_measured() {
        assert!(of("sample", ColumnType::Integer, 96, 96, (1.0, 96.0)).is_id);
        assert!(of("reads", ColumnType::Integer, 96, 96, (1e5, 9e6)).is_measure);
        assert!(of("customer_id", ColumnType::Integer, 96, 96, (1e5, 9e6)).is_id);
        let plate = of("plate", ColumnType::Integer, 960, 10, (1.0, 10.0));
        assert!(plate.is_category && !plate.is_measure);
        let score = of("score", ColumnType::Integer, 100, 5, (1.0, 5.0));
        assert!(score.is_category && score.is_measure);
        assert!(of("barcode", ColumnType::Text, 100, 98, (0.0, 0.0)).is_id);
        assert_eq!(of("constant", ColumnType::Number, 100, 1, (0.0, 0.0)), Roles::default());
    }

    #[test]
    fn values_and_merges_show_what_tells_things_apart() {
        // Barcodes under any name; a spreadsheet's whole numbers that are kept as fractions.
        assert!(of("ean", ColumnType::Integer, 96, 96, (4.006e12, 4.007e12)).is_id);
        let number = Facts { is_whole: true, ..facts("Nummer", ColumnType::Number, 96, 96, (1001.0, 1100.0)) };
        assert!(roles_of(&number).is_id && !roles_of(&number).is_measure);
        let fractions = Facts { is_whole: false, ..number };
        assert!(roles_of(&fractions).is_measure);
        // The key that a merge went by, repeated as often as it was found.
        let key = |n_distinct| Facts {
            is_key: true,
            ..facts("Messstelle", ColumnType::Integer, 960, n_distinct, (17.0, 99_000.0))
        };
        let (few, many) = (roles_of(&key(8)), roles_of(&key(120)));
        assert!(few.is_category && !few.is_measure && many.is_crowd && !many.is_measure);
        let not_key = Facts { is_key: false, ..key(120) };
        assert!(roles_of(&not_key).is_measure);
    }

    #[test]
    fn outcomes_are_what_went_wrong() {
        let levels = |l: &[&str]| l.iter().map(|s| (*s).to_owned()).collect::<Vec<_>>();
        let text = ColumnType::Text;
        assert_eq!(
            outcome_levels("qc", text, &levels(&["FAIL", "HOLD", "PASS"]), &[5, 3, 90], false),
            Some(vec![0, 1])
        );
        assert_eq!(outcome_levels("sex", text, &levels(&["F", "M"]), &[50, 46], false), None);
        assert_eq!(outcome_levels("sex", text, &levels(&["F", "M"]), &[50, 46], true), Some(vec![1]));
        assert_eq!(
            outcome_levels("passed", ColumnType::Boolean, &levels(&["false", "true"]), &[9, 87], false),
            Some(vec![0])
        );
        assert_eq!(outcome_levels("grade", text, &levels(&["a", "b", "c"]), &[1, 2, 3], false), None);
        assert_eq!(words_of("SampleID_no"), ["sample", "id", "no"]);
    }
}
