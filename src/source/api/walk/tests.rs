use super::*;
use crate::source::spec::is_about_missing_rows;

/// Walks through pages as a service gives them out; the addresses asked, the rows kept, the remarks.
struct Walked {
    asked: Vec<String>,
    kept: usize,
    codes: Vec<String>,
    text: String,
}

fn walk(spec: &ApiSpec, service: impl Fn(&str) -> Result<String, Problem>) -> Walked {
    let mut walk = PageWalk::new(spec, None);
    let (mut asked, mut kept) = (Vec::new(), 0);
    let mut url = spec.url.clone();
    loop {
        asked.push(url.clone());
        let taken = service(&url).and_then(|body| {
            let answer = ApiAnswer { url: &url, link_header: None, total_header: None, body: body.as_bytes() };
            walk.took(&answer)
        });
        match taken {
            Ok(taken) => {
                kept += usize::from(taken.is_kept);
                match taken.next {
                    Some(next) => url = next,
                    None => break,
                }
            }
            Err(problem) => {
                walk.failed(problem).unwrap();
                break;
            }
        }
        assert!(asked.len() < 200, "it comes to no end");
    }
    let notices = walk.finish();
    let codes = notices.iter().map(|n| n.code.clone()).collect();
    Walked { asked, kept, codes, text: notices.iter().map(|n| n.text.as_str()).collect::<Vec<_>>().join("; ") }
}

fn list(from: u64, n: u64) -> String {
    let records: Vec<String> = (from..from + n).map(|i| format!("{{\"id\":{i}}}")).collect();
    format!("[{}]", records.join(","))
}

fn number(url: &str, name: &str) -> Option<u64> {
    super::super::url::Address::parse(url)?.parameter(name)?.parse().ok()
}

/// 87 records, 25 a page.
fn page(number: u64) -> String {
    list((number - 1) * 25 + 1, if number < 4 { 25 } else { 12 })
}

