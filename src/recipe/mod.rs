//! Steps that change a table: filter, rename, change type, compute, group, sort, remove, select.
//!
//! Never here: joining tables (`merge`) or running a plan (`engine`).

mod arrange;
#[cfg(feature = "engine")]
mod bind;
mod describe;
#[cfg(feature = "engine")]
mod formula;
mod needs;
#[cfg(feature = "engine")]
mod plan;
#[cfg(feature = "engine")]
mod problem;
mod read;
mod spec;
#[cfg(feature = "engine")]
mod sql;
#[cfg(feature = "engine")]
mod values;

#[cfg(test)]
#[cfg(feature = "engine")]
mod tests;

#[cfg(feature = "engine")]
pub use bind::{bind, bind_step};
pub use describe::{describe_op, test_words};
#[cfg(feature = "engine")]
pub use plan::{plan_recipe, plan_step};
#[cfg(feature = "engine")]
pub use problem::at_step;
pub use spec::*;
#[cfg(feature = "engine")]
pub use sql::to_sql;
