//! How many cells were hashed: what the search costs, on any machine.

use std::cell::Cell;

thread_local! {
    static HASHED: Cell<u64> = const { Cell::new(0) };
}

pub(super) fn count(n_cells: u64) {
    HASHED.set(HASHED.get() + n_cells);
}

/// The cells hashed since the last call.
pub(super) fn take() -> u64 {
    HASHED.take()
}
