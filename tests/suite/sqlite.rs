//! SQLite databases written by SQLite itself, compared cell by cell with what it reads from them
//! (`tests/files/sqlite/make.py`), and what is said of damaged ones.

use super::desk::Desk;
use serde_json::Value;
use std::io::Read;
use std::path::{Path, PathBuf};
use tributary::base::ColumnType;
use tributary::merge::MergeSuggestion;
use tributary::source::{self, ReadOutcome, ReadTable, ReaderSpec};
use tributary::table::row_window;

/// Where the databases are; another folder can be named to compare those of others.
fn folder() -> PathBuf {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/files/sqlite");
    std::env::var_os("TRIBUTARY_SQLITE").map_or_else(own, PathBuf::from)
}

fn unpacked(path: &Path) -> Vec<u8> {
    let packed = std::fs::read(path).unwrap();
    let mut out = Vec::new();
    flate2::read::GzDecoder::new(packed.as_slice()).read_to_end(&mut out).unwrap();
    out
}

/// The databases of the folder, by name.
pub fn databases() -> Vec<(String, Vec<u8>)> {
    let mut found: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder())
        .unwrap()
        .filter_map(|entry| {
            let path = entry.unwrap().path();
            let name = path.file_name()?.to_str()?.strip_suffix(".sqlite.gz")?.to_owned();
            Some((name, unpacked(&path)))
        })
        .collect();
    found.sort();
    found
}

fn read(bytes: &[u8]) -> ReadOutcome {
    let outcome = source::read("x.sqlite", bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
    for part in &outcome.parts {
        assert!(part.ledger.adds_up(), "{}: {:?}", part.part, part.ledger);
        assert_eq!(part.ledger.n_loaded, part.table.n_rows());
    }
    outcome
}

fn part<'a>(outcome: &'a ReadOutcome, name: &str) -> &'a ReadTable {
    outcome.parts.iter().find(|p| p.part == name).unwrap_or_else(|| panic!("no table {name}"))
}

/// The cells of a table, row by row.
fn cells(table: &ReadTable) -> Vec<Vec<Option<String>>> {
    let n = table.table.n_rows() as usize;
    let window = row_window(&table.table, 0, n);
    (0..n).map(|row| window.cells.iter().map(|column| column[row].clone()).collect()).collect()
}

fn is_same(expected: &Value, cell: Option<&str>, column_type: ColumnType) -> bool {
    let of = |kind: &str| expected.get(kind).and_then(Value::as_str);
    let Some(cell) = cell else { return expected.is_null() };
    if column_type.is_temporal() && expected.is_string() {
        // `2026-11-12 00:00:00.000Z` is the same as `2026-11-12T00:00:00`.
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        return digits(expected.as_str().unwrap()).trim_end_matches('0') == digits(cell).trim_end_matches('0');
    }
    if let Some(whole) = of("int") {
        let answer = match cell {
            "true" => "1",
            "false" => "0",
            other => other,
        };
        return answer == whole || cell.parse::<f64>().ok() == whole.parse::<f64>().ok();
    }
    if let Some(real) = of("real") {
        let bits = |text: &str| text.parse::<f64>().ok().map(f64::to_bits);
        return bits(cell) == bits(real) || (bits(cell) == Some(0) && real == "-0.0");
    }
    match of("blob") {
        Some(hex) => cell == hex,
        None => expected.as_str() == Some(cell),
    }
}

fn names(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|v| v.as_str().unwrap()).collect()
}

