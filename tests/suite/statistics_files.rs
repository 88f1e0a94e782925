//! Files that statistics packages and their libraries wrote, cell by cell.
//!
//! `tests/files/stats/make.py` says how the files were made and what is in them (`values.json`).

use serde_json::Value;
use std::collections::BTreeMap;
use std::io::Read;
use std::path::{Path, PathBuf};
use tributary::base::ColumnType;
use tributary::source::{self, Decision, Format, ReadOutcome, ReadTable, ReaderSpec, Remedy, Rows};
use tributary::table::CellReader;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/stats")
}

fn bytes(name: &str) -> Vec<u8> {
    std::fs::read(folder().join(name)).unwrap_or_else(|e| panic!("{name}: {e}"))
}

/// A file without the gzip around it.
fn unpacked(name: &str) -> Vec<u8> {
    let whole = bytes(name);
    if !name.ends_with(".gz") {
        return whole;
    }
    let mut out = Vec::new();
    flate2::bufread::GzDecoder::new(&whole[..]).read_to_end(&mut out).unwrap();
    out
}

fn read_as(name: &str, bytes: &[u8], spec: &ReaderSpec) -> ReadOutcome {
    let outcome = source::read(name, bytes, spec, &mut |_| {}).unwrap_or_else(|p| panic!("{name}: {p:?}"));
    for part in &outcome.parts {
        assert!(part.ledger.adds_up(), "{name}: {:?}", part.ledger);
        assert_eq!(part.ledger.n_loaded, part.table.n_rows(), "{name}");
    }
    outcome
}

fn read(name: &str) -> ReadTable {
    read_as(name, &bytes(name), &ReaderSpec::default()).parts.remove(0)
}

fn cells(table: &ReadTable, column: usize) -> Vec<Option<String>> {
    let whole = table.table.whole_column(column).unwrap();
    let reader = CellReader::new(whole.as_ref());
    (0..whole.len()).map(|row| reader.get(row)).collect()
}

fn place(table: &ReadTable, name: &str) -> usize {
    table.table.columns().iter().position(|c| c.name == name).unwrap_or_else(|| panic!("no column {name}"))
}

/// The same text, or the same number however it is written.
fn is_same(a: Option<&str>, b: Option<&str>) -> bool {
    let number = |t: Option<&str>| t.and_then(|t| t.parse::<f64>().ok());
    a == b || matches!((number(a), number(b)), (Some(a), Some(b)) if a == b)
}

#[test]
fn every_cell_is_what_was_written() {
    type Values = BTreeMap<String, serde_json::Map<String, Value>>;
    let values: Values = serde_json::from_slice(&bytes("values.json")).unwrap();
    assert!(values.len() >= 24);
    let mut wrong = Vec::new();
    let mut n_cells = 0;
    for (name, columns) in &values {
        let table = read(name);
        for (column, wanted) in columns {
            let wanted: Vec<Option<String>> = serde_json::from_value(wanted.clone()).unwrap();
            let at = place(&table, column);
            let found = cells(&table, at);
            assert_eq!(found.len(), wanted.len(), "{name} {column}");
            n_cells += found.len();
            for (row, (a, b)) in found.iter().zip(&wanted).enumerate() {
                if !is_same(a.as_deref(), b.as_deref()) {
                    wrong.push(format!("{name}: {column}, row {row}: {a:?} and not {b:?}"));
                }
            }
        }
    }
    wrong.truncate(40);
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(n_cells > 1_500, "{n_cells}");
}

