//! Steps that change a table: filter, rename, change type, compute, group, sort, remove, select, and those
//! that clean (`clean/`): map, replace, fill, tidy, split, unite, extract, distinct, unpivot, pivot,
//! complete, outliers. `cluster/` finds spelling variants for a map to unite.
//!
//! Never here: joining tables (`merge`) or running a plan (`engine`).

mod arrange;
#[cfg(feature = "engine")]
mod bind;
#[cfg(feature = "engine")]
mod clean;
mod cluster;
mod describe;
mod describe_clean;
#[cfg(feature = "engine")]
mod formula;
mod names;
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
#[cfg(feature = "engine")]
pub use clean::functions;
pub use cluster::*;
pub use describe::{describe_op, test_words};
#[cfg(feature = "engine")]
pub use plan::{plan_recipe, plan_step};
#[cfg(feature = "engine")]
pub use problem::at_step;
pub use spec::*;
#[cfg(feature = "engine")]
pub use sql::to_sql;
