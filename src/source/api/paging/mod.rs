//! Where the next page of an answer is.

mod signs;
#[cfg(test)]
mod tests;

pub(super) use signs::{longest_list, next_in_link, says_more};

use super::url::{Address, site_of};
use crate::base::Problem;
use crate::source::spec::{ApiSpec, Paging};
use serde_json::Value;
use signs::*;

/// One page that came, and how far the pages have come with it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Page<'a> {
    /// The address that was asked.
    pub url: &'a str,
    /// The `Link` header, where the server lets pages see it.
    pub link_header: Option<&'a str>,
    /// The answer; its records may have been taken out.
    pub body: &'a Value,
    /// Records on this page.
    pub n: u64,
    /// False where the whole answer is one record.
    pub is_table: bool,
    /// Records on the first page.
    pub first_n: u64,
    /// This page counts.
    pub n_pages: u32,
    /// Records so far, those of this page too.
    pub n_rows: u64,
    /// How many records there are, where a header says so.
    pub total: Option<u64>,
}

impl Page<'_> {
    /// How many records there are on all pages, where the service says so.
    pub fn stated_total(&self) -> Option<u64> {
        self.total.or_else(|| stated_total(self.body, self.n))
    }
}

/// The next page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Step {
    pub url: String,
    /// Nothing in the answer says for sure that there is one.
    pub is_guess: bool,
    /// Made by counting on, so a service that does not know the parameter gives the same page again.
    pub is_counted: bool,
}

impl Step {
    fn sure(url: String) -> Step {
        Step { url, is_guess: false, is_counted: false }
    }

    fn counted(asked: &Address<'_>, parameter: &str, to: u64, is_guess: bool) -> Step {
        Step { url: asked.with(parameter, &to.to_string()), is_guess, is_counted: true }
    }
}

/// The next page to ask for, or `None` when this was the last one.
///
/// Never another host than the first, never the page that was just read. The page limit is not
/// looked at here.
///
/// # Errors
/// `other_origin` when the answer leads elsewhere.
pub(super) fn next_page(spec: &ApiSpec, page: &Page<'_>) -> Result<Option<Step>, Problem> {
    let asked = Address::parse(page.url)
        .ok_or_else(|| Problem::bug("bug_address", "The address that was asked is not an address."))?;
    let linked = || page.link_header.and_then(next_in_link).map(Step::sure);
    let step = match &spec.paging {
        Paging::None => None,
        Paging::LinkHeader => linked(),
        Paging::Auto => linked().or_else(|| auto(&asked, page)),
        Paging::NextUrl { path } => text_at(page.body, path).map(Step::sure),
        Paging::Token { path, parameter } => {
            text_at(page.body, path).map(|token| Step::sure(asked.with(parameter, &token)))
        }
        Paging::PageNumber { parameter } => by_chosen_page(&asked, page, parameter),
        Paging::Offset { parameter, page_size } => by_chosen_offset(&asked, page, parameter, *page_size),
    };
    match step {
        Some(step) => checked(spec, page.url, &asked, step),
        None => Ok(None),
    }
}

/// Finds the kind of paging out from the answer: the clearest sign first.
fn auto(asked: &Address<'_>, page: &Page<'_>) -> Option<Step> {
    let body = page.body;
    let is_address = |text: &str| text.contains("://") || text.starts_with(['/', '?']);
    if let Some(next) = NEXT_URLS.iter().find_map(|path| text_at(body, path).filter(|t| is_address(t))) {
        return Some(Step::sure(next));
    }
    // OGC and FHIR: a list of links with what each is for.
    let links = ["links", "link"].iter().find_map(|name| body.get(name)?.as_array());
    let next = links
        .into_iter()
        .flatten()
        .find(|link| ["rel", "relation"].iter().any(|name| link.get(name).and_then(Value::as_str) == Some("next")));
    if let Some(next) = next.and_then(|link| text_at(link, "href").or_else(|| text_at(link, "url"))) {
        return Some(Step::sure(next));
    }
    if says_more(body) == Some(false) || page.n == 0 {
        return None;
    }
    let asked_page = asked_number(asked, &PAGE_PARAMETERS);
    if let Some(next) = NEXT_PAGES.iter().find_map(|path| number_at(body, path)) {
        return Some(Step::sure(asked.with(asked_page.map_or("page", |(name, _)| name), &next.to_string())));
    }
    for (path, parameter) in TOKENS {
        if let Some(token) = text_at(body, path) {
            return Some(Step::sure(asked.with(parameter, &token)));
        }
    }
    if let Some((parameter, offset)) = asked_number(asked, &OFFSETS) {
        return by_offset(asked, page, parameter, offset, true);
    }
    by_page(asked, page).or_else(|| {
        let stated = STATED_OFFSETS.iter().find_map(|(path, name)| Some((*name, number_at(body, path)?)));
        // ArcGIS says that there is more, and counts from 0 when it is not told where to start.
        let of_arcgis = || body.get("exceededTransferLimit").is_some().then_some(("resultOffset", 0));
        let (parameter, offset) = stated.or_else(of_arcgis)?;
        by_offset(asked, page, parameter, offset, false)
    })
}

