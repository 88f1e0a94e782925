//! Guesses what parts the cells, and how they are quoted, from lines of the whole file.

use super::aligned;
use super::comments::Comments;
use super::scan::{Dialect, Row, Scan, Split, scan};
use crate::source::types::{Kind, kind_of};
use std::collections::BTreeSet;

/// In order of preference when two do equally well.
const DELIMITERS: [u8; 4] = [b',', b'\t', b';', b'|'];

/// Tried when none of the usual ones does well. The last two are those of Hive and of ASCII.
const RARE_DELIMITERS: [u8; 10] = [b'^', b'~', b':', b'+', b'?', b'&', b'!', b'*', 0x01, 0x1f];

/// Marks of several characters, the longer ones before what they begin with.
const WIDE_DELIMITERS: [&str; 13] =
    ["|~|", "~|~", "<|>", "#|#", "^|^", "|;|", ";|;", "\t|\t", "||", "::", "~~", "^^", "$$"];

/// Text up to this size is looked at in full; of a longer one, its start and pieces spread over it.
const WHOLE_BYTES: usize = 256 * 1024;
const HEAD_BYTES: usize = 96 * 1024;
const PIECE_BYTES: usize = 16 * 1024;
const N_PIECES: usize = 8;

/// Below this no delimiter is believed, and the file has one column.
const MIN_SCORE: f64 = 0.12;

/// From this on the usual delimiters leave no doubt, and no rare one is tried.
const GOOD_SCORE: f64 = 0.6;

/// How the text is most likely written. What the user chose is taken as it is.
pub(super) fn guess(text: &str, delimiter: Option<char>, quote: Option<u8>) -> Dialect {
    let sample = sample(text);
    let quote_or = |delimiter| quote.or_else(|| guess_quote(&sample, delimiter));
    let chosen = delimiter.or_else(|| declared(text)).map(split_at);
    if let Some(split) = chosen {
        let quote = match split {
            Split::Mark(mark) => quote_or(Some(mark)),
            _ => quote.or(Some(b'"')),
        };
        return with_escape(&sample, Dialect { split, quote, escape: None });
    }
    let quotes: &[u8] = match quote {
        Some(quote) => &[quote],
        None if sample.contains('\'') => b"\"'",
        None => b"\"",
    };
    let mut best: Option<(f64, Dialect)> = None;
    let consider = |best: &mut Option<(f64, Dialect)>, split: Split, factor: f64| {
        for &quote in quotes {
            let dialect = Dialect { split: split.clone(), quote: Some(quote), escape: None };
            // An apostrophe must explain a good deal to be a quote.
            let score = score(&sample, &dialect) * factor * if quote == b'\'' { 0.9 } else { 1.0 };
            if score > best.as_ref().map_or(MIN_SCORE, |(s, _)| s + 1e-9) {
                *best = Some((score, dialect));
            }
        }
    };
    for delimiter in DELIMITERS.into_iter().filter(|d| sample.as_bytes().contains(d)) {
        consider(&mut best, Split::Mark(delimiter), 1.0);
    }
    for wide in WIDE_DELIMITERS.into_iter().filter(|wide| sample.contains(wide)) {
        // Between the parts of a wide mark every second column would be empty.
        let is_half_of_best = best.as_ref().is_none_or(|(score, dialect)| {
            *score < GOOD_SCORE
                || dialect.delimiter().is_some_and(|d| wide.contains(d) && is_half_empty(&sample, dialect))
        });
        if is_half_of_best {
            consider(&mut best, Split::Marks(wide.as_bytes().to_vec()), 1.2);
        }
    }
    let is_good = |best: &Option<(f64, Dialect)>| best.as_ref().is_some_and(|(score, _)| *score >= GOOD_SCORE);
    if !is_good(&best) && !aligned::is_one_column(&sample) {
        for delimiter in RARE_DELIMITERS.into_iter().filter(|d| sample.as_bytes().contains(d)) {
            if quotes.iter().any(|quote| is_sure_of_rare(&sample, delimiter, *quote)) {
                consider(&mut best, Split::Mark(delimiter), 1.0);
            }
        }
        // Rows that agree in width are believed even where their cells look odd.
        let is_settled = best.as_ref().is_some_and(|(score, dialect)| *score >= 0.3 && is_consistent(&sample, dialect));
        if !is_good(&best)
            && !is_settled
            && let Some((score, split)) = aligned::guess(&sample)
            && best.as_ref().is_none_or(|(s, _)| score > *s)
        {
            return Dialect { split, quote: quote.or(Some(b'"')), escape: None };
        }
    }
    let dialect = match best {
        Some((_, dialect)) if dialect.quote == Some(b'\'') => dialect,
        Some((_, Dialect { split: split @ Split::Marks(_), quote, .. })) => Dialect { split, quote, escape: None },
        Some((_, Dialect { split: Split::Mark(mark), .. })) => Dialect::of(Some(mark), quote_or(Some(mark))),
        _ => match ragged(&sample) {
            Some(mark) => Dialect::of(Some(mark), quote_or(Some(mark))),
            None => Dialect::of(None, quote_or(None)),
        },
    };
    with_escape(&sample, dialect)
}