#[test]
fn every_cell_is_what_sqlite_reads() {
    let all = databases();
    assert!(!all.is_empty());
    for (name, bytes) in all {
        let expected: Value = serde_json::from_slice(&unpacked(&folder().join(format!("{name}.json.gz")))).unwrap();
        let outcome = read(&bytes);
        let expected = expected.as_object().unwrap();
        assert_eq!(outcome.parts.len(), expected.len(), "{name}");
        for (table, wanted) in expected {
            let found = part(&outcome, table);
            let infos = found.table.columns();
            let columns: Vec<&str> = infos.iter().map(|c| c.name.as_str()).collect();
            assert_eq!(columns, names(&wanted["columns"]), "{name}: {table}");
            assert_eq!(found.ledger.n_set_aside, 0, "{name}: {table}");
            let (rows, cells) = (wanted["rows"].as_array().unwrap(), cells(found));
            assert_eq!(rows.len(), cells.len(), "{name}: {table}");
            for (i, (row, cells)) in rows.iter().zip(&cells).enumerate() {
                for ((value, cell), info) in row.as_array().unwrap().iter().zip(cells).zip(infos) {
                    let is_it = is_same(value, cell.as_deref(), info.column_type);
                    assert!(is_it, "{name}: {table}: row {i}, {}: {value} and {cell:?}", info.name);
                }
            }
            assert_eq!(found.keys.primary, names(&wanted["primary"]), "{name}: {table}");
            // Some refer to views.
            let is_table = |key: &&Value| expected.contains_key(key["table"].as_str().unwrap());
            let foreign: Vec<&Value> = wanted["foreign"].as_array().unwrap().iter().filter(is_table).collect();
            assert_eq!(found.keys.foreign.len(), foreign.len(), "{name}: {table}");
            for (key, wanted) in found.keys.foreign.iter().zip(foreign) {
                assert_eq!(key.table_part, wanted["table"].as_str().unwrap());
                assert_eq!(key.columns, names(&wanted["ours"]));
                // Nothing named: their primary key.
                let theirs = wanted["theirs"].as_array().unwrap();
                let primary = &part(&outcome, &key.table_part).keys.primary;
                for (i, their) in theirs.iter().enumerate() {
                    assert!(key.their_columns[i].eq_ignore_ascii_case(their.as_str().unwrap_or_else(|| &primary[i])));
                }
            }
        }
    }
}

fn database(name: &str) -> Vec<u8> {
    databases().into_iter().find(|(n, _)| n == name).unwrap().1
}

fn codes(outcome: &ReadOutcome) -> Vec<&str> {
    outcome.notices.iter().map(|n| n.code.as_str()).collect()
}

#[test]
fn what_is_not_read_is_said() {
    let outcome = read(&database("shop"));
    assert_eq!(codes(&outcome), ["views_not_read", "virtual_not_read"]);
    assert!(outcome.notices.0[1].text.ends_with(": notes and boxes"), "{:?}", outcome.notices);
    assert_eq!(part(&outcome, "artist").keys.unique, [["Name"]]);
    assert_eq!(part(&outcome, "album list").keys.unique, [["Title \"long\""]]);
    assert_eq!(codes(&read(&database("wal"))), ["wal_missing"]);
    let altered = read(&database("altered"));
    assert!(part(&altered, "g").notices.iter().any(|n| n.code == "computed_columns" && n.text.ends_with(": twice")));
}

#[test]
fn a_file_that_is_cut_off_keeps_what_is_there() {
    let bytes = database("small_pages");
    let whole = read(&bytes);
    let n_all = part(&whole, "run").table.n_rows();
    let half = read(&bytes[..bytes.len() / 2 + 100]);
    assert_eq!(codes(&half), ["cut_off"]);
    let run = part(&half, "run");
    let lost = run.notices.iter().filter(|n| n.code == "damaged_pages").map(|n| n.count).sum::<u64>();
    assert!(lost > 0 && run.table.n_rows() > n_all / 4 && run.table.n_rows() < n_all, "{:?}", run.notices);
}

