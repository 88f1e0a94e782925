//! Tables as Arrow IPC streams: how they travel between workers and rest in storage.
//!
//! What is known of a column beyond its Arrow type travels as field metadata, so that one buffer
//! is a whole table.

use super::narrow::narrowed;
use super::{ColumnInfo, Table};
use crate::base::{Problem, json};
use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::buffer::Buffer;
use arrow::datatypes::{Field, Schema};
use arrow::ipc::reader::StreamDecoder;
use arrow::ipc::writer::StreamWriter;
use std::io::Write;
use std::sync::Arc;

const INFO_KEY: &str = "tributary.column";

impl Table {
    /// The table as an Arrow IPC stream, uncompressed.
    ///
    /// # Errors
    /// `bug_ipc` when Arrow refuses.
    pub fn to_ipc(&self) -> Result<Vec<u8>, Problem> {
        let mut bytes = Vec::with_capacity(self.ipc_len()?);
        self.write_ipc(&mut bytes)?;
        Ok(bytes)
    }

    /// Writes the same stream piece by piece, so that it need not be in memory as a whole.
    ///
    /// # Errors
    /// `bug_ipc` when Arrow refuses, or when `out` does.
    pub fn write_ipc(&self, out: &mut dyn Write) -> Result<(), Problem> {
        let schema = schema_with_info(self)?;
        let mut writer = StreamWriter::try_new(out, &schema).map_err(ipc_problem)?;
        for batch in self.batches() {
            writer.write(batch).map_err(ipc_problem)?;
        }
        writer.finish().map_err(ipc_problem)
    }

    /// The length of that stream in bytes: Arrow hands over its buffers as they are, so counting costs next to nothing.
    ///
    /// # Errors
    /// `bug_ipc` when Arrow refuses.
    pub fn ipc_len(&self) -> Result<usize, Problem> {
        let mut counter = Counter(0);
        self.write_ipc(&mut counter)?;
        Ok(counter.0)
    }

    /// The table in the bytes; the cells stay where they are, and nothing is copied but batches of
    /// unusual length.
    ///
    /// # Errors
    /// `bad_arrow` when the bytes are not an Arrow IPC stream.
    pub fn from_ipc(bytes: Vec<u8>) -> Result<Table, Problem> {
        refuse_false_length(&bytes)?;
        let mut rest = Buffer::from_vec(bytes);
        let mut decoder = StreamDecoder::new();
        let mut found = Vec::new();
        while let Some(batch) = decoder.decode(&mut rest).map_err(read_problem)? {
            found.push(batch);
        }
        decoder.finish().map_err(read_problem)?;
        let Some(with_info) = decoder.schema() else {
            return Err(Problem::input("bad_arrow", "This is not a complete Arrow file."));
        };
        let infos = with_info.fields().iter().map(|f| info_of(f)).collect();
        let fields: Vec<Field> =
            with_info.fields().iter().map(|f| f.as_ref().clone().with_metadata(Default::default())).collect();
        let schema = Arc::new(Schema::new(fields));
        let plain = |batch: RecordBatch| {
            let rows = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
            RecordBatch::try_new_with_options(schema.clone(), batch.columns().to_vec(), &rows).map_err(read_problem)
        };
        let mut batches = Vec::with_capacity(found.len());
        for batch in found {
            batches.extend(narrowed(&plain(batch)?)?);
        }
        Table::try_new(schema, batches, infos)
    }
}

/// Counts what is written.
struct Counter(usize);

impl Write for Counter {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// Arrow reserves what the first message claims to need before it looks at what is there.
fn refuse_false_length(bytes: &[u8]) -> Result<(), Problem> {
    let word = |at: usize| bytes.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let claimed = match word(0) {
        Some(u32::MAX) => word(4),
        first => first,
    };
    match claimed {
        Some(n) if (n as usize) < bytes.len() => Ok(()),
        _ => Err(Problem::input("bad_arrow", "This is not a complete Arrow file.")),
    }
}

fn schema_with_info(table: &Table) -> Result<Schema, Problem> {
    let mut fields = Vec::with_capacity(table.n_columns());
    for (field, info) in table.schema().fields().iter().zip(table.columns()) {
        let json = json::write(info)
            .map_err(|e| Problem::bug("bug_ipc", "A column could not be described.").because(e.to_string()))?;
        fields.push(field.as_ref().clone().with_metadata([(INFO_KEY.to_owned(), json)].into()));
    }
    Ok(Schema::new(fields))
}

fn info_of(field: &Field) -> ColumnInfo {
    field.metadata().get(INFO_KEY).and_then(|json| json::read(json).ok()).unwrap_or_else(|| ColumnInfo::of_field(field))
}

fn ipc_problem(e: arrow::error::ArrowError) -> Problem {
    Problem::bug("bug_ipc", "The table could not be passed on.").because(e.to_string())
}

fn read_problem(e: arrow::error::ArrowError) -> Problem {
    Problem::input("bad_arrow", "This is not a complete Arrow file.").because(e.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ColumnType;
    use arrow::array::Int64Array;

    #[test]
    fn survives_the_way() {
        let mut info = ColumnInfo::new("mass", ColumnType::Integer);
        info.unit = Some("kg".to_owned());
        let table = Table::from_columns(vec![(info, Arc::new(Int64Array::from(vec![Some(1), None])))]).unwrap();
        let bytes = table.to_ipc().unwrap();
        assert_eq!(bytes.len(), table.ipc_len().unwrap());
        let back = Table::from_ipc(bytes).unwrap();
        assert_eq!(back.batches(), table.batches());
        assert_eq!(back.columns(), table.columns());
        assert!(back.has_same_rows(&table));
        let other = Int64Array::from(vec![Some(2), None]);
        let other = Table::from_columns(vec![(table.columns()[0].clone(), Arc::new(other))]).unwrap();
        assert!(!back.has_same_rows(&other));
    }

    #[test]
    fn rubbish_is_refused() {
        assert_eq!(Table::from_ipc(b"rubbish".to_vec()).unwrap_err().code, "bad_arrow");
    }
}
