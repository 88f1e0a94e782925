//! Reading a report that comes from somewhere else: nothing in it is believed.

use crate::base::{Problem, json, wording};
use crate::chart::{ChartData, Marks};
use crate::report::{FrozenBlock, FrozenContent, FrozenReport};

const MAX_BLOCKS: usize = 200;
const MAX_SOURCES: usize = 1_000;
const MAX_STRIP: usize = 20;
/// Numbers, quality items, steps and paragraphs in one block.
const MAX_ITEMS: usize = 1_000;
/// Points, bars, boxes and cells in one chart or table.
const MAX_VALUES: usize = 500_000;
const MAX_TITLE_BYTES: usize = 2_000;
const MAX_TEXT_BYTES: usize = 200_000;
/// Objects and lists in each other; a report needs about twelve.
const MAX_DEPTH: usize = 48;

/// Reads and checks a report in JSON. The caller has limited the size.
///
/// # Errors
/// `report_newer`, `report_garbled`, `report_false`.
pub(super) fn read_report(json: &[u8]) -> Result<FrozenReport, Problem> {
    let text = std::str::from_utf8(json).map_err(|_| garbled("It is not text."))?;
    if depth(text) > MAX_DEPTH {
        return Err(garbled("Its parts are nested too deep."));
    }
    let tree = json::parse(text).map_err(|e| garbled(format!("{e}.")))?;
    let no_version = || garbled("It does not say which version it is.");
    let version = tree.get("version").and_then(|v| v.as_u64()).ok_or_else(no_version)?;
    if version > u64::from(FrozenReport::VERSION) {
        return Err(newer());
    }
    if version == 0 {
        return Err(no_version());
    }
    let report: FrozenReport = json::read_tree(tree).map_err(|e| garbled(format!("{e}.")))?;
    validate(&report).map_err(|why| {
        Problem::input("report_false", "This report contradicts itself and is not shown.")
            .because(why)
            .hint("Ask for it again, as a file.")
    })?;
    Ok(report)
}

/// The report, or what holds it, is of a later version.
pub(super) fn newer() -> Problem {
    Problem::input("report_newer", "This report was made with a newer version of Tributary.")
        .because("It may hold things that this version does not know, so it is not shown in part.")
        .hint("Reload the page to get the newest version, then open the report again.")
}

pub(super) fn garbled(why: impl Into<String>) -> Problem {
    Problem::input("report_garbled", "This is not a complete report.")
        .because(why)
        .hint("Links are often cut when they are copied or wrapped. Ask for it again, or as a file.")
}

/// How deep objects and lists nest, outside of strings.
fn depth(json: &str) -> usize {
    let (mut now, mut most) = (0_usize, 0_usize);
    let (mut in_string, mut escaped) = (false, false);
    for byte in json.bytes() {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                now += 1;
                most = most.max(now);
            }
            b'}' | b']' => now = now.saturating_sub(1),
            _ => {}
        }
    }
    most
}

fn ensure(holds: bool, why: &str) -> Result<(), String> {
    if holds { Ok(()) } else { Err(why.to_owned()) }
}

fn validate(report: &FrozenReport) -> Result<(), String> {
    ensure(report.blocks.len() <= MAX_BLOCKS, "It has too many blocks.")?;
    ensure(report.sources.len() <= MAX_SOURCES, "It names too many sources.")?;
    ensure(report.strip_parts.len() <= MAX_STRIP, "It has too many facts under its title.")?;
    ensure(report.title.len() <= MAX_TITLE_BYTES && report.strip.len() <= MAX_TITLE_BYTES, "Its title is too long.")?;
    for source in &report.sources {
        let is_hash = source.fingerprint.as_str().len() == 64
            && source.fingerprint.as_str().bytes().all(|b| b.is_ascii_hexdigit());
        ensure(is_hash, "The hash of a source is not one.")?;
    }
    report.blocks.iter().enumerate().try_for_each(|(idx, block)| {
        let number = wording::format_count(idx as u64 + 1);
        validate_block(block).map_err(|why| format!("Block {number}: {why}"))
    })
}

fn validate_block(block: &FrozenBlock) -> Result<(), String> {
    match &block.content {
        FrozenContent::Numbers(numbers) => {
            ensure(numbers.len() <= MAX_ITEMS, "it has too many numbers.")?;
            ensure(numbers.iter().all(|n| n.spark.len() <= MAX_ITEMS), "the course of a number is too long.")
        }
        FrozenContent::Finding { finding, chart, heading, .. } => {
            let is_short = heading.as_ref().is_none_or(|h| h.len() <= MAX_TEXT_BYTES);
            ensure(is_short, "its heading is too long.")?;
            ensure(finding.sentence.len() <= MAX_TEXT_BYTES, "its text is too long.")?;
            ensure(finding.points.len() <= MAX_ITEMS, "it points to too many rows.")?;
            chart.as_ref().map_or(Ok(()), validate_chart)
        }
        FrozenContent::Chart { data, .. } => validate_chart(data),
        FrozenContent::Table { window, .. } => {
            let n_rows = window.cells.first().map_or(0, Vec::len);
            ensure(window.cells.len() == window.columns.len(), "its cells do not fit its columns.")?;
            ensure(window.cells.iter().all(|c| c.len() == n_rows), "its columns differ in length.")?;
            ensure(window.n_total >= n_rows as u64, "it shows more rows than there are.")?;
            ensure(window.columns.iter().all(|c| c.decimals <= 12), "it asks for too many decimals.")?;
            ensure(n_rows.saturating_mul(window.columns.len()) <= MAX_VALUES, "its table is too large.")
        }
        FrozenContent::Text(text) => ensure(text.len() <= MAX_TEXT_BYTES, "its text is too long."),
        FrozenContent::Quality(items) => ensure(items.len() <= MAX_ITEMS, "it has too many items."),
        FrozenContent::Methods(paragraphs) => ensure(paragraphs.len() <= MAX_ITEMS, "it has too many paragraphs."),
        FrozenContent::Verdict { .. } | FrozenContent::Sources | FrozenContent::Failed(_) => Ok(()),
    }
}

