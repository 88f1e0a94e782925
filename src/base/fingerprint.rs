//! Content hashes: the same bytes always have the same fingerprint.

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use std::fmt;

/// SHA-256 of some content, as 64 lower-case hex digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Fingerprint(String);

impl Fingerprint {
    pub fn of(bytes: &[u8]) -> Fingerprint {
        let mut builder = FingerprintBuilder::default();
        builder.add(bytes);
        builder.finish()
    }

    /// From a SHA-256 that was computed elsewhere.
    pub fn from_digest(digest: &[u8]) -> Fingerprint {
        Fingerprint(hex(digest))
    }

    /// One that was written down before, as it stands.
    pub fn from_hex(hex: String) -> Fingerprint {
        Fingerprint(hex)
    }

    /// The whole hash, in hex.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The first eight digits: enough to compare by eye.
    pub fn short(&self) -> &str {
        self.0.get(..8).unwrap_or(&self.0)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Builds a [`Fingerprint`] from pieces, each delimited by its length.
#[derive(Default)]
pub struct FingerprintBuilder(Sha256);

impl FingerprintBuilder {
    /// Adds raw bytes, without a delimiter: the result equals that of the joined bytes.
    pub fn add(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// Adds one part of a structure, so that ("ab", "c") and ("a", "bc") differ.
    pub fn add_part(&mut self, part: &str) -> &mut Self {
        self.0.update((part.len() as u64).to_le_bytes());
        self.0.update(part.as_bytes());
        self
    }

    pub fn finish(self) -> Fingerprint {
        Fingerprint(hex(&self.0.finalize()))
    }
}

fn hex(digest: &[u8]) -> String {
    use fmt::Write;
    let mut hex = String::with_capacity(64);
    for byte in digest {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn is_sha_256() {
        // FIPS 180-2, appendix B.1.
        let want = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
        assert_eq!(Fingerprint::of(b"abc").as_str(), want);
    }

    #[test]
    fn parts_are_delimited() {
        let of = |parts: &[&str]| {
            let mut b = FingerprintBuilder::default();
            for p in parts {
                b.add_part(p);
            }
            b.finish()
        };
        assert_ne!(of(&["ab", "c"]), of(&["a", "bc"]));
    }
}
