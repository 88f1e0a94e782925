//! What the blobs behind a workspace are called. A name says what is in the blob, so the same bytes
//! read the same way have the same name, wherever they are kept.

use super::spec::Workspace;
use crate::base::{FingerprintBuilder, json};
use crate::source::{SourceSpec, TableSpec};

/// The bytes of a source as they came: `raw/<SHA-256>`.
pub fn raw_name(source: &SourceSpec) -> String {
    format!("raw/{}", source.fingerprint)
}

/// The rows of a table as they were read: `rows/<hash of the source's hash, the part and how it was read>`.
pub fn rows_name(source: &SourceSpec, table: &TableSpec) -> String {
    let mut builder = FingerprintBuilder::default();
    builder.add_part(source.fingerprint.as_str()).add_part(&table.part);
    builder.add_part(&json::write(&source.reader).unwrap_or_default());
    format!("rows/{}", builder.finish())
}

impl Workspace {
    /// All blobs that this state needs, each once, in order.
    pub fn blob_names(&self) -> Vec<String> {
        let of = |s: &SourceSpec| s.tables.iter().map(|t| rows_name(s, t)).chain([raw_name(s)]).collect::<Vec<_>>();
        let mut names: Vec<String> = self.sources.iter().flat_map(of).collect();
        names.sort();
        names.dedup();
        names
    }
}
