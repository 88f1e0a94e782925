//! Results of queries, brought to the types that tables are kept in.

use super::budget::Heap;
use super::session::explain;
use crate::base::wording::format_bytes;
use crate::base::{Problem, give_way};
use crate::table::{SizeMeter, Table, arrow_type, column_type_of};
use arrow::array::{ArrayRef, RecordBatch};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::execution::SendableRecordBatchStream;
use futures::StreamExt;
use std::sync::Arc;

/// What one result may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    pub n_rows: u64,
    pub size_bytes: u64,
    pub heap: Option<Heap>,
}

/// Reads a stream to its end, giving way between batches, up to the limits.
///
/// # Errors
/// The query's own, or `result_too_large`.
pub async fn collect(mut stream: SendableRecordBatchStream, limits: Limits) -> Result<Table, Problem> {
    let schema = canonical_schema(&stream.schema());
    let mut batches = Vec::new();
    let mut n_rows = 0u64;
    let mut size = SizeMeter::default();
    while let Some(batch) = stream.next().await {
        let batch = batch.map_err(explain)?;
        if batch.num_rows() > 0 {
            n_rows += batch.num_rows() as u64;
            if n_rows > limits.n_rows {
                return Err(Problem::limit("result_too_large", "The result has too many rows to hold in the tab.")
                    .hint("Filter, group, or add LIMIT."));
            }
            let batch = canonical_batch(&schema, &batch)?;
            size.add(&batch);
            let is_full = limits.heap.is_some_and(|h| (h.used_bytes)() > h.max_bytes);
            if is_full || size.bytes() > limits.size_bytes {
                return Err(Problem::limit("result_too_large", "The result is too large to hold in the tab.")
                    .because(format!("It was given up at {}.", format_bytes(size.bytes())))
                    .hint("Take fewer columns, filter, group, or add LIMIT."));
            }
            batches.push(batch);
        }
        give_way().await;
    }
    Table::from_batches(schema, batches)
}

/// Column names made unique, every type one of those a table is kept in.
fn canonical_schema(schema: &SchemaRef) -> SchemaRef {
    let mut fields: Vec<Field> = Vec::with_capacity(schema.fields().len());
    for field in schema.fields() {
        let mut name = field.name().clone();
        let mut n = 2;
        while fields.iter().any(|f| *f.name() == name) {
            name = format!("{} ({n})", field.name());
            n += 1;
        }
        fields.push(Field::new(name, canonical_type(field.data_type()), true));
    }
    Arc::new(Schema::new(fields))
}

fn canonical_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Dictionary(key, value) if **key == DataType::Int32 && **value == DataType::Utf8 => data_type.clone(),
        DataType::Decimal128(..) => data_type.clone(),
        other => arrow_type(column_type_of(other)),
    }
}

fn canonical_batch(schema: &SchemaRef, batch: &RecordBatch) -> Result<RecordBatch, Problem> {
    let safe = CastOptions { safe: true, ..CastOptions::default() };
    let mut arrays: Vec<ArrayRef> = Vec::with_capacity(batch.num_columns());
    for (array, field) in batch.columns().iter().zip(schema.fields()) {
        if array.data_type() == field.data_type() {
            arrays.push(array.clone());
        } else {
            arrays.push(cast_with_options(array, field.data_type(), &safe).map_err(|e| explain(e.into()))?);
        }
    }
    let rows = arrow::array::RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(schema.clone(), arrays, &rows).map_err(|e| explain(e.into()))
}
