//! Web addresses, as far as paging and privacy need them taken apart (RFC 3986).

/// An address in its parts; each as written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Address<'a> {
    pub scheme: &'a str,
    pub authority: &'a str,
    pub path: &'a str,
    pub query: Option<&'a str>,
}

impl<'a> Address<'a> {
    /// Takes an absolute http or https address apart; what stands behind `#` is dropped.
    pub fn parse(url: &'a str) -> Option<Address<'a>> {
        let url = url.split('#').next().unwrap_or(url);
        let (scheme, rest) = url.split_once("://")?;
        if !scheme.eq_ignore_ascii_case("http") && !scheme.eq_ignore_ascii_case("https") {
            return None;
        }
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, tail) = rest.split_at_checked(end)?;
        if authority.is_empty() || authority.contains(char::is_whitespace) || authority.contains('\\') {
            return None;
        }
        let (path, query) = tail.split_once('?').map_or((tail, None), |(path, query)| (path, Some(query)));
        Some(Address { scheme, authority, path, query })
    }

    /// Scheme, host and port, to compare.
    pub fn origin(&self) -> String {
        let scheme = self.scheme.to_ascii_lowercase();
        let host = self.host().to_ascii_lowercase();
        let default = if scheme == "https" { ":443" } else { ":80" };
        format!("{scheme}://{}", host.strip_suffix(default).unwrap_or(&host))
    }

    /// Host and port, without a user's name.
    pub fn host(&self) -> &'a str {
        self.authority.rsplit_once('@').map_or(self.authority, |(_, host)| host)
    }

    /// Names and values of the query, as written.
    pub fn parameters(&self) -> impl Iterator<Item = (&'a str, &'a str)> {
        let parts = self.query.unwrap_or("").split('&').filter(|p| !p.is_empty());
        parts.map(|part| part.split_once('=').unwrap_or((part, "")))
    }

    pub fn parameter(&self, name: &str) -> Option<&'a str> {
        self.parameters().find(|(n, _)| is_name(n, name)).map(|(_, value)| value)
    }

    /// The user's name and password that stand in the address.
    pub fn user(&self) -> Option<&'a str> {
        self.authority.rsplit_once('@').map(|(user, _)| user)
    }

    /// The address without a user's name, and without what stands behind `#`.
    pub fn without_user(&self) -> String {
        let query = self.query.map_or_else(String::new, |q| format!("?{q}"));
        format!("{}://{}{}{query}", self.scheme, self.host(), self.path)
    }

    /// The address with more behind its query, as written.
    pub fn with_query(&self, more: &str) -> String {
        let query = match self.query.filter(|q| !q.is_empty()) {
            Some(query) => format!("{query}&{more}"),
            None => more.to_owned(),
        };
        format!("{}://{}{}?{query}", self.scheme, self.authority, self.path)
    }

    /// The address with one parameter set.
    pub fn with(&self, name: &str, value: &str) -> String {
        let mut query: Vec<String> = Vec::new();
        let mut is_set = false;
        for (n, v) in self.parameters() {
            if is_name(n, name) {
                if !is_set {
                    query.push(format!("{n}={}", encode(value)));
                }
                is_set = true;
            } else if v.is_empty() && !self.query.is_some_and(|q| q.contains(&format!("{n}="))) {
                query.push(n.to_owned());
            } else {
                query.push(format!("{n}={v}"));
            }
        }
        if !is_set {
            query.push(format!("{name}={}", encode(value)));
        }
        format!("{}://{}{}?{}", self.scheme, self.authority, self.path, query.join("&"))
    }

    /// An address that may be relative to this one, made absolute.
    pub fn join(&self, other: &str) -> Option<String> {
        let other = other.trim();
        if other.is_empty() {
            return None;
        }
        if Address::parse(other).is_some() {
            return Some(other.to_owned());
        }
        let has_scheme =
            other.split_once(':').is_some_and(|(s, _)| !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric()));
        if has_scheme && !other.starts_with(['/', '?']) {
            return None;
        }
        let root = format!("{}://{}", self.scheme, self.authority);
        Some(if other.starts_with("//") {
            format!("{}:{other}", self.scheme)
        } else if other.starts_with('/') {
            format!("{root}{other}")
        } else if other.starts_with('?') {
            format!("{root}{}{other}", self.path)
        } else {
            let folder = self.path.rsplit_once('/').map_or("", |(folder, _)| folder);
            format!("{root}{folder}/{other}")
        })
    }
}

/// Whether a name as written in a query, `%24offset`, is this one, `$offset`.
fn is_name(written: &str, name: &str) -> bool {
    written.eq_ignore_ascii_case(name) || (written.contains('%') && decode(written).eq_ignore_ascii_case(name))
}

