//! What went wrong with a request, in plain words, and what to do.

use super::headers::is_plain;
use super::patience::wait_words;
use super::url::{mask_url, site_of};
use super::walk::ApiAnswer;
use crate::base::{Problem, ProblemKind, Repair, wording};
use crate::source::json::Fault;
use serde_json::Value;

/// So much of what a service says is shown, in characters.
const MAX_SAID_CHARS: usize = 200;

/// The longest title of a web page that is named, in characters.
const MAX_TITLE_CHARS: usize = 80;

/// Explains an answer whose status is not success. `retry_after` is what the server asks for, in seconds.
pub fn explain_status(status: u16, retry_after: Option<u32>) -> Problem {
    let later = "Try again later.";
    let change = "Change the request";
    let problem = |code: &str, what: &str| Problem::input(code, what);
    match status {
        400 | 416 | 422 => problem("bad_parameters", "The service does not understand this request.")
            .because(format!("It answered with status {status}."))
            .repair(change, Repair::EditRequest)
            .hint("Check the parameters in the address."),
        401 => problem("key_needed", "The service wants to know who asks.")
            .because("It answered with status 401: no key or token was sent, or not a valid one.")
            .repair("Add a key", Repair::EditRequest)
            .hint("Add the key as a header, as the service describes. It is used for this request and never saved."),
        403 => problem("not_allowed", "The service refuses this request.")
            .because("It answered with status 403: this key, or no key, is not enough for these data.")
            .repair("Change the key", Repair::EditRequest)
            .hint("Ask the service for access, or check the key."),
        404 | 410 => problem("not_found", "There is nothing at this address.")
            .because(format!("The service answered with status {status}."))
            .repair("Change the address", Repair::EditRequest)
            .hint("Check the address for typing errors. The data may also have moved."),
        405 => problem("only_get", "This address does not answer to reading requests.")
            .because("The service answered with status 405.")
            .hint("Look in its description for an address that can be read with GET."),
        408 | 504 => problem("too_slow", "The service took too long to answer.")
            .because(format!("It gave up with status {status}."))
            .repair("Try again", Repair::Retry)
            .hint("Ask for less at once, for example a smaller page or a shorter period."),
        413 | 414 => problem("too_long", "The service finds this request too long.")
            .because(format!("It answered with status {status}."))
            .hint("Ask for less at once."),
        429 => {
            let wait = match retry_after {
                Some(seconds) => format!("It asks to wait {}.", wait_words(seconds)),
                None => "It does not say how long to wait; a minute is a good start.".to_owned(),
            };
            Problem::new(ProblemKind::Limit, "too_many_requests", "The service was asked too often and wants a pause.")
                .because(wait)
                .repair("Try again", Repair::Retry)
        }
        500..=599 => {
            let wait = retry_after.map_or(String::new(), |s| format!(" It asks to wait {}.", wait_words(s)));
            problem("service_down", "The service has a fault of its own.")
                .because(format!("It answered with status {status}.{wait}"))
                .repair("Try again", Repair::Retry)
                .hint(later)
        }
        300..=399 => problem("moved", "The data have moved, and the service does not say where to.")
            .because(format!("It answered with status {status}."))
            .hint("Open the address in a new tab to see where it leads."),
        _ => problem("unexpected_status", "The service gave an answer that holds no data.")
            .because(format!("It answered with status {status}."))
            .hint("Check the address and its parameters."),
    }
}

/// What was found out about a request that the browser could not finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Probe {
    /// Asked without the headers, the service answers and lets pages read.
    ReadableWithoutHeaders,
    /// The service answers, but does not let pages of other sites read it.
    Opaque,
    /// No answer at all.
    Silent,
}

/// The same with what the service itself says, from the start of its answer. That may repeat a key,
/// so it is shown as a hint, and hints are never saved.
pub fn explain_refusal(status: u16, retry_after: Option<u32>, body: &str) -> Problem {
    let problem = explain_status(status, retry_after);
    match said(body) {
        Some(said) => problem.hint(format!("The service says: “{said}”")),
        None => problem,
    }
}