/// The first of these parameters that stands in the address and is a number.
fn asked_number<'n>(asked: &Address<'_>, names: &[&'n str]) -> Option<(&'n str, u64)> {
    names.iter().find_map(|name| Some((*name, asked.parameter(name)?.parse().ok()?)))
}

/// How many records a page has at most: the smaller of what was asked for and what the answer says.
fn limit_of(asked: &Address<'_>, body: &Value) -> Option<u64> {
    let wanted = asked_number(asked, &LIMITS).map(|(_, limit)| limit).filter(|limit| *limit > 0);
    [wanted, stated_limit(body)].into_iter().flatten().min()
}

/// Fewer than were asked for, but a round number on the first page: perhaps all that the service
/// gives at once.
fn may_be_capped(page: &Page<'_>) -> bool {
    page.n_pages == 1 && page.n >= 10 && (page.n.is_multiple_of(10) || page.n.is_multiple_of(25))
}

/// A page's number in the address or in the answer.
fn by_page(asked: &Address<'_>, page: &Page<'_>) -> Option<Step> {
    let body = page.body;
    let in_address = asked_number(asked, &PAGE_PARAMETERS);
    let stated = PAGES.iter().find_map(|path| Some((*path, number_at(body, path)?)));
    let is_numbered = in_address.is_some() || stated.is_some();
    let total_pages = total_of_pages(body, page.n, is_numbered);
    // A document of its own may have "pages" of another kind: a book.
    if !is_numbered && (total_pages.is_none() || !page.is_table) {
        return None;
    }
    let number = in_address.or(stated).map_or(1, |(_, number)| number);
    let parameter = in_address.map_or_else(|| parameter_of(stated.map(|(path, _)| path)), |(name, _)| name);
    let limit = limit_of(asked, body);
    let (goes_on, is_guess) = match (total_pages, page.stated_total()) {
        (Some(last), _) => (number < last, false),
        _ if says_more(body) == Some(true) => (true, false),
        (None, Some(total)) => {
            // A service may give fewer at once than it was asked for. Where pages count from 0 the
            // product is too small, which costs one empty page at most.
            let size = limit.map_or(page.first_n, |limit| limit.min(page.first_n));
            // Where the walk starts behind the first page, the sum of its rows says nothing.
            let is_late = number > u64::from(page.n_pages);
            let is_short = limit.is_some_and(|limit| page.n < limit) && !may_be_capped(page);
            let is_reached = number > 0 && number.saturating_mul(size) >= total || is_late && is_short;
            (page.n_rows < total && !is_reached, is_late || page.n < size)
        }
        (None, None) if in_address.is_some() => {
            let is_full = match limit {
                Some(limit) => page.n >= limit || may_be_capped(page),
                None => page.n >= page.first_n,
            };
            (is_full, true)
        }
        (None, None) => (false, true),
    };
    goes_on.then(|| Step::counted(asked, parameter, number.saturating_add(1), is_guess))
}

/// The parameter that belongs to a field that holds the page's number.
fn parameter_of(path: Option<&str>) -> &str {
    match path.map(|p| p.rsplit('.').next().unwrap_or(p)) {
        Some(name @ ("pageNumber" | "page_number" | "pageIndex" | "pageNo")) => name,
        _ => "page",
    }
}