#[test]
fn damaged_pages_and_rows_are_counted() {
    // Page 1 has the list of tables, page 2 says where others are; some later page holds rows.
    let bytes = database("small_pages");
    let n_all = part(&read(&bytes), "run").ledger.n_rows_in_file;
    let leaves = (2..bytes.len() / 512).map(|page| page * 512).filter(|at| bytes[*at] == 13);
    let leaf = leaves.max_by_key(|at| bytes[at + 4]).unwrap();
    let n_cells = u64::from(bytes[leaf + 4]);
    let with = |at: usize, value: u8| {
        let mut bytes = bytes.clone();
        bytes[at] = value;
        read(&bytes)
    };
    let gone = with(leaf, 0xFF);
    assert_eq!(part(&gone, "run").table.n_rows() + n_cells, n_all);
    assert!(part(&gone, "run").notices.iter().any(|n| n.code == "damaged_pages" && n.count == 1));
    // The first cell now starts behind the page.
    let row = with(leaf + 8, 0xFF);
    let ledger = &part(&row, "run").ledger;
    assert_eq!((ledger.n_rows_in_file, ledger.n_set_aside), (n_all, 1));
    assert_eq!(ledger.set_aside[0].reason, "the row is damaged");
}

#[test]
fn what_is_no_database_is_refused() {
    let mut bytes = database("kinds");
    let code = |bytes: &[u8]| source::read("x.db", bytes, &ReaderSpec::default(), &mut |_| {}).unwrap_err().code;
    assert_eq!(code(&bytes[..50]), "bad_sqlite");
    // As after encryption: the header is there, and its first page is noise.
    bytes[100] = 0x77;
    assert_eq!(code(&bytes), "bad_sqlite");
    let noise: Vec<u8> = (0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect();
    assert_eq!(code(&noise), "not_what_it_says");
    let mut empty = database("kinds");
    empty[103..105].fill(0);
    assert_eq!(code(&empty), "empty_file");
}

/// Trees whose pages point at themselves end, and so do those whose cells all are the same bytes.
#[test]
fn circles_end() {
    let bytes = database("small_pages");
    for page in 0..bytes.len() / 512 {
        let start = page * 512 + if page == 0 { 100 } else { 0 };
        if matches!(bytes[start], 2 | 5) {
            let mut circle = bytes.clone();
            circle[start + 8..start + 12].copy_from_slice(&(page as u32 + 1).to_be_bytes());
            read(&circle);
        }
        if bytes[start] == 13 {
            let mut same = bytes.clone();
            let first: [u8; 2] = same[start + 8..start + 10].try_into().unwrap();
            let n = usize::from(same[start + 4]);
            for cell in 0..n {
                same[start + 8 + 2 * cell..][..2].copy_from_slice(&first);
            }
            let _ = source::read("x.db", &same, &ReaderSpec::default(), &mut |_| {});
        }
    }
}

/// Each declared key is proposed first, also once its tables are merged with others.
#[test]
fn declared_keys_are_proposed_first() {
    let mut desk = Desk::new();
    desk.add("shop.sqlite", &database("shop"), &ReaderSpec::default()).unwrap();
    let pairs = |desk: &mut Desk| -> Vec<String> {
        let is_declared = |s: &MergeSuggestion| s.reason.starts_with("Declared in the database: ");
        let found = desk.suggestions();
        let n = found.iter().take_while(|s| is_declared(s)).count();
        assert!(found.iter().skip(n).all(|s| !is_declared(s)), "{found:#?}");
        let words = |s: &MergeSuggestion| {
            let keys: Vec<String> = s.keys.iter().map(|k| format!("{}={}", k.left, k.right)).collect();
            format!("{} {} {}", s.left_name, s.right_name, keys.join(" "))
        };
        found.iter().take(n).map(words).collect()
    };
    assert_eq!(
        pairs(&mut desk),
        [
            "shop_album_list shop_artist ArtistId=ArtistId",
            "shop_track shop_album_list album=Album Id",
            "shop_listing shop_track track_side=side track_no=no"
        ]
    );
    let first = desk.suggestions().remove(0);
    desk.accept(&first, None);
    assert_eq!(
        pairs(&mut desk),
        ["shop_track shop_album_list_combined album=Album Id", "shop_listing shop_track track_side=side track_no=no"]
    );
    let first = desk.suggestions().remove(0);
    desk.accept(&first, None);
    assert_eq!(pairs(&mut desk), ["shop_listing shop_track_combined track_side=side track_no=no"]);
}
