//! ODS: OpenDocument spreadsheets (ODF 1.3 part 3), read as a stream.
//!
//! A cell or a row may say that it is there a million times over; what is empty is only counted, and
//! what is not is taken from the budget.

use super::sheet::{Area, Budget, Is, MAX_COLUMNS, MAX_ROWS, Sheet};
use super::xlsx::Stop;
use super::xml::{Xml, attributes, is_true, plain, push_text};
use super::{OnSheet, Progress, bad, encrypted, serial};
use crate::base::Problem;
use crate::source::spec::Format;
use crate::source::unpack::zip::Archive;
use quick_xml::events::{BytesStart, Event};
use std::collections::BTreeSet;

/// What kind of document an archive says that it is.
pub(super) fn mimetype(archive: &Archive<'_>) -> Option<String> {
    use std::io::Read;
    let entry = archive.entries.iter().find(|e| e.path == "mimetype")?;
    let mut text = String::new();
    entry.open().ok()?.take(200).read_to_string(&mut text).ok()?;
    text.contains("opendocument").then_some(text)
}

/// Reads all sheets.
pub(super) fn read(bytes: &[u8], budget: &mut Budget, on_sheet: &mut OnSheet<'_>) -> Result<(), Problem> {
    let archive = super::parts_of(bytes)?;
    if archive.entries.iter().any(|e| e.is_encrypted) || is_encrypted(&archive) {
        return Err(encrypted());
    }
    let entry = archive.entry("content.xml").ok_or_else(|| bad(Format::Ods, "Its content is missing."))?;
    let mut xml = Xml::open(entry).map_err(|damage| bad(Format::Ods, damage))?;
    let mut reader = Reader { xml: &mut xml, hidden_styles: BTreeSet::new(), sheet: None };
    match reader.document(budget, on_sheet) {
        Ok(()) => Ok(()),
        Err(Stop::Problem(problem)) => Err(problem),
        Err(Stop::Damage(damage)) => match reader.sheet.take() {
            Some((mut sheet, at)) => {
                sheet.damage = Some(damage);
                on_sheet(sheet, at, budget)
            }
            None => Err(bad(Format::Ods, damage)),
        },
    }
}

/// The list of parts says how each is encrypted.
fn is_encrypted(archive: &Archive<'_>) -> bool {
    let Some(Ok(mut xml)) = archive.entry("META-INF/manifest.xml").map(Xml::open) else { return false };
    loop {
        match xml.next() {
            Ok(Event::Start(e)) if super::xml::local(&e) == "encryption-data" => return true,
            Ok(Event::Eof) | Err(_) => return false,
            Ok(_) => {}
        }
    }
}

struct Reader<'x, 'a> {
    xml: &'x mut Xml<'a>,
    /// Styles of sheets that are not shown.
    hidden_styles: BTreeSet<String>,
    /// The sheet that is being read.
    sheet: Option<(Sheet, Progress)>,
}

/// What the start of a cell says.
#[derive(Default)]
struct Start {
    kind: String,
    value: String,
    is_error: bool,
    has_formula: bool,
    n_repeated: u32,
    n_columns: u32,
    n_rows: u32,
}

/// A cell that holds something, kept to be repeated with its row.
struct Held {
    column: u32,
    n_repeated: u32,
    is: Is,
    text: String,
}

impl Reader<'_, '_> {
    fn document(&mut self, budget: &mut Budget, on_sheet: &mut OnSheet<'_>) -> Result<(), Stop> {
        let mut style = String::new();
        let mut n_sheets = 0usize;
        loop {
            let is_table = match self.xml.next()? {
                Event::Start(e) => match e.name().into_inner() {
                    "style:style" => {
                        style = own(&e, "style:name");
                        false
                    }
                    "style:table-properties" => {
                        if own(&e, "table:display") == "false" {
                            self.hidden_styles.insert(style.clone());
                        }
                        false
                    }
                    "table:table" => {
                        let is_hidden = self.hidden_styles.contains(&own(&e, "table:style-name"));
                        let sheet = Sheet::new(own(&e, "table:name"), is_hidden);
                        // How many there are is not known before the end.
                        self.sheet = Some((sheet, Progress { sheet: n_sheets, n_sheets: n_sheets + 1 }));
                        n_sheets += 1;
                        true
                    }
                    // Cells that were deleted and are kept to be put back.
                    "table:tracked-changes" => {
                        self.xml.skip()?;
                        false
                    }
                    _ => false,
                },
                Event::Eof => return Ok(()),
                _ => false,
            };
            if is_table {
                self.table(budget)?;
                if let Some((sheet, at)) = self.sheet.take() {
                    on_sheet(sheet, at, budget)?;
                }
            }
        }
    }

