//! Bytes → tables: recognise, decode and read any file so that every row is accounted for.
//! Also the plans for web APIs (paging, errors in words) as data, and the comparison of a table with the version before.
//!
//! Never here: I/O. Bytes come in, tables and remarks go out; requests are described, not made.
//!
//! ```ignore
//! let outcome = source::read("runs.csv", bytes, &ReaderSpec::default(), &mut |_| {})?;
//! assert!(outcome.parts.iter().all(|part| part.ledger.adds_up()));
//! ```

mod adapt;
mod api;
mod archive;
mod arrow_check;
mod arrow_file;
mod aside;
mod canonical;
mod conversion;
mod csv;
mod decode;
pub mod drift;
mod instruments;
mod json;
mod names;
mod pages;
mod parquet;
mod parquet_check;
mod read;
mod reading;
mod reasons;
mod share;
mod sniff;
mod spec;
mod sqlite;
mod stats;
mod successor;
mod table_name;
mod thrift;
mod types;
mod units;
mod unpack;
mod workbook;

pub use api::*;
pub use aside::{Decided, Decision, Remedy, Rows, Rule};
pub use drift::{
    Candidate, CellChange, ChangedColumn, ChangedRow, ColumnDrift, Drift, RowChanges, RowFate, WaitingStep,
};
pub use read::{read, read_with};
pub use share::{Helpers, ShareDone, ShareFound, ShareJob, read_share};
pub use spec::*;
pub use successor::{Successor, successors};
pub use table_name::sql_name;
