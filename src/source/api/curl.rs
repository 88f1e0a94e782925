//! A `curl` line → what it asks for.

use super::address::bad_address;
use super::headers::{Headers, bad, basic};
use super::shell::split_words;
use super::url::{Address, encode};
use crate::base::wording::list;
use crate::base::{Notices, Problem};

/// Short options that take a value.
const SHORT_WITH_VALUE: &str = "AbcCdDeEFhHKmoPQrtTuUwxXyYz";

/// Long options that take a value and mean nothing here.
const LONG_WITH_VALUE: [&str; 48] = [
    "--abstract-unix-socket",
    "--cacert",
    "--capath",
    "--ciphers",
    "--config",
    "--connect-timeout",
    "--connect-to",
    "--continue-at",
    "--cookie-jar",
    "--crlfile",
    "--curves",
    "--dns-servers",
    "--doh-url",
    "--dump-header",
    "--etag-compare",
    "--etag-save",
    "--expect100-timeout",
    "--interface",
    "--keepalive-time",
    "--limit-rate",
    "--local-port",
    "--max-filesize",
    "--max-redirs",
    "--max-time",
    "--netrc-file",
    "--noproxy",
    "--output",
    "--output-dir",
    "--pinnedpubkey",
    "--proto",
    "--proto-default",
    "--proto-redir",
    "--proxy-user",
    "--rate",
    "--resolve",
    "--retry",
    "--retry-delay",
    "--retry-max-time",
    "--speed-limit",
    "--speed-time",
    "--stderr",
    "--time-cond",
    "--tls-max",
    "--tls13-ciphers",
    "--trace",
    "--trace-ascii",
    "--unix-socket",
    "--write-out",
];

/// What a line asks for.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Curl {
    pub url: String,
    pub headers: Headers,
    pub notices: Notices,
}

#[derive(Default)]
struct Found {
    url: Option<String>,
    headers: Headers,
    has_cookies: bool,
    /// What goes behind the query with `-G`.
    data: Vec<String>,
    query: Vec<String>,
    is_get: bool,
    ignored: Vec<String>,
}

/// Whether a text is a `curl` line.
pub(super) fn is_curl(text: &str) -> bool {
    let text = without_prompt(text);
    let first = text.split_whitespace().next().unwrap_or("");
    first.eq_ignore_ascii_case("curl") || first.eq_ignore_ascii_case("curl.exe")
}

fn without_prompt(text: &str) -> &str {
    let text = text.trim();
    text.strip_prefix("$ ").or_else(|| text.strip_prefix("> ")).unwrap_or(text)
}

/// # Errors
/// `bad_address`, `only_get`, `bad_header`.
pub(super) fn parse(text: &str) -> Result<Curl, Problem> {
    let words =
        split_words(without_prompt(text)).ok_or_else(|| bad_address("A quote in the curl line is never closed."))?;
    let mut words = words.into_iter().skip(1);
    let mut found = Found::default();
    let mut only_addresses = false;
    while let Some(word) = words.next() {
        if only_addresses || !word.starts_with('-') || word == "-" {
            address(&mut found, word)?;
        } else if word == "--" {
            only_addresses = true;
        } else if word.starts_with("--") {
            let (name, inline) = match word.split_once('=') {
                Some((name, value)) => (name.to_owned(), Some(value.to_owned())),
                None => (word, None),
            };
            option(&mut found, &name, &mut || inline.clone().or_else(|| words.next()).unwrap_or_default())?;
        } else {
            // `-sSH 'x: y'`, `-Hx:y`: flags, then one option that takes the rest or the next word.
            let mut rest = word.chars().skip(1);
            while let Some(letter) = rest.next() {
                let name = format!("-{letter}");
                if SHORT_WITH_VALUE.contains(letter) {
                    let inline: String = rest.by_ref().collect();
                    let inline = Some(inline).filter(|v| !v.is_empty());
                    option(&mut found, &name, &mut || inline.clone().or_else(|| words.next()).unwrap_or_default())?;
                } else {
                    option(&mut found, &name, &mut String::new)?;
                }
            }
        }
    }
    finish(found)
}

fn address(found: &mut Found, text: String) -> Result<(), Problem> {
    if found.url.is_some() {
        return Err(bad_address("The curl line has more than one address."));
    }
    found.url = Some(text);
    Ok(())
}

