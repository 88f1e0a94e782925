//! Which format the bytes are: by their first bytes, then by content, then by the file's name.

use super::spec::Format;
use super::stats;
use super::unpack::Packing;
use super::workbook;
use crate::base::Problem;

/// How much of a text is looked at.
const PROBE_BYTES: usize = 64 * 1024;

/// Recognises formats that are not text, before anything is decoded.
///
/// # Errors
/// A `Problem` that names the format, for those that cannot be read.
pub(super) fn binary_format(bytes: &[u8]) -> Result<Option<Format>, Problem> {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    let cannot = |code: &str, what: &str, hint: &str| Err(Problem::input(code, what).hint(hint));
    if is(b"PAR1") {
        return Ok(Some(Format::Parquet));
    }
    if is(b"ARROW1") || is_arrow_stream(bytes) {
        return Ok(Some(Format::Arrow));
    }
    if let Some(format) = workbook::kind(bytes)? {
        return Ok(Some(format));
    }
    if is(b"%PDF") {
        return cannot(
            "pdf",
            "This is a PDF, which holds pages and no tables.",
            "Look for the same data as CSV or XLSX.",
        );
    }
    if is(b"SQLite format 3\0") {
        return Ok(Some(Format::Sqlite));
    }
    if let Some(format) = stats::format_of(bytes)? {
        return Ok(Some(format));
    }
    if is(b"7z\xBC\xAF") || is(b"Rar!\x1A\x07") {
        return cannot(
            "unknown_archive",
            "This is an archive of a kind that cannot be opened here.",
            "Unpack it, and add the files in it or a ZIP of them.",
        );
    }
    if is_picture(bytes) {
        return cannot("picture", "This is a picture.", "Look for the numbers behind it as CSV or XLSX.");
    }
    // Tables may begin with such letters as well: "ID3,name".
    let is_id3 = matches!(bytes, [b'I', b'D', b'3', 2..=4, 0, ..]);
    if is_id3 || is(b"OggS\0") || is(b"fLaC\0") || is(b"\0\0\0") && bytes.get(4..8) == Some(b"ftyp") {
        return cannot("recording", "This is a recording of sound or pictures.", "Look for a table as CSV or XLSX.");
    }
    if is(b"\x7FELF") || is(b"MZ\x90\0") || is(b"\xCA\xFE\xBA\xBE") || is(b"\xCF\xFA\xED\xFE") || is(b"\0asm") {
        return cannot("program", "This is a program and no data.", "Look for a table as CSV or XLSX.");
    }
    if is(b"ORC") && bytes.ends_with(b"ORC") || is(b"Obj\x01") || is(b"\x89HDF") {
        return cannot(
            "unknown_format",
            "This format cannot be read here.",
            "Convert it to CSV, JSON, XLSX, Parquet or Arrow.",
        );
    }
    Ok(None)
}

fn is_picture(bytes: &[u8]) -> bool {
    let is = |magic: &[u8]| bytes.starts_with(magic);
    is(b"\x89PNG\r\n\x1A\n")
        || is(b"\xFF\xD8\xFF")
        || is(b"GIF87a")
        || is(b"GIF89a")
        || is(b"II*\0")
        || is(b"MM\0*")
        || is(b"RIFF") && matches!(bytes.get(8..12), Some(b"WEBP" | b"WAVE" | b"AVI "))
        || is(b"BM") && bytes.get(6..10) == Some(&[0; 4])
        || is(b"\0\0\0") && matches!(bytes.get(4..12), Some(b"ftypheic" | b"ftypavif" | b"ftypmif1"))
}

/// A stream starts with a mark of continuation and the length of its schema.
fn is_arrow_stream(bytes: &[u8]) -> bool {
    matches!(bytes, [0xFF, 0xFF, 0xFF, 0xFF, _, _, _, 0..=0x0F, ..])
}

