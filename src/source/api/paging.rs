//! Where the next page of an answer is.

use super::url::Address;
use crate::base::{Problem, wording};
use crate::source::spec::{ApiSpec, Paging};
use serde_json::Value;

/// One answer of a web API.
#[derive(Clone, Copy, Debug)]
pub struct ApiAnswer<'a> {
    /// The address that was asked.
    pub url: &'a str,
    pub status: u16,
    /// The `Link` header, where the server lets pages see it.
    pub link_header: Option<&'a str>,
    pub body: &'a str,
}

/// Names of fields that hold the next page's address.
const NEXT_URLS: [&str; 12] = [
    "next",
    "links.next",
    "links.next.href",
    "_links.next",
    "_links.next.href",
    "next_url",
    "nextUrl",
    "next_page_url",
    "paging.next",
    "pagination.next",
    "pagination.next_url",
    "meta.next",
];

/// Fields that hold a token, and the parameter it goes back in.
const TOKENS: [(&str, &str); 14] = [
    ("nextPageToken", "pageToken"),
    ("next_page_token", "page_token"),
    ("next_cursor", "cursor"),
    ("nextCursor", "cursor"),
    ("meta.next_cursor", "cursor"),
    ("pagination.next_cursor", "cursor"),
    ("response_metadata.next_cursor", "cursor"),
    ("paging.cursors.after", "after"),
    ("paging.next.after", "after"),
    ("message.next-cursor", "cursor"),
    ("pagination.next", "cursor"),
    ("pagination.cursor", "cursor"),
    ("cursor", "cursor"),
    ("continuationToken", "continuationToken"),
];

const TOTAL_PAGES: [&str; 9] = [
    "total_pages",
    "totalPages",
    "pages",
    "page_count",
    "meta.total_pages",
    "meta.totalPages",
    "pagination.total_pages",
    "pagination.totalPages",
    "0.pages",
];

const PAGES: [&str; 7] =
    ["page", "current_page", "currentPage", "meta.page", "pagination.page", "pagination.current_page", "0.page"];

const HAS_MORE: [&str; 6] = ["has_more", "hasMore", "has_next", "hasNext", "pagination.has_more", "meta.has_more"];

const TOTALS: [&str; 10] = [
    "total",
    "count",
    "total_count",
    "totalCount",
    "totalResults",
    "meta.total",
    "meta.results.total",
    "metadata.resultset.count",
    "pagination.total",
    "result.total",
];

const OFFSETS: [&str; 4] = ["offset", "skip", "start", "from"];
const LIMITS: [&str; 7] = ["limit", "rows", "size", "pageSize", "page_size", "per_page", "count"];

/// The next address to ask, or `None` when this was the last page.
///
/// Never another host than the first, never the page that was just read. `pages_so_far` counts this
/// answer.
///
/// # Errors
/// `not_json` when the answer is something else, `other_origin` when it leads elsewhere.
pub fn next_page(spec: &ApiSpec, pages_so_far: u32, answer: &ApiAnswer<'_>) -> Result<Option<String>, Problem> {
    if matches!(spec.paging, Paging::None) || pages_so_far >= spec.max_pages.max(1) {
        return Ok(None);
    }
    let asked = Address::parse(answer.url)
        .ok_or_else(|| Problem::bug("bug_address", "The address that was asked is not an address."))?;
    if let (Paging::Auto | Paging::LinkHeader, Some(next)) = (&spec.paging, answer.link_header.and_then(next_in_link)) {
        return checked(spec, answer, &asked, &next);
    }
    if matches!(spec.paging, Paging::LinkHeader) {
        return Ok(None);
    }
    let body: Value = match serde_json::from_str(answer.body) {
        Ok(body) => body,
        // What is not JSON has no pages: a CSV file behind an address.
        Err(_) if matches!(spec.paging, Paging::Auto) && !looks_like_json(answer.body) && !is_web_page(answer.body) => {
            return Ok(None);
        }
        Err(e) => return Err(not_json(answer, &e)),
    };
    match next_in_body(spec, pages_so_far, &asked, &body) {
        Some(next) => checked(spec, answer, &asked, &next),
        None => Ok(None),
    }
}

