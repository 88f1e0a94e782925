//! Text reports of sequencing instruments and of the programs behind them, recognised by what is in them.
//!
//! Each holds several tables with notes between them, which no reader of one table can do justice to. A report becomes
//! one table a section; every line of it is counted in one of them.

mod fastqc;
mod flagstat;
mod picard;
mod report;
mod sample_sheet;
mod samtools_stats;

use super::csv::{self, Decoded};
use super::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use crate::base::{Notices, Problem, wording};
use report::Report;

/// Reports are small; what is larger is read as plain text, which needs less memory a cell.
const MAX_BYTES: usize = 32 << 20;

/// What a text was recognised as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Instrument {
    FastQc,
    SamtoolsStats,
    Flagstat,
    Picard,
    SampleSheet,
    /// `multiqc_general_stats.txt`, one plain table.
    MultiQcTable,
}

impl Instrument {
    fn words(self) -> &'static str {
        match self {
            Instrument::FastQc => "a FastQC report",
            Instrument::SamtoolsStats => "a report of samtools stats",
            Instrument::Flagstat => "a report of samtools flagstat",
            Instrument::Picard => "a metrics file of Picard",
            Instrument::SampleSheet => "an Illumina sample sheet",
            Instrument::MultiQcTable => "the general statistics of a MultiQC report",
        }
    }
}

/// Recognises a report, unless the user says how the text is to be read.
pub(super) fn recognise(text: &str, spec: &ReaderSpec) -> Option<Instrument> {
    let is_free =
        spec.format.is_none() && spec.delimiter.is_none() && spec.quote.is_none() && spec.header_rows.is_none();
    if !is_free || text.len() > MAX_BYTES {
        return None;
    }
    type IsOne = fn(&str) -> bool;
    let known: [(IsOne, Instrument); 6] = [
        (fastqc::is_one, Instrument::FastQc),
        (samtools_stats::is_one, Instrument::SamtoolsStats),
        (flagstat::is_one, Instrument::Flagstat),
        (picard::is_one, Instrument::Picard),
        (sample_sheet::is_one, Instrument::SampleSheet),
        (is_multiqc_table, Instrument::MultiQcTable),
    ];
    known.into_iter().find(|(is_one, _)| is_one(text)).map(|(_, instrument)| instrument)
}

/// Reads a report; nothing, when it is not one after all and is better read as plain text.
///
/// # Errors
/// Those of building a table.
pub(super) fn read(
    instrument: Instrument,
    input: &Decoded<'_>,
    spec: &ReaderSpec,
    notices: &mut Notices,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Option<Vec<ReadTable>>, Problem> {
    let mut report = Report::new(input);
    let made_by = match instrument {
        Instrument::FastQc => fastqc::parse(input.text, &mut report),
        Instrument::SamtoolsStats => samtools_stats::parse(input.text, &mut report),
        Instrument::Flagstat => flagstat::parse(input.text, &mut report),
        Instrument::Picard => picard::parse(input.text, &mut report),
        Instrument::SampleSheet => sample_sheet::parse(input.text, &mut report),
        Instrument::MultiQcTable => {
            let as_tabs = ReaderSpec { format: Some(Format::Tsv), ..spec.clone() };
            let part = csv::read(input, &as_tabs, progress)?;
            notices.add("recognised", format!("Read as {}", instrument.words()), 1);
            return Ok(Some(vec![part]));
        }
    };
    let Some(parts) = report.finish(spec, progress)? else { return Ok(None) };
    let n = parts.len() as u64;
    let by = made_by.map(|by| format!(" ({by})")).unwrap_or_default();
    let text = format!("Read as {}{by}: {}", instrument.words(), wording::plural(n, "table", "tables"));
    notices.add("recognised", text, n);
    Ok(Some(parts))
}

/// The columns are named after module and value: `fastqc-percent_gc`, before 1.20 `FastQC_mqc-generalstats-…`.
fn is_multiqc_table(text: &str) -> bool {
    let Some(names) = text.lines().next().and_then(|line| line.strip_prefix("Sample\t")) else { return false };
    let is_part = |part: &str| {
        part.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit())
            && part.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'.'))
    };
    let is_value = |name: &str| {
        name.contains("_mqc-generalstats-")
            || name.split_once('-').is_some_and(|(module, value)| is_part(module) && is_part(value))
    };
    names.split('\t').all(|name| is_value(name.trim()))
}

#[cfg(test)]
mod tests;