#[test]
fn labels_types_and_missing_values_are_kept() {
    for (name, format) in [
        ("survey.sav", Format::Spss),
        ("survey_rows.sav", Format::Spss),
        ("survey.zsav", Format::Spss),
        ("survey_v8.dta", Format::Stata),
        ("survey_v14.dta", Format::Stata),
    ] {
        let table = read(name);
        assert_eq!(table.reading.format, format);
        let info = |column: &str| &table.table.columns()[place(&table, column)];
        assert_eq!(info("sex").label.as_deref(), Some("Sex as stated"), "{name}");
        assert_eq!(info("sex").column_type, ColumnType::Text, "{name}");
        assert_eq!(info("id").column_type, ColumnType::Integer, "{name}");
        assert_eq!(info("score").column_type, ColumnType::Number, "{name}");
        assert_eq!(info("born").column_type, ColumnType::Date, "{name}");
        assert_eq!(info("seen").column_type, ColumnType::DateTime, "{name}");
        // Two of five answers have labels: numbers stay, and the labels are told.
        assert_eq!(info("opinion").column_type, ColumnType::Integer, "{name}");
        let told = table.notices.iter().find(|n| n.code == "value_labels").unwrap();
        assert_eq!(told.count, 2, "{name}: {told:?}");
        let rules: Vec<(&str, &str, u64)> =
            table.ledger.changed.iter().map(|c| (c.column.as_str(), c.rule.as_str(), c.cells)).collect();
        assert!(rules.contains(&("sex", "1 shown as 'male'", 2)), "{name}: {rules:?}");
        assert!(rules.contains(&("sex", "2 shown as 'female'", 3)), "{name}: {rules:?}");
        let refused =
            if format == Format::Spss { "'99' (refused) read as missing" } else { "'.a' (refused) read as missing" };
        assert!(rules.contains(&("age", refused, 1)), "{name}: {rules:?}");
        assert_eq!(info("age").n_missing, 2, "{name}");
    }
}

#[test]
fn the_user_s_type_wins_over_labels() {
    let types = [
        ("sex".to_owned(), ColumnType::Integer),
        ("opinion".to_owned(), ColumnType::Text),
        ("id".to_owned(), ColumnType::Text),
        ("born".to_owned(), ColumnType::DateTime),
    ];
    let spec = ReaderSpec { types: types.clone().into(), ..ReaderSpec::default() };
    for name in ["survey.sav", "survey_v14.dta"] {
        let table = read_as(name, &bytes(name), &spec).parts.remove(0);
        for (column, wanted) in &types {
            let info = &table.table.columns()[place(&table, column)];
            assert_eq!((info.column_type, info.reason.as_str()), (*wanted, "chosen by you"), "{name} {column}");
        }
        let shown = |column| cells(&table, place(&table, column)).into_iter().map(Option::unwrap_or_default);
        assert_eq!(shown("sex").collect::<Vec<_>>(), ["1", "2", "2", "1", "", "2"]);
        assert_eq!(shown("opinion").collect::<Vec<_>>(), ["not at all", "2", "3", "4", "very much", "3"]);
        assert_eq!(shown("id").collect::<Vec<_>>(), ["1", "2", "3", "4", "5", "6"]);
        assert_eq!(shown("born").next().unwrap(), "1992-02-29T00:00:00");
    }
}

/// Wherever a file is cut off: refused, or its first whole rows with an account of the rest.
#[test]
fn files_that_are_cut_off_keep_their_whole_rows() {
    for name in [
        "survey.sav",
        "survey_rows.sav",
        "survey.zsav",
        "survey_v8.dta",
        "types_118_big.dta",
        "survey_v5.xpt",
        "test2.sas7bdat.gz",
        "test14.sas7bdat.gz",
    ] {
        let whole = unpacked(name);
        let expected = read(name);
        let mut n_read = 0;
        for end in (0..whole.len()).step_by(whole.len() / 150 + 1) {
            let Ok(outcome) = source::read(name, &whole[..end], &ReaderSpec::default(), &mut |_| {}) else { continue };
            let Some(table) = outcome.parts.first().filter(|t| t.reading.format == expected.reading.format) else {
                continue;
            };
            n_read += 1;
            assert!(table.ledger.adds_up());
            let n_rows = table.table.n_rows();
            assert!(n_rows <= expected.table.n_rows(), "{name} cut at {end}");
            // A code that was once seen may have been without label, and a date without time.
            for column in [0, 1] {
                let (found, wanted) = (cells(table, column), cells(&expected, column));
                if table.table.columns()[column].column_type == expected.table.columns()[column].column_type {
                    assert_eq!(found[..], wanted[..n_rows as usize], "{name} cut at {end}");
                }
            }
            let has_said = table.notices.iter().any(|n| n.code == "rows_cut_off");
            if n_rows + table.ledger.n_set_aside < expected.table.n_rows() && expected.reading.format != Format::Xpt {
                assert!(has_said, "{name} cut at {end}: {n_rows} rows and no word");
            }
        }
        assert!(n_read > 5, "{name}: {n_read}");
    }
}

