//! XLS: the binary format of Excel 5 to 2003 ([MS-XLS]; BIFF5 after OpenOffice's description of the
//! Excel file format).

use super::cfb::{self, Compound, half, word};
use super::number_format::{self, Meaning};
use super::sheet::{Area, Budget, Is, Sheet};
use super::strings::Strings;
use super::xlsx::shown;
use super::{OnSheet, Progress, bad, biff, encrypted};
use crate::base::Problem;
use crate::source::spec::Format;
use encoding_rs::Encoding;
use std::collections::BTreeMap;

const BOF: u16 = 0x0809;
const EOF: u16 = 0x000A;
const CONTINUE: u16 = 0x003C;

/// Sheets that are read.
const MAX_SHEETS: usize = 2_000;

/// What a compound file is.
///
/// # Errors
/// Anything but a workbook that can be read: `encrypted_workbook`, `old_word`, `unknown_format`.
pub(super) fn kind(bytes: &[u8]) -> Result<Format, Problem> {
    let file = Compound::open(bytes).ok_or_else(|| bad(Format::Xls, "Its list of contents is damaged."))?;
    if file.has("Workbook") || file.has("Book") {
        return Ok(Format::Xls);
    }
    if file.has("EncryptedPackage") || file.has("EncryptionInfo") {
        return Err(encrypted());
    }
    if file.has("WordDocument") {
        return Err(Problem::input(
            "word_document",
            "This is a Word document, which holds text and no tables of data.",
        )
        .hint("Copy the table from it into a spreadsheet and save that."));
    }
    if file.has("PowerPoint Document") {
        return Err(Problem::input("slides", "These are PowerPoint slides.")
            .hint("Look for the data behind them as XLSX or CSV."));
    }
    Err(Problem::input("unknown_format", "This is a file of an old Office program, and no spreadsheet.")
        .hint("Open it in the program that wrote it, and export CSV or XLSX."))
}

/// A workbook that stands bare in the file, as Excel 2 to 4 and some other programs write it.
///
/// # Errors
/// `old_excel` for those of Excel 4 and before.
pub(super) fn bare_kind(bytes: &[u8]) -> Result<Option<Format>, Problem> {
    match bytes {
        [0x09, 0x08, 8 | 16, 0, 0, 5 | 6, 5, 0, ..] => Ok(Some(Format::Xls)),
        [0x09, 0x00, 4, 0, _, 0, 0x10 | 0x20 | 0x40, 0, ..]
        | [0x09, 0x02 | 0x04, 6, 0, _, 0, 0x10 | 0x20 | 0x40, ..]
        | [0x09, 0x04, 6, 0, _, 0, 0, 1, ..] => Err(Problem::input("old_excel", "This is a file of Excel 4 or older.")
            .hint("Open it in a spreadsheet program and save it as XLSX.")),
        _ => Ok(None),
    }
}

/// Reads all sheets.
pub(super) fn read(bytes: &[u8], budget: &mut Budget, on_sheet: &mut OnSheet<'_>) -> Result<(), Problem> {
    let stream;
    let stream = if cfb::is_compound(bytes) {
        let file = Compound::open(bytes).ok_or_else(|| bad(Format::Xls, "Its list of contents is damaged."))?;
        let found = file.stream("Workbook").or_else(|| file.stream("Book"));
        stream = found.ok_or_else(|| bad(Format::Xls, "It holds no workbook."))?;
        stream.as_slice()
    } else {
        bytes
    };
    let book = Book::open(stream)?;
    if book.sheets.is_empty() {
        return Err(bad(Format::Xls, "Its list of sheets is missing."));
    }
    let n_sheets = book.sheets.len();
    for (i, listed) in book.sheets.iter().enumerate() {
        let mut sheet = Sheet::new(listed.name.clone(), listed.is_hidden);
        sheet.is_chart = listed.kind != 0;
        if !sheet.is_chart {
            book.read_sheet(stream.get(listed.start..).unwrap_or(&[]), &mut sheet, budget)?;
        }
        on_sheet(sheet, Progress { sheet: i, n_sheets }, budget)?;
    }
    Ok(())
}

