//! Bytes → tables: recognise, decode and read any file so that every row is accounted for.
//! Also the plans for web APIs (paging, errors in words) as data.
//!
//! Never here: I/O. Bytes come in, tables and remarks go out; requests are described, not made.
//!
//! ```ignore
//! let outcome = source::read("runs.csv", bytes, &ReaderSpec::default(), &mut |_| true)?;
//! assert!(outcome.tables[0].ledger.adds_up());
//! ```

mod spec;

pub use spec::*;
