//! Steps that change a table: filter, rename, change type, compute, group, sort, remove.
//!
//! Never here: joining tables (`merge`) or running a plan (`engine`).

mod spec;

pub use spec::*;
