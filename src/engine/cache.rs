//! Results by provenance. The same inputs and the same work give the same key, so undo, redo and a
//! second look cost nothing.

use crate::base::{Fingerprint, Problem};
use crate::chart::ChartData;
use crate::insight::Findings;
use crate::merge::{MergeOutcome, MergeSuggestion};
use crate::recipe::Variants;
use crate::table::{Table, TableProfile};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Rows of results kept beyond those in use, at most.
const MAX_BYTES: u64 = 1 << 30;
const MAX_ENTRIES: usize = 400;

/// Anything that was computed.
#[derive(Clone)]
pub enum Kept {
    Table(Arc<Table>),
    Merged(Arc<Table>, Arc<MergeOutcome>),
    Profile(Arc<TableProfile>),
    Findings(Arc<Findings>),
    Chart(Arc<ChartData>),
    Suggestions(Arc<Vec<MergeSuggestion>>),
    Variants(Arc<Variants>),
    /// What a step did to cells, in words.
    Remark(Option<Arc<str>>),
    Failed(Problem),
}

impl Kept {
    fn size_bytes(&self) -> u64 {
        match self {
            Kept::Table(t) | Kept::Merged(t, _) => t.size_bytes(),
            _ => 0,
        }
    }
}

struct Slot {
    kept: Kept,
    size_bytes: u64,
    used_at: u64,
}

/// Least recently used goes first.
#[derive(Default)]
pub struct Cache {
    slots: BTreeMap<Fingerprint, Slot>,
    clock: u64,
}

impl Cache {
    pub fn get(&mut self, key: &Fingerprint) -> Option<Kept> {
        self.clock += 1;
        let slot = self.slots.get_mut(key)?;
        slot.used_at = self.clock;
        Some(slot.kept.clone())
    }

    pub fn put(&mut self, key: Fingerprint, kept: Kept) {
        self.clock += 1;
        let size_bytes = kept.size_bytes();
        self.slots.insert(key, Slot { kept, size_bytes, used_at: self.clock });
        while self.slots.len() > 1 && (self.slots.len() > MAX_ENTRIES || self.size_bytes() > MAX_BYTES) {
            let oldest = self.slots.iter().min_by_key(|(_, s)| s.used_at).map(|(k, _)| k.clone());
            match oldest {
                Some(key) => self.slots.remove(&key),
                None => break,
            };
        }
    }

    fn size_bytes(&self) -> u64 {
        self.slots.values().map(|s| s.size_bytes).sum()
    }
}
