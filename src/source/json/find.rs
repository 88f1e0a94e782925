//! Where in a document the records are.

use super::jsonstat;
use super::tape::{Kind, Tape};

/// How deep records are looked for.
const MAX_SEARCH_DEPTH: u32 = 8;

/// More lists of records than this beside the main one are not read.
const MAX_OTHERS: usize = 31;

/// At most so many values are looked at while judging one list.
const MAX_PROBES: usize = 1_000;

/// A list of such a name holds the records, even when there are none or another list is somewhat longer.
const RECORD_NAMES: [&str; 14] = [
    "data",
    "results",
    "items",
    "records",
    "features",
    "rows",
    "entries",
    "values",
    "hits",
    "studies",
    "observations",
    "value",
    "docs",
    "content",
];

/// A list of names for the cells of rows beside it is called so.
const NAMES_OF_NAMES: [&str; 9] =
    ["columns", "fields", "headers", "header", "column_names", "columnnames", "names", "cols", "schema"];

/// Lists of links to other pages are no data.
const NAMES_OF_LINKS: [&str; 3] = ["links", "link", "_links"];

/// How the records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list, each element a record.
    List,
    /// A list of lists of like records, as of pages: all are records.
    Lists,
    /// A list of lists, each a row, and beside it the list of their names and, maybe, of their keys.
    Rows { names: Option<u32>, index: Option<u32> },
    /// An object of lists of equal length, each a column.
    Columns,
    /// An object of objects: the names are keys of the records.
    Keyed,
    /// An object of lists of like records: the names are keys of all records of a list.
    KeyedLists,
    /// An object of objects with numbers as names: the outer names are columns, the inner ones rows.
    Crossed,
    /// A cube of JSON-stat.
    Cube,
    /// A value that is the only record.
    Single,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub at: u32,
    /// The names that lead there; list places are numbers from 0.
    pub steps: Vec<String>,
    pub shape: Shape,
    /// What the column of the keys is called.
    pub key: &'static str,
}

impl Found {
    pub fn new(at: u32, steps: Vec<String>, shape: Shape) -> Found {
        Found { at, steps, shape, key: "key" }
    }

    pub fn path(&self) -> String {
        self.steps.join(".")
    }
}

/// Follows a dotted path; list places are numbers from 0.
pub(super) fn follow(tape: &Tape, text: &str, path: &str) -> Option<u32> {
    let mut at = 0;
    // The whole rest may be one name with points in it.
    let mut rest = path;
    while !rest.is_empty() {
        if let Some(value) = tape.field(text, at, rest) {
            return Some(value);
        }
        let (part, tail) = rest.split_once('.').unwrap_or((rest, ""));
        at = match tape.node(at)?.kind {
            Kind::Array => tape.elements(at).nth(part.parse().ok()?)?,
            _ => tape.field(text, at, part)?,
        };
        rest = tail;
    }
    Some(at)
}

/// How records at a place are laid out, if the user or an earlier page named the place.
pub(super) fn shape_at(tape: &Tape, text: &str, at: u32) -> Shape {
    match tape.node(at).map(|n| n.kind) {
        Some(Kind::Array) if n_in_lists(tape, text, at).is_some() => Shape::Lists,
        Some(Kind::Array) => rows_at(tape, text, at, tape.parent(at)).unwrap_or(Shape::List),
        Some(Kind::Object) if columns_len(tape, at).is_some() => Shape::Columns,
        Some(Kind::Object) => keyed_shape(tape, text, at).map_or(Shape::Single, |(shape, _)| shape),
        _ => Shape::Single,
    }
}

/// Finds the records: the list with the most objects, the shallower one when equal, one with a
/// telling name before others; then lists side by side as columns; then objects under keys; else
/// the document is one record.
pub(super) fn find(tape: &Tape, text: &str) -> Found {
    if jsonstat::is_dataset(tape, text, 0) {
        return Found::new(0, Vec::new(), Shape::Cube);
    }
    let mut best: Option<(u64, Found)> = None;
    walk(tape, text, &mut |score, found| {
        if best.as_ref().is_none_or(|(s, _)| score > *s) {
            best = Some((score, found));
        }
        true
    });
    best.map_or_else(|| Found::new(0, Vec::new(), Shape::Single), |(_, found)| found)
}

