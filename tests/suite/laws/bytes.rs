//! Reading never panics, accounts for every row, and does the same twice, whatever the bytes are.

use super::super::rng::Rng;
use tributary::source::{self, Format, ReaderSpec};

const CSV: [&str; 26] = [
    "a",
    "b,",
    "1",
    "2.5",
    "-3e9",
    "1,5",
    ";",
    ",",
    ",",
    ",",
    "\n",
    "\n",
    "\n",
    "\r\n",
    "\t",
    "\"",
    "\"\"",
    "\"x\ny\"",
    "NA",
    "2026-01-02",
    "01.02.2026",
    "#",
    "é",
    "\u{feff}",
    " ",
    "total",
];
const JSON: [&str; 24] = [
    "{",
    "}",
    "[",
    "]",
    ",",
    ":",
    "\"a\"",
    "\"b\":",
    "\"id\":1",
    "1",
    "2.5e3",
    "null",
    "true",
    "\"x\\u00e9\"",
    "\n",
    "{\"a\":1}",
    "{\"a\":{\"b\":[1,2]}}",
    "[{\"a\":1},{\"a\":\"x\"}]",
    "\"\\ud800\"",
    "1e999",
    "\"",
    "\\",
    " ",
    "{\"a\":1}\n{\"a\":2}\n",
];

/// What people and instruments put into text files, without quotes and carriage returns: a line is a row.
const MESSY: [&str; 44] = [
    "a",
    "b,",
    "1",
    "2.5",
    ",",
    ",",
    ",",
    ",",
    ";",
    "|",
    "||",
    "::",
    "^",
    "~",
    "  ",
    "   7",
    "\n",
    "\n",
    "\n",
    "\n",
    "\n\n",
    "\n\nPlate 1\n",
    "\nwell,od\nA1,0.5\n",
    "\n,,\n",
    "time,temp\ns,°C\n",
    "----  -----\n",
    "+---+---+\n",
    "| x | y |\n",
    "Total",
    "sep=;\n",
    "#",
    "\0",
    "\0\0\0",
    "\\",
    "<0.5",
    ">100",
    "(2.0)",
    "5 mg",
    "1E5",
    "26:10:00",
    "é",
    "\u{feff}",
    "NA",
    "[Data]\n",
];

fn text(rng: &mut Rng, from: &[&str], most: usize) -> Vec<u8> {
    (0..rng.below(most)).map(|_| *rng.pick(from)).collect::<String>().into_bytes()
}

fn read_twice(name: &str, bytes: &[u8], spec: &ReaderSpec, seed: u64) {
    let told = || format!("seed {seed}: {name}: {:?}", String::from_utf8_lossy(bytes));
    let read = || source::read(name, bytes, spec, &mut |_| {});
    match (read(), read()) {
        (Ok(first), Ok(second)) => {
            assert_eq!(first.parts.len(), second.parts.len(), "{}", told());
            for (a, b) in first.parts.iter().zip(&second.parts) {
                assert!(a.ledger.adds_up(), "{}\n{:?}", told(), a.ledger);
                assert_eq!(a.ledger.n_loaded, a.table.n_rows(), "{}", told());
                assert!(a.ledger.n_set_aside >= a.ledger.set_aside.len() as u64, "{}", told());
                assert_eq!(a.table.to_ipc().unwrap(), b.table.to_ipc().unwrap(), "{}", told());
                assert_eq!((&a.ledger, &a.notices), (&b.ledger, &b.notices), "{}", told());
            }
        }
        (Err(first), Err(second)) => {
            assert_eq!(first, second, "{}", told());
            assert!(first.kind != tributary::base::ProblemKind::Bug, "{}\n{first:?}", told());
        }
        _ => panic!("once read and once not: {}", told()),
    }
}

#[test]
fn any_bytes_are_read_with_every_row_accounted_for() {
    for seed in 0..400 {
        let mut rng = Rng::new(seed);
        let spec = ReaderSpec::default();
        read_twice("x.csv", &text(&mut rng, &CSV, 60), &spec, seed);
        read_twice("x.json", &text(&mut rng, &JSON, 30), &spec, seed);
        read_twice("x.ndjson", &text(&mut rng, &JSON, 30), &spec, seed);
        let noise: Vec<u8> = (0..rng.below(200)).map(|_| rng.next() as u8).collect();
        let name = *rng.pick(&["x.csv", "x", "x.json", "x.txt"]);
        read_twice(name, &noise, &spec, seed);
    }
}

