//! From page to page: what to ask next, when to stop, and what must be said at the end.

use super::explain::{not_json, web_page};
use super::paging::{self, Page, Start, Step};
use crate::base::wording::{format_count, plural};
use crate::base::{Notice, Notices, Problem};
use crate::source::json;
use crate::source::spec::{ApiSpec, FetchProgress, Paging};
use serde_json::Value;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// One answer of a web API.
#[derive(Clone, Copy, Debug)]
pub struct ApiAnswer<'a> {
    /// The address that was asked.
    pub url: &'a str,
    /// The `Link` header, where the server lets pages see it.
    pub link_header: Option<&'a str>,
    /// What a header says of the number of all records: `X-Total-Count`, or the end of `Content-Range`.
    pub total_header: Option<&'a str>,
    pub body: &'a [u8],
}

/// What to do with a page that came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Taken {
    /// False for a page that only repeats the one before.
    pub is_kept: bool,
    pub next: Option<String>,
}

/// Codes of the remarks that come from fetching. Reading the same bytes again keeps them.
const FETCH_CODES: [&str; 8] = [
    "page_limit",
    "page_failed",
    "rows_short",
    "more_unread",
    "full_page",
    "page_repeated",
    "headers_dropped",
    "cookies_dropped",
];

/// Whether a remark is about how the bytes came, and not about how they were read.
pub fn is_of_fetching(notice: &Notice) -> bool {
    FETCH_CODES.contains(&notice.code.as_str())
}

/// The walk through the pages of one address.
pub struct PageWalk {
    spec: ApiSpec,
    record_path: Option<String>,
    seen: BTreeSet<String>,
    n_pages: u32,
    n_rows: u64,
    first_n: u64,
    total: Option<u64>,
    is_table: bool,
    /// What the last answer said of whether there is more.
    says_more: Option<bool>,
    /// How the page that is being asked for was found.
    step: Option<Step>,
    last_records: Option<(u64, Option<u64>)>,
    notices: Notices,
    /// Something was said already that explains why rows are missing.
    is_explained: bool,
}

impl PageWalk {
    /// `record_path`: where the user says that the records are.
    pub fn new(spec: &ApiSpec, record_path: Option<&str>) -> PageWalk {
        PageWalk {
            spec: spec.clone(),
            record_path: record_path.map(str::to_owned),
            seen: BTreeSet::from([spec.url.clone()]),
            n_pages: 0,
            n_rows: 0,
            first_n: 0,
            total: None,
            is_table: false,
            says_more: None,
            step: None,
            last_records: None,
            notices: Notices::default(),
            is_explained: false,
        }
    }

    /// How far it has come, when `done_bytes` have been read, `total_bytes` of them expected.
    pub fn progress(&self, done_bytes: u64, total_bytes: u64) -> FetchProgress {
        FetchProgress {
            page: self.n_pages.saturating_add(1),
            n_rows: self.n_rows,
            total_rows: self.total.filter(|total| *total >= self.n_rows),
            done_bytes,
            total_bytes,
        }
    }

    /// A page came.
    ///
    /// # Errors
    /// When it holds no data, or leads to another site. `failed` decides what that means.
    pub fn took(&mut self, answer: &ApiAnswer<'_>) -> Result<Taken, Problem> {
        const LAST: Taken = Taken { is_kept: true, next: None };
        let is_json = matches!(answer.body.iter().find(|b| !b.is_ascii_whitespace()), Some(b'{' | b'['));
        let Some(body) = std::str::from_utf8(answer.body).ok().filter(|_| is_json) else {
            if let Some(problem) = web_page(answer.url, answer.body) {
                return Err(problem);
            }
            if self.n_pages > 0 {
                return Err(Problem::input("not_json", "It is not JSON, as the pages before it are."));
            }
            self.n_pages = 1;
            if answer.link_header.and_then(paging::next_in_link).is_some() {
                self.explain(
                    "more_unread",
                    "The service has more pages, but only pages of JSON can be put together",
                    1,
                );
            }
            return Ok(LAST);
        };
        let wanted = self.record_path.as_deref();
        let records = match json::records_in(body, wanted) {
            Ok(records) => records,
            // One record a line has no pages. Without paging, the reader says what is wrong.
            Err(_) if self.n_pages == 0 && (is_lines(body) || matches!(self.spec.paging, Paging::None)) => {
                self.n_pages = 1;
                return Ok(LAST);
            }
            Err(fault) => return Err(not_json(answer, fault)),
        };
        if self.n_pages > 0 && self.is_table && !records.is_table {
            return Err(Problem::input("no_records", "It holds no list of records, as the pages before it do."));
        }
        // The signs stand beside the records, which may be many.
        let list = records.list.clone().filter(|_| !matches!(records.path.as_str(), "links" | "link"));
        let list = list.and_then(|l| Some((body.get(..l.start)?, body.get(l.clone())?, body.get(l.end..)?)));
        let beside = match list {
            Some((before, _, after)) => serde_json::from_str::<Value>(&format!("{before}[]{after}")),
            None => serde_json::from_str::<Value>(body),
        };
        let beside = beside.unwrap_or(Value::Null);
        let n = if records.is_table { records.n } else { paging::longest_list(&beside) };

        let is_counted = self.step.as_ref().is_some_and(|s| s.is_counted);
        let standing = (list.map_or(0, |(_, text, _)| hash(text)), paging::stands_at(&beside));
        if is_counted && n > 0 && list.is_some() && self.last_records == Some(standing) {
            let page = self.n_pages.saturating_add(1);
            let text = format!(
                "Page {page} repeats page {}, and was left out: the service seems to have one page only",
                self.n_pages
            );
            self.notices.add("page_repeated", text, u64::from(page));
            self.says_more = None;
            return Ok(Taken { is_kept: false, next: None });
        }
        self.last_records = Some(standing);
        self.n_pages = self.n_pages.saturating_add(1);
        self.n_rows = self.n_rows.saturating_add(records.n);
        if self.n_pages == 1 {
            self.first_n = n;
            self.is_table = records.is_table;
            // Later pages are laid out like the first.
            self.record_path.get_or_insert(records.path);
        }
        let page = Page {
            url: answer.url,
            link_header: answer.link_header,
            body: &beside,
            n,
            is_table: records.is_table,
            first_n: self.first_n,
            n_pages: self.n_pages,
            n_rows: self.n_rows,
            total: answer.total_header.and_then(total_in),
        };
        self.total = self.total.or_else(|| page.stated_total());
        self.says_more = paging::says_more(&beside);
        let step = match paging::next_page(&self.spec, &page) {
            Ok(step) => step,
            Err(problem) if self.n_pages == 1 => return Err(problem),
            Err(problem) => {
                self.break_off(&problem);
                None
            }
        };
        Ok(Taken { is_kept: true, next: self.go_on(step) })
    }