/// The records of a stream: a kind and up to 8,224 bytes each. Ends where they break off.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let (kind, size) = (half(self.rest, 0)?, half(self.rest, 2)?);
        let end = 4 + usize::from(size);
        let data = self.rest.get(4..end)?;
        self.rest = self.rest.get(end..)?;
        Some((kind, data))
    }
}

impl<'a> Records<'a> {
    /// The records that continue the last one.
    fn continued(&mut self) -> Vec<&'a [u8]> {
        let mut parts = Vec::new();
        while half(self.rest, 0) == Some(CONTINUE) {
            let Some((_, data)) = self.next() else { break };
            parts.push(data);
        }
        parts
    }
}

struct Listed {
    name: String,
    start: usize,
    is_hidden: bool,
    /// 0 is a worksheet.
    kind: u8,
}

struct Book {
    sheets: Vec<Listed>,
    strings: Strings,
    meanings: Vec<Meaning>,
    is_1904: bool,
    /// Strings have flags of their own.
    is_biff8: bool,
    encoding: &'static Encoding,
}

impl Book {
    fn open(stream: &[u8]) -> Result<Book, Problem> {
        let mut book = Book {
            sheets: Vec::new(),
            strings: Strings::default(),
            meanings: Vec::new(),
            is_1904: false,
            is_biff8: true,
            encoding: encoding_rs::WINDOWS_1252,
        };
        let mut formats: BTreeMap<u16, Meaning> = BTreeMap::new();
        let mut styles: Vec<u16> = Vec::new();
        let mut records = Records { rest: stream };
        let mut is_first = true;
        while let Some((kind, data)) = records.next() {
            match kind {
                BOF if is_first => book.is_biff8 = half(data, 0) == Some(0x0600),
                _ if is_first => return Err(bad(Format::Xls, "It does not begin as a workbook does.")),
                0x002F => return Err(encrypted()),
                0x0042 => book.encoding = code_page(half(data, 0).unwrap_or(0)),
                0x0022 => book.is_1904 = half(data, 0) == Some(1),
                0x041E => {
                    if let Some((id, code)) = half(data, 0).zip(book.format_code(data)) {
                        formats.insert(id, number_format::meaning(&code));
                    }
                }
                0x00E0 => styles.push(half(data, 2).unwrap_or(0)),
                0x0085 if book.sheets.len() < MAX_SHEETS => book.sheets.extend(book.bound_sheet(data)),
                0x00FC => {
                    let mut parts = vec![data.get(8..).unwrap_or(&[])];
                    parts.extend(records.continued());
                    book.strings = shared_strings(parts, word(data, 4).unwrap_or(0));
                }
                EOF => break,
                _ => {}
            }
            is_first = false;
        }
        let own = |id: &u16| formats.get(id).cloned().unwrap_or_else(|| number_format::built_in(u32::from(*id)));
        book.meanings = styles.iter().map(own).collect();
        Ok(book)
    }

    fn format_code(&self, data: &[u8]) -> Option<String> {
        let rest = data.get(2..)?;
        if self.is_biff8 { Some(self.text(&[rest])) } else { Some(self.bytes_text(rest.get(1..)?)) }
    }

    fn bound_sheet(&self, data: &[u8]) -> Option<Listed> {
        let n = usize::from(*data.get(6)?);
        let name = if self.is_biff8 {
            let is_wide = data.get(7)? & 1 != 0;
            let bytes = data.get(8..)?;
            let mut name = String::new();
            biff::push_units(bytes.get(..if is_wide { n * 2 } else { n }).unwrap_or(bytes), is_wide, &mut name);
            name
        } else {
            self.bytes_text(data.get(7..)?)
        };
        let start = word(data, 0)? as usize;
        Some(Listed { name, start, is_hidden: data.get(4)? & 3 != 0, kind: *data.get(5)? })
    }

    fn bytes_text(&self, bytes: &[u8]) -> String {
        self.encoding.decode_without_bom_handling(bytes).0.into_owned()
    }

    /// A string with its length in two bytes before it, possibly going on in further records.
    fn text(&self, parts: &[&[u8]]) -> String {
        if self.is_biff8 {
            let mut pieces = Pieces { parts: parts.to_vec(), part: 0, at: 0 };
            return pieces.half().map(|n| pieces.string(usize::from(n))).unwrap_or_default();
        }
        let whole = parts.concat();
        let n = half(&whole, 0).map_or(0, usize::from);
        let bytes = whole.get(2..).unwrap_or(&[]);
        self.bytes_text(bytes.get(..n).unwrap_or(bytes))
    }

