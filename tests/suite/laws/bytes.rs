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
        Format::Stata,
        Format::Spss,
        Format::Sas,
        Format::Xpt,
    ];
    for seed in 0..300 {
        let mut rng = Rng::new(seed + 1_000);
        let spec = ReaderSpec {
            format: Some(*rng.pick(&formats)),
            encoding: rng.one_in(3).then(|| (*rng.pick(&["utf-8", "windows-1252", "utf-16le", "shift_jis"])).into()),
            delimiter: rng.one_in(3).then(|| *rng.pick(&[',', ';', '\t', '|', 'a', 'é'])),
            quote: rng.one_in(4).then(|| *rng.pick(&['"', '\'', ','])),
            header_rows: rng.one_in(3).then(|| rng.below(4) as u32),
            record_path: rng.one_in(4).then(|| (*rng.pick(&["a", "a.b", "", "x"])).into()),
            types: Default::default(),
        };
        let bytes = if rng.one_in(2) { text(&mut rng, &CSV, 50) } else { text(&mut rng, &JSON, 25) };
        read_twice("x.dat", &bytes, &spec, seed);
    }
}

/// Files of statistics packages with a few bytes changed, taken out or cut off: in their headers,
/// where most of the claims are, or anywhere.
#[test]
fn damaged_files_of_statistics_packages_are_read_or_refused() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/stats");
    let names = [
        "S4_EDUC1.dta",
        "survey_v8.dta",
        "types_114_big.dta",
        "types_117_little.dta",
        "types_119_big.dta",
        "survey.sav",
        "survey_rows.sav",
        "survey.zsav",
        "survey_v5.xpt",
        "survey_v8.xpt",
        "airline.sas7bdat",
        "test2.sas7bdat.gz",
        "test14.sas7bdat.gz",
    ];
    for name in names {
        let mut good = std::fs::read(folder.join(name)).unwrap();
        if name.ends_with(".gz") {
            let mut unpacked = Vec::new();
            std::io::Read::read_to_end(&mut flate2::bufread::GzDecoder::new(&good[..]), &mut unpacked).unwrap();
            good = unpacked;
        }
        let n_seeds = if good.len() > 100_000 { 25 } else { 120 };
        for seed in 0..n_seeds {
            let mut rng = Rng::new(seed + 9_000);
            let mut bytes = good.clone();
            for _ in 0..1 + rng.below(4) {
                let reach = if rng.one_in(2) { bytes.len().min(3_000) } else { bytes.len() };
                let at = rng.below(reach);
                match rng.below(6) {
                    0 => bytes[at] = rng.next() as u8,
                    1 => bytes[at] = *rng.pick(&[0, 1, 0x7F, 0x80, 0xFF]),
                    2 => {
                        bytes.remove(at);
                    }
                    3 => bytes.insert(at, rng.next() as u8),
                    // Numbers of four bytes, as large as they can be.
                    4 => bytes.iter_mut().skip(at).take(4).for_each(|b| *b = 0xFF),
                    _ => bytes.truncate(at.max(40)),
                }
            }
            let read = || source::read(name, &bytes, &ReaderSpec::default(), &mut |_| {});
            let told = || format!("seed {seed} of {name}");
            match (read(), read()) {
                (Ok(first), Ok(second)) => {
                    for (a, b) in first.parts.iter().zip(&second.parts) {
                        assert!(a.ledger.adds_up(), "{}: {:?}", told(), a.ledger);
                        assert_eq!(a.ledger.n_loaded, a.table.n_rows(), "{}", told());
                        assert_eq!(a.table.to_ipc().unwrap(), b.table.to_ipc().unwrap(), "{}", told());
                        assert_eq!((&a.ledger, &a.notices), (&b.ledger, &b.notices), "{}", told());
                    }
                }
                (Err(first), Err(second)) => {
                    assert_eq!(first, second, "{}", told());
                    assert!(first.kind != tributary::base::ProblemKind::Bug, "{}: {first:?}", told());
                }
                _ => panic!("once read and once not: {}", told()),
            }
        }
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
