//! The names of columns in a step.

use super::{Filler, Keep, Op};

impl Op {
    /// The names of the columns that the step reads, where they stand in it. A formula's are its own.
    fn names_mut(&mut self) -> Vec<&mut String> {
        match self {
            Op::Filter { column, .. }
            | Op::Rename { from: column, .. }
            | Op::ChangeType { column, .. }
            | Op::Map { column, .. }
            | Op::Replace { column, .. }
            | Op::Split { column, .. }
            | Op::SplitRows { column, .. }
            | Op::Extract { column, .. }
            | Op::Outliers { column, .. } => vec![column],
            Op::Compute { .. } => Vec::new(),
            Op::Group { by, measures } => {
                by.iter_mut().chain(measures.iter_mut().filter_map(|m| m.column.as_mut())).collect()
            }
            Op::Sort { keys } => keys.iter_mut().map(|k| &mut k.column).collect(),
            Op::Remove { columns }
            | Op::Select { columns }
            | Op::Tidy { columns, .. }
            | Op::Unite { columns, .. }
            | Op::Unpivot { columns, .. }
            | Op::Complete { columns } => columns.iter_mut().collect(),
            Op::Fill { column, with } => {
                let other = match with {
                    Filler::Column(other) => Some(other),
                    Filler::Down | Filler::Value(_) | Filler::Mean | Filler::Median => None,
                };
                [column].into_iter().chain(other).collect()
            }
            Op::Distinct { by, keep } => {
                let largest = match keep {
                    Keep::Largest(column) => Some(column),
                    Keep::First | Keep::Last | Keep::MostComplete => None,
                };
                by.iter_mut().chain(largest).collect()
            }
            Op::Pivot { by, names, values, .. } => by.iter_mut().chain([names, values]).collect(),
        }
    }

    /// The columns that the step reads, but for those of a formula.
    pub(super) fn columns_read(&self) -> Vec<String> {
        self.clone().names_mut().into_iter().map(std::mem::take).collect()
    }

    /// The first column that the step reads; empty where it reads none, or none has been chosen.
    pub fn first_column(&self) -> String {
        self.columns_read().into_iter().next().unwrap_or_default()
    }

    /// The same step with one column taken for another.
    pub fn with_column(mut self, from: &str, to: &str) -> Op {
        for name in self.names_mut() {
            if name == from {
                to.clone_into(name);
            }
        }
        if let Op::Compute { formula, .. } = &mut self {
            *formula = formula.replace(from, to);
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_column_is_taken_for_another_wherever_it_stands() {
        let fill = Op::Fill { column: "a".to_owned(), with: Filler::Column("b".to_owned()) };
        let want = Op::Fill { column: "a".to_owned(), with: Filler::Column("c".to_owned()) };
        assert_eq!(fill.clone().with_column("b", "c"), want);
        assert_eq!(fill.first_column(), "a");
        let distinct = Op::Distinct { by: vec!["x".to_owned()], keep: Keep::Largest("a".to_owned()) };
        let want = Op::Distinct { by: vec!["x".to_owned()], keep: Keep::Largest("b".to_owned()) };
        assert_eq!(distinct.with_column("a", "b"), want);
        let compute = Op::Compute { name: "n".to_owned(), formula: "a + 1".to_owned() };
        assert_eq!(compute.first_column(), "");
        let want = Op::Compute { name: "n".to_owned(), formula: "b + 1".to_owned() };
        assert_eq!(compute.with_column("a", "b"), want);
    }
}
