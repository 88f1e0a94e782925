//! Records that later versions of SPSS added: long names, long texts, encodings.

use super::super::bytes::{Cursor, unpadded};
use super::SLOT;
use super::dictionary::{Dictionary, Extension, Missing, Variable};
use std::collections::HashMap;

/// Pieces of a very long text are as many as if each held this many bytes, and hold more.
const PIECE_COUNTED: usize = 252;
const PIECE_USED: usize = 255;

/// The longest text that SPSS has.
const MAX_WIDTH: usize = 32_767;

/// Puts what the records say into the dictionary. `None` where the variables contradict them.
pub(super) fn apply<'a>(mut dictionary: Dictionary<'a>, extensions: &[Extension<'a>]) -> Option<Dictionary<'a>> {
    let of = |subtype: i32| extensions.iter().filter(move |e| e.subtype == subtype).map(|e| e.bytes);
    for bytes in of(3) {
        dictionary.code_page = dictionary.order.i32(bytes, 28);
    }
    dictionary.encoding = of(20).next_back();
    for bytes in of(16) {
        // A one, then the number of cases in 64 bits.
        dictionary.n_cases = dictionary.order.u64(bytes, 8).filter(|n| *n < 1 << 62).or(dictionary.n_cases);
    }
    let long_texts: Vec<(&[u8], &[u8])> = of(14).flat_map(pairs).collect();
    if !long_texts.is_empty() {
        join_pieces(&mut dictionary, &long_texts)?;
    }
    let names: HashMap<Vec<u8>, &[u8]> =
        of(13).flat_map(pairs).map(|(short, long)| (short.to_ascii_uppercase(), long)).collect();
    for variable in &mut dictionary.variables {
        variable.long_name = names.get(&unpadded(variable.name).to_ascii_uppercase()).copied();
    }
    let places = places(&dictionary.variables);
    for bytes in of(21) {
        // What is damaged here costs labels only.
        let _ = long_labels(&mut dictionary, &places, bytes);
    }
    for bytes in of(22) {
        let _ = long_missing(&mut dictionary, &places, bytes);
    }
    Some(dictionary)
}

/// `NAME=value` with tabs between, or zeros and tabs.
fn pairs(bytes: &[u8]) -> impl Iterator<Item = (&[u8], &[u8])> {
    bytes.split(|b| matches!(b, b'\t' | 0)).filter_map(|pair| {
        let at = pair.iter().position(|b| *b == b'=')?;
        Some((pair.get(..at)?, pair.get(at + 1..)?)).filter(|(name, value)| !name.is_empty() && !value.is_empty())
    })
}

/// Puts the pieces of very long texts together, each of which has a variable of its own.
fn join_pieces(dictionary: &mut Dictionary, widths: &[(&[u8], &[u8])]) -> Option<()> {
    let mut wanted: HashMap<Vec<u8>, usize> = HashMap::new();
    for (name, width) in widths {
        let width: usize = std::str::from_utf8(width).ok()?.trim().parse().ok()?;
        if width > MAX_WIDTH {
            return None;
        }
        wanted.insert(name.to_ascii_uppercase(), width);
    }
    let mut out: Vec<Variable> = Vec::with_capacity(dictionary.variables.len());
    let mut rest = std::mem::take(&mut dictionary.variables).into_iter();
    while let Some(mut first) = rest.next() {
        let width = wanted.get(&unpadded(first.name).to_ascii_uppercase()).copied().unwrap_or(0);
        if width > PIECE_USED && first.width > 0 {
            let mut left = width;
            first.pieces.push((first.slot, left.min(PIECE_USED)));
            left = left.saturating_sub(PIECE_USED);
            for _ in 1..width.div_ceil(PIECE_COUNTED) {
                let next = rest.next().filter(|next| next.width > 0)?;
                let used = left.min(PIECE_USED).min(next.width);
                first.pieces.push((next.slot, used));
                left = left.saturating_sub(used);
            }
            first.width = width;
        }
        out.push(first);
    }
    dictionary.variables = out;
    Some(())
}

/// Value labels of texts longer than a slot.
fn long_labels<'a>(dictionary: &mut Dictionary<'a>, places: &Places, bytes: &'a [u8]) -> Option<()> {
    let mut cursor = Cursor::new(bytes, 0, dictionary.order);
    while cursor.n_left() > 0 {
        let name = sized(&mut cursor)?;
        cursor.u32()?;
        let n = cursor.u32()?;
        let mut labels = Vec::new();
        for _ in 0..n {
            labels.push((sized(&mut cursor)?, sized(&mut cursor)?));
        }
        if let Some(variable) = places.get(unpadded(name)).and_then(|i| dictionary.variables.get_mut(*i)) {
            variable.labels.extend(labels);
        }
    }
    Some(())
}

/// Values that mean "missing" for texts longer than a slot. Only their first eight bytes count.
fn long_missing<'a>(dictionary: &mut Dictionary<'a>, places: &Places, bytes: &'a [u8]) -> Option<()> {
    let mut cursor = Cursor::new(bytes, 0, dictionary.order);
    while cursor.n_left() > 0 {
        let name = sized(&mut cursor)?;
        let n = usize::from(cursor.u8()?);
        let size = cursor.u32()? as usize;
        let values = cursor.take_items(n, size)?;
        if let Some(variable) = places.get(unpadded(name)).and_then(|i| dictionary.variables.get_mut(*i))
            && size == SLOT
        {
            variable.missing = Missing::Texts(values.chunks_exact(size).collect());
        }
    }
    Some(())
}

fn sized<'a>(cursor: &mut Cursor<'a>) -> Option<&'a [u8]> {
    let length = cursor.u32()? as usize;
    cursor.take(length)
}

/// Variables by their names: the long ones, and the short ones for those that have no other.
type Places = HashMap<Vec<u8>, usize>;

fn places(variables: &[Variable]) -> Places {
    let long = variables.iter().enumerate().filter_map(|(i, v)| Some((v.long_name?.to_vec(), i)));
    let short = variables.iter().enumerate().map(|(i, v)| (unpadded(v.name).to_vec(), i));
    short.chain(long).collect()
}
