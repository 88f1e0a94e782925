//! Explore: the rows of a table or merge, its recipe, charts by choosing, SQL for those who want it.
//!
//! Never here: a calculation on rows.

mod cells;
mod chart_form;
mod charts;
mod chips;
mod clean_draft;
mod clean_fields;
mod click_steps;
mod columns;
mod control_fields;
mod export;
mod field_parts;
mod grid;
mod grid_head;
mod grid_keys;
mod grid_rows;
mod grid_selection;
mod map_fields;
mod memory;
mod nodes;
mod op_draft;
mod order_fields;
mod preview;
mod recipe;
mod rows_panel;
mod screen;
mod sql;
mod status;
mod step_fields;
mod step_form;
mod test_fields;
mod variants;
mod viewport;

pub use cells::{MISSING, cell_text, is_right_aligned};
pub use chart_form::{ChartForm, chart_is_missing};
pub use columns::{ColumnChecks, ColumnSelect};
pub use nodes::{NodeSelect, columns_of, use_nodes};
pub use op_draft::KINDS;
pub use rows_panel::RowsPanel;
pub use screen::ExploreScreen;
pub use test_fields::TestFields;
