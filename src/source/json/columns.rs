//! Records → columns of text. The fields of nested objects become columns of their own.

use super::geojson;
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
    /// Lists of records stood here, so it is a table of its own.
    is_table: bool,
    /// Where the field stood that came last: records mostly repeat their order.
    last: usize,
}

/// A list of records that stood in the last record: where in it, and where in the document.
#[derive(Clone, Copy, Debug)]
pub(super) struct Nested {
    pub branch: usize,
    pub at: u32,
}

/// How often something was met that is to be said.
#[derive(Default)]
struct Counts {
    json: u64,
    json_values: u64,
    joined: u64,
    repeated: u64,
    lone_surrogates: u64,
    no_numbers: u64,
    long_numbers: u64,
    features: u64,
}

/// Digits that a 64-bit float keeps when it is written and read again.
const MAX_FLOAT_DIGITS: usize = 17;

/// Columns that grow record by record.
pub(in crate::source) struct Columns {
    branches: Vec<Branch>,
    columns: Vec<Column>,
    /// The place of each column.
    places: Vec<usize>,
    lines: Vec<u64>,
    n_rows: usize,
    nested: Vec<Nested>,
    /// So many more places with lists of records may become tables of their own.
    tables_left: usize,
    key_place: Option<usize>,
    counts: Counts,
}

impl Columns {
    pub fn new(tables_left: usize) -> Columns {
        Columns {
            branches: vec![Branch::default()],
            columns: Vec::new(),
            places: Vec::new(),
            lines: Vec::new(),
            n_rows: 0,
            nested: Vec::new(),
            tables_left,
            key_place: None,
            counts: Counts::default(),
        }
    }

    /// Beyond so many new places lists of records are kept as text.
    pub fn set_tables_left(&mut self, n: usize) {
        self.tables_left = n;
    }

    /// The lists of records that were met since the last call.
    pub fn take_nested(&mut self) -> Vec<Nested> {
        std::mem::take(&mut self.nested)
    }