    fn read_sheet(&self, stream: &[u8], sheet: &mut Sheet, budget: &mut Budget) -> Result<(), Problem> {
        let mut records = Records { rest: stream };
        // Charts on the sheet are streams within the stream.
        let mut depth = 0usize;
        // A formula's text comes in a record of its own.
        let mut awaits_text: Option<(u32, u32)> = None;
        while let Some((kind, data)) = records.next() {
            match kind {
                BOF => {
                    depth += 1;
                    continue;
                }
                EOF => {
                    depth = depth.saturating_sub(1);
                    if depth == 0 {
                        sheet.n_without_result += u64::from(awaits_text.is_some());
                        return Ok(());
                    }
                    continue;
                }
                _ if depth != 1 => {
                    if depth == 0 {
                        break;
                    }
                    continue;
                }
                _ => {}
            }
            let (row, column) = (u32::from(half(data, 0).unwrap_or(0)), u32::from(half(data, 2).unwrap_or(0)));
            let style = usize::from(half(data, 4).unwrap_or(0));
            let number = |value: f64| shown(value, self.meanings.get(style), self.is_1904);
            match kind {
                0x0203 if data.len() >= 14 => {
                    let (is, text) = number(biff::float(data, 6).unwrap_or(0.0));
                    sheet.add(row, column, is, &text, budget)?;
                }
                0x027E if data.len() >= 10 => {
                    let (is, text) = number(biff::rk(word(data, 6).unwrap_or(0)));
                    sheet.add(row, column, is, &text, budget)?;
                }
                0x00BD => {
                    let cells = data.get(4..data.len().saturating_sub(2)).unwrap_or(&[]);
                    for (i, cell) in cells.chunks_exact(6).enumerate() {
                        let style = usize::from(half(cell, 0).unwrap_or(0));
                        let value = biff::rk(word(cell, 2).unwrap_or(0));
                        let (is, text) = shown(value, self.meanings.get(style), self.is_1904);
                        sheet.add(row, column + i as u32, is, &text, budget)?;
                    }
                }
                0x00FD if data.len() >= 10 => {
                    let text = self.strings.get(word(data, 6).unwrap_or(0) as usize).unwrap_or("");
                    sheet.add(row, column, Is::Text, text, budget)?;
                }
                0x0204 | 0x00D6 => {
                    let mut parts = vec![data.get(6..).unwrap_or(&[])];
                    parts.extend(records.continued());
                    sheet.add(row, column, Is::Text, &self.text(&parts), budget)?;
                }
                0x0205 if data.len() >= 8 => {
                    let value = data.get(6).copied().unwrap_or(0);
                    if data.get(7) == Some(&1) {
                        sheet.add(row, column, Is::Error, biff::error(value), budget)?;
                    } else {
                        sheet.add(row, column, Is::Answer, if value != 0 { "true" } else { "false" }, budget)?;
                    }
                }
                0x0006 | 0x0206 | 0x0406 if data.len() >= 14 => {
                    let result = data.get(6..14).unwrap_or(&[]);
                    match result {
                        [0, .., 0xFF, 0xFF] => {
                            // The text of the one before never came.
                            sheet.n_without_result += u64::from(awaits_text.is_some());
                            awaits_text = Some((row, column));
                        }
                        [1, _, value, .., 0xFF, 0xFF] => {
                            sheet.add(row, column, Is::Answer, if *value != 0 { "true" } else { "false" }, budget)?;
                        }
                        [2, _, code, .., 0xFF, 0xFF] => {
                            sheet.add(row, column, Is::Error, biff::error(*code), budget)?
                        }
                        // An empty text.
                        [3, .., 0xFF, 0xFF] => {}
                        _ => {
                            let (is, text) = number(biff::float(result, 0).unwrap_or(0.0));
                            sheet.add(row, column, is, &text, budget)?;
                        }
                    }
                }
                0x0207 => {
                    let mut parts = vec![data];
                    parts.extend(records.continued());
                    if let Some((row, column)) = awaits_text.take() {
                        sheet.add(row, column, Is::Text, &self.text(&parts), budget)?;
                    }
                }
                // Row: hidden is a height of zero.
                0x0208 if data.get(12).is_some_and(|flags| flags & 0x20 != 0) => sheet.hide_rows(row, row),
                0x007D if half(data, 8).is_some_and(|flags| flags & 1 != 0) => sheet.hide_columns(row, column),
                0x00E5 => {
                    for area in data.get(2..).unwrap_or(&[]).chunks_exact(8) {
                        let at = |i| u32::from(half(area, i).unwrap_or(0));
                        sheet.merge(Area { top: at(0), bottom: at(2), left: at(4), right: at(6) });
                    }
                }
                _ => {}
            }
        }
        sheet.damage = Some("its rows break off".to_owned());
        Ok(())
    }
}

