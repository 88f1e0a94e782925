//! What the user pasted → plans: addresses and whole `curl` lines, one or several.

use super::curl::{self, is_curl};
use super::headers::{Headers, basic, is_plain, sendable};
use super::shell::split_words;
use super::url::{Address, decode, site_of};
use crate::base::wording::list;
use crate::base::{Notices, Place, Problem};
use crate::source::spec::ApiSpec;
use std::collections::BTreeSet;

/// More addresses at once are taken for a mistake.
const MAX_REQUESTS: usize = 50;

/// One address to ask. The headers are never saved, and no part of the spec.
#[derive(Clone, PartialEq)]
pub struct ApiRequest {
    pub spec: ApiSpec,
    pub headers: Headers,
    /// What of the text cannot be sent.
    pub notices: Notices,
}

/// Reads an address or a `curl` line. `more` are headers that go along; they win over those in the text.
///
/// # Errors
/// `bad_address`, `only_get`, `bad_header`.
pub fn parse_address(text: &str, more: &[(String, String)]) -> Result<ApiRequest, Problem> {
    let text = text.trim();
    let (url, mut headers, mut notices) = if is_curl(text) {
        let curl = curl::parse(text)?;
        (curl.url, curl.headers, curl.notices)
    } else {
        (text.trim_matches(['"', '\'', '<', '>']).to_owned(), Headers::new(), Notices::default())
    };
    // People leave the scheme out.
    let url = if !url.contains("://") && looks_like_host(&url) { format!("https://{url}") } else { url };
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(bad_address("An address has no spaces in it."));
    }
    let url = url.split('#').next().unwrap_or(&url);
    let address = match Address::parse(url) {
        Some(address) if !address.host().is_empty() => address,
        _ if url.contains("://") => {
            return Err(bad_address("Only addresses that start with http:// or https:// can be read."));
        }
        _ => return Err(bad_address("It should look like https://example.org/data.json.")),
    };
    // A browser asks no address with a password in it, and the address is saved: it goes as a header.
    let url = match address.user() {
        Some(user) => {
            let user = decode(user);
            headers.insert(0, basic(&if user.contains(':') { user } else { format!("{user}:") }));
            address.without_user()
        }
        None => url.to_owned(),
    };
    headers.extend(more.iter().cloned());
    let (headers, dropped) = sendable(headers)?;
    notices.0.extend(dropped.0);
    Ok(ApiRequest { spec: ApiSpec::new(url), headers, notices })
}

/// Reads several: each line is an address, or a `curl` line begins on it.
///
/// # Errors
/// As `parse_address`, with the line where the fault is, and `too_many_addresses`.
pub fn parse_addresses(text: &str, more: &[(String, String)]) -> Result<Vec<ApiRequest>, Problem> {
    let parts = parts_of(text);
    if parts.len() > MAX_REQUESTS {
        return Err(Problem::request("too_many_addresses", format!("More than {MAX_REQUESTS} addresses at once."))
            .because("Each becomes a source of its own.")
            .hint("Add some now, and the others afterwards."));
    }
    if parts.len() < 2 {
        return parse_address(text, more).map(|one| vec![one]);
    }
    let read = |(line, part): (u64, String)| {
        parse_address(&part, more).map_err(|problem| problem.at(Place { line: Some(line), ..Place::default() }))
    };
    let requests: Vec<ApiRequest> = parts.into_iter().map(read).collect::<Result<_, _>>()?;
    let sites: BTreeSet<String> = requests.iter().map(|r| site_of(&r.spec.url)).collect();
    if sites.len() > 1 && more.iter().any(|(name, _)| !is_plain(name)) {
        let sites: Vec<String> = sites.into_iter().collect();
        return Err(Problem::request("key_for_several_sites", "These headers would go to several sites.")
            .because(format!("The addresses are at {}, and a key is for one of them.", list(&sites)))
            .hint("Add the addresses of each site apart, with their own headers."));
    }
    Ok(requests)
}

/// The requests of a text, with the line on which each begins.
fn parts_of(text: &str) -> Vec<(u64, String)> {
    let mut parts: Vec<(u64, String)> = Vec::new();
    for (line, number) in text.lines().zip(1u64..) {
        let goes_on = |part: &str| {
            let end = part.trim_end();
            is_curl(part) && (end.ends_with(['\\', '^', '`']) || split_words(part).is_none())
        };
        match parts.last_mut() {
            Some((_, part)) if goes_on(part) => {
                part.push('\n');
                part.push_str(line);
            }
            // A curl line whose ends of line were lost.
            Some((_, part)) if is_curl(part) && line.trim_start().starts_with('-') => {
                part.push(' ');
                part.push_str(line.trim());
            }
            _ if line.trim().is_empty() => {}
            _ => parts.push((number, line.to_owned())),
        }
    }
    parts
}