fn split_at(delimiter: char) -> Split {
    match delimiter {
        ' ' => Split::Spaces,
        c if c.is_ascii() => Split::Mark(c as u8),
        c => Split::Marks(c.to_string().into_bytes()),
    }
}

/// `sep=;` in the first line, as Excel reads and writes it.
fn declared(text: &str) -> Option<char> {
    let line = text.lines().next()?;
    let mut chars =
        without_quotes(line).strip_prefix("sep=").or_else(|| without_quotes(line).strip_prefix("SEP="))?.chars();
    let mark = chars.next()?;
    chars.next().is_none().then_some(mark)
}

/// Whether a line only tells the delimiter.
pub(super) fn is_declaration(line: &str) -> bool {
    declared(line).is_some()
}

fn without_quotes(line: &str) -> &str {
    line.strip_prefix('"').and_then(|l| l.strip_suffix('"')).unwrap_or(line)
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

fn scanned(sample: &str, dialect: &Dialect) -> Scan {
    scan(sample.as_bytes(), dialect, &BTreeSet::new(), &mut |_, _| {})
}

fn content<'a>(sample: &str, found: &'a Scan) -> Vec<&'a Row> {
    let comments = Comments::of(sample);
    let is_content = |row: &&Row| {
        let text = found.row_text(sample, row);
        !text.trim().is_empty() && !comments.is_comment(text.as_bytes())
    };
    found.rows.iter().filter(is_content).collect()
}

