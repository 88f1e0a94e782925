//! What is in the database: the rows of `sqlite_schema` (fileformat2.html, section 2.6).

use super::create::{self, TableDef};
use super::file::{Encoding, File};
use super::record::{Record, Value};
use super::tree;
use encoding_rs::{UTF_16BE, UTF_16LE, WINDOWS_1252};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::convert::Infallible;

/// A table with rows in the file.
pub(super) struct Table {
    pub name: String,
    pub root: u32,
    /// `None` when its statement is not understood.
    pub def: Option<TableDef>,
}

#[derive(Default)]
pub(super) struct Schema {
    pub tables: Vec<Table>,
    pub views: Vec<String>,
    /// Tables whose rows another program makes: name and module.
    pub virtual_tables: Vec<(String, String)>,
    /// Entries of the schema that could not be read, and pages of it.
    pub n_lost: u64,
}

/// One row of `sqlite_schema`.
struct Entry {
    kind: String,
    name: String,
    table: String,
    root: u32,
    sql: String,
}

impl Schema {
    pub fn read(file: &mut File<'_>) -> Schema {
        let mut schema = Schema::default();
        let mut unique: Vec<(String, Vec<String>)> = Vec::new();
        let mut n_damaged = 0u64;
        let walked = tree::walk::<Infallible>(file, 1, &mut |file, found| {
            match found.row.ok().and_then(|row| entry(&row.payload, file.encoding)) {
                Some(entry) => schema.add(entry, &mut unique),
                None => n_damaged += 1,
            }
            Ok(())
        });
        let n_pages = walked.unwrap_or(0);
        schema.n_lost = n_pages + n_damaged;
        schema.leave_out_internal();
        let places: BTreeMap<String, usize> =
            schema.tables.iter().enumerate().rev().map(|(place, t)| (t.name.to_ascii_lowercase(), place)).collect();
        for (table, columns) in unique {
            let owner = places.get(&table.to_ascii_lowercase()).and_then(|place| schema.tables.get_mut(*place));
            if let Some(def) = owner.and_then(|t| t.def.as_mut()) {
                def.unique.push(columns);
            }
        }
        schema
    }

    fn add(&mut self, entry: Entry, unique: &mut Vec<(String, Vec<String>)>) {
        match entry.kind.as_str() {
            "table" if entry.root == 0 => {
                let module = create::virtual_module(&entry.sql).unwrap_or_default();
                self.virtual_tables.push((entry.name, module));
            }
            "table" => self.tables.push(Table { name: entry.name, root: entry.root, def: create::table(&entry.sql) }),
            "view" => self.views.push(entry.name),
            "index" => unique.extend(create::unique_index(&entry.sql).map(|columns| (entry.table, columns))),
            _ => {}
        }
    }

    /// Takes out SQLite's own tables, and those in which search indexes keep what they know. The texts
    /// that such an index holds are in `…_content`, which stays.
    fn leave_out_internal(&mut self) {
        let mut shadows: BTreeSet<String> = BTreeSet::new();
        for (name, module) in &self.virtual_tables {
            let endings: &[&str] = match module.as_str() {
                "fts3" | "fts4" => &["segments", "segdir", "docsize", "stat"],
                "fts5" => &["data", "idx", "docsize", "config"],
                "rtree" | "rtree_i32" | "geopoly" => &["node", "rowid", "parent"],
                _ => &[],
            };
            shadows.extend(endings.iter().map(|ending| format!("{name}_{ending}").to_ascii_lowercase()));
        }
        self.tables.retain(|table| {
            let name = table.name.to_ascii_lowercase();
            !name.starts_with("sqlite_") && !shadows.contains(&name)
        });
    }
}

fn entry(payload: &[u8], encoding: Encoding) -> Option<Entry> {
    let mut values = Record::new(payload)?;
    let mut text = || match values.next()? {
        Value::Text(bytes) => Some(Some(decoded(bytes, encoding).0.into_owned())),
        Value::Int(n) => Some(Some(n.to_string())),
        Value::Null => Some(None),
        _ => None,
    };
    let (kind, name, table) = (text()??, text()??, text()??);
    let root = match text()? {
        None => 0,
        Some(number) => number.parse().ok()?,
    };
    Some(Entry { kind, name, table, root, sql: text()?.unwrap_or_default() })
}

/// A text as it was meant, and whether it was not what the file says its texts are: then single bytes
/// are read as most programs of its time wrote them.
pub(super) fn decoded(bytes: &[u8], encoding: Encoding) -> (Cow<'_, str>, bool) {
    match encoding {
        Encoding::Utf8 => match std::str::from_utf8(bytes) {
            Ok(text) => (Cow::Borrowed(text), false),
            Err(_) => (WINDOWS_1252.decode_without_bom_handling(bytes).0, true),
        },
        Encoding::Utf16Le => UTF_16LE.decode_without_bom_handling(bytes),
        Encoding::Utf16Be => UTF_16BE.decode_without_bom_handling(bytes),
    }
}