fn next_in_body(spec: &ApiSpec, pages_so_far: u32, asked: &Address<'_>, body: &Value) -> Option<String> {
    match &spec.paging {
        Paging::None | Paging::LinkHeader => None,
        Paging::NextUrl { path } => text_at(body, path),
        Paging::Token { path, parameter } => Some(asked.with(parameter, &text_at(body, path)?)),
        Paging::PageNumber { parameter } => {
            if n_records(body) == 0 || is_last_page(body, asked.parameter(parameter)) {
                return None;
            }
            let page = asked.parameter(parameter).and_then(|p| p.parse().ok()).unwrap_or(u64::from(pages_so_far));
            Some(asked.with(parameter, &(page + 1).to_string()))
        }
        Paging::Offset { parameter, page_size } => {
            let n = n_records(body) as u64;
            let offset: u64 = asked.parameter(parameter).and_then(|p| p.parse().ok()).unwrap_or(0);
            let next = offset.checked_add((*page_size).max(n))?;
            let is_done = n == 0 || n < *page_size || number_at(body, &TOTALS).is_some_and(|total| next >= total);
            (!is_done).then(|| asked.with(parameter, &next.to_string()))
        }
        Paging::Auto => auto(asked, body),
    }
}

/// Finds the kind of paging out from the answer: the clearest sign first.
fn auto(asked: &Address<'_>, body: &Value) -> Option<String> {
    let is_address = |text: &str| text.contains("://") || text.starts_with(['/', '?']);
    for path in NEXT_URLS {
        if let Some(next) = text_at(body, path).filter(|t| is_address(t)) {
            return Some(next);
        }
    }
    // OGC and FHIR: a list of links with what each is for.
    let links = ["links", "link"].iter().find_map(|name| body.get(name)?.as_array());
    let next = links
        .into_iter()
        .flatten()
        .find(|link| ["rel", "relation"].iter().any(|name| link.get(name).and_then(Value::as_str) == Some("next")));
    if let Some(next) = next.and_then(|link| text_at(link, "href").or_else(|| text_at(link, "url"))) {
        return Some(next);
    }
    if HAS_MORE.iter().any(|path| at(body, path) == Some(&Value::Bool(false))) || n_records(body) == 0 {
        return None;
    }
    for (path, parameter) in TOKENS {
        if let Some(token) = text_at(body, path) {
            return Some(asked.with(parameter, &token));
        }
    }
    let page = number_at(body, &PAGES);
    if let Some(total) = number_at(body, &TOTAL_PAGES) {
        let page = page.or_else(|| asked.parameter("page")?.parse().ok()).unwrap_or(1);
        return (page < total).then(|| asked.with("page", &(page + 1).to_string()));
    }
    if HAS_MORE.iter().any(|path| at(body, path) == Some(&Value::Bool(true))) {
        let page = page.or_else(|| asked.parameter("page")?.parse().ok());
        if let Some(page) = page {
            return Some(asked.with("page", &(page + 1).to_string()));
        }
    }
    by_offset(asked, body)
}

/// `offset` and `limit` beside a total; or a full page of a size that was asked for.
fn by_offset(asked: &Address<'_>, body: &Value) -> Option<String> {
    let n = n_records(body) as u64;
    let total = number_at(body, &TOTALS);
    let in_answer = ["offset", "skip", "meta.results.skip", "metadata.resultset.offset", "pagination.offset"];
    let asked_offset = OFFSETS.iter().find_map(|name| Some((*name, asked.parameter(name)?.parse::<u64>().ok()?)));
    let (parameter, offset) = asked_offset.or_else(|| {
        let offset = number_at(body, &in_answer)?;
        let path = in_answer.iter().find(|p| at(body, p).is_some())?;
        Some((if path.ends_with("skip") { "skip" } else { "offset" }, offset))
    })?;
    let limit = LIMITS.iter().find_map(|name| asked.parameter(name)?.parse::<u64>().ok());
    let next = offset.checked_add(n)?;
    let goes_on = match (total, limit) {
        _ if at(body, "endOfRecords") == Some(&Value::Bool(true)) => false,
        (Some(total), _) => next < total,
        (None, Some(limit)) => n >= limit,
        (None, None) => false,
    };
    goes_on.then(|| asked.with(parameter, &next.to_string()))
}

fn is_last_page(body: &Value, asked: Option<&str>) -> bool {
    if HAS_MORE.iter().any(|path| at(body, path) == Some(&Value::Bool(false))) {
        return true;
    }
    let page = asked.and_then(|p| p.parse().ok()).or_else(|| number_at(body, &PAGES)).unwrap_or(1);
    number_at(body, &TOTAL_PAGES).is_some_and(|total| page >= total)
}

