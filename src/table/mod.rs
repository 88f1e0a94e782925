//! A table in memory: Arrow record batches with what is known of their columns.
//!
//! Never here: how a table was read, or what is done to it.

mod cells;
mod column;
mod merge_mark;
mod narrow;
mod profile;
mod provenance;
mod size;
mod summary;
mod window;

pub use cells::{CellReader, cell_text};
pub use column::{ColumnInfo, arrow_type, column_type_of};
pub use merge_mark::MergeMark;
pub use narrow::BATCH_ROWS;
pub use profile::{ColumnProfile, Histogram, TableProfile};
pub use provenance::{Provenance, SourceRef};
pub use size::SizeMeter;
pub use summary::{CellSummary, summarise};
pub use window::{ColumnHead, RowWindow, row_window};

use crate::base::Problem;
use arrow::array::{ArrayRef, RecordBatch};
use arrow::datatypes::{Field, Schema, SchemaRef};
use std::sync::Arc;

/// Rows and columns. All batches share the schema; column names are unique; `columns` runs
/// parallel to the schema's fields.
#[derive(Clone, Debug)]
pub struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    columns: Vec<ColumnInfo>,
}

impl Table {
    /// # Errors
    /// `bug_table_shape` when the batches, the schema and the column list do not fit together.
    pub fn try_new(schema: SchemaRef, batches: Vec<RecordBatch>, columns: Vec<ColumnInfo>) -> Result<Table, Problem> {
        let fits = columns.len() == schema.fields().len()
            && columns.iter().zip(schema.fields()).all(|(c, f)| c.name == *f.name())
            && batches.iter().all(|b| b.num_columns() == schema.fields().len());
        if !fits {
            return Err(Problem::bug("bug_table_shape", "The table's columns do not fit its rows."));
        }
        Ok(Table { schema, batches, columns })
    }

    /// A table whose column types are those of the Arrow schema, with nothing else known.
    ///
    /// # Errors
    /// As [`Table::try_new`].
    pub fn from_batches(schema: SchemaRef, batches: Vec<RecordBatch>) -> Result<Table, Problem> {
        let columns = schema.fields().iter().map(|f| ColumnInfo::of_field(f)).collect();
        Table::try_new(schema, batches, columns)
    }

    /// A table from named columns of equal length.
    ///
    /// # Errors
    /// As [`Table::try_new`].
    pub fn from_columns(columns: Vec<(ColumnInfo, ArrayRef)>) -> Result<Table, Problem> {
        let fields: Vec<Field> =
            columns.iter().map(|(c, a)| Field::new(&c.name, a.data_type().clone(), true)).collect();
        let schema = Arc::new(Schema::new(fields));
        let (infos, arrays): (Vec<_>, Vec<_>) = columns.into_iter().unzip();
        let batch = RecordBatch::try_new(schema.clone(), arrays).map_err(|e| {
            Problem::bug("bug_table_shape", "The table's columns do not fit together.").because(e.to_string())
        })?;
        Table::try_new(schema, vec![batch], infos)
    }

    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    pub fn batches(&self) -> &[RecordBatch] {
        &self.batches
    }

    pub fn columns(&self) -> &[ColumnInfo] {
        &self.columns
    }

    pub fn column(&self, name: &str) -> Option<&ColumnInfo> {
        self.columns.iter().find(|c| c.name == name)
    }

    pub fn column_idx(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|c| c.name == name)
    }

    pub fn n_rows(&self) -> u64 {
        self.batches.iter().map(|b| b.num_rows() as u64).sum()
    }

    pub fn n_columns(&self) -> usize {
        self.columns.len()
    }

    /// Memory that the cells take.
    pub fn size_bytes(&self) -> u64 {
        let mut meter = SizeMeter::default();
        self.batches.iter().for_each(|b| meter.add(b));
        meter.bytes()
    }

    /// Whether both hold the same cells in the same columns, cut into batches alike.
    pub fn has_same_rows(&self, other: &Table) -> bool {
        let names = |t: &Table| t.columns.iter().map(|c| c.name.clone()).collect::<Vec<_>>();
        let is_cut_alike = self.batches.len() == other.batches.len()
            && self.batches.iter().zip(&other.batches).all(|(a, b)| a.num_rows() == b.num_rows());
        let same_column = |idx: usize| match (self.whole_column(idx), other.whole_column(idx)) {
            (Ok(a), Ok(b)) => a == b,
            _ => false,
        };
        names(self) == names(other)
            && self.n_rows() == other.n_rows()
            && match is_cut_alike {
                true => self.batches.iter().zip(&other.batches).all(|(a, b)| a.columns() == b.columns()),
                false => (0..self.n_columns()).all(same_column),
            }
    }

    /// The arrays of one column, a chunk a batch.
    pub fn chunks(&self, column_idx: usize) -> impl Iterator<Item = &ArrayRef> {
        self.batches.iter().filter_map(move |b| b.columns().get(column_idx))
    }

    /// One column as a single array. Copies when there are several batches.
    ///
    /// # Errors
    /// `bug_table_shape` when the column is not there.
    pub fn whole_column(&self, column_idx: usize) -> Result<ArrayRef, Problem> {
        let chunks: Vec<&dyn arrow::array::Array> = self.chunks(column_idx).map(AsRef::as_ref).collect();
        match chunks.as_slice() {
            [] => {
                let field = self
                    .schema
                    .fields()
                    .get(column_idx)
                    .ok_or_else(|| Problem::bug("bug_table_shape", "A column is not where it should be."))?;
                Ok(arrow::array::new_empty_array(field.data_type()))
            }
            [_one] => self
                .chunks(column_idx)
                .next()
                .cloned()
                .ok_or_else(|| Problem::bug("bug_table_shape", "A column is not where it should be.")),
            many => arrow::compute::concat(many).map_err(|e| {
                Problem::limit("column_too_large", "A column is too large to hold in one piece.").because(e.to_string())
            }),
        }
    }

    /// The same rows, with what is known of the columns replaced.
    ///
    /// # Errors
    /// As [`Table::try_new`].
    pub fn with_columns(self, columns: Vec<ColumnInfo>) -> Result<Table, Problem> {
        Table::try_new(self.schema, self.batches, columns)
    }
}

mod ipc;
