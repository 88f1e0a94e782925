//! Raw DEFLATE (RFC 1951) both ways, with limits on the way back.

use flate2::write::DeflateEncoder;
use flate2::{Compression, Decompress, FlushDecompress, Status};
use std::io::Write;

/// Why bytes could not be unpacked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unpack {
    /// Not DEFLATE, or cut off.
    Garbled,
    /// More than was allowed would come out.
    TooLarge,
}

/// Packs bytes piece by piece.
pub(super) struct Deflate {
    encoder: Option<DeflateEncoder<Vec<u8>>>,
    n_taken: usize,
}

impl Deflate {
    pub fn new() -> Deflate {
        Deflate { encoder: Some(DeflateEncoder::new(Vec::new(), Compression::best())), n_taken: 0 }
    }

    /// Takes the next bytes of a text that is the same each time; false when there are no more.
    pub fn add(&mut self, all: &[u8], n_max: usize) -> bool {
        let rest = all.get(self.n_taken..).unwrap_or_default();
        let piece = rest.get(..n_max).unwrap_or(rest);
        if let Some(encoder) = &mut self.encoder {
            // Writing to memory cannot fail.
            let _ = encoder.write_all(piece);
        }
        self.n_taken += piece.len();
        self.n_taken < all.len()
    }

    pub fn finish(&mut self) -> Vec<u8> {
        self.encoder.take().and_then(|encoder| encoder.finish().ok()).unwrap_or_default()
    }
}

/// Packs bytes in one go.
#[cfg(test)]
pub(super) fn deflate(bytes: &[u8]) -> Vec<u8> {
    let mut squeezed = Deflate::new();
    while squeezed.add(bytes, bytes.len()) {}
    squeezed.finish()
}

/// For much data: nearly as small, in a fraction of the time.
pub(super) fn deflate_fast(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = DeflateEncoder::new(Vec::with_capacity(bytes.len() / 4 + 64), Compression::fast());
    // Writing to memory cannot fail.
    let _ = encoder.write_all(bytes);
    encoder.finish().unwrap_or_default()
}

/// Unpacks at most `limit` bytes. Memory grows with what really comes out, never with a claim.
pub(super) fn inflate(packed: &[u8], limit: usize) -> Result<Vec<u8>, Unpack> {
    let mut state = Decompress::new(false);
    let mut out = Vec::new();
    let mut buffer = [0_u8; 16 * 1024];
    loop {
        let (in_before, out_before) = (state.total_in(), state.total_out());
        let rest = packed.get(in_before as usize..).unwrap_or_default();
        let status = state.decompress(rest, &mut buffer, FlushDecompress::None).map_err(|_| Unpack::Garbled)?;
        let n_new = (state.total_out() - out_before) as usize;
        if out.len() + n_new > limit || out.try_reserve(n_new).is_err() {
            return Err(Unpack::TooLarge);
        }
        out.extend_from_slice(buffer.get(..n_new).unwrap_or_default());
        match status {
            // Something behind the end is not what was written.
            Status::StreamEnd if state.total_in() == packed.len() as u64 => return Ok(out),
            Status::StreamEnd => return Err(Unpack::Garbled),
            // No progress: the stream is cut off.
            _ if state.total_in() == in_before && n_new == 0 => return Err(Unpack::Garbled),
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let bytes: Vec<u8> = (0..200_000_u32).map(|i| (i.wrapping_mul(i) % 251) as u8).collect();
        assert_eq!(inflate(&deflate(&bytes), bytes.len()).unwrap(), bytes);
        assert_eq!(inflate(&deflate(b""), 10).unwrap(), b"");
        let mut in_pieces = Deflate::new();
        while in_pieces.add(&bytes, 777) {}
        assert_eq!(inflate(&in_pieces.finish(), bytes.len()).unwrap(), bytes);
    }

    #[test]
    fn limits_and_cuts_are_noticed() {
        let packed = deflate(&vec![b'a'; 100_000]);
        assert_eq!(inflate(&packed, 99_999), Err(Unpack::TooLarge));
        for end in 0..packed.len() {
            assert_eq!(inflate(&packed[..end], 200_000), Err(Unpack::Garbled), "cut at {end}");
        }
        let mut longer = packed.clone();
        longer.push(0);
        assert_eq!(inflate(&longer, 200_000), Err(Unpack::Garbled));
    }
}
