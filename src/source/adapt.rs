//! Tables by the names and units that the user goes by, where those of the file are others.
//!
//! Steps, merges and reports name columns. What a file calls a column may change from month to month; what they call
//! it does not.

use super::conversion::{Conversion, conversion, is_same_unit};
use super::spec::{ChangedCells, DeclaredKeys, ReadTable, ReaderSpec};
use crate::base::{ColumnType, Problem};
use crate::table::{ColumnInfo, Table, arrow_type};
use arrow::array::{Array, ArrayRef, AsArray, Float64Array, RecordBatch, RecordBatchOptions};
use arrow::compute::cast;
use arrow::datatypes::{DataType, Field, Float64Type, Schema};
use std::borrow::Cow;
use std::sync::Arc;

/// The same options, with types and rules by the names that columns have in the file.
pub(super) fn in_file(spec: &ReaderSpec) -> Cow<'_, ReaderSpec> {
    let mut own = Cow::Borrowed(spec);
    for (name, called) in &spec.renamed {
        if let Some(chosen) = spec.types.get(called)
            && !spec.types.contains_key(name)
        {
            own.to_mut().types.insert(name.clone(), *chosen);
        }
        if let Some(rules) = spec.as_written.get(called)
            && !spec.as_written.contains_key(name)
        {
            own.to_mut().as_written.insert(name.clone(), rules.clone());
        }
    }
    own
}

/// Renames columns and turns values into the units that were asked for. A file that has a column of that name, or that
/// unit, already is left as it is.
///
/// # Errors
/// When the table cannot be put together again.
pub(super) fn adapt(part: &mut ReadTable, spec: &ReaderSpec) -> Result<(), Problem> {
    if !spec.renamed.is_empty() {
        rename(part, spec)?;
    }
    for (column, unit) in &spec.units {
        keep_unit(part, column, unit)?;
    }
    Ok(())
}

fn rename(part: &mut ReadTable, spec: &ReaderSpec) -> Result<(), Problem> {
    let mut infos = part.table.columns().to_vec();
    let mut renamed = Vec::new();
    for (name, called) in &spec.renamed {
        let is_free = infos.iter().all(|c| c.name != *called) && !called.is_empty();
        if let Some(info) = infos.iter_mut().find(|c| c.name == *name && is_free) {
            info.name.clone_from(called);
            renamed.push((name, called));
        }
    }
    if renamed.is_empty() {
        return Ok(());
    }
    let arrays = |batch: &RecordBatch| batch.columns().to_vec();
    part.table = rebuilt(&part.table, infos, arrays)?;
    for (name, called) in renamed {
        rename_keys(&mut part.keys, name, called);
        for change in part.ledger.changed.iter_mut().filter(|c| c.column == *name) {
            change.column.clone_from(called);
        }
        part.notices.add("remapped_column", format!("{name} of the file is called {called} here"), 1);
    }
    Ok(())
}

/// Other tables of the source are renamed by the same names, so that what refers to them is as well.
fn rename_keys(keys: &mut DeclaredKeys, name: &str, called: &str) {
    let own = keys.primary.iter_mut().chain(keys.unique.iter_mut().flatten());
    let foreign = keys.foreign.iter_mut().flat_map(|key| key.columns.iter_mut().chain(&mut key.their_columns));
    for column in own.chain(foreign).filter(|c| *c == name) {
        called.clone_into(column);
    }
}

fn keep_unit(part: &mut ReadTable, column: &str, unit: &str) -> Result<(), Problem> {
    let Some(idx) = part.table.column_idx(column) else { return Ok(()) };
    let mut infos = part.table.columns().to_vec();
    let Some(info) = infos.get_mut(idx) else { return Ok(()) };
    let Some(found) = info.unit.clone() else {
        info.unit = Some(unit.to_owned());
        part.table = part.table.clone().with_columns(infos)?;
        return Ok(());
    };
    if is_same_unit(&found, unit) {
        return Ok(());
    }
    let Some(way) = conversion(&found, unit).filter(|_| info.column_type.is_numeric()) else {
        let text = format!("{column} is in {found}, which could not be turned into {unit}");
        part.notices.add("unit_kept", text, 1);
        return Ok(());
    };
    info.unit = Some(unit.to_owned());
    info.column_type = ColumnType::Number;
    info.reason = format!("{}, turned from {found} into {unit}", info.reason);
    let converted = |batch: &RecordBatch| {
        let mut arrays = batch.columns().to_vec();
        if let Some(array) = arrays.get_mut(idx)
            && let Ok(numbers) = cast(array, &arrow_type(ColumnType::Number))
        {
            *array = apply(way, &numbers);
        }
        arrays
    };
    let n_cells = part.table.chunks(idx).map(|a| (a.len() - a.null_count()) as u64).sum();
    part.table = rebuilt(&part.table, infos, converted)?;
    let rule = format!("turned from {found} into {unit}");
    part.ledger.changed.push(ChangedCells { column: column.to_owned(), rule, cells: n_cells, ..Default::default() });
    Ok(())
}

