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
        if (!c.is_alphabetic() || (c.is_uppercase() && was_lower)) && !word.is_empty() {
            out.push(stem(&std::mem::take(&mut word)));
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

/// Whether a name says that the column holds ids, whatever of: `SupportRepId`, `plate no`.
pub(super) fn names_an_id(name: &str) -> bool {
    words(name).iter().any(|w| ["id", "ref", "key", "code", "no", "nr", "number"].contains(&w.as_str()))
}

/// Whether a number only says when or where: a sum of it means nothing.
pub(super) fn is_calendar(name: &str) -> bool {
    const WORDS: [&str; 14] = [
        "year",
        "quarter",
        "month",
        "week",
        "day",
        "hour",
        "minute",
        "date",
        "time",
        "lat",
        "latitude",
        "lon",
        "lng",
        "longitude",
    ];
    words(name).last().is_some_and(|w| WORDS.contains(&w.as_str()))
}

/// Words of columns that say something of a person or a place, and may be the same for two of them.
const ATTRIBUTES: [&str; 16] = [
    "postal",
    "postcode",
    "zip",
    "phone",
    "telephone",
    "fax",
    "mail",
    "email",
    "address",
    "street",
    "city",
    "state",
    "country",
    "title",
    "birth",
    "surname",
];

/// Whether a column says what something is like and not which one it is.
pub(super) fn is_attribute(name: &str) -> bool {
    let words = words(name);
    let is_id = words.iter().any(|w| w == "id" || w == "key");
    !is_id && words.iter().any(|w| ATTRIBUTES.iter().any(|a| *w == stem(a)))
}

/// Whether what stands before the numbers of two columns names the same thing: `business` is said by
/// `businessid_` and `businessref_`, and `cust-` is short for `customer-`.
pub(super) fn same_stem(a: &str, b: &str) -> bool {
    let plain = |stem: &str| {
        let letters: String = stem.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
        let endings = ["identifier", "number", "code", "ref", "key", "num", "id", "no", "nr"];
        let root = endings.iter().find_map(|e| letters.strip_suffix(e).filter(|root| root.chars().count() >= 3));
        root.map_or(letters.clone(), str::to_owned)
    };
    let (a, b) = (plain(a), plain(b));
    let (short, long) = if a.len() <= b.len() { (&a, &b) } else { (&b, &a) };
    !a.is_empty() && !b.is_empty() && (a == b || (short.chars().count() >= 3 && long.starts_with(short.as_str())))
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
    fn stems_name_the_same_thing() {
        assert!(same_stem("businessid_", "businessref_") && same_stem("cust-", "Customer "));
        assert!(same_stem("P", "p"));
        assert!(
            !same_stem("C0-", "C1-") && !same_stem("SQ-", "HS-") && !same_stem("plate", "room") && !same_stem("", "")
        );
    }

    #[test]
    fn counts_are_measures() {
        assert!(is_measure("n_reads_count"));
        assert!(!is_measure("count_id"));
        assert!(!is_measure("plate"));
    }
}
