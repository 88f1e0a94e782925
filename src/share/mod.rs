//! A frozen report as a link, as one file that opens anywhere, and the whole work as a project file;
//! and all of them read back with suspicion.
//!
//! Never here: drawing, I/O, or a source's rows in a link or report file.
//!
//! ```ignore
//! let fragment = share::to_fragment(&report)?;
//! assert_eq!(share::from_fragment(&fragment)?.title, report.title);
//! ```

mod chart_table;
mod check;
mod contents;
mod drawn;
mod escape;
mod html;
mod link;
mod pack;
mod page;
mod project;
mod seal;
mod slim;
mod svg;
mod table_file;

pub use chart_table::{ChartTable, chart_table};
pub use contents::contents;
pub use drawn::{Drawn, Look};
pub use html::{REPORT_CSS, charts_of, from_html, open_html, to_html, to_html_drawn};
pub use link::{Advice, LinkAdvice, Packing, from_fragment, link_advice, open_fragment, to_fragment};
pub use project::{
    PROJECT_PREFIX_BYTES, ProjectContents, ProjectPart, check_sources, is_project, pack_part, project_contents,
    project_head, project_head_bytes, unpack_part,
};
pub use seal::Integrity;
pub use slim::{slim, sound, sound_finding};
pub use table_file::{TableFormat, encode_table};
