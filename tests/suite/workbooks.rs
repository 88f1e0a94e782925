//! Workbooks written by other programs: `tests/files/workbooks`.

use tributary::source::{self, Format, ReadOutcome, ReaderSpec};
use tributary::table::row_window;

macro_rules! file {
    ($name:literal) => {
        ($name, include_bytes!(concat!("../files/workbooks/", $name)).as_slice())
    };
}

fn read((name, bytes): (&str, &[u8])) -> ReadOutcome {
    let outcome = source::read(name, bytes, &ReaderSpec::default(), &mut |_| {}).unwrap();
    for part in &outcome.parts {
        assert!(part.ledger.adds_up(), "{name}: {:?}", part.ledger);
        assert_eq!(part.ledger.n_loaded, part.table.n_rows(), "{name}");
    }
    outcome
}

fn rows(outcome: &ReadOutcome, part: usize) -> Vec<String> {
    let table = &outcome.parts[part].table;
    let window = row_window(table, 0, 50);
    (0..table.n_rows() as usize)
        .map(|row| {
            let cells: Vec<&str> = window.cells.iter().map(|c| c[row].as_deref().unwrap_or("·")).collect();
            cells.join("|")
        })
        .collect()
}

fn formats(outcome: &ReadOutcome) -> Vec<Format> {
    outcome.parts.iter().map(|p| p.reading.format).collect()
}

#[test]
fn days_since_1904_durations_and_errors() {
    let outcome = read(file!("xlsxwriter-1904.xlsx"));
    assert_eq!(rows(&outcome, 0)[0].split('|').next(), Some("2026-02-27"));
    let changed = &outcome.parts[0].ledger.changed;
    assert!(changed.iter().any(|c| c.column == "ratio" && c.rule.contains("#DIV/0!") && c.cells == 1), "{changed:?}");
}

#[test]
fn the_same_cells_packed_and_stored() {
    for (packed, stored) in [(file!("openpyxl.xlsx"), file!("stored.xlsx")), (file!("odfpy.ods"), file!("stored.ods"))]
    {
        let (packed, stored) = (read(packed), read(stored));
        assert_eq!(packed.notices, stored.notices);
        for (a, b) in packed.parts.iter().zip(&stored.parts) {
            assert_eq!(a.table.to_ipc().unwrap(), b.table.to_ipc().unwrap());
        }
    }
}

#[test]
fn every_format_is_told_by_its_bytes() {
    let found = |file: (&str, &[u8])| formats(&read(("data", file.1)))[0];
    assert_eq!(found(file!("openpyxl.xlsx")), Format::Xlsx);
    assert_eq!(found(file!("excel.xlsb")), Format::Xlsb);
    assert_eq!(found(file!("xlwt.xls")), Format::Xls);
    assert_eq!(found(file!("openoffice.xls")), Format::Xls);
    assert_eq!(found(file!("odfpy.ods")), Format::Ods);
    assert_eq!(found(file!("libreoffice.ods")), Format::Ods);
    // Whatever kind of workbook was chosen, the bytes know best.
    let (name, bytes) = file!("xlwt.xls");
    let spec = ReaderSpec { format: Some(Format::Xlsx), ..ReaderSpec::default() };
    assert_eq!(formats(&source::read(name, bytes, &spec, &mut |_| {}).unwrap()), [Format::Xls, Format::Xls]);
}

#[test]
fn a_password_is_said_to_be_in_the_way() {
    let (name, bytes) = file!("encrypted.xlsx");
    let problem = source::read(name, bytes, &ReaderSpec::default(), &mut |_| {}).unwrap_err();
    assert_eq!(problem.code, "encrypted_workbook");
}
