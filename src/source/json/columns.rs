//! Records → columns of text. The fields of nested objects become columns of their own.

use super::tape::{Kind, Tape};
use crate::base::{Notices, Problem, wording};
use crate::source::types::Cells;
use hashbrown::HashMap;
use std::borrow::Cow;

const MAX_COLUMNS: usize = 4_096;

/// Rows times columns: beyond this the table would not fit into a tab.
const MAX_CELLS: usize = 200_000_000;

/// The cells of one column, end to end.
#[derive(Default)]
struct Column {
    text: String,
    /// Where each row's text ends; rows at the end that have none are not there.
    ends: Vec<u32>,
    n_numbers: u64,
    n_strings: u64,
}

/// A place in the records, with the places within it.
#[derive(Default)]
struct Branch {
    name: String,
    parent: usize,
    column: Option<usize>,
    by_name: HashMap<String, usize>,
    children: Vec<usize>,
    /// Where the field stood that came last: records mostly repeat their order.
    last: usize,
}

/// Columns that grow record by record.
pub(in crate::source) struct Columns {
    branches: Vec<Branch>,
    columns: Vec<Column>,
    /// The place of each column.
    places: Vec<usize>,
    lines: Vec<u64>,
    n_rows: usize,
    n_json: u64,
    n_lists: u64,
    n_repeated: u64,
}

impl Columns {
    pub fn new() -> Columns {
        Columns {
            branches: vec![Branch::default()],
            columns: Vec::new(),
            places: Vec::new(),
            lines: Vec::new(),
            n_rows: 0,
            n_json: 0,
            n_lists: 0,
            n_repeated: 0,
        }
    }

