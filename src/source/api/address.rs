//! What the user pasted → a plan: an address, or a whole `curl` line.

use super::url::Address;
use crate::base::Problem;
use crate::source::spec::ApiSpec;

/// Names and values, in order.
pub type Headers = Vec<(String, String)>;

/// Reads an address or a `curl` line. Headers are returned apart, as they are never saved.
///
/// # Errors
/// `bad_address`, `only_get`, `bad_header`.
pub fn parse_address(text: &str) -> Result<(ApiSpec, Headers), Problem> {
    let text = text.trim();
    let is_curl = text == "curl" || text.strip_prefix("curl").is_some_and(|rest| rest.starts_with(char::is_whitespace));
    let (url, headers) =
        if is_curl { parse_curl(text)? } else { (text.trim_matches(['"', '\'', '<', '>']).to_owned(), Vec::new()) };
    // People leave the scheme out.
    let url = if !url.contains("://") && looks_like_host(&url) { format!("https://{url}") } else { url };
    if url.chars().any(|c| c.is_whitespace() || c.is_control()) {
        return Err(bad("An address has no spaces in it."));
    }
    match Address::parse(&url) {
        Some(address) if !address.host().is_empty() => {
            let without_fragment = url.split('#').next().unwrap_or(&url).to_owned();
            Ok((ApiSpec::new(without_fragment), headers))
        }
        _ if url.contains("://") => Err(bad("Only addresses that start with http:// or https:// can be read.")),
        _ => Err(bad("It should look like https://example.org/data.json.")),
    }
}

fn bad(why: &str) -> Problem {
    Problem::request("bad_address", "This is not a web address.")
        .because(why)
        .hint("Paste the whole address, or a curl line.")
}

fn looks_like_host(url: &str) -> bool {
    let host = url.split(['/', '?', '#']).next().unwrap_or("");
    let name = host.split(':').next().unwrap_or("");
    name == "localhost"
        || (name.contains('.')
            && !name.starts_with('.')
            && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-')))
}

fn parse_curl(text: &str) -> Result<(String, Headers), Problem> {
    let words = split_words(text)?;
    let mut words = words.into_iter().skip(1);
    let (mut url, mut headers) = (None, Vec::new());
    while let Some(word) = words.next() {
        // `--header=x`, `-Hx` and `-H x` all occur.
        let (option, inline) = match word.split_once('=') {
            Some((option, value)) if option.starts_with("--") => (option.to_owned(), Some(value.to_owned())),
            _ if word.len() > 2
                && word.starts_with('-')
                && !word.starts_with("--")
                && takes_value(word.get(..2).unwrap_or("")) =>
            {
                (word.get(..2).unwrap_or("").to_owned(), Some(word.get(2..).unwrap_or("").to_owned()))
            }
            _ => (word, None),
        };
        let mut value = || inline.clone().or_else(|| words.next()).unwrap_or_default();
        match option.as_str() {
            "-H" | "--header" => headers.push(header(&value())?),
            "-A" | "--user-agent" | "-e" | "--referer" => {
                // A page may not set these.
                value();
            }
            "-u" | "--user" => {
                use base64::Engine;
                let user = base64::engine::general_purpose::STANDARD.encode(value());
                headers.push(("Authorization".to_owned(), format!("Basic {user}")));
            }
            "--oauth2-bearer" => headers.push(("Authorization".to_owned(), format!("Bearer {}", value()))),
            "-X" | "--request" => {
                let method = value();
                if !method.eq_ignore_ascii_case("GET") {
                    return Err(only_get(&method));
                }
            }
            "-d" | "--data" | "--data-raw" | "--data-binary" | "--data-urlencode" | "--json" | "-F" | "--form"
            | "-T" | "--upload-file" => {
                return Err(only_get("POST"));
            }
            "-I" | "--head" => return Err(only_get("HEAD")),
            "--url" => url = Some(value()),
            "-b" | "--cookie" => {
                return Err(Problem::request("bad_header", "Cookies cannot be sent from here.")
                    .because("The browser sends its own and lets no page set others.")
                    .hint("Use a key or token instead, or download the file and drop it here."));
            }
            "-o" | "--output" | "-m" | "--max-time" | "--connect-timeout" | "--retry" | "-w" | "--write-out" => {
                value();
            }
            other if other.starts_with('-') => {}
            _ if url.is_none() => url = Some(option),
            _ => return Err(bad("The curl line has more than one address.")),
        }
    }
    Ok((url.ok_or_else(|| bad("The curl line has no address in it."))?, headers))
}

fn takes_value(option: &str) -> bool {
    matches!(option, "-H" | "-X" | "-u" | "-d" | "-A" | "-e" | "-b" | "-o" | "-m" | "-F" | "-w" | "-T")
}

fn only_get(method: &str) -> Problem {
    Problem::request(
        "only_get",
        format!("This request would send data ({}), and only reading is possible here.", method.to_ascii_uppercase()),
    )
    .hint("Look for an address that answers to GET, or download the answer and drop it here.")
}

fn header(text: &str) -> Result<(String, String), Problem> {
    let is_token = |b: u8| b.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&b);
    match text.split_once(':') {
        Some((name, value))
            if !name.is_empty() && name.bytes().all(is_token) && !value.chars().any(char::is_control) =>
        {
            Ok((name.to_owned(), value.trim().to_owned()))
        }
        _ => {
            Err(Problem::request("bad_header", "A header of this request is not valid.")
                .hint("Write it as name: value."))
        }
    }
}