/// The sentence for people in an answer that is a refusal.
fn said(body: &str) -> Option<String> {
    const NAMES: [&str; 8] =
        ["message", "detail", "error_description", "error", "errors", "title", "description", "reason"];
    fn sentence(value: &Value, depth: u32) -> Option<String> {
        match value {
            Value::String(text) => Some(text.clone()),
            Value::Array(items) if depth < 4 => items.first().and_then(|item| sentence(item, depth + 1)),
            Value::Object(fields) if depth < 4 => {
                NAMES.iter().filter_map(|name| fields.get(*name)).find_map(|value| sentence(value, depth + 1))
            }
            _ => None,
        }
    }
    let text = match serde_json::from_str::<Value>(body) {
        Ok(value) => sentence(&value, 0)?,
        Err(_) if !body.trim_start().starts_with(['<', '{', '[']) && body.len() <= 2 * MAX_SAID_CHARS => {
            body.to_owned()
        }
        Err(_) => return None,
    };
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let shown: String = words.chars().filter(|c| !c.is_control()).take(MAX_SAID_CHARS).collect();
    (!shown.is_empty()).then_some(shown)
}

/// Explains a request that the browser could not finish. `headers` are the names that were sent,
/// `page_origin` is where this page comes from.
pub fn explain_unreachable(url: &str, probe: Probe, headers: &[&str], page_origin: &str) -> Problem {
    let site = site_of(url);
    let shown = mask_url(url);
    // Only these make the browser ask the service for permission first.
    let named: Vec<String> = headers.iter().filter(|n| !is_plain(n)).map(|n| format!("'{n}'")).collect();
    let by_hand = "Open the address in a program that can send the key, save the answer, and drop the file here.";
    if probe == Probe::ReadableWithoutHeaders && !named.is_empty() {
        let list = wording::list(&named);
        let plain: Vec<&str> = headers.iter().filter(|n| !is_plain(n)).copied().collect();
        let wanted = format!("Access-Control-Allow-Headers: {}", plain.join(", "));
        let noun = if named.len() == 1 { "header" } else { "headers" };
        return Problem::input("cors_headers", format!("{site} does not let web pages send the {noun} {list}."))
            .because(format!(
                "Without it an answer can be read. With it the browser asks for permission first, and the answer to that lacks '{wanted}'. The browser enforces this, for every page."
            ))
            .repair("Change the request", Repair::EditRequest)
            .hint("Many services take a key in the address as well: look in its description.")
            .hint(by_hand)
            .hint(format!("If you run {site}, let it answer OPTIONS with '{wanted}' and 'Access-Control-Allow-Origin: {page_origin}'."));
    }
    if probe != Probe::Silent {
        let mut problem = Problem::input("cors", format!("{site} answers, but does not let web pages read its data."))
            .because(format!(
                "Its answer lacks the header 'Access-Control-Allow-Origin' that would allow {page_origin}. The browser enforces this, for every page."
            ))
            .hint(if named.is_empty() {
                format!("Open {shown} in a new tab, save the file, and drop it here.")
            } else {
                by_hand.to_owned()
            });
        let allow = format!("let it send 'Access-Control-Allow-Origin: {page_origin}'");
        problem = problem.hint(if named.is_empty() {
            format!("If you run {site}, {allow}.")
        } else {
            format!(
                "If you run {site}, {allow}, and allow {} in 'Access-Control-Allow-Headers'.",
                wording::list(&named)
            )
        });
        return problem;
    }
    let is_plain = url.trim_start().to_ascii_lowercase().starts_with("http://");
    let is_local = matches!(site.split(':').next(), Some("localhost" | "127.0.0.1"));
    if is_plain && page_origin.starts_with("https://") && !is_local {
        return Problem::input("mixed_content", format!("The browser blocks {site}, as its address is not encrypted."))
            .because("A page with https may not read from an address with http.")
            .hint("Try the same address with https.");
    }
    Problem::input("unreachable", format!("{site} cannot be reached."))
        .because("There was no answer. Either this device is offline, the name is wrong, or the service is down.")
        .repair("Try again", Repair::Retry)
        .hint("Check the connection and the address.")
}

