//! Guesses the delimiter and the quote from lines of the whole file.

use super::scan::{Dialect, Row, Scan, scan};
use crate::source::types::{Kind, kind_of};

/// In order of preference when two do equally well.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Text up to this size is looked at in full; of a longer one, its start and pieces spread over it.
const WHOLE_BYTES: usize = 256 * 1024;
const HEAD_BYTES: usize = 96 * 1024;
const PIECE_BYTES: usize = 16 * 1024;
const N_PIECES: usize = 8;

/// Below this no delimiter is believed, and the file has one column.
const MIN_SCORE: f64 = 0.12;

/// How the text is most likely written.
pub(super) fn guess(text: &str, delimiter: Option<u8>, quote: Option<u8>) -> Dialect {
    let sample = sample(text);
    let quote_or = |delimiter| quote.or_else(|| guess_quote(&sample, delimiter));
    if delimiter.is_some() {
        return Dialect { delimiter, quote: quote_or(delimiter) };
    }
    let mut best: Option<(f64, u8)> = None;
    for candidate in DELIMITERS {
        let dialect = Dialect { delimiter: Some(candidate), quote: Some(quote.unwrap_or(b'"')) };
        let score = score(&sample, dialect);
        if score > best.map_or(MIN_SCORE, |(s, _)| s + 1e-9) {
            best = Some((score, candidate));
        }
    }
    let delimiter = best.map(|(_, d)| d);
    Dialect { delimiter, quote: quote_or(delimiter) }
}

/// Whole lines from all over the text.
fn sample(text: &str) -> String {
    if text.len() <= WHOLE_BYTES {
        return text.to_owned();
    }
    let lines = |from: usize, to: usize| {
        let bytes = text.as_bytes().get(from..to.min(text.len())).unwrap_or(&[]);
        let first = if from == 0 { 0 } else { bytes.iter().position(|b| *b == b'\n').map_or(bytes.len(), |i| i + 1) };
        let last = bytes.iter().rposition(|b| *b == b'\n').map_or(first, |i| i + 1).max(first);
        text.get(from + first..from + last).unwrap_or("")
    };
    let mut out = lines(0, HEAD_BYTES).to_owned();
    let step = (text.len() - HEAD_BYTES) / N_PIECES;
    for i in 0..N_PIECES {
        let from = HEAD_BYTES + i * step;
        out.push_str(lines(from, from + PIECE_BYTES));
    }
    if out.is_empty() { text.chars().take(WHOLE_BYTES).collect() } else { out }
}

/// How well the rows agree in width and the cells look like cells: consistency times type, after
/// the idea of van den Burg, Nazábal and Sutton (2019), with plainer scores.
fn score(sample: &str, dialect: Dialect) -> f64 {
    let found = scan(sample.as_bytes(), dialect, &mut |_, _| {});
    let is_content = |row: &&Row| {
        let text = found.row_text(sample, row);
        !text.trim().is_empty() && !text.starts_with('#')
    };
    let rows: Vec<&Row> = found.rows.iter().filter(is_content).collect();
    let Some(width) = usual_width(rows.iter().copied()).filter(|w| *w >= 2) else { return 0.0 };
    let n = rows.iter().filter(|r| r.n_cells == width).count();
    if n < 2 && rows.len() > 1 {
        return 0.0;
    }
    let first = rows.iter().position(|r| r.n_cells == width).unwrap_or(0);
    let of_table = n as f64 / (rows.len() - first).max(1) as f64;
    let of_all = n as f64 / rows.len().max(1) as f64;
    let agreement = 0.7 * of_table + 0.3 * of_all;
    let looks = mean_look(sample, &found, rows.iter().copied().filter(|r| r.n_cells == width), dialect);
    agreement * agreement * looks * (1.0 - 0.15 / f64::from(width))
}

/// The width that most rows have, where a few more cells count for something.
pub(super) fn usual_width<'a>(rows: impl Iterator<Item = &'a Row>) -> Option<u32> {
    let mut counts = std::collections::BTreeMap::<u32, u64>::new();
    for row in rows {
        *counts.entry(row.n_cells).or_default() += 1;
    }
    let weight = |width: u32, n: u64| n as f64 * (f64::from(width).log2() + 1.0);
    counts.into_iter().max_by(|a, b| weight(a.0, a.1).total_cmp(&weight(b.0, b.1))).map(|(width, _)| width)
}

fn mean_look<'a>(sample: &str, found: &Scan, rows: impl Iterator<Item = &'a Row>, dialect: Dialect) -> f64 {
    const MAX_CELLS: usize = 4_000;
    let (mut sum, mut n) = (0.0, 0usize);
    'rows: for row in rows {
        for cell in 0..row.n_cells as usize {
            let raw = found.raw(sample, row, cell);
            let is_quoted = dialect.quote.is_some_and(|q| raw.as_bytes().first() == Some(&q));
            sum += match kind_of(raw) {
                _ if is_quoted => 0.9,
                Kind::Empty => 0.7,
                Kind::Other => {
                    let others = DELIMITERS.iter().any(|d| Some(*d) != dialect.delimiter && raw.as_bytes().contains(d));
                    match (others, raw.starts_with(' ')) {
                        (true, _) => 0.1,
                        (false, true) => 0.6,
                        (false, false) => 0.8,
                    }
                }
                _ => 1.0,
            };
            n += 1;
            if n == MAX_CELLS {
                break 'rows;
            }
        }
    }
    if n == 0 { 0.0 } else { sum / n as f64 }
}

/// The double quote, unless cells are wrapped in single ones instead.
fn guess_quote(sample: &str, delimiter: Option<u8>) -> Option<u8> {
    let found = scan(sample.as_bytes(), Dialect { delimiter, quote: None }, &mut |_, _| {});
    let (mut n_double, mut n_open, mut n_close) = (0usize, 0usize, 0usize);
    for row in &found.rows {
        for cell in 0..row.n_cells as usize {
            let raw = found.raw(sample, row, cell).trim();
            n_double += usize::from(raw.starts_with('"'));
            n_open += usize::from(raw.starts_with('\''));
            n_close += usize::from(raw.ends_with('\''));
        }
    }
    Some(if n_double == 0 && n_open >= 2 && n_open == n_close { b'\'' } else { b'"' })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> Option<char> {
        guess(text, None, None).delimiter.map(char::from)
    }

    #[test]
    fn delimiters() {
        assert_eq!(delimiter("a,b,c\n1,2,3\n4,5,6\n"), Some(','));
        assert_eq!(delimiter("a;b\n1,5;2,5\n3,5;4,5\n"), Some(';'));
        assert_eq!(delimiter("a\tb c, d\n1\tx, y\n2\tz\n"), Some('\t'));
        assert_eq!(delimiter("a|b\n1|2\n"), Some('|'));
        assert_eq!(delimiter("name\nalice\nbob, the builder\ncarol\n"), None);
        assert_eq!(delimiter("\"a;b\";\"c,d\"\n\"1;2\";\"3,4\"\n"), Some(';'));
        assert_eq!(delimiter("Report of today\nby, me\n\na;b;c\n1;2;3\n4;5;6\n7;8;9\n"), Some(';'));
    }

    #[test]
    fn quotes() {
        assert_eq!(guess("a,b\n'x, y','z'\n", None, None).quote, Some(b'\''));
        assert_eq!(guess("a,b\n1,it's\n", None, None).quote, Some(b'"'));
    }
}
