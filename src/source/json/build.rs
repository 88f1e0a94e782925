//! A family of tables of text → tables with types, with the columns that lead from one to another.

use super::columns::Columns;
use super::family::{Family, Member};
use super::short_names::short_names;
use crate::base::{ColumnType, Notices, Problem, wording};
use crate::source::names;
use crate::source::reasons::with_reasons;
use crate::source::spec::{ChangedCells, ReaderSpec};
use crate::source::types::{self, Cells, Hints, kind_of};
use crate::table::Table;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// Rows times columns of all tables of a file together.
const MAX_CELLS: usize = 200_000_000;

/// A table, and where its rows lie in those of its parent.
pub(super) struct Built {
    pub path: Vec<String>,
    /// The parent among the tables of the family.
    pub parent: Option<usize>,
    /// The column that parent and child share, as the child calls it.
    pub key: Option<String>,
    pub table: Table,
    pub changed: Vec<ChangedCells>,
    pub notices: Notices,
}

/// What tells the rows of a table apart for its children.
#[derive(Clone, Copy)]
enum Key {
    Column(usize),
    /// No column does: the rows are numbered.
    RowNumber,
}

/// The key of a table that has children, once it is built.
struct Given {
    key: Key,
    name: String,
    column_type: ColumnType,
}

/// The columns of one table, those that lead to others first.
struct View<'a> {
    columns: &'a Columns,
    shown: Vec<usize>,
    parent: Option<(&'a Columns, Key, &'a [u32])>,
    has_row_number: bool,
}

enum At {
    Parent,
    RowNumber,
    Column(usize),
}

impl View<'_> {
    /// How many columns stand before those of the records.
    fn n_made(&self) -> usize {
        usize::from(self.parent.is_some()) + usize::from(self.has_row_number)
    }

    #[inline]
    fn at(&self, column: usize) -> Option<At> {
        match column.checked_sub(self.n_made()) {
            Some(place) => self.shown.get(place).map(|column| At::Column(*column)),
            None if column == 0 && self.parent.is_some() => Some(At::Parent),
            None => Some(At::RowNumber),
        }
    }
}

impl Cells for View<'_> {
    fn n_rows(&self) -> usize {
        self.columns.len()
    }

    fn n_columns(&self) -> usize {
        self.shown.len() + self.n_made()
    }

    #[inline]
    fn get(&self, column: usize, row: usize) -> Cow<'_, str> {
        match self.at(column) {
            Some(At::Column(column)) => self.columns.get(column, row),
            Some(At::RowNumber) => Cow::Owned((row + 1).to_string()),
            Some(At::Parent) => {
                let Some((parent, key, rows)) = &self.parent else { return Cow::Borrowed("") };
                let row = rows.get(row).map_or(0, |row| *row as usize);
                match key {
                    Key::Column(column) => parent.get(*column, row),
                    Key::RowNumber => Cow::Owned((row + 1).to_string()),
                }
            }
            None => Cow::Borrowed(""),
        }
    }

    fn line(&self, row: usize) -> u64 {
        self.columns.line(row)
    }

    fn has_literal_numbers(&self, column: usize) -> bool {
        match (self.at(column), &self.parent) {
            (Some(At::Column(column)), _) => self.columns.has_literal_numbers(column),
            (Some(At::Parent), Some((parent, Key::Column(column), _))) => parent.has_literal_numbers(*column),
            (at, _) => at.is_some(),
        }
    }
}

