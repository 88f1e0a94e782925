//! What services write into their answers about paging, and under which names.

use serde_json::Value;

/// Fields that hold the next page's address.
pub(super) const NEXT_URLS: [&str; 27] = [
    "next",
    "next.href",
    "next.url",
    "links.next",
    "links.next.href",
    "links.next.url",
    "_links.next",
    "_links.next.href",
    "meta.links.next",
    "pagination.links.next",
    "data.next",
    "info.next",
    "next_url",
    "nextUrl",
    "next_link",
    "nextLink",
    "next_page",
    "nextPage",
    "next_page_url",
    "nextPageUrl",
    "paging.next",
    "pagination.next",
    "pagination.next_url",
    "meta.next",
    "@odata.nextLink",
    "odata.nextLink",
    "response.next",
];

/// Fields that hold the number of the next page.
pub(super) const NEXT_PAGES: [&str; 10] = [
    "next_page",
    "nextPage",
    "next",
    "meta.next_page",
    "meta.nextPage",
    "pagination.next_page",
    "pagination.nextPage",
    "pagination.next",
    "paging.next_page",
    "info.next",
];

/// So many of [`TOKENS`], the first ones, are about the next page whatever they hold.
const N_CLEAR_TOKENS: usize = 9;

/// Fields that hold a token, and the parameter it goes back in.
pub(super) const TOKENS: [(&str, &str); 19] = [
    ("nextPageToken", "pageToken"),
    ("next_page_token", "page_token"),
    ("next_cursor", "cursor"),
    ("nextCursor", "cursor"),
    ("nextCursorMark", "cursorMark"),
    ("nextToken", "nextToken"),
    ("meta.next_token", "pagination_token"),
    ("meta.next_cursor", "cursor"),
    ("pagination.next_cursor", "cursor"),
    ("response_metadata.next_cursor", "cursor"),
    ("paging.cursors.after", "after"),
    ("paging.next.after", "after"),
    ("message.next-cursor", "cursor"),
    ("pagination.next", "cursor"),
    ("pagination.cursor", "cursor"),
    ("pageInfo.endCursor", "after"),
    ("page_info.end_cursor", "after"),
    ("cursor", "cursor"),
    ("continuationToken", "continuationToken"),
];

pub(super) const TOTAL_PAGES: [&str; 16] = [
    "total_pages",
    "totalPages",
    "pages",
    "page_count",
    "pageCount",
    "last_page",
    "meta.total_pages",
    "meta.totalPages",
    "meta.last_page",
    "meta.pagination.total_pages",
    "meta.pagination.pageCount",
    "pagination.total_pages",
    "pagination.totalPages",
    "page.totalPages",
    "info.pages",
    "0.pages",
];

/// Fields that hold the number of this page.
pub(super) const PAGES: [&str; 17] = [
    "page",
    "current_page",
    "currentPage",
    "page_number",
    "pageNumber",
    "pageIndex",
    "pageNo",
    "number",
    "page.number",
    "meta.page",
    "meta.current_page",
    "meta.currentPage",
    "meta.pagination.page",
    "meta.pagination.current_page",
    "pagination.page",
    "pagination.current_page",
    "0.page",
];

/// Parameters that ask for a page by its number.
pub(super) const PAGE_PARAMETERS: [&str; 9] =
    ["page", "p", "page_number", "pageNumber", "pageNo", "page_no", "pageIndex", "page[number]", "pg"];

const HAS_MORE: [&str; 13] = [
    "has_more",
    "hasMore",
    "has_next",
    "hasNext",
    "hasNextPage",
    "has_next_page",
    "pagination.has_more",
    "pagination.hasNext",
    "meta.has_more",
    "pageInfo.hasNextPage",
    "page_info.has_next_page",
    "exceededTransferLimit",
    "more",
];

const IS_LAST: [&str; 5] = ["endOfRecords", "isLast", "is_last", "is_last_page", "last"];

/// Fields that hold how many records there are, on all pages together.
const TOTALS: [&str; 34] = [
    "total",
    "total_count",
    "totalCount",
    "total_results",
    "totalResults",
    "total_items",
    "totalItems",
    "total_records",
    "totalRecords",
    "totalElements",
    "total_rows",
    "numFound",
    "numberMatched",
    "recordsTotal",
    "@odata.count",
    "hitCount",
    "response.numFound",
    "hits.total",
    "hits.total.value",
    "page.totalElements",
    "pageInfo.totalResults",
    "page_info.total",
    "meta.total",
    "meta.total_count",
    "meta.totalCount",
    "meta.results.total",
    "meta.pagination.total",
    "metadata.total",
    "metadata.resultset.count",
    "message.total-results",
    "pagination.total",
    "pagination.total_count",
    "result.total",
    "0.total",
];