/// How well the rows agree in width and the cells look like cells: consistency times type, after
/// the idea of van den Burg, Nazábal and Sutton (2019), with plainer scores.
fn score(sample: &str, dialect: &Dialect) -> f64 {
    let found = scanned(sample, dialect);
    let rows = content(sample, &found);
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

/// Whether nearly all rows are alike when cut at a mark that much else is written with: `:` of times, of "key: value".
fn is_sure_of_rare(sample: &str, delimiter: u8, quote: u8) -> bool {
    let found = scanned(sample, &Dialect::of(Some(delimiter), Some(quote)));
    let rows = content(sample, &found);
    let Some(width) = usual_width(rows.iter().copied()).filter(|w| *w >= 2) else { return false };
    let alike: Vec<&&Row> = rows.iter().filter(|r| r.n_cells == width).collect();
    if matches!(delimiter, b'^' | b'~' | 0x01 | 0x1f) {
        return alike.len() * 10 >= rows.len() * 8;
    }
    let is_remark = |row: &&&Row| {
        delimiter == b':' && (1..row.n_cells as usize).any(|c| found.raw(sample, row, c).starts_with(' '))
    };
    // "12:00:01 started" is no row of three cells.
    let has_clock = |row: &&&&Row| {
        found
            .row_text(sample, row)
            .as_bytes()
            .windows(6)
            .any(|w| matches!(w, [b':', a, b, b':', c, d] if [a, b, c, d].iter().all(|b| b.is_ascii_digit())))
    };
    if delimiter == b':' && alike.iter().filter(has_clock).count() * 2 > alike.len() {
        return false;
    }
    width >= 3 && rows.len() >= 3 && alike.len() * 20 >= rows.len() * 19 && !alike.iter().any(is_remark)
}

/// Nearly all rows have the same width.
fn is_consistent(sample: &str, dialect: &Dialect) -> bool {
    let found = scanned(sample, dialect);
    let rows = content(sample, &found);
    let usual = usual_width(rows.iter().copied()).filter(|w| *w >= 2);
    usual.is_some_and(|w| rows.iter().filter(|r| r.n_cells == w).count() * 20 >= rows.len() * 19)
}

/// Every second column is empty in all rows: the delimiter stands there twice.
fn is_half_empty(sample: &str, dialect: &Dialect) -> bool {
    let found = scanned(sample, dialect);
    let rows = content(sample, &found);
    let Some(width) = usual_width(rows.iter().copied()).filter(|w| *w >= 3) else { return false };
    let mut alike = rows.iter().filter(|r| r.n_cells == width).peekable();
    let is_blank = |row: &Row, cell: usize| found.raw(sample, row, cell).trim().is_empty();
    alike.peek().is_some() && alike.all(|row| (1..width as usize).step_by(2).all(|cell| is_blank(row, cell)))
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

fn mean_look<'a>(sample: &str, found: &Scan, rows: impl Iterator<Item = &'a Row>, dialect: &Dialect) -> f64 {
    const MAX_CELLS: usize = 4_000;
    let own = match dialect.split {
        Split::Mark(mark) => Some(mark),
        _ => None,
    };
    // Cells of the start, of the middle and of the end count alike.
    let rows: Vec<&Row> = rows.collect();
    let width = rows.first().map_or(1, |r| r.n_cells as usize).max(1);
    let step = (rows.len() * width).div_ceil(MAX_CELLS).max(1);
    let (mut sum, mut n) = (0.0, 0usize);
    for row in rows.into_iter().step_by(step) {
        for cell in 0..row.n_cells as usize {
            let raw = found.raw(sample, row, cell);
            let is_quoted = dialect.quote.is_some_and(|q| raw.as_bytes().first() == Some(&q));
            sum += match kind_of(raw) {
                _ if is_quoted => 0.9,
                Kind::Empty => 0.7,
                Kind::Other => {
                    let others = DELIMITERS.iter().any(|d| Some(*d) != own && raw.as_bytes().contains(d));
                    let others = others && !(raw.starts_with(['{', '[']) && raw.ends_with(['}', ']']));
                    match (others, raw.starts_with(' ')) {
                        (true, _) => 0.1,
                        (false, true) => 0.6,
                        (false, false) => 0.8,
                    }
                }
                _ => 1.0,
            };
            n += 1;
        }
    }
    if n == 0 { 0.0 } else { sum / n as f64 }
}

/// The double quote, unless cells are wrapped in single ones instead.
fn guess_quote(sample: &str, delimiter: Option<u8>) -> Option<u8> {
    let found = scanned(sample, &Dialect::of(delimiter, None));
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

/// Rows of all widths, below a first one that can only be a header: `a,b,c`.
fn ragged(sample: &str) -> Option<u8> {
    let mut lines = sample.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    let header = lines.next()?;
    let lines: Vec<&str> = lines.take(1_000).collect();
    DELIMITERS.into_iter().find(|delimiter| {
        let names: Vec<&str> = header.split(char::from(*delimiter)).collect();
        let is_name = |name: &&str| {
            let n_words = name.split_whitespace().count();
            (1..=3).contains(&n_words) && !name.starts_with(' ') && kind_of(name) == Kind::Other
        };
        let n_with = lines.iter().filter(|line| line.as_bytes().contains(delimiter)).count();
        names.len() >= 2
            && names.iter().all(is_name)
            && names.iter().collect::<BTreeSet<_>>().len() == names.len()
            && lines.len() >= 2
            && n_with * 2 > lines.len()
    })
}

/// Takes a backslash for an escape when cells fit better so.
fn with_escape(sample: &str, dialect: Dialect) -> Dialect {
    let mark = match dialect.split {
        Split::Mark(mark) => mark,
        _ => return dialect,
    };
    let quote = dialect.quote.unwrap_or(b'"');
    let is_escaping = |pair: &[u8]| matches!(pair, [b'\\', next] if *next == mark || *next == quote);
    if !sample.as_bytes().windows(2).any(is_escaping) {
        return dialect;
    }
    let escaped = Dialect { escape: Some(b'\\'), ..dialect.clone() };
    let (with, without) = (score(sample, &escaped), score(sample, &dialect));
    // A path may end with a backslash before its closing quote.
    let is_inner = |four: &[u8]| matches!(four, [b'\\', q, next] if *q == quote && next.is_ascii_alphanumeric());
    let has_inner = sample.as_bytes().windows(3).any(is_inner);
    if with > without * 1.02 + 1e-9 || (has_inner && with >= without * 0.99) { escaped } else { dialect }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn delimiter(text: &str) -> Option<char> {
        guess(text, None, None).delimiter()
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
    fn rare_delimiters() {
        assert_eq!(delimiter("id^name\n1^a, b\n2^c\n3^d\n"), Some('^'));
        assert_eq!(delimiter("a:x:0\nb:y:1\nc:z:2\n"), Some(':'));
        assert_eq!(delimiter("12:30:00\n12:31:00\n12:32:00\n"), None);
        assert_eq!(delimiter("sep=;\na,b;c,d\n"), Some(';'));
        let split = |text: &str| guess(text, None, None).split;
        assert_eq!(split("1::2::3\n4::5::6\n"), Split::Marks(b"::".to_vec()));
        assert_eq!(split("a||b||c\n1||x||2\n3||||4\n"), Split::Marks(b"||".to_vec()));
        assert_eq!(split("a,,b\n1,,2\n"), Split::Mark(b','));
        assert_eq!(split("x y\n1.5 2.5\n3.5 4.5\n"), Split::Spaces);
        assert_eq!(guess("a b", Some('§'), None).split, Split::Marks("§".as_bytes().to_vec()));
    }

    #[test]
    fn quotes() {
        assert_eq!(guess("a,b\n'x, y','z'\n", None, None).quote, Some(b'\''));
        assert_eq!(guess("a,b\n1,it's\n", None, None).quote, Some(b'"'));
        assert_eq!(guess("a,b\n1,\"x \\\"y, z\\\"\"\n2,\"w\"\n", None, None).escape, Some(b'\\'));
        assert_eq!(guess("a,b\n1,\"C:\\x\\\"\n2,\"D:\\\"\n", None, None).escape, None);
    }
}