/// Recognises formats of text.
///
/// # Errors
/// `web_page`, `xml` for what holds no table.
pub(super) fn text_format(name: &str, text: &str) -> Result<Format, Problem> {
    let mut end = PROBE_BYTES.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let probe = text.get(..end).unwrap_or("").trim_start();
    let name = Packing::plain_name(name).to_ascii_lowercase();
    let ext = name.rsplit_once('.').map_or("", |(_, ext)| ext);
    // These begin with a mark of their own, which was looked for before.
    if matches!(ext, "sqlite" | "sqlite3" | "db3" | "gpkg") || (ext == "db" && is_binary(probe)) {
        return Err(no_database(ext));
    }
    if matches!(
        ext,
        "parquet"
            | "arrow"
            | "feather"
            | "xlsx"
            | "xlsm"
            | "xlsb"
            | "ods"
            | "dta"
            | "sav"
            | "zsav"
            | "sas7bdat"
            | "xpt"
    ) {
        return Err(Problem::input("not_what_it_says", format!("This file is called .{ext}, but it is not one."))
            .because("It does not begin as such files do. It may be damaged, or something else under this name.")
            .hint("Get it again, or rename it after what it holds."));
    }
    if probe.strip_prefix('\u{1e}').is_some_and(|rest| rest.trim_start().starts_with(['{', '['])) {
        return Ok(Format::Ndjson);
    }
    let is_table_name = matches!(ext, "csv" | "tsv" | "tab" | "txt");
    match probe.bytes().next() {
        Some(b'{' | b'[') if !is_table_name || opens_as_json(probe) => Ok(json_or_lines(ext, probe)),
        Some(b'<') => {
            let start: String = probe.chars().take(200).collect::<String>().to_ascii_lowercase();
            if ext == "xls" || start.contains("schemas-microsoft-com:office") || start.contains("office:spreadsheet") {
                return Err(Problem::input(
                    "web_page_as_sheet",
                    "This is a web page or XML with the name of a spreadsheet.",
                )
                .because("Some programs save tables so, and leave it to Excel to make sense of them.")
                .hint("Open it in a spreadsheet program and save it as XLSX."));
            }
            if start.contains("<!doctype html") || start.contains("<html") {
                return Err(Problem::input("web_page", "This is a web page and not data.")
                    .because("Often a service answers so when one must sign in first, or when the address is wrong.")
                    .hint("Open the address in a new tab and look for a download of the data."));
            }
            if start.starts_with("<?xml") {
                return Err(Problem::input("xml", "This is XML, which cannot be read here.")
                    .hint("Look for the same data as CSV or JSON."));
            }
            Ok(Format::Csv)
        }
        _ if matches!(ext, "tsv" | "tab") => Ok(Format::Tsv),
        _ => Ok(Format::Csv),
    }
}

/// Why bytes that are no text could not be read, when their name says that they are a database.
pub(super) fn if_called_database(name: &str, problem: Problem) -> Problem {
    let name = name.to_ascii_lowercase();
    match name.rsplit_once('.') {
        Some((_, ext @ ("db" | "db3" | "sqlite" | "sqlite3" | "gpkg"))) => no_database(ext),
        _ => problem,
    }
}

fn no_database(ext: &str) -> Problem {
    Problem::input("not_what_it_says", format!("This file is called .{ext}, but it is no SQLite database."))
        .because("It does not begin as such files do. It may be damaged, locked with a password, or of another kind.")
        .hint("Open it in the program that made it and save it without a password, or export its tables.")
}

/// Hardly a text: one character in ten is a control or could not be read.
fn is_binary(probe: &str) -> bool {
    let is_odd = |c: &char| *c == char::REPLACEMENT_CHARACTER || (c.is_control() && !c.is_whitespace());
    let (n, n_odd) = (probe.chars().count(), probe.chars().filter(is_odd).count());
    n_odd > 0 && n_odd * 10 >= n
}

