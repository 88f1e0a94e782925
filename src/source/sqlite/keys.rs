//! The keys that a database declares, in the names that its columns have here.

use super::create::TableDef;
use crate::source::spec::{DeclaredKeys, ForeignKey};
use std::collections::BTreeMap;

/// A table that was read.
pub(super) struct Named<'a> {
    /// The name in the database, and that of the part.
    pub name: &'a str,
    pub part: &'a str,
    pub def: &'a TableDef,
    /// The names of the columns here, by place; those that were not read are `None`.
    pub columns: &'a [Option<String>],
}

/// The keys of each table, in the same order. What refers to a table or column that is not here is left out.
pub(super) fn declared(tables: &[Named<'_>]) -> Vec<DeclaredKeys> {
    let places: Vec<BTreeMap<String, usize>> = tables.iter().map(|t| t.def.places()).collect();
    let by_name: BTreeMap<String, usize> =
        tables.iter().enumerate().rev().map(|(i, t)| (t.name.to_ascii_lowercase(), i)).collect();
    let here = |table: usize, names: &[String]| -> Option<Vec<String>> {
        let (table, places) = (tables.get(table)?, places.get(table)?);
        let one = |name: &String| table.columns.get(*places.get(&name.to_ascii_lowercase())?)?.clone();
        names.iter().map(one).collect::<Option<Vec<String>>>().filter(|found| !found.is_empty())
    };
    let keys_of = |(i, table): (usize, &Named<'_>)| {
        let foreign = table.def.references.iter().filter_map(|reference| {
            let other = *by_name.get(&reference.table.to_ascii_lowercase())?;
            let theirs = tables.get(other)?;
            let named = if reference.their_columns.is_empty() { &theirs.def.primary } else { &reference.their_columns };
            let (columns, their_columns) = (here(i, &reference.columns)?, here(other, named)?);
            let table_part = theirs.part.to_owned();
            (columns.len() == their_columns.len()).then_some(ForeignKey { columns, table_part, their_columns })
        });
        DeclaredKeys {
            primary: here(i, &table.def.primary).unwrap_or_default(),
            unique: table.def.unique.iter().filter_map(|columns| here(i, columns)).collect(),
            foreign: foreign.collect(),
        }
    };
    tables.iter().enumerate().map(keys_of).collect()
}
