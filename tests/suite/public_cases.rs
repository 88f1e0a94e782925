//! Files by which readers of their kind are commonly judged, and what stands in them: csv-spectrum, the rules of RFC 4180,
//! the test files of calamine's binding and of pyarrow. Where they come from: `tests/files/*/README.md`.

use serde_json::Value;
use std::path::{Path, PathBuf};
use tributary::base::{ColumnType, Problem};
use tributary::source::{self, ReadOutcome, ReadTable, ReaderSpec};
use tributary::table::row_window;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files").join(name)
}

fn try_read(name: &str, bytes: &[u8]) -> Result<ReadOutcome, Problem> {
    let outcome = source::read(name, bytes, &ReaderSpec::default(), &mut |_| {})?;
    for part in &outcome.parts {
        assert!(part.ledger.adds_up(), "{name}: {:?}", part.ledger);
        assert_eq!(part.ledger.n_loaded, part.table.n_rows(), "{name}");
    }
    Ok(outcome)
}

fn read(name: &str, bytes: &[u8]) -> ReadOutcome {
    try_read(name, bytes).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

fn read_file(of: &str, name: &str) -> ReadOutcome {
    read(name, &std::fs::read(folder(of).join(name)).unwrap())
}

fn names(table: &ReadTable) -> Vec<&str> {
    table.table.columns().iter().map(|c| c.name.as_str()).collect()
}

/// Rows of cells; an empty cell is a missing one.
fn cells(table: &ReadTable) -> Vec<Vec<String>> {
    let n = table.table.n_rows() as usize;
    let window = row_window(&table.table, 0, n);
    (0..n).map(|row| window.cells.iter().map(|column| column[row].clone().unwrap_or_default()).collect()).collect()
}

/// A record of a case is an object of texts; there may be one without a list around it.
fn expected_rows(value: Value) -> Vec<serde_json::Map<String, Value>> {
    match value {
        Value::Array(rows) => rows.into_iter().flat_map(expected_rows).collect(),
        Value::Object(row) => vec![row],
        other => panic!("{other}"),
    }
}

#[test]
fn csv_spectrum() {
    let mut n_cases = 0;
    for entry in std::fs::read_dir(folder("csv-spectrum")).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_none_or(|ending| ending != "csv") {
            continue;
        }
        let case = path.file_stem().unwrap().to_string_lossy().into_owned();
        let expected: Value = serde_json::from_slice(&std::fs::read(path.with_extension("json")).unwrap_or_default())
            .unwrap_or_else(|_| location_coordinates());
        let outcome = read(&case, &std::fs::read(&path).unwrap());
        assert_eq!(outcome.parts.len(), 1, "{case}");
        let (table, expected) = (&outcome.parts[0], expected_rows(expected));
        let found = cells(table);
        assert_eq!(found.len(), expected.len(), "{case}");
        for (row, expected) in found.iter().zip(&expected) {
            assert_eq!(names(table).len(), expected.len(), "{case}");
            for (name, cell) in names(table).iter().zip(row) {
                assert_eq!(Some(cell.as_str()), expected[*name].as_str(), "{case}: {name}");
            }
        }
        n_cases += 1;
    }
    assert_eq!(n_cases, 12);
}

/// What the file says; the JSON that comes beside it says something else.
fn location_coordinates() -> Value {
    serde_json::json!({
        "Contact Phone Number": "2095257564",
        "Location Coordinates": "37\u{fffd}36'37.8\"N 121\u{fffd}2'17.9\"W",
        "Cities": "Modesto",
        "Counties": "Stanislaus",
    })
}