#[test]
fn rows_deleted_in_sas_are_set_aside() {
    // One page of rows: its type gets the bit for deleted rows, and its header the place of their map.
    let mut file = bytes("airline.sas7bdat");
    let before = read("airline.sas7bdat").ledger.n_loaded;
    let size = |at: usize| u32::from_le_bytes(file[at..at + 4].try_into().unwrap()) as usize;
    let (header, page) = (size(196), size(200));
    let half = |at: usize| usize::from(u16::from_le_bytes(file[at..at + 2].try_into().unwrap()));
    let starts: Vec<usize> = (header..file.len()).step_by(page).collect();
    let at = *starts.iter().find(|at| matches!(half(**at + 16) & 0xF00, 0x100 | 0x200)).unwrap();
    let (n_blocks, n_pointers) = (half(at + 18), half(at + 20));
    let n_rows = n_blocks - n_pointers;
    assert!(n_rows >= 3);
    let first = (24 + 12 * n_pointers).next_multiple_of(8);
    // The year has four bytes, and five numbers have eight.
    let row_size = 4 + 5 * 8;
    // The map goes to the end of the page, which is free.
    let map = page - n_rows.div_ceil(8);
    let place = map - (first - 8) - n_rows * row_size;
    file[at + 12..at + 16].copy_from_slice(&(place as u32).to_le_bytes());
    file[at + 16] |= 0x80;
    file[at + map..at + page].fill(0);
    file[at + map] = 0b1010_0000;
    let table = read_as("airline.sas7bdat", &file, &ReaderSpec::default()).parts.remove(0);
    assert_eq!((table.ledger.n_loaded, table.ledger.n_set_aside), (before - 2, 2));
    assert_eq!(table.ledger.set_aside[1].line, 3);
    assert!(table.ledger.set_aside[0].text.starts_with("1948\t1.21"), "{:?}", table.ledger.set_aside[0]);
    assert_eq!(table.ledger.set_aside[0].reason, "deleted in SAS, but still in the file");
    // They can be dropped for good, and nothing else.
    assert!(table.ledger.set_aside.iter().all(|row| !row.can_keep && !row.can_repair));
    let rows = Rows::Alike { reason: "deleted in SAS, but still in the file".into() };
    let spec = ReaderSpec::default().deciding(Decision { part: table.part.clone(), rows, remedy: Remedy::Drop });
    let dropped = read_as("airline.sas7bdat", &file, &spec).parts.remove(0).ledger;
    assert_eq!((dropped.n_loaded, dropped.n_set_aside, dropped.n_dropped), (before - 2, 2, 2));
    assert_eq!((dropped.n_open(), dropped.decided.len()), (0, 2));
    assert_eq!(cells(&table, 0)[0].as_deref(), Some("1949"));
}

#[test]
fn several_data_sets_in_a_transport_file_are_several_tables() {
    let one = bytes("survey_v5.xpt");
    let member = one.windows(26).position(|w| w == b"HEADER RECORD*******MEMBER").unwrap();
    let mut two = one.clone();
    two.extend_from_slice(&one[member..]);
    let outcome = read_as("two.xpt", &two, &ReaderSpec::default());
    let parts: Vec<(&str, u64)> = outcome.parts.iter().map(|p| (p.part.as_str(), p.table.n_rows())).collect();
    assert_eq!(parts, [("SURVEY", 6), ("SURVEY (2)", 6)]);
}

#[test]
fn relatives_that_cannot_be_read_are_named() {
    let code = |bytes: &[u8]| source::read("x", bytes, &ReaderSpec::default(), &mut |_| {}).unwrap_err().code;
    let mut new = bytes("types_119_little.dta");
    new[28..31].copy_from_slice(b"120");
    assert_eq!(code(&new), "new_stata");
    assert_eq!(code(b"ASCII SPSS PORT FILE                    "), "spss_portable");
    let mut catalog = bytes("airline.sas7bdat");
    catalog[15] = 0x63;
    assert_eq!(code(&catalog), "sas_catalog");
}