    /// Adds a record, which may be any value; `line` is where it starts.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn add(&mut self, tape: &Tape, text: &str, at: u32, key: Option<&str>, line: u64) -> Result<(), Problem> {
        if let Some(key) = key {
            self.put_key(key)?;
        }
        match tape.node(at).map(|n| n.kind) {
            Some(Kind::Object) if geojson::is_feature(tape, text, at) => {
                self.counts.features += 1;
                geojson::add_feature(self, tape, text, at)?;
            }
            Some(Kind::Object) => self.add_fields(tape, text, at, 0)?,
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

    /// Names the column of the records' keys.
    pub fn name_keys(&mut self, name: &str) {
        // Not among the fields by name, as a record may have one that is called so.
        let place = self.branches.len();
        self.branches.push(Branch { name: name.to_owned(), ..Branch::default() });
        self.key_place = Some(place);
    }

    /// Writes the name under which the current record stands.
    ///
    /// # Errors
    /// `table_too_large`.
    pub fn put_key(&mut self, key: &str) -> Result<(), Problem> {
        if self.key_place.is_none() {
            self.name_keys("key");
        }
        self.key_place.map_or(Ok(()), |place| self.put(place, key, Kind::String))
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

    /// Adds the fields of an object, and of the objects in it, below a place.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn add_fields(&mut self, tape: &Tape, text: &str, at: u32, below: usize) -> Result<(), Problem> {
        // Its own stack, as nesting is bounded by the tape but the call stack of a tab is small.
        let mut open: Vec<(u32, u32, usize)> = Vec::new();
        let end_of = |at: u32| tape.node(at).map_or(at + 1, |n| n.next);
        open.push((at + 1, end_of(at), below));
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
    pub fn child(&mut self, branch: usize, name: &str) -> Result<usize, Problem> {
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

    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn add_value(&mut self, tape: &Tape, text: &str, at: u32, branch: usize) -> Result<(), Problem> {
        let Some(node) = tape.node(at) else { return Ok(()) };
        match node.kind {
            Kind::String => {
                self.counts.lone_surrogates += tape.n_lone_surrogates(text, at);
                self.put(branch, &tape.text(text, at), node.kind)
            }
            Kind::Number => {
                let cell = tape.raw(text, at);
                self.counts.long_numbers += u64::from(cell.len() > MAX_FLOAT_DIGITS && is_too_long(cell));
                self.put(branch, cell, node.kind)
            }
            Kind::NoNumber => {
                self.counts.no_numbers += 1;
                // As a number, so that a column of numbers stays one.
                self.put(branch, tape.raw(text, at), Kind::Number)
            }
            Kind::True | Kind::False => self.put(branch, tape.raw(text, at), node.kind),
            // The column is there all the same.
            Kind::Null | Kind::Object => self.put(branch, "", Kind::Null),
            Kind::Array => self.add_list(tape, text, at, branch),
        }
    }

    fn add_list(&mut self, tape: &Tape, text: &str, at: u32, branch: usize) -> Result<(), Problem> {
        let kind_of = |e: u32| tape.node(e).map_or(Kind::Null, |n| n.kind);
        let has = |wanted: Kind| tape.elements(at).any(|e| kind_of(e) == wanted);
        let may_be_table = |b: &&mut Branch| b.is_table || self.tables_left > 0;
        if (has(Kind::Object) || is_grid(tape, at))
            && let Some(place) = self.branches.get_mut(branch).filter(may_be_table)
        {
            self.tables_left -= usize::from(!place.is_table);
            place.is_table = true;
            self.nested.push(Nested { branch, at });
            return Ok(());
        }
        if has(Kind::Object) || has(Kind::Array) {
            self.counts.json += 1;
            return self.put(branch, &tape.compact(text, at), Kind::String);
        }
        let parts: Vec<Cow<'_, str>> = tape.elements(at).map(|e| tape.text(text, e)).collect();
        // Joined text must come apart again as it was.
        let is_plain = |(e, part): (u32, &Cow<'_, str>)| {
            kind_of(e) != Kind::Null && !part.is_empty() && !part.contains(';') && part.trim().len() == part.len()
        };
        if tape.elements(at).zip(&parts).all(is_plain) {
            self.counts.lone_surrogates += tape.elements(at).map(|e| tape.n_lone_surrogates(text, e)).sum::<u64>();
            self.counts.joined += u64::from(parts.len() > 1);
            return self.put(branch, &parts.join("; "), Kind::String);
        }
        self.counts.json_values += 1;
        self.put(branch, &tape.compact(text, at), Kind::String)
    }

    /// The column of a place, made if it is new.
    fn column_of(&mut self, branch: usize) -> Result<usize, Problem> {
        let slot = self.branches.get_mut(branch).ok_or_else(lost)?;
        if let Some(index) = slot.column {
            return Ok(index);
        }
        if self.columns.len() == MAX_COLUMNS {
            return Err(too_many_columns());
        }
        slot.column = Some(self.columns.len());
        self.places.push(branch);
        self.columns.push(Column::default());
        Ok(self.columns.len() - 1)
    }

    /// Writes a cell of the current row.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn put(&mut self, branch: usize, cell: &str, kind: Kind) -> Result<(), Problem> {
        let index = self.column_of(branch)?;
        let Some(column) = self.columns.get_mut(index) else { return Ok(()) };
        if column.ends.len() > self.n_rows {
            // The record has the field twice. As in JavaScript the last one counts; the other stands beside it.
            self.counts.repeated += 1;
            column.ends.truncate(self.n_rows);
            let start = column.ends.last().map_or(0, |e| *e as usize);
            let earlier = column.text.split_off(start);
            if earlier != cell {
                self.keep_earlier(branch, &earlier)?;
            }
        }
        self.put_new(branch, cell, kind)
    }

    /// Writes a cell that the current row does not have yet.
    fn put_new(&mut self, branch: usize, cell: &str, kind: Kind) -> Result<(), Problem> {
        let index = self.column_of(branch)?;
        let Some(column) = self.columns.get_mut(index).filter(|_| !cell.is_empty()) else { return Ok(()) };
        let end = column.text.len() as u32;
        column.ends.resize(self.n_rows, end);
        column.text.push_str(cell);
        if column.text.len() > crate::source::csv::MAX_TEXT_BYTES {
            return Err(too_much_text());
        }
        column.ends.push(column.text.len() as u32);
        match kind {
            Kind::Number => column.n_numbers += 1,
            _ => column.n_strings += 1,
        }
        Ok(())
    }

    /// Keeps a value that another of the same name took the place of.
    fn keep_earlier(&mut self, branch: usize, value: &str) -> Result<(), Problem> {
        let (name, parent) = self.branches.get(branch).map(|b| (b.name.clone(), b.parent)).unwrap_or_default();
        let beside = self.child(parent, &format!("{name} (earlier)"))?;
        let column = self.branches.get(beside).and_then(|b| b.column).and_then(|index| self.columns.get_mut(index));
        match column.filter(|column| column.ends.len() > self.n_rows) {
            // There was one before; the cell that is being written is the last one in the column's text.
            Some(column) => {
                column.text.push_str("; ");
                column.text.push_str(value);
                if column.text.len() > crate::source::csv::MAX_TEXT_BYTES {
                    return Err(too_much_text());
                }
                let end = column.text.len() as u32;
                column.ends.last_mut().into_iter().for_each(|last| *last = end);
                Ok(())
            }
            // A name such as "a (earlier)" may itself be in the record, but no deeper than that.
            None => self.put_new(beside, value, Kind::String),
        }
    }

    /// The columns that are shown: not the empty ones of lists that are tables of their own, and of objects whose
    /// fields are columns.
    pub fn shown(&self) -> Vec<usize> {
        let is_shown = |(index, place): (usize, &usize)| {
            let is_elsewhere = |b: &Branch| b.is_table || self.has_columns_below(b);
            let is_elsewhere = self.branches.get(*place).is_some_and(is_elsewhere);
            let is_empty = self.columns.get(index).is_none_or(|c| c.text.is_empty());
            (!is_elsewhere || !is_empty).then_some(index)
        };
        self.places.iter().enumerate().filter_map(is_shown).collect()
    }

    fn has_columns_below(&self, branch: &Branch) -> bool {
        let mut open: Vec<usize> = branch.children.clone();
        while let Some(branch) = open.pop().and_then(|child| self.branches.get(child)) {
            if branch.column.is_some() || branch.is_table {
                return true;
            }
            open.extend(&branch.children);
        }
        false
    }

    /// The names from the record down to a column: `["location", "lat"]`.
    pub fn path_of_column(&self, column: usize) -> Vec<&str> {
        self.places.get(column).map(|place| self.path_of_branch(*place)).unwrap_or_default()
    }

    pub fn path_of_branch(&self, branch: usize) -> Vec<&str> {
        let (mut path, mut at) = (Vec::new(), branch);
        while let Some(branch) = self.branches.get(at).filter(|_| at != 0) {
            path.push(branch.name.as_str());
            at = branch.parent;
        }
        path.reverse();
        path
    }

    /// Rows that are complete.
    pub fn len(&self) -> usize {
        self.n_rows
    }

    /// Whether a column names its record: it has a value in each, and each another.
    pub fn is_unique(&self, column: usize) -> bool {
        use hashbrown::HashSet;
        let mut seen: HashSet<Cow<'_, str>> = HashSet::new();
        (0..self.n_rows).all(|row| {
            let cell = self.get(column, row);
            !cell.is_empty() && seen.insert(cell)
        })
    }

    /// What is to be said about nested and repeated fields.
    pub fn add_notices(&self, notices: &mut Notices) {
        let n = &self.counts;
        let mut say = |count: u64, code: &str, one: &str, many: &str, rest: &str| {
            if count > 0 {
                notices.add(code, format!("{}{rest}", wording::plural(count, one, many)), count);
            }
        };
        let points = " read as GeoJSON: points as lon and lat, other shapes as text";
        say(n.features, "recognised", "feature", "features", points);
        say(n.joined, "lists_joined", "list", "lists", " joined with semicolons");
        let why = " of values kept as JSON text, as semicolons would not tell the values apart";
        say(n.json_values, "lists_kept", "list", "lists", why);
        say(n.json, "nested_kept", "list", "lists", " of lists or records kept as JSON text");
        let why =
            " twice in a record: the last one counts, a different one before it stands under its name with (earlier)";
        say(n.repeated, "repeated_field", "field is", "fields are", why);
        let why = " is not complete (a lone surrogate) and stands as it is written, such as \\ud83d";
        say(n.lone_surrogates, "lone_surrogates", "character", "characters", why);
        let why = " NaN or Infinity, which JSON does not allow: in columns of numbers NaN is taken as missing";
        say(n.no_numbers, "no_numbers", "value is", "values are", why);
        let why = " more digits than are kept: rounded to about 16, unless the column is text";
        say(n.long_numbers, "long_numbers", "number has", "numbers have", why);
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

/// A list of lists of values, all of one length: the rows of a table.
fn is_grid(tape: &Tape, at: u32) -> bool {
    let mut width = None;
    let is_value = |e: u32| tape.node(e).is_some_and(|n| !matches!(n.kind, Kind::Object | Kind::Array));
    let is_row = |row: u32| {
        let n = tape.elements(row).count();
        tape.node(row).is_some_and(|n| n.kind == Kind::Array)
            && n > 0
            && *width.get_or_insert(n) == n
            && tape.elements(row).all(is_value)
    };
    tape.elements(at).next().is_some() && tape.elements(at).all(is_row)
}

/// A number with a point that has more digits than a float keeps. Whole ones are exact or text.
fn is_too_long(number: &str) -> bool {
    let mantissa = number.split(['e', 'E']).next().unwrap_or("");
    let digits = mantissa.trim_start_matches(['-', '0', '.']).bytes().filter(u8::is_ascii_digit).count();
    digits > MAX_FLOAT_DIGITS && (mantissa.contains('.') || mantissa.len() < number.len())
}

fn lost() -> Problem {
    Problem::bug("bug_json_columns", "A field of a record was lost on the way.")
}

fn too_much_text() -> Problem {
    Problem::limit("table_too_large", "One column has too much text to be read here.")
}

fn too_many_columns() -> Problem {
    Problem::limit("too_many_columns", "The records have too many different fields to be one table.")
        .because(format!("At most {} columns can be read.", wording::format_count(MAX_COLUMNS as u64)))
        .hint("If the names of the fields are themselves data, such as dates or ids, name the list to be read instead.")
}
