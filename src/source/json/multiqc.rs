//! The data file of a MultiQC report (`multiqc_data.json`): one table a module, a row a sample.
//! Units are not taken from its headers, as those are of the values as shown, which may be scaled.
//!
//! The form is that of MultiQC 1.35, and the older one in which the modules of the general statistics are a list.

use super::find::{Found, Shape};
use super::tape::{Kind, Tape};
use std::collections::BTreeSet;

const GENERAL: &str = "report_general_stats_data";
const HEADERS: &str = "report_general_stats_headers";
const RAW: &str = "report_saved_raw_data";

/// More modules than this are not read.
const MAX_TABLES: usize = 256;

/// The tables of a document, if it is one of MultiQC.
pub(super) fn find(tape: &Tape, text: &str) -> Option<Vec<Found>> {
    let general = tape.field(text, 0, GENERAL)?;
    tape.field(text, 0, HEADERS).or_else(|| tape.field(text, 0, RAW))?;
    let mut found = Vec::new();
    let mut add = |at: u32, steps: Vec<String>| {
        // Each sample has an object of values.
        let is_table = tape.fields(at).next().is_some()
            && tape.fields(at).all(|(_, v)| tape.node(v).is_some_and(|n| n.kind == Kind::Object));
        if is_table && found.len() < MAX_TABLES {
            found.push(Found { key: "Sample", ..Found::new(at, steps, Shape::Keyed) });
        }
    };
    for (module, at) in tape.fields(general) {
        add(at, vec![GENERAL.to_owned(), tape.text(text, module).into_owned()]);
    }
    // Before 1.20 the modules had no names here.
    for (i, at) in tape.elements(general).enumerate() {
        add(at, vec![GENERAL.to_owned(), format!("general_stats_{}", i + 1)]);
    }
    if let Some(raw) = tape.field(text, 0, RAW) {
        for (name, at) in tape.fields(raw) {
            // The general statistics once more.
            let name = tape.text(text, name);
            if name != "multiqc_general_stats" {
                add(at, vec![RAW.to_owned(), name.into_owned()]);
            }
        }
    }
    // Newer versions write the values of some modules twice; the second has the better name.
    let mut seen = BTreeSet::new();
    found.reverse();
    found.retain(|f| seen.insert(tape.compact(text, f.at)));
    found.reverse();
    (!found.is_empty()).then_some(found)
}
