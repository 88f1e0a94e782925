//! SQLite databases: every table is read, with the keys that it declares.
//!
//! A reader of its own for the file format (sqlite.org/fileformat2.html): it only reads, runs no SQL,
//! and is bounded by the size of the file. Why not a library: docs/decisions/0011-sqlite.md.

mod cells;
mod create;
mod file;
mod keys;
mod record;
mod schema;
mod tokens;
mod tree;
mod typed;

use super::spec::{DeclaredKeys, Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading};
use super::{aside, names};
use crate::base::{Notices, Problem, wording};
use cells::Stored;
use create::{Affinity, ColumnDef, Literal, TableDef};
use file::{Damage, File};
use record::{Record, Value};
use schema::{Schema, Table};
use std::collections::BTreeSet;
use typed::Untyped;

/// Cells of one file. A table that has more than are left is not read, and said to be.
const MAX_CELLS: u64 = 100_000_000;
const MAX_COLUMNS: usize = 4_096;
const MAX_TABLES: usize = 1_000;
const MAX_NAME_CHARS: usize = 120;

/// How often progress is told, in rows.
const ROWS_BETWEEN: u64 = 20_000;

/// Names listed in a remark.
const MAX_LISTED: usize = 8;

/// Reads all tables.
///
/// # Errors
/// `bad_sqlite`, `empty_file`, `table_too_large`.
pub(super) fn read(
    bytes: &[u8],
    spec: &ReaderSpec,
    notices: &mut Notices,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let mut file = File::open(bytes).ok_or_else(bad)?;
    let schema = Schema::read(&mut file);
    if schema.tables.is_empty() && schema.n_lost > 0 {
        return Err(bad());
    }
    remark(&file, &schema, notices);
    let mut done: Vec<(Table, Finished)> = Vec::new();
    let (mut n_left, mut n_rows) = (MAX_CELLS, 0u64);
    let mut parts: BTreeSet<String> = BTreeSet::new();
    let (mut too_large, mut unclear): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (i, table) in schema.tables.into_iter().enumerate() {
        if i == MAX_TABLES {
            let text = format!("Only the first {} tables are read", wording::format_count(MAX_TABLES as u64));
            notices.add("too_many_tables", text, 1);
            break;
        }
        let mut rows = Rows::new(table.def.as_ref(), n_left);
        let mut tell = |file: &File<'_>, n: u64| {
            let total_bytes = file.n_bytes() as u64;
            progress(ReadProgress {
                done_bytes: file.n_used_bytes().min(total_bytes),
                total_bytes,
                n_rows: n_rows + n,
            });
        };
        if rows.fill(&mut file, table.root, &mut tell).is_err() {
            too_large.push(table.name);
            continue;
        }
        n_left = n_left.saturating_sub(rows.n_cells());
        n_rows += rows.n_loaded;
        let finished = rows.finish(part_name(&table.name, &mut parts), &file, spec)?;
        match finished {
            Some(finished) => done.push((table, finished)),
            None => unclear.push(table.name),
        }
    }
    if !unclear.is_empty() {
        let n = unclear.len() as u64;
        let what = wording::plural(n, "table without rows is", "tables without rows are");
        notices.add("unclear_tables", format!("{what} left out, as the columns are unclear: {}", listed(&unclear)), n);
    }
    if !too_large.is_empty() {
        let text = format!(
            "{} too large to be read here: {}",
            wording::plural(too_large.len() as u64, "table is", "tables are"),
            listed(&too_large)
        );
        if done.is_empty() {
            return Err(Problem::limit("table_too_large", format!("{text}."))
                .because(format!("At most {} cells are possible.", wording::format_count(MAX_CELLS)))
                .hint("Make a smaller database with the rows or columns you need."));
        }
        notices.add("table_too_large", text, too_large.len() as u64);
    }
    if done.is_empty() {
        return Err(Problem::input("empty_file", "This database has no tables that can be read."));
    }
    let nothing = TableDef::default();
    let named: Vec<keys::Named<'_>> = done
        .iter()
        .map(|(table, finished)| {
            let def = table.def.as_ref().unwrap_or(&nothing);
            keys::Named { name: &table.name, part: &finished.read.part, def, columns: &finished.columns }
        })
        .collect();
    let keys = keys::declared(&named);
    let with_keys = done.into_iter().zip(keys).map(|((_, finished), keys)| ReadTable { keys, ..finished.read });
    Ok(with_keys.collect())
}