#[test]
fn all_pages_by_number_and_total_and_nothing_to_say() {
    let spec = ApiSpec::new("https://x.org/a");
    let walked = walk(&spec, |url| {
        let n = number(url, "page").unwrap_or(1);
        Ok(format!(r#"{{"page":{n},"per_page":25,"total":87,"items":{}}}"#, page(n)))
    });
    assert_eq!((walked.asked.len(), walked.kept), (4, 4));
    assert_eq!(walked.codes, [""; 0], "{}", walked.text);
}

#[test]
fn bare_lists_end_with_a_short_page_or_a_page_that_is_not_there() {
    let spec = ApiSpec::new("https://x.org/a?page=1");
    let walked = walk(&spec, |url| Ok(page(number(url, "page").unwrap())));
    assert_eq!((walked.asked.len(), walked.codes.len()), (4, 0), "{}", walked.text);
    let walked = walk(&spec, |url| match number(url, "page") {
        Some(n @ 1..4) => Ok(page(n)),
        _ => Err(super::super::explain::explain_status(404, None)),
    });
    assert_eq!((walked.asked.len(), walked.kept, walked.codes.len()), (4, 3, 0), "{}", walked.text);
}

#[test]
fn an_answer_without_records_behind_the_last_page_is_the_end() {
    let spec = ApiSpec::new("https://x.org/a?page=1");
    let walked = walk(&spec, |url| match number(url, "page") {
        Some(n @ 1..4) => Ok(format!(r#"{{"results":{}}}"#, page(n))),
        _ => Ok(r#"{"results":null}"#.to_owned()),
    });
    assert_eq!((walked.asked.len(), walked.kept, walked.codes.len()), (4, 3, 0), "{}", walked.text);
}

#[test]
fn a_service_that_ignores_the_parameter_is_not_read_twice() {
    let spec = ApiSpec::new("https://x.org/a?page=1");
    let walked = walk(&spec, |_| Ok(list(1, 25)));
    assert_eq!((walked.asked.len(), walked.kept), (2, 1));
    assert_eq!(walked.codes, ["page_repeated"]);
    // It says that there is more, and gives the same again.
    let spec = ApiSpec::new("https://x.org/a");
    let walked = walk(&spec, |_| Ok(format!(r#"{{"page":1,"total":87,"items":{}}}"#, list(1, 25))));
    assert_eq!((walked.asked.len(), walked.kept), (2, 1));
    assert_eq!(walked.codes, ["page_repeated", "rows_short"]);
    assert!(walked.text.contains("87 rows. 25 came"), "{}", walked.text);
}

#[test]
fn equal_pages_that_stand_at_different_places_are_both_read() {
    let spec = ApiSpec::new("https://x.org/a");
    let walked = walk(&spec, |url| {
        let n = number(url, "page").unwrap_or(1);
        Ok(format!(r#"{{"page":{n},"total_pages":3,"items":[{{"alarm":0}},{{"alarm":0}}]}}"#))
    });
    assert_eq!((walked.asked.len(), walked.kept, walked.codes.len()), (3, 3, 0), "{}", walked.text);
}

#[test]
fn the_stated_total_is_always_compared() {
    let short = |spec: &ApiSpec, body: &str| {
        let walked = walk(spec, |_| Ok(body.to_owned()));
        (walked.codes, walked.text)
    };
    let body = format!(r#"{{"total":87,"items":{}}}"#, list(1, 25));
    let (codes, text) = short(&ApiSpec::new("https://x.org/a"), &body);
    assert_eq!(codes, ["rows_short"]);
    assert_eq!(text, "The service says that there are 87 rows. 25 came, and no way to the others was found");
    let one = ApiSpec { paging: Paging::None, ..ApiSpec::new("https://x.org/a") };
    assert!(short(&one, &body).1.ends_with("25 came, and only one page was to be read"));
    // The last 25 of 87 were asked for.
    let spec = ApiSpec { paging: Paging::None, ..ApiSpec::new("https://x.org/a?offset=62") };
    assert_eq!(short(&spec, &body).0, [""; 0]);
    let (codes, _) = short(&ApiSpec::new("https://x.org/a"), r#"{"has_more":true,"items":[{"id":1}]}"#);
    assert_eq!(codes, ["more_unread"]);
    // A document of its own may have a total of something else.
    assert_eq!(short(&ApiSpec::new("https://x.org/a"), r#"{"order":7,"total":120}"#).0, [""; 0]);
    let (codes, text) = short(&ApiSpec::new("https://x.org/a?limit=25"), &list(1, 25));
    assert_eq!(codes, ["full_page"]);
    assert!(text.contains("limit=25"), "{text}");
}

#[test]
fn a_total_in_a_header_counts() {
    let spec = ApiSpec::new("https://x.org/a");
    for (header, expected) in
        [("87", Some(87)), ("items 0-24/87", Some(87)), ("items 0-24/*", None), ("bytes 0-24/87", None), ("", None)]
    {
        let mut walk = PageWalk::new(&spec, None);
        let body = list(1, 25);
        let answer = ApiAnswer { url: &spec.url, link_header: None, total_header: Some(header), body: body.as_bytes() };
        walk.took(&answer).unwrap();
        assert_eq!(walk.progress(0, 0).total_rows, expected, "{header}");
        assert_eq!(walk.finish().iter().any(|n| n.code == "rows_short"), expected.is_some(), "{header}");
    }
}

#[test]
fn the_page_limit_is_said_with_what_is_missing() {
    let spec = ApiSpec { max_pages: 2, ..ApiSpec::new("https://x.org/a") };
    let walked = walk(&spec, |url| {
        let n = number(url, "page").unwrap_or(1);
        Ok(format!(r#"{{"page":{n},"per_page":25,"total":87,"items":{}}}"#, page(n)))
    });
    assert_eq!((walked.asked.len(), walked.kept), (2, 2));
    assert_eq!(walked.codes, ["page_limit"]);
    assert_eq!(walked.text, "Stopped after 2 pages, the page limit: 50 of the 87 rows of the service were read");
}

#[test]
fn what_came_before_a_failed_page_is_kept_and_the_page_is_named() {
    let spec = ApiSpec::new("https://x.org/a");
    let service = |n: u64| Ok(format!(r#"{{"page":{n},"total_pages":4,"items":{}}}"#, page(n)));
    let walked = walk(&spec, |url| match number(url, "page").unwrap_or(1) {
        3 => Err(super::super::explain::explain_status(500, None)),
        n => service(n),
    });
    assert_eq!((walked.asked.len(), walked.kept), (3, 2));
    assert_eq!(walked.codes, ["page_failed"]);
    assert_eq!(
        walked.text,
        "Page 3 and all after it are missing; 50 rows came before. The service has a fault of its own. It answered with status 500"
    );
    let walked = walk(&spec, |url| match number(url, "page").unwrap_or(1) {
        3 => Ok("<html><title>Sign in</title>".to_owned()),
        n => service(n),
    });
    assert!(walked.text.contains("Sign in") && walked.kept == 2, "{}", walked.text);
    let walked = walk(&spec, |url| match number(url, "page").unwrap_or(1) {
        2 => Ok(r#"{"items":[{"id":1}],"next":"https://evil.org/"}"#.to_owned()),
        n => service(n),
    });
    assert_eq!((walked.kept, walked.codes), (2, vec!["page_failed".to_owned()]));
    let walked = walk(&spec, |url| match number(url, "page").unwrap_or(1) {
        3 => Ok(r#"{"error":"too busy"}"#.to_owned()),
        n => service(n),
    });
    assert_eq!((walked.kept, walked.codes), (2, vec!["page_failed".to_owned()]), "{}", walked.text);
    // Of the first page nothing can be kept.
    let mut first = PageWalk::new(&spec, None);
    assert!(first.failed(super::super::explain::explain_status(500, None)).is_err());
}

#[test]
fn pages_that_cannot_be_put_together_are_said() {
    let spec = ApiSpec::new("https://x.org/a.csv");
    let mut walk = PageWalk::new(&spec, None);
    let link = Some(r#"<https://x.org/a.csv?p=2>; rel="next""#);
    let answer = ApiAnswer { url: &spec.url, link_header: link, total_header: None, body: b"a,b\n1,2\n" };
    assert_eq!(walk.took(&answer).unwrap().next, None);
    assert_eq!(walk.finish().0[0].code, "more_unread");
}

#[test]
fn progress_in_words() {
    let mut walk = PageWalk::new(&ApiSpec::new("https://x.org/a"), None);
    assert_eq!(walk.progress(500, 1000).words(), "500 bytes of 1 kB");
    assert_eq!(walk.progress(500, 1000).done_frac(), Some(0.5));
    let body = format!(r#"{{"total":100,"page":1,"items":{}}}"#, list(1, 25));
    walk.took(&ApiAnswer { url: "https://x.org/a", link_header: None, total_header: None, body: body.as_bytes() })
        .unwrap();
    let progress = walk.progress(2000, 0);
    assert_eq!(progress.words(), "Page 2, 25 rows of 100, 2 kB");
    assert_eq!(progress.done_frac(), Some(0.25));
}

#[test]
fn remarks_of_fetching_are_known_by_their_code() {
    let notice = |code: &str| Notice { code: code.to_owned(), text: String::new(), count: 1 };
    assert!(is_of_fetching(&notice("page_failed")) && is_about_missing_rows(&notice("page_failed")));
    assert!(is_of_fetching(&notice("cookies_dropped")) && !is_about_missing_rows(&notice("cookies_dropped")));
    assert!(!is_of_fetching(&notice("rows_set_aside")));
}
