//! Paging as a script writes it: `{kind: "offset", parameter: "skip", page_size: 100, limit: 20}`.

use crate::base::Problem;
use crate::source::spec::{ApiSpec, Paging};
use serde_json::{Map, Value};

/// Each kind, with the options it needs and those it may have besides `limit`.
const KINDS: [(&str, &[&str], &[&str]); 7] = [
    ("auto", &[], &[]),
    ("none", &[], &[]),
    ("page_number", &[], &["parameter"]),
    ("offset", &[], &["parameter", "page_size"]),
    ("token", &["path", "parameter"], &[]),
    ("next_url", &["path"], &[]),
    ("link_header", &[], &[]),
];

impl ApiSpec {
    /// The same address, read page by page as `given` says: the name of a kind, or an object with
    /// `kind` (`auto` when absent), what that kind needs, and `limit`, the most pages to fetch.
    ///
    /// # Errors
    /// `bad_argument` for whatever would not take effect.
    pub fn paged(mut self, given: &Value) -> Result<ApiSpec, Problem> {
        let named;
        let options = match given {
            Value::String(kind) => {
                named = Map::from_iter([("kind".to_owned(), Value::String(kind.clone()))]);
                &named
            }
            Value::Object(options) => options,
            _ => return Err(bad("It must be the name of a kind, or an object.")),
        };
        let kind = text(options, "kind")?.unwrap_or("auto");
        let Some((_, needed, optional)) = KINDS.iter().find(|(name, ..)| *name == kind) else {
            return Err(bad(&format!("There is no kind called {kind}.")));
        };
        let is_known =
            |name: &str| ["kind", "limit"].contains(&name) || needed.contains(&name) || optional.contains(&name);
        if let Some(name) = options.keys().find(|name| !is_known(name)) {
            return Err(bad(&format!("The kind {kind} has no option called {name}.")));
        }
        if let Some(name) = needed.iter().find(|name| options.get(**name).is_none_or(Value::is_null)) {
            return Err(bad(&format!("The kind {kind} needs {name}.")));
        }
        let parameter = text(options, "parameter")?.map(str::to_owned);
        let path = text(options, "path")?.unwrap_or_default().to_owned();
        self.paging = match kind {
            "none" => Paging::None,
            "page_number" => Paging::PageNumber { parameter: parameter.unwrap_or_else(|| "page".to_owned()) },
            "offset" => Paging::Offset {
                parameter: parameter.unwrap_or_else(|| "offset".to_owned()),
                // Without a size, a page is as long as what it holds.
                page_size: whole(options, "page_size", u64::from(u32::MAX))?.unwrap_or(0),
            },
            "token" => Paging::Token { path, parameter: parameter.unwrap_or_default() },
            "next_url" => Paging::NextUrl { path },
            "link_header" => Paging::LinkHeader,
            _ => Paging::Auto,
        };
        if let Some(limit) = whole(options, "limit", u64::from(ApiSpec::MAX_PAGES))? {
            self.max_pages = limit as u32;
        }
        Ok(self)
    }
}

fn text<'v>(options: &'v Map<String, Value>, name: &str) -> Result<Option<&'v str>, Problem> {
    match options.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(Value::String(text)) if !text.is_empty() => Ok(Some(text)),
        Some(_) => Err(bad(&format!("{name} must be a text."))),
    }
}

fn whole(options: &Map<String, Value>, name: &str, most: u64) -> Result<Option<u64>, Problem> {
    match options.get(name) {
        None | Some(Value::Null) => Ok(None),
        // JavaScript's numbers may arrive as 20.0.
        Some(value) => match value.as_u64().or_else(|| value.as_f64().filter(|n| n.fract() == 0.0).map(|n| n as u64)) {
            Some(n) if (1..=most).contains(&n) => Ok(Some(n)),
            _ => Err(bad(&format!("{name} must be a whole number from 1 to {most}."))),
        },
    }
}

fn bad(why: &str) -> Problem {
    let kinds: Vec<&str> = KINDS.iter().map(|(name, ..)| *name).collect();
    Problem::request("bad_argument", "The option paging is not what this call takes.")
        .because(why)
        .hint(format!("Kinds are {}.", kinds.join(", ")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn paged(given: Value) -> Result<(Paging, u32), String> {
        let spec = ApiSpec::new("https://x.org/a").paged(&given);
        spec.map(|s| (s.paging, s.max_pages)).map_err(|p| {
            assert_eq!(p.code, "bad_argument");
            p.why
        })
    }

    #[test]
    fn every_kind_can_be_named() {
        let default = ApiSpec::DEFAULT_MAX_PAGES;
        let parameter = |name: &str| name.to_owned();
        let cases = [
            (json!("auto"), Paging::Auto, default),
            (json!({"limit": 3}), Paging::Auto, 3),
            (json!("none"), Paging::None, default),
            (json!({"kind": "page_number"}), Paging::PageNumber { parameter: parameter("page") }, default),
            (
                json!({"kind": "page_number", "parameter": "p"}),
                Paging::PageNumber { parameter: parameter("p") },
                default,
            ),
            (json!("offset"), Paging::Offset { parameter: parameter("offset"), page_size: 0 }, default),
            (
                json!({"kind": "offset", "parameter": "skip", "page_size": 50.0, "limit": 7}),
                Paging::Offset { parameter: parameter("skip"), page_size: 50 },
                7,
            ),
            (
                json!({"kind": "token", "path": "meta.next", "parameter": "after"}),
                Paging::Token { path: parameter("meta.next"), parameter: parameter("after") },
                default,
            ),
            (json!({"kind": "next_url", "path": "links.n"}), Paging::NextUrl { path: parameter("links.n") }, default),
            (json!("link_header"), Paging::LinkHeader, default),
        ];
        for (given, paging, limit) in cases {
            assert_eq!(paged(given.clone()), Ok((paging, limit)), "{given}");
        }
    }

    #[test]
    fn what_would_not_take_effect_is_refused() {
        let cases = [
            (json!(7), "object"),
            (json!("pages"), "no kind called pages"),
            (json!({"kind": "none", "parameter": "p"}), "no option called parameter"),
            (json!({"kind": "offset", "pagesize": 5}), "no option called pagesize"),
            (json!({"kind": "token", "path": "next"}), "needs parameter"),
            (json!({"kind": "next_url"}), "needs path"),
            (json!({"limit": 0}), "limit must be"),
            (json!({"limit": 2.5}), "limit must be"),
            (json!({"limit": -1}), "limit must be"),
            (json!({"limit": 10_001}), "limit must be"),
            (json!({"kind": "page_number", "parameter": 3}), "parameter must be a text"),
        ];
        for (given, words) in cases {
            let why = paged(given.clone()).unwrap_err();
            assert!(why.contains(words), "{given}: {why}");
        }
    }
}
