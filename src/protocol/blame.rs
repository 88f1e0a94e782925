//! Whose fault it is when the engine's worker dies: what it was working on, and how often that has
//! ended a worker.
//!
//! The engine says what it begins ([`crate::protocol::Event::Working`]); the page keeps the account.

use crate::base::{MergeId, StepId, TableId};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A piece of work of the engine.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Work {
    Topic(u64),
    Export(u64),
    /// Taking in a table's rows.
    Attach(TableId),
}

/// What a piece of work is at, where that is a part of the user's own work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    Step(StepId),
    Merge(MergeId),
}

/// What is blamed: the part where one was being computed, else the piece of work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Culprit {
    Work(Work),
    Part(Part),
}

/// The account of deaths.
#[derive(Debug, Default)]
pub struct Blame {
    current: Option<(Work, Option<Part>)>,
    deaths: BTreeMap<Culprit, u32>,
}

impl Blame {
    /// Deaths after which something is not tried again until the user changes something.
    pub const MAX_DEATHS: u32 = 2;

    /// What the worker is at.
    pub fn current(&self) -> Option<Work> {
        self.current.map(|(work, _)| work)
    }

    /// A piece of work begins, or goes on with another part: the part before has come to its end.
    pub fn begins(&mut self, work: Work, part: Option<Part>) {
        if let Some((before, Some(done))) = self.current
            && before == work
            && part != Some(done)
        {
            self.deaths.remove(&Culprit::Part(done));
        }
        self.current = Some((work, part));
    }

    /// The work has come to an end, so earlier deaths were not its doing.
    pub fn ends(&mut self, work: Work) {
        self.deaths.remove(&Culprit::Work(work));
        if let Some((_, part)) = self.current.take_if(|(current, _)| *current == work)
            && let Some(done) = part
        {
            self.deaths.remove(&Culprit::Part(done));
        }
    }

    /// The worker has nothing to do, or is a new one.
    pub fn rests(&mut self) {
        self.current = None;
    }

    /// The worker died. Returns what is not to be tried again, if it was that once too often.
    pub fn died(&mut self) -> Option<Culprit> {
        let (work, part) = self.current.take()?;
        let culprit = part.map_or(Culprit::Work(work), Culprit::Part);
        let n = self.deaths.entry(culprit).or_insert(0);
        *n += 1;
        (*n >= Blame::MAX_DEATHS).then_some(culprit)
    }

    /// The user has changed something: everything may be tried anew.
    pub fn forget(&mut self) {
        self.deaths.clear();
    }

    /// The same for one piece of work, such as a question that is now another one.
    pub fn forget_work(&mut self, work: Work) {
        self.deaths.remove(&Culprit::Work(work));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_begun_last_is_blamed_and_nothing_else() {
        let mut blame = Blame::default();
        blame.begins(Work::Topic(1), None);
        blame.ends(Work::Topic(1));
        blame.begins(Work::Topic(7), None);
        assert_eq!(blame.died(), None, "once may be bad luck");
        assert_eq!(blame.died(), None, "a new worker that dies before it begins blames nobody");
        blame.begins(Work::Export(7), None);
        assert_eq!(blame.died(), None, "an export is no question");
        blame.begins(Work::Topic(7), None);
        assert_eq!(blame.died(), Some(Culprit::Work(Work::Topic(7))));
    }

    #[test]
    fn a_step_is_blamed_whoever_asks_for_it() {
        let mut blame = Blame::default();
        let step = Some(Part::Step(StepId(4)));
        blame.begins(Work::Topic(1), step);
        assert_eq!(blame.died(), None);
        blame.begins(Work::Topic(2), step);
        assert_eq!(blame.died(), Some(Culprit::Part(Part::Step(StepId(4)))));
    }

    #[test]
    fn a_change_gives_another_chance() {
        let mut blame = Blame::default();
        for _ in 0..5 {
            blame.begins(Work::Topic(1), None);
            assert_eq!(blame.died(), None);
            blame.forget();
            blame.begins(Work::Topic(2), None);
            assert_eq!(blame.died(), None);
            blame.forget_work(Work::Topic(2));
        }
    }

    #[test]
    fn what_has_come_to_an_end_since_is_not_to_blame() {
        let mut blame = Blame::default();
        let step = Some(Part::Step(StepId(4)));
        for _ in 0..4 {
            blame.begins(Work::Topic(1), step);
            assert_eq!(blame.died(), None);
            blame.begins(Work::Topic(1), step);
            blame.begins(Work::Topic(1), None);
            assert_eq!(blame.died(), None);
            blame.begins(Work::Topic(1), None);
            blame.ends(Work::Topic(1));
        }
    }

    #[test]
    fn a_worker_that_rests_blames_nobody() {
        let mut blame = Blame::default();
        blame.begins(Work::Topic(1), None);
        blame.rests();
        for _ in 0..3 {
            assert_eq!(blame.died(), None);
        }
    }
}
