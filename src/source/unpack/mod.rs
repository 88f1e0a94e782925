//! Packed files, unwrapped within limits: gzip, zstd, bzip2 and xz; ZIP and tar archives.

mod bzip2;
pub(super) mod tar;
mod xz;
pub(super) mod zip;

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

/// The largest window of zstd that is kept, as a power of two: that of `zstd --ultra`.
const MAX_ZSTD_WINDOW_LOG: u32 = 27;

/// How one file is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Packing {
    Gzip,
    Zstd,
    Bzip2,
    Xz,
}

impl Packing {
    /// By the first bytes.
    pub fn of(bytes: &[u8]) -> Option<Packing> {
        let is_bzip2 = bytes.starts_with(b"BZh") && matches!(bytes.get(3), Some(b'1'..=b'9'));
        match bytes {
            [0x1f, 0x8b, 0x08, ..] => Some(Packing::Gzip),
            // A frame, or one to be skipped before it.
            [0x28, 0xB5, 0x2F, 0xFD, ..] | [0x50..=0x5F, 0x2A, 0x4D, 0x18, ..] => Some(Packing::Zstd),
            _ if bytes.starts_with(xz::MAGIC) => Some(Packing::Xz),
            // Text may begin so; a block or the end follows.
            _ if is_bzip2 && matches!(bytes.get(4..6), Some(b"1A" | b"\x17\x72")) => Some(Packing::Bzip2),
            _ => None,
        }
    }

    /// The name without the ending that says how the file is packed.
    pub fn plain_name(name: &str) -> String {
        let lower = name.to_ascii_lowercase();
        for (ending, instead) in [
            (".gz", ""),
            (".tgz", ".tar"),
            (".zst", ""),
            (".zstd", ""),
            (".bz2", ""),
            (".tbz2", ".tar"),
            (".tbz", ".tar"),
            (".xz", ""),
            (".txz", ".tar"),
        ] {
            if lower.ends_with(ending)
                && let Some(stem) = name.get(..name.len() - ending.len()).filter(|stem| !stem.is_empty())
            {
                return format!("{stem}{instead}");
            }
        }
        name.to_owned()
    }

    /// Unpacks, all members of the file.
    ///
    /// # Errors
    /// `unpacked_too_large`, and `bad_gzip` and the like.
    pub fn unpack(self, bytes: &[u8], limits: Limits) -> Result<Vec<u8>, Problem> {
        match self {
            Packing::Gzip => drain(MultiGzDecoder::new(bytes), bytes.len(), limits, "bad_gzip"),
            Packing::Zstd => drain(zstd_reader(bytes)?, bytes.len(), limits, "bad_zstd"),
            Packing::Bzip2 => drain(bzip2::Bzip2::new(bytes), bytes.len(), limits, "bad_bzip2"),
            Packing::Xz => unxz(bytes, limits),
        }
    }
}

impl Limits {
    /// For so many packed bytes.
    pub fn of(self, n_packed: usize) -> u64 {
        let by_ratio = (n_packed as u64).saturating_mul(self.max_ratio).max(RATIO_FREE_BYTES);
        self.max_bytes.min(by_ratio)
    }
}

/// Reads all of a stream, within limits.
fn drain(reader: impl Read, n_packed: usize, limits: Limits, code: &str) -> Result<Vec<u8>, Problem> {
    let limit = limits.of(n_packed);
    let mut out = Vec::new();
    // One byte more than allowed tells a full file from a cut one.
    let read = reader.take(limit + 1).read_to_end(&mut out);
    if out.len() as u64 > limit {
        return Err(too_large(limit));
    }
    read.map_err(|e| damaged(code, &e))?;
    Ok(out)
}

fn unxz(bytes: &[u8], limits: Limits) -> Result<Vec<u8>, Problem> {
    let limit = limits.of(bytes.len());
    let mut out = Vec::new();
    let read = xz::unpack(bytes, limit, &mut out);
    if out.len() as u64 > limit {
        return Err(too_large(limit));
    }
    read.map_err(|e| damaged("bad_xz", &e))?;
    Ok(out)
}

fn zstd_reader<'a>(bytes: &'a [u8]) -> Result<Box<dyn Read + 'a>, Problem> {
    let mut reader = zstd::stream::read::Decoder::with_buffer(bytes).map_err(|e| damaged("bad_zstd", &e))?;
    reader.window_log_max(MAX_ZSTD_WINDOW_LOG).map_err(|e| damaged("bad_zstd", &e))?;
    Ok(Box::new(reader))
}

fn too_large(limit: u64) -> Problem {
    Problem::limit("unpacked_too_large", "This packed file is too large once unpacked.")
        .because(format!("It has more than {} in it.", wording::format_bytes(limit)))
        .hint("Unpack it yourself and split it, or convert it to Parquet.")
}

fn damaged(code: &str, e: &std::io::Error) -> Problem {
    Problem::input(code, "This packed file is damaged or incomplete.")
        .because(e.to_string())
        .hint("Download or copy it again.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    fn unpack(bytes: &[u8], limits: Limits) -> Result<Vec<u8>, Problem> {
        Packing::of(bytes).unwrap().unpack(bytes, limits)
    }

    #[test]
    fn all_packings_and_all_members() {
        let plain = b"a,b\n1,2\n";
        let zstd = zstd::encode_all(&plain[..], 3).unwrap();
        for packed in [
            gzip(plain),
            zstd,
            include_bytes!("testdata/small.csv.bz2").to_vec(),
            include_bytes!("testdata/small.csv.xz").to_vec(),
        ] {
            assert_eq!(unpack(&packed, LIMITS).unwrap(), plain);
            assert_eq!(unpack(&[&packed[..], &packed].concat(), LIMITS).unwrap(), b"a,b\n1,2\na,b\n1,2\n");
        }
        assert_eq!(Packing::of(b"BZh9 is a word"), None);
    }

    #[test]
    fn bombs_are_stopped() {
        for packed in [gzip(&vec![0; 3_000_000]), zstd::encode_all(&vec![0u8; 3_000_000][..], 3).unwrap()] {
            for limits in [Limits { max_bytes: 1000, max_ratio: 1000 }, Limits { max_bytes: 1 << 40, max_ratio: 2 }] {
                assert_eq!(unpack(&packed, limits).unwrap_err().code, "unpacked_too_large");
            }
        }
    }

    #[test]
    fn a_cut_file_is_not_silently_short() {
        let plain: Vec<u8> = (0..10_000u32).flat_map(u32::to_le_bytes).collect();
        let packed = gzip(&plain);
        assert_eq!(unpack(&packed[..packed.len() / 2], LIMITS).unwrap_err().code, "bad_gzip");
        let packed = zstd::encode_all(&plain[..], 3).unwrap();
        assert_eq!(unpack(&packed[..packed.len() / 2], LIMITS).unwrap_err().code, "bad_zstd");
    }

    #[test]
    fn names_lose_the_ending_of_the_packing() {
        let names = ["a.csv.gz", "b.tgz", "c.TAR.XZ", "d.csv", ".gz"];
        assert_eq!(names.map(Packing::plain_name), ["a.csv", "b.tar", "c.TAR", "d.csv", ".gz"]);
    }
}
