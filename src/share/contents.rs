//! What a link or a report file gives away, in words, before it is sent.

use crate::base::wording::{format_count, plural};
use crate::chart::{ChartData, Marks};
use crate::report::{FrozenContent, FrozenReport};

/// One line each: charts, tables, numbers, sources.
pub fn contents(report: &FrozenReport) -> Vec<String> {
    let (mut n_numbers, mut n_findings, mut n_texts) = (0, 0, 0);
    let (mut n_charts, mut n_points, mut n_tables, mut n_rows) = (0, 0, 0, 0);
    let mut count_chart = |data: &ChartData| {
        n_charts += 1;
        n_points += n_points_of(data);
    };
    for block in &report.blocks {
        match &block.content {
            FrozenContent::Numbers(numbers) => n_numbers += numbers.len() as u64,
            FrozenContent::Finding { chart, .. } => {
                n_findings += 1;
                if let Some(chart) = chart {
                    count_chart(chart);
                }
            }
            FrozenContent::Chart { data, .. } => count_chart(data),
            FrozenContent::Table { window, .. } => {
                n_tables += 1;
                n_rows += window.cells.first().map_or(0, Vec::len) as u64;
            }
            FrozenContent::Text(_) => n_texts += 1,
            _ => {}
        }
    }
    let mut lines = Vec::new();
    let mut add = |n: u64, line: String| {
        if n > 0 {
            lines.push(line);
        }
    };
    add(n_numbers, plural(n_numbers, "key number", "key numbers"));
    add(n_findings, format!("{} in words", plural(n_findings, "finding", "findings")));
    add(n_charts, format!("{} with {}", plural(n_charts, "chart", "charts"), plural(n_points, "point", "points")));
    add(
        n_tables,
        format!("{} with {}, as they are", plural(n_tables, "table", "tables"), plural(n_rows, "row", "rows")),
    );
    add(n_texts, format!("{} of yours", plural(n_texts, "text", "texts")));
    let n_sources = report.sources.len() as u64;
    let names = if n_sources == 1 {
        "the name, size and hash of 1 source, not its other rows".to_owned()
    } else {
        format!("names, sizes and hashes of {} sources, not their other rows", format_count(n_sources))
    };
    add(n_sources, names);
    lines.push("how each number was made: steps and queries, with the names of columns".to_owned());
    lines
}

fn n_points_of(data: &ChartData) -> u64 {
    let n = match &data.marks {
        Marks::Line { series } | Marks::Scatter { series } => series.iter().map(|s| s.x.len()).sum(),
        Marks::Bar { series, .. } => series.iter().map(|(_, v)| v.len()).sum(),
        Marks::Histogram { counts, .. } => counts.len(),
        Marks::Density { counts, .. } => counts.iter().filter(|n| **n > 0).count(),
        Marks::Box { boxes } => boxes.iter().map(|b| 5 + b.outliers.len()).sum(),
        Marks::Heat { values, .. } => values.iter().map(|v| v.len()).sum(),
        Marks::Control(marks) => marks.values.len() + marks.below.len(),
    };
    n as u64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn all_is_named_and_counted() {
        let lines = contents(&sample::frozen());
        assert_eq!(
            lines,
            [
                "5 key numbers",
                "2 findings in words",
                "4 charts with 50 points",
                "1 table with 4 rows, as they are",
                "the name, size and hash of 1 source, not its other rows",
                "how each number was made: steps and queries, with the names of columns",
            ]
        );
    }
}
