//! What lies beside the records of a document: named where it is not loaded, used where it tells the units.

use super::find::{Found, Shape};
use super::tape::{Kind, Tape};
use crate::base::{Notices, wording};
use std::collections::{BTreeMap, BTreeSet};

/// At most so many are named.
const MAX_NAMED: usize = 6;

/// At most so many are counted.
const MAX_COUNTED: usize = 10_000;

/// Names what lies beside the records and was not loaded. Empty values are nothing that was left out.
pub(super) fn note(tape: &Tape, text: &str, loaded: &[Found], notices: &mut Notices) {
    if notices.iter().any(|n| n.code == "beside_records") {
        return;
    }
    let whole: BTreeSet<u32> = loaded.iter().filter(|f| f.shape != Shape::Columns).map(|f| f.at).collect();
    let mut used: BTreeSet<u32> = loaded.iter().flat_map(used_by).collect();
    used.extend(loaded.iter().filter_map(|f| units_beside(tape, text, f)));
    let is_empty = |at: u32| match tape.node(at).map(|n| n.kind) {
        Some(Kind::Array | Kind::Object) => tape.node(at).is_none_or(|n| n.next == at + 1),
        Some(Kind::Null) | None => true,
        _ => false,
    };
    let holds_loaded = |at: u32| {
        let end = tape.node(at).map_or(at, |n| n.next);
        loaded.iter().any(|f| (at..end).contains(&f.at))
    };
    let mut beside: Vec<String> = Vec::new();
    let mut stack = vec![(0u32, String::new())];
    while let Some((at, path)) = stack.pop() {
        if whole.contains(&at) || used.contains(&at) || is_empty(at) || beside.len() >= MAX_COUNTED {
            continue;
        }
        let is_by_columns = loaded.iter().any(|f| f.at == at);
        if !holds_loaded(at) {
            beside.push(format!("'{path}'"));
            continue;
        }
        let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let is_column = |v: u32| is_by_columns && tape.node(v).is_some_and(|n| n.kind == Kind::Array);
        let is_kind = |name: u32, v: u32| tape.raw(text, name) == "type" && tape.raw(text, v) == "FeatureCollection";
        let of_object = tape
            .fields(at)
            .filter(|(name, v)| !is_column(*v) && !is_kind(*name, *v))
            .map(|(name, v)| (v, join(&tape.text(text, name))));
        let of_list = tape.elements(at).enumerate().map(|(i, v)| (v, join(&format!("item {}", i + 1))));
        let inner: Vec<(u32, String)> = of_object.chain(of_list).take(MAX_COUNTED).collect();
        stack.extend(inner.into_iter().rev());
    }
    if beside.is_empty() {
        return;
    }
    let n = beside.len() as u64;
    let mut named: Vec<String> = beside.into_iter().take(MAX_NAMED).collect();
    if n > MAX_NAMED as u64 {
        named.push("others".to_owned());
    }
    notices.add("beside_records", format!("Beside the records, and not loaded: {}", wording::list(&named)), n);
}

/// Lists that gave names and keys to rows.
fn used_by(found: &Found) -> Vec<u32> {
    match found.shape {
        Shape::Rows { names, index } => names.into_iter().chain(index).collect(),
        _ => Vec::new(),
    }
}

/// `hourly_units` beside `hourly`, as Open-Meteo answers.
fn units_beside(tape: &Tape, text: &str, found: &Found) -> Option<u32> {
    let name = format!("{}_units", found.steps.last()?);
    let object = tape.parent(found.at)?;
    tape.field(text, object, &name).filter(|at| tape.node(*at).is_some_and(|n| n.kind == Kind::Object))
}

/// The units of the columns, where the document tells them.
pub(super) fn units(tape: &Tape, text: &str, found: &Found) -> BTreeMap<String, String> {
    const MAX_UNIT_CHARS: usize = 16;
    let Some(at) = units_beside(tape, text, found) else { return BTreeMap::new() };
    let is_unit = |unit: &str| (1..=MAX_UNIT_CHARS).contains(&unit.chars().count()) && unit != "iso8601";
    let pairs =
        tape.fields(at).map(|(name, unit)| (tape.text(text, name).into_owned(), tape.text(text, unit).into_owned()));
    pairs.filter(|(_, unit)| is_unit(unit)).collect()
}