/// What is to be said about the file as a whole.
fn remark(file: &File<'_>, schema: &Schema, notices: &mut Notices) {
    if file.is_wal {
        let text = "The latest changes may be missing: this database keeps them in a second file, whose name ends in \
                    -wal, until they are moved into this one";
        notices.add("wal_missing", text, 1);
    }
    let n_pages = file.n_pages();
    let n_said = file.n_pages_said.unwrap_or(n_pages);
    let is_partial = !file.n_bytes().is_multiple_of(file.page_size);
    if n_said > n_pages || is_partial {
        let n_most = n_said.max(n_pages + u64::from(is_partial));
        let text = format!(
            "The file is cut off: {} of {} pages are there",
            wording::format_count(n_pages),
            wording::format_count(n_most)
        );
        notices.add("cut_off", text, n_most - n_pages);
    }
    if schema.n_lost > 0 {
        let text = "Parts of the list of tables are damaged: whole tables may be missing";
        notices.add("damaged_schema", text, schema.n_lost);
    }
    let n_views = schema.views.len() as u64;
    if n_views > 0 {
        let what = wording::plural(n_views, "view is", "views are");
        let text = format!("{what} not read, as views are computed from the tables: {}", listed(&schema.views));
        notices.add("views_not_read", text, n_views);
    }
    let virtual_names: Vec<String> = schema.virtual_tables.iter().map(|(name, _)| name.clone()).collect();
    let n_virtual = virtual_names.len() as u64;
    if n_virtual > 0 {
        let what = wording::plural(n_virtual, "virtual table is", "virtual tables are");
        let text = format!("{what} not read, as SQLite needs an extension for such tables: {}", listed(&virtual_names));
        notices.add("virtual_not_read", text, n_virtual);
    }
}

/// Some names, and how many more there are.
fn listed(names: &[String]) -> String {
    let mut shown: Vec<String> = names.iter().take(MAX_LISTED).map(|name| shortened(name)).collect();
    if names.len() > MAX_LISTED {
        shown.push(format!("{} more", wording::format_count((names.len() - MAX_LISTED) as u64)));
    }
    wording::list(&shown)
}

fn shortened(name: &str) -> String {
    let plain = name.chars().map(|c| if c.is_control() { ' ' } else { c });
    plain.take(MAX_NAME_CHARS).collect::<String>().trim().to_owned()
}

/// The table's name, unlike those before it.
fn part_name(name: &str, taken: &mut BTreeSet<String>) -> String {
    let base = shortened(name);
    let mut part = base.clone();
    let mut n = 2u32;
    while part.is_empty() || !taken.insert(part.clone()) {
        part = if base.is_empty() { format!("table {n}") } else { format!("{base} {n}") };
        n += 1;
    }
    part
}

/// The rows of one table while they are read.
struct Rows<'d> {
    def: Option<&'d TableDef>,
    /// The stored columns, in the order in which rows have them; `place` is that among all columns.
    columns: Vec<Stored>,
    places: Vec<usize>,
    /// The stored column that is the rowid.
    rowid: Option<usize>,
    n_loaded: u64,
    /// Cells that it may have.
    most_cells: u64,
    ledger: Ledger,
    n_lost_pages: u64,
    /// Rows with more values than the table has columns.
    n_wide: u64,
}

/// The table has more than fits.
struct TooLarge;

struct Finished {
    /// The names of the columns here, by their places; those that were not read are `None`.
    columns: Vec<Option<String>>,
    read: ReadTable,
}

