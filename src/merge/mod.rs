//! How tables fit together: joins and unions found from the values, carried out with an account of
//! every row.
//!
//! Never here: SQL, or a guess from names alone.

mod accept;
mod column;
mod crosswalk;
mod day;
mod describe;
mod double;
mod fold;
mod key;
mod layout;
mod mark;
mod matches;
mod names;
mod nearest;
mod problem;
mod run;
mod same;
mod sketch;
mod spec;
mod suggest;
mod suggest_column;
mod suggest_composite;
mod suggest_pairs;
mod suggest_renamed;
mod suggest_rivals;
mod suggest_union;
mod unify;

#[cfg(test)]
mod oracle;
#[cfg(test)]
mod work;

pub use describe::{describe, describe_outcome};
pub use nearest::nearest_in_slices;
pub use run::{Columns, run, run_in_slices};
pub use spec::*;
pub use suggest::{suggest, suggest_in_slices};
