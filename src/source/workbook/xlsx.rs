//! XLSX and XLSM: Office Open XML (ECMA-376 part 1, SpreadsheetML), read as a stream.

use super::number_format::{self, Meaning};
use super::sheet::{Area, Budget, Is, MAX_ROWS, Sheet, number};
use super::strings::{self, Strings};
use super::xml::{Damage, Xml, attribute, attributes, is_true, local};
use super::{OnSheet, Progress, bad, encrypted, serial};
use crate::base::Problem;
use crate::source::spec::Format;
use crate::source::unpack::zip::Archive;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeMap;

/// Sheets that are read.
const MAX_SHEETS: usize = 2_000;

/// Reads all sheets.
pub(super) fn read(bytes: &[u8], budget: &mut Budget, on_sheet: &mut OnSheet<'_>) -> Result<(), Problem> {
    let archive = super::parts_of(bytes)?;
    let book = open(&archive)?;
    let n_sheets = book.sheets.len();
    for (i, listed) in book.sheets.iter().enumerate() {
        let mut sheet = Sheet::new(listed.name.clone(), listed.is_hidden);
        let outcome = match archive.entry(&listed.path).map(Xml::open) {
            Some(Ok(mut xml)) => cells(&mut xml, &book, &mut sheet, budget),
            Some(Err(damage)) => Err(Stop::Damage(damage)),
            None => Err(Stop::Damage("it is missing from the file".to_owned())),
        };
        match outcome {
            Err(Stop::Problem(problem)) => return Err(problem),
            Err(Stop::Damage(damage)) => sheet.damage = Some(damage),
            Ok(()) => {}
        }
        on_sheet(sheet, Progress { sheet: i, n_sheets }, budget)?;
    }
    Ok(())
}

/// Why a sheet was not read to its end.
pub(super) enum Stop {
    /// This sheet is damaged.
    Damage(Damage),
    /// Nothing more is to be read.
    Problem(Problem),
}

impl From<Problem> for Stop {
    fn from(problem: Problem) -> Stop {
        Stop::Problem(problem)
    }
}

impl From<Damage> for Stop {
    fn from(damage: Damage) -> Stop {
        Stop::Damage(damage)
    }
}

pub(super) struct Listed {
    pub name: String,
    pub is_hidden: bool,
    pub path: String,
}

struct Book {
    sheets: Vec<Listed>,
    is_1904: bool,
    strings: Strings,
    /// By the style of a cell.
    meanings: Vec<Meaning>,
}

fn open(archive: &Archive<'_>) -> Result<Book, Problem> {
    let cannot = |damage: Damage| bad(Format::Xlsx, damage);
    if archive.entries.iter().any(|e| e.is_encrypted) {
        return Err(encrypted());
    }
    let main = main_part(archive, "xl/workbook.xml");
    let entry = archive.entry(&main).ok_or_else(|| cannot("Its list of sheets is missing.".to_owned()))?;
    let relations = relations(archive, &main);
    let mut book = Book { sheets: Vec::new(), is_1904: false, strings: Strings::default(), meanings: Vec::new() };
    Xml::open(entry).and_then(|mut xml| workbook(&mut xml, &relations, &mut book)).map_err(cannot)?;
    let of_kind = |kind: &str| relations.values().find(|r| r.kind == kind).and_then(|r| archive.entry(&r.path));
    if let Some(entry) = of_kind("styles").or_else(|| archive.entry("xl/styles.xml")) {
        // Without styles the values are still there.
        book.meanings = Xml::open(entry).and_then(|mut xml| styles(&mut xml)).unwrap_or_default();
    }
    if let Some(entry) = of_kind("sharedStrings").or_else(|| archive.entry("xl/sharedStrings.xml")) {
        book.strings = Xml::open(entry).and_then(|mut xml| Strings::read(&mut xml)).map_err(cannot)?;
    }
    Ok(book)
}

