//! A table of records and the tables of the lists within them, each row knowing the row that it belongs to.

use super::columns::Columns;
use super::tape::Tape;
use crate::base::Problem;
use hashbrown::HashMap;

/// Lists within lists become tables of their own this deep; below that they stay text.
const MAX_GENERATIONS: u32 = 5;

/// More tables than this from one list of records is a tree and no set of tables.
const MAX_TABLES: usize = 64;

/// One table of the family.
pub(super) struct Member {
    pub columns: Columns,
    /// The table and the place in its records where this one's rows come from.
    pub parent: Option<(usize, usize)>,
    /// The row of the parent that each row belongs to.
    pub parent_rows: Vec<u32>,
    generation: u32,
}

/// The tables, parents before their children.
pub(super) struct Family {
    pub members: Vec<Member>,
    by_place: HashMap<(usize, usize), usize>,
}

/// Where a list is being worked off.
struct Open {
    member: usize,
    next: u32,
    end: u32,
    parent_row: u32,
}

impl Family {
    pub fn new() -> Family {
        let root =
            Member { columns: Columns::new(MAX_TABLES - 1), parent: None, parent_rows: Vec::new(), generation: 0 };
        Family { members: vec![root], by_place: HashMap::new() }
    }

    /// Rows of the first table.
    pub fn len(&self) -> usize {
        self.members.first().map_or(0, |m| m.columns.len())
    }

    /// The first table, for cells that are put into it one by one.
    ///
    /// # Errors
    /// None that can be met.
    pub fn root(&mut self) -> Result<&mut Columns, Problem> {
        self.members.first_mut().map(|m| &mut m.columns).ok_or_else(lost)
    }

    /// Adds a record with all that lies in it.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn add(
        &mut self,
        tape: &Tape,
        text: &str,
        at: u32,
        key: Option<&str>,
        line_at: &mut dyn FnMut(usize) -> u64,
    ) -> Result<(), Problem> {
        let line = line_at(tape.position(at));
        self.root()?.add(tape, text, at, key, line)?;
        self.settle(tape, text, line_at)
    }

    /// Ends a row whose cells were put into the first table.
    ///
    /// # Errors
    /// `too_many_columns`, `table_too_large`.
    pub fn end_row(
        &mut self,
        tape: &Tape,
        text: &str,
        line: u64,
        line_at: &mut dyn FnMut(usize) -> u64,
    ) -> Result<(), Problem> {
        self.root()?.end_row(line)?;
        self.settle(tape, text, line_at)
    }

    /// Adds the lists that the last record left behind, each element before what lies in it, in the order of the
    /// text, so that lines can be counted on the way.
    fn settle(&mut self, tape: &Tape, text: &str, line_at: &mut dyn FnMut(usize) -> u64) -> Result<(), Problem> {
        let mut open = Vec::new();
        self.open_lists(tape, 0, &mut open)?;
        while let Some(list) = open.pop() {
            if list.next >= list.end {
                continue;
            }
            let element = list.next;
            let next = tape.node(element).map_or(list.end, |n| n.next);
            let (member, parent_row) = (list.member, list.parent_row);
            open.push(Open { next, ..list });
            let line = line_at(tape.position(element));
            let table = self.members.get_mut(member).ok_or_else(lost)?;
            table.columns.add(tape, text, element, None, line)?;
            table.parent_rows.push(parent_row);
            self.open_lists(tape, member, &mut open)?;
        }
        Ok(())
    }

    /// Puts the lists of a table's last row on the stack, the first on top.
    fn open_lists(&mut self, tape: &Tape, of: usize, open: &mut Vec<Open>) -> Result<(), Problem> {
        let parent = self.members.get_mut(of).ok_or_else(lost)?;
        let nested = parent.columns.take_nested();
        if nested.is_empty() {
            return Ok(());
        }
        let parent_row = (parent.columns.len() as u32).saturating_sub(1);
        for list in nested.into_iter().rev() {
            let member = self.member_at(of, list.branch)?;
            let end = tape.node(list.at).map_or(list.at + 1, |n| n.next);
            open.push(Open { member, next: list.at + 1, end, parent_row });
        }
        Ok(())
    }

    fn member_at(&mut self, of: usize, branch: usize) -> Result<usize, Problem> {
        if let Some(member) = self.by_place.get(&(of, branch)) {
            return Ok(*member);
        }
        let generation = self.members.get(of).map_or(0, |m| m.generation) + 1;
        let columns = Columns::new(0);
        let member = self.members.len();
        self.members.push(Member { columns, parent: Some((of, branch)), parent_rows: Vec::new(), generation });
        self.by_place.insert((of, branch), member);
        let left = MAX_TABLES.saturating_sub(self.members.len());
        for member in self.members.iter_mut().filter(|m| m.generation < MAX_GENERATIONS) {
            member.columns.set_tables_left(left);
        }
        Ok(member)
    }

    /// The names from the first table's records down to a table's.
    pub fn path_of(&self, member: usize) -> Vec<String> {
        let (mut path, mut at) = (Vec::new(), member);
        while let Some((parent, branch)) = self.members.get(at).and_then(|m| m.parent) {
            let names = self.members.get(parent).map(|m| m.columns.path_of_branch(branch)).unwrap_or_default();
            path.splice(0..0, names.into_iter().map(str::to_owned));
            at = parent;
        }
        path
    }
}

fn lost() -> Problem {
    Problem::bug("bug_json_family", "A table of nested records was lost on the way.")
}
