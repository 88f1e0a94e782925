use crate::base::ColumnType;
use crate::source::aside::{Decision, Remedy, Rows};
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
fn ragged_rows_keep_all_their_cells_unless_they_are_shifted() {
    let text = "a,b,c,d\n1,2,3,4\n5,6,7,8\n9,10,11,12,13\n1\n1,2,3\n1,2,3,4,\nx,1,2\n5,6,7,8\n1,2,x,3,4\n";
    let t = read(text);
    assert_eq!(counts(&t), [7, 2, 1, 0, 0]);
    let aside: Vec<(u64, &str)> = t.ledger.set_aside.iter().map(|s| (s.line, s.reason.as_str())).collect();
    assert_eq!(aside, [(8, "too few cells (3 of 4)"), (10, "too many cells (5 of 4)")]);
    assert_eq!(t.ledger.set_aside[0].text, "x,1,2");
    assert_eq!(t.ledger.set_aside[0].byte, 55);
    assert_eq!(names(&t), ["a", "b", "c", "d", "extra_1"]);
    assert_eq!(rows(&t)[2..5], ["9|10|11|12|13", "1|·|·|·|·", "1|2|3|·|·"]);
    let said = |code: &str| t.notices.iter().find(|n| n.code == code).map(|n| (n.text.as_str(), n.count));
    assert_eq!(said("short_rows"), Some(("2 rows with too few cells, in lines 5 and 6: the last ones are missing", 2)));
    assert_eq!(said("extra_cells").map(|s| s.1), Some(1));
    assert_eq!(said("long_rows").map(|s| s.1), Some(1));
    assert!(t.ledger.changed.iter().any(|c| c.column == "extra_1" && c.cells == 1));
}