impl<'d> Rows<'d> {
    fn new(def: Option<&'d TableDef>, most_cells: u64) -> Rows<'d> {
        let places = def.map(TableDef::stored).unwrap_or_default();
        let column_defs = places.iter().filter_map(|place| def?.columns.get(*place));
        let columns = column_defs.map(|c| Stored::new(c.affinity(), c.default.clone())).collect();
        let rowid = def.and_then(|d| d.rowid_column).and_then(|at| places.iter().position(|place| *place == at));
        let ledger = Ledger::default();
        Rows { def, columns, places, rowid, n_loaded: 0, most_cells, ledger, n_lost_pages: 0, n_wide: 0 }
    }

    fn n_cells(&self) -> u64 {
        self.n_loaded.saturating_mul(self.columns.len() as u64)
    }

    fn fill(&mut self, file: &mut File<'_>, root: u32, tell: &mut dyn FnMut(&File<'_>, u64)) -> Result<(), TooLarge> {
        if self.columns.len() > MAX_COLUMNS {
            return Err(TooLarge);
        }
        self.n_lost_pages = tree::walk(file, root, &mut |file, found| {
            let record = found.row.and_then(|row| {
                let is_sound = Record::new(&row.payload).is_some();
                if is_sound { Ok(row) } else { Err(Damage::Garbled) }
            });
            match record {
                Ok(row) => {
                    self.add(&row, file)?;
                    if self.n_loaded.is_multiple_of(ROWS_BETWEEN) {
                        tell(file, self.n_loaded);
                    }
                }
                Err(damage) => self.set_aside(found.byte, damage),
            }
            Ok(())
        })?;
        Ok(())
    }

    fn add(&mut self, row: &tree::Row<'_>, file: &File<'_>) -> Result<(), TooLarge> {
        let Some(mut values) = Record::new(&row.payload) else { return Ok(()) };
        if self.def.is_none() {
            self.widen(values.clone().count())?;
        }
        if self.n_cells().saturating_add(self.columns.len() as u64) > self.most_cells {
            return Err(TooLarge);
        }
        for (i, column) in self.columns.iter_mut().enumerate() {
            let pushed = match values.next() {
                // The rowid stands beside the row, and nothing in its place.
                Some(Value::Null) | None if self.rowid == Some(i) => {
                    column.push(row.rowid.map_or(Value::Null, Value::Int), file.encoding)
                }
                Some(value) => column.push(value, file.encoding),
                None => column.push_default(),
            };
            pushed.map_err(|_| TooLarge)?;
        }
        self.n_wide += u64::from(values.next().is_some());
        self.n_loaded += 1;
        Ok(())
    }

    /// Where the statement is not understood, there are as many columns as the widest row has values.
    fn widen(&mut self, n: usize) -> Result<(), TooLarge> {
        if n > MAX_COLUMNS || self.n_loaded.saturating_mul(n as u64) > self.most_cells {
            return Err(TooLarge);
        }
        while self.columns.len() < n {
            let mut column = Stored::new(Affinity::Blob, Literal::Null);
            for _ in 0..self.n_loaded {
                column.push_default().map_err(|_| TooLarge)?;
            }
            self.places.push(self.columns.len());
            self.columns.push(column);
        }
        Ok(())
    }

    fn set_aside(&mut self, byte: u64, damage: Damage) {
        let reason = match damage {
            Damage::Missing => "the row goes on in a part of the file that is not there",
            Damage::Repeated => "the row goes on in a part of the file that belongs to another",
            Damage::Garbled => "the row is damaged",
        };
        let line = self.n_loaded + self.ledger.n_set_aside + 1;
        self.ledger.put_aside(line, byte, reason.to_owned(), String::new);
    }

