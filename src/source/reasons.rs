//! Why a column has its type, where that is not seen from its cells.

use crate::base::Problem;
use crate::table::Table;

/// The table with other reasons for some of its columns, which are by place.
///
/// # Errors
/// `bug_table_shape`, which cannot be met.
pub(super) fn with_reasons(table: Table, reasons: &[(usize, &str)]) -> Result<Table, Problem> {
    if reasons.is_empty() {
        return Ok(table);
    }
    let mut columns = table.columns().to_vec();
    for (column, reason) in reasons {
        if let Some(info) = columns.get_mut(*column) {
            (*reason).clone_into(&mut info.reason);
        }
    }
    table.with_columns(columns)
}