#[test]
fn messy_text_has_every_row_and_byte_in_one_of_its_tables() {
    for seed in 0..600 {
        let mut rng = Rng::new(seed + 20_000);
        let bytes = text(&mut rng, &MESSY, 80);
        read_twice("x.txt", &bytes, &ReaderSpec::default(), seed);
        let spec = ReaderSpec { format: Some(Format::Csv), encoding: Some("utf-8".into()), ..ReaderSpec::default() };
        let Ok(outcome) = source::read("x.txt", &bytes, &spec, &mut |_| {}) else { continue };
        let told = || format!("seed {seed}: {:?}", String::from_utf8_lossy(&bytes));
        let n_bytes: u64 = outcome.parts.iter().map(|part| part.ledger.size_bytes).sum();
        assert_eq!(n_bytes, bytes.len() as u64, "{}", told());
        let n_rows: u64 = outcome.parts.iter().map(|part| part.ledger.n_rows_in_file).sum();
        let decoded = String::from_utf8_lossy(&bytes);
        let decoded = decoded.strip_prefix('\u{feff}').unwrap_or(&decoded);
        assert_eq!(n_rows, decoded.split_terminator('\n').count() as u64, "{}", told());
    }
}

#[test]
fn any_bytes_are_read_in_any_way_the_user_chooses() {
    let formats = [
        Format::Csv,
        Format::Tsv,
        Format::Json,
        Format::Ndjson,
        Format::Pages,
        Format::Parquet,
        Format::Arrow,
        Format::Xlsx,
    ];
    for seed in 0..300 {
        let mut rng = Rng::new(seed + 1_000);
        let spec = ReaderSpec {
            format: Some(*rng.pick(&formats)),
            encoding: rng.one_in(3).then(|| (*rng.pick(&["utf-8", "windows-1252", "utf-16le", "shift_jis"])).into()),
            delimiter: rng.one_in(3).then(|| *rng.pick(&[',', ';', '\t', '|', 'a', 'é', ' ', '"'])),
            quote: rng.one_in(4).then(|| *rng.pick(&['"', '\'', ','])),
            header_rows: rng.one_in(3).then(|| rng.below(4) as u32),
            record_path: rng.one_in(4).then(|| (*rng.pick(&["a", "a.b", "", "x"])).into()),
            types: Default::default(),
        };
        let bytes = match rng.below(3) {
            0 => text(&mut rng, &CSV, 50),
            1 => text(&mut rng, &MESSY, 50),
            _ => text(&mut rng, &JSON, 25),
        };
        read_twice("x.dat", &bytes, &spec, seed);
    }
}

/// A good file with a few bytes changed, taken out or cut off.
#[test]
fn damaged_files_are_read_or_refused() {
    let good: [(&str, &[u8]); 3] = [
        ("x.csv", b"id,name,when,value\n1,\"Ada, L.\",2026-01-01,1.5\n2,Grace,2026-01-02,\n3,Alan,2026-01-03,7\n"),
        ("x.json", b"{\"data\":[{\"id\":1,\"tags\":[\"a\"],\"at\":{\"x\":1.5}},{\"id\":2,\"tags\":[],\"at\":null}]}"),
        ("x.ndjson", b"{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":null}\n{\"id\":3}\n"),
    ];
    for seed in 0..300 {
        let mut rng = Rng::new(seed + 5_000);
        let (name, bytes) = *rng.pick(&good);
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + rng.below(4) {
            let at = rng.below(bytes.len());
            match rng.below(4) {
                0 => bytes[at] = rng.next() as u8,
                1 => {
                    bytes.remove(at);
                }
                2 => bytes.insert(at, *rng.pick(b"\"\n,{}[]\\\0\xff")),
                _ => bytes.truncate(at.max(1)),
            }
        }
        read_twice(name, &bytes, &ReaderSpec::default(), seed);
    }
}