pub(super) fn bad_address(why: &str) -> Problem {
    Problem::request("bad_address", "This is not a web address.")
        .because(why)
        .hint("Paste the whole address, or a curl line.")
}

fn looks_like_host(url: &str) -> bool {
    let host = url.split(['/', '?', '#']).next().unwrap_or("");
    let host = host.rsplit('@').next().unwrap_or(host);
    let name = host.split(':').next().unwrap_or("");
    name == "localhost"
        || (name.contains('.')
            && !name.starts_with('.')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(text: &str) -> Result<String, Problem> {
        parse_address(text, &[]).map(|r| r.spec.url)
    }

    #[test]
    fn addresses() {
        assert_eq!(url(" https://x.org/a?b=1#c ").unwrap(), "https://x.org/a?b=1");
        assert_eq!(url("x.org/data").unwrap(), "https://x.org/data");
        assert_eq!(url("'https://x.org/a'").unwrap(), "https://x.org/a");
        for text in ["ftp://x.org", "javascript:alert(1)", "hello world", "", "file:///etc/passwd", "https://a b"] {
            assert_eq!(url(text).unwrap_err().code, "bad_address", "{text}");
        }
    }

    #[test]
    fn a_password_in_an_address_becomes_a_header_and_is_not_kept() {
        for text in ["https://me:p%40w@x.org/a?b=1", "me:p%40w@x.org/a?b=1", "curl 'https://me:p%40w@x.org/a?b=1'"] {
            let request = parse_address(text, &[]).unwrap();
            assert_eq!(request.spec.url, "https://x.org/a?b=1", "{text}");
            // me:p@w
            assert_eq!(request.headers, [("Authorization".to_owned(), "Basic bWU6cEB3".to_owned())], "{text}");
        }
        let own = [("authorization".to_owned(), "Bearer t".to_owned())];
        let request = parse_address("https://me:pw@x.org", &own).unwrap();
        assert_eq!(request.headers, own);
    }

    #[test]
    fn what_cannot_be_sent_is_remarked() {
        let request = parse_address("curl -b a=b -H 'X-Key: 1' -A me https://x.org", &[]).unwrap();
        assert_eq!(request.headers, [("X-Key".to_owned(), "1".to_owned())]);
        assert_eq!(
            request.notices.iter().map(|n| n.code.as_str()).collect::<Vec<_>>(),
            ["cookies_dropped", "headers_dropped"]
        );
        let bad = [("X Key".to_owned(), "1".to_owned())];
        assert_eq!(parse_address("https://x.org", &bad).err().map(|p| p.code).as_deref(), Some("bad_header"));
    }

    #[test]
    fn several_at_once() {
        let urls = |text: &str| -> Vec<String> {
            parse_addresses(text, &[]).unwrap().into_iter().map(|r| r.spec.url).collect()
        };
        assert_eq!(urls("https://x.org/a\n\n  x.org/b \r\n"), ["https://x.org/a", "https://x.org/b"]);
        let two = "curl 'https://x.org/a' \\\n -H 'A: 1' ;\ncurl 'https://x.org/b' \\\n -H 'B: 2\n3' ;\nx.org/c";
        assert!(parse_addresses(two, &[]).is_err_and(|p| p.code == "bad_header" && p.place.line == Some(3)));
        let two = "curl 'https://x.org/a' \\\n -H 'A: 1' ;\ncurl 'https://x.org/b'\n -H 'B: 2' \nx.org/c";
        assert_eq!(urls(two), ["https://x.org/a", "https://x.org/b", "https://x.org/c"]);
        let problem = parse_addresses("x.org/a\nhello world", &[]).err().unwrap();
        assert_eq!((problem.code.as_str(), problem.place.line), ("bad_address", Some(2)));
        assert_eq!(parse_addresses(&"x.org\n".repeat(51), &[]).err().unwrap().code, "too_many_addresses");
        assert!(parse_addresses("", &[]).is_err());
        let key = [("X-Api-Key".to_owned(), "s3cret".to_owned())];
        let problem = parse_addresses("x.org/a\ny.org/b", &key).err().unwrap();
        assert_eq!(problem.code, "key_for_several_sites");
        assert!(parse_addresses("x.org/a\nx.org/b", &key).is_ok());
        assert!(parse_addresses("x.org/a\ny.org/b", &[("Accept".to_owned(), "*/*".to_owned())]).is_ok());
    }
}
