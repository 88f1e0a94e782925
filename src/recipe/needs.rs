//! Which columns a step names, told from what it says alone.

use super::spec::Op;

impl Op {
    /// Whether the step cannot be carried out on a table without this column.
    pub fn needs(&self, column: &str) -> bool {
        let read = match self {
            Op::Compute { formula, .. } => names_in(formula),
            _ => self.columns_read(),
        };
        read.iter().any(|name| name == column)
    }

    /// The columns that are only there once the step was carried out.
    pub fn makes(&self) -> Vec<String> {
        match self {
            Op::Compute { name, .. } | Op::Rename { to: name, .. } => vec![name.clone()],
            Op::Group { measures, .. } => measures.iter().map(|m| m.name.clone()).collect(),
            Op::Unite { name, .. } | Op::Extract { name, .. } | Op::Outliers { name, .. } => vec![name.clone()],
            Op::Split { into, .. } | Op::Pivot { into, .. } => into.clone(),
            Op::Unpivot { names, values, .. } => vec![names.clone(), values.clone()],
            Op::Filter { .. }
            | Op::ChangeType { .. }
            | Op::Sort { .. }
            | Op::Remove { .. }
            | Op::Select { .. }
            | Op::Map { .. }
            | Op::Replace { .. }
            | Op::Fill { .. }
            | Op::Tidy { .. }
            | Op::SplitRows { .. }
            | Op::Distinct { .. }
            | Op::Complete { .. } => Vec::new(),
        }
    }
}

/// The words of a formula that may be columns: in double quotes, or plain and not followed by a bracket.
fn names_in(formula: &str) -> Vec<String> {
    let mut names = Vec::new();
    let mut rest = formula;
    while let Some(first) = rest.chars().next() {
        let after = rest.get(first.len_utf8()..).unwrap_or_default();
        if first == '"' || first == '\'' {
            let (text, end) = quoted(after, first);
            if first == '"' {
                names.push(text);
            }
            rest = end;
        } else if first.is_alphabetic() || first == '_' {
            let length = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            let (word, end) = rest.split_at_checked(length).unwrap_or((rest, ""));
            if !end.trim_start().starts_with('(') {
                names.push(word.to_owned());
            }
            rest = end;
        } else if first.is_numeric() {
            // `1e5` names nothing.
            rest = after.trim_start_matches(|c: char| c.is_alphanumeric() || c == '.');
        } else {
            rest = after;
        }
    }
    names
}

/// The text up to the closing mark, which stands in it twice for itself; and what comes after.
fn quoted(text: &str, mark: char) -> (String, &str) {
    let mut out = String::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c != mark {
            out.push(c);
        } else if chars.peek().is_some_and(|(_, next)| *next == mark) {
            out.push(c);
            chars.next();
        } else {
            return (out, text.get(at + c.len_utf8()..).unwrap_or_default());
        }
    }
    (out, "")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::recipe::{Aggregate, Measure, SortKey, Test};

    #[test]
    fn a_formula_names_its_columns() {
        let formula = "round(coverage / \"mean \"\"x\"\"\", 2) + CASE WHEN qc = 'lot' THEN 1e5 ELSE größe END";
        let op = Op::Compute { name: "n".into(), formula: formula.into() };
        for column in ["coverage", "mean \"x\"", "qc", "größe"] {
            assert!(op.needs(column), "{column}");
        }
        for column in ["lot", "round", "e5", "n", ""] {
            assert!(!op.needs(column), "{column}");
        }
        assert_eq!(op.makes(), ["n"]);
        // Marks that do not close end with the text.
        assert!(Op::Compute { name: "n".into(), formula: "a + \"b".into() }.needs("b"));
        assert!(!Op::Compute { name: "n".into(), formula: "a + 'b".into() }.needs("b"));
    }

    #[test]
    fn every_step_tells_what_it_needs() {
        let text = |s: &str| s.to_owned();
        let measure = Measure { aggregate: Aggregate::Mean, column: Some(text("b")), name: text("m") };
        let group = Op::Group { by: vec![text("a")], measures: vec![measure] };
        assert!(group.needs("a") && group.needs("b") && !group.needs("m"));
        assert_eq!(group.makes(), ["m"]);
        let all = [
            Op::Filter { column: text("a"), test: Test::IsMissing },
            Op::Rename { from: text("a"), to: text("z") },
            Op::Sort { keys: vec![SortKey { column: text("a"), descending: false }] },
            Op::Remove { columns: vec![text("a")] },
            Op::Select { columns: vec![text("a"), text("b")] },
        ];
        for op in all {
            assert!(op.needs("a") && !op.needs("z"), "{op:?}");
        }
    }
}
