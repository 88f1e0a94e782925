//! Reading Rust text just well enough to see which modules it names.

/// The text before the file's own tests.
pub fn without_tests(text: &str) -> &str {
    let starts = ["#[cfg(test)]\nmod ", "#[cfg(test)]\npub mod "];
    let start = starts.iter().filter_map(|start| text.find(start)).min();
    match start {
        // `mod tests;` in the middle of a file hides nothing that follows.
        Some(at) if !text[at..].lines().nth(1).is_some_and(|line| line.ends_with(';')) => &text[..at],
        _ => text,
    }
}

/// The text without `// …` and `/* … */`. A `//` inside a string may take the rest of its line along.
pub fn without_comments(text: &str) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(start) = rest.find("/*") {
        kept.push_str(&rest[..start]);
        rest = rest[start..].find("*/").map_or("", |end| &rest[start + end + 2..]);
    }
    kept.push_str(rest);
    kept.lines().map(|line| line.split_once("//").map_or(line, |(code, _)| code)).collect::<Vec<_>>().join("\n")
}

/// Every path after `crate::`, groups taken apart: `crate::{a::B, c::{d, E}}` → `a B`, `c d`, `c E`.
pub fn crate_paths(text: &str) -> Vec<Vec<String>> {
    let mut paths = Vec::new();
    for (at, word) in text.match_indices("crate::") {
        let is_longer_word = text[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_');
        if !is_longer_word {
            tree(&text[at + word.len()..], &mut Vec::new(), &mut paths);
        }
    }
    paths
}

/// Reads one path or group at the start of `text`; returns what follows it.
fn tree<'a>(text: &'a str, before: &mut Vec<String>, paths: &mut Vec<Vec<String>>) -> &'a str {
    let text = text.trim_start();
    if let Some(mut rest) = text.strip_prefix('{') {
        loop {
            rest = rest.trim_start().trim_start_matches(',').trim_start();
            if let Some(after) = rest.strip_prefix('}') {
                return after;
            }
            let length = rest.len();
            rest = tree(rest, before, paths);
            if rest.len() == length {
                // Not a use tree after all; better to stop than to turn in circles.
                return rest;
            }
        }
    }
    if let Some(rest) = text.strip_prefix('*') {
        paths.push(before.clone());
        return rest;
    }
    let end = text.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(text.len());
    let (name, rest) = text.split_at(end);
    if name.is_empty() {
        return rest;
    }
    before.push(name.to_owned());
    let rest = match rest.strip_prefix("::") {
        Some(rest) if !rest.starts_with('<') => tree(rest, before, paths),
        _ => {
            paths.push(before.clone());
            let renamed = rest.trim_start().strip_prefix("as ").map(str::trim_start);
            renamed.map_or(rest, |rest| rest.trim_start_matches(|c: char| c.is_alphanumeric() || c == '_'))
        }
    };
    before.pop();
    rest
}

/// The names a file declares as public.
pub fn declared_names(text: &str) -> Vec<String> {
    let kinds = ["struct ", "enum ", "type ", "trait ", "fn ", "const ", "union "];
    text.lines()
        .filter_map(|line| line.trim_start().strip_prefix("pub "))
        .filter_map(|line| {
            kinds.iter().find_map(|kind| line.strip_prefix("const fn ").or_else(|| line.strip_prefix(kind)))
        })
        .map(|rest| rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect())
        .collect()
}

#[test]
fn groups_are_taken_apart() {
    let paths = crate_paths("use crate::{a::B, c::{d, E as F}, g::*};\nlet x = crate::h::i(mycrate::j);");
    let joined: Vec<String> = paths.iter().map(|path| path.join(" ")).collect();
    assert_eq!(joined, ["a B", "c d", "c E", "g", "h i"]);
}

#[test]
fn comments_and_tests_are_left_out() {
    assert_eq!(without_comments("a // b\n/* c\n */d"), "a \nd");
    assert_eq!(without_tests("a\n#[cfg(test)]\nmod tests {\n}"), "a\n");
    assert_eq!(declared_names("pub struct A {\n    pub fn b()\nfn c()"), ["A", "b"]);
}