/// A text whose name says it is a table must look a good deal like JSON to be taken for it.
fn opens_as_json(probe: &str) -> bool {
    let mut rest = probe.bytes().skip(1).filter(|b| !b.is_ascii_whitespace());
    match probe.bytes().next() {
        Some(b'{') => matches!(rest.next(), Some(b'"' | b'}')),
        _ => matches!(rest.next(), Some(b'{' | b'[')),
    }
}

fn json_or_lines(ext: &str, probe: &str) -> Format {
    if matches!(ext, "ndjson" | "jsonl" | "jsonlines") {
        return Format::Ndjson;
    }
    // Two lines, each of which is a document of its own.
    let mut lines = probe.lines().map(str::trim).filter(|line| !line.is_empty());
    let is_object = |line: &str| line.starts_with('{') && line.ends_with('}');
    let is_list = |line: &str| line.starts_with('[') && line.ends_with(']');
    match (lines.next(), lines.next()) {
        (Some(first), Some(second)) if is_object(first) && second.starts_with('{') => Format::Ndjson,
        // Or two lists, as in JSON Lines with a header.
        (Some(first), Some(second)) if is_list(first) && is_list(second) => Format::Ndjson,
        _ => Format::Json,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn by_first_bytes() {
        assert_eq!(binary_format(b"PAR1....").unwrap(), Some(Format::Parquet));
        assert_eq!(binary_format(b"ARROW1\0\0").unwrap(), Some(Format::Arrow));
        assert_eq!(binary_format(b"$FL2@(#) SPSS").unwrap(), Some(Format::Spss));
        assert_eq!(binary_format(b"<stata_dta><header>").unwrap(), Some(Format::Stata));
        assert_eq!(binary_format(b"SQLite format 3\0").unwrap(), Some(Format::Sqlite));
        assert_eq!(binary_format(b"a,b\n").unwrap(), None);
        // What is an archive is told before.
        assert_eq!(binary_format(b"PK\x03\x04....word.txt").unwrap(), None);
        let code = |bytes: &[u8]| binary_format(bytes).unwrap_err().code;
        assert_eq!(code(b"%PDF-1.7"), "pdf");
        assert_eq!(code(b"\x89PNG\r\n\x1A\n"), "picture");
        assert_eq!(code(b"7z\xBC\xAF\x27\x1C"), "unknown_archive");
        assert_eq!(code(b"ID3\x04\0\0\0\0"), "recording");
        for text in [&b"BM is short for bitmap"[..], b"ID3,name\n1,x\n", b"idx,ftyp\n1,2\n", b"OggSize,x\n"] {
            assert_eq!(binary_format(text).unwrap(), None);
        }
    }

    #[test]
    fn by_content_before_name() {
        assert_eq!(text_format("x.csv", "[{\"a\":1}]").unwrap(), Format::Json);
        assert_eq!(text_format("x.csv", "[id],b\n1,2\n").unwrap(), Format::Csv);
        assert_eq!(text_format("x.json", "{\"a\":1}\n{\"a\":2}\n").unwrap(), Format::Ndjson);
        assert_eq!(text_format("x.json", "{\n\"a\":1}\n").unwrap(), Format::Json);
        assert_eq!(text_format("x.jsonl.gz", "{\"a\":1}").unwrap(), Format::Ndjson);
        assert_eq!(text_format("x.tsv", "a\tb").unwrap(), Format::Tsv);
        assert_eq!(text_format("x.db", "a,b\n1,2\n").unwrap(), Format::Csv);
        assert_eq!(text_format("x.db", "\u{1}\u{fffd}ab\u{3}").unwrap_err().code, "not_what_it_says");
        assert_eq!(text_format("x.sqlite", "a,b\n1,2\n").unwrap_err().code, "not_what_it_says");
        assert_eq!(text_format("x.csv", " <!DOCTYPE html><html>").unwrap_err().code, "web_page");
        assert_eq!(text_format("x.xls", "<html><table>").unwrap_err().code, "web_page_as_sheet");
        assert_eq!(text_format("x.xls", "a\tb\n1\t2").unwrap(), Format::Csv);
    }
}