/// Finds the other lists of records of a document, in its order: those that neither hold the main ones nor lie in them.
pub(super) fn find_others(tape: &Tape, text: &str, main: &Found) -> Vec<Found> {
    let mut others: Vec<Found> = Vec::new();
    if main.shape == Shape::Single || main.steps.is_empty() {
        return others;
    }
    let end_of = |at: u32| tape.node(at).map_or(at + 1, |n| n.next);
    let main_range = main.at..end_of(main.at);
    walk(tape, text, &mut |_, found| {
        let range = found.at..end_of(found.at);
        let holds_main = range.contains(&main.at);
        let name = found.steps.last().map_or("", String::as_str);
        let is_empty = range.len() <= 1;
        let is_used = match main.shape {
            Shape::Rows { names, index } => [names, index].contains(&Some(found.at)),
            _ => false,
        };
        if main_range.contains(&found.at) || is_used {
            return false;
        }
        if holds_main || is_empty || NAMES_OF_LINKS.contains(&name) || is_description(tape, text, &found) {
            return true;
        }
        if others.len() < MAX_OTHERS {
            others.push(found);
        }
        false
    });
    others
}

/// A list that says what the columns of another are: no data of its own.
fn is_description(tape: &Tape, text: &str, found: &Found) -> bool {
    let name = found.steps.last().map_or("", String::as_str).to_ascii_lowercase();
    found.shape == Shape::List
        && NAMES_OF_NAMES.contains(&name.as_str())
        && tape.elements(found.at).all(|e| name_in(tape, text, e).is_some())
}

/// Calls back with every place where records may be, what holds before what is held. What the callback says no to
/// is not looked into.
fn walk(tape: &Tape, text: &str, consider: &mut dyn FnMut(u64, Found) -> bool) {
    let mut stack = vec![(0u32, Vec::<String>::new(), None)];
    while let Some((at, steps, parent)) = stack.pop() {
        let Some(node) = tape.node(at) else { continue };
        let depth = steps.len() as u32;
        let name = steps.last().map_or("", String::as_str);
        let is_named = RECORD_NAMES.contains(&name);
        // What lies deeper must have clearly more to offer; so must what has no telling name.
        let weight = match name {
            _ if NAMES_OF_LINKS.contains(&name) => 4,
            _ if is_named => 64 * 8,
            _ => 64,
        };
        let mut offer = |n: usize, shape: Shape| {
            let score = (n as u64).saturating_mul(weight) >> depth.min(16);
            consider(score, Found::new(at, steps.clone(), shape))
        };
        let join = |name: String| steps.iter().cloned().chain([name]).collect::<Vec<_>>();
        match node.kind {
            Kind::Array => {
                let (n, n_objects) = probe(tape, at);
                let rows = rows_at(tape, text, at, parent);
                let is_plain = |shape: &Shape| matches!(shape, Shape::Rows { names: None, .. });
                let lists = n_in_lists(tape, text, at);
                let goes_on = if n == 0 && (depth == 0 || is_named) {
                    offer(0, Shape::List)
                } else if let Some(n) = lists {
                    offer(n * 2, Shape::Lists)
                } else if let Some(rows) = rows.filter(|rows| !is_plain(rows) || is_named) {
                    offer(n * 2, rows)
                } else if n_objects * 2 > n || (n > 0 && n_objects == 0 && depth == 0 && !has_list_of_objects(tape, at))
                {
                    offer(n.max(1) * 2, Shape::List)
                } else {
                    true
                };
                // [meta, records], as the World Bank answers.
                if goes_on && n_objects * 2 <= n && depth < 2 && n <= 8 {
                    let inner = tape.elements(at).enumerate().map(|(i, e)| (e, join(i.to_string()), Some(at)));
                    stack.extend(inner.collect::<Vec<_>>().into_iter().rev());
                }
            }
            Kind::Object if depth < MAX_SEARCH_DEPTH => {
                let mut goes_on = true;
                if let Some(n) = columns_len(tape, at) {
                    goes_on &= offer(n, Shape::Columns);
                }
                if let Some((shape, n)) = keyed_shape(tape, text, at) {
                    goes_on &= offer(n, shape);
                }
                let inner = tape
                    .fields(at)
                    .take(MAX_PROBES)
                    .filter(|(_, value)| matches!(tape.node(*value).map(|n| n.kind), Some(Kind::Array | Kind::Object)))
                    .map(|(name, value)| (value, join(tape.text(text, name).into_owned()), Some(at)));
                if goes_on {
                    stack.extend(inner.collect::<Vec<_>>().into_iter().rev());
                }
            }
            _ => {}
        }
    }
}

