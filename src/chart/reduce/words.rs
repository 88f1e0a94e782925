//! The heading and the line below it, written from the spec where the user wrote none.

use super::Reduced;
use crate::base::wording;
use crate::chart::{ChartData, ChartKind, ChartSpec, Marks};
use crate::recipe::Aggregate;

pub(super) fn with_words(spec: &ChartSpec, reduced: Reduced) -> ChartData {
    let title = if spec.title.trim().is_empty() { title_of(spec, &reduced) } else { spec.title.trim().to_owned() };
    ChartData {
        title,
        subtitle: subtitle_of(spec, &reduced),
        x: reduced.x,
        y: reduced.y,
        marks: reduced.marks,
        n_rows: reduced.n_rows,
        n_missing: reduced.n_missing,
        n_more: reduced.n_more,
        mark: reduced.mark,
    }
}

/// "mean of yield", "yield", "rows".
fn subject(spec: &ChartSpec, reduced: &Reduced) -> String {
    let measure = if spec.kind == ChartKind::Heat { spec.value.as_deref() } else { spec.y.as_deref() };
    match (reduced.aggregate, measure.filter(|m| !m.is_empty())) {
        (Some(Aggregate::Count), _) | (None, None) | (Some(_), None) => "rows".to_owned(),
        (Some(Aggregate::Sum), Some(name)) => format!("total {name}"),
        (Some(Aggregate::CountDistinct), Some(name)) => format!("different {name}"),
        (Some(Aggregate::Sd), Some(name)) => format!("standard deviation of {name}"),
        (Some(by), Some(name)) => format!("{} {name}", by.word()),
        (None, Some(name)) => name.to_owned(),
    }
}

fn title_of(spec: &ChartSpec, reduced: &Reduced) -> String {
    let x = &spec.x;
    let group = spec.group.as_deref().filter(|g| !g.is_empty());
    let what = subject(spec, reduced);
    let per = reduced.per.unwrap_or(x);
    let base = match spec.kind {
        ChartKind::Histogram => format!("distribution of {x}"),
        ChartKind::Scatter => format!("{what} against {x}"),
        ChartKind::Heat => format!("{what} by {x} and {}", spec.y.as_deref().unwrap_or("")),
        ChartKind::Control => return control_title(spec, reduced),
        ChartKind::Line | ChartKind::Bar | ChartKind::Box => format!("{what} by {per}"),
    };
    let text = match group.filter(|_| matches!(spec.kind, ChartKind::Line | ChartKind::Bar | ChartKind::Scatter)) {
        Some(group) if spec.kind == ChartKind::Scatter => format!("{base}, by {group}"),
        Some(group) => format!("{base} and {group}"),
        None => base,
    };
    capital(&text)
}

/// A capital first letter, unless the first word is a name written in its own way ("pH", "run_id").
fn capital(text: &str) -> String {
    let first = text.split_whitespace().next().unwrap_or("");
    let is_plain = first.chars().all(|c| c.is_lowercase() || matches!(c, '-' | '\''));
    if is_plain { wording::sentence_case(text) } else { text.to_owned() }
}

/// "Yield breaks Nelson 1 at 2 points", or that it keeps to its limits.
fn control_title(spec: &ChartSpec, reduced: &Reduced) -> String {
    let Marks::Control(marks) = &reduced.marks else { return String::new() };
    let value = spec.y.as_deref().unwrap_or_default();
    if marks.told.is_empty() {
        format!("{} breaks no rule", capital(value))
    } else {
        format!("{}: {}", capital(value), marks.told)
    }
}

fn subtitle_of(spec: &ChartSpec, reduced: &Reduced) -> String {
    let mut parts = Vec::new();
    let unit = match spec.kind {
        ChartKind::Histogram => reduced.x.unit.as_deref(),
        _ => reduced.y.unit.as_deref(),
    };
    let what = match spec.kind {
        ChartKind::Histogram => Some(spec.x.clone()),
        ChartKind::Heat => Some(subject(spec, reduced)),
        ChartKind::Box => Some(format!("median, quartiles and range of {}", reduced.y.label)),
        ChartKind::Control => {
            let kind = spec.control.as_ref().map(|c| c.chart).unwrap_or_default();
            Some(format!("{}, {}", kind.label(), reduced.y.label))
        }
        _ => Some(reduced.y.label.clone()),
    };
    if let Some(what) = what {
        parts.push(match unit {
            Some(unit) => format!("{} in {unit}", capital(&what)),
            None => capital(&what),
        });
    }
    parts.push(wording::plural(reduced.n_rows, "row", "rows"));
    if reduced.n_missing > 0 {
        parts.push(format!("{} left out as missing", wording::format_count(reduced.n_missing)));
    }
    if reduced.n_more > 0 {
        let is_in_other = matches!(&reduced.marks, Marks::Bar { .. } | Marks::Line { .. })
            && reduced.aggregate.is_some_and(super::aggregate::is_additive);
        let many = wording::plural(reduced.n_more, "value", "values");
        parts.push(match spec.kind {
            ChartKind::Control => {
                format!("{} not shown", wording::plural(reduced.n_more, "earlier point", "earlier points"))
            }
            _ if is_in_other => format!("{many} under Other"),
            _ => format!("{many} more not shown"),
        });
    }
    parts.join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_keep_their_own_capitals() {
        assert_eq!(capital("yield by plate"), "Yield by plate");
        assert_eq!(capital("pH by plate"), "pH by plate");
        assert_eq!(capital("run_id by plate"), "run_id by plate");
    }
}
