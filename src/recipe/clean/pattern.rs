//! Regular expressions that users write, and what is put in the place of what they find.

use crate::base::Problem;
use regex::RegexBuilder;

/// Longer patterns are refused.
const MAX_CHARS: usize = 1_000;
/// Bytes that a pattern may take when it is made ready: `\w{1000}{1000}` would take more than there is.
const MAX_BYTES: usize = 4 << 20;

/// How many groups a pattern has besides the whole.
///
/// # Errors
/// `bad_pattern` with what is wrong in the words of the crate `regex`.
pub fn check_pattern(pattern: &str) -> Result<usize, Problem> {
    let refused = |why: String| {
        Problem::request("bad_pattern", "The pattern cannot be read.")
            .because(why)
            .hint("Example: \\d{4} finds four digits. Put a backslash before . ( ) [ ] + * ? to mean the sign itself.")
    };
    if pattern.chars().count() > MAX_CHARS {
        return Err(refused(format!("It is longer than {MAX_CHARS} characters.")));
    }
    match RegexBuilder::new(pattern).size_limit(MAX_BYTES).build() {
        Ok(regex) => Ok(regex.captures_len().saturating_sub(1)),
        Err(regex::Error::CompiledTooBig(_)) => Err(refused("It repeats too much.".to_owned())),
        Err(error) => {
            let text = error.to_string();
            // The last line says what; those before draw the place.
            let why = text.lines().last().unwrap_or_default().trim_start_matches("error: ").trim();
            Err(refused(format!("{}.", crate::base::wording::sentence_case(why))))
        }
    }
}

/// A pattern that finds this text.
pub fn escaped(text: &str) -> String {
    regex::escape(text)
}

/// What is written for "what the pattern has found", as SQL has it: `$1` and `\1` are the first group, any
/// other sign is itself.
pub fn groups(with: &str) -> String {
    let mut out = String::with_capacity(with.len());
    let mut rest = with.chars().peekable();
    while let Some(c) = rest.next() {
        let is_group = rest.peek().is_some_and(char::is_ascii_digit);
        match c {
            '$' if is_group => out.push('\\'),
            // To the engine a lone one begins a group's name.
            '$' => out.push_str("$$"),
            other => out.push(other),
        }
    }
    out
}

/// A replacement that means nothing but itself.
pub fn literal(with: &str) -> String {
    let mut out = String::with_capacity(with.len());
    let mut rest = with.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '$' => out.push_str("$$"),
            // A group that is never there keeps the backslash from the digit.
            '\\' if rest.peek().is_some_and(char::is_ascii_digit) => out.push_str("\\${99}"),
            other => out.push(other),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_checked_before_rows_are_touched() {
        assert_eq!(check_pattern(r"(\d+)-(\w+)"), Ok(2));
        assert_eq!(check_pattern("plain"), Ok(0));
        for bad in ["(", "a{2,1}", r"\w{1000}{1000}", r"(a)\1", &"a".repeat(1_001)] {
            let problem = check_pattern(bad).unwrap_err();
            assert_eq!(problem.code, "bad_pattern", "{bad}");
            assert!(problem.why.ends_with('.'), "{}", problem.why);
        }
    }

    #[test]
    fn replacements_mean_what_they_say() {
        assert_eq!(groups("$1 and \\2 for $ 5"), "\\1 and \\2 for $$ 5");
        assert_eq!(groups("${x}"), "$${x}");
        assert_eq!(literal("$1"), "$$1");
        assert_eq!(literal("\\1"), "\\${99}1");
        assert_eq!(literal("C:\\x"), "C:\\x");
    }
}
