//! Steps that clean, in words.

use super::describe::{MAX_LISTED, list_some};
use super::{Aggregate, Filler, Keep, Letters, Op, OutlierRule, Swap};
use crate::base::wording::{format_count, list, raw_words};

/// `None` for a step that does not clean.
pub(super) fn describe_clean(op: &Op) -> Option<String> {
    Some(match op {
        Op::Map { column, swaps } => format!("In {column}, {}", swaps_words(swaps)),
        Op::Replace { column, find, with, is_pattern, ignores_case } => {
            let what = if *is_pattern { format!("what matches {find}") } else { format!("'{find}'") };
            let case = if *ignores_case { ", large or small letters" } else { "" };
            if with.is_empty() {
                format!("Take {what} out of {column}{case}")
            } else {
                format!("In {column}, replace {what} by '{with}'{case}")
            }
        }
        Op::Fill { column, with } => match with {
            Filler::Down => format!("Fill missing cells of {column} from above"),
            Filler::Value(value) => format!("Fill missing cells of {column} with {}", raw_words(value)),
            Filler::Mean => format!("Fill missing cells of {column} with the mean"),
            Filler::Median => format!("Fill missing cells of {column} with the median"),
            Filler::Column(other) => format!("Fill missing cells of {column} from {other}"),
        },
        Op::Tidy { columns, spaces, letters, composes } => {
            let mut what: Vec<String> = Vec::new();
            if *spaces {
                what.push("single spaces".to_owned());
            }
            what.extend(letters.map(|letters| letters_words(letters).to_owned()));
            if *composes {
                what.push("accents of one form".to_owned());
            }
            format!(
                "Tidy {}: {}",
                list_some(columns),
                if what.is_empty() { "nothing yet".to_owned() } else { list(&what) }
            )
        }
        Op::Split { column, by, into } => format!("Split {column} at '{by}' into {}", list_some(into)),
        Op::SplitRows { column, by } => format!("Split {column} at '{by}' into rows"),
        Op::Unite { columns, by, name } if by.is_empty() => format!("Unite {} as {name}", list_some(columns)),
        Op::Unite { columns, by, name } => format!("Unite {} as {name}, with '{by}' between", list_some(columns)),
        Op::Extract { column, pattern, name, .. } => format!("Extract {name} from {column}: what matches {pattern}"),
        Op::Distinct { by, keep } => {
            let alike = if by.is_empty() { "in all columns".to_owned() } else { format!("in {}", list_some(by)) };
            match keep {
                Keep::First => format!("Of rows alike {alike}, keep the first"),
                Keep::Last => format!("Of rows alike {alike}, keep the last"),
                Keep::MostComplete => format!("Of rows alike {alike}, keep the most complete"),
                Keep::Largest(column) => format!("Of rows alike {alike}, keep the one with the largest {column}"),
            }
        }
        Op::Unpivot { columns, names, values } => {
            format!("Turn {} into rows: names in {names}, cells in {values}", list_some(columns))
        }
        Op::Pivot { by, names, values, aggregate, into } => {
            let what = match aggregate {
                Aggregate::Count => Aggregate::Count.word().to_owned(),
                other => format!("{} of {values}", other.word()),
            };
            let rows = if by.is_empty() { String::new() } else { format!(", one row for each {}", list(by)) };
            format!("Turn {names} into the columns {}: {what}{rows}", list_some(into))
        }
        Op::Complete { columns } => format!("Add a row for each missing combination of {}", list_some(columns)),
        Op::Outliers { column, rule, name } => format!("Mark outliers of {column} in {name}: {}", rule.words()),
        _ => return None,
    })
}

impl OutlierRule {
    /// When a value is one, as the end of a sentence.
    pub fn words(self) -> &'static str {
        match self {
            OutlierRule::Fences => "beyond 1.5 times the distance between the quartiles",
            OutlierRule::RobustZ => "more than 3.5 robust standard deviations from the median",
        }
    }
}

fn letters_words(letters: Letters) -> &'static str {
    match letters {
        Letters::Lower => "small letters",
        Letters::Upper => "large letters",
        Letters::Title => "words with a large first letter",
    }
}

/// "'NYC' becomes 'New York' and 'n/a' becomes missing".
fn swaps_words(swaps: &[Swap]) -> String {
    if swaps.is_empty() {
        return "replace nothing yet".to_owned();
    }
    let one = |swap: &Swap| match &swap.to {
        Some(to) => format!("'{}' becomes '{}'", raw_words(&swap.from), raw_words(to)),
        None => format!("'{}' becomes missing", raw_words(&swap.from)),
    };
    let more = swaps.len().saturating_sub(MAX_LISTED);
    let shown: Vec<String> = swaps.iter().take(MAX_LISTED).map(one).collect();
    if more == 0 { list(&shown) } else { format!("{} and {} more", shown.join(", "), format_count(more as u64)) }
}

#[cfg(test)]
mod tests {
    use super::super::describe_op;
    use super::*;

    fn text(values: &[&str]) -> Vec<String> {
        values.iter().map(|v| (*v).to_owned()).collect()
    }

    #[test]
    fn cleaning_reads_as_sentences() {
        let swap = |from: &str, to: Option<&str>| Swap { from: from.to_owned(), to: to.map(str::to_owned) };
        let map = Op::Map { column: "city".to_owned(), swaps: vec![swap("NYC", Some("New York")), swap("n/a", None)] };
        assert_eq!(describe_op(&map), "In city, 'NYC' becomes 'New York' and 'n/a' becomes missing");
        let fill = Op::Fill { column: "day".to_owned(), with: Filler::Value("2026-09-01".to_owned()) };
        assert_eq!(describe_op(&fill), "Fill missing cells of day with 1 Sep 2026");
        let tidy =
            Op::Tidy { columns: text(&["a", "b"]), spaces: true, letters: Some(Letters::Lower), composes: false };
        assert_eq!(describe_op(&tidy), "Tidy a and b: single spaces and small letters");
        let distinct = Op::Distinct { by: text(&["sample"]), keep: Keep::MostComplete };
        assert_eq!(describe_op(&distinct), "Of rows alike in sample, keep the most complete");
        let (names, values) = ("month".to_owned(), "sales".to_owned());
        let pivot = Op::Pivot { by: text(&["shop"]), names, values, aggregate: Aggregate::Sum, into: text(&["Jan"]) };
        assert_eq!(describe_op(&pivot), "Turn month into the columns Jan: sum of sales, one row for each shop");
        let (column, name) = ("mass".to_owned(), "far".to_owned());
        let outliers = Op::Outliers { column, rule: OutlierRule::Fences, name };
        let sentence = "Mark outliers of mass in far: beyond 1.5 times the distance between the quartiles";
        assert_eq!(describe_op(&outliers), sentence);
    }
}
