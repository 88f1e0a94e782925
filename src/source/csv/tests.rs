use crate::base::ColumnType;
use crate::source::spec::{ReadTable, ReaderSpec};
use crate::source::{self};
use crate::table::row_window;

fn read_spec(text: &[u8], spec: &ReaderSpec) -> ReadTable {
    let mut outcome = source::read("t.csv", text, spec, &mut |_| {}).unwrap();
    let table = outcome.parts.remove(0);
    assert!(table.ledger.adds_up(), "{:?}", table.ledger);
    assert_eq!(table.ledger.n_loaded, table.table.n_rows());
    table
}

fn read(text: &str) -> ReadTable {
    read_spec(text.as_bytes(), &ReaderSpec::default())
}

fn names(table: &ReadTable) -> Vec<&str> {
    table.table.columns().iter().map(|c| c.name.as_str()).collect()
}

fn rows(table: &ReadTable) -> Vec<String> {
    let window = row_window(&table.table, 0, 100);
    let n = table.table.n_rows() as usize;
    (0..n.min(100))
        .map(|row| {
            let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
            cells.join("|")
        })
        .collect()
}

fn counts(table: &ReadTable) -> [u64; 5] {
    let l = &table.ledger;
    [l.n_loaded, l.n_set_aside, l.n_header, l.n_blank, l.n_comment]
}

#[test]
fn a_plain_table() {
    let t = read("id,mass (kg),day,name\r\n1,2.5,2026-01-02,\"x, y\"\r\n2,,2026-01-03,\"say \"\"hi\"\"\"\r\n");
    assert_eq!(names(&t), ["id", "mass", "day", "name"]);
    assert_eq!(t.table.columns()[1].unit.as_deref(), Some("kg"));
    assert_eq!(rows(&t), ["1|2.5|2026-01-02|x, y", "2|·|2026-01-03|say \"hi\""]);
    assert_eq!(counts(&t), [2, 0, 1, 0, 0]);
    assert_eq!(t.reading.delimiter, Some(','));
    assert_eq!(t.reading.header_rows, 1);
}

#[test]
fn european_numbers() {
    let t = read("Datum;Wert;Menge\n01.02.2026;1,5;1.200\n13.02.2026;2,25;3.400\n");
    assert_eq!(rows(&t), ["2026-02-01|1.5|1200", "2026-02-13|2.25|3400"]);
    assert!(t.ledger.changed.iter().any(|c| c.rule == "decimal comma read as a point" && c.cells == 2));
    assert!(t.notices.iter().any(|n| n.code == "ambiguous_numbers"));
}

#[test]
fn preamble_blank_lines_and_footnotes_are_counted() {
    let text = "Instrument: X200\nOperator, Jane\n\n# made by hand\nwell,signal,flag\nA1,1.5,ok\n\nA2,2.5,ok\nA3,3.5,bad\n\nEnd of run: 3 wells\n";
    let t = read(text);
    assert_eq!(names(&t), ["well", "signal", "flag"]);
    assert_eq!(counts(&t), [3, 0, 1, 3, 4]);
    assert_eq!(t.reading.skipped_lines, 4);
    assert!(t.notices.iter().any(|n| n.code == "notes_left_out" && n.count == 4));
}

#[test]
fn ragged_rows_are_set_aside_or_padded_and_said_so() {
    let text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n9,10,11,12,13\n1\n1,2,3\n1,2,3,4,\nx,1,2\n5,6,7,8\n";
    let t = read(text);
    assert_eq!(counts(&t), [5, 3, 1, 0, 0]);
    let aside: Vec<(u64, &str)> = t.ledger.set_aside.iter().map(|s| (s.line, s.reason.as_str())).collect();
    assert_eq!(aside, [(4, "too many cells (5 of 4)"), (5, "too few cells (1 of 4)"), (8, "too few cells (3 of 4)")]);
    assert_eq!(t.ledger.set_aside[0].text, "9,10,11,12,13");
    assert_eq!(t.ledger.set_aside[0].byte, 24);
    assert_eq!(rows(&t)[2], "1|2|3|·");
    assert!(t.notices.iter().any(|n| n.code == "short_rows" && n.count == 1));
    assert!(t.notices.iter().any(|n| n.code == "long_rows" && n.count == 1));
}

