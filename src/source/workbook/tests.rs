use super::*;
use crate::base::ColumnType;
use crate::source::spec::ReadOutcome;
use crate::table::row_window;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Formula, Workbook};

fn outcome_of(book: &mut Workbook) -> ReadOutcome {
    let bytes = book.save_to_buffer().unwrap();
    let outcome = crate::source::read("t.xlsx", &bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
    for part in &outcome.parts {
        assert!(part.ledger.adds_up(), "{:?}", part.ledger);
        assert_eq!(part.ledger.n_loaded, part.table.n_rows());
    }
    outcome
}

fn read_all(book: &mut Workbook) -> Vec<ReadTable> {
    outcome_of(book).parts
}

fn rows(t: &ReadTable) -> Vec<String> {
    let window = row_window(&t.table, 0, 50);
    (0..t.table.n_rows().min(50) as usize)
        .map(|row| {
            let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
            cells.join("|")
        })
        .collect()
}

fn names(t: &ReadTable) -> Vec<&str> {
    t.table.columns().iter().map(|c| c.name.as_str()).collect()
}

#[test]
fn titles_types_and_gaps() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Plates").unwrap();
    let date = CellFormat::new().set_num_format("yyyy-mm-dd");
    sheet.write(0, 0, "Plate report, made by hand").unwrap();
    for (i, name) in ["#", "code", "mass (kg)", "day", "note"].iter().enumerate() {
        sheet.write(2, i as u16, *name).unwrap();
    }
    for row in 0..4u32 {
        sheet.write(3 + row, 0, row + 1).unwrap();
        sheet.write(3 + row, 1, format!("00{row}")).unwrap();
        sheet.write(3 + row, 2, 0.1 * f64::from(row)).unwrap();
        let day = ExcelDateTime::from_ymd(2026, 11, 12 + row as u8).unwrap();
        sheet.write_with_format(3 + row, 3, &day, &date).unwrap();
    }
    sheet.write(4, 4, "say \"hi\"").unwrap();
    book.add_worksheet().set_name("Empty").unwrap();
    let parts = read_all(&mut book);
    assert_eq!(parts.len(), 1);
    let t = &parts[0];
    assert_eq!(t.part, "Plates");
    let types: Vec<ColumnType> = t.table.columns().iter().map(|c| c.column_type).collect();
    use ColumnType::{Date, Integer, Number, Text};
    assert_eq!(types, [Integer, Text, Number, Date, Text]);
    assert_eq!(rows(t)[1], "2|001|0.1|2026-11-13|say \"hi\"");
    assert_eq!((t.ledger.n_comment, t.ledger.n_blank, t.ledger.n_header), (1, 1, 1));
    assert_eq!(t.reading.format, Format::Xlsx);
}

#[test]
fn a_far_cell_costs_nothing() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.write(0, 0, "a").unwrap();
    sheet.write(0, 1, "b").unwrap();
    for row in 1..4 {
        sheet.write(row, 0, row).unwrap();
        sheet.write(row, 1, row * 2).unwrap();
    }
    sheet.write(1_048_575, 16_383, "far").unwrap();
    let parts = read_all(&mut book);
    assert_eq!(parts[0].ledger.n_rows_in_file, 1_048_576);
    assert_eq!(parts[0].table.n_columns(), 3);
    assert_eq!(rows(&parts[0])[3], "·|·|far");
}

#[test]
fn several_sheets_are_several_parts() {
    let mut book = Workbook::new();
    for name in ["one", "two"] {
        let sheet = book.add_worksheet().set_name(name).unwrap();
        sheet.write(0, 0, "x").unwrap();
        sheet.write(1, 0, true).unwrap();
    }
    let parts = read_all(&mut book);
    assert_eq!(parts.iter().map(|p| p.part.as_str()).collect::<Vec<_>>(), ["one", "two"]);
    assert_eq!(parts[0].table.columns()[0].column_type, ColumnType::Boolean);
}

#[test]
fn merged_headers_in_two_rows() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let plain = CellFormat::new();
    sheet.merge_range(0, 0, 0, 4, "Sales of the year", &plain).unwrap();
    sheet.merge_range(2, 0, 3, 0, "Region", &plain).unwrap();
    sheet.merge_range(2, 1, 2, 2, "Q1", &plain).unwrap();
    sheet.merge_range(2, 3, 2, 4, "Q2", &plain).unwrap();
    for (i, month) in ["Jan", "Feb", "Apr", "May"].iter().enumerate() {
        sheet.write(3, 1 + i as u16, *month).unwrap();
    }
    sheet.merge_range(4, 0, 5, 0, "north", &plain).unwrap();
    sheet.write(6, 0, "south").unwrap();
    for row in 4..7u32 {
        for column in 1..5u16 {
            sheet.write(row, column, row * 10 + u32::from(column)).unwrap();
        }
    }
    sheet.write(8, 0, "* figures are provisional").unwrap();
    let parts = read_all(&mut book);
    assert_eq!(names(&parts[0]), ["Region", "Q1 | Jan", "Q1 | Feb", "Q2 | Apr", "Q2 | May"]);
    assert_eq!(rows(&parts[0]), ["north|41|42|43|44", "north|51|52|53|54", "south|61|62|63|64"]);
    let ledger = &parts[0].ledger;
    assert_eq!((ledger.n_rows_in_file, ledger.n_header, ledger.n_comment, ledger.n_blank), (9, 2, 2, 2));
    assert_eq!(ledger.changed.iter().map(|c| (c.column.as_str(), c.cells)).collect::<Vec<_>>(), [("Region", 1)]);
    assert_eq!((parts[0].reading.header_rows, parts[0].reading.skipped_lines), (2, 2));
}