/// Same origin, another page, and http at all.
fn checked(spec: &ApiSpec, answer: &ApiAnswer<'_>, asked: &Address<'_>, next: &str) -> Result<Option<String>, Problem> {
    let Some(next) = asked.join(next) else { return Ok(None) };
    let first = Address::parse(&spec.url).map(|a| a.origin());
    let origin = Address::parse(&next).map(|a| a.origin());
    if origin.is_none() || origin != first {
        // Behind a proxy, servers write their own address with http.
        let upgraded = next.strip_prefix("http://").map(|rest| format!("https://{rest}"));
        if let Some(upgraded) = upgraded.filter(|u| Address::parse(u).map(|a| a.origin()) == first) {
            return Ok((upgraded != answer.url && upgraded != spec.url).then_some(upgraded));
        }
        let there = super::url::site_of(&next);
        return Err(Problem::input("other_origin", format!("The next page is at another site, {there}."))
            .because("Only the site that you named is asked.")
            .hint("Add that address as a source of its own."));
    }
    Ok((next != answer.url && next != spec.url).then_some(next))
}

/// The target of `rel="next"` in a `Link` header (RFC 8288).
fn next_in_link(header: &str) -> Option<String> {
    let mut rest = header;
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        // Parameters run up to the comma before the next link.
        let end = after.find(",<").or_else(|| after.find(", <")).unwrap_or(after.len());
        let (parameters, tail) = after.split_at_checked(end)?;
        let is_next = parameters.split(';').filter_map(|p| p.split_once('=')).any(|(name, value)| {
            let value = value.trim().trim_matches(['"', ',', ' ']);
            name.trim().eq_ignore_ascii_case("rel") && value.split_whitespace().any(|v| v.eq_ignore_ascii_case("next"))
        });
        if is_next {
            return Some(target.to_owned());
        }
        rest = tail;
    }
    None
}

/// The value at a dotted path; a whole name with points in it counts as well.
fn at<'v>(body: &'v Value, path: &str) -> Option<&'v Value> {
    if let Some(value) = body.get(path) {
        return Some(value);
    }
    path.split('.').try_fold(body, |value, part| match value {
        Value::Array(items) => items.get(part.parse::<usize>().ok()?),
        _ => value.get(part),
    })
}