/// Explains a web page that came in place of data; nothing when it is none.
pub(super) fn web_page(url: &str, body: &[u8]) -> Option<Problem> {
    let start = String::from_utf8_lossy(body.get(..body.len().min(100_000))?);
    let lower = start.trim_start_matches(['\u{feff}', ' ', '\t', '\n', '\r']).to_ascii_lowercase();
    let is_page = ["<!doctype html", "<html", "<head", "<body"].iter().any(|tag| lower.starts_with(tag))
        || (lower.starts_with("<!--") && lower.contains("<html"));
    if !is_page {
        return None;
    }
    let site = site_of(url);
    let titled = title_of(&start).map_or_else(String::new, |title| format!(", called “{title}”,"));
    Some(
        Problem::input("web_page", format!("{site} answered with a web page{titled} and not with data."))
            .because("Often a service answers so when one must sign in first, or when the address is wrong.")
            .repair("Change the request", Repair::EditRequest)
            .hint("Open the address in a new tab and look for the address of its data."),
    )
}

fn title_of(html: &str) -> Option<String> {
    // Same length in bytes, so that places in one hold in the other.
    let lower = html.to_ascii_lowercase();
    let from = lower.find("<title")?;
    let from = from + lower.get(from..)?.find('>')? + 1;
    let to = from + lower.get(from..)?.find('<')?;
    let raw = html.get(from..to)?;
    let mut title = raw.split_whitespace().collect::<Vec<_>>().join(" ");
    for (written, meant) in
        [("&quot;", "\""), ("&#39;", "'"), ("&lt;", "<"), ("&gt;", ">"), ("&nbsp;", " "), ("&amp;", "&")]
    {
        title = title.replace(written, meant);
    }
    let title: String = title.chars().filter(|c| !c.is_control()).take(MAX_TITLE_CHARS).collect();
    (!title.trim().is_empty()).then_some(title)
}

