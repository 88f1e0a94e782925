//! The report: drafted from what was found, edited by the user, frozen with its numbers so that it
//! can be read without the engine or the sources.
//!
//! Never here: I/O, HTML.
//!
//! ```ignore
//! let (title, specs) = report::draft(&input);
//! let frozen = report::freeze(&title, &blocks, true, &engine, quality, Vec::new());
//! ```

mod behind;
mod draft;
mod event_chart;
mod facts;
mod filter;
mod finding_chart;
mod finding_words;
mod freeze;
mod frozen;
mod markdown;
mod methods;
mod miniature;
mod numbers;
mod quality;
mod roles;
mod rows;
mod spec;
mod summary;
mod values;
mod verdict;

#[cfg(test)]
pub(crate) mod sample;

pub use draft::{DraftInput, draft};
pub use filter::{test_sql, test_words};
pub use finding_chart::chart_for;
pub use finding_words::finding_note;
pub use freeze::{Evaluate, freeze};
pub use frozen::*;
pub use markdown::{Inline, Piece, markdown};
pub use methods::{MethodsInput, methods};
pub use miniature::{MiniBar, MiniBox, MiniChart, Miniature};
pub use quality::{Judged, Merged, quality};
pub use roles::{Roles, StatusRole, human_name, roles};
pub use spec::*;
pub use verdict::{Verdict, VerdictInput, verdict};
