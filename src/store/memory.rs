//! A store in memory, which can be made to fail.

use super::{Batch, Store, Write};
use crate::base::Problem;
use std::collections::BTreeMap;

/// What goes wrong, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Commits fail once this many bytes would be kept.
    FullAt { size_bytes: usize },
    /// The n-th commit from now fails (0: the next).
    FailCommit { n: usize },
}

/// Keeps blobs in memory.
#[derive(Clone, Debug, Default)]
pub struct MemoryStore {
    blobs: BTreeMap<String, Vec<u8>>,
    faults: Vec<Fault>,
    n_commits: usize,
}

impl MemoryStore {
    /// Arms a fault; a `FailCommit` counts from the commits made so far.
    pub fn inject(&mut self, fault: Fault) {
        let fault = match fault {
            Fault::FailCommit { n } => Fault::FailCommit { n: n + self.n_commits },
            full => full,
        };
        self.faults.push(fault);
    }
}

impl Store for MemoryStore {
    fn commit(&mut self, batch: Batch) -> Result<(), Problem> {
        let nth = self.n_commits;
        self.n_commits += 1;
        if self.faults.contains(&Fault::FailCommit { n: nth }) {
            return Err(Problem::limit("store_failed", "The browser could not save your work."));
        }
        let mut next = self.blobs.clone();
        for write in batch.0 {
            match write {
                Write::Put { key, bytes } => {
                    next.insert(key, bytes);
                }
                Write::Delete { key } => {
                    next.remove(&key);
                }
            }
        }
        let size: usize = next.values().map(Vec::len).sum();
        if self.faults.iter().any(|f| matches!(f, Fault::FullAt { size_bytes } if size > *size_bytes)) {
            return Err(Problem::limit("store_full", "There is no room left to save your work in this browser."));
        }
        self.blobs = next;
        Ok(())
    }

    fn get(&self, key: &str) -> Result<Option<Vec<u8>>, Problem> {
        Ok(self.blobs.get(key).cloned())
    }

    fn keys(&self, prefix: &str) -> Result<Vec<String>, Problem> {
        Ok(self.blobs.keys().filter(|k| k.starts_with(prefix)).cloned().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_batch_is_all_or_nothing() {
        let mut store = MemoryStore::default();
        store.commit(Batch::default().put("a", vec![1])).unwrap();
        store.inject(Fault::FullAt { size_bytes: 3 });
        let full = store.commit(Batch::default().delete("a").put("b", vec![0; 9])).unwrap_err();
        assert_eq!(full.code, "store_full");
        assert_eq!(store.get("a").unwrap(), Some(vec![1]));
        assert_eq!(store.keys("").unwrap(), ["a"]);
    }

    #[test]
    fn a_commit_can_be_made_to_fail() {
        let mut store = MemoryStore::default();
        store.inject(Fault::FailCommit { n: 1 });
        store.commit(Batch::default().put("a", vec![1])).unwrap();
        assert!(store.commit(Batch::default().put("a", vec![2])).is_err());
        store.commit(Batch::default().put("a", vec![3])).unwrap();
        assert_eq!(store.get("a").unwrap(), Some(vec![3]));
    }
}