/// An offset, beside a total; or a full page of a size that was asked for.
fn by_offset(asked: &Address<'_>, page: &Page<'_>, parameter: &str, offset: u64, is_asked: bool) -> Option<Step> {
    let limit = limit_of(asked, page.body);
    // The answer may hold other lists, so a page is never taken for longer than its limit.
    let next = offset.checked_add(limit.map_or(page.n, |limit| page.n.min(limit)))?;
    let (goes_on, is_guess) = match (page.stated_total(), limit) {
        (Some(total), _) => (next < total || (next == total && FROM_ONE.contains(&parameter)), false),
        _ if says_more(page.body) == Some(true) => (true, false),
        (None, Some(limit)) => (page.n >= limit || (is_asked && may_be_capped(page)), true),
        (None, None) => (is_asked && page.n >= page.first_n, true),
    };
    goes_on.then(|| Step::counted(asked, parameter, next, is_guess))
}

/// The user says that pages have numbers.
fn by_chosen_page(asked: &Address<'_>, page: &Page<'_>, parameter: &str) -> Option<Step> {
    let number = asked.parameter(parameter).and_then(|p| p.parse().ok()).unwrap_or(u64::from(page.n_pages));
    let is_last = total_of_pages(page.body, page.n, true).is_some_and(|last| number >= last);
    let goes_on = page.n > 0 && says_more(page.body) != Some(false) && !is_last;
    goes_on.then(|| Step::counted(asked, parameter, number.saturating_add(1), true))
}

/// The user says that pages have offsets. A size of 0: as many as come.
fn by_chosen_offset(asked: &Address<'_>, page: &Page<'_>, parameter: &str, page_size: u64) -> Option<Step> {
    let offset: u64 = asked.parameter(parameter).and_then(|p| p.parse().ok()).unwrap_or(0);
    let next = offset.checked_add(if page_size > 0 { page.n.min(page_size) } else { page.n })?;
    let goes_on = match page.stated_total() {
        Some(total) => next < total,
        None => page.n >= page_size || may_be_capped(page),
    };
    (page.n > 0 && goes_on).then(|| Step::counted(asked, parameter, next, true))
}

/// Same origin, another page, and http at all.
fn checked(spec: &ApiSpec, url: &str, asked: &Address<'_>, step: Step) -> Result<Option<Step>, Problem> {
    let Some(next) = asked.join(&step.url) else { return Ok(None) };
    let first = Address::parse(&spec.url).map(|a| a.origin());
    let origin = Address::parse(&next).map(|a| a.origin());
    let other_page = |next: String| (next != url && next != spec.url).then_some(Step { url: next, ..step });
    if origin.is_none() || origin != first {
        // Behind a proxy, servers write their own address with http.
        let upgraded = next.strip_prefix("http://").map(|rest| format!("https://{rest}"));
        if let Some(upgraded) = upgraded.filter(|u| Address::parse(u).map(|a| a.origin()) == first) {
            return Ok(other_page(upgraded));
        }
        let there = site_of(&next);
        return Err(Problem::input("other_origin", format!("The next page is at another site, {there}."))
            .because("Only the site that you named is asked.")
            .hint("Add that address as a source of its own, or read only the first page: More, One page only."));
    }
    Ok(other_page(next))
}

/// Whether the address itself starts behind the first record, and at which one where it says so.
pub(super) fn starts_at(url: &str) -> Start {
    let Some(asked) = Address::parse(url) else { return Start::First };
    match (asked_number(&asked, &OFFSETS), asked_number(&asked, &PAGE_PARAMETERS)) {
        (Some((name, offset)), _) => Start::At(offset.saturating_sub(u64::from(FROM_ONE.contains(&name)))),
        (None, Some((_, 0 | 1))) => Start::First,
        (None, Some(_)) => Start::Unknown,
        (None, None) if TOKENS.iter().any(|(_, name)| asked.parameter(name).is_some_and(|t| t != "*")) => {
            Start::Unknown
        }
        (None, None) => Start::First,
    }
}

/// Where a series of pages starts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Start {
    First,
    At(u64),
    Unknown,
}

/// Where the answer says that it stands; two pages that stand at the same place are the same page.
pub(super) fn stands_at(body: &Value) -> Option<u64> {
    let offsets = STATED_OFFSETS.iter().map(|(path, _)| path);
    PAGES.iter().chain(offsets).find_map(|path| number_at(body, path))
}

/// The size that was asked for, where the address names one and no place to start from, and a full
/// page of that size came: there may be more.
pub(super) fn full_page(url: &str, n: u64) -> Option<(&'static str, u64)> {
    let asked = Address::parse(url)?;
    asked_number(&asked, &LIMITS).filter(|(_, limit)| *limit > 0 && n >= *limit)
}
