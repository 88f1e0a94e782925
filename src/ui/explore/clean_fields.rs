//! The fields of steps that clean, but for those that map values.

use super::field_parts::{check_field, choice_field, column_field, columns_field, names_field, text_field, text_of};
use super::step_fields::Fields;
use super::test_fields::ValueChecks;
use crate::recipe::{Aggregate, Filler, Keep, Letters, Op, OutlierRule, Test};
use leptos::prelude::*;

/// `None` for a kind that is not of these.
pub(super) fn clean_fields(fields: Fields, kind: &str) -> Option<AnyView> {
    let column = || column_field(fields, "Column", "column");
    let parts: Vec<AnyView> = match kind {
        "replace" => vec![
            column(),
            text_field(fields, "Find", "find", ""),
            text_field(
                fields,
                "Replace by",
                "with",
                "Empty takes it out. In a pattern, $1 is what its first group found.",
            ),
            check_field(fields, "Large and small letters are alike", "ignores_case"),
            check_field(fields, "Find a pattern (regular expression)", "is_pattern"),
        ],
        "fill" => vec![column(), fill_choice(fields), fill_more(fields)],
        "tidy" => vec![
            columns_field(fields, "Columns to tidy"),
            check_field(fields, "Single spaces, none at the ends", "spaces"),
            check_field(fields, "One form for letters with accents (Unicode NFC)", "composes"),
            letters_choice(fields),
        ],
        "split" => vec![
            column(),
            text_field(fields, "Split at", "by", "The sign between the parts, such as a comma or a dash"),
            names_field(fields, "Names of the new columns", "With commas between. The last takes all that is left."),
        ],
        "split_rows" => vec![column(), text_field(fields, "Split at", "by", "Each part becomes a row of its own")],
        "unite" => vec![
            columns_field(fields, "Columns to unite, in the order chosen"),
            text_field(fields, "Between them", "by", ""),
            text_field(fields, "Name of the new column", "name", ""),
        ],
        "extract" => vec![
            column(),
            text_field(
                fields,
                "Pattern (regular expression)",
                "pattern",
                r"\d{4} finds four digits, P(\d+) those behind a P",
            ),
            check_field(fields, "Large and small letters are alike", "ignores_case"),
            text_field(fields, "Name of the new column", "name", ""),
        ],
        "distinct" => vec![
            columns_field(fields, "Rows are alike in (none: in all columns)"),
            keep_choice(fields),
            keep_more(fields),
        ],
        "unpivot" => vec![
            columns_field(fields, "Columns to turn into rows"),
            text_field(fields, "Column for their names", "names", ""),
            text_field(fields, "Column for their cells", "values", ""),
        ],
        "pivot" => vec![
            column_field(fields, "Values that become columns", "names"),
            pivot_values(fields),
            aggregate_choice(fields),
            pivot_cells(fields),
            columns_field(fields, "One row for each"),
        ],
        "complete" => vec![columns_field(fields, "Combine the values of")],
        "outliers" => vec![column(), rule_choice(fields), text_field(fields, "Name of the new column", "name", "")],
        _ => return None,
    };
    Some(parts.into_any())
}

fn fill_choice(fields: Fields) -> AnyView {
    choice_field(
        fields,
        "Fill with",
        &[
            ("down", "The value above"),
            ("value", "A value"),
            ("mean", "The mean"),
            ("median", "The median"),
            ("column", "Another column"),
        ],
        |op| match op {
            Op::Fill { with: Filler::Value(_), .. } => "value",
            Op::Fill { with: Filler::Mean, .. } => "mean",
            Op::Fill { with: Filler::Median, .. } => "median",
            Op::Fill { with: Filler::Column(_), .. } => "column",
            _ => "down",
        },
        |op, key| {
            if let Op::Fill { with, .. } = op {
                *with = match key {
                    "value" => Filler::Value(String::new()),
                    "mean" => Filler::Mean,
                    "median" => Filler::Median,
                    "column" => Filler::Column(String::new()),
                    _ => Filler::Down,
                };
            }
        },
    )
}

/// What a choice needs besides.
fn fill_more(fields: Fields) -> AnyView {
    let needs = Memo::new(move |_| {
        fields.op.with(|op| match op {
            Op::Fill { with: Filler::Value(_), .. } => "value",
            Op::Fill { with: Filler::Column(_), .. } => "column",
            _ => "",
        })
    });
    (move || match needs.get() {
        "value" => Some(text_field(fields, "Value", "value", "")),
        "column" => Some(column_field(fields, "Column to take it from", "other")),
        _ => None,
    })
    .into_any()
}

