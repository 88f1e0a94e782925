//! The cases: slots of eight bytes, plain or written as a byte code.
//!
//! In the byte code eight codes stand before what they need: 1 to 251 a small number, 252 the end,
//! 253 the next eight bytes as they are, 254 blanks, 255 the missing number.

use super::super::bytes::{Cursor, Order};
use super::dictionary::{Dictionary, Packing};
use super::{SLOT, bad};
use crate::base::{Problem, wording};
use crate::source::unpack;
use flate2::bufread::ZlibDecoder;
use std::borrow::Cow;
use std::io::Read;

const END: u8 = 252;
const AS_IT_IS: u8 = 253;
const BLANKS: u8 = 254;
const MISSING: u8 = 255;

/// What stands before the blocks of a packed file: three places.
const BLOCKS_HEADER: usize = 24;

pub(super) struct Cases<'a> {
    bytes: Cow<'a, [u8]>,
    at: usize,
    /// Added to places in unpacked bytes to give places in the file, about.
    offset: usize,
    is_code: bool,
    order: Order,
    bias: f64,
    codes: [u8; 8],
    n_codes_left: usize,
    is_over: bool,
}

/// What the next case is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Case,
    End,
    /// The file ends within it.
    Cut,
}

impl<'a> Cases<'a> {
    /// # Errors
    /// `bad_spss`, `unpacked_too_large`.
    pub fn new(file: &'a [u8], dictionary: &Dictionary) -> Result<Cases<'a>, Problem> {
        let packed = file.get(dictionary.cases_at..).unwrap_or(&[]);
        let (bytes, offset) = match dictionary.packing {
            Packing::Zlib => (Cow::Owned(unpacked(file, dictionary, unpack::LIMITS)?), 0),
            _ => (Cow::Borrowed(packed), dictionary.cases_at),
        };
        Ok(Cases {
            bytes,
            at: 0,
            offset,
            is_code: dictionary.packing != Packing::Plain,
            order: dictionary.order,
            bias: dictionary.bias,
            codes: [0; 8],
            n_codes_left: 0,
            is_over: false,
        })
    }

    /// Where the next case starts in the file; for packed files in what was unpacked.
    pub fn at(&self) -> usize {
        self.at + self.offset
    }

    /// Fills `case` with so many bytes, or with what is there of them.
    pub fn next(&mut self, case: &mut Vec<u8>, size: usize) -> Next {
        case.clear();
        if self.is_code {
            while case.len() < size && !self.is_over {
                self.one_slot(case);
            }
        } else {
            let end = self.at.saturating_add(size).min(self.bytes.len());
            case.extend_from_slice(self.bytes.get(self.at..end).unwrap_or(&[]));
            self.at = end;
        }
        match case.len() {
            0 => Next::End,
            n if n < size => Next::Cut,
            _ => Next::Case,
        }
    }

    fn one_slot(&mut self, case: &mut Vec<u8>) {
        if self.n_codes_left == 0 {
            let Some(codes) = self.take() else {
                self.is_over = true;
                return;
            };
            self.codes = codes;
            self.n_codes_left = 8;
        }
        let code = self.codes.get(8 - self.n_codes_left).copied().unwrap_or(0);
        self.n_codes_left -= 1;
        match code {
            0 => {}
            END => self.is_over = true,
            AS_IT_IS => match self.take() {
                Some(slot) => case.extend_from_slice(&slot),
                None => self.is_over = true,
            },
            BLANKS => case.extend_from_slice(&[b' '; SLOT]),
            MISSING => case.extend_from_slice(&self.order.bytes_of(-f64::MAX)),
            code => case.extend_from_slice(&self.order.bytes_of(f64::from(code) - self.bias)),
        }
    }

    fn take(&mut self) -> Option<[u8; 8]> {
        let slot = self.bytes.get(self.at..self.at.checked_add(SLOT)?)?.try_into().ok()?;
        self.at += SLOT;
        Some(slot)
    }
}

/// Unpacks the blocks, one zlib stream after the other. What is cut off ends the cases there.
fn unpacked(file: &[u8], dictionary: &Dictionary, limits: unpack::Limits) -> Result<Vec<u8>, Problem> {
    let mut header = Cursor::new(file, dictionary.cases_at, dictionary.order);
    header.u64();
    // Where the directory of the blocks stands, which is behind them.
    let end = header.u64().and_then(|at| usize::try_from(at).ok()).ok_or_else(bad)?;
    let start = dictionary.cases_at.saturating_add(BLOCKS_HEADER);
    let mut packed = file.get(start..end.min(file.len())).unwrap_or(&[]);
    let limit = limits.max_bytes.min((file.len() as u64).saturating_mul(limits.max_ratio));
    let mut out = Vec::new();
    while !packed.is_empty() {
        let mut decoder = ZlibDecoder::new(packed);
        let room = (limit + 1).saturating_sub(out.len() as u64);
        let read = decoder.by_ref().take(room).read_to_end(&mut out);
        if out.len() as u64 > limit {
            return Err(Problem::limit("unpacked_too_large", "This SPSS file is too large once unpacked.")
                .because(format!("It was unpacked up to {} and went on.", wording::format_bytes(limit)))
                .hint("Save the rows or variables that you need as a file of their own."));
        }
        let n_used = usize::try_from(decoder.total_in()).unwrap_or(usize::MAX);
        if read.is_err() || n_used == 0 {
            break;
        }
        packed = packed.get(n_used..).unwrap_or(&[]);
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dictionary(packing: Packing) -> Dictionary<'static> {
        Dictionary {
            order: Order::Little,
            packing,
            bias: 100.0,
            n_cases: None,
            n_slots: 1,
            weight: None,
            variables: Vec::new(),
            lists: Vec::new(),
            encoding: None,
            code_page: None,
            cases_at: 0,
        }
    }

    #[test]
    fn codes_become_slots() {
        let mut bytes = vec![101, 0, 253, 254, 255, 99, 252, 0];
        bytes.extend_from_slice(b"abcdefgh");
        let mut cases = Cases::new(&bytes, &dictionary(Packing::ByteCode)).unwrap();
        let mut case = Vec::new();
        let mut slots = Vec::new();
        while cases.next(&mut case, 8) == Next::Case {
            slots.push(case.clone());
        }
        let number = |v: f64| v.to_le_bytes().to_vec();
        let expected = [number(1.0), b"abcdefgh".to_vec(), b"        ".to_vec(), number(-f64::MAX), number(-1.0)];
        assert_eq!(slots, expected);
        assert!(case.is_empty());
    }

    #[test]
    fn a_bomb_of_blocks_is_stopped() {
        use std::io::Write;
        let mut encoder = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(&[0; 100_000]).unwrap();
        let block = encoder.finish().unwrap();
        let mut file = vec![0; 8];
        file.extend_from_slice(&(24 + 2 * block.len() as u64).to_le_bytes());
        file.extend_from_slice(&[0; 8]);
        file.extend_from_slice(&block);
        file.extend_from_slice(&block);
        let limits = |max_bytes| unpack::Limits { max_bytes, max_ratio: 1_000_000 };
        assert_eq!(unpacked(&file, &dictionary(Packing::Zlib), limits(300_000)).unwrap().len(), 200_000);
        let problem = unpacked(&file, &dictionary(Packing::Zlib), limits(150_000)).unwrap_err();
        assert_eq!(problem.code, "unpacked_too_large");
        file.truncate(24 + block.len() + 10);
        assert!(unpacked(&file, &dictionary(Packing::Zlib), limits(300_000)).unwrap().len() >= 100_000);
    }
}
