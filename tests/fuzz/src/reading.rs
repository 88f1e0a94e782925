//! What must hold of reading: no panic, every row and byte accounted for, and the same twice.

use std::collections::BTreeSet;
use tributary::base::{Problem, ProblemKind};
use tributary::source::{self, Format, Ledger, ReadOutcome, ReadTable, ReaderSpec};

/// Cells of one table: what the readers allow, each by a limit of its own.
const MAX_CELLS: u64 = 1_000_000_000;

/// Reads bytes whatever they begin with.
pub fn read_as(format: Format, bytes: &[u8]) {
    hold("x", bytes, &ReaderSpec { format: Some(format), ..ReaderSpec::default() });
}

/// The first bytes are what a user chose, the rest is the file.
pub fn as_chosen(bytes: &[u8]) {
    let [format, encoding, marks, header, path, rest @ ..] = bytes else { return };
    let one_of =
        |byte: u8, from: &[&str]| from.get(usize::from(byte) % (from.len() + 1)).map(|text| (*text).to_owned());
    let mark = |byte: u8, from: &[char]| from.get(usize::from(byte) % (from.len() + 1)).copied();
    const FORMATS: [Format; 5] = [Format::Csv, Format::Tsv, Format::Json, Format::Ndjson, Format::Pages];
    let spec = ReaderSpec {
        format: FORMATS.get(usize::from(*format) % FORMATS.len()).copied(),
        encoding: one_of(*encoding, &["utf-8", "windows-1252", "utf-16le", "utf-16be", "shift_jis", "gbk"]),
        delimiter: mark(marks & 15, &[',', ';', '\t', '|', 'a', 'é', ' ', '"', '\n']),
        quote: mark(marks >> 4, &['"', '\'', ',', 'é']),
        header_rows: (header % 5).checked_sub(1).map(u32::from),
        record_path: one_of(*path, &["", "a", "a.b", "data"]),
        ..ReaderSpec::default()
    };
    hold("x.dat", rest, &spec);
}

/// Reads twice and looks at what came out.
pub fn hold(name: &str, bytes: &[u8], spec: &ReaderSpec) {
    let read = || source::read(name, bytes, spec, &mut |_| {});
    match (read(), read()) {
        (Ok(first), Ok(second)) => {
            adds_up(&first, bytes);
            is_same(&first, &second);
        }
        (Err(first), Err(second)) => {
            assert_eq!(first, second, "another problem the second time");
            is_told(&first, spec);
        }
        _ => panic!("once read and once not"),
    }
}

/// A problem says what is wrong, and blames the input or a limit; or what was chosen, if anything was.
fn is_told(problem: &Problem, spec: &ReaderSpec) {
    let is_chosen = problem.kind == ProblemKind::Request && *spec != ReaderSpec::default();
    assert!(is_chosen || matches!(problem.kind, ProblemKind::Input | ProblemKind::Limit), "{problem:?}");
    assert!(!problem.code.is_empty() && !problem.what.is_empty(), "{problem:?}");
}

fn is_same(first: &ReadOutcome, second: &ReadOutcome) {
    assert_eq!(first.notices, second.notices);
    assert_eq!(first.parts.len(), second.parts.len());
    for (a, b) in first.parts.iter().zip(&second.parts) {
        assert_eq!((&a.part, &a.ledger, &a.notices), (&b.part, &b.ledger, &b.notices));
        // Not compared as tables: NaN is not itself.
        assert!(a.table.to_ipc() == b.table.to_ipc(), "other rows the second time");
    }
}

fn adds_up(outcome: &ReadOutcome, bytes: &[u8]) {
    assert!(!outcome.parts.is_empty(), "neither a table nor a problem");
    let parts: BTreeSet<&str> = outcome.parts.iter().map(|p| p.part.as_str()).collect();
    assert_eq!(parts.len(), outcome.parts.len(), "two tables of one name");
    for table in &outcome.parts {
        ledger_holds(table);
        table_holds(table);
    }
    let is_packed = outcome.notices.iter().any(|n| n.code == "unpacked");
    let is_of_archive = bytes.starts_with(b"PK") || outcome.parts.iter().any(|p| p.part.contains('›'));
    let is_delimited = outcome.parts.iter().all(|p| matches!(p.reading.format, Format::Csv | Format::Tsv));
    let is_report = outcome.notices.iter().any(|n| n.code == "recognised");
    let sizes = outcome.parts.iter().map(|p| p.ledger.size_bytes);
    if is_packed || is_of_archive || is_tar(bytes) {
        return;
    }
    // The tables of delimited text share its bytes among them; those of other formats lie in one another.
    if is_delimited && !is_report {
        assert_eq!(sizes.sum::<u64>(), bytes.len() as u64, "bytes of no table, or of two");
    } else {
        assert!(sizes.into_iter().all(|size| size <= bytes.len() as u64), "more bytes than there are");
    }
}

/// Whether the checksum of a tar's first header agrees, whatever its letters are.
fn is_tar(bytes: &[u8]) -> bool {
    let Some(header) = bytes.get(..512) else { return false };
    let blank = 148..156;
    let sum: u64 = header.iter().enumerate().map(|(i, b)| u64::from(if blank.contains(&i) { b' ' } else { *b })).sum();
    let stated = String::from_utf8_lossy(&header[blank]);
    let digits = stated.trim_start_matches(' ').split([' ', '\0']).next().unwrap_or_default();
    u64::from_str_radix(digits, 8) == Ok(sum)
}

fn ledger_holds(table: &ReadTable) {
    let ledger = &table.ledger;
    assert!(ledger.adds_up(), "{}: {ledger:?}", table.part);
    assert_eq!(ledger.n_loaded, table.table.n_rows(), "{}", table.part);
    let n_listed = ledger.set_aside.len();
    assert!(n_listed as u64 <= ledger.n_set_aside && n_listed <= Ledger::MAX_LISTED, "{}: {ledger:?}", table.part);
    assert!(ledger.set_aside.iter().all(|row| !row.reason.is_empty()), "{}: {ledger:?}", table.part);
}

fn table_holds(table: &ReadTable) {
    let (columns, n_rows) = (table.table.columns(), table.table.n_rows());
    // Records of JSON may have no fields.
    let is_json = matches!(table.reading.format, Format::Json | Format::Ndjson | Format::Pages);
    assert!(!columns.is_empty() || is_json, "{}: no columns", table.part);
    let names: BTreeSet<&str> = columns.iter().map(|c| c.name.as_str()).collect();
    assert_eq!(names.len(), columns.len(), "{}: two columns of one name", table.part);
    assert!(n_rows.saturating_mul(columns.len() as u64) <= MAX_CELLS, "{}: too many cells", table.part);
    for column in columns {
        assert!(!column.name.trim().is_empty(), "{}: a column without a name", table.part);
        assert!(column.n_missing <= n_rows, "{}: more missing in {} than rows", table.part, column.name);
    }
}
