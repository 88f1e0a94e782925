//! How much memory queries may take. A browser gives a worker 4 GB of addresses at most, and the
//! tables themselves, what is kept of earlier results and the answer under way must fit beside.
//!
//! DataFusion's operators say what they are about to hold, but count batches that share memory over
//! and over. So what they say is taken as the size of the next request only, and the sum is measured
//! on the heap, where there is something to measure; else their own account is believed.

use crate::base::wording::format_bytes;
use datafusion::common::DataFusionError;
use datafusion::execution::memory_pool::{MemoryLimit, MemoryPool, MemoryReservation};
use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Limits in bytes.
#[derive(Clone, Copy, Debug)]
pub struct Budget {
    /// What the operators of a query may hold by their own account, where the heap is not measured.
    pub pool_bytes: usize,
    /// What one result may hold.
    pub result_bytes: u64,
    pub heap: Option<Heap>,
}

/// The heap of the worker.
#[derive(Clone, Copy, Debug)]
pub struct Heap {
    /// What is allocated at this moment.
    pub used_bytes: fn() -> usize,
    /// Beyond this, queries get no more.
    pub max_bytes: usize,
}

impl Heap {
    /// Leaves room in 4 GB for what asks nobody, and for the holes between what is allocated.
    pub const MAX_BYTES: usize = 3_000_000_000;
}

impl Default for Budget {
    fn default() -> Budget {
        Budget { pool_bytes: 1_500_000_000, result_bytes: 1_500_000_000, heap: None }
    }
}

/// The memory of DataFusion's operators, within a budget.
#[derive(Debug)]
pub struct Pool {
    budget: Budget,
    reserved: AtomicUsize,
}

impl Pool {
    pub fn new(budget: Budget) -> Pool {
        Pool { budget, reserved: AtomicUsize::new(0) }
    }

    fn used_and_max(&self) -> (usize, usize) {
        match self.budget.heap {
            Some(heap) => ((heap.used_bytes)(), heap.max_bytes),
            None => (self.reserved(), self.budget.pool_bytes),
        }
    }
}

impl MemoryPool for Pool {
    fn name(&self) -> &str {
        "budget"
    }

    fn grow(&self, _reservation: &MemoryReservation, additional: usize) {
        self.reserved.fetch_add(additional, Ordering::Relaxed);
    }

    fn shrink(&self, _reservation: &MemoryReservation, shrink: usize) {
        self.reserved.fetch_sub(shrink, Ordering::Relaxed);
    }

    fn try_grow(&self, reservation: &MemoryReservation, additional: usize) -> Result<(), DataFusionError> {
        let (used, max) = self.used_and_max();
        if used.saturating_add(additional) > max {
            return Err(DataFusionError::ResourcesExhausted(format!(
                "{} are in use, {} more are needed, and the limit is {}.",
                format_bytes(used as u64),
                format_bytes(additional as u64),
                format_bytes(max as u64)
            )));
        }
        self.grow(reservation, additional);
        Ok(())
    }

    fn reserved(&self) -> usize {
        self.reserved.load(Ordering::Relaxed)
    }

    fn memory_limit(&self) -> MemoryLimit {
        MemoryLimit::Finite(self.used_and_max().1)
    }
}

impl fmt::Display for Pool {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (used, max) = self.used_and_max();
        write!(f, "{} of {}", format_bytes(used as u64), format_bytes(max as u64))
    }
}
