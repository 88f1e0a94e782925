//! For keys that found no partner, the keys of the other side that are written most alike.
//!
//! Blocked by shared trigrams and by the sound of the words, then compared by edit distance: no key is compared
//! with more than a few of the other side (Ukkonen, "Approximate string-matching with q-grams and maximal
//! matches", 1992; Russell's Soundex, US patent 1,261,167, 1918; Damerau 1964, as optimal string alignment).

use super::column::NO_KEY;
use super::fold::bare;
use super::matches::{HashedMap, Matches, row_text};
use super::{By, Candidate, Nearest, Unmatched};
use crate::base::{Problem, give_way};
use crate::table::Table;
use std::collections::BTreeMap;

/// Keys without a partner that are looked at, those of most rows first.
const MAX_ASKED: usize = 2_000;
/// Keys of the other side that they are compared with.
const MAX_OFFERED: usize = 100_000;
/// Characters of a key that count.
const MAX_CHARS: usize = 80;
/// Keys that share a trigram beyond which it tells nothing apart.
const MAX_SHARING: usize = 4_000;
/// Keys that are compared letter by letter with one that is asked about.
const MAX_COMPARED: usize = 48;
/// What is less alike than this is no candidate.
const LEAST_ALIKE: f64 = 0.6;
/// Candidates for one key.
const MAX_CANDIDATES: usize = 3;

/// One key as it is compared.
struct Written {
    texts: Vec<String>,
    /// Its words in lower-case letters and digits, and the same in alphabetical order.
    plain: Vec<char>,
    sorted: Vec<char>,
    /// Its digits, in the order in which they stand.
    digits: String,
    sound: String,
}

impl Written {
    fn of(texts: Vec<String>) -> Written {
        let mut words: Vec<String> = texts
            .iter()
            .flat_map(|text| text.split(|c: char| !c.is_alphanumeric() && c != '\'' && c != '’'))
            .filter_map(|word| {
                let mut plain = Vec::new();
                bare(word, &mut plain).then(|| String::from_utf8_lossy(&plain).into_owned())
            })
            .collect();
        let joined = |words: &[String]| words.join(" ").chars().take(MAX_CHARS).collect::<Vec<char>>();
        let plain = joined(&words);
        let digits = plain.iter().filter(|c| c.is_ascii_digit()).collect();
        let sound = words.iter().filter(|w| w.chars().all(char::is_alphabetic)).map(|w| soundex(w)).collect();
        words.sort_unstable();
        Written { texts, sorted: joined(&words), plain, digits, sound }
    }

    /// Trigrams of the words, with the ends marked.
    fn trigrams(&self) -> Vec<[char; 3]> {
        let ends = [' '];
        let marked: Vec<char> = ends.iter().chain(&ends).chain(&self.sorted).chain(&ends).copied().collect();
        let mut grams: Vec<[char; 3]> = marked.windows(3).filter_map(|w| <[char; 3]>::try_from(w).ok()).collect();
        grams.sort_unstable();
        grams.dedup();
        grams
    }

    /// How alike two keys are: 1 less the edits a character, in whatever order the words stand. Keys that
    /// sound alike are nearer; keys of different digits are different things.
    fn likeness(&self, other: &Written) -> f64 {
        if self.plain == other.plain {
            return 1.0;
        }
        let of = |a: &[char], b: &[char]| 1.0 - distance(a, b) as f64 / a.len().max(b.len()).max(1) as f64;
        let written = of(&self.plain, &other.plain).max(of(&self.sorted, &other.sorted) - 0.02);
        let sounds_alike = !self.sound.is_empty() && self.sound == other.sound;
        let heard = if sounds_alike { written + (1.0 - written) * 0.4 } else { written };
        let numbered = if self.digits == other.digits { heard } else { heard * 0.6 };
        numbered.min(0.99)
    }
}

/// The first letter and three digits for the consonants that follow.
fn soundex(word: &str) -> String {
    let code = |c: char| match c {
        'b' | 'f' | 'p' | 'v' => '1',
        'c' | 'g' | 'j' | 'k' | 'q' | 's' | 'x' | 'z' => '2',
        'd' | 't' => '3',
        'l' => '4',
        'm' | 'n' => '5',
        'r' => '6',
        // These do not part two letters of one sound.
        'h' | 'w' => '-',
        _ => '0',
    };
    let mut out = String::new();
    let mut last = '0';
    for c in word.chars() {
        let now = code(c);
        if out.is_empty() {
            out.push(c);
        } else if now != '-' && now != '0' && now != last {
            out.push(now);
        }
        last = if now == '-' { last } else { now };
        if out.chars().count() == 4 {
            break;
        }
    }
    out
}