    fn table(&mut self, budget: &mut Budget) -> Result<(), Stop> {
        let (mut row, mut column) = (0u32, 0u32);
        let mut depth = 1usize;
        while depth > 0 {
            let (is_row, n, is_hidden) = match self.xml.next()? {
                Event::Start(e) => match e.name().into_inner() {
                    "table:table-row" => {
                        let visible = own(&e, "table:visibility");
                        (
                            true,
                            count(&own(&e, "table:number-rows-repeated")),
                            matches!(visible.as_str(), "collapse" | "filter"),
                        )
                    }
                    "table:table-column" => {
                        let n = count(&own(&e, "table:number-columns-repeated"));
                        if own(&e, "table:visibility") == "collapse"
                            && let Some((sheet, _)) = &mut self.sheet
                        {
                            sheet.hide_columns(column, column.saturating_add(n - 1));
                        }
                        column = column.saturating_add(n);
                        depth += 1;
                        continue;
                    }
                    // Pictures, and tables within forms, are not the sheet's cells.
                    "table:shapes" | "office:forms" | "table:table" | "table:table-source" | "table:scenario" => {
                        self.xml.skip()?;
                        continue;
                    }
                    _ => {
                        depth += 1;
                        continue;
                    }
                },
                Event::End(_) => {
                    depth -= 1;
                    continue;
                }
                Event::Eof => return Ok(()),
                _ => continue,
            };
            if is_row {
                self.row(row, n, is_hidden, budget)?;
                row = row.saturating_add(n);
            }
        }
        Ok(())
    }

    fn row(&mut self, row: u32, n_repeated: u32, is_hidden: bool, budget: &mut Budget) -> Result<(), Stop> {
        let mut column = 0u32;
        let mut held: Vec<Held> = Vec::new();
        let mut damage = None;
        loop {
            let start = match self.xml.next() {
                Ok(Event::Start(e)) => match e.name().into_inner() {
                    "table:table-cell" | "table:covered-table-cell" => cell_start(&e),
                    _ => {
                        self.xml.skip()?;
                        continue;
                    }
                },
                Ok(Event::End(_) | Event::Eof) => break,
                Ok(_) => continue,
                Err(why) => {
                    damage = Some(why);
                    break;
                }
            };
            let mut text = String::new();
            if let Err(why) = self.paragraphs(&mut text) {
                damage = Some(why);
                break;
            }
            let Some((sheet, _)) = &mut self.sheet else { break };
            if start.n_columns > 1 || start.n_rows > 1 {
                let (right, bottom) =
                    (column.saturating_add(start.n_columns - 1), row.saturating_add(start.n_rows - 1));
                sheet.merge(Area { top: row, left: column, bottom, right });
            }
            if start.has_formula && start.kind.is_empty() && text.is_empty() {
                sheet.n_without_result += u64::from(start.n_repeated);
            }
            let (is, text) = meant(&start, text);
            if !text.trim().is_empty() {
                held.push(Held { column, n_repeated: start.n_repeated, is, text });
            }
            column = column.saturating_add(start.n_repeated);
        }
        let Some((sheet, _)) = &mut self.sheet else { return Ok(()) };
        if is_hidden {
            sheet.hide_rows(row, row.saturating_add(n_repeated - 1));
        }
        if !held.is_empty() {
            // A few bytes can repeat a cell all over the sheet: that is seen before it is done.
            let n_rows = row.saturating_add(n_repeated).min(MAX_ROWS).saturating_sub(row);
            let n_columns =
                held.iter().map(|c| u64::from(c.n_repeated.min(MAX_COLUMNS.saturating_sub(c.column)))).sum();
            budget.has(u64::from(n_rows).saturating_mul(n_columns))?;
            for r in row..row.saturating_add(n_repeated).min(MAX_ROWS) {
                for cell in &held {
                    for c in cell.column..cell.column.saturating_add(cell.n_repeated).min(MAX_COLUMNS) {
                        sheet.add(r, c, cell.is, &cell.text, budget)?;
                    }
                }
            }
        }
        damage.map_or(Ok(()), |why| Err(Stop::Damage(why)))
    }

