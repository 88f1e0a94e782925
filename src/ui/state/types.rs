//! What screens see of the app's state.

use crate::base::{NodeId, Problem, SourceId, TableId};
use crate::merge::{KeyMatch, KeyPair};
use crate::protocol::View;
use crate::report::Explain;
use crate::source::{ApiSpec, Headers, Paging};
use std::fmt;
use std::sync::Arc;

/// Where the user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Start,
    Sources,
    Combine,
    Explore,
    Report,
    /// A report that someone else made, opened from a link or file.
    Reader,
}

/// What slides in from the right, or floats.
#[derive(Clone, Debug, PartialEq)]
pub enum Panel {
    Share,
    Explain {
        title: String,
        explain: Explain,
    },
    /// The rows behind something.
    Rows {
        title: String,
        sql: String,
    },
    /// The rows of `node` that find no partner in `other`; the keys' left is `node`.
    Unmatched {
        node: NodeId,
        other: NodeId,
        keys: Vec<KeyPair>,
        crosswalk: Vec<KeyMatch>,
    },
    Source(SourceId),
    SetAside(TableId),
    /// Rows of a table that are other than in the version before.
    Changes(TableId),
    AddAddress,
    /// A web address that was asked before, to be changed.
    EditAddress(Box<RequestDraft>),
    Paste,
    Network,
    Shortcuts,
    Palette,
}

/// What the form for web addresses starts from.
#[derive(Clone, PartialEq)]
pub struct RequestDraft {
    pub text: String,
    pub paging: Paging,
    pub max_pages: u32,
    pub headers: Headers,
    /// The source whose place the answer takes.
    pub replaces: Option<SourceId>,
    /// The failed job that is tried once more, and then goes.
    pub of_job: Option<u64>,
}

impl RequestDraft {
    pub fn of_text(text: String) -> RequestDraft {
        RequestDraft {
            text,
            paging: Paging::Auto,
            max_pages: ApiSpec::DEFAULT_MAX_PAGES,
            headers: Headers::new(),
            replaces: None,
            of_job: None,
        }
    }
}

impl fmt::Debug for RequestDraft {
    /// Without the values of the headers, which are secrets.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestDraft").field("replaces", &self.replaces).finish_non_exhaustive()
    }
}

/// The newest answer to a question.
#[derive(Clone, Debug, PartialEq, Default)]
pub enum Answer {
    #[default]
    Waiting,
    /// `is_stale`: the workspace has changed since, and a newer answer is on its way.
    Ready {
        view: Arc<View>,
        is_stale: bool,
    },
    Failed(Problem),
}

impl Answer {
    pub fn view(&self) -> Option<&View> {
        match self {
            Answer::Ready { view, .. } => Some(view),
            _ => None,
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum SaveState {
    /// "12:04".
    Saved {
        at: String,
    },
    Saving,
    /// Another tab holds the workspace, or the file is newer than the app.
    ReadOnly {
        why: String,
    },
    Failed(Problem),
    /// Nothing to save yet.
    Empty,
}

impl SaveState {
    /// Another tab has the lease.
    pub fn held_elsewhere() -> SaveState {
        SaveState::ReadOnly { why: "It is open in another tab, which saves it.".to_owned() }
    }
}

/// Something that takes a while: an import, an export, a fetch.
#[derive(Clone, Debug, PartialEq)]
pub struct Job {
    pub id: u64,
    /// "Reading runs.csv".
    pub title: String,
    pub state: JobState,
}

#[derive(Clone, Debug, PartialEq)]
pub enum JobState {
    Running {
        /// 0 to 1, where it is known.
        done_frac: Option<f64>,
        /// "120,000 rows, 1.2 M rows a second".
        detail: String,
    },
    /// Stays until dismissed.
    Failed(Problem),
}

/// A short word at the edge of the screen, with an undo where there is one.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    pub id: u64,
    pub text: String,
    pub can_undo: bool,
    pub problem: Option<Problem>,
}

/// A workspace kept in this browser.
#[derive(Clone, Debug, PartialEq)]
pub struct Recent {
    pub key: String,
    pub title: String,
    pub size_bytes: u64,
    /// "12 Nov 2026, 14:05".
    pub changed_at: String,
}

/// A bundled sample.
#[derive(Clone, Debug, PartialEq)]
pub struct Sample {
    pub key: &'static str,
    pub title: &'static str,
    pub description: &'static str,
}

/// The samples on the start page.
pub const SAMPLES: [Sample; 3] = [
    Sample {
        key: "sequencing",
        title: "Sequencing run QC",
        description: "Run metrics, a plate map and two years of history: where do the failed samples come from?",
    },
    Sample {
        key: "trials",
        title: "Clinical trials",
        description: "A trial registry, a site spreadsheet and safety reports: which site needs a call?",
    },
    Sample {
        key: "cold-chain",
        title: "Cold-chain sensors",
        description: "Device logs, calibration and weather: which device got warmer, and since when?",
    },
];
