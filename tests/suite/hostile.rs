//! What people who mean harm write: bombs, far cells, false lengths, deep nesting, endless quotes, more columns than any table has.
//!
//! Each gives a table or a `Problem` of kind Input or Limit, and holds a stated amount of memory at most, as many times
//! the file's size as reading takes or a fixed amount. Sizes are scaled down where a file of a gigabyte would only
//! take longer: what is bounded for a few megabytes by a multiple of them is bounded for more. The same in
//! Chromium: `tests/browser/cases/hostile.mjs`.

use super::memory::peak_bytes;
use flate2::Compression;
use flate2::write::{DeflateEncoder, GzEncoder};
use std::io::Write;
use tributary::base::{Problem, ProblemKind};
use tributary::source::{self, Format, ReadOutcome, ReaderSpec};

const MB: usize = 1 << 20;

type Read = Result<ReadOutcome, Problem>;

/// Reads within so many bytes of memory.
fn read_as(name: &str, bytes: &[u8], spec: &ReaderSpec, most_bytes: usize) -> Read {
    let (read, peak) = peak_bytes(|| source::read(name, bytes, spec, &mut |_| {}));
    assert!(peak <= most_bytes, "{name}: {} MB for a file of {} kB", peak / MB, bytes.len() / 1024);
    match &read {
        Ok(outcome) => {
            for part in &outcome.parts {
                assert!(part.ledger.adds_up(), "{name}: {:?}", part.ledger);
                assert_eq!(part.ledger.n_loaded, part.table.n_rows(), "{name}");
            }
        }
        Err(problem) => {
            let is_told = matches!(problem.kind, ProblemKind::Input | ProblemKind::Limit);
            assert!(
                is_told && !(problem.why.is_empty() && problem.hints.is_empty() && problem.code != "empty_file"),
                "{name}: {problem:?}"
            );
        }
    }
    read
}

fn read(name: &str, bytes: &[u8], most_bytes: usize) -> Read {
    read_as(name, bytes, &ReaderSpec::default(), most_bytes)
}

fn code(read: Read) -> String {
    read.map_or_else(|problem| problem.code, |outcome| format!("{} tables", outcome.parts.len()))
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

/// A ZIP whose directory says what is true, or that each entry has as many bytes as `claimed`.
fn zip(entries: &[(&str, &[u8])], claimed: Option<u32>) -> Vec<u8> {
    let (mut out, mut directory) = (Vec::new(), Vec::new());
    for (name, content) in entries {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content).unwrap();
        let packed = encoder.finish().unwrap();
        let at = (out.len() as u32).to_le_bytes();
        let mut head = vec![20, 0, 0, 0, 8, 0, 0, 0, 0, 0];
        head.extend(crc32fast::hash(content).to_le_bytes());
        head.extend((packed.len() as u32).to_le_bytes());
        head.extend(claimed.unwrap_or(content.len() as u32).to_le_bytes());
        head.extend((name.len() as u16).to_le_bytes());
        head.extend([0, 0]);
        out.extend(b"PK\x03\x04");
        out.extend(&head);
        out.extend(name.as_bytes());
        out.extend(&packed);
        directory.extend(b"PK\x01\x02\x14\0");
        directory.extend(&head);
        directory.extend([0; 10]);
        directory.extend(at);
        directory.extend(name.as_bytes());
    }
    let (start, n) = (out.len() as u32, (entries.len() as u16).to_le_bytes());
    out.extend(&directory);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend([n, n].concat());
    out.extend((directory.len() as u32).to_le_bytes());
    out.extend(start.to_le_bytes());
    out.extend([0, 0]);
    out
}

/// A workbook of one sheet with this inside `sheetData`.
fn xlsx(rows: &str) -> Vec<u8> {
    let main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
    let of = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
    let packages = "http://schemas.openxmlformats.org/package/2006/relationships";
    let book = format!(
        "<workbook xmlns=\"{main}\" xmlns:r=\"{of}\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"
    );
    let ties = format!(
        "<Relationships xmlns=\"{packages}\"><Relationship Id=\"r1\" Type=\"{of}/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
    );
    let sheet = format!("<worksheet xmlns=\"{main}\"><sheetData>{rows}</sheetData></worksheet>");
    let parts = [
        ("xl/workbook.xml", book.as_bytes()),
        ("xl/_rels/workbook.xml.rels", ties.as_bytes()),
        ("xl/worksheets/sheet1.xml", sheet.as_bytes()),
    ];
    zip(&parts, None)
}

