//! XLSB: the parts of XLSX as binary records ([MS-XLSB]).

use super::cfb::{half, word};
use super::number_format::{self, Meaning};
use super::sheet::{Area, Budget, Is, Sheet};
use super::strings::Strings;
use super::xlsx::{Listed, main_part, relations, shown};
use super::{OnSheet, Progress, bad, biff, encrypted};
use crate::base::Problem;
use crate::source::spec::Format;
use crate::source::unpack::Limits;
use std::collections::BTreeMap;

/// What one part may hold once unpacked.
const LIMITS: Limits = Limits { max_bytes: 500_000_000, max_ratio: 400 };

/// Sheets that are read.
const MAX_SHEETS: usize = 2_000;

/// Reads all sheets.
pub(super) fn read(bytes: &[u8], budget: &mut Budget, on_sheet: &mut OnSheet<'_>) -> Result<(), Problem> {
    let archive = super::parts_of(bytes)?;
    if archive.entries.iter().any(|e| e.is_encrypted) {
        return Err(encrypted());
    }
    let part = |path: &str| archive.entry(path).map(|e| e.unpack(LIMITS));
    let main = main_part(&archive, "xl/workbook.bin");
    let list = part(&main).ok_or_else(|| bad(Format::Xlsb, "Its list of sheets is missing."))?;
    let list = list.map_err(|problem| bad(Format::Xlsb, problem.what))?;
    let relations = relations(&archive, &main);
    let of_kind = |kind: &str| relations.values().find(|r| r.kind == kind).and_then(|r| part(&r.path));

    let mut sheets: Vec<Listed> = Vec::new();
    let mut is_1904 = false;
    for (kind, data) in (Records { rest: &list }) {
        match kind {
            153 => is_1904 = data.first().is_some_and(|flags| flags & 1 != 0),
            156 if sheets.len() < MAX_SHEETS => {
                let mut at = 8;
                let (id, name) = (wide(data, &mut at), wide(data, &mut at));
                let path = relations.get(&id).map_or_else(String::new, |r| r.path.clone());
                sheets.push(Listed { name, is_hidden: word(data, 0) != Some(0), path });
            }
            _ => {}
        }
    }
    let meanings = match of_kind("styles") {
        Some(Ok(bytes)) => meanings(&bytes),
        _ => Vec::new(),
    };
    let strings = match of_kind("sharedStrings") {
        Some(bytes) => shared_strings(&bytes.map_err(|problem| bad(Format::Xlsb, problem.what))?),
        None => Strings::default(),
    };
    let book = Book { strings, meanings, is_1904 };
    let n_sheets = sheets.len();
    for (i, listed) in sheets.into_iter().enumerate() {
        let mut sheet = Sheet::new(listed.name, listed.is_hidden);
        match part(&listed.path) {
            Some(Ok(bytes)) => book.read_sheet(&bytes, &mut sheet, budget)?,
            Some(Err(problem)) => sheet.damage = Some(problem.what),
            None => sheet.damage = Some("it is missing from the file".to_owned()),
        }
        on_sheet(sheet, Progress { sheet: i, n_sheets }, budget)?;
    }
    Ok(())
}

/// The records of a part: a kind of one or two bytes and a length in sevens of bits.
struct Records<'a> {
    rest: &'a [u8],
}