/// Builds all tables of a family.
///
/// `root` is the path of the first; `units` are known of its columns by name.
///
/// # Errors
/// `table_too_large`.
pub(super) fn build(
    family: &Family,
    root: &[String],
    spec: &ReaderSpec,
    units: &BTreeMap<String, String>,
    on_rows: &mut dyn FnMut(u64),
) -> Result<Vec<Built>, Problem> {
    let cells_of = |m: &Member| m.columns.len().saturating_mul(m.columns.n_columns() + 2);
    if family.members.iter().map(cells_of).fold(0usize, usize::saturating_add) > MAX_CELLS {
        return Err(Problem::limit("table_too_large", "The tables of this file have too many cells to be read here.")
            .because(format!("At most {} are possible.", wording::format_count(MAX_CELLS as u64))));
    }
    let mut given: Vec<Option<Given>> = Vec::with_capacity(family.members.len());
    let mut all = Vec::with_capacity(family.members.len());
    let mut n_done = 0u64;
    for (index, member) in family.members.iter().enumerate() {
        let path: Vec<String> = root.iter().cloned().chain(family.path_of(index)).collect();
        let has_children = family.members.iter().any(|m| m.parent.is_some_and(|(parent, _)| parent == index));
        let columns = &member.columns;
        let shown = columns.shown();
        let key = has_children.then(|| key_of(columns, &shown));
        let has_row_number = matches!(key, Some(Key::RowNumber));
        let above = member.parent.and_then(|(parent, _)| {
            let columns = &family.members.get(parent)?.columns;
            Some((columns, given.get(parent)?.as_ref()?, all.get(parent).map(|b: &Built| b.path.clone())?))
        });
        let mut notices = Notices::default();
        let paths: Vec<Vec<&str>> = shown.iter().map(|column| columns.path_of_column(*column)).collect();
        let own = short_names(&paths);
        let mut raw = Vec::with_capacity(own.len() + 2);
        if let Some((_, given, path)) = &above {
            raw.push(free_name(&given.name, path.last().map_or("parent", String::as_str), &own));
        }
        if has_row_number {
            let base = if index == 0 { "row".to_owned() } else { format!("{}_row", path.last().map_or("", |l| l)) };
            raw.push(free_name(&base, "number", &own));
        }
        let n_made = raw.len();
        raw.extend(own);
        let mut heads = names::heads(&raw, &mut notices);
        for (head, path) in heads.iter_mut().skip(n_made).zip(&paths) {
            head.path = (path.len() > 1).then(|| path.join("."));
            if let ([name], None, 0) = (path.as_slice(), &head.unit, index) {
                head.unit = units.get(*name).cloned();
            }
        }
        let mut types = spec.types.clone();
        let key_name = above.as_ref().and_then(|_| heads.first()).map(|head| head.name.clone());
        if let (Some(name), Some((_, given, _))) = (&key_name, &above) {
            // Fewer rows may look like another type, and then the two would not meet again.
            types.entry(name.clone()).or_insert(given.column_type);
        }
        let view = View {
            columns,
            parent: above.as_ref().map(|(columns, given, _)| (*columns, given.key, member.parent_rows.as_slice())),
            has_row_number,
            shown,
        };
        let hints = Hints { types, as_written: spec.as_written.clone(), comma_is_free: false };
        let typed = types::build_table(&view, heads, &hints, &mut |rows| on_rows(n_done + rows))?;
        n_done += columns.len() as u64;
        let place = match key {
            Some(Key::Column(column)) => view.shown.iter().position(|c| *c == column).map(|i| i + n_made),
            Some(Key::RowNumber) => Some(n_made.saturating_sub(1)),
            None => None,
        };
        let info = place.and_then(|place| typed.table.columns().get(place));
        given.push(key.zip(info).map(|(key, info)| Given {
            key,
            name: info.name.clone(),
            column_type: info.column_type,
        }));
        let is_given = key_name.as_ref().is_some_and(|name| !spec.types.contains_key(name));
        let reasons: &[(usize, &str)] = if is_given { &[(0, "as in the table that the rows belong to")] } else { &[] };
        let table = with_reasons(typed.table, reasons)?;
        columns.add_notices(&mut notices);
        notices.0.extend(typed.notices.0);
        let parent = member.parent.map(|(parent, _)| parent);
        all.push(Built { path, parent, key: key_name, table, changed: typed.changed, notices });
    }
    Ok(all)
}

/// The column that names the rows: one that is called like an identifier, or the first, if its values are all there
/// and all different.
fn key_of(columns: &Columns, shown: &[usize]) -> Key {
    let rank = |column: &usize| {
        let path = columns.path_of_column(*column);
        let name = path.last().map_or("", |name| name);
        let is_id = is_called_id(name);
        let is_first = shown.first() == Some(column);
        (is_id || is_first).then_some((!is_id, path.len()))
    };
    let mut candidates: Vec<((bool, usize), usize)> =
        shown.iter().filter_map(|column| Some((rank(column)?, *column))).collect();
    candidates.sort_unstable();
    // A first column of measurements or dates may be all different by chance.
    let is_name = |column: usize| {
        is_called_id(columns.path_of_column(column).last().map_or("", |name| name))
            || (0..columns.len()).all(|row| {
                let cell = columns.get(column, row);
                match kind_of(&cell) {
                    types::Kind::Number => !cell.contains(['.', ',', 'e', 'E']),
                    kind => kind == types::Kind::Other,
                }
            })
    };
    let found = candidates.into_iter().map(|(_, column)| column).find(|c| is_name(*c) && columns.is_unique(*c));
    found.map_or(Key::RowNumber, Key::Column)
}

fn is_called_id(name: &str) -> bool {
    const NAMES: [&str; 8] = ["id", "_id", "key", "uuid", "guid", "accession", "identifier", "uid"];
    let lower = name.to_ascii_lowercase();
    NAMES.contains(&lower.as_str())
        || lower.ends_with("_id")
        || lower.ends_with("-id")
        || lower.ends_with(" id")
        || name.ends_with("Id")
        || name.ends_with("ID")
}

/// A name that no column of the table has: with what it belongs to in front, if need be.
fn free_name(name: &str, of: &str, taken: &[String]) -> String {
    let is_taken = |name: &str| taken.iter().any(|t| t.eq_ignore_ascii_case(name));
    if !is_taken(name) {
        return name.to_owned();
    }
    let mut free = format!("{of}_{name}");
    while is_taken(&free) {
        free.insert_str(0, "parent_");
    }
    free
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn identifiers_are_known_by_name() {
        for name in ["id", "_id", "sample_id", "nctId", "runID", "Accession", "order id"] {
            assert!(is_called_id(name), "{name}");
        }
        for name in ["paid", "width", "lid", "grid", "name"] {
            assert!(!is_called_id(name), "{name}");
        }
    }

    #[test]
    fn a_name_is_made_free() {
        let taken = vec!["id".to_owned(), "orders_id".to_owned()];
        assert_eq!(free_name("order", "orders", &taken), "order");
        assert_eq!(free_name("id", "orders", &taken), "parent_orders_id");
    }
}