/// Length of a list, and how many of its elements are objects; both from the first ones only.
fn probe(tape: &Tape, at: u32) -> (usize, usize) {
    let (mut n, mut n_objects) = (0, 0);
    for element in tape.elements(at) {
        n += 1;
        if n <= MAX_PROBES {
            n_objects += usize::from(tape.node(element).is_some_and(|e| e.kind == Kind::Object));
        }
    }
    (n, if n > MAX_PROBES { n_objects * (n / MAX_PROBES) } else { n_objects })
}

fn has_list_of_objects(tape: &Tape, at: u32) -> bool {
    tape.elements(at).take(8).any(|e| {
        let (n, n_objects) = probe(tape, e);
        n > 0 && n_objects == n
    })
}

/// What an element of a list of names calls its column: a text, or an object that has a name.
pub(super) fn name_in<'t>(tape: &Tape, text: &'t str, at: u32) -> Option<std::borrow::Cow<'t, str>> {
    match tape.node(at)?.kind {
        Kind::String => Some(tape.text(text, at)),
        Kind::Object => ["name", "id", "field", "label", "title"]
            .iter()
            .find_map(|wanted| tape.field(text, at, wanted))
            .filter(|value| tape.node(*value).is_some_and(|n| n.kind == Kind::String))
            .map(|value| tape.text(text, value)),
        _ => None,
    }
}

/// A list of lists of equal length that hold no records: a table by rows.
fn rows_at(tape: &Tape, text: &str, at: u32, parent: Option<u32>) -> Option<Shape> {
    let mut width = None;
    let mut n_rows = 0usize;
    for row in tape.elements(at) {
        n_rows += 1;
        if n_rows > MAX_PROBES {
            continue;
        }
        if tape.node(row)?.kind != Kind::Array {
            return None;
        }
        let mut n = 0usize;
        for cell in tape.elements(row) {
            n += 1;
            if tape.node(cell)?.kind == Kind::Object {
                return None;
            }
        }
        if *width.get_or_insert(n) != n {
            return None;
        }
    }
    let width = width.filter(|w| *w > 0)?;
    let beside = |wanted: &[&str], n: usize, names: bool| {
        let object = parent.filter(|p| tape.node(*p).is_some_and(|n| n.kind == Kind::Object))?;
        tape.fields(object).map(|(name, value)| (tape.text(text, name).to_ascii_lowercase(), value)).find_map(
            |(name, value)| {
                let fits = wanted.contains(&name.as_str())
                    && value != at
                    && tape.elements(value).count() == n
                    && (!names || tape.elements(value).all(|e| name_in(tape, text, e).is_some()));
                fits.then_some(value)
            },
        )
    };
    let names = beside(&NAMES_OF_NAMES, width, true);
    let index = names.and_then(|_| beside(&["index"], n_rows, false));
    Some(Shape::Rows { names, index })
}

/// How many records there are in a list of two or more lists of like records.
fn n_in_lists(tape: &Tape, text: &str, at: u32) -> Option<usize> {
    const PROBED_IN_EACH: usize = 20;
    let kind_of = |at: u32| tape.node(at).map(|n| n.kind);
    let mut probed = Vec::new();
    let (mut n_lists, mut n) = (0usize, 0usize);
    for list in tape.elements(at) {
        if kind_of(list) != Some(Kind::Array) {
            return None;
        }
        n_lists += 1;
        for (i, element) in tape.elements(list).enumerate() {
            n += 1;
            if kind_of(element) != Some(Kind::Object) {
                return None;
            }
            if i < PROBED_IN_EACH && probed.len() < MAX_PROBES {
                probed.push(element);
            }
        }
    }
    (n_lists >= 2 && fill_of(tape, text, &probed) >= 0.5).then_some(n)
}

