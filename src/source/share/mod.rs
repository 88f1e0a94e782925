//! How a large file is read by several readers: what the first one asks of the others, and what they answer.
//!
//! The first reader decides all that concerns the file as a whole: encoding, dialect, header, which row is what. The others get
//! whole rows of the text, and what the first rows showed of each column. See decision 0018.

mod spec;

pub use spec::{Found, ShareFound, ShareJob, Start, TextCounts};

use super::csv;
use crate::base::Problem;
use futures::future::LocalBoxFuture;

/// Other readers, as the first one sees them. They may fail: then it does their share itself.
pub trait Helpers {
    /// How many there are.
    fn n_helpers(&self) -> usize;

    /// Shorter texts are read by one: it is done before others have begun.
    fn min_bytes(&self) -> usize {
        4_000_000
    }

    /// There will be something to do: those that must be woken may be woken now.
    fn get_ready(&self) {}

    /// Gives a helper its share, with the text of its rows.
    fn begin(&self, helper: usize, job: ShareJob, text: &[u8]);

    /// What came of it; `None` when the helper failed.
    fn outcome(&self, helper: usize) -> LocalBoxFuture<'_, Option<ShareDone>>;
}

/// What a helper found in its share.
#[derive(Clone, Debug, PartialEq)]
pub struct ShareDone {
    pub found: ShareFound,
    /// The columns, as an Arrow IPC stream.
    pub rows: Vec<u8>,
}

/// The work of a helper.
///
/// # Errors
/// `bug_share` when the text is not the rows that the job tells of; those of building a table.
pub fn read_share(job: &ShareJob, text: &[u8]) -> Result<ShareDone, Problem> {
    csv::read_share(job, text)
}