/// Takes percent-encoding away; what is not valid stays as it is.
pub(super) fn decode(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = after.get(..2).filter(|_| *first == b'%').and_then(|d| std::str::from_utf8(d).ok());
        match digits.filter(|d| !d.contains('+')).and_then(|d| u8::from_str_radix(d, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                rest = after.get(2..).unwrap_or(&[]);
            }
            None => {
                out.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(out).unwrap_or_else(|_| text.to_owned())
}

/// Percent-encodes a query's value (RFC 3986, section 2.3).
pub(super) fn encode(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for byte in value.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

/// Host and port of an address, or the text itself where there is none.
pub fn site_of(url: &str) -> String {
    Address::parse(url).map_or_else(|| url.to_owned(), |a| a.host().to_ascii_lowercase())
}

/// Parts of the names of parameters whose values are secrets.
const SECRET: [&str; 11] =
    ["key", "token", "secret", "password", "passwd", "auth", "signature", "credential", "session", "sig", "pwd"];

/// Names with such a part that are no secret: they say where a page is.
const NOT_SECRET: [&str; 8] =
    ["pagetoken", "page_token", "nextpagetoken", "next_page_token", "keyword", "keywords", "author", "authors"];

fn is_secret(parameter: &str) -> bool {
    let lower = parameter.to_ascii_lowercase();
    SECRET.iter().any(|s| lower.contains(s)) && !NOT_SECRET.contains(&lower.as_str())
}

/// Whether an address holds a password, or a parameter that looks like a key.
pub fn holds_secret(url: &str) -> bool {
    Address::parse(url).is_some_and(|address| {
        address.authority.contains('@')
            || address.parameters().any(|(name, value)| !value.is_empty() && is_secret(name))
    })
}

/// The address with the values of parameters that look like keys, and any password, as dots.
pub fn mask_url(url: &str) -> String {
    let Some(address) = Address::parse(url) else { return url.to_owned() };
    let user = if address.authority.contains('@') { "•••@" } else { "" };
    let mut out = format!("{}://{user}{}{}", address.scheme, address.host(), address.path);
    for (i, (name, value)) in address.parameters().enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        out.push_str(name);
        if !value.is_empty() {
            out.push('=');
            out.push_str(if is_secret(name) { "•••" } else { value });
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_of_an_address() {
        let a = Address::parse("https://u:p@API.example.org:443/v1/items?a=1&b#x").unwrap();
        assert_eq!((a.origin().as_str(), a.path, a.query), ("https://api.example.org", "/v1/items", Some("a=1&b")));
        assert_eq!(a.with("a", "2 3"), "https://u:p@API.example.org:443/v1/items?a=2%203&b");
        assert_eq!(Address::parse("ftp://x/"), None);
        assert_eq!(Address::parse("https:///x"), None);
        let a = Address::parse("https://x.org/v1/items?a=1").unwrap();
        assert_eq!(a.join("/v2?p=2").as_deref(), Some("https://x.org/v2?p=2"));
        assert_eq!(a.join("?p=2").as_deref(), Some("https://x.org/v1/items?p=2"));
        assert_eq!(a.join("more").as_deref(), Some("https://x.org/v1/more"));
        assert_eq!(a.join("javascript:alert(1)"), None);
        let a = Address::parse("https://u:p%40@x.org/a?%24offset=5&$limit=2").unwrap();
        assert_eq!((a.parameter("$offset"), a.user().map(decode)), (Some("5"), Some("u:p@".to_owned())));
        assert_eq!(a.without_user(), "https://x.org/a?%24offset=5&$limit=2");
        assert_eq!(a.with("$offset", "7"), "https://u:p%40@x.org/a?%24offset=7&$limit=2");
        assert_eq!(Address::parse("https://x.org").unwrap().with_query("a=1"), "https://x.org?a=1");
        assert_eq!(decode("100%+2%zz%e2%82%ac"), "100%+2%zz€");
    }

    #[test]
    fn secrets_are_masked() {
        let masked = mask_url("https://u:p@x.org/a?api_key=abc&pageToken=t1&q=key&access_token=z#frag");
        assert_eq!(masked, "https://•••@x.org/a?api_key=•••&pageToken=t1&q=key&access_token=•••");
        assert!(holds_secret("https://u:p@x.org/a") && holds_secret("https://x.org/?apiKey=1"));
        assert!(!holds_secret("https://x.org/?api_key=&page_token=2&q=key") && !holds_secret("key"));
        assert_eq!(site_of("https://X.org:8080/a"), "x.org:8080");
    }
}