#[test]
fn half_a_row_of_text_is_set_aside() {
    let t = read("a,b,c,d,e\nA1,x,y,z,w\nA2,x\nA3,x,y,z,w\n");
    assert_eq!(counts(&t), [2, 1, 1, 0, 0]);
    assert_eq!(t.ledger.set_aside[0].reason, "too few cells (2 of 5)");
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
fn an_unclosed_quote_costs_one_row_at_most() {
    let t = read("a,b\n1,x\n2,\"y\n3,z\n4,\"q, r\"\n");
    assert_eq!(counts(&t), [4, 0, 1, 0, 0]);
    assert_eq!(rows(&t), ["1|x", "2|\"y", "3|z", "4|q, r"]);
    assert!(t.notices.iter().any(|n| n.code == "stray_quotes" && n.count == 1));
    // What the quote was meant to hold together is apart now.
    let t = read("a,b\n1,x\n2,\"y, y\n3,z\n");
    assert_eq!(counts(&t), [2, 1, 1, 0, 0]);
    assert_eq!(t.ledger.set_aside[0].reason, "a quote is opened and never closed");
    let t = read("a,b\n1,x\n2,\"cut o");
    assert_eq!(counts(&t), [1, 1, 1, 0, 0]);
}

#[test]
fn a_quote_that_swallowed_rows_gives_them_back() {
    let t = read("a,b,c\n1,\"bad,5\n2,n,6\n3,m,7\"\n4,o,8\n5,p,9\n");
    assert_eq!(t.ledger.n_loaded, 5);
    assert_eq!(rows(&t)[1], "2|n|6");
    let t = read("a,b,c\n1,\"two, or\nthree lines\",5\n2,x,6\n");
    assert_eq!(rows(&t)[0], "1|two, or\nthree lines|5");
}

#[test]
fn zero_bytes_and_other_encodings() {
    let t = read("a,b\n1,x\n2,\0y\n3,z\0\0\0\n\0\0\0\0");
    assert_eq!(counts(&t), [3, 0, 1, 1, 0]);
    assert_eq!(rows(&t), ["1|x", "2|y", "3|z"]);
    assert!(t.notices.iter().any(|n| n.code == "zero_bytes" && n.count == 2));
    let hole = read("a,b\n1,x\n2,y\0\0\0\0\0z\n3,z\n");
    assert_eq!(counts(&hole), [2, 1, 1, 0, 0]);
    let utf16: Vec<u8> = "\u{feff}ä;b\n1;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let t = read_spec(&utf16, &ReaderSpec::default());
    assert_eq!(names(&t), ["ä", "b"]);
    assert_eq!(t.reading.encoding.as_deref(), Some("utf-16le"));
}

fn parts(text: &str) -> Vec<ReadTable> {
    let outcome = source::read("t.txt", text.as_bytes(), &ReaderSpec::default(), &mut |_| {}).unwrap();
    let sum = |of: fn(&ReadTable) -> u64| outcome.parts.iter().map(of).sum::<u64>();
    assert_eq!(sum(|p| p.ledger.size_bytes), text.len() as u64);
    assert_eq!(sum(|p| p.ledger.n_rows_in_file), text.lines().count() as u64);
    outcome.parts
}

#[test]
fn several_tables_in_one_file() {
    let found = parts("Results A\nwell,conc\nA1,1.5\nA2,2.5\n\nResults B\nsample,od,flag\ns1,0.5,ok\ns2,0.6,ok\n");
    assert_eq!(found.iter().map(|p| p.part.as_str()).collect::<Vec<_>>(), ["Results A", "Results B"]);
    assert_eq!(names(&found[1]), ["sample", "od", "flag"]);
    assert_eq!((counts(&found[0]), counts(&found[1])), ([2, 0, 1, 0, 1], [2, 0, 1, 1, 1]));
    // Each under a title of its own, though the headers are the same.
    assert_eq!(parts("Plate 1\nwell,od\nA1,0.1\n\nPlate 2\nwell,od\nA1,0.3\n").len(), 2);
    // Filled up to the width of the widest.
    let found = parts("Masses:,,\nid,mass,\n1,2.5,\n,,\nTemps:,,\nid,t1,t2\n1,20,21\n");
    assert_eq!((names(&found[0]), names(&found[1])), (vec!["id", "mass"], vec!["id", "t1", "t2"]));
}

#[test]
fn one_table_stays_one() {
    for text in [
        "id,val\n1,10\n2,20\n\n3,30\n4,40\n",
        "id,val\n1,10\n\nid,val\n3,30\n4,40\n",
        "Operator,Jane\nRun,X12\n\nwell,signal,flag\nA1,1.5,ok\nA2,2.5,ok\n",
        "id,a,b\n1,2,3\n\nx,broken,broken\n2,3,4\n5,6,7\n",
        "name,city\nann,rome\n\nbob,oslo\neve,bonn\n",
        "Instrument;Nova 42\nExported;02.03.2026\n\nSample;Plate;Value\nS1;P1;1\nS2;P1;2\n",
        "Settings\nOperator,Jane\nTemperature,25\nGain,100\n\nData\nwell,a,b\nA1,1,2\nA2,3,4\n",
    ] {
        assert_eq!(parts(text).len(), 1, "{text}");
    }
}

#[test]
fn headers_of_several_rows() {
    let t = read(",Control,,Treated,\ngene,r1,r2,r1,r2\nA,1,2,3,4\nB,5,6,7,8\nC,5,6,7,8\n");
    assert_eq!(names(&t), ["gene", "Control / r1", "Control / r2", "Treated / r1", "Treated / r2"]);
    assert_eq!(counts(&t), [3, 0, 2, 0, 0]);
    let t = read("Site,Water,Water\nname,pH,T\n,,°C\na,7.1,10\nb,7.2,11\n");
    assert_eq!(names(&t), ["Site / name", "Water / pH", "Water / T"]);
    assert_eq!(t.table.columns()[2].unit.as_deref(), Some("°C"));
    let t = read("Start,Q1\nWhen did you start it?,How old are you now?\n2026-01-01,34\n2026-01-02,45\n");
    assert_eq!((names(&t), counts(&t)), (vec!["Start", "Q1"], [2, 0, 2, 0, 0]));
    let plate = read(",1,2,3\nA,0.1,0.2,0.3\nB,0.4,0.5,0.6\n");
    assert_eq!(names(&plate), ["column_1", "1", "2", "3"]);
    let censored = read("site,As,Pb\nx,<0.5,<0.2\ny,1.5,2.5\nz,2.5,3.5\nw,3.5,4.5\n");
    assert_eq!(counts(&censored), [4, 0, 1, 0, 0]);
}

#[test]
fn totals_that_are_true_are_set_aside() {
    let t = read("item,qty,price\na,1,2.5\nb,2,3.5\nc,3,4.0\nTotal,6,10.0\nMean,2,3.33\n");
    assert_eq!(counts(&t), [3, 2, 1, 0, 0]);
    assert_eq!(t.ledger.set_aside[0].reason, "it sums up the rows above");
    let t = read("item,qty\na,1\nb,2\nTotal,7\n");
    assert_eq!(counts(&t), [3, 0, 1, 0, 0]);
}

#[test]
fn drawn_tables() {
    let t = read(
        "+----+-------+\n| id | name  |\n+----+-------+\n|  1 | ann   |\n|  2 | bob   |\n+----+-------+\n2 rows in set\n",
    );
    assert_eq!((names(&t), counts(&t)), (vec!["id", "name"], [2, 0, 1, 0, 4]));
    let t = read(
        "id          name\n----------- --------------------\n1           Alice Smith\n2           Bob\n\n(2 rows affected)\n",
    );
    assert_eq!((names(&t), counts(&t)), (vec!["id", "name"], [2, 0, 1, 1, 2]));
    assert_eq!(rows(&t)[0], "1|Alice Smith");
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

fn one(line: u64, text: &str, remedy: Remedy) -> Decision {
    Decision { part: String::new(), rows: Rows::One { line, text: text.to_owned() }, remedy }
}

fn alike(reason: &str, remedy: Remedy) -> Decision {
    Decision { part: String::new(), rows: Rows::Alike { reason: reason.to_owned() }, remedy }
}

fn read_deciding(text: &str, decisions: Vec<Decision>) -> ReadTable {
    read_spec(text.as_bytes(), &ReaderSpec { decisions, ..ReaderSpec::default() })
}

const TORN: &str = "a,b,c,d\n1,2,3,4\n5,6,7,8\nx,1,2\n5,6,7,8\n1,2,x,3,4\n";

#[test]
fn rows_set_aside_are_repaired_kept_and_dropped() {
    let before = read(TORN);
    assert_eq!(counts(&before), [3, 2, 1, 0, 0]);
    assert!(before.ledger.set_aside.iter().all(|row| row.can_keep && row.can_repair));

    let repaired = Remedy::Replace("9,1,2,3".to_owned());
    let t = read_deciding(TORN, vec![one(4, "x,1,2", repaired.clone()), one(6, "1,2,x,3,4", Remedy::Keep)]);
    assert_eq!(counts(&t), [5, 0, 1, 0, 0]);
    assert_eq!((t.ledger.n_repaired, t.ledger.n_dropped, t.ledger.n_open()), (2, 0, 0));
    // In the order of the file.
    assert_eq!(rows(&t), ["1|2|3|4|·", "5|6|7|8|·", "9|1|2|3|·", "5|6|7|8|·", "1|2|·|3|4"]);
    // What was let in has no say in the types; where it does not fit, its text is listed.
    assert!(t.table.columns().iter().all(|c| c.column_type == ColumnType::Integer), "{:?}", t.table.columns());
    let misfit = t.ledger.changed.iter().find(|c| c.column == "c").unwrap();
    assert_eq!(
        (misfit.rule.as_str(), misfit.lines.as_slice()),
        ("'x' is not a whole number: kept aside", [6].as_slice())
    );
    let decided: Vec<(u64, &str, &Remedy)> =
        t.ledger.decided.iter().map(|d| (d.line, d.text.as_str(), &d.remedy)).collect();
    assert_eq!(decided, [(4, "x,1,2", &repaired), (6, "1,2,x,3,4", &Remedy::Keep)]);

    let t = read_deciding(TORN, vec![one(6, "1,2,x,3,4", Remedy::Drop)]);
    assert_eq!(counts(&t), [3, 2, 1, 0, 0]);
    assert_eq!((t.ledger.n_dropped, t.ledger.n_open(), t.ledger.set_aside.len()), (1, 1, 1));
    let said = |t: &ReadTable, code: &str| t.notices.iter().find(|n| n.code == code).map(|n| n.text.clone());
    assert_eq!(said(&t, "rows_decided").unwrap(), "1 row dropped, as you decided");
    assert!(said(&t, "rows_set_aside").is_some());
    let t = read_deciding(TORN, vec![alike("too many cells", Remedy::Drop), alike("too few cells", Remedy::Drop)]);
    assert_eq!((t.ledger.n_set_aside, t.ledger.n_dropped), (2, 2));
    assert_eq!(said(&t, "rows_set_aside"), None);
}

#[test]
fn decisions_hold_for_the_next_file() {
    let decisions = vec![one(4, "x,1,2", Remedy::Keep), one(6, "1,2,x,3,4", Remedy::Drop), one(9, "y,1", Remedy::Drop)];
    let next = TORN.replace("1,2,3,4\n5", "1,2,3,4\n1,2,3,4\n5");
    let t = read_deciding(&next, decisions);
    assert_eq!((t.ledger.n_repaired, t.ledger.n_dropped, t.ledger.n_open()), (1, 1, 0));
    assert_eq!(rows(&t)[3], "·|1|2|·");
    let unused = t.notices.iter().find(|n| n.code == "decisions_unused").unwrap();
    assert_eq!(unused.text, "1 decision on a row found no such row in the file");
}

#[test]
fn all_alike_are_kept_beyond_those_that_are_listed() {
    let mut text = String::from("id,name,mass\n");
    for i in 0..1_000 {
        text.push_str(&format!("{i},n{i},{i}.5\n"));
        if i < 300 {
            text.push_str(&format!("x{i},n\n"));
        }
    }
    let before = read(&text);
    let n_unlisted: u64 = before.ledger.unlisted.values().sum();
    assert_eq!((before.ledger.n_set_aside, before.ledger.set_aside.len(), n_unlisted), (300, 200, 100));
    let t = read_deciding(&text, vec![alike("too few cells", Remedy::Keep)]);
    assert_eq!((t.ledger.n_loaded, t.ledger.n_repaired, t.ledger.n_set_aside), (1_300, 300, 0));
    assert_eq!(t.table.columns()[0].column_type, ColumnType::Integer);
    let n_misfits: u64 = t.ledger.changed.iter().filter(|c| c.column == "id").map(|c| c.cells).sum();
    assert_eq!(n_misfits, 300);
}

#[test]
fn what_cannot_be_done_leaves_the_row_aside() {
    let (commas, many) = (",".repeat(200), "1,".repeat(200));
    for (new, reason) in [
        ("1,2\n3,4", "the text in its place is not one row"),
        ("1,\"2", "the text in its place opens a quote that is never closed"),
        (",,", "the text in its place is empty"),
        (commas.as_str(), "the text in its place is empty"),
        (many.as_str(), "it has more cells than can be kept"),
    ] {
        let t = read_deciding(TORN, vec![one(4, "x,1,2", Remedy::Replace(new.to_owned()))]);
        assert_eq!(t.ledger.n_open(), 2);
        assert_eq!(t.ledger.set_aside[0].reason, reason);
        assert!(t.ledger.set_aside[0].can_repair);
        assert!(t.notices.iter().all(|n| n.code != "decisions_unused"));
    }
}
