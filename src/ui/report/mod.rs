//! The report as a page: the live one, and one that someone else made. One tree shows both.
//!
//! Never here: the prose and the numbers, which are the report stage's.

mod block;
mod document;
mod edit;
mod ending;
mod explain;
mod finding;
mod finding_form;
mod forms;
mod insert;
mod number_form;
mod numbers;
mod reader;
mod screen;
mod table;
mod table_form;
mod text;
mod tools;
mod verdict;
mod verdict_form;

pub use edit::{add_block, use_draft, use_draft_to_adopt};
pub use explain::ExplainPanel;
pub use reader::ReaderScreen;
pub use screen::ReportScreen;
pub use verdict::sign_of;
