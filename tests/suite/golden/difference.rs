//! Two texts compared line by line, for people.

/// Unchanged lines shown around a change.
const CONTEXT: usize = 2;
/// A drawing's lines are long; the rest of a line is in the file.
const MAX_CHARS: usize = 220;

/// Lines only in `before` with a minus, lines only in `now` with a plus (longest common subsequence).
pub fn of(before: &str, now: &str) -> String {
    let (a, b): (Vec<&str>, Vec<&str>) = (before.lines().collect(), now.lines().collect());
    // `common[i][j]`: lines that a[i..] and b[j..] share.
    let mut common = vec![vec![0usize; b.len() + 1]; a.len() + 1];
    for i in (0..a.len()).rev() {
        for j in (0..b.len()).rev() {
            common[i][j] = if a[i] == b[j] { common[i + 1][j + 1] + 1 } else { common[i + 1][j].max(common[i][j + 1]) };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut lines: Vec<(char, &str)> = Vec::new();
    while i < a.len() || j < b.len() {
        if i < a.len() && j < b.len() && a[i] == b[j] {
            lines.push((' ', a[i]));
            (i, j) = (i + 1, j + 1);
        } else if j == b.len() || (i < a.len() && common[i + 1][j] >= common[i][j + 1]) {
            lines.push(('-', a[i]));
            i += 1;
        } else {
            lines.push(('+', b[j]));
            j += 1;
        }
    }
    let is_near = |at: usize| {
        let near = at.saturating_sub(CONTEXT)..(at + CONTEXT + 1).min(lines.len());
        lines[near].iter().any(|(mark, _)| *mark != ' ')
    };
    let mut out = String::new();
    let mut was_shown = true;
    for (at, (mark, line)) in lines.iter().enumerate() {
        let shown = is_near(at);
        if shown {
            let cut: String = line.chars().take(MAX_CHARS).collect();
            out.push_str(&format!("{mark} {cut}\n"));
        } else if was_shown {
            out.push_str("  …\n");
        }
        was_shown = shown;
    }
    if out.is_empty() { "only the ends of lines differ".to_owned() } else { out }
}

#[test]
fn a_difference_shows_what_changed_and_where() {
    let before = "a\nb\nc\nd\ne\nf\n";
    assert_eq!(of(before, "a\nb\nc\nd\nE\nf\n"), "  …\n  c\n  d\n- e\n+ E\n  f\n");
    assert_eq!(of("a\n", "a\nb\n"), "  a\n+ b\n");
}
