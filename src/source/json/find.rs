//! Where in a document the records are.

use super::tape::{Kind, Tape};

/// How deep records are looked for.
const MAX_SEARCH_DEPTH: u32 = 8;

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

/// How the records are laid out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    /// A list, each element a record.
    List,
    /// An object of lists of equal length, each a column.
    Columns,
    /// An object of objects: the names are keys of the records.
    Keyed,
    /// One object, the only record.
    Single,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub at: u32,
    pub path: String,
    pub shape: Shape,
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
pub(super) fn shape_at(tape: &Tape, at: u32) -> Shape {
    match tape.node(at).map(|n| n.kind) {
        Some(Kind::Array) => Shape::List,
        Some(Kind::Object) if columns_len(tape, at).is_some() => Shape::Columns,
        Some(Kind::Object) if is_keyed(tape, at) => Shape::Keyed,
        _ => Shape::Single,
    }
}

/// Finds the records: the list with the most objects, the shallower one when equal, one with a
/// telling name before others; then lists side by side as columns; then objects under keys; else
/// the document is one record.
pub(super) fn find(tape: &Tape, text: &str) -> Found {
    let mut best: Option<(u64, Found)> = None;
    let mut stack = vec![(0u32, String::new(), 0u32)];
    while let Some((at, path, depth)) = stack.pop() {
        let Some(node) = tape.node(at) else { continue };
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let name = path.rsplit('.').next().unwrap_or("");
        let is_named = RECORD_NAMES.contains(&name);
        let mut consider = |n: u64, shape: Shape| {
            // What lies deeper must have clearly more to offer; so must what has no telling name.
            // Links lead to other pages.
            let weight = match name {
                "links" | "link" => 4,
                _ if is_named => 64 * 8,
                _ => 64,
            };
            let score = n.saturating_mul(weight) >> depth.min(16);
            if best.as_ref().is_none_or(|(s, _)| score > *s) {
                best = Some((score, Found { at, path: path.clone(), shape }));
            }
        };
        match node.kind {
            Kind::Array => {
                let (n, n_objects) = probe(tape, at);
                if n == 0 && (depth == 0 || is_named) {
                    consider(0, Shape::List);
                } else if n_objects * 2 > n || (n > 0 && n_objects == 0 && depth == 0 && !has_list_of_objects(tape, at))
                {
                    consider(n.max(1) as u64 * 2, Shape::List);
                } else if depth < 2 && n <= 8 {
                    // [meta, records], as the World Bank answers.
                    let inner = tape.elements(at).enumerate().map(|(i, e)| (e, join(&i.to_string()), depth + 1));
                    stack.extend(inner.collect::<Vec<_>>().into_iter().rev());
                }
            }
            Kind::Object if depth < MAX_SEARCH_DEPTH => {
                if let Some(n) = columns_len(tape, at) {
                    consider(n as u64, Shape::Columns);
                }
                if is_keyed(tape, at) {
                    consider(tape.fields(at).count() as u64, Shape::Keyed);
                }
                let inner = tape
                    .fields(at)
                    .take(MAX_PROBES)
                    .filter(|(_, value)| matches!(tape.node(*value).map(|n| n.kind), Some(Kind::Array | Kind::Object)))
                    .map(|(name, value)| (value, join(&tape.text(text, name)), depth + 1));
                stack.extend(inner.collect::<Vec<_>>().into_iter().rev());
            }
            _ => {}
        }
    }
    best.map_or(Found { at: 0, path: String::new(), shape: Shape::Single }, |(_, found)| found)
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

/// Three or more objects under names, with mostly the same fields.
fn is_keyed(tape: &Tape, at: u32) -> bool {
    let fields: Vec<(u32, u32)> = tape.fields(at).take(MAX_PROBES).collect();
    let all_objects = fields.iter().all(|(_, v)| tape.node(*v).is_some_and(|n| n.kind == Kind::Object));
    if fields.len() < 3 || !all_objects {
        return false;
    }
    let sizes: Vec<usize> = fields.iter().map(|(_, v)| tape.fields(*v).count()).collect();
    let (min, max) = (sizes.iter().min().copied().unwrap_or(0), sizes.iter().max().copied().unwrap_or(0));
    min > 0 && max <= min + 2
}
