//! A checksum over what is shared, so that the reader sees when it was changed after it was written.
//!
//! It tells edits by hand and damage on the way. It is no signature: who changes a report on purpose can
//! compute the checksum anew, or take it out.

use crate::report::{Explain, FrozenReport, StripPart};

/// Whether a report is as it was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Integrity {
    /// It carries no checksum: reports of before have none.
    #[default]
    Unknown,
    Intact,
    Changed,
}

/// Comes first in the JSON. An earlier version reads past it, as past any field that it does not know.
const OPEN: &str = "{\"checksum\":\"";
const NAME: &str = "\"checksum\":";
const N_DIGITS: usize = 16;

/// The JSON of a report, an object, with a checksum over it and over what stands before it in the file.
pub(super) fn sealed(before: &str, json: &str) -> String {
    match json.strip_prefix('{') {
        Some(rest) => format!("{OPEN}{}\",{rest}", checksum(before, rest)),
        None => json.to_owned(),
    }
}

/// The same pieces as they were found.
pub(super) fn integrity(before: &str, json: &str) -> Integrity {
    let parts = json.trim_start().strip_prefix(OPEN).and_then(|rest| rest.split_at_checked(N_DIGITS));
    match parts.and_then(|(sum, rest)| Some((sum, rest.strip_prefix("\",")?))) {
        Some((sum, rest)) if sum == checksum(before, rest) => Integrity::Intact,
        Some(_) => Integrity::Changed,
        // Written anew by some other program, which put it elsewhere.
        None if json.contains(NAME) => Integrity::Changed,
        None => Integrity::Unknown,
    }
}

/// What stands first under the title of a report that was changed, so that it is also there when the
/// report is printed or sent on.
const CHANGED: &str = "Changed after it was written";

pub(super) fn told(mut report: FrozenReport, integrity: Integrity) -> (FrozenReport, Integrity) {
    if integrity == Integrity::Changed && !report.strip.starts_with(CHANGED) {
        let rest = if report.strip.is_empty() { String::new() } else { format!(" · {}", report.strip) };
        report.strip = format!("{CHANGED}{rest}");
        if !report.strip_parts.is_empty() {
            let formula = "The report does not match the checksum that was written with it. The checksum tells edits by \
                           hand and damage on the way; it does not show who made the report.";
            let explain = Explain { formula: formula.to_owned(), ..Explain::default() };
            report.strip_parts.insert(0, StripPart { text: CHANGED.to_owned(), explain });
        }
    }
    (report, integrity)
}

fn checksum(before: &str, rest: &str) -> String {
    format!("{:016x}", fnv_1a(before.bytes().chain([0]).chain(rest.trim_end().bytes())))
}

/// FNV-1a with 64 bits (Fowler, Noll and Vo). Line ends do not count, for mail and editors change them.
fn fnv_1a(bytes: impl Iterator<Item = u8>) -> u64 {
    let step = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3);
    bytes.filter(|b| *b != b'\r').fold(0xcbf2_9ce4_8422_2325, step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_hash_is_that_of_its_authors() {
        let of = |text: &str| fnv_1a(text.bytes());
        assert_eq!(of(""), 0xcbf2_9ce4_8422_2325);
        assert_eq!(of("a"), 0xaf63_dc4c_8601_ec8c);
        assert_eq!(of("foobar"), 0x8594_4171_f739_67e8);
    }

    #[test]
    fn a_changed_report_says_so_once() {
        let report = crate::report::sample::frozen();
        assert_eq!(told(report.clone(), Integrity::Unknown).0, report);
        let (marked, _) = told(report.clone(), Integrity::Changed);
        assert_eq!(marked.strip, format!("Changed after it was written · {}", report.strip));
        assert_eq!(
            (marked.strip_parts.len(), marked.strip_parts[0].text.as_str()),
            (report.strip_parts.len() + 1, CHANGED)
        );
        assert_eq!(told(marked.clone(), Integrity::Changed).0, marked);
        let old = FrozenReport { strip_parts: Vec::new(), strip: String::new(), ..report };
        let (marked, _) = told(old, Integrity::Changed);
        assert_eq!((marked.strip.as_str(), marked.strip_parts.len()), (CHANGED, 0));
    }

    #[test]
    fn any_edit_shows() {
        let (before, json) = ("<p>\n12</p>", r#"{"version":1,"title":"Run 42"}"#);
        let whole = sealed(before, json);
        assert_eq!(integrity(before, &whole), Integrity::Intact);
        assert_eq!(integrity(&before.replace('\n', "\r\n"), &whole), Integrity::Intact);
        assert_eq!(integrity("<p>\n13</p>", &whole), Integrity::Changed);
        assert_eq!(integrity(before, &whole.replace("42", "43")), Integrity::Changed);
        assert_eq!(integrity(before, &whole.replace("{\"checksum\":\"", "{\n  \"checksum\": \"")), Integrity::Changed);
        assert_eq!(integrity(before, &whole.replacen("\",", "x\",", 1)), Integrity::Changed);
        // One of before, and what was never a report.
        for unknown in [json, "", "{", "[]", "{\"checksum"] {
            assert_eq!(integrity(before, unknown), Integrity::Unknown, "{unknown}");
        }
        assert_eq!(integrity("", "{\"checksum\":\"éééééééé"), Integrity::Changed);
    }
}
