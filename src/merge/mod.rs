//! How tables fit together: joins and unions found from the values, carried out with an account of
//! every row.
//!
//! Never here: SQL, or a guess from names alone.

mod spec;

pub use spec::*;