/// Explains an answer that starts like JSON and is not.
pub(super) fn not_json(answer: &ApiAnswer<'_>, fault: Fault) -> Problem {
    let site = site_of(answer.url);
    let size = wording::format_bytes(answer.body.len() as u64);
    let fault = fault.into_problem(&String::from_utf8_lossy(answer.body));
    let place = fault.what.rsplit(": ").next().unwrap_or("").trim_end_matches('.').to_owned();
    Problem::input("not_json", format!("{site} answered with something that is not valid JSON."))
        .because(format!("The answer ({size}) cannot be read at {place}. {}", fault.why))
        .hint("Open the address in a new tab to see what it answers.")
        .repair("Try again", Repair::Retry)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_status_says_what_to_do() {
        for status in [301, 400, 401, 403, 404, 405, 408, 410, 413, 418, 422, 429, 500, 503, 504] {
            let problem = explain_status(status, None);
            assert!(!problem.hints.is_empty(), "{status}");
            assert!(problem.what.ends_with('.') && !problem.why.is_empty(), "{status}");
        }
        let wait = explain_status(429, Some(30));
        assert_eq!((wait.why.as_str(), wait.kind), ("It asks to wait 30 seconds.", ProblemKind::Limit));
    }

    #[test]
    fn refusals_name_the_header_and_keep_keys_secret() {
        let problem = explain_unreachable("https://api.x.org/a?api_key=s3cret", Probe::Opaque, &[], "https://me.org");
        assert_eq!(problem.code, "cors");
        assert!(problem.why.contains("Access-Control-Allow-Origin") && problem.why.contains("https://me.org"));
        assert!(!format!("{problem:?}").contains("s3cret"));
        assert_eq!(explain_unreachable("http://x.org/", Probe::Silent, &[], "https://me.org").code, "mixed_content");
        assert_eq!(explain_unreachable("https://x.org/", Probe::Silent, &[], "https://me.org").code, "unreachable");
    }

    #[test]
    fn a_header_that_may_not_be_sent_is_named() {
        let sent = ["Accept", "X-Api-Key", "X-Tenant"];
        let problem = explain_unreachable("https://x.org/a", Probe::ReadableWithoutHeaders, &sent, "https://me.org");
        assert_eq!(problem.code, "cors_headers");
        assert_eq!(problem.what, "x.org does not let web pages send the headers 'X-Api-Key' and 'X-Tenant'.");
        assert!(problem.why.contains("'Access-Control-Allow-Headers: X-Api-Key, X-Tenant'"), "{}", problem.why);
        assert!(!problem.why.contains("Accept:") && !problem.why.contains("Allow-Origin"), "{}", problem.why);
        let opaque = explain_unreachable("https://x.org/a", Probe::Opaque, &sent, "https://me.org");
        assert!(opaque.why.contains("Access-Control-Allow-Origin"));
        assert!(opaque.hints.iter().any(|h| h.text.contains("allow 'X-Api-Key' and 'X-Tenant'")), "{:?}", opaque.hints);
        // Nothing was sent that the browser asks about, so the header cannot be the reason.
        let plain =
            explain_unreachable("https://x.org/a", Probe::ReadableWithoutHeaders, &["Accept"], "https://me.org");
        assert_eq!(plain.code, "cors");
    }

    #[test]
    fn a_web_page_is_named_by_its_title() {
        let page = "\n<!DOCTYPE html><html><head><TITLE lang=en>\n Sign in &amp; go </TITLE></head>";
        let problem = web_page("https://x.org/a", page.as_bytes()).unwrap();
        assert_eq!(problem.what, "x.org answered with a web page, called “Sign in & go”, and not with data.");
        assert_eq!(problem.code, "web_page");
        let bare = web_page("https://x.org/a", b"<html>sign in").unwrap();
        assert_eq!(bare.what, "x.org answered with a web page and not with data.");
        assert_eq!(web_page("https://x.org/a", b"<?xml version=\"1.0\"?><a/>"), None);
        assert_eq!(web_page("https://x.org/a", b"a,b\n<html>,1"), None);
        assert_eq!(title_of("<title>never closed"), None);
    }

    #[test]
    fn what_the_service_says_is_a_hint() {
        let hint =
            |body: &str| explain_refusal(400, None, body).hints.last().map(|h| h.text.clone()).unwrap_or_default();
        assert_eq!(
            hint(r#"{"error":{"code":7,"message":"Unknown\n field 'x'"}}"#),
            "The service says: “Unknown field 'x'”"
        );
        assert_eq!(hint(r#"{"errors":[{"detail":"No."}]}"#), "The service says: “No.”");
        assert_eq!(hint("nothing here"), "The service says: “nothing here”");
        for body in ["", "<html>no</html>", "{\"a\":1}", "{\"message\":", "[]"] {
            assert!(!hint(body).contains("says"), "{body}");
        }
        assert!(hint(&format!("{{\"message\":\"{}\"}}", "x".repeat(5000))).chars().count() < 250);
    }

    #[test]
    fn a_long_wait_is_stated() {
        assert_eq!(explain_status(429, Some(7200)).why, "It asks to wait 2 hours.");
        assert!(explain_status(503, Some(90)).why.ends_with("It asks to wait 90 seconds."));
        for status in [429, 503] {
            let hints = explain_status(status, Some(7200)).hints;
            assert!(hints.iter().any(|h| h.repair == Some(Repair::Retry)), "{status}");
        }
    }
}
