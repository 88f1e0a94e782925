//! The facts under the title.

use crate::base::{ColumnType, wording};
use crate::report::facts::Facts;
use crate::report::values::time_words;
use crate::report::{Explain, StripPart};
use crate::table::SourceRef;

/// `as_of`: the latest moment in the main time column.
pub(super) fn strip(
    facts: Option<&Facts>,
    filters: &[String],
    as_of: Option<(f64, ColumnType)>,
    sources: &[SourceRef],
) -> Vec<StripPart> {
    let mut parts = Vec::new();
    let mut add = |text: String, explain: Explain| parts.push(StripPart { text, explain });
    // Whoever reads the title has to know that it is not about all rows.
    if let (Some(facts), false) = (facts, filters.is_empty()) {
        let formula = format!("Only rows where {}.", filters.join(", and where "));
        add(only_rows(filters), facts.explain(formula, &facts.behind()));
    }
    if let (Some((value, t)), Some(facts)) = (as_of, facts) {
        let column = facts.roles.time.as_deref().unwrap_or_default();
        let formula = format!("The latest {column} of {}.", facts.name);
        add(format!("data to {}", time_words(value, t)), facts.explain(formula, &facts.behind().known(column)));
    }
    let sources = Explain {
        formula: "The files and addresses that this report was made from.".to_owned(),
        sources: sources.iter().map(|s| s.name.clone()).collect(),
        ..Explain::default()
    };
    add(wording::plural(sources.sources.len() as u64, "source", "sources"), sources);
    if let Some(facts) = facts {
        let formula = format!("Number of rows of {}, after all steps.", facts.name);
        let all = facts.explain(formula, &facts.behind());
        add(wording::plural(facts.table.n_rows(), "row", "rows"), all);
    }
    parts
}

/// "Only rows where site is '017'", with the first two filters and how many more.
fn only_rows(filters: &[String]) -> String {
    const MAX_SAID: usize = 2;
    const MAX_CHARS: usize = 160;
    let short = |filter: &String| match filter.char_indices().nth(MAX_CHARS) {
        Some((end, _)) => format!("{}…", filter.get(..end).unwrap_or_default()),
        None => filter.clone(),
    };
    let said: Vec<String> = filters.iter().take(MAX_SAID).map(short).collect();
    match filters.len().saturating_sub(MAX_SAID) as u64 {
        0 => format!("Only rows where {}", said.join(", and where ")),
        n => format!("Only rows where {}, and {}", said.join(", "), wording::plural(n, "more filter", "more filters")),
    }
}