fn option(found: &mut Found, name: &str, value: &mut dyn FnMut() -> String) -> Result<(), Problem> {
    match name {
        "-H" | "--header" => found.headers.extend(header(&value())?),
        "-u" | "--user" => {
            let user = value();
            found.headers.push(basic(&if user.contains(':') { user } else { format!("{user}:") }));
        }
        "--oauth2-bearer" => found.headers.push(("Authorization".to_owned(), format!("Bearer {}", value()))),
        "-X" | "--request" => {
            let method = value();
            if !method.eq_ignore_ascii_case("GET") {
                return Err(only_get(&method));
            }
        }
        "-G" | "--get" => found.is_get = true,
        "-d" | "--data" | "--data-ascii" | "--data-raw" | "--data-binary" => {
            let data = value();
            if data.starts_with('@') && name != "--data-raw" {
                return Err(reads_a_file());
            }
            found.data.push(data);
        }
        "--data-urlencode" => found.data.push(encoded(&value())?),
        "--url-query" => {
            let query = value();
            found.query.push(match query.strip_prefix('+') {
                Some(as_it_is) => as_it_is.to_owned(),
                None => encoded(&query)?,
            });
        }
        "--json" | "-F" | "--form" | "--form-string" => return Err(only_get("POST")),
        "-T" | "--upload-file" => return Err(only_get("PUT")),
        "-I" | "--head" => return Err(only_get("HEAD")),
        "--url" => address(found, value())?,
        "-b" | "--cookie" => {
            value();
            found.has_cookies = true;
        }
        "-A" | "--user-agent" => found.headers.push(("User-Agent".to_owned(), printable(&value()))),
        "-e" | "--referer" => found.headers.push(("Referer".to_owned(), printable(&value()))),
        "-x" | "--proxy" | "--preproxy" | "--socks4" | "--socks4a" | "--socks5" | "--socks5-hostname" => {
            value();
            found.ignored.push("the proxy".to_owned());
        }
        "-E" | "--cert" | "--key" | "--cert-type" | "--key-type" | "--pass" => {
            value();
            found.ignored.push("the client certificate".to_owned());
        }
        "-r" | "--range" => {
            value();
            found.ignored.push("the range".to_owned());
        }
        "-k" | "--insecure" => found.ignored.push("a skipped check of certificates".to_owned()),
        "-n" | "--netrc" => found.ignored.push("the passwords in .netrc".to_owned()),
        "--next" | "-:" => return Err(bad_address("The curl line makes more than one request.")),
        _ if LONG_WITH_VALUE.contains(&name) => {
            value();
        }
        _ if name.len() == 2 && name.chars().nth(1).is_some_and(|c| SHORT_WITH_VALUE.contains(c)) => {
            value();
        }
        _ => {}
    }
    Ok(())
}

fn finish(found: Found) -> Result<Curl, Problem> {
    let mut url = found.url.ok_or_else(|| bad_address("The curl line has no address in it."))?;
    if !found.data.is_empty() && !found.is_get {
        return Err(only_get("POST"));
    }
    let query: Vec<String> = found.data.into_iter().chain(found.query).filter(|q| !q.is_empty()).collect();
    if !query.is_empty() {
        let whole = if url.contains("://") { url.clone() } else { format!("https://{url}") };
        if let Some(address) = Address::parse(&whole) {
            url = address.with_query(&query.join("&"));
        }
    }
    let mut headers = found.headers;
    if found.has_cookies {
        headers.push(("Cookie".to_owned(), String::new()));
    }
    let mut notices = Notices::default();
    if !found.ignored.is_empty() {
        let mut ignored = found.ignored;
        ignored.dedup();
        let text = format!("Of the curl line, a page cannot use: {}", list(&ignored));
        notices.add("headers_dropped", text, ignored.len() as u64);
    }
    Ok(Curl { url, headers, notices })
}

/// `name: value`; `name;` has no value; `name:` takes the header away, and `@file` is not ours.
fn header(text: &str) -> Result<Option<(String, String)>, Problem> {
    if text.starts_with('@') {
        return Err(reads_a_file());
    }
    match text.split_once(':') {
        Some((_, value)) if value.trim().is_empty() => Ok(None),
        Some((name, value)) => Ok(Some((name.to_owned(), value.to_owned()))),
        None => match text.strip_suffix(';') {
            Some(name) => Ok(Some((name.to_owned(), String::new()))),
            None => Err(bad(
                "A header of the curl line has no colon.",
                "Without one there is no telling name and value apart.",
            )),
        },
    }
}

/// As curl encodes: `text`, `=text`, or `name=text` with the text encoded.
fn encoded(text: &str) -> Result<String, Problem> {
    match text.split_once('=') {
        Some(("", value)) => Ok(encode(value)),
        Some((name, value)) => Ok(format!("{name}={}", encode(value))),
        None if text.contains('@') => Err(reads_a_file()),
        None => Ok(encode(text)),
    }
}

