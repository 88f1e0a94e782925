//! What names say about columns: enough to break a tie or to rule out a count, never to propose.

/// Words that say nothing about what a column identifies.
const GENERIC: [&str; 16] = [
    "id",
    "ids",
    "key",
    "code",
    "no",
    "nr",
    "num",
    "number",
    "name",
    "index",
    "idx",
    "ref",
    "uid",
    "uuid",
    "identifier",
    "label",
];

/// Words of columns that measure or count and so never identify.
const MEASURES: [&str; 26] = [
    "count", "counts", "n", "qty", "quantity", "amount", "total", "sum", "mean", "avg", "median", "min", "max", "age",
    "score", "value", "price", "cost", "rank", "percent", "pct", "hour", "minute", "duration", "length", "size",
];

/// The words of a name, lower case, plurals cut: `userPlates` → `user`, `plate`.
pub(super) fn words(name: &str) -> Vec<String> {
    let mut out: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    for c in name.chars().take(200) {
        if !c.is_alphabetic() || (c.is_uppercase() && was_lower) {
            if !word.is_empty() {
                out.push(stem(&std::mem::take(&mut word)));
            }
        }
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        }
        was_lower = c.is_lowercase();
    }
    if !word.is_empty() {
        out.push(stem(&word));
    }
    out
}

fn stem(word: &str) -> String {
    if let Some(root) = word.strip_suffix("ies").filter(|r| r.len() > 2) {
        return format!("{root}y");
    }
    match word.strip_suffix('s') {
        Some(root) if root.len() > 2 && !root.ends_with('s') => root.to_owned(),
        _ => word.to_owned(),
    }
}

/// The same name but for case, spaces and punctuation.
pub(super) fn is_same(a: &str, b: &str) -> bool {
    let fold = |s: &str| s.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect::<String>();
    let (a, b) = (fold(a), fold(b));
    !a.is_empty() && a == b
}

pub(super) fn is_generic(name: &str) -> bool {
    words(name).iter().all(|w| GENERIC.contains(&w.as_str()))
}

pub(super) fn is_measure(name: &str) -> bool {
    let words = words(name);
    words.iter().any(|w| MEASURES.contains(&w.as_str()) || MEASURES.contains(&format!("{w}s").as_str()))
        && !words.iter().any(|w| w == "id" || w == "code" || w == "key")
}

/// 0 to 1: whether two columns are named after the same thing, where a table may lend its name
/// (`user_id` and the `id` of `users`).
pub(super) fn affinity(left: (&str, &str), right: (&str, &str)) -> f64 {
    let ((left_table, left_column), (right_table, right_column)) = (left, right);
    if is_same(left_column, right_column) && !is_generic(left_column) {
        return 1.0;
    }
    let informative =
        |name: &str| words(name).into_iter().filter(|w| !GENERIC.contains(&w.as_str())).collect::<Vec<_>>();
    let (l, r) = (informative(left_column), informative(right_column));
    let shares = |a: &[String], b: &[String]| a.iter().any(|w| b.contains(w));
    if shares(&l, &r) {
        return 0.8;
    }
    // A column named after the other table.
    if (r.is_empty() && shares(&l, &words(right_table))) || (l.is_empty() && shares(&r, &words(left_table))) {
        return 0.8;
    }
    if shares(&l, &words(right_table)) || shares(&r, &words(left_table)) {
        return 0.5;
    }
    0.0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_cut_into_words() {
        assert_eq!(words("userIds"), ["user", "ids"]);
        assert_eq!(words("Plate No. 2"), ["plate", "no"]);
        assert_eq!(words("mass"), ["mass"]);
    }

    #[test]
    fn affinity_needs_more_than_id() {
        assert!(affinity(("orders", "user_id"), ("users", "id")) >= 0.8);
        assert!(affinity(("runs", "plate"), ("layout", "Plate")) >= 1.0);
        assert!(affinity(("orders", "id"), ("users", "id")) == 0.0);
        assert!(affinity(("orders", "quantity"), ("users", "id")) == 0.0);
    }

    #[test]
    fn counts_are_measures() {
        assert!(is_measure("n_reads_count"));
        assert!(!is_measure("count_id"));
        assert!(!is_measure("plate"));
    }
}
