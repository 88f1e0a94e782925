//! The search itself.

use super::near::distance_within;
use super::prints::{fingerprint, folded, marks, ngram_print};
use super::sound::sounds;
use super::{Cluster, Likeness, Variant, Variants};
use crate::base::give_way;
use std::collections::HashMap;
use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

/// Values looked at, at most.
const MAX_VALUES: usize = 2_000_000;
/// Longer texts are sentences, not names.
const MAX_CHARS: usize = 120;
/// Up to so many values each is compared with all others.
const ALL_PAIRS: usize = 3_000;
/// Comparisons of letters in all, when there are more.
const MAX_COMPARISONS: usize = 12_000_000;
const MAX_NEIGHBOURS: usize = 20;
/// Clusters given back.
const MAX_CLUSTERS: usize = 300;
/// Work between two looks at the inbox.
const SLICE: usize = 4_096;

/// How alike two values are that have the same n-gram fingerprint.
const SAME_LETTERS: f64 = 0.97;
/// Share of the letters that may differ.
const MAX_FAR: f64 = 0.2;
/// The same for values that sound alike.
const MAX_FAR_IN_SOUND: f64 = 0.4;

/// Looks for values that may be one among different values with their counts of rows.
pub async fn find_variants(values: &[(&str, u64)], by: Likeness) -> Variants {
    let looked_at = values.get(..MAX_VALUES).unwrap_or(values);
    let mut search = Search::new(looked_at).await;
    let n_left_out = (values.len() - looked_at.len()) as u64 + search.n_too_long;
    search.join_equal(1.0, fingerprint).await;
    if by != Likeness::Words {
        let of_one_length =
            |text: &str| format!("{} {}", ngram_print(text), text.chars().filter(|c| *c != ' ').count());
        search.join_equal(SAME_LETTERS, of_one_length).await;
    }
    let mut n_neighbours = 0;
    if matches!(by, Likeness::Any | Likeness::Sound | Likeness::Distance) {
        n_neighbours = search.join_alike(by != Likeness::Distance, by != Likeness::Sound).await as u64;
    }
    let mut clusters = search.clusters();
    let n_clusters = clusters.len() as u64;
    clusters.truncate(MAX_CLUSTERS);
    Variants { clusters, n_clusters, n_values: values.len() as u64, n_left_out, n_neighbours }
}

struct Search<'a> {
    values: &'a [(&'a str, u64)],
    folded: Vec<String>,
    /// For each value the one it was found to mean, and how sure that is; itself where none.
    means: Vec<(u32, f64)>,
    n_too_long: u64,
}