/// Letters put in, left out, changed, or changed places with the next: optimal string alignment.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    let at = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(usize::MAX / 2);
    for (i, x) in a.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, y) in b.iter().enumerate() {
            let changed = at(&last, j) + usize::from(x != y);
            let mut least = changed.min(at(&last, j + 1) + 1).min(at(&row, j) + 1);
            let is_turned = i > 0 && j > 0 && a.get(i - 1) == Some(y) && b.get(j - 1) == Some(x);
            if is_turned {
                least = least.min(at(&before, j - 1) + 1);
            }
            row.push(least);
        }
        before = std::mem::replace(&mut last, row);
    }
    at(&last, b.len())
}

/// The keys of the other side, by what they share with one that is asked about.
#[derive(Default)]
struct Offered {
    keys: Vec<Written>,
    by_trigram: BTreeMap<[char; 3], Vec<u32>>,
    by_sound: BTreeMap<String, Vec<u32>>,
}

impl Offered {
    fn add(&mut self, key: Written) {
        let at = self.keys.len() as u32;
        for gram in key.trigrams() {
            let sharing = self.by_trigram.entry(gram).or_default();
            if sharing.len() <= MAX_SHARING {
                sharing.push(at);
            }
        }
        if !key.sound.is_empty() {
            let sharing = self.by_sound.entry(key.sound.clone()).or_default();
            if sharing.len() < MAX_COMPARED {
                sharing.push(at);
            }
        }
        self.keys.push(key);
    }

    fn nearest(&self, asked: &Written) -> Vec<Candidate> {
        let mut n_shared: HashedMap<u64, u32> = HashedMap::default();
        for gram in asked.trigrams() {
            let sharing = self.by_trigram.get(&gram).filter(|s| s.len() <= MAX_SHARING);
            for at in sharing.into_iter().flatten() {
                *n_shared.entry(u64::from(*at)).or_insert(0) += 1;
            }
        }
        for at in self.by_sound.get(&asked.sound).filter(|_| !asked.sound.is_empty()).into_iter().flatten() {
            *n_shared.entry(u64::from(*at)).or_insert(0) += 2;
        }
        let mut likely: Vec<(u64, u32)> = n_shared.into_iter().collect();
        likely.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
        let mut found: Vec<Candidate> = likely
            .into_iter()
            .take(MAX_COMPARED)
            .filter_map(|(at, _)| self.keys.get(usize::try_from(at).ok()?))
            .map(|key| Candidate { right: key.texts.clone(), score: asked.likeness(key) })
            .filter(|c| c.score >= LEAST_ALIKE)
            .collect();
        found.sort_by(|a, b| b.score.total_cmp(&a.score).then_with(|| a.right.cmp(&b.right)));
        found.truncate(MAX_CANDIDATES);
        found
    }
}

/// For each key of the left that finds no partner, what comes nearest to it on the right.
///
/// # Errors
/// As [`super::run`].
pub async fn nearest_in_slices(by: By<'_>, left: (&str, &Table), right: (&str, &Table)) -> Result<Nearest, Problem> {
    let matches = Matches::find(by, left, right).await?;
    let mut rows_of_key: HashedMap<u128, (u64, u64)> = HashedMap::default();
    for row in matches.left_alone() {
        let key = matches.left_key(row);
        if key != NO_KEY {
            rows_of_key.entry(key).or_insert((row, 0)).1 += 1;
        }
    }
    let n_unmatched = rows_of_key.len() as u64;
    let mut asked: Vec<(u64, u64)> = rows_of_key.into_values().collect();
    asked.sort_unstable_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    asked.truncate(MAX_ASKED);
    if asked.is_empty() {
        return Ok(Nearest { n_unmatched, ..Nearest::default() });
    }
    let texts = |table: &Table, names: &[&String], row: u64| -> Option<Vec<String>> {
        names.iter().map(|name| row_text(table, table.column_idx(name)?, row)).collect()
    };
    let lefts: Vec<&String> = by.keys.iter().map(|k| &k.left).collect();
    let rights: Vec<&String> = by.keys.iter().map(|k| &k.right).collect();
    let mut offered = Offered::default();
    let mut rows: Vec<u32> = matches.right_keys().map(|(row, _)| row).collect();
    rows.sort_unstable();
    for (i, row) in rows.into_iter().take(MAX_OFFERED).enumerate() {
        if let Some(texts) = texts(right.1, &rights, u64::from(row)) {
            offered.add(Written::of(texts));
        }
        if i % 512 == 0 {
            give_way().await;
        }
    }
    let mut keys = Vec::new();
    for (i, (row, n_rows)) in asked.iter().enumerate() {
        if let Some(left) = texts(left.1, &lefts, *row) {
            let candidates = offered.nearest(&Written::of(left.clone()));
            if !candidates.is_empty() {
                keys.push(Unmatched { left, n_rows: *n_rows, candidates });
            }
        }
        if i % 32 == 0 {
            give_way().await;
        }
    }
    let best = |key: &Unmatched| key.candidates.first().map_or(0.0, |c| c.score);
    keys.sort_by(|a, b| best(b).total_cmp(&best(a)));
    Ok(Nearest { keys, n_unmatched, n_asked: asked.len() as u64 })
}

