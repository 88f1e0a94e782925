//! JSON-stat 2.0 (<https://json-stat.org/full/>), as Eurostat and other offices answer: a cube as one long list of
//! values, which becomes a row a value with the categories it belongs to.

use super::Collected;
use super::tape::{Kind, Tape};
use crate::base::Problem;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// More dimensions than this are no cube that anyone made.
const MAX_DIMENSIONS: usize = 32;

/// A category's code, and its label where there is one.
type Category<'t> = (Cow<'t, str>, Option<Cow<'t, str>>);

/// One way in which the values are divided.
struct Dimension<'t> {
    id: Cow<'t, str>,
    size: usize,
    /// The categories by their places.
    categories: Vec<Category<'t>>,
    has_labels: bool,
}

/// Whether a value is a dataset: its dimensions have names, sizes and categories.
pub(super) fn is_dataset(tape: &Tape, text: &str, at: u32) -> bool {
    let is = |name: &str, kind: Kind| tape.field(text, at, name).is_some_and(|v| kind_of(tape, v) == Some(kind));
    tape.field(text, at, "class").is_some_and(|v| tape.raw(text, v) == "dataset")
        && is("id", Kind::Array)
        && is("size", Kind::Array)
        && is("dimension", Kind::Object)
        && (is("value", Kind::Array) || is("value", Kind::Object))
}

fn kind_of(tape: &Tape, at: u32) -> Option<Kind> {
    tape.node(at).map(|n| n.kind)
}

/// How many values there are.
pub(super) fn n_values(tape: &Tape, text: &str, at: u32) -> usize {
    let values = tape.field(text, at, "value").map(|v| tape.elements(v).count() + tape.fields(v).count());
    values.unwrap_or(0)
}

/// Adds a row for each value. One that lies outside of the dimensions is set aside.
///
/// # Errors
/// `bad_json_stat`, and limits.
pub(super) fn add(
    tape: &Tape,
    text: &str,
    at: u32,
    out: &mut Collected,
    line_at: &mut dyn FnMut(usize) -> u64,
    byte_offset: u64,
) -> Result<(), Problem> {
    let dimensions = dimensions(tape, text, at).ok_or_else(|| {
        Problem::input("bad_json_stat", "This is JSON-stat, but its dimensions do not fit together.")
            .because("Each dimension needs a size and a category for each place.")
            .hint("Get the data again, or in another format, such as CSV.")
    })?;
    let Some(values) = tape.field(text, at, "value") else { return Ok(()) };
    let place = |name: u32| tape.text(text, name).parse::<usize>().ok();
    let statuses: BTreeMap<usize, u32> = match tape.field(text, at, "status") {
        Some(list) if kind_of(tape, list) == Some(Kind::Array) => tape.elements(list).enumerate().collect(),
        Some(object) => tape.fields(object).filter_map(|(name, value)| Some((place(name)?, value))).collect(),
        None => BTreeMap::new(),
    };
    let of_list = tape.elements(values).enumerate().map(|(i, value)| (Some(i), value));
    let of_object = tape.fields(values).map(|(name, value)| (place(name), value));
    for (index, value) in of_list.chain(of_object) {
        let line = line_at(tape.position(value));
        let cells = index.and_then(|index| cells_of(&dimensions, index));
        let (Some(cells), Some(index)) = (cells, index) else {
            let byte = byte_offset + tape.position(value) as u64;
            out.set_aside(line, byte, "it belongs to no category", tape.raw(text, value));
            continue;
        };
        let columns = out.family.root()?;
        for (dimension, (code, label)) in dimensions.iter().zip(cells) {
            let place = columns.child(0, &dimension.id)?;
            columns.put(place, code, Kind::String)?;
            if dimension.has_labels {
                let place = columns.child(0, &format!("{}_label", dimension.id))?;
                columns.put(place, label.as_deref().unwrap_or(""), Kind::String)?;
            }
        }
        columns.add_cell(tape, text, "value", value)?;
        if let Some(status) = statuses.get(&index) {
            columns.add_cell(tape, text, "status", *status)?;
        }
        out.family.end_row(tape, text, line, line_at)?;
    }
    let said: Vec<Cow<'_, str>> = ["label", "source", "updated"]
        .iter()
        .filter_map(|name| tape.field(text, at, name))
        .filter(|v| kind_of(tape, *v) == Some(Kind::String))
        .map(|v| tape.text(text, v))
        .collect();
    let said: String = said.join(", ").chars().take(200).collect();
    let of = if said.is_empty() { String::new() } else { format!(": {said}") };
    out.notices.add("recognised", format!("Read as JSON-stat{of}"), 1);
    Ok(())
}

fn dimensions<'t>(tape: &Tape, text: &'t str, at: u32) -> Option<Vec<Dimension<'t>>> {
    let all = tape.field(text, at, "dimension")?;
    let ids = tape.field(text, at, "id")?;
    let sizes = tape.field(text, at, "size")?;
    let (n, n_sizes) = (tape.elements(ids).count(), tape.elements(sizes).count());
    if n != n_sizes || n == 0 || n > MAX_DIMENSIONS {
        return None;
    }
    let mut out = Vec::with_capacity(n);
    for (id, size) in tape.elements(ids).zip(tape.elements(sizes)) {
        let id = tape.text(text, id);
        let size: usize = tape.raw(text, size).parse().ok()?;
        let category = tape.field(text, tape.field(text, all, &id)?, "category")?;
        let labels = tape.field(text, category, "label");
        let labels: BTreeMap<Cow<'_, str>, Cow<'_, str>> = labels
            .map(|l| tape.fields(l).map(|(code, label)| (tape.text(text, code), tape.text(text, label))).collect())
            .unwrap_or_default();
        let mut codes: Vec<(usize, Cow<'_, str>)> = match tape.field(text, category, "index") {
            Some(list) if kind_of(tape, list) == Some(Kind::Array) => {
                tape.elements(list).map(|code| tape.text(text, code)).enumerate().collect()
            }
            Some(object) => tape
                .fields(object)
                .map(|(code, place)| Some((tape.raw(text, place).parse().ok()?, tape.text(text, code))))
                .collect::<Option<_>>()?,
            // A dimension of one category needs no index.
            None => labels.keys().cloned().enumerate().collect(),
        };
        codes.sort_unstable();
        if codes.len() != size || codes.iter().enumerate().any(|(i, (place, _))| i != *place) {
            return None;
        }
        let has_labels = codes.iter().any(|(_, code)| labels.get(code).is_some_and(|label| label != code));
        let categories = codes.into_iter().map(|(_, code)| (code.clone(), labels.get(&code).cloned())).collect();
        out.push(Dimension { id, size, categories, has_labels });
    }
    Some(out)
}

/// The categories of the value at a place; the last dimension runs fastest.
fn cells_of<'d, 't>(dimensions: &'d [Dimension<'t>], index: usize) -> Option<Vec<&'d Category<'t>>> {
    let mut rest = index;
    let mut cells = Vec::with_capacity(dimensions.len());
    for dimension in dimensions.iter().rev() {
        let place = rest.checked_rem(dimension.size)?;
        rest = rest.checked_div(dimension.size)?;
        cells.push(dimension.categories.get(place)?);
    }
    cells.reverse();
    (rest == 0).then_some(cells)
}