impl<'a> Search<'a> {
    async fn new(values: &'a [(&'a str, u64)]) -> Search<'a> {
        let mut texts = Vec::with_capacity(values.len());
        let mut n_too_long = 0;
        for (i, (text, _)) in values.iter().enumerate() {
            let is_short = text.chars().nth(MAX_CHARS).is_none();
            n_too_long += u64::from(!is_short);
            texts.push(if is_short { folded(text) } else { String::new() });
            pause(i).await;
        }
        let means = (0..values.len() as u32).map(|i| (i, 1.0)).collect();
        Search { values, folded: texts, means, n_too_long }
    }

    /// Values that stand for themselves and have a letter, the most frequent first.
    fn leaders(&self) -> Vec<u32> {
        let is_leader = |i: &u32| {
            let idx = *i as usize;
            self.means.get(idx).is_some_and(|(to, _)| to == i) && self.folded.get(idx).is_some_and(|f| !f.is_empty())
        };
        let mut leaders: Vec<u32> = (0..self.values.len() as u32).filter(is_leader).collect();
        leaders.sort_by_key(|i| std::cmp::Reverse(self.values.get(*i as usize).map_or(0, |(_, n)| *n)));
        leaders
    }

    fn text(&self, i: u32) -> &str {
        self.folded.get(i as usize).map_or("", String::as_str)
    }

    fn raw(&self, i: u32) -> &str {
        self.values.get(i as usize).map_or("", |(text, _)| text)
    }

    fn join(&mut self, from: u32, to: u32, score: f64) {
        if let Some(means) = self.means.get_mut(from as usize) {
            *means = (to, score);
        }
    }

    /// Joins leaders with equal keys. Keys are compared by a hash of 64 bits: of two million different
    /// ones, two have the same about once in ten million searches.
    async fn join_equal(&mut self, score: f64, key: fn(&str) -> String) {
        let mut first: HashMap<u64, u32> = HashMap::new();
        for (nr, i) in self.leaders().into_iter().enumerate() {
            let key = hash_of(&(key(self.text(i)), marks(self.raw(i))));
            let leader = *first.entry(key).or_insert(i);
            if leader != i {
                self.join(i, leader, score);
            }
            pause(nr).await;
        }
    }

    /// Joins leaders that sound or are written alike, each to the most frequent one that is near it. Gives
    /// how many neighbours each was compared with; 0 for all.
    async fn join_alike(&mut self, by_sound: bool, by_letters: bool) -> usize {
        let leaders = self.leaders();
        let mut words = Vec::with_capacity(leaders.len());
        for (nr, i) in leaders.iter().enumerate() {
            let text = self.text(*i);
            let sound = if by_sound { Some(sounds(text)).filter(|s| s.len() > 1) } else { None };
            words.push(Word {
                letters: text.chars().collect(),
                kinds: text.chars().fold(0, |kinds, c| kinds | 1 << (u32::from(c) % 64)),
                marks: hash_of(&marks(self.raw(*i))),
                sound: sound.map(|s| hash_of(&s)),
            });
            pause(nr).await;
        }
        let mut pairs = Pairs { words: &words, by_letters, found: Vec::new() };
        let n_neighbours = if words.len() <= ALL_PAIRS {
            for b in 0..words.len() {
                (0..b).for_each(|a| pairs.compare(a, b));
                pause_every(b, SLICE / 64).await;
            }
            0
        } else {
            self.compare_neighbours(&leaders, &mut pairs).await
        };
        let mut found = pairs.found;
        // By the one that is less frequent, nearest first; it joins a leader that has joined no other.
        found.sort_by(|a, b| a.1.cmp(&b.1).then(b.2.total_cmp(&a.2)).then(a.0.cmp(&b.0)));
        let mut is_joined = vec![false; words.len()];
        for (a, b, score) in found {
            let (a, b) = (a as usize, b as usize);
            let is_free = !is_joined.get(a).copied().unwrap_or(true) && !is_joined.get(b).copied().unwrap_or(true);
            if let (true, Some(to), Some(from)) = (is_free, leaders.get(a), leaders.get(b)) {
                self.join(*from, *to, score);
                if let Some(joined) = is_joined.get_mut(b) {
                    *joined = true;
                }
            }
        }
        n_neighbours
    }

    /// Sorted from the front, from the back, and by the words in order.
    async fn compare_neighbours(&self, leaders: &[u32], pairs: &mut Pairs<'_>) -> usize {
        let n = leaders.len();
        let window = (MAX_COMPARISONS / (3 * n.max(1))).clamp(2, MAX_NEIGHBOURS);
        let orders: [fn(&str) -> String; 3] =
            [|text| text.replace(' ', ""), |text| text.chars().rev().collect(), fingerprint];
        for order in orders {
            let mut sorted: Vec<(String, usize)> = Vec::with_capacity(n);
            for (at, i) in leaders.iter().enumerate() {
                sorted.push((order(self.text(*i)), at));
                pause(at).await;
            }
            sorted.sort_unstable();
            for (nr, (_, a)) in sorted.iter().enumerate() {
                sorted.iter().skip(nr + 1).take(window).for_each(|(_, b)| pairs.compare(*a, *b));
                pause_every(nr, SLICE / 4).await;
            }
        }
        window * 2
    }

    fn clusters(&self) -> Vec<Cluster> {
        let mut members: HashMap<u32, Vec<Variant>> = HashMap::new();
        for (i, (text, n_rows)) in (0_u32..).zip(self.values) {
            let (mut leader, mut score) = (i, 1.0_f64);
            while let Some((to, sure)) = self.means.get(leader as usize).filter(|(to, _)| *to != leader) {
                score = score.min(*sure);
                leader = *to;
            }
            if leader != i {
                members.entry(leader).or_default().push(Variant { text: (*text).to_owned(), n_rows: *n_rows, score });
            }
        }
        let mut clusters: Vec<Cluster> = members
            .into_iter()
            .filter_map(|(leader, mut variants)| {
                let (text, n_rows) = self.values.get(leader as usize)?;
                variants.push(Variant { text: (*text).to_owned(), n_rows: *n_rows, score: 1.0 });
                variants.sort_by(|a, b| b.n_rows.cmp(&a.n_rows).then(a.text.cmp(&b.text)));
                let score = variants.iter().fold(1.0_f64, |least, v| least.min(v.score));
                Some(Cluster { variants, score })
            })
            .collect();
        let n_changed = |c: &Cluster| c.variants.iter().skip(1).map(|v| v.n_rows).sum::<u64>();
        let name = |c: &Cluster| c.variants.first().map(|v| v.text.clone());
        clusters.sort_by(|a, b| n_changed(b).cmp(&n_changed(a)).then_with(|| name(a).cmp(&name(b))));
        clusters
    }
}

