//! Reading never panics, accounts for every row, and does the same twice, whatever the bytes are.

use super::super::rng::Rng;
use tributary::source::{self, Decision, Format, ReaderSpec, Remedy, Rows, SetAside};

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
    let shown = bytes.get(..2_000).unwrap_or(bytes);
    let told = || format!("seed {seed}: {name}: {:?}", String::from_utf8_lossy(shown));
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
fn decisions_on_rows_keep_the_account() {
    let mut n_decided = 0;
    for seed in 0..600 {
        let mut rng = Rng::new(seed + 70_000);
        let from: &[&str] = if rng.one_in(2) { &MESSY } else { &CSV };
        let bytes = text(&mut rng, from, 80);
        let told = || format!("seed {seed}: {:?}", String::from_utf8_lossy(&bytes));
        let mut spec = ReaderSpec { format: Some(Format::Csv), ..ReaderSpec::default() };
        let Ok(before) = source::read("x.csv", &bytes, &spec, &mut |_| {}) else { continue };
        for part in &before.parts {
            for row in &part.ledger.set_aside {
                let remedy = match rng.below(4) {
                    0 if row.can_keep => Remedy::Keep,
                    1 if row.can_repair => Remedy::Replace((0..rng.below(9)).map(|_| *rng.pick(&MESSY)).collect()),
                    2 => Remedy::Drop,
                    _ => continue,
                };
                let rows = match rng.one_in(5) {
                    true => Rows::Alike { reason: SetAside::kind_of(&row.reason).to_owned() },
                    false => Rows::One { line: row.line, text: row.text.clone() },
                };
                spec = spec.deciding(Decision { part: part.part.clone(), rows, remedy });
            }
        }
        n_decided += spec.decisions.len();
        read_twice("x.csv", &bytes, &spec, seed);
        let after = source::read("x.csv", &bytes, &spec, &mut |_| {}).unwrap();
        assert_eq!(before.parts.len(), after.parts.len(), "{}", told());
        for (a, b) in before.parts.iter().zip(&after.parts) {
            let (was, is) = (&a.ledger, &b.ledger);
            // Only rows that were set aside change sides, and each is counted where it went.
            assert_eq!(was.n_rows_in_file, is.n_rows_in_file, "{}", told());
            assert_eq!(is.n_loaded, was.n_loaded + is.n_repaired, "{}", told());
            assert_eq!(is.n_set_aside, was.n_set_aside - is.n_repaired, "{}", told());
            assert_eq!(is.n_open(), is.set_aside.len() as u64, "{}", told());
            assert_eq!(is.decided.len() as u64, is.n_repaired + is.n_dropped, "{}", told());
            // They have no say in the types of the others' columns.
            for (info, now) in a.table.columns().iter().zip(b.table.columns()) {
                assert_eq!(info.name, now.name, "{}", told());
                let is_empty = info.n_missing == a.table.n_rows();
                assert!(is_empty || info.column_type == now.column_type, "{}\n{info:?}\n{now:?}", told());
            }
            // Without decisions all is as before.
            if is.decided.is_empty() {
                assert_eq!(a.table.to_ipc().unwrap(), b.table.to_ipc().unwrap(), "{}", told());
            }
        }
    }
    assert!(n_decided > 100, "{n_decided}");
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
        Format::Xlsb,
        Format::Xls,
        Format::Ods,
        Format::Stata,
        Format::Spss,
        Format::Sas,
        Format::Xpt,
        Format::Sqlite,
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
            renamed: [(rng.pick(&["a", "b", "x"]).to_string(), rng.pick(&["b", "", "new"]).to_string())].into(),
            units: [(rng.pick(&["a", "new"]).to_string(), rng.pick(&["kg", "°C", ""]).to_string())].into(),
            ..ReaderSpec::default()
        };
        let bytes = match rng.below(3) {
            0 => text(&mut rng, &CSV, 50),
            1 => text(&mut rng, &MESSY, 50),
            _ => text(&mut rng, &JSON, 25),
        };
        read_twice("x.dat", &bytes, &spec, seed);
    }
}

const FASTQC: &[u8] = b"##FastQC\t0.12.1\n>>Basic Statistics\tpass\n#Measure\tValue\nFilename\ta.fq\n%GC\t48\n>>END_MODULE\n\
>>Sequence Duplication Levels\twarn\n#Total Deduplicated Percentage\t89.5\n#Duplication Level\tPercentage of total\n1\t86.5\n\
>10\t3.5\n>>END_MODULE\n>>Overrepresented sequences\tpass\n>>END_MODULE\n";
const STATS: &[u8] = b"# This file was produced by samtools stats (1.24+htslib-1.24) and can be plotted using plot-bamstats\n\
# CHK, Checksum\nCHK\t222668d8\tc30aa792\t19462c6c\n# Summary Numbers. Use `grep ^SN | cut -f 2-` to extract this part.\n\
SN\traw total sequences:\t400\t# excluding some\nSN\terror rate:\t0.0\nFFQ\t1\t0\t3\nFFQ\t2\t1\t2\nXY\t1\t2\n";
const FLAGSTAT: &[u8] =
    b"400 + 0 in total (QC-passed reads + QC-failed reads)\n382 + 0 mapped (95.50% : N/A)\n0 + 0 singletons\n";
