//! Records as they are laid out in a document → rows.

use super::Collected;
use super::find::{self, Found, Shape};
use super::jsonstat;
use super::tape::{Kind, Tape};
use crate::base::Problem;
use std::borrow::Cow;
use std::collections::BTreeSet;

/// Adds all records at a place of a document. `byte_offset` is where the document starts in the file.
///
/// # Errors
/// `too_many_columns`, `table_too_large`.
pub(super) fn add_records(
    tape: &Tape,
    text: &str,
    found: &Found,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
    byte_offset: u64,
) -> Result<(), Problem> {
    let at = found.at;
    match found.shape {
        Shape::Single => out.family.add(tape, text, at, None, line_at),
        Shape::Lists => {
            for element in tape.elements(at).flat_map(|list| tape.elements(list)) {
                out.family.add(tape, text, element, None, line_at)?;
            }
            Ok(())
        }
        Shape::Keyed => {
            out.family.root()?.name_keys(found.key);
            for (key, value) in tape.fields(at) {
                out.family.add(tape, text, value, Some(&tape.text(text, key)), line_at)?;
            }
            Ok(())
        }
        Shape::KeyedLists => {
            out.family.root()?.name_keys(found.key);
            for (key, list) in tape.fields(at) {
                let key = tape.text(text, key);
                for element in tape.elements(list) {
                    out.family.add(tape, text, element, Some(&key), line_at)?;
                }
            }
            Ok(())
        }
        Shape::Cube => jsonstat::add(tape, text, at, out, line_at, byte_offset),
        Shape::Crossed => add_crossed(tape, text, at, out, line_at),
        Shape::Columns => add_by_columns(tape, text, at, out, line_at),
        Shape::Rows { names: Some(names), index } => add_rows(tape, text, at, (names, index), out, line_at),
        Shape::List | Shape::Rows { .. } => add_list(tape, text, at, out, line_at, byte_offset),
    }
}

/// The texts of a list, if it is one of different texts: a header.
fn header_in<'t>(tape: &Tape, text: &'t str, at: u32) -> Option<Vec<Cow<'t, str>>> {
    let is_text = |e: u32| tape.node(e).is_some_and(|n| n.kind == Kind::String);
    let mut seen = BTreeSet::new();
    let is_header = tape.elements(at).all(|e| is_text(e) && seen.insert(tape.text(text, e)));
    (is_header && !seen.is_empty()).then(|| tape.elements(at).map(|e| tape.text(text, e)).collect())
}

/// Puts the cells of a list into the columns of these names; the row is not ended.
fn add_cells<'a>(
    tape: &Tape,
    text: &str,
    at: u32,
    names: impl Iterator<Item = Cow<'a, str>>,
    out: &mut Collected,
) -> Result<(), Problem> {
    let mut names = names;
    for (i, cell) in tape.elements(at).enumerate() {
        let name = names.next().unwrap_or_else(|| format!("column_{}", i + 1).into());
        out.family.root()?.add_cell(tape, text, &name, cell)?;
    }
    Ok(())
}

fn add_list(
    tape: &Tape,
    text: &str,
    at: u32,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
    byte_offset: u64,
) -> Result<(), Problem> {
    let kind_at = |e: u32| tape.node(e).map(|n| n.kind);
    let has_objects = tape.elements(at).any(|e| kind_at(e) == Some(Kind::Object));
    let has_lists = tape.elements(at).any(|e| kind_at(e) == Some(Kind::Array));
    // A list of lists may have its header as the first one.
    let first = tape.elements(at).next().filter(|e| !has_objects && kind_at(*e) == Some(Kind::Array));
    let header = first.and_then(|first| header_in(tape, text, first));
    for element in tape.elements(at) {
        let is_record = match kind_at(element) {
            Some(Kind::Object) => true,
            Some(Kind::Array) => !has_objects,
            _ => !has_objects && !has_lists,
        };
        if !is_record {
            let line = line_at(tape.position(element));
            let byte = byte_offset + tape.position(element) as u64;
            out.set_aside(line, byte, "not a record like the others", tape.raw(text, element));
            continue;
        }
        match &header {
            Some(_) if Some(element) == first => out.add_header(),
            Some(header) => {
                let line = line_at(tape.position(element));
                add_cells(tape, text, element, header.iter().cloned(), out)?;
                out.family.end_row(tape, text, line, line_at)?;
            }
            None => out.family.add(tape, text, element, None, line_at)?,
        }
    }
    Ok(())
}