fn ods(table: &str) -> Vec<u8> {
    let office = "urn:oasis:names:tc:opendocument:xmlns";
    let content = format!(
        "<office:document-content xmlns:office=\"{office}:office:1.0\" xmlns:table=\"{office}:table:1.0\" xmlns:text=\"{office}:text:1.0\">\
         <office:body><office:spreadsheet><table:table table:name=\"s\">{table}</table:table></office:spreadsheet></office:body>\
         </office:document-content>"
    );
    let kind = "application/vnd.oasis.opendocument.spreadsheet";
    zip(&[("mimetype", kind.as_bytes()), ("content.xml", content.as_bytes())], None)
}

#[test]
fn bombs_are_given_up_before_they_fill_the_memory() {
    let csv = " ".repeat(6 * MB);
    let packed = gzip(csv.as_bytes());
    assert_eq!(code(read("bomb.csv.gz", &packed, 16 * MB)), "unpacked_too_large");
    let packed = zstd::encode_all(csv.as_bytes(), 19).unwrap();
    assert_eq!(code(read("bomb.csv.zst", &packed, 8 * MB)), "unpacked_too_large");
    // Packed twice, as no table is.
    let twice = gzip(&gzip(&vec![b' '; 12 * MB]));
    assert_eq!(code(read("bomb.gz.gz", &twice, 4 * MB)), "unpacked_too_large");
    let bomb = zip(&[("a.csv", csv.as_bytes())], None);
    assert_eq!(code(read("bomb.zip", &bomb, 16 * MB)), "unpacked_too_large");
    // It says that it is small.
    let bomb = zip(&[("a.csv", csv.as_bytes())], Some(100));
    assert_eq!(code(read("bomb.zip", &bomb, 16 * MB)), "unpacked_too_large");
    // It says that it is large.
    let claim = zip(&[("a.csv", b"a,b\n1,2\n")], Some(u32::MAX - 1));
    assert_eq!(code(read("claim.zip", &claim, MB)), "unpacked_too_large");
}

#[test]
fn a_workbook_bomb_costs_no_more_than_its_cells() {
    let rows: String = (0..30_000).map(|i| format!("<row><c><v>{}</v></c></row>", i * 7919 % 99_991)).collect();
    let outcome = read("large.xlsx", &xlsx(&rows), 80 * MB).unwrap();
    assert_eq!(outcome.parts[0].table.n_rows(), 30_000);
    // The same row all over: it is read up to where it is too large for its packed size, and that is said.
    let outcome = read("bomb.xlsx", &xlsx(&"<row><c><v>1</v></c></row>".repeat(100_000)), 80 * MB).unwrap();
    assert!(outcome.parts[0].table.n_rows() < 100_000);
    assert!(outcome.notices.iter().any(|n| n.code == "damaged_sheet"), "{:?}", outcome.notices);
    // Cells without anything in them are none.
    let sheet = xlsx(&"<row><c/></row>".repeat(50_000));
    assert_eq!(code(read("bomb.xlsx", &sheet, 16 * MB)), "empty_file");
}

#[test]
fn an_archive_within_an_archive_within_an_archive_is_not_opened() {
    let mut bytes = zip(&[("a.csv", b"a,b\n1,2\n")], None);
    for depth in 0..8 {
        bytes = zip(&[("inner.zip", &bytes)], None);
        let read = code(read("outer.zip", &bytes, 2 * MB));
        assert_eq!(read, if depth == 0 { "1 tables" } else { "nested_archive" });
    }
    // Many small ones: each is a table, up to a number of them.
    let names: Vec<String> = (0..3_000).map(|i| format!("{i}.csv")).collect();
    let entries: Vec<(&str, &[u8])> = names.iter().map(|name| (name.as_str(), b"a,b\n1,2\n".as_slice())).collect();
    let outcome = read("many.zip", &zip(&entries, None), 64 * MB).unwrap();
    assert_eq!(outcome.parts.len(), 500);
    assert!(outcome.notices.iter().any(|n| n.code == "files_left_out" && n.count == 2_500));
}

#[test]
fn cells_far_out_cost_nothing() {
    let rows = "<row r=\"1\"><c r=\"A1\"><v>1</v></c></row><row r=\"1048576\"><c r=\"XFD1048576\"><v>2</v></c></row>";
    let _ = read("far.xlsx", &xlsx(rows), 64 * MB);
    // Outside of any sheet.
    let rows = "<row r=\"4294967295\"><c r=\"ZZZZZZ4294967295\"><v>1</v></c></row><row r=\"99999999999999999999\"><c r=\"A0\"><v>1</v></c></row>";
    let _ = read("outside.xlsx", &xlsx(rows), 2 * MB);
    let cell = |columns: &str, rows: &str, text: &str| {
        format!(
            "<table:table-row table:number-rows-repeated=\"{rows}\"><table:table-cell table:number-columns-repeated=\"{columns}\" \
             office:value-type=\"string\">{text}</table:table-cell></table:table-row>"
        )
    };
    let far =
        cell("1", "1", "<text:p>a</text:p>") + &cell("16384", "1048570", "") + &cell("1", "1", "<text:p>b</text:p>");
    let _ = read("far.ods", &ods(&far), 64 * MB);
    // The same cell on all of the sheet: 17 billion cells from a hundred bytes.
    let all = cell("16384", "1048576", "<text:p>a</text:p>");
    assert_eq!(code(read("all.ods", &ods(&all), MB)), "too_many_cells");
    let all = cell("4294967295", "4294967295", "<text:p>a</text:p>");
    let _ = read("all.ods", &ods(&all), MB);
}

