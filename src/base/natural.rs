//! Names in the order in which people count: `run_2` before `run_10`, February after January, and a
//! month of one year before one of the next, wherever the year stands.

use std::cmp::Ordering;

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Part {
    /// Digits without leading zeros, the shorter first.
    Number(usize, String),
    Word(String),
}

impl Part {
    fn number(digits: &str) -> Part {
        let digits = digits.trim_start_matches('0');
        Part::Number(digits.len(), digits.to_owned())
    }

    /// The number, where it is small enough to be of a calendar.
    fn value(&self) -> Option<u32> {
        match self {
            Part::Number(..=4, digits) if digits.is_empty() => Some(0),
            Part::Number(..=4, digits) => digits.parse().ok(),
            _ => None,
        }
    }
}

/// Compares two names; only the same name is equal.
pub fn natural_order(a: &str, b: &str) -> Ordering {
    parts(a).cmp(&parts(b)).then_with(|| a.cmp(b))
}

/// The number of a month by its name, in English or German, whole or short.
pub fn month_number(word: &str) -> Option<u32> {
    const MONTHS: [&[&str]; 12] = [
        &["jan", "january", "januar"],
        &["feb", "february", "februar"],
        &["mar", "march", "mär", "mrz", "märz"],
        &["apr", "april"],
        &["may", "mai"],
        &["jun", "june", "juni"],
        &["jul", "july", "juli"],
        &["aug", "august"],
        &["sep", "sept", "september"],
        &["oct", "october", "okt", "oktober"],
        &["nov", "november"],
        &["dec", "december", "dez", "dezember"],
    ];
    let word = word.to_lowercase();
    (1..).zip(MONTHS).find(|(_, names)| names.contains(&word.as_str())).map(|(number, _)| number)
}

fn parts(name: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut rest = name;
    while let Some(first) = rest.chars().next() {
        let is_digit = first.is_ascii_digit();
        let is_same = |c: char| if is_digit { c.is_ascii_digit() } else { c.is_alphabetic() };
        let end = rest.find(|c| !is_same(c)).unwrap_or(rest.len());
        let (run, tail) = rest.split_at(end.max(first.len_utf8()).min(rest.len()));
        rest = tail;
        if is_digit {
            parts.push(Part::number(run));
        } else if first.is_alphabetic() {
            parts.push(match month_number(run) {
                Some(month) => Part::number(&month.to_string()),
                None => Part::Word(run.to_lowercase()),
            });
        }
    }
    // A month before its year.
    for at in 1..parts.len() {
        let value = |i: usize| parts.get(i).and_then(Part::value);
        let is_year = |v: Option<u32>| v.is_some_and(|v| (1900..=2100).contains(&v));
        let is_month = value(at - 1).is_some_and(|v| (1..=12).contains(&v));
        if is_month && is_year(value(at)) && !(at >= 2 && is_year(value(at - 2))) {
            parts.swap(at - 1, at);
        }
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_in_the_order_of_counting() {
        let sorted = |names: &[&str]| {
            let mut sorted: Vec<String> = names.iter().rev().map(|n| (*n).to_owned()).collect();
            sorted.sort_by(|a, b| natural_order(a, b));
            assert_eq!(sorted, names);
        };
        sorted(&["run_1", "run_2", "run_10", "run_11"]);
        sorted(&["sales_jan", "sales_feb", "sales_mar", "sales_apr", "sales_dec"]);
        sorted(&["sales_2025_12", "sales_2026_01", "sales_2026_02", "sales_2026_11"]);
        sorted(&["Nov 2025", "Dec 2025", "Jan 2026", "Feb 2026"]);
        sorted(&["01-2025", "12-2025", "01-2026"]);
        sorted(&["2026-01-07", "2026-01-12", "2026-02-01"]);
        sorted(&["Umsatz Mär", "Umsatz Mai", "Umsatz Dez"]);
        sorted(&["a", "b", "ä_1"]);
        assert_eq!(natural_order("", "0"), Ordering::Less);
        assert_eq!(natural_order("run_01", "run_1"), Ordering::Less, "never equal");
        assert_eq!(natural_order(&"9".repeat(50), &"1".repeat(51)), Ordering::Less);
    }
}
