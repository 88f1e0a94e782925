//! What can be wrong with a step, in words.

use crate::base::wording::list;
use crate::base::{Hint, Place, Problem, Repair, StepId};
use crate::table::ColumnInfo;
use datafusion::error::DataFusionError;

pub(super) const UNKNOWN_COLUMN: &str = "unknown_column";

pub(super) fn unknown_column(name: &str, columns: &[ColumnInfo]) -> Problem {
    let problem =
        Problem::request(UNKNOWN_COLUMN, format!("There is no column '{name}' at this step.")).at(Place::column(name));
    match nearest(name, columns) {
        Some(near) => problem.hint(format!("Use '{near}' instead.")),
        None => {
            let names: Vec<String> = columns.iter().take(8).map(|c| c.name.clone()).collect();
            problem.because(format!("The columns are {}.", list(&names)))
        }
    }
}

/// The existing name most like one that does not exist, if any is like it.
pub(super) fn nearest<'a>(name: &str, columns: &'a [ColumnInfo]) -> Option<&'a str> {
    let fold = |s: &str| s.to_lowercase().chars().filter(|c| c.is_alphanumeric()).take(64).collect::<Vec<char>>();
    let wanted = fold(name);
    let most = wanted.len().div_ceil(3);
    columns
        .iter()
        .take(2_000)
        .map(|c| (edit_distance(&wanted, &fold(&c.name)), c.name.as_str()))
        .filter(|(distance, _)| *distance <= most)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

/// Fewest insertions, removals and replacements (Levenshtein, 1965).
fn edit_distance(a: &[char], b: &[char]) -> usize {
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut next = Vec::with_capacity(row.len());
        next.push(i + 1);
        for ((y, diagonal), above) in b.iter().zip(&row).zip(row.iter().skip(1)) {
            let left = next.last().copied().unwrap_or(0);
            next.push((diagonal + usize::from(x != y)).min(above + 1).min(left + 1));
        }
        row = next;
    }
    row.last().copied().unwrap_or(0)
}

/// Places a problem at a step, and turns a better name into a repair that one click can make.
pub fn at_step(mut problem: Problem, step: StepId, columns: &[ColumnInfo]) -> Problem {
    problem.place.step = Some(step);
    if problem.code == UNKNOWN_COLUMN
        && let Some(from) = problem.place.column.clone()
        && let Some(to) = nearest(&from, columns)
    {
        let repair = Repair::UseColumn { step, from, to: to.to_owned() };
        problem.hints = vec![Hint { text: format!("Use '{to}' instead."), repair: Some(repair) }];
    }
    problem.repair("Switch this step off.", Repair::DisableStep { step })
}

pub(super) fn name_taken(name: &str) -> Problem {
    Problem::request("name_taken", format!("There is already a column '{name}'."))
        .at(Place::column(name))
        .hint("Choose another name.")
}

pub(super) fn no_name() -> Problem {
    Problem::request("no_name", "The new column has no name.").hint("Give it a name.")
}

/// A plan that was checked and yet refused.
pub(super) fn plan_problem(e: DataFusionError) -> Problem {
    Problem::bug("bug_plan", "This step could not be prepared.").because(plain_text(&e))
}

/// DataFusion's message without its prefixes.
pub(super) fn plain_text(e: &DataFusionError) -> String {
    let text = e.strip_backtrace();
    let mut text = text.as_str();
    loop {
        let known = ["Error during planning: ", "SQL error: ", "Schema error: ", "Execution error: "];
        match known.iter().find_map(|prefix| text.strip_prefix(prefix)) {
            Some(rest) => text = rest,
            None => break,
        }
    }
    let line = text.lines().next().unwrap_or("").trim();
    line.chars().take(300).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;

    #[test]
    fn the_nearest_name_is_near() {
        let columns: Vec<ColumnInfo> =
            ["Yield", "plate_id", "qc"].iter().map(|n| ColumnInfo::new(*n, ColumnType::Text)).collect();
        assert_eq!(nearest("yeild", &columns), Some("Yield"));
        assert_eq!(nearest("Plate ID", &columns), Some("plate_id"));
        assert_eq!(nearest("temperature", &columns), None);
    }

    #[test]
    fn a_better_name_is_one_click_away() {
        let columns = [ColumnInfo::new("yield", ColumnType::Number)];
        let problem = at_step(unknown_column("Yeild", &columns), StepId(7), &columns);
        assert_eq!(problem.place.step, Some(StepId(7)));
        let want = Repair::UseColumn { step: StepId(7), from: "Yeild".to_owned(), to: "yield".to_owned() };
        assert_eq!(problem.hints[0].repair, Some(want));
    }
}