#[test]
fn what_nests_without_end_is_refused() {
    let deep = |from: &str, n: usize| from.repeat(n);
    for (name, text) in [
        ("deep.json", deep("[", MB)),
        ("deep.json", deep("{\"a\":", MB / 2)),
        ("closed.json", deep("[", MB / 2) + &deep("]", MB / 2)),
        ("deep.ndjson", format!("{{\"a\":1}}\n{}\n", deep("[", MB))),
    ] {
        let _ = read(name, text.as_bytes(), 64 * MB);
        let spec = ReaderSpec { format: Some(Format::Json), ..ReaderSpec::default() };
        assert_eq!(code(read_as(name, text.as_bytes(), &spec, 64 * MB)), "bad_json", "{name}");
    }
    let _ = read("deep.xlsx", &xlsx(&deep("<row>", 200_000)), 32 * MB);
    let _ = read("deep.ods", &ods(&deep("<table:table-row>", 200_000)), 32 * MB);
    let sql = format!("CREATE TABLE t(a CHECK({}1{}))", deep("(", 100_000), deep(")", 100_000));
    let _ = read("deep.db", &database(&sql), 16 * MB);
}

/// A database of one page whose one table was made so. The text is longer than a page, and so cut off.
fn database(sql: &str) -> Vec<u8> {
    let mut page = vec![0u8; 65_536];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    // A page of 65,536 bytes, the first versions, fractions, and one page.
    page[16..24].copy_from_slice(&[0, 1, 1, 1, 0, 64, 32, 32]);
    page[28..32].copy_from_slice(&1u32.to_be_bytes());
    page[44..48].copy_from_slice(&4u32.to_be_bytes());
    page[56..60].copy_from_slice(&1u32.to_be_bytes());
    let sql = &sql.as_bytes()[..sql.len().min(60_000)];
    let varint = |n: usize| [(n >> 14) as u8 | 0x80, (n >> 7) as u8 | 0x80, n as u8 & 0x7F];
    // table, t, t, page 1, the text: the header is eight bytes long.
    let header = [&[8, 23, 15, 15, 1][..], &varint(13 + 2 * sql.len())].concat();
    let record = [&header[..], b"tablett", &[1], sql].concat();
    let cell = [&varint(record.len())[..], &[1], &record].concat();
    let at = page.len() - cell.len();
    page[at..].copy_from_slice(&cell);
    page[100..108].copy_from_slice(&[13, 0, 0, 0, 1, (at >> 8) as u8, at as u8, 0]);
    page[108..110].copy_from_slice(&(at as u16).to_be_bytes());
    page
}

#[test]
fn one_cell_as_large_as_the_file() {
    let long = "x".repeat(2 * MB);
    // Closed: it is a value, and loaded. Never closed: the row is damaged, and the others are there.
    let outcome = read("quoted.csv", format!("a,b\n1,\"{long}\"\n2,y\n").as_bytes(), 30 * MB).unwrap();
    assert_eq!(outcome.parts[0].table.n_rows(), 2);
    let outcome = read("open.csv", format!("a,b\n1,2\n3,4\n5,\"{long}\n").as_bytes(), 80 * MB).unwrap();
    assert_eq!(outcome.parts[0].ledger.n_loaded + outcome.parts[0].ledger.n_set_aside, 3);
    let listed: usize = outcome.parts[0].ledger.set_aside.iter().map(|row| row.text.len()).sum();
    assert!(listed < 10_000, "{listed}");
    let lines = "x\n".repeat(MB / 2);
    let outcome = read("lines.csv", format!("a,b\n1,\"{lines}").as_bytes(), 100 * MB).unwrap();
    assert!(outcome.parts.iter().all(|part| part.ledger.adds_up()));
    // In JSON.
    let _ = read("long.json", format!("[{{\"a\":\"{long}\"}},{{\"a\":\"b\"}}]").as_bytes(), 80 * MB).unwrap();
    assert_eq!(code(read("open.json", format!("[{{\"a\":\"{long}").as_bytes(), 60 * MB)), "bad_json");
    let outcome =
        read("open.ndjson", format!("{{\"a\":1}}\n{{\"a\":\"{long}\n{{\"a\":2}}\n").as_bytes(), 80 * MB).unwrap();
    assert_eq!((outcome.parts[0].ledger.n_loaded, outcome.parts[0].ledger.n_set_aside), (2, 1));
}