    fn go_on(&mut self, step: Option<Step>) -> Option<String> {
        let step = step.filter(|step| self.seen.insert(step.url.clone()));
        if step.is_some() && self.n_pages >= self.spec.max_pages.max(1) {
            let pages = plural(u64::from(self.n_pages), "page", "pages");
            let text = match self.missing_of() {
                Some((rows, total)) => format!(
                    "Stopped after {pages}, the page limit: {} of the {total} rows of the service were read",
                    format_count(rows)
                ),
                None => format!("Stopped after {pages}, the page limit: the address has more rows than were read"),
            };
            self.explain("page_limit", &text, u64::from(self.n_pages));
            return None;
        }
        self.step = step;
        self.step.as_ref().map(|step| step.url.clone())
    }

    /// A page did not come, or held no data. What came before it is kept.
    ///
    /// # Errors
    /// The problem itself when it is about the first page.
    pub fn failed(&mut self, problem: Problem) -> Result<(), Problem> {
        if self.n_pages == 0 || problem.code == "other_origin" {
            return Err(problem);
        }
        // Behind the last page services answer in many ways.
        let is_guess = self.step.as_ref().is_some_and(|s| s.is_guess);
        if !(is_guess && matches!(problem.code.as_str(), "not_found" | "bad_parameters" | "no_records")) {
            self.break_off(&problem);
        }
        Ok(())
    }

    fn break_off(&mut self, problem: &Problem) {
        let page = self.n_pages.saturating_add(1);
        let kept = plural(self.n_rows, "row", "rows");
        let why = problem.to_string();
        let text =
            format!("Page {page} and all after it are missing; {kept} came before. {}", why.trim_end_matches('.'));
        self.explain("page_failed", &text, u64::from(page));
    }

    fn explain(&mut self, code: &str, text: &str, count: u64) {
        self.is_explained = true;
        self.notices.add(code, text, count);
    }

    /// Rows read and rows there are, when that is known and rows are missing.
    fn missing_of(&self) -> Option<(u64, String)> {
        let total = self.total.filter(|_| self.is_table)?;
        let expected = match paging::starts_at(&self.spec.url) {
            Start::First => total,
            Start::At(offset) => total.saturating_sub(offset),
            Start::Unknown => return None,
        };
        (self.n_rows < expected).then(|| (self.n_rows, format_count(total)))
    }

    /// What must be said.
    pub fn finish(mut self) -> Notices {
        if self.is_explained || self.n_pages == 0 {
            return self.notices;
        }
        let n_rows = self.n_rows;
        if let Some((rows, total)) = self.missing_of() {
            let why = match self.spec.paging {
                Paging::None => "only one page was to be read",
                _ => "no way to the others was found",
            };
            let text = format!("The service says that there are {total} rows. {} came, and {why}", format_count(rows));
            self.notices.add("rows_short", text, rows);
        } else if self.says_more == Some(true) {
            let text = match self.spec.paging {
                Paging::None => "The service says that there are more rows, and only one page was to be read",
                _ => "The service says that there are more rows, but not where",
            };
            self.notices.add("more_unread", text, n_rows);
        } else if self.n_pages == 1
            && self.is_table
            && self.total.is_none()
            && self.says_more.is_none()
            && let Some((name, limit)) = paging::full_page(&self.spec.url, n_rows)
        {
            let text = format!("As many rows came as were asked for ({name}={limit}): there may be more");
            self.notices.add("full_page", text, n_rows);
        }
        self.notices
    }
}

/// `87`, or `items 0-24/87`; a range of bytes says nothing of rows.
fn total_in(header: &str) -> Option<u64> {
    let is_bytes = header.trim_start().to_ascii_lowercase().starts_with("bytes");
    header.rsplit('/').next()?.trim().parse().ok().filter(|_| !is_bytes)
}

/// One JSON document a line.
fn is_lines(body: &str) -> bool {
    let mut lines = body.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().is_some_and(|line| json::records_in(line, None).is_ok());
    first && lines.next().is_some()
}

fn hash(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests;