/// The shared strings: each with its length and flags, going on over several records.
fn shared_strings(parts: Vec<&[u8]>, n_stated: u32) -> Strings {
    let mut strings = Strings::default();
    let mut pieces = Pieces { parts, part: 0, at: 0 };
    for _ in 0..n_stated {
        let Some(n) = pieces.half() else { break };
        if !strings.push(&pieces.string(usize::from(n))) {
            break;
        }
    }
    strings
}

/// Bytes that lie in several records.
struct Pieces<'a> {
    parts: Vec<&'a [u8]>,
    part: usize,
    at: usize,
}

impl<'a> Pieces<'a> {
    /// What is left of the record, or the next one that has something.
    fn rest(&mut self) -> Option<&'a [u8]> {
        loop {
            let rest = self.parts.get(self.part)?.get(self.at..).unwrap_or(&[]);
            if !rest.is_empty() {
                return Some(rest);
            }
            self.part += 1;
            self.at = 0;
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let byte = *self.rest()?.first()?;
        self.at += 1;
        Some(byte)
    }

    fn half(&mut self) -> Option<u16> {
        Some(u16::from_le_bytes([self.byte()?, self.byte()?]))
    }

    fn word(&mut self) -> Option<u32> {
        Some(u32::from(self.half()?) | u32::from(self.half()?) << 16)
    }

    fn skip(&mut self, mut n: usize) {
        while n > 0 {
            let Some(rest) = self.rest() else { return };
            let step = n.min(rest.len());
            self.at += step;
            n -= step;
        }
    }

    /// A string of so many characters, from its flags on ([MS-XLS] 2.5.293).
    fn string(&mut self, n_chars: usize) -> String {
        let mut out = String::new();
        let Some(flags) = self.byte() else { return out };
        let n_runs = if flags & 8 != 0 { self.half().unwrap_or(0) } else { 0 };
        let n_sound = if flags & 4 != 0 { self.word().unwrap_or(0) } else { 0 };
        let mut is_wide = flags & 1 != 0;
        let mut n_left = n_chars;
        while n_left > 0 {
            let Some(rest) = self.rest() else { return out };
            let width = if is_wide { 2 } else { 1 };
            let n = n_left.min(rest.len() / width);
            biff::push_units(rest.get(..n * width).unwrap_or(&[]), is_wide, &mut out);
            n_left -= n;
            self.at += n * width;
            if n_left > 0 {
                // The next record begins with flags of its own.
                self.part += 1;
                self.at = 0;
                let Some(flags) = self.byte() else { return out };
                is_wide = flags & 1 != 0;
            }
        }
        self.skip(usize::from(n_runs) * 4);
        self.skip(n_sound as usize);
        out
    }
}

/// The code pages that Excel 5 and 95 wrote.
fn code_page(number: u16) -> &'static Encoding {
    let label: &str = match number {
        866 => "ibm866",
        874 => "windows-874",
        932 => "shift_jis",
        936 => "gbk",
        949 => "euc-kr",
        950 => "big5",
        1250 => "windows-1250",
        1251 => "windows-1251",
        1253 => "windows-1253",
        1254 => "windows-1254",
        1255 => "windows-1255",
        1256 => "windows-1256",
        1257 => "windows-1257",
        1258 => "windows-1258",
        10_000 | 0x8000 => "macintosh",
        10_007 => "x-mac-cyrillic",
        20_866 => "koi8-r",
        65_001 => "utf-8",
        _ => "windows-1252",
    };
    Encoding::for_label(label.as_bytes()).unwrap_or(encoding_rs::WINDOWS_1252)
}