fn letters_choice(fields: Fields) -> AnyView {
    choice_field(
        fields,
        "Letters",
        &[("", "As they are"), ("lower", "Small"), ("upper", "Large"), ("title", "First of each word large")],
        |op| match op {
            Op::Tidy { letters: Some(Letters::Lower), .. } => "lower",
            Op::Tidy { letters: Some(Letters::Upper), .. } => "upper",
            Op::Tidy { letters: Some(Letters::Title), .. } => "title",
            _ => "",
        },
        |op, key| {
            if let Op::Tidy { letters, .. } = op {
                *letters = match key {
                    "lower" => Some(Letters::Lower),
                    "upper" => Some(Letters::Upper),
                    "title" => Some(Letters::Title),
                    _ => None,
                };
            }
        },
    )
}

fn keep_choice(fields: Fields) -> AnyView {
    choice_field(
        fields,
        "Keep of them",
        &[
            ("first", "The first"),
            ("last", "The last"),
            ("complete", "The most complete"),
            ("largest", "The newest or largest by a column"),
        ],
        |op| match op {
            Op::Distinct { keep: Keep::Last, .. } => "last",
            Op::Distinct { keep: Keep::MostComplete, .. } => "complete",
            Op::Distinct { keep: Keep::Largest(_), .. } => "largest",
            _ => "first",
        },
        |op, key| {
            if let Op::Distinct { keep, .. } = op {
                *keep = match key {
                    "last" => Keep::Last,
                    "complete" => Keep::MostComplete,
                    "largest" => Keep::Largest(String::new()),
                    _ => Keep::First,
                };
            }
        },
    )
}

fn keep_more(fields: Fields) -> AnyView {
    let is_largest = Memo::new(move |_| fields.op.with(|op| matches!(op, Op::Distinct { keep: Keep::Largest(_), .. })));
    (move || is_largest.get().then(|| column_field(fields, "By", "largest"))).into_any()
}

fn rule_choice(fields: Fields) -> AnyView {
    choice_field(
        fields,
        "A value is an outlier",
        &[
            ("fences", "beyond 1.5 times the distance between the quartiles"),
            ("robust_z", "more than 3.5 robust standard deviations from the median"),
        ],
        |op| match op {
            Op::Outliers { rule: OutlierRule::RobustZ, .. } => "robust_z",
            _ => "fences",
        },
        |op, key| {
            if let Op::Outliers { rule, .. } = op {
                *rule = if key == "robust_z" { OutlierRule::RobustZ } else { OutlierRule::Fences };
            }
        },
    )
}

fn aggregate_choice(fields: Fields) -> AnyView {
    let chosen = Memo::new(move |_| match fields.op.get() {
        Op::Pivot { aggregate, .. } => aggregate,
        _ => Aggregate::Sum,
    });
    let lines: Vec<_> = Aggregate::ALL
        .map(|a| {
            let text = crate::base::wording::sentence_case(a.word());
            view! { <option value=a.word() selected=move || chosen.get() == a>{text}</option> }.into_any()
        })
        .into();
    let change = move |event| {
        let word = event_target_value(&event);
        fields.change(|op| {
            if let Op::Pivot { aggregate, .. } = op {
                *aggregate = Aggregate::ALL.into_iter().find(|a| a.word() == word).unwrap_or(*aggregate);
            }
        });
    };
    view! {
        <label class="field">
            <span class="field__label">"Cells"</span>
            <select prop:value=move || chosen.get().word() on:change=change>{lines}</select>
        </label>
    }
    .into_any()
}

fn pivot_cells(fields: Fields) -> AnyView {
    let is_count = Memo::new(move |_| fields.op.with(|op| matches!(op, Op::Pivot { aggregate: Aggregate::Count, .. })));
    (move || (!is_count.get()).then(|| column_field(fields, "of", "values"))).into_any()
}

fn pivot_values(fields: Fields) -> AnyView {
    let names = text_of(fields, "names");
    let chosen = Signal::derive(move || match fields.op.get() {
        Op::Pivot { into, .. } => Test::OneOf(into),
        _ => Test::OneOf(Vec::new()),
    });
    let set = move |test: Test| {
        fields.change(|op| {
            if let (Op::Pivot { into, .. }, Test::OneOf(values)) = (op, test) {
                *into = values;
            }
        });
    };
    let values = fields.top_values(names);
    let column_type = Memo::new(move |_| fields.type_of(&names.get()));
    (move || {
        let shape = column_type.get();
        view! { <ValueChecks test=chosen on_change=set values=values shape=shape /> }
    })
    .into_any()
}