/// The length that all lists of an object share, when it is a table by columns.
fn columns_len(tape: &Tape, at: u32) -> Option<usize> {
    let mut length = None;
    let (mut n_lists, mut n_other) = (0usize, 0usize);
    for (_, value) in tape.fields(at) {
        if tape.node(value)?.kind != Kind::Array {
            n_other += 1;
            continue;
        }
        let mut n = 0usize;
        for element in tape.elements(value) {
            n += 1;
            if matches!(tape.node(element)?.kind, Kind::Object | Kind::Array) {
                return None;
            }
        }
        n_lists += 1;
        if *length.get_or_insert(n) != n {
            return None;
        }
    }
    length.filter(|n| *n >= 2 && n_lists >= 2 && n_other <= n_lists)
}

/// An object whose names are data: of objects, or of lists of objects, with mostly the same fields. With how many
/// records there are.
fn keyed_shape(tape: &Tape, text: &str, at: u32) -> Option<(Shape, usize)> {
    let kind_of = |at: u32| tape.node(at).map(|n| n.kind);
    let is_filled = |at: u32| tape.node(at).is_some_and(|n| n.next > at + 1);
    let first = kind_of(tape.fields(at).next()?.1)?;
    let fields: Vec<(u32, u32)> = tape.fields(at).take(MAX_PROBES).collect();
    if !fields.iter().all(|(_, value)| kind_of(*value) == Some(first)) {
        return None;
    }
    // A key may have no record.
    let fields: Vec<(u32, u32)> = fields.into_iter().filter(|(_, value)| is_filled(*value)).collect();
    let is_number = |name: u32| tape.raw(text, name).bytes().all(|b| b.is_ascii_digit());
    match first {
        Kind::Object => {
            let rows: Vec<u32> = fields.iter().map(|(_, value)| *value).collect();
            let cells: Vec<&str> =
                rows.first().map(|r| tape.fields(*r).map(|(n, _)| tape.raw(text, n)).collect()).unwrap_or_default();
            let has_same_rows = |row: &u32| tape.fields(*row).map(|(n, _)| tape.raw(text, n)).eq(cells.iter().copied());
            // As pandas writes a table by columns: {"a": {"0": 1, "1": 2}, "b": {"0": 3, "1": 4}}.
            let is_crossed = cells.len() >= 2
                && tape.fields(*rows.first()?).all(|(n, v)| is_number(n) && kind_of(v) != Some(Kind::Object))
                && !fields.iter().all(|(name, _)| is_number(*name))
                && rows.iter().all(has_same_rows);
            if is_crossed {
                return Some((Shape::Crossed, cells.len()));
            }
            // Tables by columns beside something else, such as their units.
            let n_by_columns = rows.iter().filter(|r| columns_len(tape, **r).is_some()).count();
            if n_by_columns > 0 && n_by_columns < rows.len() {
                return None;
            }
            // Two may be a pair of settings; more, or with numbers as names, are records.
            let fill = fill_of(tape, text, &rows);
            let n_names = rows.iter().map(|r| tape.fields(*r).count()).max().unwrap_or(0);
            let enough = fields.len() >= 3
                || (fields.len() == 2
                    && fill >= 1.0
                    && (n_names >= 3 || fields.iter().all(|(name, _)| is_number(*name))));
            (enough && fill >= 0.5).then(|| (Shape::Keyed, tape.fields(at).count()))
        }
        Kind::Array => {
            let elements: Vec<u32> = fields.iter().flat_map(|(_, list)| tape.elements(*list).take(20)).collect();
            let all_objects = elements.iter().all(|e| kind_of(*e) == Some(Kind::Object));
            // "data" and "included" are no keys.
            let are_keys = !fields.iter().any(|(name, _)| RECORD_NAMES.contains(&tape.raw(text, *name)));
            let alike = fields.len() >= 2 && all_objects && are_keys && fill_of(tape, text, &elements) >= 0.9;
            alike.then(|| (Shape::KeyedLists, tape.fields(at).map(|(_, list)| tape.elements(list).count()).sum()))
        }
        _ => None,
    }
}

/// The share of the cells that objects would fill in a table of all their fields.
fn fill_of(tape: &Tape, text: &str, objects: &[u32]) -> f64 {
    let mut names = std::collections::BTreeSet::new();
    let mut n_cells = 0usize;
    for object in objects {
        for (name, _) in tape.fields(*object) {
            n_cells += 1;
            names.insert(tape.raw(text, name));
        }
    }
    let all = objects.len().saturating_mul(names.len());
    if all == 0 { 0.0 } else { n_cells as f64 / all as f64 }
}
