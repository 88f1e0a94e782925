//! Steps that change a table: filter, rename, change type, compute, group, sort, remove.
//!
//! Never here: joining tables (`merge`) or running a plan (`engine`).

mod bind;
mod describe;
mod formula;
mod plan;
mod problem;
mod spec;
mod sql;
mod values;

#[cfg(test)]
mod tests;

pub use bind::{bind, bind_step};
pub use describe::{describe_op, test_words};
pub use plan::{plan_recipe, plan_step};
pub use problem::at_step;
pub use spec::*;
pub use sql::to_sql;