const PICARD: &[u8] =
    b"## htsjdk.samtools.metrics.StringHeader\n# MarkDuplicates INPUT=a.bam\n\n## METRICS CLASS\tpicard.sam.Dup\n\
LIBRARY\tREADS\tPCT\nlib1\t221\t0.02\nlib2\t267\t?\n\n## HISTOGRAM\tjava.lang.Double\nBIN\tVALUE\n1.0\t252\n2.0\t8\n\n";
const SHEET: &[u8] =
    b"[Header],,\nFileFormatVersion,2,\n\n[Reads],,\n151,,\n[Data],,\nSample_ID,index,Note\n001,ACGT,\"a, b\"\n\
002,TTGA,\n";
const MULTIQC: &[u8] = b"{\"report_general_stats_data\":{\"fastqc\":{\"a\":{\"gc\":48.0},\"b\":{\"gc\":51}}},\
\"report_general_stats_headers\":{\"fastqc\":{\"gc\":{\"suffix\":\" %\"}}},\"report_saved_raw_data\":{\"multiqc_fastqc\":\
{\"a\":{\"n\":[1,2]}}}}";
const NESTED: &[u8] = b"{\"a\":[{\"id\":1,\"b\":[{\"c\":[{\"d\":1},{\"d\":null}]},{\"c\":[]}]},{\"id\":1,\"b\":NaN}],\"e\":[[1,2],[3,4]],\
\"f\":[{\"type\":\"Feature\",\"properties\":{\"x\":1},\"geometry\":{\"type\":\"Point\",\"coordinates\":[1,2]}}]}";
const SEQUENCE: &[u8] = b"\x1e{\"a\":1,\n\"b\":[{\"c\":1}]}\n\x1e{\"a\":2}\n";
const END_TO_END: &[u8] = b"{\"a\":1,\n\"a\":2}\n{\"a\":3} {\"b\":\"\\ud83d\"}";
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
    let good: [(&str, &[u8]); 12] = [
        ("x.csv", b"id,name,when,value\n1,\"Ada, L.\",2026-01-01,1.5\n2,Grace,2026-01-02,\n3,Alan,2026-01-03,7\n"),
        ("x.json", b"{\"data\":[{\"id\":1,\"tags\":[\"a\"],\"at\":{\"x\":1.5}},{\"id\":2,\"tags\":[],\"at\":null}]}"),
        ("x.ndjson", b"{\"id\":1,\"v\":\"a\"}\n{\"id\":2,\"v\":null}\n{\"id\":3}\n"),
        ("fastqc_data.txt", FASTQC),
        ("a.stats", STATS),
        ("a.flagstat", FLAGSTAT),
        ("a.metrics", PICARD),
        ("SampleSheet.csv", SHEET),
        ("multiqc_data.json", MULTIQC),
        ("nested.json", NESTED),
        ("sequence.json", SEQUENCE),
        ("documents.json", END_TO_END),
    ];
    for (name, bytes) in &good {
        source::read(name, bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
    }
    for seed in 0..1_200 {
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

/// The same for what is packed and for workbooks. Two are stored without compression, so that a changed byte reaches
/// what is within.
#[test]
fn damaged_workbooks_and_archives_are_read_or_refused() {
    let good: [(&str, &[u8]); 11] = [
        ("x.xlsx", include_bytes!("../../files/workbooks/openpyxl.xlsx")),
        ("x.xlsx", include_bytes!("../../files/workbooks/stored.xlsx")),
        ("x.ods", include_bytes!("../../files/workbooks/stored.ods")),
        ("x.ods", include_bytes!("../../files/workbooks/odfpy.ods")),
        ("x.xls", include_bytes!("../../files/workbooks/xlwt.xls")),
        ("x.xlsb", include_bytes!("../../files/workbooks/excel.xlsb")),
        ("x.zip", include_bytes!("../../golden/source/archive/input.zip")),
        ("x.tar", include_bytes!("../../../src/source/unpack/testdata/mixed.tar.bin")),
        ("x.csv.bz2", include_bytes!("../../../src/source/unpack/testdata/small.csv.bz2")),
        ("x.csv.xz", include_bytes!("../../../src/source/unpack/testdata/small.csv.xz")),
        ("x.csv.zst", include_bytes!("../../../src/source/unpack/testdata/small.csv.zst")),
    ];
    for seed in 0..330 {
        let mut rng = Rng::new(seed + 9_000);
        let (name, bytes) = good[seed as usize % good.len()];
        let mut bytes = bytes.to_vec();
        for _ in 0..1 + rng.below(5) {
            let at = rng.below(bytes.len());
            match rng.below(6) {
                0 => bytes[at] = rng.next() as u8,
                1 => bytes[at] ^= 1 << rng.below(8),
                2 => bytes[at] = 0xFF,
                3 => bytes[at] = 0,
                4 => drop(bytes.splice(at..at + rng.below(bytes.len() - at).min(9), [])),
                _ => bytes.truncate(at.max(9)),
            }
        }
        read_twice(name, &bytes, &ReaderSpec::default(), seed);
    }
}

/// Real databases with bytes changed where it matters, or cut off.
#[test]
fn damaged_databases_are_read_or_refused() {
    let good = super::super::sqlite::databases();
    let spec = ReaderSpec { format: Some(Format::Sqlite), ..ReaderSpec::default() };
    for seed in 0..400 {
        let mut rng = Rng::new(seed + 9_000);
        let (name, bytes) = rng.pick(&good);
        let mut bytes = bytes.clone();
        for _ in 0..1 + rng.below(6) {
            // The head of a page, or any byte.
            let anywhere = rng.below(bytes.len());
            let at = if rng.one_in(2) { anywhere } else { (anywhere & !511) + rng.below(140) }.min(bytes.len() - 1);
            match rng.below(8) {
                0 => bytes.truncate(at.max(101)),
                1 => bytes[at] ^= 1 << rng.below(8),
                2 => bytes[at] = 0xFF,
                3 => bytes[at] = rng.below(16) as u8,
                _ => bytes[at] = rng.next() as u8,
            }
        }
        read_twice(name, &bytes, &spec, seed);
    }
}