/// Names that some services give to the number of all records, and others to that of this page.
const COUNTS: [&str; 5] = ["count", "meta.count", "info.count", "result.count", "pagination.count"];

pub(super) const OFFSETS: [&str; 11] = [
    "offset",
    "skip",
    "start",
    "from",
    "$offset",
    "$skip",
    "startAt",
    "startIndex",
    "startRecord",
    "resultOffset",
    "page[offset]",
];

/// Offsets that count from 1.
pub(super) const FROM_ONE: [&str; 2] = ["startIndex", "startRecord"];

/// Fields that hold where this page starts, and the parameter that sets it.
pub(super) const STATED_OFFSETS: [(&str, &str); 11] = [
    ("offset", "offset"),
    ("skip", "skip"),
    ("startAt", "startAt"),
    ("startIndex", "startIndex"),
    ("start", "start"),
    ("response.start", "start"),
    ("meta.offset", "offset"),
    ("meta.results.skip", "skip"),
    ("metadata.resultset.offset", "offset"),
    ("pagination.offset", "offset"),
    ("paging.offset", "offset"),
];

/// Parameters that ask for so many records at once.
pub(super) const LIMITS: [&str; 18] = [
    "limit",
    "rows",
    "size",
    "pageSize",
    "page_size",
    "per_page",
    "perPage",
    "per-page",
    "count",
    "$limit",
    "$top",
    "top",
    "maxResults",
    "max_results",
    "itemsPerPage",
    "resultRecordCount",
    "page[size]",
    "page[limit]",
];

/// Fields that hold how many records a page has at most.
const STATED_LIMITS: [&str; 20] = [
    "limit",
    "per_page",
    "perPage",
    "page_size",
    "pageSize",
    "size",
    "maxResults",
    "itemsPerPage",
    "resultsPerPage",
    "page.size",
    "meta.limit",
    "meta.per_page",
    "meta.results.limit",
    "meta.pagination.per_page",
    "meta.pagination.pageSize",
    "metadata.resultset.limit",
    "pagination.limit",
    "pagination.per_page",
    "pagination.page_size",
    "0.per_page",
];

/// What the answer says of whether there is more.
pub(in crate::source::api) fn says_more(body: &Value) -> Option<bool> {
    if let Some(more) = HAS_MORE.iter().find_map(|path| at(body, path)?.as_bool()) {
        return Some(more);
    }
    if let Some(is_last) = IS_LAST.iter().find_map(|path| at(body, path)?.as_bool()) {
        return Some(!is_last);
    }
    // A place for the next page with nothing in it.
    let places = NEXT_URLS.iter().chain(TOKENS.iter().take(N_CLEAR_TOKENS).map(|(path, _)| path));
    let mut places = places.filter_map(|path| at(body, path));
    places.any(|v| matches!(v, Value::Null) || v.as_str() == Some("")).then_some(false)
}

/// How many records there are in all, where the answer says so. A number smaller than the `n` of
/// this page is something else.
pub(super) fn stated_total(body: &Value, n: u64) -> Option<u64> {
    let stated = TOTALS.iter().filter_map(|path| number_at(body, path)).find(|total| *total >= n);
    // As many as on this page: no way to tell which of the two is meant.
    stated.or_else(|| COUNTS.iter().filter_map(|path| number_at(body, path)).find(|count| *count > n))
}

/// How many pages there are. A "total" that is smaller than the `n` records of this page, beside a
/// page's number, counts pages.
pub(super) fn total_of_pages(body: &Value, n: u64, is_numbered: bool) -> Option<u64> {
    let stated = TOTAL_PAGES.iter().find_map(|path| number_at(body, path));
    stated.or_else(|| number_at(body, "total").filter(|total| is_numbered && *total < n))
}

pub(super) fn stated_limit(body: &Value) -> Option<u64> {
    STATED_LIMITS.iter().find_map(|path| number_at(body, path)).filter(|limit| *limit > 0)
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

pub(super) fn text_at(body: &Value, path: &str) -> Option<String> {
    match at(body, path)? {
        Value::String(text) if !text.is_empty() => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

pub(super) fn number_at(body: &Value, path: &str) -> Option<u64> {
    match at(body, path)? {
        Value::Number(n) => n.as_u64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

/// The target of `rel="next"` in a `Link` header (RFC 8288).
pub(in crate::source::api) fn next_in_link(header: &str) -> Option<String> {
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

/// How many values the longest list near the top holds, for answers that hold no table.
pub(in crate::source::api) fn longest_list(body: &Value) -> u64 {
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
    longest(body, 0) as u64
}