/// A value that is dropped anyway must not be refused for what stands in it.
fn printable(text: &str) -> String {
    text.chars().filter(|c| c.is_ascii() && !c.is_control()).collect()
}

fn reads_a_file() -> Problem {
    bad_address("The curl line takes part of the request from a file, which a page cannot read.")
}

fn only_get(method: &str) -> Problem {
    let method: String = method.chars().filter(|c| c.is_ascii_alphabetic()).take(20).collect();
    Problem::request(
        "only_get",
        format!("This request would send data ({}), and only reading is possible here.", method.to_ascii_uppercase()),
    )
    .hint("Look for an address that answers to GET, or download the answer and drop it here.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn url(line: &str) -> String {
        parse(line).unwrap().url
    }

    fn headers(line: &str) -> Vec<String> {
        parse(line).unwrap().headers.into_iter().map(|(n, v)| format!("{n}={}", v.trim())).collect()
    }

    fn code(line: &str) -> String {
        parse(line).unwrap_err().code
    }

    #[test]
    fn headers_in_every_spelling() {
        let line = "curl -sS 'https://x.org/a?b=1&c=2' \\\n  -H 'Accept: application/json' --header \"X-Key: a\\\"b\" -HX-Two:2 -u me:pw --compressed";
        assert_eq!(url(line), "https://x.org/a?b=1&c=2");
        assert_eq!(headers(line), ["Accept=application/json", "X-Key=a\"b", "X-Two=2", "Authorization=Basic bWU6cHc="]);
        assert_eq!(headers("curl -sSH 'x: y' x.org --header=a:b -H 'Gone:' -H 'Empty;'"), ["x=y", "a=b", "Empty="]);
        assert_eq!(headers("curl --oauth2-bearer t0k x.org"), ["Authorization=Bearer t0k"]);
        assert_eq!(code("curl -H nothing x.org"), "bad_header");
        assert_eq!(code("curl -H @file x.org"), "bad_address");
    }

    #[test]
    fn data_with_get_are_a_query() {
        assert_eq!(url("curl -G https://x.org/a -d q=1 -d r=2"), "https://x.org/a?q=1&r=2");
        assert_eq!(
            url("curl --get 'https://x.org/a?z=0' --data-urlencode 'q=a b&c' -d r"),
            "https://x.org/a?z=0&q=a%20b%26c&r"
        );
        assert_eq!(url("curl -Gsd q=1 x.org"), "https://x.org?q=1");
        assert_eq!(url("curl https://x.org --url-query 'q=ü' --url-query +r=%20"), "https://x.org?q=%C3%BC&r=%20");
        assert_eq!(code("curl https://x.org -d a=1"), "only_get");
        assert_eq!(code("curl -G https://x.org -d @file"), "bad_address");
        assert_eq!(code("curl -G https://x.org --data-urlencode q@file"), "bad_address");
    }

    #[test]
    fn what_a_page_cannot_do_is_left_out_or_refused() {
        let line = "curl -x http://proxy:3128 -k -b 'a=b' -A 'Mozilla/5.0 …' -o out.json -m 10 -r 0-99 https://x.org/a";
        let curl = parse(line).unwrap();
        assert_eq!(curl.url, "https://x.org/a");
        assert!(curl.notices.0[0].text.contains("the proxy") && curl.notices.0[0].text.contains("the range"));
        assert_eq!(headers(line), ["User-Agent=Mozilla/5.0", "Cookie="]);
        assert_eq!(code("curl -X POST https://x.org"), "only_get");
        assert_eq!(code("curl -XDELETE https://x.org"), "only_get");
        assert_eq!(code("curl -I https://x.org"), "only_get");
        assert_eq!(code("curl --json '{}' https://x.org"), "only_get");
        assert_eq!(code("curl -H 'a: b'"), "bad_address");
        assert_eq!(code("curl 'https://x.org"), "bad_address");
        assert_eq!(code("curl https://x.org https://y.org"), "bad_address");
    }

    #[test]
    fn as_browsers_copy_it() {
        let bash = "curl 'https://x.org/a' \\\n  -H 'accept: */*' \\\n  -b 'sid=1; x=2' \\\n  -H 'user-agent: Mozilla/5.0' \\\n  --compressed ;";
        assert_eq!(headers(bash), ["accept=*/*", "user-agent=Mozilla/5.0", "Cookie="]);
        let cmd = "curl.exe ^\"https://x.org/a?b=1^&c=^%^20^\" ^\n  -H ^\"accept: */*^\" ^\n  --insecure";
        assert_eq!(url(cmd), "https://x.org/a?b=1&c=%20");
        assert!(is_curl(cmd) && is_curl("$ curl x") && !is_curl("curly.org") && !is_curl("https://curl.se"));
    }
}
