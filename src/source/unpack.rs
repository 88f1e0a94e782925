//! Gzip, unwrapped within limits.

use crate::base::{Problem, wording};
use flate2::bufread::MultiGzDecoder;
use std::io::Read;

/// How far a packed file may grow.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    pub max_bytes: u64,
    /// Times its packed size. Real tables reach a hundred, bombs a thousand.
    pub max_ratio: u64,
}

pub(super) const LIMITS: Limits = Limits { max_bytes: 1_000_000_000, max_ratio: 1_000 };

/// Below this size the ratio says nothing.
const RATIO_FREE_BYTES: u64 = 1_000_000;

pub(super) fn is_gzip(bytes: &[u8]) -> bool {
    bytes.starts_with(&[0x1f, 0x8b, 0x08])
}

/// Unpacks, all members of the file.
///
/// # Errors
/// `unpacked_too_large`, `bad_gzip`.
pub(super) fn gunzip(bytes: &[u8], limits: Limits) -> Result<Vec<u8>, Problem> {
    let by_ratio = (bytes.len() as u64).saturating_mul(limits.max_ratio).max(RATIO_FREE_BYTES);
    let limit = limits.max_bytes.min(by_ratio);
    let mut out = Vec::new();
    // One byte more than allowed tells a full file from a cut one.
    let read = MultiGzDecoder::new(bytes).take(limit + 1).read_to_end(&mut out);
    if out.len() as u64 > limit {
        return Err(Problem::limit("unpacked_too_large", "This packed file is too large once unpacked.")
            .because(format!("It was unpacked up to {} and went on.", wording::format_bytes(limit)))
            .hint("Unpack it yourself and split it, or convert it to Parquet."));
    }
    read.map_err(|e| {
        Problem::input("bad_gzip", "This packed file is damaged or incomplete.")
            .because(e.to_string())
            .hint("Download or copy it again.")
    })?;
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    pub fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn all_members_are_unpacked() {
        let mut packed = gzip(b"a,b\n");
        packed.extend(gzip(b"1,2\n"));
        assert_eq!(gunzip(&packed, LIMITS).unwrap(), b"a,b\n1,2\n");
    }

    #[test]
    fn bombs_are_stopped() {
        let packed = gzip(&vec![0; 3_000_000]);
        assert_eq!(
            gunzip(&packed, Limits { max_bytes: 1000, max_ratio: 1000 }).unwrap_err().code,
            "unpacked_too_large"
        );
        assert_eq!(
            gunzip(&packed, Limits { max_bytes: u64::MAX - 1, max_ratio: 2 }).unwrap_err().code,
            "unpacked_too_large"
        );
    }

    #[test]
    fn a_cut_file_is_not_silently_short() {
        let packed = gzip(&(0..10_000u32).flat_map(u32::to_le_bytes).collect::<Vec<u8>>());
        assert_eq!(gunzip(&packed[..packed.len() / 2], LIMITS).unwrap_err().code, "bad_gzip");
    }
}
