//! What was collected from the places of a document → tables with names, each saying to which other it belongs.

use super::build;
use super::short_names::short_names;
use super::{Collected, Decoded};
use crate::base::{Notices, Problem, wording};
use crate::source::aside;
use crate::source::spec::{Format, Ledger, ReadProgress, ReadTable, ReaderSpec, Reading};
use std::collections::BTreeSet;

/// The records of one place, with the lists within them.
pub(super) struct Part {
    pub collected: Collected,
    pub steps: Vec<String>,
    /// The file's own table, which needs no name beside the file's.
    pub is_main: bool,
}

/// Builds all tables of a file.
///
/// # Errors
/// `table_too_large`.
pub(super) fn finish(
    parts: Vec<Part>,
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    format: Format,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let all_rows: usize = parts.iter().flat_map(|p| &p.collected.family.members).map(|m| m.columns.len()).sum();
    let total_bytes = input.size_bytes;
    let mut n_before = 0u64;
    let mut say = |n_rows: u64| {
        let done_bytes = total_bytes / 2 + (total_bytes as f64 / 2.0 * n_rows as f64 / all_rows.max(1) as f64) as u64;
        progress(ReadProgress { done_bytes: done_bytes.min(total_bytes), total_bytes, n_rows });
    };
    let mut tables = Vec::new();
    for part in parts {
        let Part { collected: Collected { family, ledger, notices, units }, steps, is_main } = part;
        let built = build::build(&family, &steps, spec, &units, &mut |done| say(n_before + done))?;
        n_before += built.iter().map(|b| b.table.n_rows()).sum::<u64>();
        tables.push((built, ledger, notices, steps, is_main));
    }
    let paths: Vec<Vec<&str>> =
        tables.iter().flat_map(|(built, ..)| built).map(|b| b.path.iter().map(String::as_str).collect()).collect();
    let mut labels = distinct(short_names(&paths)).into_iter();
    let mut out = Vec::new();
    for (built, mut ledger, mut notices, steps, is_main) in tables {
        let names: Vec<String> = built.iter().filter_map(|_| labels.next()).collect();
        let children: Vec<(Option<usize>, String)> = built
            .iter()
            .zip(&names)
            .map(|(b, name)| (b.parent, format!("{name} ({})", wording::plural(b.table.n_rows(), "row", "rows"))))
            .collect();
        for (index, (b, name)) in built.into_iter().zip(&names).enumerate() {
            let n_rows = b.table.n_rows();
            let (mut own_ledger, mut own) = match index {
                0 => (std::mem::take(&mut ledger), std::mem::take(&mut notices)),
                _ => (Ledger { size_bytes: input.size_bytes, ..Ledger::default() }, Notices::default()),
            };
            own_ledger.n_loaded = n_rows;
            own_ledger.n_rows_in_file += n_rows;
            let part = if is_main && index == 0 { String::new() } else { name.clone() };
            // The reader of lines has seen to it.
            if format != Format::Ndjson {
                aside::drop_listed(&mut own_ledger, spec, &part);
            }
            if own_ledger.n_set_aside > 0 {
                let n = own_ledger.n_set_aside;
                own.add("rows_set_aside", format!("{} set aside", wording::plural(n, "record", "records")), n);
            }
            let below: Vec<String> =
                children.iter().filter(|(p, _)| *p == Some(index)).map(|(_, label)| label.clone()).collect();
            if !below.is_empty() {
                let text = format!("Lists of records in these rows are tables of their own: {}", wording::list(&below));
                own.add("child_tables", text, below.len() as u64);
            }
            if let (Some(key), Some(parent)) = (&b.key, b.parent) {
                let parent = names.get(parent).filter(|_| !is_main || parent != 0);
                let of = parent.map_or("the file's first table".to_owned(), |name| format!("'{name}'"));
                own.add("belongs_to", format!("'{key}' says to which row of {of} each row belongs"), n_rows);
            }
            own.0.extend(b.notices.0);
            own_ledger.changed = b.changed;
            out.push(ReadTable {
                part,
                table: b.table,
                ledger: own_ledger,
                reading: Reading {
                    format,
                    encoding: Some(input.encoding.to_owned()),
                    delimiter: None,
                    quote: None,
                    header_rows: 0,
                    skipped_lines: 0,
                    record_path: match format {
                        Format::Ndjson if index == 0 => None,
                        _ if index == 0 => Some(steps.join(".")),
                        _ => Some(b.path.join(".")),
                    },
                },
                notices: own,
                keys: Default::default(),
            });
        }
    }
    Ok(out)
}

/// Names that are there and not the same: a document may have a field twice, or one without a name.
fn distinct(names: Vec<String>) -> Vec<String> {
    let mut taken = BTreeSet::new();
    let mut free = |name: String| {
        let base = if name.trim().is_empty() { "table".to_owned() } else { name };
        let mut name = base.clone();
        let mut n = 2usize;
        while !taken.insert(name.to_lowercase()) {
            name = format!("{base} {n}");
            n += 1;
        }
        name
    };
    names.into_iter().map(&mut free).collect()
}