    /// The table; `None` when it has no columns.
    fn finish(mut self, part: String, file: &File<'_>, spec: &ReaderSpec) -> Result<Option<Finished>, Problem> {
        if self.columns.is_empty() {
            return Ok(None);
        }
        let mut notices = Notices::default();
        let n_columns = self.def.map_or(self.columns.len(), |d| d.columns.len());
        // Shown in the order of the table's statement, whatever order they are stored in.
        let mut by_place: Vec<Option<Stored>> = (0..n_columns).map(|_| None).collect();
        for (place, column) in self.places.drain(..).zip(self.columns.drain(..)) {
            if let Some(slot) = by_place.get_mut(place) {
                *slot = Some(column);
            }
        }
        let def_of = |place: usize| self.def.and_then(|d| d.columns.get(place));
        let is_here: Vec<bool> = by_place.iter().map(Option::is_some).collect();
        let raw: Vec<String> = (0..n_columns)
            .filter(|place| is_here.get(*place) == Some(&true))
            .map(|place| def_of(place).map(|c| c.name.clone()).unwrap_or_default())
            .collect();
        let heads = names::heads(&raw, &mut notices);
        let mut head_names = heads.iter().map(|head| head.name.clone());
        let names: Vec<Option<String>> =
            is_here.iter().map(|here| if *here { head_names.next() } else { None }).collect();
        let stored = by_place.into_iter().enumerate().filter_map(|(place, stored)| Some((place, stored?)));
        let untyped = stored.zip(heads).map(|((place, stored), head)| {
            let declared = def_of(place).map(|c| c.declared.clone()).unwrap_or_default();
            let affinity = def_of(place).map_or(Affinity::Blob, ColumnDef::affinity);
            Untyped { head, declared, affinity, stored }
        });
        let n_rows = self.n_loaded as usize;
        let typed = typed::build(untyped.collect(), spec, n_rows, &mut |_| {})?;
        self.remark(&mut notices);
        aside::drop_listed(&mut self.ledger, spec, &part);
        notices.0.extend(typed.notices.0);
        let ledger = Ledger {
            n_rows_in_file: self.n_loaded + self.ledger.n_set_aside,
            n_loaded: self.n_loaded,
            size_bytes: file.n_bytes() as u64,
            changed: typed.changed,
            ..self.ledger
        };
        let reading = Reading {
            format: Format::Sqlite,
            encoding: Some(file.encoding.label().to_owned()),
            delimiter: None,
            quote: None,
            header_rows: 0,
            skipped_lines: 0,
            record_path: None,
        };
        let keys = DeclaredKeys::default();
        let read = ReadTable { part, table: typed.table, ledger, reading, notices, keys };
        Ok(Some(Finished { columns: names, read }))
    }

    fn remark(&self, notices: &mut Notices) {
        if self.n_lost_pages > 0 {
            let pages = wording::plural(self.n_lost_pages, "page", "pages");
            let text = format!("{pages} of this table could not be read: the rows on them are missing");
            notices.add("damaged_pages", text, self.n_lost_pages);
        }
        if self.ledger.n_set_aside > 0 {
            let rows = wording::plural(self.ledger.n_set_aside, "row", "rows");
            notices.add("rows_set_aside", format!("{rows} set aside: damaged"), self.ledger.n_set_aside);
        }
        if self.n_wide > 0 {
            let rows = wording::plural(self.n_wide, "row has", "rows have");
            notices.add("extra_values", format!("{rows} more values than there are columns: left out"), self.n_wide);
        }
        let Some(def) = self.def else {
            let text = "The names of the columns could not be read from the database";
            notices.add("unread_definition", text, 1);
            return;
        };
        let computed: Vec<String> = def.columns.iter().filter(|c| c.is_virtual).map(|c| c.name.clone()).collect();
        if !computed.is_empty() {
            let n = computed.len() as u64;
            let what = wording::plural(n, "column is", "columns are");
            let text = format!("{what} not read, as the database computes them when asked: {}", listed(&computed));
            notices.add("computed_columns", text, n);
        }
    }
}

fn bad() -> Problem {
    Problem::input("bad_sqlite", "This SQLite database cannot be read.")
        .because("It is damaged, cut off or locked with a password.")
        .hint("Copy it again, or open it in the program that made it and save it without a password.")
}
