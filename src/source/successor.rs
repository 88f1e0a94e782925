//! Which of the sources looks like the next version of another: `metrics_2024-06.csv` of `metrics_2024-05.csv`.

use super::spec::{Format, Origin, SourceSpec};
use crate::base::{SourceId, month_number};
use std::collections::BTreeSet;

/// Share of the columns of the wider table that both have under the same name.
const LEAST_SHARED: f64 = 0.5;
/// The same for files whose names are nothing but a number or a date.
const LEAST_SHARED_UNNAMED: f64 = 0.8;

/// A source that may take the place of an earlier one, or add to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Successor {
    pub of: SourceId,
    pub newer: SourceId,
}

impl Successor {
    /// What the answer "keep them apart" is remembered by.
    pub fn key(self) -> String {
        format!("successor|{}|{}", self.of, self.newer)
    }
}

/// For each file that looks like a later version of another: which. `sources` in the order in which they were added.
pub fn successors(sources: &[SourceSpec]) -> Vec<Successor> {
    let files: Vec<File<'_>> = sources.iter().filter_map(File::of).collect();
    let of_one = |(n, newer): (usize, &File<'_>)| {
        let earlier = files.get(..n).unwrap_or_default().iter();
        let fits = earlier.filter_map(|old| Some((old.likeness(newer)?, old.source.id)));
        // The likest, and of those the latest.
        let (_, of) = fits.max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(Successor { of, newer: newer.source.id })
    };
    files.iter().enumerate().filter_map(of_one).collect()
}

/// What is compared of a file.
struct File<'a> {
    source: &'a SourceSpec,
    pattern: String,
    family: u8,
    columns: BTreeSet<String>,
}

impl File<'_> {
    fn of(source: &SourceSpec) -> Option<File<'_>> {
        let table = source.tables.first().filter(|_| matches!(source.origin, Origin::File))?;
        let columns = table.columns.iter().map(|c| folded(&c.name)).collect();
        Some(File { source, pattern: pattern(&source.name), family: family(table.reading.format), columns })
    }

    /// How much of their columns they share, where one may be a later version of the other at all.
    fn likeness(&self, newer: &File<'_>) -> Option<f64> {
        let is_like = self.pattern == newer.pattern
            && self.family == newer.family
            && self.source.tables.len() == newer.source.tables.len()
            && self.source.fingerprint != newer.source.fingerprint;
        if !is_like {
            return None;
        }
        let is_named = self.pattern.chars().any(char::is_alphabetic);
        let least = if is_named { LEAST_SHARED } else { LEAST_SHARED_UNNAMED };
        let n_most = self.columns.len().max(newer.columns.len()).max(1);
        let share = self.columns.intersection(&newer.columns).count() as f64 / n_most as f64;
        (share >= least).then_some(share)
    }
}

/// Formats that programs save the same table in, now one, now the other.
fn family(format: Format) -> u8 {
    match format {
        Format::Csv | Format::Tsv => 0,
        Format::Json | Format::Ndjson => 1,
        f if f.is_workbook() => 2,
        Format::Parquet => 3,
        Format::Arrow => 4,
        _ => 5,
    }
}

fn folded(name: &str) -> String {
    name.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// A name without what changes from version to version: numbers, dates, months, "final", "copy", "(2)".
fn pattern(name: &str) -> String {
    const VERSIONS: [&str; 9] = ["v", "version", "final", "new", "latest", "copy", "old", "rev", "updated"];
    let name = name.rsplit(['/', '\\']).next().unwrap_or(name);
    let stem = name.split_once('.').map_or(name, |(stem, _)| stem);
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let flush = |word: &mut String, words: &mut Vec<String>| {
        let done = std::mem::take(word);
        let is_fixed = !done.is_empty() && month_number(&done).is_none() && !VERSIONS.contains(&done.as_str());
        words.extend(Some(done).filter(|_| is_fixed));
    };
    for c in stem.chars() {
        if c.is_alphabetic() {
            word.extend(c.to_lowercase());
        } else {
            flush(&mut word, &mut words);
        }
    }
    flush(&mut word, &mut words);
    words.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::{ColumnType, Fingerprint, Notices, TableId};
    use crate::source::{Ledger, ReaderSpec, Reading, TableSpec};
    use crate::table::ColumnInfo;

    fn source(id: u64, name: &str, columns: &[&str]) -> SourceSpec {
        let reading = Reading {
            format: Format::Csv,
            encoding: None,
            delimiter: None,
            quote: None,
            header_rows: 1,
            skipped_lines: 0,
            record_path: None,
        };
        let table = TableSpec {
            id: TableId(id + 100),
            name: format!("t{id}"),
            part: String::new(),
            n_rows: 2,
            columns: columns.iter().map(|c| ColumnInfo::new(*c, ColumnType::Text)).collect(),
            ledger: Ledger::default(),
            reading,
            notices: Notices::default(),
            keys: Default::default(),
            drift: None,
        };
        SourceSpec {
            id: SourceId(id),
            name: name.to_owned(),
            origin: Origin::File,
            size_bytes: 1,
            fingerprint: Fingerprint::of(format!("{id}").as_bytes()),
            read_at: String::new(),
            reader: ReaderSpec::default(),
            tables: vec![table],
        }
    }

    #[test]
    fn the_next_month_is_the_next_version() {
        let columns = ["sample", "plate", "coverage", "qc"];
        let next = ["Sample", "plate", "mean_coverage", "qc", "lane"];
        for (a, b) in [
            ("metrics_2024-05.csv", "metrics_2024-06.csv"),
            ("metrics May.csv", "Metrics June.tsv"),
            ("report.csv", "report (1).csv"),
            ("report.csv", "report_final_v2.csv"),
            ("same.csv", "same.csv"),
        ] {
            let sources = [source(1, a, &columns), source(2, "plates.csv", &["plate", "lot"]), source(3, b, &next)];
            assert_eq!(successors(&sources), [Successor { of: SourceId(1), newer: SourceId(3) }], "{a} and {b}");
        }
    }

    #[test]
    fn the_latest_of_the_likest_is_followed() {
        let columns = ["sample", "plate", "coverage"];
        let names = ["m_1.csv", "m_2.csv", "m_3.csv"];
        let sources: Vec<SourceSpec> = (1..).zip(names).map(|(id, name)| source(id, name, &columns)).collect();
        assert_eq!(successors(&sources).last().map(|s| s.of), Some(SourceId(2)));
    }

    #[test]
    fn other_names_or_other_columns_are_other_things() {
        let columns = ["sample", "plate", "coverage"];
        let others = [("samples.csv", &columns[..]), ("metrics_06.csv", &["date", "temp", "rain"])];
        for (name, theirs) in others {
            assert_eq!(successors(&[source(1, "metrics_05.csv", &columns), source(2, name, theirs)]), [], "{name}");
        }
        // Names that are only numbers need the same columns.
        let sources = [source(1, "1.csv", &["a", "b", "c"]), source(2, "2.csv", &["a", "b", "x"])];
        assert_eq!(successors(&sources), []);
    }
}
