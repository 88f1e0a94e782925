//! Column names: cleaned, unique, with their units taken out.

use super::types::Head;
use super::units::looks_like_unit;
use crate::base::{Notices, wording};
use std::collections::{BTreeMap, BTreeSet};

/// The longest column name kept, in characters.
const MAX_NAME_CHARS: usize = 120;

/// Makes column names from the cells of a header.
///
/// Empty ones become `column_3`, repeated ones `name_2`; a unit in brackets at the end is taken
/// out, unless two columns would then be the same.
pub(super) fn heads(raw: &[String], notices: &mut Notices) -> Vec<Head> {
    let cleaned: Vec<String> = raw.iter().map(|name| clean(name)).collect();
    let split: Vec<Head> = cleaned.iter().map(|name| split_unit(name)).collect();
    let mut uses: BTreeMap<String, usize> = BTreeMap::new();
    for head in &split {
        *uses.entry(head.name.to_lowercase()).or_default() += 1;
    }
    let mut heads: Vec<Head> = Vec::with_capacity(split.len());
    let mut taken: BTreeSet<String> = BTreeSet::new();
    // Where to go on for a name: from the start, many of the same would cost their square.
    let mut next: BTreeMap<String, usize> = BTreeMap::new();
    let (mut n_empty, mut n_repeated) = (0u64, 0u64);
    for (i, (mut head, full)) in split.into_iter().zip(cleaned).enumerate() {
        if head.unit.is_some() && uses.get(&head.name.to_lowercase()).is_some_and(|&n| n > 1) {
            head.name = full;
        }
        if head.name.is_empty() {
            n_empty += 1;
            head.name = format!("column_{}", i + 1);
        }
        if taken.contains(&head.name) {
            n_repeated += 1;
            let base = head.name.clone();
            let suffix = next.entry(base.clone()).or_insert(2);
            while taken.contains(&head.name) {
                head.name = format!("{base}_{suffix}");
                *suffix += 1;
            }
        }
        taken.insert(head.name.clone());
        heads.push(head);
    }
    if n_empty > 0 {
        let text = format!("{} without a name: named by position", wording::plural(n_empty, "column", "columns"));
        notices.add("unnamed_column", text, n_empty);
    }
    if n_repeated > 0 {
        let text =
            format!("{} renamed, as another has the same name", wording::plural(n_repeated, "column", "columns"));
        notices.add("renamed_column", text, n_repeated);
    }
    heads
}

fn clean(name: &str) -> String {
    let is_unseen = |c: &char| matches!(c, '\u{feff}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{ad}');
    let seen = name.chars().filter(|c| !is_unseen(c));
    let name: String = seen.map(|c| if c.is_control() { ' ' } else { c }).collect();
    let words: Vec<&str> = name.split_whitespace().collect();
    words.join(" ").chars().take(MAX_NAME_CHARS).collect()
}

/// `mass (kg)` → `mass` and `kg`.
fn split_unit(name: &str) -> Head {
    let found = [('(', ')'), ('[', ']')].into_iter().find_map(|(open, close)| {
        let inner = name.strip_suffix(close)?;
        let at = inner.rfind(open)?;
        let (before, unit) = (inner.get(..at)?.trim_end(), inner.get(at + 1..)?.trim());
        let fits = if open == '[' { is_short(unit) } else { looks_like_unit(unit) };
        // "log10(count)" has no space before the bracket and is no unit anyway.
        (!before.is_empty() && fits).then(|| Head { name: before.to_owned(), unit: Some(unit.to_owned()), path: None })
    });
    found.unwrap_or_else(|| Head { name: name.to_owned(), unit: None, path: None })
}

fn is_short(unit: &str) -> bool {
    let n = unit.chars().count();
    (1..=12).contains(&n) && !unit.chars().all(|c| c.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(raw: &[&str]) -> (Vec<(String, Option<String>)>, Notices) {
        let mut notices = Notices::default();
        let raw: Vec<String> = raw.iter().map(|s| (*s).to_owned()).collect();
        (heads(&raw, &mut notices).into_iter().map(|h| (h.name, h.unit)).collect(), notices)
    }

    #[test]
    fn names_are_unique_and_present() {
        let (found, notices) = names(&["a", "", "a", " a_2 ", "a"]);
        let found: Vec<_> = found.into_iter().map(|(n, _)| n).collect();
        assert_eq!(found, ["a", "column_2", "a_2", "a_2_2", "a_3"]);
        assert_eq!(
            notices.0.iter().map(|n| (n.code.as_str(), n.count)).collect::<Vec<_>>(),
            [("unnamed_column", 1), ("renamed_column", 3)]
        );
    }

    #[test]
    fn units_are_taken_out() {
        let unit = |name: &str| names(&[name]).0.remove(0);
        assert_eq!(unit("mass (kg)"), ("mass".to_owned(), Some("kg".to_owned())));
        assert_eq!(unit("temp [°C]"), ("temp".to_owned(), Some("°C".to_owned())));
        assert_eq!(unit("conc (ng/µL)"), ("conc".to_owned(), Some("ng/µL".to_owned())));
        assert_eq!(unit("name (first)"), ("name (first)".to_owned(), None));
        assert_eq!(unit("year (2020)"), ("year (2020)".to_owned(), None));
        let (both, _) = names(&["temp (°C)", "temp (°F)"]);
        assert_eq!(both[0], ("temp (°C)".to_owned(), Some("°C".to_owned())));
        assert_eq!(both[1].0, "temp (°F)");
    }

    #[test]
    fn line_breaks_and_marks_are_cleaned() {
        assert_eq!(names(&["\u{feff}first\n name\t"]).0[0].0, "first name");
        assert_eq!(names(&["a\u{200b}b", "ab"]).0[1].0, "ab_2");
    }
}