/// Rows whose names, and maybe keys, stand in lists beside them.
fn add_rows(
    tape: &Tape,
    text: &str,
    at: u32,
    (names, index): (u32, Option<u32>),
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
) -> Result<(), Problem> {
    let names: Vec<Cow<'_, str>> = tape.elements(names).filter_map(|e| find::name_in(tape, text, e)).collect();
    let mut keys = index.map(|index| tape.elements(index));
    for element in tape.elements(at) {
        let line = line_at(tape.position(element));
        if let Some(key) = keys.as_mut().and_then(Iterator::next) {
            out.family.root()?.add_cell(tape, text, "index", key)?;
        }
        add_cells(tape, text, element, names.iter().cloned(), out)?;
        out.family.end_row(tape, text, line, line_at)?;
    }
    Ok(())
}

/// A table written by columns: `{"time": […], "temperature": […]}`.
fn add_by_columns(
    tape: &Tape,
    text: &str,
    at: u32,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
) -> Result<(), Problem> {
    let line = line_at(tape.position(at));
    let is_list = |v: u32| tape.node(v).is_some_and(|n| n.kind == Kind::Array);
    let lists: Vec<(String, Vec<u32>)> = tape
        .fields(at)
        .filter(|(_, value)| is_list(*value))
        .map(|(name, value)| (tape.text(text, name).into_owned(), tape.elements(value).collect()))
        .collect();
    let n_rows = lists.first().map_or(0, |(_, cells)| cells.len());
    for row in 0..n_rows {
        for (name, cells) in &lists {
            if let Some(cell) = cells.get(row) {
                out.family.root()?.add_cell(tape, text, name, *cell)?;
            }
        }
        out.family.end_row(tape, text, line, line_at)?;
    }
    Ok(())
}

/// A table written by columns of numbered cells: `{"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}`.
fn add_crossed(
    tape: &Tape,
    text: &str,
    at: u32,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
) -> Result<(), Problem> {
    let line = line_at(tape.position(at));
    let columns: Vec<(String, Vec<(u32, u32)>)> = tape
        .fields(at)
        .map(|(name, cells)| (tape.text(text, name).into_owned(), tape.fields(cells).collect()))
        .collect();
    let keys: Vec<Cow<'_, str>> =
        columns.first().map(|(_, cells)| cells.iter().map(|(k, _)| tape.text(text, *k)).collect()).unwrap_or_default();
    // Numbers that only count say nothing.
    let only_count = keys.iter().enumerate().all(|(i, key)| *key == i.to_string());
    for (row, key) in keys.iter().enumerate() {
        if !only_count {
            out.family.root()?.put_key(key)?;
        }
        for (name, cells) in &columns {
            if let Some((_, cell)) = cells.get(row) {
                out.family.root()?.add_cell(tape, text, name, *cell)?;
            }
        }
        out.family.end_row(tape, text, line, line_at)?;
    }
    Ok(())
}

/// Lines that are lists: rows, if the first line is one; its texts are the header.
#[derive(Default)]
pub(super) struct ArrayLines {
    is_decided: bool,
    are_rows: bool,
    header: Option<Vec<String>>,
}

impl ArrayLines {
    /// A line was an object, so lists among them are no records.
    pub fn forbid(&mut self) {
        self.is_decided = true;
    }

    pub fn are_rows(&self) -> bool {
        !self.is_decided || self.are_rows
    }

    /// Adds a line that is a list.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn add(&mut self, tape: &Tape, text: &str, out: &mut Collected, line: u64) -> Result<(), Problem> {
        if !self.is_decided {
            self.is_decided = true;
            self.are_rows = true;
            self.header = header_in(tape, text, 0).map(|names| names.into_iter().map(Cow::into_owned).collect());
            if self.header.is_some() {
                out.add_header();
                return Ok(());
            }
        }
        add_cells(tape, text, 0, self.header.iter().flatten().map(|name| Cow::Borrowed(name.as_str())), out)?;
        out.family.end_row(tape, text, line, &mut |_| line)
    }
}