/// RFC 4180, section 2, rule by rule.
#[test]
fn rfc_4180() {
    let rule = |rule: u32, text: &str, expected: &[&[&str]]| {
        let outcome = read("rule.csv", text.as_bytes());
        assert_eq!(outcome.parts.len(), 1, "rule {rule}");
        let table = &outcome.parts[0];
        let rows: Vec<Vec<String>> =
            std::iter::once(names(table).iter().map(|name| (*name).to_owned()).collect()).chain(cells(table)).collect();
        assert_eq!(rows, expected, "rule {rule}: {text:?}");
        assert_eq!(table.ledger.n_set_aside, 0, "rule {rule}");
    };
    let plain: &[&[&str]] = &[&["name", "city", "note"], &["aaa", "bbb", "ccc"], &["zzz", "yyy", "xxx"]];
    rule(1, "name,city,note\r\naaa,bbb,ccc\r\nzzz,yyy,xxx\r\n", plain);
    rule(2, "name,city,note\r\naaa,bbb,ccc\r\nzzz,yyy,xxx", plain);
    // Rule 3: a header that looks like one; without, the columns are numbered.
    rule(3, "name,size\r\naaa,1\r\nbbb,2\r\n", &[&["name", "size"], &["aaa", "1"], &["bbb", "2"]]);
    rule(3, "aaa,1\r\nbbb,2\r\n", &[&["column_1", "column_2"], &["aaa", "1"], &["bbb", "2"]]);
    // Rule 4: the last field of a record is followed by no comma, and spaces within a field stay.
    rule(4, "name,city\r\na a,b  b\r\nc,d\r\n", &[&["name", "city"], &["a a", "b  b"], &["c", "d"]]);
    rule(5, "\"name\",\"city\",\"note\"\r\n\"aaa\",\"bbb\",\"ccc\"\r\nzzz,yyy,xxx\r\n", plain);
    rule(
        6,
        "name,city,note\r\n\"aaa\",\"b\r\nbb\",\"ccc\"\r\nzzz,\"y,yy\",xxx\r\n",
        &[&["name", "city", "note"], &["aaa", "b\r\nbb", "ccc"], &["zzz", "y,yy", "xxx"]],
    );
    rule(
        7,
        "name,city,note\r\n\"aaa\",\"b\"\"bb\",\"ccc\"\r\nzzz,\"\"\"\",xxx\r\n",
        &[&["name", "city", "note"], &["aaa", "b\"bb", "ccc"], &["zzz", "\"", "xxx"]],
    );
}

/// The same sheets in four formats.
#[test]
fn calamine_base() {
    for name in ["base.xlsx", "base.xlsb", "base.xls", "base.ods"] {
        let outcome = read_file("calamine", name);
        let first = &outcome.parts[0];
        assert_eq!(first.part, "Sheet1", "{name}");
        // One row of ten values, without a header.
        assert_eq!(first.ledger.n_loaded, 1, "{name}");
        let row = cells(first).remove(0);
        let told = format!("{name}: {row:?}");
        assert_eq!(row[0], "String", "{told}");
        assert_eq!((row[1].parse(), row[2].parse()), (Ok(1.0), Ok(1.1)), "{told}");
        assert_eq!((row[3].as_str(), row[4].as_str()), ("true", "false"), "{told}");
        assert_eq!((row[5].as_str(), row[6].as_str()), ("2010-10-10", "2010-10-10T10:10:10"), "{told}");
        assert!(row[7].starts_with("10:10:10"), "{told}");
        // Each sheet is a table, or said to have nothing on it.
        for sheet in ["Sheet2", "Merged Cells"] {
            let is_said = outcome.notices.iter().any(|n| n.code == "empty_sheet" && n.text.contains(sheet));
            let is_read = outcome.parts.iter().any(|part| part.part == sheet);
            assert!(is_said || is_read, "{name}: {sheet}: {:?}", outcome.notices);
        }
    }
}

#[test]
fn calamine_sheets_of_all_kinds_and_passwords() {
    for name in ["any_sheets.xlsx", "any_sheets.xlsb", "any_sheets.xls", "any_sheets.ods"] {
        // What there is of visible and hidden sheets and charts is said, or there is nothing on any.
        match try_read(name, &std::fs::read(folder("calamine").join(name)).unwrap()) {
            Ok(outcome) => assert!(!outcome.notices.0.is_empty(), "{name}"),
            Err(problem) => assert_eq!(problem.code, "empty_file", "{name}"),
        }
    }
    for name in ["password.xls", "password.xlsb", "password.ods"] {
        let problem = try_read(name, &std::fs::read(folder("calamine").join(name)).unwrap()).unwrap_err();
        assert_eq!(problem.code, "encrypted_workbook", "{name}: {problem:?}");
    }
    let outcome = read_file("calamine", "issue139.xlsx");
    assert!(!outcome.parts.is_empty());
    let outcome = read_file("calamine", "table-multiple.xlsx");
    assert!(outcome.parts.len() >= 2, "{:?}", outcome.parts.iter().map(|p| &p.part).collect::<Vec<_>>());
}