/// Splits a line as a shell would: quotes, backslashes, and line ends behind a backslash.
fn split_words(text: &str) -> Result<Vec<String>, Problem> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote: Option<char> = None;
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match (quote, c) {
            (Some(q), c) if c == q => quote = None,
            (Some('"'), '\\') | (None, '\\' | '^') if matches!(chars.peek(), Some('\n' | '\r')) => {
                while chars.next_if(|c| matches!(c, '\n' | '\r')).is_some() {}
            }
            (Some('"'), '\\') => match chars.next() {
                Some(next @ ('"' | '\\' | '$' | '`')) => word.get_or_insert_default().push(next),
                Some(next) => word.get_or_insert_default().extend(['\\', next]),
                None => {}
            },
            (Some(_), c) => word.get_or_insert_default().push(c),
            (None, '"' | '\'') => {
                quote = Some(c);
                word.get_or_insert_default();
            }
            (None, '$') if chars.peek() == Some(&'\'') && word.is_none() => {}
            (None, '\\') => word.get_or_insert_default().extend(chars.next()),
            (None, c) if c.is_whitespace() => words.extend(word.take()),
            (None, c) => word.get_or_insert_default().push(c),
        }
    }
    if quote.is_some() {
        return Err(bad("A quote in the curl line is never closed."));
    }
    words.extend(word);
    Ok(words)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        let url = |text: &str| parse_address(text).map(|(spec, _)| spec.url);
        assert_eq!(url(" https://x.org/a?b=1#c ").unwrap(), "https://x.org/a?b=1");
        assert_eq!(url("x.org/data").unwrap(), "https://x.org/data");
        for text in ["ftp://x.org", "javascript:alert(1)", "hello world", "", "file:///etc/passwd", "https://a b"] {
            assert_eq!(url(text).unwrap_err().code, "bad_address", "{text}");
        }
    }

    #[test]
    fn curl_lines() {
        let text = "curl -sS 'https://x.org/a?b=1&c=2' \\\n  -H 'Accept: application/json' --header \"X-Key: a\\\"b\" -HX-Two:2 -u me:pw --compressed";
        let (spec, headers) = parse_address(text).unwrap();
        assert_eq!(spec.url, "https://x.org/a?b=1&c=2");
        let names: Vec<(&str, &str)> = headers.iter().map(|(n, v)| (n.as_str(), v.as_str())).collect();
        assert_eq!(
            names,
            [("Accept", "application/json"), ("X-Key", "a\"b"), ("X-Two", "2"), ("Authorization", "Basic bWU6cHc=")]
        );
        assert_eq!(parse_address("curl -X POST https://x.org").unwrap_err().code, "only_get");
        assert_eq!(parse_address("curl https://x.org -d a=1").unwrap_err().code, "only_get");
        assert_eq!(parse_address("curl -H 'a: b'").unwrap_err().code, "bad_address");
        assert_eq!(parse_address("curl 'https://x.org").unwrap_err().code, "bad_address");
    }
}
