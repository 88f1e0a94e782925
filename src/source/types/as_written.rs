//! Columns for which the user has switched a rule off: where it would change cells, they stay as they are written.

use super::decide::{self, How, Verdict};
use super::fill;
use super::tally::Tally;
use super::{Cells, Head};
use crate::base::Notices;
use crate::source::aside::Rule;

/// The verdict without the rules that are `off`, or as it is where none of them would change a cell.
pub(super) fn verdict<C: Cells>(
    cells: &C,
    column: usize,
    head: &Head,
    tally: &Tally,
    found: Verdict,
    off: &[Rule],
) -> Verdict {
    if off.is_empty() {
        return found;
    }
    // What the rules do is known once they have been used.
    let with_rules = fill::fill(cells, column, head.clone(), tally, found.clone(), &mut Notices::default());
    let used: Vec<&Rule> =
        with_rules.changed.iter().filter_map(|c| c.by.as_ref()).filter(|r| off.contains(r)).collect();
    if used.is_empty() {
        return found;
    }
    let how = match used.as_slice() {
        // Still numbers.
        [Rule::CompactDate] => How::Integer(0),
        _ if off.contains(&Rule::Spaces) => How::Written,
        _ => How::Text,
    };
    let reason = "left as it is written, as you chose".to_owned();
    let runner_up = Some(with_rules.info.column_type).filter(|_| used != [&Rule::Spaces]);
    decide::verdict(how, reason, 1.0, runner_up)
}