    /// The text of a cell up to its end: paragraphs a line each, without remarks and pictures.
    fn paragraphs(&mut self, out: &mut String) -> Result<(), String> {
        let mut depth = 1usize;
        let mut n_paragraphs = 0usize;
        while depth > 0 {
            match self.xml.next()? {
                Event::Start(e) => {
                    match e.name().into_inner() {
                        "text:p" | "text:h" => {
                            if n_paragraphs > 0 {
                                out.push('\n');
                            }
                            n_paragraphs += 1;
                        }
                        "text:s" => {
                            let n = count(&own(&e, "text:c")).min(1000);
                            out.extend(std::iter::repeat_n(' ', n as usize));
                        }
                        "text:tab" => out.push('\t'),
                        "text:line-break" => out.push('\n'),
                        "office:annotation"
                        | "table:detective"
                        | "draw:frame"
                        | "draw:g"
                        | "table:cell-range-source"
                        | "draw:custom-shape"
                        | "draw:control" => {
                            self.xml.skip()?;
                            continue;
                        }
                        _ => {}
                    }
                    depth += 1;
                }
                Event::End(_) => depth -= 1,
                Event::Eof => return Ok(()),
                // Between paragraphs there is only what makes the file easier to read.
                event if depth > 1 => push_text(&event, out),
                _ => {}
            }
        }
        Ok(())
    }
}

/// An attribute by its whole name, without escapes.
fn own(e: &BytesStart<'_>, name: &str) -> String {
    attributes(e).find(|(key, _)| *key == name).map_or_else(String::new, |(_, v)| plain(v).into_owned())
}

fn count(text: &str) -> u32 {
    text.parse().unwrap_or(1).clamp(1, 1 << 20)
}

fn cell_start(e: &BytesStart<'_>) -> Start {
    let mut start = Start { n_repeated: 1, n_columns: 1, n_rows: 1, ..Start::default() };
    for (key, value) in attributes(e) {
        match key {
            "office:value-type" | "table:value-type" => start.kind = value.to_owned(),
            "calcext:value-type" => start.is_error = value == "error",
            "office:value"
            | "office:date-value"
            | "office:time-value"
            | "office:boolean-value"
            | "office:string-value"
            | "table:value"
            | "table:date-value"
            | "table:time-value"
            | "table:boolean-value"
            | "table:string-value" => {
                start.value = plain(value).into_owned();
            }
            "table:formula" => start.has_formula = true,
            "table:number-columns-repeated" => start.n_repeated = count(value),
            "table:number-columns-spanned" => start.n_columns = count(value),
            "table:number-rows-spanned" => start.n_rows = count(value),
            _ => {}
        }
    }
    start
}

/// The value of a cell; what is shown where that says more.
fn meant(start: &Start, text: String) -> (Is, String) {
    let is_error_text = || start.has_formula && (text.starts_with("Err:") || text.starts_with('#'));
    if start.is_error || is_error_text() {
        return (Is::Error, text);
    }
    let number = || match start.value.trim().parse::<f64>() {
        Ok(value) => super::sheet::number(value),
        Err(_) => text.clone(),
    };
    match start.kind.as_str() {
        "float" => {
            // Numbers that are shown with leading zeros are names.
            let digits: String = text.chars().filter(char::is_ascii_digit).collect();
            let is_padded = text.starts_with('0') && digits.len() > 1 && !text.contains(['.', ',']);
            let shown = Some(digits.trim_start_matches('0')).filter(|d| !d.is_empty()).unwrap_or("0");
            if is_padded && shown == start.value { (Is::Text, text) } else { (Is::Number, number()) }
        }
        "currency" => (Is::Number, number()),
        "percentage" => (Is::Percent, number()),
        "date" => (Is::Moment, serial::iso_date(&start.value)),
        "time" => (Is::Moment, serial::iso_duration(&start.value).unwrap_or(text)),
        "boolean" => (Is::Answer, if is_true(&start.value) { "true" } else { "false" }.to_owned()),
        _ if text.is_empty() => (Is::Text, start.value.clone()),
        _ => (Is::Text, text),
    }
}