    /// Adds a record, which may be any value; `line` is where it starts.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn add(&mut self, tape: &Tape, text: &str, at: u32, key: Option<&str>, line: u64) -> Result<(), Problem> {
        if let Some(key) = key {
            let branch = self.child(0, "key")?;
            self.put(branch, key, Kind::String)?;
        }
        match tape.node(at).map(|n| n.kind) {
            Some(Kind::Object) => self.add_object(tape, text, at)?,
            Some(Kind::Array) => {
                for (i, element) in tape.elements(at).enumerate() {
                    let branch = self.child(0, &format!("column_{}", i + 1))?;
                    self.add_value(tape, text, element, branch)?;
                }
            }
            _ => {
                let branch = self.child(0, "value")?;
                self.add_value(tape, text, at, branch)?;
            }
        }
        self.end_row(line)
    }

    /// Adds one cell of a table that is written by columns; rows are ended by [`Columns::end_row`].
    ///
    /// # Errors
    /// `too_many_columns`.
    pub fn add_cell(&mut self, tape: &Tape, text: &str, name: &str, at: u32) -> Result<(), Problem> {
        let branch = self.child(0, name)?;
        self.add_value(tape, text, at, branch)
    }

    /// # Errors
    /// `table_too_large`.
    pub fn end_row(&mut self, line: u64) -> Result<(), Problem> {
        self.n_rows += 1;
        self.lines.push(line);
        if self.n_rows.saturating_mul(self.columns.len()) > MAX_CELLS {
            return Err(Problem::limit("table_too_large", "This table has too many cells to be read here.")
                .because(format!("At most {} are possible.", wording::format_count(MAX_CELLS as u64))));
        }
        Ok(())
    }

    fn add_object(&mut self, tape: &Tape, text: &str, at: u32) -> Result<(), Problem> {
        // Its own stack, as nesting is bounded by the tape but the call stack of a tab is small.
        let mut open: Vec<(u32, u32, usize)> = Vec::new();
        let end_of = |at: u32| tape.node(at).map_or(at + 1, |n| n.next);
        open.push((at + 1, end_of(at), 0));
        while let Some((next, end, branch)) = open.pop() {
            if next >= end {
                continue;
            }
            let value = next + 1;
            open.push((end_of(value), end, branch));
            let name = tape.text(text, next);
            let child = self.child(branch, &name)?;
            let has_fields = tape.node(value).is_some_and(|n| n.kind == Kind::Object && n.next > value + 1);
            if has_fields {
                open.push((value + 1, end_of(value), child));
            } else {
                self.add_value(tape, text, value, child)?;
            }
        }
        Ok(())
    }

    /// The place under a branch with a name, made if it is new.
    fn child(&mut self, branch: usize, name: &str) -> Result<usize, Problem> {
        let parent = self.branches.get(branch).ok_or_else(lost)?;
        let named = |place: usize| {
            let child = *parent.children.get(place)?;
            (self.branches.get(child)?.name == name).then_some((place, child))
        };
        let known = named(parent.last + 1).or_else(|| named(0)).or_else(|| named(*parent.by_name.get(name)?));
        let made = self.branches.len();
        let parent = self.branches.get_mut(branch).ok_or_else(lost)?;
        if let Some((place, child)) = known {
            parent.last = place;
            return Ok(child);
        }
        if made > MAX_COLUMNS * 2 {
            return Err(too_many_columns());
        }
        parent.last = parent.children.len();
        parent.by_name.insert(name.to_owned(), parent.last);
        parent.children.push(made);
        self.branches.push(Branch { name: name.to_owned(), parent: branch, ..Branch::default() });
        Ok(made)
    }

    fn add_value(&mut self, tape: &Tape, text: &str, at: u32, branch: usize) -> Result<(), Problem> {
        let Some(node) = tape.node(at) else { return Ok(()) };
        match node.kind {
            Kind::String | Kind::Number | Kind::True | Kind::False => self.put(branch, &tape.text(text, at), node.kind),
            // The column is there all the same.
            Kind::Null => self.put(branch, "", Kind::Null),
            Kind::Object => self.put(branch, "", Kind::Null),
            Kind::Array => {
                let is_scalar = |e: u32| tape.node(e).is_some_and(|n| !matches!(n.kind, Kind::Object | Kind::Array));
                if tape.elements(at).all(is_scalar) {
                    let parts: Vec<Cow<'_, str>> = tape
                        .elements(at)
                        .filter(|e| tape.node(*e).is_some_and(|n| n.kind != Kind::Null))
                        .map(|e| tape.text(text, e))
                        .collect();
                    self.n_lists += u64::from(parts.len() > 1);
                    self.put(branch, &parts.join("; "), Kind::String)
                } else {
                    self.n_json += 1;
                    self.put(branch, &tape.compact(text, at), Kind::String)
                }
            }
        }
    }

    /// Writes a cell of the current row.
    fn put(&mut self, branch: usize, cell: &str, kind: Kind) -> Result<(), Problem> {
        let Some(slot) = self.branches.get_mut(branch) else { return Ok(()) };
        let index = match slot.column {
            Some(index) => index,
            None => {
                if self.columns.len() == MAX_COLUMNS {
                    return Err(too_many_columns());
                }
                slot.column = Some(self.columns.len());
                self.places.push(branch);
                self.columns.push(Column::default());
                self.columns.len() - 1
            }
        };
        let Some(column) = self.columns.get_mut(index) else { return Ok(()) };
        if column.ends.len() > self.n_rows {
            // The record has the field twice; as in JavaScript, the last one counts.
            self.n_repeated += 1;
            column.ends.truncate(self.n_rows);
            let end = column.ends.last().map_or(0, |e| *e as usize);
            column.text.truncate(end);
        }
        if cell.is_empty() {
            return Ok(());
        }
        let end = column.text.len() as u32;
        column.ends.resize(self.n_rows, end);
        column.text.push_str(cell);
        if column.text.len() > crate::source::csv::MAX_TEXT_BYTES {
            return Err(Problem::limit("table_too_large", "One column has too much text to be read here."));
        }
        column.ends.push(column.text.len() as u32);
        match kind {
            Kind::Number => column.n_numbers += 1,
            _ => column.n_strings += 1,
        }
        Ok(())
    }

    /// The names from the record down to each column: `["location", "lat"]`.
    pub fn paths(&self) -> Vec<Vec<&str>> {
        let path_of = |place: &usize| {
            let mut path = Vec::new();
            let mut at = *place;
            while let Some(branch) = self.branches.get(at).filter(|_| at != 0) {
                path.push(branch.name.as_str());
                at = branch.parent;
            }
            path.reverse();
            path
        };
        self.places.iter().map(path_of).collect()
    }

    pub fn len(&self) -> usize {
        self.n_rows
    }

    /// What is to be said about nested and repeated fields.
    pub fn add_notices(&self, notices: &mut Notices) {
        if self.n_lists > 0 {
            let text = format!("{} joined with semicolons", wording::plural(self.n_lists, "list", "lists"));
            notices.add("lists_joined", text, self.n_lists);
        }
        if self.n_json > 0 {
            let text = format!("{} of records kept as JSON text", wording::plural(self.n_json, "list", "lists"));
            notices.add("nested_kept", text, self.n_json);
        }
        if self.n_repeated > 0 {
            let text = format!(
                "{} twice in a record: the last one counts",
                wording::plural(self.n_repeated, "field is", "fields are")
            );
            notices.add("repeated_field", text, self.n_repeated);
        }
    }
}

impl Cells for Columns {
    fn n_rows(&self) -> usize {
        self.n_rows
    }

    fn n_columns(&self) -> usize {
        self.columns.len()
    }

    #[inline]
    fn get(&self, column: usize, row: usize) -> Cow<'_, str> {
        let cell = || {
            let column = self.columns.get(column)?;
            let end = *column.ends.get(row)? as usize;
            let start = row.checked_sub(1).and_then(|r| column.ends.get(r)).map_or(0, |e| *e as usize);
            column.text.get(start..end)
        };
        Cow::Borrowed(cell().unwrap_or(""))
    }

    fn line(&self, row: usize) -> u64 {
        self.lines.get(row).copied().unwrap_or(0)
    }

    fn has_literal_numbers(&self, column: usize) -> bool {
        self.columns.get(column).is_some_and(|c| c.n_numbers > 0 && c.n_strings == 0)
    }
}

fn lost() -> Problem {
    Problem::bug("bug_json_columns", "A field of a record was lost on the way.")
}

fn too_many_columns() -> Problem {
    Problem::limit("too_many_columns", "The records have too many different fields to be one table.")
        .because(format!("At most {} columns can be read.", wording::format_count(MAX_COLUMNS as u64)))
        .hint("If the names of the fields are themselves data, such as dates or ids, name the list to be read instead.")
}
