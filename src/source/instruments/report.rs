//! A report on the way in: sections that fill with rows, and the account of every line.

use crate::base::ColumnType;
use crate::base::{Notices, Problem, wording};
use crate::source::csv::Decoded;
use crate::source::reasons::with_reasons;
use crate::source::spec::{Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading, SetAside};
use crate::source::types::{self, Cells, Hints};
use crate::source::{aside, names};
use std::borrow::Cow;

/// More sections than this are no report.
const MAX_SECTIONS: usize = 64;

/// More cells or columns than this are not held as a report.
const MAX_CELLS: usize = 4_000_000;
const MAX_COLUMNS: usize = 4_096;

/// A line of the text with where it stands. Numbers count from 1.
#[derive(Clone, Copy, Debug)]
pub(super) struct Line<'a> {
    pub text: &'a str,
    pub number: u64,
    pub byte: u64,
}

/// The lines of a text, without their ends.
pub(super) fn lines(text: &str) -> impl Iterator<Item = Line<'_>> {
    let mut byte = 0u64;
    text.split_inclusive('\n').enumerate().map(move |(i, line)| {
        let at = byte;
        byte += line.len() as u64;
        Line { text: line.trim_end_matches(['\n', '\r']), number: i as u64 + 1, byte: at }
    })
}

/// A column's name and unit.
pub(super) type Name<'a> = (Cow<'a, str>, Option<&'static str>);

/// One table of a report.
pub(super) struct Section<'a> {
    pub part: String,
    names: Vec<Name<'a>>,
    /// Columns whose type the form of the report tells.
    types: Vec<(usize, ColumnType)>,
    /// Row by row, each as wide as there are names.
    cells: Vec<Cow<'a, str>>,
    lines: Vec<u64>,
    ledger: Ledger,
    n_short: u64,
}

/// What a line is that holds no row.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Is {
    Header,
    Comment,
    Blank,
}

/// All sections.
pub(super) struct Report<'a> {
    sections: Vec<Section<'a>>,
    delimiter: char,
    encoding: String,
    size_bytes: u64,
    offset: u64,
    n_cells: usize,
    is_too_large: bool,
    /// Lines before the first section.
    before: Ledger,
}

