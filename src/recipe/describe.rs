//! Steps in words: "Keep rows where qc is 'pass'".

use super::describe_clean::describe_clean;
use super::{Aggregate, Measure, Op, Test};
use crate::base::wording::{format_count, list, raw_words};

/// Values listed before "and n more".
pub(super) const MAX_LISTED: usize = 5;

/// A step as one sentence, without a full stop.
pub fn describe_op(op: &Op) -> String {
    match op {
        Op::Filter { column, test } => format!("Keep rows where {column} {}", test_words(test)),
        Op::Rename { from, to } => format!("Rename {from} to {to}"),
        Op::ChangeType { column, to } => format!("Read {column} as {}", to.label().to_lowercase()),
        Op::Compute { name, formula } => format!("Compute {name} as {}", formula.trim()),
        Op::Group { by, measures } => {
            let parts: Vec<String> = measures.iter().map(|m| format!("{} as {}", measure_words(m), m.name)).collect();
            match (by.is_empty(), parts.is_empty()) {
                (true, _) => format!("Reduce all rows to one: {}", list(&parts)),
                (false, true) => format!("Keep one row for each {}", list(by)),
                (false, false) => format!("Group by {}: {}", list(by), list(&parts)),
            }
        }
        Op::Sort { keys } => {
            let parts: Vec<String> = keys
                .iter()
                .map(|k| if k.descending { format!("{}, largest first", k.column) } else { k.column.clone() })
                .collect();
            if parts.is_empty() {
                "Sort by nothing yet".to_owned()
            } else {
                format!("Sort by {}", parts.join(", then "))
            }
        }
        Op::Remove { columns } => format!("Remove {}", list_some(columns)),
        Op::Select { columns } if columns.is_empty() => "Keep no columns yet".to_owned(),
        Op::Select { columns } => format!("Keep the columns {}, in this order", list_some(columns)),
        other => describe_clean(other).unwrap_or_default(),
    }
}

/// "mean of yield".
pub(super) fn measure_words(measure: &Measure) -> String {
    match (&measure.aggregate, &measure.column) {
        (Aggregate::Count, _) => Aggregate::Count.word().to_owned(),
        (aggregate, Some(column)) => format!("{} of {column}", aggregate.word()),
        (aggregate, None) => aggregate.word().to_owned(),
    }
}

/// What a cell must be, as the end of a sentence: "is 'pass' or 'warn'". Values read as cells show them.
pub fn test_words(test: &Test) -> String {
    match test {
        Test::OneOf(values) => match values.as_slice() {
            [] => "is one of no values".to_owned(),
            _ => format!("is {}", listed(values, "or")),
        },
        Test::NoneOf(values) => match values.as_slice() {
            [] => "is anything".to_owned(),
            [one] => format!("is not '{}'", raw_words(one)),
            _ => format!("is neither {}", listed(values, "nor")),
        },
        Test::Contains(part) => format!("contains '{part}'"),
        Test::AtLeast(value) => format!("is at least {}", raw_words(value)),
        Test::AtMost(value) => format!("is at most {}", raw_words(value)),
        Test::Between(low, high) => format!("is between {} and {}", raw_words(low), raw_words(high)),
        Test::IsMissing => "is missing".to_owned(),
        Test::IsPresent => "is not missing".to_owned(),
    }
}

/// `'a', 'b' or 'c'`, cut when long.
fn listed(values: &[String], last_word: &str) -> String {
    let quoted: Vec<String> = values.iter().take(MAX_LISTED).map(|v| format!("'{}'", raw_words(v))).collect();
    let more = values.len().saturating_sub(MAX_LISTED);
    if more > 0 {
        return format!("{} {last_word} {} more", quoted.join(", "), format_count(more as u64));
    }
    match quoted.as_slice() {
        [first @ .., last] if !first.is_empty() => format!("{} {last_word} {last}", first.join(", ")),
        _ => quoted.concat(),
    }
}

pub(super) fn list_some(names: &[String]) -> String {
    let more = names.len().saturating_sub(MAX_LISTED);
    if more == 0 {
        return list(names);
    }
    let shown: Vec<String> = names.iter().take(MAX_LISTED).cloned().collect();
    format!("{} and {} more", shown.join(", "), format_count(more as u64))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::recipe::SortKey;

    fn text(values: &[&str]) -> Vec<String> {
        values.iter().map(|v| (*v).to_owned()).collect()
    }

    #[test]
    fn steps_read_as_sentences() {
        let filter = |test| describe_op(&Op::Filter { column: "QC".to_owned(), test });
        assert_eq!(filter(Test::OneOf(text(&["pass"]))), "Keep rows where QC is 'pass'");
        assert_eq!(filter(Test::OneOf(text(&["pass", "warn"]))), "Keep rows where QC is 'pass' or 'warn'");
        assert_eq!(filter(Test::NoneOf(text(&["a", "b"]))), "Keep rows where QC is neither 'a' nor 'b'");
        let with_or = filter(Test::NoneOf(text(&["ice or snow", "b"])));
        assert_eq!(with_or, "Keep rows where QC is neither 'ice or snow' nor 'b'");
        assert_eq!(filter(Test::IsPresent), "Keep rows where QC is not missing");
        assert_eq!(filter(Test::AtLeast("2026-09-01".to_owned())), "Keep rows where QC is at least 1 Sep 2026");
        assert_eq!(filter(Test::OneOf(text(&["true"]))), "Keep rows where QC is 'yes'");
        let many: Vec<String> = (0..9).map(|i| i.to_string()).collect();
        assert_eq!(filter(Test::OneOf(many)), "Keep rows where QC is '0', '1', '2', '3', '4' or 4 more");
        let mean =
            Measure { aggregate: Aggregate::Mean, column: Some("yield".to_owned()), name: "mean_yield".to_owned() };
        let group = Op::Group { by: text(&["plate"]), measures: vec![mean] };
        assert_eq!(describe_op(&group), "Group by plate: mean of yield as mean_yield");
        let sort = Op::Sort {
            keys: vec![
                SortKey { column: "day".to_owned(), descending: true },
                SortKey { column: "plate".to_owned(), descending: false },
            ],
        };
        assert_eq!(describe_op(&sort), "Sort by day, largest first, then plate");
        let select = Op::Select { columns: text(&["lot", "plate"]) };
        assert_eq!(describe_op(&select), "Keep the columns lot and plate, in this order");
        let change = Op::ChangeType { column: "lot".to_owned(), to: ColumnType::Integer };
        assert_eq!(describe_op(&change), "Read lot as whole number");
    }
}