/// Each quote might open a cell that goes on to the end: looking for that every time would take the square of them.
#[test]
fn quotes_that_open_everywhere_are_searched_a_few_times_only() {
    for line in ["1,\"2\n", "\"a,b\n", "\"\"\",\"\n", "a\"b,\"c\"d\n", "'\"',\"'\"\n"] {
        let text = format!("a,b\n{}", line.repeat(60_000));
        let outcome = read("quotes.csv", text.as_bytes(), 120 * MB).unwrap();
        let n_bytes: u64 = outcome.parts.iter().map(|part| part.ledger.size_bytes).sum();
        assert_eq!(n_bytes, text.len() as u64, "{line:?}");
    }
}

#[test]
fn a_hundred_thousand_columns_are_too_many() {
    const N: usize = 100_000;
    let names: Vec<String> = (0..N).map(|i| format!("c{i}")).collect();
    let text = format!("{}\n{}\n", names.join(","), vec!["1"; N].join(","));
    assert_eq!(code(read("wide.csv", text.as_bytes(), 80 * MB)), "too_many_columns");
    let fields: Vec<String> = names.iter().map(|name| format!("\"{name}\":1")).collect();
    let text = format!("[{{{}}},{{}}]", fields.join(","));
    let _ = read("wide.json", text.as_bytes(), 120 * MB);
    let text: String = (0..20_000).map(|i| format!("{{\"c{i}\":1}}\n")).collect();
    let _ = read("one_each.ndjson", text.as_bytes(), 400 * MB);
    let cells: String = (0..30_000).map(|_| "<c><v>1</v></c>").collect();
    let _ = read("wide.xlsx", &xlsx(&format!("<row>{cells}</row><row>{cells}</row>")), 200 * MB);
}

/// A wide header and short rows: cells are rows times columns, and the file is only as large as their sum.
#[test]
fn what_is_missing_takes_no_room() {
    let names: Vec<String> = (0..16_000).map(|i| format!("c{i}")).collect();
    let header = names.join(",");
    for short in ["1\n", "1,2\n", "x\n"] {
        let text = format!("{header}\n{}", short.repeat(20_000));
        let _ = read("wide.csv", text.as_bytes(), 400 * MB);
        let spec = ReaderSpec { header_rows: Some(1), ..ReaderSpec::default() };
        let _ = read_as("wide.csv", text.as_bytes(), &spec, 400 * MB);
    }
}

mod columnar {
    use super::*;
    use arrow::array::{ArrayRef, Int64Array, RecordBatch, StringArray};
    use arrow::datatypes::{DataType, Field, Schema};
    use parquet::arrow::ArrowWriter;
    use std::sync::Arc;

    fn parquet(batch: &RecordBatch) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(batch).unwrap();
        writer.close().unwrap();
        bytes
    }

    fn empty(fields: Vec<Field>) -> RecordBatch {
        RecordBatch::new_empty(Arc::new(Schema::new(fields)))
    }

    #[test]
    fn too_many_columns() {
        let fields = (0..20_000).map(|i| Field::new(format!("c{i}"), DataType::Int32, true)).collect();
        let batch = empty(fields);
        assert_eq!(code(read("wide.parquet", &parquet(&batch), 200 * MB)), "too_many_columns");
        let mut writer = arrow::ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        assert_eq!(code(read("wide.arrow", &writer.into_inner().unwrap(), 200 * MB)), "too_many_columns");
    }

    #[test]
    fn columns_in_one_another() {
        let mut kind = DataType::Int32;
        for _ in 0..100 {
            kind = DataType::Struct(vec![Field::new("in", kind, true)].into());
        }
        let batch = empty(vec![Field::new("out", kind, true)]);
        assert_eq!(code(read("deep.parquet", &parquet(&batch), 16 * MB)), "bad_parquet");
        let mut writer = arrow::ipc::writer::StreamWriter::try_new(Vec::new(), &batch.schema()).unwrap();
        writer.write(&batch).unwrap();
        assert_eq!(code(read("deep.arrow", &writer.into_inner().unwrap(), 16 * MB)), "bad_arrow");
    }

    /// Run lengths: the same text millions of times takes a few bytes.
    #[test]
    fn the_same_value_many_times_is_read_as_such() {
        let same: ArrayRef = Arc::new(StringArray::from(vec!["the same"; 1 << 20]));
        let none: ArrayRef = Arc::new(Int64Array::from(vec![None; 1 << 20]));
        let bytes = parquet(&RecordBatch::try_from_iter([("same", same), ("none", none)]).unwrap());
        assert!(bytes.len() < 10_000, "{}", bytes.len());
        let outcome = read("same.parquet", &bytes, 200 * MB).unwrap();
        assert_eq!(outcome.parts[0].table.n_rows(), 1 << 20);
    }
}
