//! The targets of `tests/fuzz` on their seeds with bytes changed, taken out, put in, doubled or cut off: so many cases
//! for each target that all take seconds. What the fuzzer once broke is tried as it is.
//!
//! A failure names its target, seed file and number; the bytes are written into the folder of temporary files of the tests.

use super::fuzz::{self, TARGETS};
use super::memory::peak_bytes;
use super::rng::Rng;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

/// What a small file may take while it is read, what was read included. Several formats have windows and dictionaries
/// of up to 128 MB, as their files claim.
const MAX_PEAK_BYTES: usize = 600 << 20;

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// Bytes that mean most to someone: the ends of numbers, and what structures text.
const TELLING: &[u8] = b"\x00\x01\x7f\x80\xff\xfe\"\n\r,;\t{}[]:\\<>&#-.0 ";

/// Lengths as a liar would write them.
const LENGTHS: [u64; 12] =
    [0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x10_0000, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF, i64::MAX as u64, u64::MAX];

/// One change. Half of them near an end, where headers and directories are.
fn mutate(rng: &mut Rng, bytes: &mut Vec<u8>, other: &[u8]) {
    let n = bytes.len();
    if n == 0 {
        bytes.push(rng.next() as u8);
        return;
    }
    let near = n.min(400);
    let at = match rng.below(4) {
        0 => rng.below(near),
        1 => n - 1 - rng.below(near),
        _ => rng.below(n),
    };
    let piece = |rng: &mut Rng| at..at + rng.below(n - at).min(1 + rng.below(60));
    match rng.below(14) {
        0 | 1 => bytes[at] ^= 1 << rng.below(8),
        2 => bytes[at] = rng.next() as u8,
        3 => bytes[at] = *rng.pick(TELLING),
        4 => bytes.insert(at, *rng.pick(TELLING)),
        5 => drop(bytes.splice(piece(rng), [])),
        // A piece once more, here or elsewhere.
        6 => {
            let copy = bytes[piece(rng)].to_vec();
            let to = rng.below(n);
            drop(bytes.splice(to..to, copy));
        }
        7 => line(rng, bytes, at),
        8 => bytes.truncate(at),
        // The end of this one or of another file.
        9 => {
            bytes.truncate(at);
            bytes.extend_from_slice(&other[rng.below(other.len())..]);
        }
        10 => {
            let length = piece(rng).len();
            let from = rng.below(other.len());
            drop(bytes.splice(at..at, other[from..other.len().min(from + length)].to_vec()));
        }
        _ => number(rng, bytes, at),
    }
}

/// Another number in the place of the one, two, four or eight bytes there: a length, or one more or less.
fn number(rng: &mut Rng, bytes: &mut [u8], at: usize) {
    let width = *rng.pick(&[1usize, 2, 4, 4, 8]);
    let Some(place) = bytes.get_mut(at..at + width) else { return };
    let is_little = rng.one_in(2);
    let mut whole = [0u8; 8];
    whole[..width].copy_from_slice(place);
    if !is_little {
        whole[..width].reverse();
    }
    let old = u64::from_le_bytes(whole);
    let new = match rng.below(3) {
        0 => old.wrapping_add(1 + rng.below(3) as u64),
        1 => old.wrapping_sub(1 + rng.below(3) as u64),
        _ => *rng.pick(&LENGTHS),
    };
    whole = new.to_le_bytes();
    if !is_little {
        whole[..width].reverse();
    }
    place.copy_from_slice(&whole[..width]);
}

/// A row more, a row less, or two rows in each other's place.
fn line(rng: &mut Rng, bytes: &mut Vec<u8>, at: usize) {
    let mut lines: Vec<Vec<u8>> = bytes.split_inclusive(|b| *b == b'\n').map(<[u8]>::to_vec).collect();
    let (here, there) = (at % lines.len(), rng.below(lines.len()));
    match rng.below(3) {
        0 => lines.insert(there, lines[here].clone()),
        1 => drop(lines.remove(here)),
        _ => lines.swap(here, there),
    }
    *bytes = lines.concat();
}

/// Runs a target, and says of a failure where it came from.
fn try_one(target: &str, what: &str, bytes: &[u8]) {
    let (done, peak) = peak_bytes(|| catch_unwind(AssertUnwindSafe(|| fuzz::run(target, bytes))));
    if done.is_err() || peak > MAX_PEAK_BYTES {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{target}-broken"));
        std::fs::write(&path, bytes).unwrap();
        panic!("{target}: {what} (peak of {peak} bytes); its bytes are in {}", path.display());
    }
}

/// `TRIBUTARY_CASES=20` tries twenty times as many.
fn times() -> u64 {
    std::env::var("TRIBUTARY_CASES").ok().and_then(|times| times.parse().ok()).unwrap_or(1)
}

fn n_cases(target: &str, n: u64) {
    let seeds = fuzz::seeds(&tests(), target).unwrap();
    assert!(!seeds.is_empty(), "{target} begins with nothing");
    for seed in &seeds {
        try_one(target, &seed.name, &seed.bytes);
    }
    for case in 0..n * times() {
        let mut rng = Rng::new(case + 40_000);
        // Each file in turn, so that all have their share.
        let from = &seeds[case as usize % seeds.len()];
        let other = rng.pick(&seeds);
        let mut bytes = from.bytes.clone();
        for _ in 0..1 + rng.below(5) {
            mutate(&mut rng, &mut bytes, if other.bytes.is_empty() { b"\n" } else { &other.bytes });
        }
        try_one(target, &format!("case {case}, from {}", from.name), &bytes);
    }
}

macro_rules! cases {
    ($($target:ident: $n:literal,)*) => {
        /// How many, for each target.
        const CASES: &[(&str, u64)] = &[$((stringify!($target), $n),)*];
        $(#[test]
        fn $target() {
            n_cases(stringify!($target), $n);
        })*
    };
}

cases! {
    any: 800,
    chosen: 800,
    csv: 1_200,
    json: 4_000,
    ndjson: 1_200,
    instruments: 300,
    archive: 600,
    xlsx: 400,
    xlsb: 400,
    xls: 400,
    ods: 400,
    parquet: 3_000,
    arrow: 4_000,
    sqlite: 600,
    stata: 1_500,
    spss: 1_500,
    sas: 1_500,
    xpt: 900,
    link: 6_000,
    report: 1_000,
    project: 6_000,
    workspace: 240,
    address: 6_000,
    pages: 6_000,
}

#[test]
fn every_target_is_tried_here_and_can_be_fuzzed() {
    let manifest = std::fs::read_to_string(tests().join("fuzz/Cargo.toml")).unwrap();
    for target in TARGETS {
        assert!(CASES.iter().any(|(name, _)| *name == target.name), "{} is not tried here", target.name);
        let program =
            std::fs::read_to_string(tests().join("fuzz/targets").join(format!("{}.rs", target.name))).unwrap();
        assert!(program.contains(&format!("run(\"{}\"", target.name)), "{program}");
        assert!(manifest.contains(&format!("name = \"{}\"", target.name)), "{} is no program", target.name);
    }
    assert_eq!(TARGETS.len(), CASES.len());
}
