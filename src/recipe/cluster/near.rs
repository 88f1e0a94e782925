//! How many letters two texts differ by, as far as it matters.

/// Fewest insertions, removals, replacements and swaps of neighbours (optimal string alignment: Damerau
/// 1964, Levenshtein 1965), or `None` where there are more than `most`. Work grows with `most`, not with
/// the product of the lengths (Ukkonen 1985).
pub fn distance_within(a: &[char], b: &[char], most: usize) -> Option<usize> {
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    if long.len() - short.len() > most {
        return None;
    }
    let far = most + 1;
    let width = short.len() + 1;
    let mut before_last = vec![far; width];
    let mut last: Vec<usize> = (0..width).map(|j| j.min(far)).collect();
    let mut row = vec![far; width];
    for (i, y) in long.iter().enumerate() {
        let from = i.saturating_sub(most);
        let to = (i + most + 1).min(short.len());
        row.fill(far);
        if let Some(first) = row.first_mut() {
            *first = (i + 1).min(far);
        }
        let mut least = if from == 0 { (i + 1).min(far) } else { far };
        for j in from..to {
            let x = short.get(j)?;
            let get = |row: &[usize], j: usize| row.get(j).copied().unwrap_or(far);
            let mut best = get(&last, j) + usize::from(x != y);
            best = best.min(get(&last, j + 1) + 1).min(get(&row, j) + 1);
            let is_swap = i > 0 && j > 0 && x == long.get(i - 1)? && short.get(j - 1)? == y;
            if is_swap {
                best = best.min(get(&before_last, j - 1) + 1);
            }
            let best = best.min(far);
            if let Some(cell) = row.get_mut(j + 1) {
                *cell = best;
            }
            least = least.min(best);
        }
        if least > most {
            return None;
        }
        std::mem::swap(&mut before_last, &mut last);
        std::mem::swap(&mut last, &mut row);
    }
    last.last().copied().filter(|distance| *distance <= most)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn letters(text: &str) -> Vec<char> {
        text.chars().collect()
    }

    /// The whole table, plainly.
    fn plain(a: &[char], b: &[char]) -> usize {
        let mut table = vec![vec![0_usize; b.len() + 1]; a.len() + 1];
        for i in 0..=a.len() {
            for j in 0..=b.len() {
                if i == 0 || j == 0 {
                    table[i][j] = i + j;
                    continue;
                }
                let mut best = table[i - 1][j - 1] + usize::from(a[i - 1] != b[j - 1]);
                best = best.min(table[i - 1][j] + 1).min(table[i][j - 1] + 1);
                if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                    best = best.min(table[i - 2][j - 2] + 1);
                }
                table[i][j] = best;
            }
        }
        table[a.len()][b.len()]
    }

    #[test]
    fn distances_are_those_of_the_whole_table() {
        // A small alphabet, so that all kinds of alignments occur.
        let mut state = 7_u64;
        let mut next = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) as usize
        };
        for _ in 0..4_000 {
            let mut word = || (0..next() % 9).map(|_| ['a', 'b', 'c'][next() % 3]).collect::<Vec<char>>();
            let (a, b) = (word(), word());
            let most = next() % 5;
            let whole = plain(&a, &b);
            assert_eq!(distance_within(&a, &b, most), (whole <= most).then_some(whole), "{a:?} {b:?} {most}");
        }
        assert_eq!(distance_within(&letters("recieve"), &letters("receive"), 3), Some(1), "a swap is one");
        assert_eq!(distance_within(&letters(""), &letters(""), 0), Some(0));
    }
}