/// The part that lists the sheets, as the package says, else where it usually is.
pub(super) fn main_part(archive: &Archive<'_>, usual: &str) -> String {
    let package = relations(archive, "");
    let named = package.into_values().find(|r| r.kind == "officeDocument").map(|r| r.path);
    named.filter(|path| archive.entry(path).is_some()).unwrap_or_else(|| usual.to_owned())
}

pub(super) struct Relation {
    /// The last part of its type: `worksheet`, `styles`.
    pub kind: String,
    pub path: String,
}

/// What a part points to, by id.
pub(super) fn relations(archive: &Archive<'_>, part: &str) -> BTreeMap<String, Relation> {
    let (folder, file) = part.rsplit_once('/').unwrap_or(("", part));
    let path = if folder.is_empty() { format!("_rels/{file}.rels") } else { format!("{folder}/_rels/{file}.rels") };
    let mut found = BTreeMap::new();
    let Some(Ok(mut xml)) = archive.entry(&path).map(Xml::open) else { return found };
    while let Ok(event) = xml.next() {
        match event {
            Event::Start(e) if local(&e) == "Relationship" => {
                let (Some(id), Some(kind), Some(target)) =
                    (attribute(&e, "Id"), attribute(&e, "Type"), attribute(&e, "Target"))
                else {
                    continue;
                };
                let kind = kind.rsplit('/').next().unwrap_or("").to_owned();
                found.insert(id.into_owned(), Relation { kind, path: resolved(folder, &target) });
            }
            Event::Eof => break,
            _ => {}
        }
    }
    found
}

/// A target, seen from a folder.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_owned();
    }
    let mut path: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for step in target.split('/') {
        match step {
            "" | "." => {}
            ".." => drop(path.pop()),
            step => path.push(step),
        }
    }
    path.join("/")
}

