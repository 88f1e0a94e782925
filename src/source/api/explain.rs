//! What went wrong with a request, in plain words, and what to do.

use super::url::{mask_url, site_of};
use crate::base::{Problem, ProblemKind, Repair, wording};

/// Explains an answer whose status is not success. `retry_after` is what the server asks for, in seconds.
pub fn explain_status(status: u16, retry_after: Option<u32>) -> Problem {
    let later = "Try again later.";
    let problem = |code: &str, what: &str| Problem::input(code, what);
    match status {
        400 | 422 => problem("bad_parameters", "The service does not understand this request.")
            .because(format!("It answered with status {status}."))
            .hint("Check the parameters in the address."),
        401 => problem("key_needed", "The service wants to know who asks.")
            .because("It answered with status 401: no key or token was sent, or not a valid one.")
            .hint("Add the key as a header, as the service describes. It is used for this request and never saved."),
        403 => problem("not_allowed", "The service refuses this request.")
            .because("It answered with status 403: this key, or no key, is not enough for these data.")
            .hint("Ask the service for access, or check the key."),
        404 | 410 => problem("not_found", "There is nothing at this address.")
            .because(format!("The service answered with status {status}."))
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
                Some(seconds) => {
                    format!("It asks to wait {}.", wording::plural(u64::from(seconds), "second", "seconds"))
                }
                None => "It does not say how long to wait; a minute is a good start.".to_owned(),
            };
            Problem::new(ProblemKind::Limit, "too_many_requests", "The service was asked too often and wants a pause.")
                .because(wait)
                .repair("Try again", Repair::Retry)
        }
        500..=599 => {
            let wait = retry_after.map_or(String::new(), |s| {
                format!(" It asks to wait {}.", wording::plural(u64::from(s), "second", "seconds"))
            });
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

/// Explains a request that the browser could not finish.
///
/// `answered_opaquely` says that the server did answer when asked without wanting to read the
/// answer: so it is there, but does not let pages of other sites read it. `page_origin` is where
/// this page comes from.
pub fn explain_unreachable(url: &str, answered_opaquely: bool, page_origin: &str) -> Problem {
    let site = site_of(url);
    let shown = mask_url(url);
    if answered_opaquely {
        return Problem::input("cors", format!("{site} answers, but does not let web pages read its data."))
            .because(format!(
                "Its answer lacks the header 'Access-Control-Allow-Origin' that would allow {page_origin}. The browser enforces this, for every page."
            ))
            .hint(format!("Open {shown} in a new tab, save the file, and drop it here."))
            .hint(format!(
                "If you run {site}, let it send 'Access-Control-Allow-Origin: {page_origin}', and allow the headers that you send."
            ));
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
        let problem = explain_unreachable("https://api.x.org/a?api_key=s3cret", true, "https://me.org");
        assert_eq!(problem.code, "cors");
        assert!(problem.why.contains("Access-Control-Allow-Origin") && problem.why.contains("https://me.org"));
        assert!(!format!("{problem:?}").contains("s3cret"));
        assert_eq!(explain_unreachable("http://x.org/", false, "https://me.org").code, "mixed_content");
        assert_eq!(explain_unreachable("https://x.org/", false, "https://me.org").code, "unreachable");
    }
}