#[test]
fn a_file_that_was_cut_off_says_so() {
    let t = read("a,b,c\n1,2,3\n4,5,6\n7,8");
    assert_eq!(counts(&t), [2, 1, 1, 0, 0]);
    assert_eq!(t.ledger.set_aside[0].reason, "the file ends within the row (2 of 3 cells)");
}

#[test]
fn repeated_headers_are_headers() {
    let t = read("a,b\n1,2\na,b\n3,4\n");
    assert_eq!(counts(&t), [2, 0, 2, 0, 0]);
    assert_eq!(t.table.columns()[0].column_type, ColumnType::Integer);
}

#[test]
fn without_a_header_the_first_row_is_data() {
    let t = read("1,2.5,x\n2,3.5,y\n3,4.5,x\n");
    assert_eq!(names(&t), ["column_1", "column_2", "column_3"]);
    assert_eq!(counts(&t), [3, 0, 0, 0, 0]);
    assert!(t.notices.iter().any(|n| n.code == "no_header"));
    let forced = read_spec(b"1,2\n3,4\n", &ReaderSpec { header_rows: Some(1), ..ReaderSpec::default() });
    assert_eq!(names(&forced), ["1", "2"]);
    let two = read_spec(b"a,a\nx,y\n3,4\n", &ReaderSpec { header_rows: Some(2), ..ReaderSpec::default() });
    assert_eq!(names(&two), ["a / x", "a / y"]);
}

#[test]
fn years_may_be_names() {
    let t = read("country,2019,2020\nDE,1.5,2.5\nFR,3.5,4.5\n");
    assert_eq!(names(&t), ["country", "2019", "2020"]);
}

#[test]
fn comment_headers_and_comments() {
    let vcf = read("##fileformat=VCFv4.2\n##x=<a,b>\n#CHROM\tPOS\tID\n1\t100\trs1\nX\t200\trs2\n");
    assert_eq!(names(&vcf), ["CHROM", "POS", "ID"]);
    assert_eq!(counts(&vcf), [2, 0, 1, 0, 2]);
    assert_eq!(rows(&vcf)[1], "X|200|rs2");
    let commented = read("a,b\n1,2\n#3,4\n5,6\n7,8\n9,10\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n1,2\n");
    assert_eq!(counts(&commented), [12, 0, 1, 0, 1]);
    let tags = read("tag,n\n#1,2\n#2,3\n#3,4\n");
    assert_eq!(counts(&tags), [3, 0, 1, 0, 0]);
}

#[test]
fn a_row_of_units_goes_to_the_columns() {
    let t = read("time,temp,site\ns,°C,\n1,20.5,a\n2,21.5,b\n");
    assert_eq!(names(&t), ["time", "temp", "site"]);
    assert_eq!(t.table.columns()[1].unit.as_deref(), Some("°C"));
    assert_eq!(counts(&t), [2, 0, 2, 0, 0]);
    let rdb = read("# USGS\nsite_no\tdatetime\tflow\n15s\t20d\t14n\n01\t2026-01-02\t5.5\n02\t2026-01-03\t6.5\n");
    assert_eq!(rows(&rdb), ["01|2026-01-02|5.5", "02|2026-01-03|6.5"]);
    assert_eq!(counts(&rdb), [2, 0, 2, 0, 1]);
}

