//! Which headers a page may send, and which of them are secrets.

use crate::base::wording::{list, plural};
use crate::base::{Notices, Problem};

/// Names and values, in order.
pub type Headers = Vec<(String, String)>;

/// Headers that every page may send without asking (Fetch standard, CORS-safelisted), and that hold no secret.
const PLAIN: [&str; 4] = ["accept", "accept-language", "content-language", "range"];

/// What browsers set themselves, and let no page set; or what means nothing for a single request.
const OF_THE_BROWSER: [&str; 30] = [
    "accept-charset",
    "accept-encoding",
    "access-control-request-headers",
    "access-control-request-method",
    "cache-control",
    "connection",
    "content-length",
    "date",
    "dnt",
    "expect",
    "host",
    "if-modified-since",
    "if-none-match",
    "keep-alive",
    "origin",
    "permissions-policy",
    "pragma",
    "priority",
    "referer",
    "save-data",
    "set-cookie",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "upgrade-insecure-requests",
    "user-agent",
    "via",
    "x-client-data",
    "x-forwarded-for",
];

/// So many names are listed in a remark.
const MAX_NAMED: usize = 6;

/// Whether a header says nothing about who asks. All others are treated as secrets.
pub fn is_plain(name: &str) -> bool {
    PLAIN.iter().any(|plain| name.eq_ignore_ascii_case(plain))
}

/// The headers that can be sent, the later of two with one name; with remarks on the others.
///
/// # Errors
/// `bad_header` when a name or value cannot stand in a request.
pub(super) fn sendable(headers: Headers) -> Result<(Headers, Notices), Problem> {
    let (mut kept, mut dropped) = (Headers::new(), Vec::<String>::new());
    let mut has_cookies = false;
    for (name, value) in headers {
        let name = name.trim().to_owned();
        let value = value.trim().to_owned();
        check(&name, &value)?;
        let lower = name.to_ascii_lowercase();
        if matches!(lower.as_str(), "cookie" | "cookie2") {
            has_cookies = true;
        } else if OF_THE_BROWSER.contains(&lower.as_str()) || lower.starts_with("sec-") || lower.starts_with("proxy-") {
            dropped.push(name);
        } else {
            kept.retain(|(other, _)| !other.eq_ignore_ascii_case(&name));
            kept.push((name, value));
        }
    }
    let mut notices = Notices::default();
    if has_cookies {
        notices.add("cookies_dropped", "Cookies were not sent, as no page may send any: where a service needs to know who asks, use a key or token", 1);
    }
    if !dropped.is_empty() {
        let n = dropped.len();
        let mut named: Vec<String> = dropped.into_iter().take(MAX_NAMED).collect();
        if n > MAX_NAMED {
            named.push(format!("{} more", n - MAX_NAMED));
        }
        let what = plural(n as u64, "header", "headers");
        notices.add(
            "headers_dropped",
            format!("{what} not sent, as browsers set them themselves: {}", list(&named)),
            n as u64,
        );
    }
    Ok((kept, notices))
}

fn check(name: &str, value: &str) -> Result<(), Problem> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    if name.is_empty() {
        return Err(bad("A header has no name.", "Its value stands alone."));
    }
    if !name.bytes().all(is_token) {
        return Err(bad(
            &format!("'{}' cannot be the name of a header.", name.chars().take(40).collect::<String>()),
            "A name is made of letters, digits and hyphens, such as X-Api-Key.",
        ));
    }
    // The value may be a key, so it is not shown.
    if value.chars().any(char::is_control) {
        return Err(bad(
            &format!("The value of {name} has a line break or another control character in it."),
            "It may have been copied with more than the key.",
        ));
    }
    if value.chars().any(|c| u32::from(c) > 0xFF) {
        return Err(bad(
            &format!("The value of {name} has a character in it that a header cannot carry."),
            "Often it is a dot (…, •) or a quotation mark that took the place of something when it was copied.",
        ));
    }
    Ok(())
}

pub(super) fn bad(what: &str, why: &str) -> Problem {
    Problem::request("bad_header", what).because(why).hint("Write it as name: value.")
}

/// `Basic` as in RFC 7617.
pub(super) fn basic(user_and_password: &str) -> (String, String) {
    use base64::Engine;
    let coded = base64::engine::general_purpose::STANDARD.encode(user_and_password);
    ("Authorization".to_owned(), format!("Basic {coded}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(headers: &[(&str, &str)]) -> Result<(Headers, Notices), Problem> {
        sendable(headers.iter().map(|(n, v)| ((*n).to_owned(), (*v).to_owned())).collect())
    }

    #[test]
    fn what_browsers_set_is_left_out_and_said() {
        let (kept, notices) = given(&[
            ("accept", "*/*"),
            ("User-Agent", "Mozilla"),
            ("sec-ch-ua", "x"),
            ("Cookie", "a=b"),
            ("X-Api-Key", "old"),
            ("x-api-key", " new "),
        ])
        .unwrap();
        assert_eq!(kept, [("accept".to_owned(), "*/*".to_owned()), ("x-api-key".to_owned(), "new".to_owned())]);
        let codes: Vec<&str> = notices.iter().map(|n| n.code.as_str()).collect();
        assert_eq!(codes, ["cookies_dropped", "headers_dropped"]);
        assert_eq!(notices.0[1].text, "2 headers not sent, as browsers set them themselves: User-Agent and sec-ch-ua");
        assert!(given(&[("X-Api-Key", "1")]).unwrap().1.is_empty());
    }

    #[test]
    fn what_no_request_can_carry_is_refused_without_showing_it() {
        for (name, value) in
            [("", "x"), ("a b", "x"), ("Schlüssel", "x"), ("a:", "x"), ("X-Key", "s3cret\nX: y"), ("X-Key", "s3cret…")]
        {
            let problem = given(&[(name, value)]).unwrap_err();
            assert_eq!(problem.code, "bad_header", "{name}");
            assert!(!problem.why.is_empty() && !format!("{problem:?}").contains("s3cret"), "{problem:?}");
        }
        assert!(given(&[("X-Name", "Müller")]).is_ok());
    }

    #[test]
    fn only_accept_and_its_kin_are_no_secrets() {
        assert!(is_plain("Accept") && is_plain("accept-language"));
        assert!(!is_plain("Authorization") && !is_plain("X-Api-Key") && !is_plain("apikey"));
    }
}