fn workbook(xml: &mut Xml<'_>, relations: &BTreeMap<String, Relation>, book: &mut Book) -> Result<(), Damage> {
    loop {
        match xml.next()? {
            Event::Start(e) => match local(&e) {
                "workbookPr" => book.is_1904 |= attribute(&e, "date1904").is_some_and(|v| is_true(&v)),
                "sheet" if book.sheets.len() < MAX_SHEETS => {
                    let name = attribute(&e, "name").unwrap_or_default().into_owned();
                    let is_hidden = attribute(&e, "state").is_some_and(|s| s != "visible");
                    let relation = attribute(&e, "id").and_then(|id| relations.get(id.as_ref()));
                    let path = relation.map_or_else(String::new, |r| r.path.clone());
                    book.sheets.push(Listed { name, is_hidden, path });
                }
                _ => {}
            },
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

fn styles(xml: &mut Xml<'_>) -> Result<Vec<Meaning>, Damage> {
    let mut own: BTreeMap<u32, Meaning> = BTreeMap::new();
    let mut meanings = Vec::new();
    let mut is_in_cells = false;
    loop {
        match xml.next()? {
            Event::Start(e) => match local(&e) {
                "numFmt" => {
                    let id = attribute(&e, "numFmtId").and_then(|id| id.parse().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&e, "formatCode")) {
                        own.insert(id, number_format::meaning(&code));
                    }
                }
                "cellXfs" => is_in_cells = true,
                "xf" if is_in_cells => {
                    let id: u32 = attribute(&e, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    meanings.push(own.get(&id).cloned().unwrap_or_else(|| number_format::built_in(id)));
                }
                _ => {}
            },
            Event::End(e) if e.local_name().as_ref() == "cellXfs" => is_in_cells = false,
            Event::Eof => return Ok(meanings),
            _ => {}
        }
    }
}

/// What the start of a cell says.
#[derive(Clone, Copy, Default)]
struct Start {
    row: u32,
    column: u32,
    style: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Number,
    Shared,
    Text,
    Inline,
    Answer,
    Error,
    Date,
}

fn cells(xml: &mut Xml<'_>, book: &Book, sheet: &mut Sheet, budget: &mut Budget) -> Result<(), Stop> {
    let (mut row, mut column) = (0u32, 0u32);
    let mut value = String::new();
    let mut is_sheet = false;
    loop {
        let start = match xml.next()? {
            Event::Start(e) => match local(&e) {
                "worksheet" => {
                    is_sheet = true;
                    continue;
                }
                "row" => {
                    let mut is_hidden = false;
                    for (key, value) in attributes(&e) {
                        match key {
                            "r" => row = value.parse::<u32>().map_or(row, |r| r.saturating_sub(1)),
                            "hidden" => is_hidden = is_true(value),
                            _ => {}
                        }
                    }
                    column = 0;
                    if row >= MAX_ROWS {
                        return Err(Stop::Damage("it has more rows than a sheet can have".to_owned()));
                    }
                    if is_hidden {
                        sheet.hide_rows(row, row);
                    }
                    continue;
                }
                "c" => cell_start(&e, row, column),
                "col" => {
                    if attribute(&e, "hidden").is_some_and(|v| is_true(&v)) {
                        let end =
                            |name| attribute(&e, name).and_then(|v| v.parse::<u32>().ok()).map(|v| v.saturating_sub(1));
                        if let (Some(first), Some(last)) = (end("min"), end("max")) {
                            sheet.hide_columns(first, last);
                        }
                    }
                    continue;
                }
                "mergeCell" => {
                    if let Some(area) = attribute(&e, "ref").and_then(|v| area(&v)) {
                        sheet.merge(area);
                    }
                    continue;
                }
                // Charts on a sheet of their own, and what later versions add.
                "extLst" => {
                    xml.skip()?;
                    continue;
                }
                _ => continue,
            },
            Event::End(e) => {
                if e.local_name().as_ref() == "row" {
                    row = row.saturating_add(1);
                }
                continue;
            }
            Event::Eof => {
                sheet.is_chart = !is_sheet;
                return Ok(());
            }
            _ => continue,
        };
        column = start.column.saturating_add(1);
        let has_formula = cell_content(xml, start.kind, &mut value)?;
        if has_formula && value.is_empty() && start.kind != Kind::Text {
            sheet.n_without_result += 1;
            continue;
        }
        add(book, start, &value, sheet, budget)?;
    }
}

fn cell_start(e: &BytesStart<'_>, row: u32, column: u32) -> Start {
    let mut start = Start { row, column, ..Start::default() };
    for (key, value) in attributes(e) {
        match key {
            "r" => (start.row, start.column) = place(value).unwrap_or((row, column)),
            "s" => start.style = value.parse().unwrap_or(0),
            "t" => {
                start.kind = match value {
                    "s" => Kind::Shared,
                    "str" => Kind::Text,
                    "inlineStr" => Kind::Inline,
                    "b" => Kind::Answer,
                    "e" => Kind::Error,
                    "d" => Kind::Date,
                    _ => Kind::Number,
                }
            }
            _ => {}
        }
    }
    start
}

/// Reads to the end of the cell. Whether there was a formula.
fn cell_content(xml: &mut Xml<'_>, kind: Kind, value: &mut String) -> Result<bool, Damage> {
    value.clear();
    let mut has_formula = false;
    loop {
        let name = match xml.next()? {
            Event::Start(e) => match local(&e) {
                "v" => 'v',
                "is" => 'i',
                "f" => 'f',
                _ => ' ',
            },
            Event::End(_) | Event::Eof => return Ok(has_formula),
            _ => continue,
        };
        match name {
            'v' if kind != Kind::Inline => xml.text(value)?,
            'i' => strings::rich_text(xml, value)?,
            'f' => {
                has_formula = true;
                xml.skip()?;
            }
            _ => xml.skip()?,
        }
    }
}

fn add(book: &Book, start: Start, value: &str, sheet: &mut Sheet, budget: &mut Budget) -> Result<(), Problem> {
    let Start { row, column, .. } = start;
    let mut put = |is, text: &str| sheet.add(row, column, is, text, budget);
    match start.kind {
        Kind::Shared => {
            let text = value.trim().parse().ok().and_then(|i| book.strings.get(i));
            put(Is::Text, text.unwrap_or(""))
        }
        Kind::Text | Kind::Inline => put(Is::Text, &strings::unescaped(value)),
        Kind::Answer => match value.trim() {
            "" => Ok(()),
            value => put(Is::Answer, if is_true(&value.to_ascii_lowercase()) { "true" } else { "false" }),
        },
        Kind::Error => put(Is::Error, value),
        Kind::Date => put(Is::Moment, &serial::iso_date(value)),
        Kind::Number => match value.trim().parse::<f64>() {
            Ok(_) if is_plain(value) && matches!(book.meanings.get(start.style), None | Some(Meaning::Plain)) => {
                put(Is::Number, value)
            }
            Ok(v) => {
                let (is, text) = shown(v, book.meanings.get(start.style), book.is_1904);
                put(is, &text)
            }
            Err(_) => put(Is::Text, value),
        },
    }
}

/// Whether a number is written as it would be here: at most 15 digits, none of them to spare.
fn is_plain(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, part) = digits.split_once('.').unwrap_or((digits, "1"));
    let is_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    text.len() <= 16
        && is_digits(whole)
        && is_digits(part)
        && (whole == "0" || !whole.starts_with('0'))
        && !part.ends_with('0')
}

/// A number as it is meant.
pub(super) fn shown(value: f64, meaning: Option<&Meaning>, is_1904: bool) -> (Is, String) {
    let as_number = || (Is::Number, number(value));
    match meaning {
        None | Some(Meaning::Plain) => as_number(),
        Some(Meaning::Moment) => serial::moment(value, is_1904).map_or_else(as_number, |t| (Is::Moment, t)),
        Some(Meaning::Elapsed) => serial::elapsed(value).map_or_else(as_number, |t| (Is::Moment, t)),
        Some(Meaning::Percent) => (Is::Percent, number(value)),
        Some(Meaning::Padded(pattern)) => {
            number_format::padded(value, pattern).map_or_else(as_number, |t| (Is::Text, t))
        }
    }
}

/// `B12` → row 11, column 1.
fn place(text: &str) -> Option<(u32, u32)> {
    let text = text.trim().replace('$', "");
    let n = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = text.split_at_checked(n).filter(|_| (1..=3).contains(&n))?;
    let column = letters.bytes().fold(0u32, |sum, b| sum * 26 + u32::from(b.to_ascii_uppercase() - b'A') + 1);
    let row: u32 = digits.parse().ok()?;
    Some((row.checked_sub(1)?, column - 1))
}

/// `A1:C2`
fn area(text: &str) -> Option<Area> {
    let (from, to) = text.split_once(':')?;
    let ((top, left), (bottom, right)) = (place(from)?, place(to)?);
    Some(Area { top, left, bottom, right })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_numbers_need_not_be_written_anew() {
        for text in ["0", "42", "-1.5", "0.1", "123456789012345", "0.001"] {
            assert!(is_plain(text) && number(text.parse().unwrap()) == text, "{text}");
        }
        for text in ["042", "1.50", "1.", ".5", "1e5", "", "-", "0.10000000000000001", "1234567890123456789"] {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn places_and_paths() {
        assert_eq!(place("B12"), Some((11, 1)));
        assert_eq!(place("XFD1048576"), Some((1_048_575, 16_383)));
        assert_eq!([place("A0"), place("12"), place("AAAA1"), place("")], [None; 4]);
        assert_eq!(area("A1:C2"), Some(Area { top: 0, left: 0, bottom: 1, right: 2 }));
        assert_eq!(resolved("xl", "worksheets/sheet1.xml"), "xl/worksheets/sheet1.xml");
        assert_eq!(resolved("xl", "/xl/../a.xml"), "xl/../a.xml");
        assert_eq!(resolved("xl/worksheets", "../styles.xml"), "xl/styles.xml");
    }
}