fn apply(way: Conversion, numbers: &ArrayRef) -> ArrayRef {
    let turned: Float64Array = numbers.as_primitive::<Float64Type>().unary(|value| way.apply(value));
    Arc::new(turned)
}

/// The table with other columns, from the arrays of each batch. Columns keep the Arrow type that they have.
fn rebuilt(
    table: &Table,
    infos: Vec<ColumnInfo>,
    arrays_of: impl Fn(&RecordBatch) -> Vec<ArrayRef>,
) -> Result<Table, Problem> {
    let types = infos.iter().zip(table.schema().fields()).map(|(info, field)| {
        let is_as_before = crate::table::column_type_of(field.data_type()) == info.column_type;
        let data_type: DataType = if is_as_before { field.data_type().clone() } else { arrow_type(info.column_type) };
        Field::new(&info.name, data_type, true)
    });
    let schema = Arc::new(Schema::new(types.collect::<Vec<_>>()));
    let batches = table.batches().iter().map(|batch| {
        let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
        RecordBatch::try_new_with_options(schema.clone(), arrays_of(batch), &rows).map_err(|e| {
            Problem::bug("bug_table_shape", "The table's columns do not fit together.").because(e.to_string())
        })
    });
    let batches = batches.collect::<Result<Vec<_>, _>>()?;
    Table::try_new(schema, batches, infos)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::read;
    use crate::table::cell_text;

    fn spec() -> ReaderSpec {
        let renamed = [("Conc.".to_owned(), "conc".to_owned())].into();
        let units = [("conc".to_owned(), "mg/L".to_owned())].into();
        let types = [("sample".to_owned(), ColumnType::Text)].into();
        ReaderSpec { renamed, units, types, ..ReaderSpec::default() }
    }

    fn cells(table: &Table, name: &str) -> Vec<Option<String>> {
        let idx = table.column_idx(name).unwrap();
        let array = table.whole_column(idx).unwrap();
        (0..array.len()).map(|row| cell_text(array.as_ref(), row)).collect()
    }

    #[test]
    fn a_column_goes_by_its_name_and_unit() {
        let text = b"sample,Conc. (\xc2\xb5g/L)\n1,1200\n2,\n3,350\n";
        let part = read("x.csv", text, &spec(), &mut |_| {}).unwrap().parts.remove(0);
        let info = part.table.column("conc").unwrap();
        assert_eq!((info.unit.as_deref(), info.column_type), (Some("mg/L"), ColumnType::Number));
        assert_eq!(cells(&part.table, "conc"), [Some("1.2".to_owned()), None, Some("0.35".to_owned())]);
        assert_eq!(part.table.column("sample").unwrap().column_type, ColumnType::Text);
        let changed = part.ledger.changed.iter().find(|c| c.column == "conc").unwrap();
        assert_eq!((changed.rule.as_str(), changed.cells), ("turned from µg/L into mg/L", 2));
        assert!(part.notices.iter().any(|n| n.code == "remapped_column"));
        assert!(part.ledger.adds_up());
        // What was put together can travel.
        assert!(Table::from_ipc(part.table.to_ipc().unwrap()).unwrap().has_same_rows(&part.table));
    }

    #[test]
    fn a_file_that_has_them_already_is_left_as_it_is() {
        let text = b"sample,conc (mg/L),Conc.\n1,1.5,x\n2,2.5,y\n";
        let part = read("x.csv", text, &spec(), &mut |_| {}).unwrap().parts.remove(0);
        let names: Vec<&str> = part.table.columns().iter().map(|c| c.name.as_str()).collect();
        assert_eq!(names, ["sample", "conc", "Conc."]);
        assert_eq!(cells(&part.table, "conc"), [Some("1.5".to_owned()), Some("2.5".to_owned())]);
        assert!(part.ledger.changed.iter().all(|c| c.column != "conc"));
    }

    #[test]
    fn a_unit_that_cannot_be_turned_is_said() {
        let text = b"sample,conc (mol)\n1,1.5\n2,2.5\n";
        let part = read("x.csv", text, &spec(), &mut |_| {}).unwrap().parts.remove(0);
        assert_eq!(part.table.column("conc").unwrap().unit.as_deref(), Some("mol"));
        assert!(part.notices.iter().any(|n| n.code == "unit_kept"));
    }

    #[test]
    fn types_go_by_the_name_that_columns_are_called() {
        let spec = ReaderSpec {
            renamed: [("No".to_owned(), "sample".to_owned())].into(),
            types: [("sample".to_owned(), ColumnType::Text)].into(),
            ..ReaderSpec::default()
        };
        let part = read("x.csv", b"No,v\n1,2\n2,3\n", &spec, &mut |_| {}).unwrap().parts.remove(0);
        assert_eq!(part.table.column("sample").unwrap().column_type, ColumnType::Text);
    }

    #[test]
    fn what_is_not_changed_is_written_as_before() {
        let text = crate::base::json::write(&ReaderSpec::default()).unwrap();
        assert!(!text.contains("renamed") && !text.contains("units"), "rows of before would not be found: {text}");
    }
}
