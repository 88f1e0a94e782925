//! Features of GeoJSON (RFC 7946) → one row each: the properties, and where the feature lies.

use super::columns::Columns;
use super::tape::{Kind, Tape};
use crate::base::Problem;

/// An object that calls itself a feature and has a geometry and properties.
pub(super) fn is_feature(tape: &Tape, text: &str, at: u32) -> bool {
    const PROBED_FIELDS: usize = 12;
    let (mut is_named, mut has_geometry, mut has_properties) = (false, false, false);
    for (name, value) in tape.fields(at).take(PROBED_FIELDS) {
        match tape.raw(text, name) {
            "type" => is_named = tape.raw(text, value) == "Feature",
            "geometry" => has_geometry = true,
            "properties" => has_properties = true,
            _ => {}
        }
    }
    is_named && has_geometry && has_properties
}

/// Adds the cells of one feature. Points become `lon`, `lat` and, where there is one, `altitude`; any other
/// geometry stays JSON text in a column `geometry`.
///
/// # Errors
/// As [`Columns::add_fields`].
pub(super) fn add_feature(columns: &mut Columns, tape: &Tape, text: &str, at: u32) -> Result<(), Problem> {
    for (name, value) in tape.fields(at) {
        let is_object = tape.node(value).is_some_and(|n| n.kind == Kind::Object);
        match tape.raw(text, name) {
            "type" if tape.raw(text, value) == "Feature" => {}
            "geometry" if is_object => add_geometry(columns, tape, text, value)?,
            _ => {
                let place = columns.child(0, &tape.text(text, name))?;
                if is_object {
                    columns.add_fields(tape, text, value, place)?;
                } else {
                    columns.add_value(tape, text, value, place)?;
                }
            }
        }
    }
    Ok(())
}

fn add_geometry(columns: &mut Columns, tape: &Tape, text: &str, at: u32) -> Result<(), Problem> {
    const AXES: [&str; 3] = ["lon", "lat", "altitude"];
    let place = columns.child(0, "geometry")?;
    let kind = tape.field(text, at, "type");
    let coordinates = tape.field(text, at, "coordinates");
    let n_fields = tape.fields(at).count();
    if let Some(kind) = kind {
        let place = columns.child(place, "type")?;
        columns.add_value(tape, text, kind, place)?;
    }
    let point = coordinates.filter(|_| kind.is_some_and(|k| tape.raw(text, k) == "Point") && n_fields == 2);
    let axes: Vec<u32> = point.map(|at| tape.elements(at).collect()).unwrap_or_default();
    let are_numbers = axes.iter().all(|e| tape.node(*e).is_some_and(|n| n.kind == Kind::Number));
    if are_numbers && (2..=AXES.len()).contains(&axes.len()) {
        for (axis, value) in AXES.into_iter().zip(axes) {
            let place = columns.child(place, axis)?;
            columns.add_value(tape, text, value, place)?;
        }
        return Ok(());
    }
    columns.put(place, &tape.compact(text, at), Kind::String)
}