impl<'a> Report<'a> {
    pub fn new(input: &Decoded<'_>) -> Report<'a> {
        Report {
            sections: Vec::new(),
            delimiter: '\t',
            encoding: input.encoding.to_owned(),
            size_bytes: input.size_bytes,
            offset: input.offset,
            n_cells: 0,
            is_too_large: false,
            before: Ledger::default(),
        }
    }

    pub fn set_delimiter(&mut self, delimiter: char) {
        self.delimiter = delimiter;
    }

    /// Starts a section; a part that is there already gets a number behind it.
    pub fn add_section(&mut self, part: &str, names: Vec<Name<'a>>) -> usize {
        let is_taken = |part: &str| self.sections.iter().any(|s| s.part.eq_ignore_ascii_case(part));
        let mut free = part.to_owned();
        let mut n = 2usize;
        while is_taken(&free) && self.sections.len() < MAX_SECTIONS {
            free = format!("{part} {n}");
            n += 1;
        }
        self.is_too_large |= self.sections.len() >= MAX_SECTIONS || names.len() > MAX_COLUMNS;
        if !self.is_too_large {
            self.sections.push(Section {
                part: free,
                names,
                types: Vec::new(),
                cells: Vec::new(),
                lines: Vec::new(),
                ledger: Ledger::default(),
                n_short: 0,
            });
        }
        self.sections.len().saturating_sub(1)
    }

    pub fn section_named(&self, part: &str) -> Option<usize> {
        self.sections.iter().position(|s| s.part == part)
    }

    /// The type of a column, whatever its cells look like.
    pub fn set_type(&mut self, section: usize, column: usize, column_type: ColumnType) {
        if let Some(section) = self.sections.get_mut(section) {
            section.types.push((column, column_type));
        }
    }

    fn ledger(&mut self, section: Option<usize>) -> &mut Ledger {
        match section.and_then(|s| self.sections.get_mut(s)) {
            Some(section) => &mut section.ledger,
            None => &mut self.before,
        }
    }

    /// Counts a line that holds no row, with a section or, before there is one, with the first.
    pub fn count(&mut self, section: Option<usize>, is: Is) {
        let ledger = self.ledger(section);
        ledger.n_rows_in_file += 1;
        match is {
            Is::Header => ledger.n_header += 1,
            Is::Comment => ledger.n_comment += 1,
            Is::Blank => ledger.n_blank += 1,
        }
    }

    pub fn set_aside(&mut self, section: Option<usize>, line: &Line<'_>, reason: impl Into<String>) {
        let byte = line.byte + self.offset;
        let ledger = self.ledger(section);
        ledger.n_rows_in_file += 1;
        ledger.put_aside(line.number, byte, reason.into(), || SetAside::listed(line.text).to_owned());
    }

    /// Adds a row. Missing cells at the end are empty; more cells than names are set aside, unless they are empty.
    pub fn add_row(&mut self, section: usize, line: &Line<'_>, cells: impl IntoIterator<Item = Cow<'a, str>>) {
        let mut cells: Vec<Cow<'a, str>> = cells.into_iter().take(MAX_COLUMNS * 4).collect();
        let Some(table) = self.sections.get_mut(section) else {
            return self.set_aside(None, line, "it stands before any table");
        };
        let width = table.names.len();
        let n = cells.len();
        if cells.iter().skip(width).any(|cell| !cell.trim().is_empty()) {
            return self.set_aside(Some(section), line, format!("too many cells ({n} of {width})"));
        }
        cells.resize(width, Cow::Borrowed(""));
        self.n_cells += width;
        if self.n_cells > MAX_CELLS {
            self.is_too_large = true;
            return;
        }
        table.n_short += u64::from(n < width);
        table.cells.append(&mut cells);
        table.lines.push(line.number);
        table.ledger.n_rows_in_file += 1;
        table.ledger.n_loaded += 1;
    }

    /// Builds the tables; nothing if this is no report after all: without rows, too large, or mostly set aside.
    ///
    /// # Errors
    /// `bug_table_shape`.
    pub fn finish(
        mut self,
        spec: &ReaderSpec,
        progress: &mut dyn FnMut(ReadProgress),
    ) -> Result<Option<Vec<ReadTable>>, Problem> {
        let n_rows: u64 = self.sections.iter().map(|s| s.ledger.n_loaded).sum();
        let n_aside: u64 = self.sections.iter().map(|s| s.ledger.n_set_aside).sum::<u64>() + self.before.n_set_aside;
        if self.is_too_large || n_rows == 0 || n_aside > n_rows {
            return Ok(None);
        }
        let before = std::mem::take(&mut self.before);
        if let Some(first) = self.sections.first_mut() {
            add(&mut first.ledger, before);
        }
        let mut parts = Vec::with_capacity(self.sections.len());
        let mut n_done = 0u64;
        for section in std::mem::take(&mut self.sections) {
            n_done += section.ledger.n_loaded;
            parts.push(self.build(section, spec)?);
            let done_bytes = (self.size_bytes as f64 * n_done as f64 / n_rows as f64) as u64;
            progress(ReadProgress { done_bytes, total_bytes: self.size_bytes, n_rows: n_done });
        }
        Ok(Some(parts))
    }

    fn build(&self, section: Section<'a>, spec: &ReaderSpec) -> Result<ReadTable, Problem> {
        let mut notices = Notices::default();
        let raw: Vec<String> = section.names.iter().map(|(name, _)| name.clone().into_owned()).collect();
        let mut heads = names::heads(&raw, &mut notices);
        for (head, (_, unit)) in heads.iter_mut().zip(&section.names) {
            head.unit = unit.map(str::to_owned).or_else(|| head.unit.take());
        }
        let mut types = spec.types.clone();
        let mut reasons = Vec::new();
        for (column, column_type) in &section.types {
            let Some(head) = heads.get(*column).filter(|head| !spec.types.contains_key(&head.name)) else { continue };
            types.insert(head.name.clone(), *column_type);
            reasons.push((*column, "so it is in reports of this kind"));
        }
        let hints = Hints { types, as_written: spec.as_written.clone(), comma_is_free: self.delimiter != ',' };
        let typed = types::build_table(&section, heads, &hints, &mut |_| {})?;
        let table = with_reasons(typed.table, &reasons)?;
        let mut ledger = section.ledger;
        ledger.size_bytes = self.size_bytes;
        ledger.changed = typed.changed;
        aside::drop_listed(&mut ledger, spec, &section.part);
        if ledger.n_set_aside > 0 {
            let n = ledger.n_set_aside;
            notices.add("rows_set_aside", format!("{} set aside", wording::plural(n, "row", "rows")), n);
        }
        if section.n_short > 0 {
            let rows = wording::plural(section.n_short, "row", "rows");
            notices.add("short_rows", format!("{rows} with too few cells: the last ones are missing"), section.n_short);
        }
        notices.0.extend(typed.notices.0);
        Ok(ReadTable {
            part: section.part,
            table,
            reading: Reading {
                format: if self.delimiter == '\t' { Format::Tsv } else { Format::Csv },
                encoding: Some(self.encoding.clone()),
                delimiter: Some(self.delimiter),
                quote: None,
                header_rows: u32::try_from(ledger.n_header).unwrap_or(u32::MAX),
                skipped_lines: 0,
                record_path: None,
            },
            ledger,
            notices,
            keys: Default::default(),
        })
    }
}

fn add(to: &mut Ledger, mut more: Ledger) {
    to.n_rows_in_file += more.n_rows_in_file;
    to.n_header += more.n_header;
    to.n_comment += more.n_comment;
    to.n_blank += more.n_blank;
    to.n_set_aside += more.n_set_aside;
    for (kind, n) in more.unlisted {
        to.count_unlisted(&kind, n);
    }
    more.set_aside.append(&mut to.set_aside);
    for row in more.set_aside.drain(Ledger::MAX_LISTED.min(more.set_aside.len())..) {
        to.count_unlisted(SetAside::kind_of(&row.reason), 1);
    }
    to.set_aside = more.set_aside;
}

impl Cells for Section<'_> {
    fn n_rows(&self) -> usize {
        self.lines.len()
    }

    fn n_columns(&self) -> usize {
        self.names.len()
    }

    fn get(&self, column: usize, row: usize) -> Cow<'_, str> {
        let cell = self.cells.get(row * self.names.len() + column);
        cell.map_or(Cow::Borrowed(""), |cell| Cow::Borrowed(cell.trim()))
    }

    fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(0)
    }
}

/// Cells between tabs.
pub(super) fn tabs(line: &str) -> impl Iterator<Item = Cow<'_, str>> {
    line.split('\t').map(Cow::Borrowed)
}
