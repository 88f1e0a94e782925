//! Page ↔ reader. A reader does one job and is thrown away; to cancel is to end the worker.

use super::engine::ExportFormat;
use crate::base::{Fingerprint, Notices, Problem, SourceId};
use crate::source::{
    ApiSpec, DeclaredKeys, Drift, FetchProgress, Ledger, ReadProgress, ReaderSpec, Reading, ShareFound, ShareJob,
};
use crate::table::{ColumnInfo, RowWindow};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderJob {
    /// A `Blob` travels beside it, or the bytes as a buffer. So many helpers can be had for a large file.
    Read {
        name: String,
        spec: ReaderSpec,
        #[serde(default)]
        n_helpers: u32,
    },
    /// The first rows of one part, as they would be read. A `Blob` travels beside it.
    Preview { name: String, spec: ReaderSpec, part: String },
    /// Fetches first. The headers live in this message only.
    Fetch { api: ApiSpec, headers: Vec<(String, String)>, spec: ReaderSpec },
    /// One buffer, an Arrow IPC stream, travels beside it; the answer is the file's bytes.
    Encode { format: ExportFormat, name: String },
    /// A blob for each name travels beside it; the answer is one blob, a project file.
    Pack { saved: String, names: Vec<String> },
    /// A project file travels beside it as a blob.
    Unpack { name: String },
    /// Tables with those that they take the place of. For each: the rows of before and the rows of now travel beside
    /// it, two blobs.
    Compare { before_name: String, before_read_at: String, keys: Vec<DeclaredKeys> },
    /// To a helper: rows of a file that another reads. Their text travels beside it as a buffer.
    Share { job: ShareJob },
    /// To the reader that gave out a share: what came of it, with the columns beside it as a buffer; nothing where the
    /// helper failed. It does not begin a job.
    Shared { helper: u32, found: Option<ShareFound> },
}

/// What is remarked on a source of a project when it is opened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRemark {
    pub source: SourceId,
    pub code: String,
    pub text: String,
}

/// A table as a reader hands it over; its rows are the buffer at the same place in the message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ReadPart {
    /// The sheet's name, the nested list's path, or empty.
    pub part: String,
    pub n_rows: u64,
    pub columns: Vec<ColumnInfo>,
    pub ledger: Ledger,
    pub reading: Reading,
    pub notices: Notices,
    #[serde(default)]
    pub keys: DeclaredKeys,
    /// Known once it was compared with the version before.
    #[serde(default)]
    pub drift: Option<Drift>,
}

/// A request that was made, for the log that the user can open.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct NetworkEntry {
    /// Milliseconds since 1970.
    pub time_ms: f64,
    pub method: String,
    /// Without secrets: values of parameters that look like keys are masked.
    pub url: String,
    pub host: String,
    pub status: u16,
    pub size_bytes: u64,
    pub why: String,
}

impl ReaderEvent {
    /// Nothing comes after it.
    pub fn is_end(&self) -> bool {
        matches!(
            self,
            ReaderEvent::Read { .. }
                | ReaderEvent::Previewed { .. }
                | ReaderEvent::Encoded
                | ReaderEvent::Packed
                | ReaderEvent::Unpacked { .. }
                | ReaderEvent::Compared { .. }
                | ReaderEvent::Failed(_)
        )
    }
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ReaderEvent {
    /// The worker is up and waits for its job.
    Ready {
        build: String,
    },
    Progress(ReadProgress),
    Fetching(FetchProgress),
    /// Waiting before the next try, in seconds ("429, asked to wait").
    Waiting {
        seconds: u32,
        why: String,
    },
    Requested(NetworkEntry),
    Previewed {
        window: RowWindow,
    },
    /// Beside it, for each part: its Arrow IPC stream as a buffer, and the same as a blob. Bytes that were
    /// fetched, or came as a buffer, come last as a blob.
    Read {
        parts: Vec<ReadPart>,
        fingerprint: Fingerprint,
        size_bytes: u64,
        notices: Notices,
    },
    /// One buffer: the file.
    Encoded,
    /// One blob: the project file.
    Packed,
    /// A blob for each name. What the workspace says of its sources has been checked against them.
    Unpacked {
        /// The workspace in its saved encoding.
        saved: String,
        names: Vec<String>,
        remarks: Vec<SourceRemark>,
    },
    /// What is different in each table, in the order in which they came.
    Compared {
        drifts: Vec<Drift>,
    },
    Failed(Problem),
    /// Helpers will be wanted soon.
    GetReady {
        n_helpers: u32,
    },
    /// For a helper: rows of the file, their text beside it as a buffer.
    Share {
        helper: u32,
        job: ShareJob,
    },
    /// From a helper, with the columns beside it as a buffer.
    Shared {
        found: ShareFound,
    },
}
