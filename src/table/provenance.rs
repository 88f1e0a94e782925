//! Where a table or number comes from. The hash of a provenance is the engine's cache key, so
//! lineage and cache cannot disagree.

use crate::base::{Fingerprint, FingerprintBuilder};
use serde::{Deserialize, Serialize};

/// A source as named in reports: enough to recognise it again, never its content.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SourceRef {
    pub name: String,
    /// "file", "paste", "web address", "sample".
    pub origin: String,
    pub fingerprint: Fingerprint,
    /// When it was read, as ISO 8601 in UTC; empty when not known.
    #[serde(default)]
    pub read_at: String,
    pub n_rows: u64,
    pub size_bytes: u64,
}

/// The inputs of a result and the work done on them.
#[derive(Clone, Debug, PartialEq, Default)]
pub struct Provenance {
    /// Fingerprints of everything that went in, in order.
    pub inputs: Vec<Fingerprint>,
    /// The work, as its canonical text.
    pub work: String,
}

impl Provenance {
    pub fn key(&self) -> Fingerprint {
        let mut builder = FingerprintBuilder::default();
        builder.add_part(env!("CARGO_PKG_VERSION")).add_part(&self.work);
        for input in &self.inputs {
            builder.add_part(input.as_str());
        }
        builder.finish()
    }
}