fn validate_chart(data: &ChartData) -> Result<(), String> {
    const UNEVEN: &str = "the lists of its chart differ in length.";
    const TOO_MANY: &str = "its chart has too many points.";
    match &data.marks {
        Marks::Line { series } | Marks::Scatter { series } => {
            ensure(series.iter().all(|s| s.x.len() == s.y.len()), UNEVEN)?;
            ensure(series.iter().map(|s| s.x.len()).sum::<usize>() <= MAX_VALUES, TOO_MANY)
        }
        Marks::Bar { categories, series } => {
            ensure(series.iter().all(|(_, v)| v.len() == categories.len()), UNEVEN)?;
            ensure(series.len().saturating_mul(categories.len()) <= MAX_VALUES, TOO_MANY)
        }
        Marks::Histogram { edges, counts } => {
            let fits = edges.len() == counts.len() + 1 || (edges.is_empty() && counts.is_empty());
            ensure(fits, UNEVEN)?;
            ensure(
                edges.is_sorted() && edges.iter().all(|e| e.is_finite()),
                "the bins of its chart are not in order.",
            )?;
            ensure(counts.len() <= MAX_VALUES, TOO_MANY)
        }
        Marks::Density { n_columns, n_rows, x_range, y_range, counts } => {
            ensure(n_columns.checked_mul(*n_rows) == Some(counts.len()), UNEVEN)?;
            let ends = [x_range.0, x_range.1, y_range.0, y_range.1];
            ensure(ends.iter().all(|e| e.is_finite()), "the range of its chart has no end.")?;
            ensure(counts.len() <= MAX_VALUES, TOO_MANY)
        }
        Marks::Box { boxes } => {
            let numbers = boxes.iter().flat_map(|b| [b.low, b.q1, b.median, b.q3, b.high]);
            ensure(numbers.into_iter().all(f64::is_finite), "a box of its chart has no end.")?;
            ensure(boxes.iter().map(|b| b.outliers.len() + 1).sum::<usize>() <= MAX_VALUES, TOO_MANY)
        }
        Marks::Control(marks) => {
            let n = marks.x.len();
            let lists = [&marks.values, &marks.centre, &marks.sigma, &marks.lower, &marks.upper];
            let fits = lists.iter().all(|list| list.len() == n) && (marks.below.is_empty() || marks.below.len() == n);
            ensure(fits, UNEVEN)?;
            let is_short = marks.told.len() <= MAX_TEXT_BYTES
                && marks.broken.iter().all(|b| b.rules.len() <= MAX_TEXT_BYTES)
                && marks.left_out.iter().all(|l| l.reason.len() <= MAX_TEXT_BYTES);
            ensure(is_short, "its text is too long.")?;
            let n_lists = marks.broken.len().max(marks.left_out.len()).max(marks.breaks.len());
            ensure(n.max(n_lists) <= MAX_VALUES, TOO_MANY)
        }
        Marks::Heat { columns, rows, values } => {
            let fits = values.len() == rows.len() && values.iter().all(|v| v.len() == columns.len());
            ensure(fits, UNEVEN)?;
            ensure(columns.len().saturating_mul(rows.len()) <= MAX_VALUES, TOO_MANY)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn code_of(report: &FrozenReport) -> String {
        read_report(&serde_json::to_vec(report).unwrap()).unwrap_err().code
    }

    #[test]
    fn uneven_lists_are_refused() {
        let mut report = sample::frozen();
        let chart = report.blocks.iter_mut().find_map(|b| match &mut b.content {
            FrozenContent::Chart { data, .. } => Some(data),
            _ => None,
        });
        let data = chart.unwrap();
        let Marks::Line { series } = &mut data.marks else { panic!("not a line") };
        series[0].y.pop();
        assert_eq!(code_of(&report), "report_false");
    }

    #[test]
    fn false_tables_and_sizes_are_refused() {
        let mut report = sample::frozen();
        for block in &mut report.blocks {
            if let FrozenContent::Table { window, .. } = &mut block.content {
                window.columns.pop();
            }
        }
        assert_eq!(code_of(&report), "report_false");
        let mut many = sample::frozen();
        let block = many.blocks[0].clone();
        many.blocks = vec![block; 201];
        assert_eq!(code_of(&many), "report_false");
    }

    #[test]
    fn versions_and_depth() {
        let mut report = sample::frozen();
        report.version = FrozenReport::VERSION + 1;
        assert_eq!(code_of(&report), "report_newer");
        report.version = 0;
        assert_eq!(code_of(&report), "report_garbled");
        let deep = format!("{{\"version\":1,\"x\":{}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(read_report(deep.as_bytes()).unwrap_err().code, "report_garbled");
        assert_eq!(depth(r#"{"a":["[[[[\"[["]}"#), 2);
    }
}