/// What is compared of a value.
struct Word {
    letters: Vec<char>,
    /// Which letters there are, as bits.
    kinds: u64,
    marks: u64,
    sound: Option<u64>,
}

struct Pairs<'a> {
    /// The most frequent first.
    words: &'a [Word],
    by_letters: bool,
    /// The more frequent, the less frequent, and how sure it is that they are one.
    found: Vec<(u32, u32, f64)>,
}

impl Pairs<'_> {
    fn compare(&mut self, a: usize, b: usize) {
        let (more, less) = (a.min(b), a.max(b));
        let (Some(x), Some(y)) = (self.words.get(more), self.words.get(less)) else { return };
        if x.marks != y.marks {
            return;
        }
        let sounds_alike = x.sound.is_some() && x.sound == y.sound;
        let share = match (sounds_alike, self.by_letters) {
            (true, _) => MAX_FAR_IN_SOUND,
            (false, true) => MAX_FAR,
            (false, false) => return,
        };
        let longest = x.letters.len().max(y.letters.len());
        let most = (longest as f64 * share) as usize;
        // One letter more, less or other changes two kinds at most: most pairs are told apart by that.
        if most == 0 || (x.kinds ^ y.kinds).count_ones() as usize > 2 * most {
            return;
        }
        if let Some(distance) = distance_within(&x.letters, &y.letters, most) {
            let alike = 1.0 - distance as f64 / longest as f64;
            // That they sound alike is half of it.
            let score = if sounds_alike { (1.0 + alike) / 2.0 } else { alike };
            self.found.push((more as u32, less as u32, score.min(SAME_LETTERS)));
        }
    }
}

fn hash_of(what: &(impl Hash + ?Sized)) -> u64 {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    hasher.finish()
}

async fn pause(nr: usize) {
    pause_every(nr, SLICE).await;
}