impl<'a> Iterator for Records<'a> {
    type Item = (u16, &'a [u8]);

    fn next(&mut self) -> Option<(u16, &'a [u8])> {
        let mut at = 0usize;
        let mut byte = || {
            let byte = self.rest.get(at).copied();
            at += 1;
            byte
        };
        let first = u16::from(byte()?);
        let kind = if first & 0x80 != 0 { first & 0x7F | u16::from(byte()? & 0x7F) << 7 } else { first };
        let mut size = 0usize;
        for i in 0..4 {
            let part = byte()?;
            size |= usize::from(part & 0x7F) << (7 * i);
            if part & 0x80 == 0 {
                break;
            }
        }
        let end = at.checked_add(size)?;
        let data = self.rest.get(at..end)?;
        self.rest = self.rest.get(end..)?;
        Some((kind, data))
    }
}

/// A string of UTF-16 with its length before it; one that is missing is empty.
fn wide(data: &[u8], at: &mut usize) -> String {
    let mut out = String::new();
    let n = word(data, *at).filter(|n| *n != u32::MAX).unwrap_or(0) as usize;
    let start = *at + 4;
    let end = start.saturating_add(n.saturating_mul(2)).min(data.len());
    biff::push_units(data.get(start..end).unwrap_or(&[]), true, &mut out);
    *at = end;
    out
}

fn meanings(bytes: &[u8]) -> Vec<Meaning> {
    let mut own: BTreeMap<u16, Meaning> = BTreeMap::new();
    let mut meanings = Vec::new();
    let mut is_in_cells = false;
    for (kind, data) in (Records { rest: bytes }) {
        match kind {
            44 => {
                own.insert(half(data, 0).unwrap_or(0), number_format::meaning(&wide(data, &mut 2)));
            }
            617 => is_in_cells = true,
            618 => is_in_cells = false,
            47 if is_in_cells => {
                let id = half(data, 2).unwrap_or(0);
                meanings.push(own.get(&id).cloned().unwrap_or_else(|| number_format::built_in(u32::from(id))));
            }
            _ => {}
        }
    }
    meanings
}

fn shared_strings(bytes: &[u8]) -> Strings {
    let mut strings = Strings::default();
    for (_, data) in (Records { rest: bytes }).filter(|(kind, _)| *kind == 19) {
        if !strings.push(&wide(data, &mut 1)) {
            break;
        }
    }
    strings
}

struct Book {
    strings: Strings,
    meanings: Vec<Meaning>,
    is_1904: bool,
}

impl Book {
    fn read_sheet(&self, bytes: &[u8], sheet: &mut Sheet, budget: &mut Budget) -> Result<(), Problem> {
        let mut row = 0u32;
        let (mut has_cells, mut is_whole) = (false, false);
        for (kind, data) in (Records { rest: bytes }) {
            let column = word(data, 0).unwrap_or(0);
            let style = (word(data, 4).unwrap_or(0) & 0x00FF_FFFF) as usize;
            let number = |value: f64| shown(value, self.meanings.get(style), self.is_1904);
            match kind {
                0 => {
                    row = column;
                    if data.get(11).is_some_and(|flags| flags & 0x10 != 0) {
                        sheet.hide_rows(row, row);
                    }
                }
                2 => {
                    let (is, text) = number(biff::rk(word(data, 8).unwrap_or(0)));
                    sheet.add(row, column, is, &text, budget)?;
                }
                5 | 9 => {
                    let (is, text) = number(biff::float(data, 8).unwrap_or(0.0));
                    sheet.add(row, column, is, &text, budget)?;
                }
                3 | 11 => {
                    sheet.add(row, column, Is::Error, biff::error(data.get(8).copied().unwrap_or(0xFF)), budget)?
                }
                4 | 10 => {
                    let is_true = data.get(8).is_some_and(|v| *v != 0);
                    sheet.add(row, column, Is::Answer, if is_true { "true" } else { "false" }, budget)?;
                }
                6 | 8 => sheet.add(row, column, Is::Text, &wide(data, &mut 8), budget)?,
                62 => sheet.add(row, column, Is::Text, &wide(data, &mut 9), budget)?,
                7 => {
                    let text = self.strings.get(word(data, 8).unwrap_or(0) as usize).unwrap_or("");
                    sheet.add(row, column, Is::Text, text, budget)?;
                }
                60 if half(data, 16).is_some_and(|flags| flags & 1 != 0) => {
                    sheet.hide_columns(column, word(data, 4).unwrap_or(column));
                }
                145 => has_cells = true,
                176 => {
                    let at = |i| word(data, i).unwrap_or(0);
                    sheet.merge(Area { top: at(0), bottom: at(4), left: at(8), right: at(12) });
                }
                // The end of the sheet, or of the chart that is in its place.
                130 => is_whole = true,
                _ => {}
            }
        }
        sheet.is_chart = is_whole && !has_cells;
        if !is_whole && has_cells {
            sheet.damage = Some("its rows break off".to_owned());
        }
        Ok(())
    }
}
