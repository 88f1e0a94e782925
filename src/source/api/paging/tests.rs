use crate::base::Problem;
use crate::source::api::walk::{ApiAnswer, PageWalk};
use crate::source::spec::{ApiSpec, Paging};

const U: &str = "https://x.org/a?q=1";

/// The next page after the first one.
fn next_with(paging: Paging, url: &str, link: Option<&str>, body: &str) -> Result<Option<String>, Problem> {
    let spec = ApiSpec { paging, ..ApiSpec::new(U) };
    let answer = ApiAnswer { url, link_header: link, total_header: None, body: body.as_bytes() };
    PageWalk::new(&spec, None).took(&answer).map(|taken| taken.next)
}

fn auto_next(url: &str, body: &str) -> Option<String> {
    next_with(Paging::Auto, url, None, body).unwrap()
}

/// A list of so many records.
fn list(n: usize) -> String {
    format!("[{}]", vec![r#"{"id":1}"#; n].join(","))
}

#[track_caller]
fn leads_to(url: &str, body: &str, next: &str) {
    assert_eq!(auto_next(url, body).as_deref(), Some(next), "{url} {}", body.chars().take(120).collect::<String>());
}

#[track_caller]
fn ends(url: &str, body: &str) {
    assert_eq!(auto_next(url, body), None, "{url} {}", body.chars().take(120).collect::<String>());
}

#[test]
fn link_headers_and_addresses() {
    let link = r#"<https://x.org/a?page=1>; rel="prev", <https://x.org/a?page=3>; rel="next""#;
    assert_eq!(next_with(Paging::Auto, U, Some(link), "[]").unwrap().as_deref(), Some("https://x.org/a?page=3"));
    leads_to(U, r#"{"items":[1],"next":"/a?p=2"}"#, "https://x.org/a?p=2");
    let ogc = r#"{"features":[1],"links":[{"rel":"self","href":"https://x.org/a"},{"rel":"next","href":"https://x.org/a?p=2"}]}"#;
    leads_to(U, ogc, "https://x.org/a?p=2");
    leads_to(U, r#"{"items":[1],"next":"http://x.org/a?p=2"}"#, "https://x.org/a?p=2");
    let morty = r#"{"info":{"count":826,"pages":42,"next":"https://x.org/a?page=2","prev":null},"results":[{"id":1}]}"#;
    leads_to(U, morty, "https://x.org/a?page=2");
    leads_to(U, r#"{"value":[{"a":1}],"@odata.nextLink":"https://x.org/a?$skip=1"}"#, "https://x.org/a?$skip=1");
    // A place for the next address with nothing in it is the end, whatever else might be counted.
    ends("https://x.org/a?page=4", r#"{"count":87,"next":null,"results":[{"id":1}]}"#);
}

#[test]
fn tokens() {
    leads_to(U, r#"{"studies":[{}],"nextPageToken":"a b"}"#, "https://x.org/a?q=1&pageToken=a%20b");
    leads_to(U, r#"{"data":[1],"meta":{"next_cursor":"c1"}}"#, "https://x.org/a?q=1&cursor=c1");
    ends(U, r#"{"data":[],"next_cursor":"c1"}"#);
    ends(U, r#"{"data":[1],"next_cursor":null}"#);
    // The server repeats the token that was sent: the end.
    ends("https://x.org/a?q=1&cursor=c1", r#"{"data":[1],"next_cursor":"c1"}"#);
}

#[test]
fn page_numbers() {
    leads_to(U, r#"{"page":1,"total_pages":3,"items":[1]}"#, "https://x.org/a?q=1&page=2");
    ends(U, r#"{"page":3,"total_pages":3,"items":[1]}"#);
    leads_to(U, r#"[{"page":1,"pages":2,"total":4},[{},{}]]"#, "https://x.org/a?q=1&page=2");
    leads_to(U, r#"{"items":[{"id":1}],"next_page":2}"#, "https://x.org/a?q=1&page=2");
    // A number of this page, a size and a number of all records.
    let body = |page: u32, n: usize| format!(r#"{{"page":{page},"per_page":25,"total":87,"items":{}}}"#, list(n));
    leads_to(U, &body(1, 25), "https://x.org/a?q=1&page=2");
    leads_to("https://x.org/a?page=3", &body(3, 25), "https://x.org/a?page=4");
    ends("https://x.org/a?page=4", &body(4, 12));
    // The service gives fewer at once than it was asked for.
    let capped = format!(r#"{{"page":1,"total":500,"items":{}}}"#, list(100));
    leads_to("https://x.org/a?page=1&limit=1000", &capped, "https://x.org/a?page=2&limit=1000");
    // Where "total" is smaller than a page it counts pages.
    leads_to(U, &format!(r#"{{"page":1,"total":3,"items":{}}}"#, list(25)), "https://x.org/a?q=1&page=2");
    // Spring counts pages from 0.
    let spring = r#"{"content":[{"id":1}],"number":0,"size":1,"totalPages":2,"totalElements":2,"last":false}"#;
    leads_to(U, spring, "https://x.org/a?q=1&page=1");
    ends(U, r#"{"content":[{"id":1}],"number":1,"size":1,"totalPages":2,"totalElements":2,"last":true}"#);
    // A book has pages, too.
    ends(U, r#"{"title":"x","pages":320,"authors":["a"]}"#);
}

#[test]
fn a_page_number_in_the_address_alone() {
    leads_to("https://x.org/a?page=1", &list(25), "https://x.org/a?page=2");
    leads_to("https://x.org/a?page%5Bnumber%5D=1", &list(25), "https://x.org/a?page%5Bnumber%5D=2");
    leads_to("https://x.org/a?page=1&per_page=25", &list(25), "https://x.org/a?page=2&per_page=25");
    ends("https://x.org/a?page=1&per_page=25", &list(24));
    ends("https://x.org/a?page=1", "[]");
    ends("https://x.org/a?page=one", &list(25));
}

#[test]
fn offsets() {
    let fda = r#"{"meta":{"results":{"skip":0,"limit":2,"total":5}},"results":[{},{}]}"#;
    leads_to(U, fda, "https://x.org/a?q=1&skip=2");
    leads_to("https://x.org/a?offset=2&limit=2", "[1,2]", "https://x.org/a?offset=4&limit=2");
    ends("https://x.org/a?offset=2&limit=2", "[1]");
    ends(U, r#"{"offset":0,"limit":2,"endOfRecords":true,"results":[{},{}]}"#);
    leads_to("https://x.org/a?$offset=0&$limit=25", &list(25), "https://x.org/a?$offset=25&$limit=25");
    leads_to("https://x.org/a?%24skip=25&%24top=25", &list(25), "https://x.org/a?%24skip=50&%24top=25");
    leads_to("https://x.org/a?offset=0", &list(25), "https://x.org/a?offset=25");
    // Asked for 1,000, the service gives 100 at most.
    leads_to("https://x.org/a?offset=0&limit=1000", &list(100), "https://x.org/a?offset=100&limit=1000");
    let jira = format!(r#"{{"startAt":0,"maxResults":50,"total":120,"issues":{}}}"#, list(50));
    leads_to(U, &jira, "https://x.org/a?q=1&startAt=50");
    let scim = format!(r#"{{"startIndex":1,"itemsPerPage":2,"totalResults":3,"Resources":{}}}"#, list(2));
    leads_to(U, &scim, "https://x.org/a?q=1&startIndex=3");
    let arcgis = format!(r#"{{"exceededTransferLimit":true,"features":{}}}"#, list(7));
    leads_to(U, &arcgis, "https://x.org/a?q=1&resultOffset=7");
    // An offset in the address wins over a page number in the answer.
    let both = format!(r#"{{"page":1,"total_pages":4,"total":87,"items":{}}}"#, list(25));
    leads_to("https://x.org/a?offset=0&limit=25", &both, "https://x.org/a?offset=25&limit=25");
}

#[test]
fn other_lists_in_the_answer_do_not_move_the_offset() {
    let body = format!(r#"{{"total":87,"facets":{},"results":{}}}"#, list(50), list(10));
    leads_to("https://x.org/a?offset=0&limit=10", &body, "https://x.org/a?offset=10&limit=10");
    let body = format!(r#"{{"total":87,"facets":{},"found":{}}}"#, list(50), list(10));
    leads_to("https://x.org/a?offset=0&limit=10", &body, "https://x.org/a?offset=10&limit=10");
    let chosen = Paging::Offset { parameter: "from".to_owned(), page_size: 10 };
    let next = next_with(chosen, U, None, &body).unwrap();
    assert_eq!(next.as_deref(), Some("https://x.org/a?q=1&from=10"));
}

#[test]
fn a_count_of_this_page_is_no_total() {
    let body = format!(r#"{{"count":25,"offset":0,"items":{}}}"#, list(25));
    leads_to("https://x.org/a?offset=0&limit=25", &body, "https://x.org/a?offset=25&limit=25");
    let body = format!(r#"{{"count":87,"offset":75,"items":{}}}"#, list(12));
    ends("https://x.org/a?offset=75&limit=25", &body);
}

#[test]
fn paging_that_the_user_chose() {
    let by_page = Paging::PageNumber { parameter: "p".to_owned() };
    assert_eq!(next_with(by_page.clone(), U, None, "[1]").unwrap().as_deref(), Some("https://x.org/a?q=1&p=2"));
    assert_eq!(next_with(by_page, U, None, "[]").unwrap(), None);
    let by_offset = |page_size| Paging::Offset { parameter: "from".to_owned(), page_size };
    let next = |page_size, n| next_with(by_offset(page_size), U, None, &list(n)).unwrap();
    assert_eq!(next(0, 3).as_deref(), Some("https://x.org/a?q=1&from=3"));
    assert_eq!(next(3, 3).as_deref(), Some("https://x.org/a?q=1&from=3"));
    assert_eq!((next(5, 3), next(0, 0)), (None, None));
    let token = Paging::Token { path: "more.at".to_owned(), parameter: "at".to_owned() };
    let body = r#"{"items":[1],"more":{"at":7}}"#;
    assert_eq!(next_with(token, U, None, body).unwrap().as_deref(), Some("https://x.org/a?q=1&at=7"));
    let next_url = Paging::NextUrl { path: "more.url".to_owned() };
    let body = r#"{"items":[1],"more":{"url":"?z=1"}}"#;
    assert_eq!(next_with(next_url, U, None, body).unwrap().as_deref(), Some("https://x.org/a?z=1"));
    let link = Some(r#"<?p=2>; rel=next"#);
    assert_eq!(next_with(Paging::None, U, link, "[1]").unwrap(), None);
    assert_eq!(next_with(Paging::LinkHeader, U, link, "[1]").unwrap().as_deref(), Some("https://x.org/a?p=2"));
}

#[test]
fn never_elsewhere_never_twice() {
    let body = r#"{"items":[1],"next":"https://evil.org/a"}"#;
    assert_eq!(next_with(Paging::Auto, U, None, body).unwrap_err().code, "other_origin");
    ends(U, r#"{"items":[1],"next":"https://x.org/a?q=1"}"#);
    ends("https://x.org/a?p=2", r#"{"items":[1],"next":"https://x.org/a?q=1"}"#);
    ends(U, r#"{"items":[1],"next":"javascript:alert(1)"}"#);
}

#[test]
fn what_is_not_json() {
    ends(U, "a,b\n1,2");
    ends(U, "{\"a\":1}\n{\"a\":2}\n");
    assert_eq!(next_with(Paging::Auto, U, None, "<html>sign in").unwrap_err().code, "web_page");
    assert_eq!(next_with(Paging::Auto, U, None, "{\"a\":").unwrap_err().code, "not_json");
    assert_eq!(next_with(Paging::None, U, None, "<html>sign in").unwrap_err().code, "web_page");
}