async fn pause_every(nr: usize, every: usize) {
    if nr % every == every - 1 {
        give_way().await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::at_once;

    fn clusters(values: &[(&str, u64)], by: Likeness) -> Vec<Vec<String>> {
        let found = at_once(find_variants(values, by));
        found.clusters.iter().map(|c| c.variants.iter().map(|v| v.text.clone()).collect()).collect()
    }

    #[test]
    fn ways_of_writing_are_found_and_the_most_frequent_comes_first() {
        let cities = [
            ("new york", 3),
            ("New York", 120),
            ("NewYork", 2),
            ("York, New", 1),
            ("Nwe York", 1),
            ("Boston", 50),
            ("Bostn", 2),
            ("Austin", 40),
        ];
        let any = clusters(&cities, Likeness::Any);
        assert_eq!(any, [vec!["New York", "new york", "NewYork", "Nwe York", "York, New"], vec!["Boston", "Bostn"]]);
        assert_eq!(clusters(&cities, Likeness::Words), [vec!["New York", "new york", "York, New"]]);
        assert_eq!(clusters(&cities, Likeness::Letters), [vec!["New York", "new york", "NewYork", "York, New"]]);
    }

    #[test]
    fn sounds_are_found_and_have_to_be_written_alike_as_well() {
        let names = [("Smith", 9), ("Smyth", 2), ("Catherine", 5), ("Katherine", 3), ("Meier", 4), ("Moor", 4)];
        let found = clusters(&names, Likeness::Sound);
        assert_eq!(found, [vec!["Catherine", "Katherine"], vec!["Smith", "Smyth"]]);
    }

    #[test]
    fn codes_that_differ_by_a_digit_are_apart() {
        let codes = [("Plate 101", 9), ("Plate 102", 9), ("plate  101", 1), ("P7", 4), ("P8", 4), ("Sample 1a", 2)];
        assert_eq!(clusters(&codes, Likeness::Any), [vec!["Plate 101", "plate  101"]]);
    }

    #[test]
    fn scores_say_how_sure_it_is() {
        let found = at_once(find_variants(&[("Boston", 9), ("boston", 2), ("Bostonn", 1)], Likeness::Any));
        let scores: Vec<f64> = found.clusters[0].variants.iter().map(|v| v.score).collect();
        assert_eq!(scores[..2], [1.0, 1.0]);
        assert!((scores[2] - (1.0 - 1.0 / 7.0)).abs() < 0.08, "{scores:?}");
        assert_eq!(found.clusters[0].score, scores[2]);
        assert_eq!((found.n_values, found.n_left_out, found.n_neighbours), (3, 0, 0));
    }

    #[test]
    fn nothing_is_lost_or_doubled() {
        let long = "x".repeat(500);
        let odd = ["", " ", "?", "!!", "東京", "東京 ", long.as_str(), "Ünïcödé", "unicode"];
        let values: Vec<(&str, u64)> = odd.iter().map(|text| (*text, 1)).collect();
        let found = at_once(find_variants(&values, Likeness::Any));
        assert_eq!(found.n_left_out, 1);
        let mut texts: Vec<&str> = found.clusters.iter().flat_map(|c| &c.variants).map(|v| v.text.as_str()).collect();
        texts.sort_unstable();
        assert_eq!(texts, ["unicode", "Ünïcödé", "東京", "東京 "]);
    }

    #[test]
    fn many_values_are_compared_with_their_neighbours() {
        // Four letters apart from each other but for one misspelling each.
        let mut names: Vec<(String, u64)> = Vec::new();
        for i in 0..3_000_u64 {
            let word: String = (0..8)
                .map(|k| char::from(b'a' + ((i * 7_919 + 31) >> (k * 3)).wrapping_mul(k + 3) as u8 % 26))
                .collect();
            names.push((format!("{word}{}", char::from(b'a' + (i % 26) as u8)), 5));
        }
        names.sort();
        names.dedup_by(|a, b| a.0 == b.0);
        let n = names.len();
        let wrong: Vec<(String, u64)> = names.iter().step_by(10).map(|(name, _)| (format!("{name}zq"), 1)).collect();
        names.extend(wrong.iter().cloned());
        let values: Vec<(&str, u64)> = names.iter().map(|(name, n)| (name.as_str(), *n)).collect();
        let found = at_once(find_variants(&values, Likeness::Distance));
        if values.len() > ALL_PAIRS {
            assert_eq!(found.n_neighbours, 2 * MAX_NEIGHBOURS as u64);
        }
        let in_clusters: u64 = found.clusters.iter().map(|c| c.variants.len() as u64).sum();
        assert!(in_clusters > 0, "{n} names");
    }
}