fn text_at(body: &Value, path: &str) -> Option<String> {
    match at(body, path)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

fn number_at(body: &Value, paths: &[&str]) -> Option<u64> {
    paths.iter().find_map(|path| match at(body, path)? {
        Value::Number(n) => n.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    })
}

/// How many records the answer seems to hold: its longest list, near the top.
fn n_records(body: &Value) -> usize {
    fn longest(value: &Value, depth: u32) -> usize {
        match value {
            Value::Array(items) if depth == 0 && items.iter().any(Value::is_array) => {
                items.iter().map(|item| longest(item, 1)).max().unwrap_or(0)
            }
            Value::Array(items) => items.len(),
            Value::Object(fields) if depth < 3 => fields.values().map(|v| longest(v, depth + 1)).max().unwrap_or(0),
            _ => 0,
        }
    }
    longest(body, 0)
}

fn looks_like_json(body: &str) -> bool {
    body.trim_start().starts_with(['{', '['])
}

fn is_web_page(body: &str) -> bool {
    let start: String = body.trim_start().chars().take(100).collect::<String>().to_ascii_lowercase();
    start.starts_with("<!doctype html") || start.starts_with("<html")
}

fn not_json(answer: &ApiAnswer<'_>, e: &serde_json::Error) -> Problem {
    let site = super::url::site_of(answer.url);
    if is_web_page(answer.body) {
        return Problem::input("web_page", format!("{site} answered with a web page and not with data."))
            .because("Often a service answers so when one must sign in first, or when the address is wrong.")
            .hint("Open the address in a new tab and look for the address of its data.");
    }
    let size = wording::format_bytes(answer.body.len() as u64);
    Problem::input("not_json", format!("{site} answered with something that is not JSON."))
        .because(format!("The answer ({size}) has a fault in line {}, character {}.", e.line(), e.column()))
        .hint("Open the address in a new tab to see what it answers.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn next_with(paging: Paging, url: &str, link: Option<&str>, body: &str) -> Result<Option<String>, Problem> {
        let spec = ApiSpec { paging, ..ApiSpec::new("https://x.org/a?q=1") };
        next_page(&spec, 1, &ApiAnswer { url, status: 200, link_header: link, body })
    }

    fn auto_next(url: &str, body: &str) -> Option<String> {
        next_with(Paging::Auto, url, None, body).unwrap()
    }

    const U: &str = "https://x.org/a?q=1";

    #[test]
    fn link_headers_and_addresses() {
        let link = r#"<https://x.org/a?page=1>; rel="prev", <https://x.org/a?page=3>; rel="next""#;
        assert_eq!(next_with(Paging::Auto, U, Some(link), "[]").unwrap().as_deref(), Some("https://x.org/a?page=3"));
        assert_eq!(auto_next(U, r#"{"items":[1],"next":"/a?p=2"}"#).as_deref(), Some("https://x.org/a?p=2"));
        let ogc = r#"{"features":[1],"links":[{"rel":"self","href":"https://x.org/a"},{"rel":"next","href":"https://x.org/a?p=2"}]}"#;
        assert_eq!(auto_next(U, ogc).as_deref(), Some("https://x.org/a?p=2"));
        assert_eq!(
            auto_next(U, r#"{"items":[1],"next":"http://x.org/a?p=2"}"#).as_deref(),
            Some("https://x.org/a?p=2")
        );
    }

    #[test]
    fn tokens() {
        let studies = auto_next(U, r#"{"studies":[{}],"nextPageToken":"a b"}"#);
        assert_eq!(studies.as_deref(), Some("https://x.org/a?q=1&pageToken=a%20b"));
        assert_eq!(
            auto_next(U, r#"{"data":[1],"meta":{"next_cursor":"c1"}}"#).as_deref(),
            Some("https://x.org/a?q=1&cursor=c1")
        );
        assert_eq!(auto_next(U, r#"{"data":[],"next_cursor":"c1"}"#), None);
        assert_eq!(auto_next(U, r#"{"data":[1],"next_cursor":null}"#), None);
        // The server repeats the token that was sent: the end.
        assert_eq!(auto_next("https://x.org/a?q=1&cursor=c1", r#"{"data":[1],"next_cursor":"c1"}"#), None);
    }

    #[test]
    fn page_numbers_and_offsets() {
        assert_eq!(
            auto_next(U, r#"{"page":1,"total_pages":3,"items":[1]}"#).as_deref(),
            Some("https://x.org/a?q=1&page=2")
        );
        assert_eq!(auto_next(U, r#"{"page":3,"total_pages":3,"items":[1]}"#), None);
        assert_eq!(
            auto_next(U, r#"[{"page":1,"pages":2,"total":4},[{},{}]]"#).as_deref(),
            Some("https://x.org/a?q=1&page=2")
        );
        let fda = r#"{"meta":{"results":{"skip":0,"limit":2,"total":5}},"results":[{},{}]}"#;
        assert_eq!(auto_next(U, fda).as_deref(), Some("https://x.org/a?q=1&skip=2"));
        assert_eq!(
            auto_next("https://x.org/a?offset=2&limit=2", "[1,2]").as_deref(),
            Some("https://x.org/a?offset=4&limit=2")
        );
        assert_eq!(auto_next("https://x.org/a?offset=2&limit=2", "[1]"), None);
        let gbif = r#"{"offset":0,"limit":2,"endOfRecords":true,"results":[{},{}]}"#;
        assert_eq!(auto_next(U, gbif), None);
        let by_page = Paging::PageNumber { parameter: "p".to_owned() };
        assert_eq!(next_with(by_page.clone(), U, None, "[1]").unwrap().as_deref(), Some("https://x.org/a?q=1&p=2"));
        assert_eq!(next_with(by_page, U, None, "[]").unwrap(), None);
    }

    #[test]
    fn never_elsewhere_never_twice_never_too_many() {
        let body = r#"{"items":[1],"next":"https://evil.org/a"}"#;
        assert_eq!(next_with(Paging::Auto, U, None, body).unwrap_err().code, "other_origin");
        assert_eq!(auto_next(U, r#"{"items":[1],"next":"https://x.org/a?q=1"}"#), None);
        assert_eq!(auto_next("https://x.org/a?p=2", r#"{"items":[1],"next":"https://x.org/a?q=1"}"#), None);
        assert_eq!(auto_next(U, r#"{"items":[1],"next":"javascript:alert(1)"}"#), None);
        let spec = ApiSpec { max_pages: 2, ..ApiSpec::new(U) };
        let answer = ApiAnswer { url: U, status: 200, link_header: None, body: r#"{"items":[1],"next":"/b"}"# };
        assert_eq!(next_page(&spec, 2, &answer).unwrap(), None);
        assert!(next_page(&spec, 1, &answer).unwrap().is_some());
    }

    #[test]
    fn what_is_not_json() {
        assert_eq!(next_with(Paging::Auto, U, None, "a,b\n1,2").unwrap(), None);
        assert_eq!(next_with(Paging::Auto, U, None, "<html>sign in").unwrap_err().code, "web_page");
        assert_eq!(next_with(Paging::Auto, U, None, "{\"a\":").unwrap_err().code, "not_json");
    }
}
