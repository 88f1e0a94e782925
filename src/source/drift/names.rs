//! How alike two names of columns are.

/// Longer names are compared by their beginning.
const MAX_CHARS: usize = 80;

/// 0 to 1: 1 where only case, spaces and punctuation differ; less where one says more than the other, is short for
/// it, or differs by a few letters.
pub(super) fn likeness(a: &str, b: &str) -> f64 {
    let (a, b) = (words(a), words(b));
    if a.is_empty() || b.is_empty() {
        return 0.0;
    }
    let (whole_a, whole_b) = (a.concat(), b.concat());
    if whole_a == whole_b {
        return 1.0;
    }
    let by_letters =
        1.0 - distance(&whole_a, &whole_b) as f64 / whole_a.chars().count().max(whole_b.chars().count()) as f64;
    // A letter of ten is a slip, or an old spelling; half of them are another word.
    let by_letters = if by_letters >= 0.7 { by_letters } else { 0.0 };
    by_letters.max(by_words(&a, &b)).min(0.95)
}

/// The words that both have, weighed against those that only one has. A word that begins another counts nearly as
/// the same: `temp` and `temperature`.
fn by_words(a: &[String], b: &[String]) -> f64 {
    let alike = |x: &str, y: &str| {
        let (short, long) = if x.len() <= y.len() { (x, y) } else { (y, x) };
        match () {
            () if x == y => 1.0,
            () if short.chars().count() >= 3 && long.starts_with(short) => 0.85,
            () if short.chars().count() >= 2 && is_abbreviation(short, long) => 0.6,
            () => 0.0,
        }
    };
    let best = |word: &String, others: &[String]| others.iter().map(|o| alike(word, o)).fold(0.0, f64::max);
    let (few, many) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let shared: f64 = few.iter().map(|w| best(w, many)).sum();
    let of_few = shared / few.len() as f64;
    let of_all = shared / many.len() as f64;
    0.5 * of_few + 0.5 * of_all
}

/// The letters of one, in order, begin the same way in the other: `qty` and `quantity`.
fn is_abbreviation(short: &str, long: &str) -> bool {
    let mut rest = long.chars();
    short.chars().next() == long.chars().next() && short.chars().all(|c| rest.any(|other| other == c))
}

/// The words of a name, lower case, plurals cut: `sampleIDs` → `sample`, `id`. Digits are words of their own.
fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut last: Option<char> = None;
    for c in name.chars().take(MAX_CHARS) {
        let is_start = last.is_some_and(|l| (l.is_lowercase() && c.is_uppercase()) || l.is_numeric() != c.is_numeric());
        if (!c.is_alphanumeric() || is_start) && !word.is_empty() {
            out.push(singular(std::mem::take(&mut word)));
        }
        if c.is_alphanumeric() {
            word.extend(c.to_lowercase());
        }
        last = Some(c);
    }
    if !word.is_empty() {
        out.push(singular(word));
    }
    out
}

fn singular(word: String) -> String {
    match word.strip_suffix('s') {
        Some(root) if root.chars().count() > 2 && !root.ends_with('s') => root.to_owned(),
        _ => word,
    }
}

/// Letters to change, add, leave out or swap (restricted Damerau–Levenshtein distance).
fn distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.iter().enumerate() {
        let mut row = Vec::with_capacity(b.len() + 1);
        row.push(i + 1);
        for (j, y) in b.iter().enumerate() {
            let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
            let mut best = (at(&last, j) + usize::from(x != y)).min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_swap {
                best = best.min(at(&before_last, j - 1) + 1);
            }
            row.push(best);
        }
        before_last = std::mem::replace(&mut last, row);
    }
    last.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_name_in_other_dress_is_the_same() {
        for (a, b) in [("Sample ID", "sample_id"), ("sampleId", "SAMPLE-ID"), ("run.no", "Run No")] {
            assert_eq!(likeness(a, b), 1.0, "{a} and {b}");
        }
    }

    #[test]
    fn likely_names_are_above_unlikely_ones() {
        for (a, b) in [
            ("coverage", "mean coverage"),
            ("temp", "temperature"),
            ("Temp", "temperature_c"),
            ("qty", "quantity"),
            ("colour", "color"),
            ("adress", "address"),
            ("lot", "reagent_lot"),
        ] {
            assert!(likeness(a, b) >= 0.55, "{a} and {b}: {}", likeness(a, b));
        }
        for (a, b) in [("coverage", "plate"), ("mass", "date"), ("q30", "q20x"), ("", "a"), ("site", "operator")] {
            assert!(likeness(a, b) < 0.55, "{a} and {b}: {}", likeness(a, b));
        }
    }

    #[test]
    fn letters_are_counted() {
        assert_eq!(distance("kitten", "sitting"), 3);
        assert_eq!(distance("form", "from"), 1);
        assert_eq!(distance("", "abc"), 3);
    }
}