#[cfg(test)]
mod tests {
    use super::super::oracle::text;
    use super::super::{Columns, KeyForm, KeyMatch, KeyPair, MergeKind, run};
    use super::*;
    use crate::base::at_once;

    fn likeness(a: &str, b: &str) -> f64 {
        Written::of(vec![a.to_owned()]).likeness(&Written::of(vec![b.to_owned()]))
    }

    #[test]
    fn edits_are_counted() {
        let of = |a: &str, b: &str| distance(&a.chars().collect::<Vec<_>>(), &b.chars().collect::<Vec<_>>());
        assert_eq!((of("kitten", "sitting"), of("ab", "ba"), of("", "abc"), of("same", "same")), (3, 1, 3, 0));
    }

    #[test]
    fn soundex_is_as_published() {
        // The US National Archives' examples, without padding.
        for (name, code) in [("robert", "r163"), ("rupert", "r163"), ("tymczak", "t522"), ("pfister", "p236")] {
            assert_eq!(soundex(name), code, "{name}");
        }
    }

    #[test]
    fn what_is_meant_is_near_and_other_numbers_are_not() {
        assert_eq!(likeness("São Paulo", "sao-paulo"), 1.0);
        assert!(likeness("Smith, John", "John Smith") > 0.95);
        assert!(likeness("Wellingotn", "Wellington") > 0.85);
        assert!(likeness("Meyer", "Maier") > 0.7);
        assert!(likeness("P007", "P008") < LEAST_ALIKE);
        assert!(likeness("Berlin", "Boston") < LEAST_ALIKE);
    }

    #[test]
    fn accepted_keys_find_each_other_in_every_kind() {
        let column = |name: &str, cells: &[&str]| {
            let cells: Vec<Option<String>> = cells.iter().map(|c| Some((*c).to_owned())).collect();
            text(name, &cells)
        };
        let left = Table::from_columns(vec![column("city", &["Berlin", "Wellingotn", "Paris", "wellingotn"])]).unwrap();
        let right = Table::from_columns(vec![column("town", &["Berlin", "Wellington", "Lima"])]).unwrap();
        let keys = [KeyPair { left: "city".into(), right: "town".into(), form: KeyForm::Folded }];
        let found = at_once(nearest_in_slices(By::from(&keys), ("l", &left), ("r", &right))).unwrap();
        assert_eq!((found.n_unmatched, found.n_asked, found.keys.len()), (2, 2, 1));
        let meant = &found.keys[0];
        assert_eq!((meant.left[0].as_str(), meant.n_rows), ("Wellingotn", 2));
        assert_eq!(meant.candidates[0].right, ["Wellington"]);
        let crosswalk = [KeyMatch { left: meant.left.clone(), right: meant.candidates[0].right.clone() }];
        let by = By { keys: &keys, crosswalk: &crosswalk };
        let count = |kind| run(kind, by, ("l", &left), ("r", &right), Columns::default()).unwrap().1;
        let o = count(MergeKind::Left);
        assert_eq!((o.n_left_matched, o.n_left_only, o.n_right_matched, o.n_right_only), (3, 1, 2, 1));
        assert_eq!(count(MergeKind::Full).n_rows, 5);
        assert_eq!((count(MergeKind::Semi).n_rows, count(MergeKind::Anti).n_rows), (3, 1));
        // What names columns or cells that are gone does nothing.
        let odd = [KeyMatch { left: vec!["x".into(), "y".into()], right: Vec::new() }];
        let by = By { keys: &keys, crosswalk: &odd };
        assert_eq!(run(MergeKind::Left, by, ("l", &left), ("r", &right), Columns::default()).unwrap().1.n_left_only, 3);
    }
}
