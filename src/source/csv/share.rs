//! Rows of delimited text for other readers: whole rows, cut where the first reader found that rows begin.

use super::Decoded;
use super::cells::CsvCells;
use super::scan::{self, Dialect, Row, Scan, Split};
use super::wrapping::Wrapping;
use crate::base::Problem;
use crate::source::share::{Found, Helpers, ShareDone, ShareFound, ShareJob, Start};
use crate::source::types::{self, BATCH_ROWS, Others};
use futures::future::LocalBoxFuture;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// The first reader looks at so many rows at least: from them it tells text that is mostly new from text that repeats.
const MIN_ROWS: usize = 8_192;

/// More rows among the data that are none: such a file is read by one.
const MAX_LEFT_OUT: usize = 100_000;

/// The rows that others look at.
pub(super) struct Shares<'a> {
    helpers: &'a dyn Helpers,
    cells: &'a CsvCells<'a>,
    scan: &'a Scan,
    delimiter: Option<u8>,
    /// By helper: its rows among those with data.
    shares: Vec<Range<usize>>,
}

impl<'a> Shares<'a> {
    /// Parts the rows among the helpers; nothing where one reader does better, or where rows cannot be told apart
    /// without all that stands before them.
    pub fn of(
        helpers: Option<&'a dyn Helpers>,
        input: &Decoded<'_>,
        dialect: &Dialect,
        cells: &'a CsvCells<'a>,
        scan: &'a Scan,
    ) -> Option<Shares<'a>> {
        let helpers = helpers.filter(|helpers| helpers.n_helpers() > 0)?;
        let delimiter = match dialect.split {
            Split::Mark(mark) => Some(mark),
            Split::Never => None,
            _ => return None,
        };
        let n_readers = helpers.n_helpers() + 1;
        let n_rows = cells.rows.len();
        // A row that a quote damages shows only together with what follows it.
        let is_plain = scan.is_plain && !scan.rows.iter().any(|row| row.is_broken);
        let n_left_out = scan.rows.len().saturating_sub(n_rows);
        if !is_plain
            || n_left_out > MAX_LEFT_OUT
            || input.text.len() < helpers.min_bytes()
            || n_rows < MIN_ROWS * n_readers
        {
            return None;
        }
        let each = n_rows.div_ceil(n_readers);
        // Whole batches, where there are many, are put together without being copied.
        let each = if each >= BATCH_ROWS * 2 { each.div_ceil(BATCH_ROWS) * BATCH_ROWS } else { each };
        let shares = (1..n_readers).map(|i| (each * i).min(n_rows)..(each * (i + 1)).min(n_rows));
        Some(Shares { helpers, cells, scan, delimiter, shares: shares.filter(|s| !s.is_empty()).collect() })
    }

    /// A share as a job, with the text of its rows.
    fn job(&self, share: &Range<usize>, starts: &[Start]) -> Option<(ShareJob, &'a str)> {
        let row = |i: usize| self.cells.rows.get(i);
        let (first, last) = (row(share.start)?, row(share.end - 1)?);
        let place = |wanted: &Row| self.scan.rows.binary_search_by_key(&wanted.start, |row| row.start).ok();
        let all = place(first)?..place(last)? + 1;
        let end = self.scan.rows.get(all.end).map_or(self.cells.text.len(), |next| next.start as usize);
        let text = self.cells.text.get(first.start as usize..end)?;
        let mut data = self.cells.rows.get(share.clone())?.iter().peekable();
        let mut left_out = Vec::new();
        for (i, row) in self.scan.rows.get(all.clone())?.iter().enumerate() {
            if data.next_if(|data| data.start == row.start).is_none() {
                left_out.push(i as u32);
            }
        }
        let Wrapping { quote, has_nul, .. } = self.cells.wrapping;
        let job = ShareJob {
            delimiter: self.delimiter.map(char::from),
            quote: quote.map(char::from),
            has_nul,
            first_cell: self.cells.first_cell,
            n_rows: all.len(),
            left_out,
            starts: starts.to_vec(),
        };
        Some((job, text))
    }
}

impl Others for Shares<'_> {
    fn shares(&self) -> Vec<Range<usize>> {
        self.shares.clone()
    }

    fn begin(&self, starts: Vec<Start>) {
        for (helper, share) in self.shares.iter().enumerate() {
            if let Some((job, text)) = self.job(share, &starts) {
                self.helpers.begin(helper, job, text.as_bytes());
            }
        }
    }

    fn outcome(&self, share: usize) -> LocalBoxFuture<'_, Option<(Vec<Found>, Vec<u8>)>> {
        Box::pin(async move { self.helpers.outcome(share).await.map(|done| (done.found.columns, done.rows)) })
    }
}

/// The work of a helper.
///
/// # Errors
/// `bug_share` when the text is not the rows that the job tells of; those of building a table.
pub(in crate::source) fn read_share(job: &ShareJob, text: &[u8]) -> Result<ShareDone, Problem> {
    let misfit = || Problem::bug("bug_share", "Two readers of a file misunderstood each other.");
    let text = std::str::from_utf8(text).map_err(|_| misfit())?;
    let byte = |c: Option<char>| c.map(|c| u8::try_from(c).map_err(|_| misfit())).transpose();
    let (delimiter, quote) = (byte(job.delimiter)?, byte(job.quote)?);
    let scan = scan::plain_rows(text.as_bytes(), delimiter, quote);
    if scan.rows.len() != job.n_rows {
        return Err(misfit());
    }
    let left_out: BTreeSet<u32> = job.left_out.iter().copied().collect();
    let mut rows = Cow::Borrowed(scan.rows.as_slice());
    if !left_out.is_empty() {
        let is_data = |(i, _): &(u32, &Row)| !left_out.contains(i);
        rows = Cow::Owned((0..).zip(&scan.rows).filter(is_data).map(|(_, row)| *row).collect());
    }
    let cells = CsvCells {
        text,
        scan: &scan,
        wrapping: Wrapping { quote, escape: None, has_nul: job.has_nul },
        rows,
        decided: BTreeMap::new(),
        width: job.starts.len(),
        first_cell: job.first_cell,
    };
    let (found, rows) = types::read_share(&cells, &job.starts)?;
    Ok(ShareDone { found: ShareFound { columns: found }, rows })
}