/// Ten rows of the diamonds, as pyarrow's tests have them (`tests/parquet/test_pandas.py`).
const DIAMONDS: &str = "\
0.23 Ideal E SI2 61.5 55.0 326 3.95 3.98 2.43
0.21 Premium E SI1 59.8 61.0 326 3.89 3.84 2.31
0.23 Good E VS1 56.9 65.0 327 4.05 4.07 2.31
0.29 Premium I VS2 62.4 58.0 334 4.20 4.23 2.63
0.31 Good J SI2 63.3 58.0 335 4.34 4.35 2.75
0.24 Very_Good J VVS2 62.8 57.0 336 3.94 3.96 2.48
0.24 Very_Good I VVS1 62.3 57.0 336 3.95 3.98 2.47
0.26 Very_Good H SI1 61.9 55.0 337 4.07 4.11 2.53
0.22 Fair E VS2 65.1 61.0 337 3.87 3.78 2.49
0.23 Very_Good H VS1 59.4 61.0 338 4.00 4.05 2.39";

#[test]
fn parquet_of_pyarrow() {
    let expected: Vec<Vec<String>> =
        DIAMONDS.lines().map(|line| line.split(' ').map(|cell| cell.replace('_', " ")).collect()).collect();
    let columns = ["carat", "cut", "color", "clarity", "depth", "table", "price", "x", "y", "z"];
    for name in ["v0.7.1.parquet", "v0.7.1.all-named-index.parquet", "v0.7.1.some-named-index.parquet"] {
        let outcome = read_file("columnar", name);
        let table = &outcome.parts[0];
        // Of an index, the order is another one and a name may be missing: rows are compared by their prices and sizes.
        let place = |column: &str| names(table).iter().position(|name| *name == column);
        let shared: Vec<(usize, usize)> =
            columns.iter().enumerate().filter_map(|(i, column)| Some((i, place(column)?))).collect();
        assert!(shared.len() >= 9, "{name}: {:?}", names(table));
        let same = |a: &str, b: &str| a == b || a.parse::<f64>().is_ok_and(|a| b.parse::<f64>() == Ok(a));
        let found = cells(table);
        assert_eq!(found.len(), expected.len(), "{name}");
        for wanted in &expected {
            let is_there = found.iter().any(|row| shared.iter().all(|(i, at)| same(&row[*at], &wanted[*i])));
            assert!(is_there, "{name}: {wanted:?} among {found:?}");
        }
    }
    let outcome = read_file("columnar", "v0.7.1.column-metadata-handling.parquet");
    let table = &outcome.parts[0];
    let place = names(table).iter().position(|name| *name == "c").unwrap();
    assert_eq!(table.table.columns()[place].column_type, ColumnType::DateTime);
    // Midnight in Brussels.
    assert_eq!(cells(table)[0][place], "2016-12-31T23:00:00");
}

/// The same rows however they are packed and paged, and as Arrow.
#[test]
fn one_table_in_all_packings() {
    let table = |name: &str| cells(&read_file("columnar", name).parts[0]);
    let first = table("none.parquet");
    assert_eq!((first.len(), first[0].len()), (40, 15));
    for name in ["snappy", "gzip", "brotli", "lz4", "zstd", "pages_v2"] {
        assert_eq!(table(&format!("{name}.parquet")), first, "{name}");
    }
    assert_eq!(table("plain.arrow"), first);
    assert_eq!(table("plain.arrows"), first);
    let nested = table("nested.parquet");
    assert_eq!((nested.len(), nested[2][1].as_str(), nested[2][3].as_str()), (40, "[0, 1]", "{x: 2, y: 2}"));
    assert_eq!(table("nested.arrow"), nested);
    // Each column is encoded in another way.
    let column = |rows: &[Vec<String>], at: usize| rows.iter().map(|row| row[at].clone()).collect::<Vec<_>>();
    let encoded = table("encodings.parquet");
    for (at, of) in [(0, 0), (1, 1), (2, 4), (3, 3), (4, 6), (5, 7), (6, 5)] {
        assert_eq!(column(&encoded, at), column(&first, of), "column {at}");
    }
    assert_eq!(read_file("columnar", "no_rows.parquet").parts[0].table.n_rows(), 0);
    let packed = std::fs::read(folder("columnar").join("v0.17.0.version.2-compression.lz4.feather")).unwrap();
    assert_eq!(try_read("x.feather", &packed).unwrap_err().code, "packed_arrow");
}
