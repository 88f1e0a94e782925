//! Columns that go below each other though one table calls them something else: what their values are like.

use super::names::{affinity, is_generic, words};
use super::suggest_column::TableKeys;
use super::suggest_union::{Look, types_agree};
use crate::base::{ColumnType, give_way};

/// Columns without a counterpart on either side that are compared; more are too many for chance.
const MAX_RENAMED: usize = 40;
/// How alike two columns must be, and by how much more than either is to any other.
const LEAST_ALIKE: f64 = 0.5;
const LEAST_MARGIN: f64 = 0.04;
/// What names that share a word, or are short for each other, add.
const NAME_BONUS: f64 = 0.3;

/// What the same place in tables of equal width adds: enough to tell a start from a destination.
const PLACE_BONUS: f64 = 0.05;

/// A pair of columns by their places, and how alike they are: 0 to 1.
pub(super) type Alike = (usize, usize, f64);

/// Adds to `pairs` the columns that are like each other and like no other. The likeness of those added.
pub(super) async fn pair_by_values(
    left: &TableKeys<'_>,
    right: &TableKeys<'_>,
    pairs: &mut Vec<(usize, usize)>,
) -> Vec<Alike> {
    let rest = |n: usize, is_paired: &dyn Fn(usize) -> bool| (0..n).filter(|k| !is_paired(*k)).collect::<Vec<_>>();
    let lefts = rest(left.table.n_columns(), &|k| pairs.iter().any(|(i, _)| *i == k));
    let rights = rest(right.table.n_columns(), &|k| pairs.iter().any(|(_, j)| *j == k));
    if lefts.len() > MAX_RENAMED || rights.len() > MAX_RENAMED {
        return Vec::new();
    }
    let mut all: Vec<Alike> = Vec::new();
    for i in &lefts {
        for j in &rights {
            all.extend(alike(left, *i, right, *j).await.map(|a| (*i, *j, a)));
        }
        give_way().await;
    }
    all.sort_by(|a, b| b.2.total_cmp(&a.2));
    let mut added: Vec<Alike> = Vec::new();
    let mut doubtful: Vec<usize> = Vec::new();
    for (i, j, score) in &all {
        let is_free = added.iter().all(|(k, l, _)| k != i && l != j);
        if !is_free || *score < LEAST_ALIKE || doubtful.contains(i) {
            continue;
        }
        let is_open = |k: usize, l: usize| added.iter().all(|(m, n, _)| *m != k && *n != l);
        let next = all.iter().find(|(k, l, _)| (k == i) != (l == j) && is_open(*k, *l)).map_or(0.0, |(.., s)| *s);
        if score - next >= LEAST_MARGIN {
            added.push((*i, *j, *score));
        } else {
            doubtful.push(*i);
        }
    }
    pairs.extend(added.iter().map(|(i, j, _)| (*i, *j)));
    added
}

/// How alike two columns are in kind and values, with what their names add; `None` when they cannot go below
/// each other.
async fn alike(left: &TableKeys<'_>, i: usize, right: &TableKeys<'_>, j: usize) -> Option<f64> {
    let (a, b) = (left.table.columns().get(i)?, right.table.columns().get(j)?);
    // `GenreId` of genres and `PlaylistId` of playlists: each names its own table, and these are not one.
    let names_its_own = |table: &TableKeys<'_>, column: &str| {
        let of_table = words(table.name);
        words(column).iter().any(|w| !is_generic(w) && of_table.contains(w))
    };
    if !types_agree(a, b) || (names_its_own(left, &a.name) && names_its_own(right, &b.name)) {
        return None;
    }
    let (x, y) = (left.looks.get(i)?, right.looks.get(j)?);
    let (keys_a, keys_b) = (left.exact_keys(i).await, right.exact_keys(j).await);
    let (mut shared, mut repeats) = (0.0, 1.0);
    if let (Some(a), Some(b)) = (&keys_a, &keys_b) {
        shared = a.overlap(b).map_or(0.0, |o| o.left_keys_frac.max(o.right_keys_frac));
        repeats = 1.0 - 0.6 * (a.uniqueness() - b.uniqueness()).abs();
    }
    let values = match a.column_type {
        ColumnType::Text => (0.6 * x.shape_likeness(y) + 0.5 * shared.sqrt()).min(1.0),
        ColumnType::Integer | ColumnType::Number | ColumnType::Decimal => x.number_likeness(y).max(0.8 * shared),
        _ => 0.7,
    };
    let named = affinity((left.name, &a.name), (right.name, &b.name)) > 0.0 || is_short_for(&a.name, &b.name);
    let is_in_place = i == j && left.table.n_columns() == right.table.n_columns();
    let bonus = if named { NAME_BONUS } else { 0.0 } + if is_in_place { PLACE_BONUS } else { 0.0 };
    Some(values * repeats + bonus)
}

fn is_short_for(a: &str, b: &str) -> bool {
    let (a, b) = (words(a), words(b));
    let (Some(a), Some(b)) = (a.first(), b.first()) else { return false };
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    short.chars().count() >= 3 && long.starts_with(short.as_str())
}

impl Look {
    /// Texts of about the same length and the same share of digits.
    pub fn shape_likeness(&self, other: &Look) -> f64 {
        let (a, b) = (self.mean_length(), other.mean_length());
        let lengths = (a.min(b) + 1.0) / (a.max(b) + 1.0);
        (lengths - (self.digits_frac() - other.digits_frac()).abs()).clamp(0.0, 1.0)
    }

    /// Numbers about the same mean, spread as much, and whole on both sides or on none.
    fn number_likeness(&self, other: &Look) -> f64 {
        let ((mean_a, sd_a), (mean_b, sd_b)) = (self.moments(), other.moments());
        let least = 1e-9 * (mean_a.abs() + mean_b.abs()) + f64::MIN_POSITIVE;
        let centres = 1.0 / (1.0 + (mean_a - mean_b).abs() / (sd_a + sd_b + least));
        let spreads = (sd_a.min(sd_b) + least) / (sd_a.max(sd_b) + least);
        let kinds = if self.is_whole == other.is_whole { 1.0 } else { 0.6 };
        (centres * spreads).sqrt() * kinds
    }
}