#[test]
fn tables_on_one_sheet_are_parts_of_their_own() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Plates").unwrap();
    for (top, title) in [(0u32, "Plate 1"), (6, "Plate 2")] {
        sheet.write(top, 0, title).unwrap();
        sheet.write(top + 1, 0, "well").unwrap();
        sheet.write(top + 1, 1, "OD").unwrap();
        for i in 0..3u32 {
            sheet.write(top + 2 + i, 0, format!("A{i}")).unwrap();
            sheet.write(top + 2 + i, 1, f64::from(top + i) / 8.0).unwrap();
        }
    }
    let parts = read_all(&mut book);
    assert_eq!(parts.iter().map(|p| p.part.as_str()).collect::<Vec<_>>(), ["Plates › Plate 1", "Plates › Plate 2"]);
    assert_eq!(rows(&parts[1]), ["A0|0.75", "A1|0.875", "A2|1.0"]);
    for part in &parts {
        assert_eq!((part.ledger.n_rows_in_file, part.ledger.n_header, part.ledger.n_comment), (5, 1, 1));
    }
}

#[test]
fn what_is_shown_counts_where_it_says_more() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    let formats = ["00000", "0.0%", "General"].map(|code| CellFormat::new().set_num_format(code));
    for (i, name) in ["zip", "share", "n"].iter().enumerate() {
        sheet.write(0, i as u16, *name).unwrap();
    }
    for (row, values) in [[1067.0, 0.125, 1.0], [99_084.0, 0.07, 2.0], [4109.0, 1.0, 3.0]].iter().enumerate() {
        for (column, (value, format)) in values.iter().zip(&formats).enumerate() {
            sheet.write_with_format(1 + row as u32, column as u16, *value, format).unwrap();
        }
    }
    let parts = read_all(&mut book);
    assert_eq!(rows(&parts[0]), ["01067|12.5|1", "99084|7.0|2", "04109|100.0|3"]);
    assert_eq!(parts[0].table.columns()[1].unit.as_deref(), Some("%"));
}

#[test]
fn errors_formulas_and_what_is_hidden_are_told() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet().set_name("Data").unwrap();
    sheet.write(0, 0, "name").unwrap();
    sheet.write(0, 1, "ratio").unwrap();
    for row in 1..5u32 {
        sheet.write(row, 0, format!("n{row}")).unwrap();
        sheet.write(row, 1, row).unwrap();
    }
    sheet.write(3, 1, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write(4, 0, Formula::new("=VLOOKUP(1,A:A,1)").set_result("#N/A")).unwrap();
    sheet.set_row_hidden(2).unwrap();
    sheet.set_column_hidden(1).unwrap();
    let secret = book.add_worksheet().set_name("Secret").unwrap();
    secret.write(0, 0, "k").unwrap();
    secret.write(1, 0, 5).unwrap();
    secret.set_hidden(true);
    book.add_worksheet().set_name("Nothing").unwrap();
    let outcome = outcome_of(&mut book);
    let codes: Vec<(&str, u64)> = outcome.notices.iter().map(|n| (n.code.as_str(), n.count)).collect();
    assert_eq!(codes, [("empty_sheet", 1), ("hidden_sheet", 1), ("hidden_rows", 1), ("hidden_columns", 1)]);
    assert_eq!(outcome.parts.len(), 2);
    let data = &outcome.parts[0];
    assert_eq!(rows(data), ["n1|1", "n2|2", "n3|·", "·|4"]);
    assert_eq!(data.table.columns()[1].column_type, ColumnType::Integer);
    let changed: Vec<(&str, &str, u64)> =
        data.ledger.changed.iter().map(|c| (c.column.as_str(), c.rule.as_str(), c.cells)).collect();
    assert_eq!(changed, [("name", "'#N/A' read as missing", 1), ("ratio", "'#DIV/0!' read as missing", 1)]);
}

#[test]
fn damaged_files_are_refused() {
    let problem = crate::source::read("t.xlsx", b"PK\x03\x04xl/rubbish", &ReaderSpec::default(), &mut |_| {});
    assert_eq!(problem.unwrap_err().code, "bad_xlsx");
    let mut bytes = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    bytes.resize(4000, 0xFF);
    let problem = crate::source::read("t.xls", &bytes, &ReaderSpec::default(), &mut |_| {});
    assert_eq!(problem.unwrap_err().code, "bad_xls");
}
