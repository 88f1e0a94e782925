//! Batches that account for their own bytes.
//!
//! The arrays of a table that came in one buffer all point into it, and each says that it holds all of it.
//! What adds up the memory of batches, as a sort does, then arrives at many times what there is: beyond
//! 4 GB the sum wraps around in a browser, and the sort fails. Here each array keeps its place and
//! claims its own part.

use crate::base::Problem;
use arrow::array::{Array, ArrayData, ArrayRef, RecordBatch, RecordBatchOptions, make_array};
use arrow::buffer::{BooleanBuffer, Buffer, NullBuffer};
use arrow::compute::concat;
use arrow::error::ArrowError;
use std::ptr::NonNull;
use std::sync::Arc;

/// Rows of a batch. Larger ones are cut, and each part gets bytes of its own.
pub const BATCH_ROWS: usize = 131_072;

pub(super) fn narrowed(batch: &RecordBatch) -> Result<Vec<RecordBatch>, Problem> {
    if batch.num_rows() <= BATCH_ROWS {
        let columns = batch.columns().iter().map(|c| make_array(own(c.to_data()))).collect();
        return Ok(vec![rebuilt(batch, columns, batch.num_rows())?]);
    }
    let starts = (0..batch.num_rows()).step_by(BATCH_ROWS);
    starts.map(|start| part(batch, start, (start + BATCH_ROWS).min(batch.num_rows()))).collect()
}

/// A copy of some rows.
fn part(batch: &RecordBatch, start: usize, end: usize) -> Result<RecordBatch, Problem> {
    // Putting a slice together with nothing copies it, to its own size.
    let copied = |column: &ArrayRef| concat(&[&column.slice(start, end - start), &column.slice(start, 0)]);
    let columns = batch.columns().iter().map(copied).collect::<Result<Vec<_>, _>>();
    rebuilt(batch, columns.map_err(problem)?, end - start)
}

fn rebuilt(batch: &RecordBatch, columns: Vec<ArrayRef>, n_rows: usize) -> Result<RecordBatch, Problem> {
    let rows = RecordBatchOptions::new().with_row_count(Some(n_rows));
    RecordBatch::try_new_with_options(batch.schema(), columns, &rows).map_err(problem)
}

fn problem(e: ArrowError) -> Problem {
    Problem::bug("bug_ipc", "The table could not be passed on.").because(e.to_string())
}

fn own(data: ArrayData) -> ArrayData {
    let buffers = data.buffers().iter().map(own_buffer).collect();
    let nulls = data.nulls().map(|n| {
        let bits = n.inner();
        NullBuffer::new(BooleanBuffer::new(own_buffer(bits.inner()), bits.offset(), bits.len()))
    });
    let children = data.child_data().iter().cloned().map(own).collect();
    let builder = data.into_builder().buffers(buffers).nulls(nulls).child_data(children);
    #[expect(unsafe_code, reason = "checking every text again would cost more than reading it did")]
    // SAFETY: type, length, offset and the bytes are those of an array that was valid; only what
    // owns the bytes is another.
    unsafe {
        builder.build_unchecked()
    }
}

/// The same bytes, claimed for what they are.
fn own_buffer(buffer: &Buffer) -> Buffer {
    let Some(start) = NonNull::new(buffer.as_ptr().cast_mut()).filter(|_| !buffer.is_empty()) else {
        return buffer.clone();
    };
    #[expect(unsafe_code, reason = "Arrow has no other way to claim a part of an allocation")]
    // SAFETY: the owner is the buffer itself, which keeps the bytes where they are for as long as the
    // new one lives; `start` and the length are its own, and no buffer that is shared is ever written.
    unsafe {
        Buffer::from_custom_allocation(start, buffer.len(), Arc::new(buffer.clone()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use crate::table::{ColumnInfo, Table};
    use arrow::array::{DictionaryArray, Float64Array, StringArray};
    use arrow::datatypes::Int32Type;

    fn claimed(batch: &RecordBatch) -> usize {
        batch.columns().iter().map(|c| c.get_buffer_memory_size()).sum()
    }

    fn table(n: usize) -> Table {
        let number = Float64Array::from_iter((0..n).map(|i| (i % 7 != 0).then_some(i as f64)));
        let text = StringArray::from_iter((0..n).map(|i| (i % 5 != 0).then(|| format!("text {i}"))));
        let word: DictionaryArray<Int32Type> = (0..n).map(|i| ["a", "b", "c"][i % 3]).collect();
        let columns: Vec<(ColumnInfo, ArrayRef)> = vec![
            (ColumnInfo::new("x", ColumnType::Number), Arc::new(number)),
            (ColumnInfo::new("t", ColumnType::Text), Arc::new(text)),
            (ColumnInfo::new("w", ColumnType::Text), Arc::new(word)),
        ];
        Table::from_columns(columns).unwrap()
    }

    #[test]
    fn a_table_that_came_in_one_buffer_claims_no_more_than_that_buffer() {
        let one = table(1_000);
        let batches = vec![one.batches()[0].clone(); 20];
        let table = Table::from_batches(one.schema().clone(), batches).unwrap();
        let bytes = table.to_ipc().unwrap();
        let size = bytes.len();
        let back = Table::from_ipc(bytes).unwrap();
        let sum: usize = back.batches().iter().map(claimed).sum();
        // Twenty batches that each claim the whole would be at twenty times its size.
        assert!(sum <= size + size / 5, "{sum} of {size}");
        assert!(back.has_same_rows(&table));
    }

    #[test]
    fn long_batches_are_cut() {
        let table = table(5 * BATCH_ROWS / 2);
        let back = Table::from_ipc(table.to_ipc().unwrap()).unwrap();
        assert_eq!(back.batches().len(), 3);
        assert!(back.batches().iter().all(|b| b.num_rows() <= BATCH_ROWS));
        assert!(back.has_same_rows(&table));
    }

    #[test]
    fn a_part_lives_longer_than_the_whole() {
        let kept = {
            let back = Table::from_ipc(table(1_000).to_ipc().unwrap()).unwrap();
            back.batches().first().unwrap().column(1).clone()
        };
        let text = kept.as_any().downcast_ref::<StringArray>().unwrap();
        assert_eq!((text.value(7), text.is_null(5)), ("text 7", true));
    }
}