#[test]
fn trailing_delimiters_and_row_names() {
    let t = read("a,b,\n1,2,\n3,4,\n");
    assert_eq!(names(&t), ["a", "b"]);
    let t = read("a,b\n1,2,\n3,4,\n");
    assert_eq!(names(&t), ["a", "b"]);
    let r = read("mpg,cyl\nMazda,21.5,6\nFiat,30.5,4\n");
    assert_eq!(names(&r), ["row_name", "mpg", "cyl"]);
    assert_eq!(rows(&r)[0], "Mazda|21.5|6");
}

#[test]
fn quoted_line_breaks_and_one_column() {
    let t = read("id,note\n1,\"two\nlines\"\n2,x\n");
    assert_eq!(rows(&t), ["1|two\nlines", "2|x"]);
    let t = read("name\nalice\nbob\n");
    assert_eq!((names(&t), counts(&t)), (vec!["name"], [2, 0, 1, 0, 0]));
    assert_eq!(t.reading.delimiter, None);
    let t = read("x\n");
    assert_eq!(counts(&t), [0, 0, 1, 0, 0]);
}

#[test]
fn an_unclosed_quote_costs_one_row() {
    let t = read("a,b\n1,x\n2,\"y\n3,z\n4,\"q, r\"\n");
    assert_eq!(counts(&t), [3, 1, 1, 0, 0]);
    assert_eq!(t.ledger.set_aside[0].reason, "a quote is opened and never closed");
    assert_eq!(rows(&t)[2], "4|q, r");
}

#[test]
fn zero_bytes_and_other_encodings() {
    let t = read("a,b\n1,x\n2,\0y\n3,z\n");
    assert_eq!(counts(&t), [2, 1, 1, 0, 0]);
    let utf16: Vec<u8> = "\u{feff}ä;b\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let t = read_spec(&utf16, &ReaderSpec::default());
    assert_eq!(names(&t), ["ä", "b"]);
    assert_eq!(t.reading.encoding.as_deref(), Some("utf-16le"));
}

#[test]
fn the_account_adds_up_for_any_bytes() {
    // A fixed pseudo-random walk over the bytes that matter.
    let alphabet: Vec<char> = "a1,;\t\"\n\r #.'-\0é".chars().collect();
    let mut seed = 42u64;
    for _ in 0..400 {
        let text: String = (0..80)
            .map(|_| {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                alphabet[(seed >> 33) as usize % alphabet.len()]
            })
            .collect();
        if let Ok(outcome) = source::read("t.csv", text.as_bytes(), &ReaderSpec::default(), &mut |_| {}) {
            let t = &outcome.parts[0];
            assert!(t.ledger.adds_up(), "{text:?}");
            assert_eq!(t.ledger.n_loaded, t.table.n_rows(), "{text:?}");
        }
    }
}

#[test]
fn large_files_tell_how_far_they_are() {
    let mut text = String::from("id,site,value\n");
    for i in 0..150_000 {
        text.push_str(&format!("{i},s{},{}.5\n", i % 12, i % 97));
    }
    let mut calls = Vec::new();
    let outcome = source::read("t.csv", text.as_bytes(), &ReaderSpec::default(), &mut |p| calls.push(p)).unwrap();
    assert_eq!(outcome.parts[0].table.batches().len(), 2);
    assert!(calls.len() > 10);
    assert!(calls.windows(2).all(|w| w[0].done_bytes <= w[1].done_bytes));
}

#[test]
fn notes_filled_up_with_empty_cells_are_notes() {
    let t = read(
        "Logger export;;;\nTimes: UTC+1;;;\nLogger;Time;Temp (°C);RH (%)\ncl4;01/11/2026 01:00;5,19;62\ncl5;13/11/2026 00:56;6,01;63\n",
    );
    assert_eq!(names(&t), ["Logger", "Time", "Temp", "RH"]);
    assert_eq!(counts(&t), [2, 0, 1, 0, 2]);
    assert_eq!(rows(&t)[0], "cl4|2026-11-01T01:00:00|5.19|62");
}
