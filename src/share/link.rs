//! A report within a link: JSON, DEFLATE, base64url, behind the `#` that never leaves the browser.

use super::check::{garbled, newer, read_report};
use super::pack::{Deflate, Unpack, inflate};
use super::seal::{Integrity, integrity, sealed, told};
use super::slim::{Level, TIGHT, USUAL, slim_to};
use crate::base::{Problem, json, wording};
use crate::report::FrozenReport;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// The form of the packing, not of the report: `r1.` is JSON, raw DEFLATE, base64url.
const PREFIX: &str = "r1.";
const MAX_FRAGMENT: usize = 256_000;
const MAX_JSON: usize = 4 << 20;
/// Reports shrink five to twenty times. What shrinks more than this, and is not tiny, is a trap.
const MAX_RATIO: usize = 200;
const TINY: usize = 64 << 10;
/// Chat programs and mail begin to cut links here.
const LONG: usize = 2_000;
const TOO_LONG: usize = 32_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkAdvice {
    Fine,
    /// Works in browsers; some chat and mail programs cut it.
    Long,
    /// Send the file instead.
    TooLong,
}

/// What is to be said about a link of some length.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice {
    pub advice: LinkAdvice,
    /// One sentence.
    pub text: String,
}

/// Judges the length of a fragment or of a whole link, in characters.
pub fn link_advice(n_chars: usize) -> Advice {
    let count = wording::format_count(n_chars as u64);
    let (advice, text) = if n_chars <= LONG {
        (LinkAdvice::Fine, format!("The link has {count} characters and fits everywhere."))
    } else if n_chars <= TOO_LONG {
        let text = format!(
            "The link has {count} characters. Browsers open it, but some chat and mail programs cut it; the file is safer."
        );
        (LinkAdvice::Long, text)
    } else {
        let text = format!("The link would have {count} characters, too many to travel. Send the file instead.");
        (LinkAdvice::TooLong, text)
    };
    Advice { advice, text }
}

/// Packs a report for a link, without the `#`. Points and rows are thinned as far as it takes.
///
/// # Errors
/// `link_too_long` when it does not fit however thin.
pub fn to_fragment(report: &FrozenReport) -> Result<String, Problem> {
    let mut packing = Packing::new();
    loop {
        if let Some(done) = packing.step(report) {
            return done;
        }
    }
}

/// The packing of a report in pieces, none of which takes long; [`to_fragment`] in one go.
pub struct Packing(Stage);

#[allow(clippy::large_enum_variant, reason = "there is one at a time")]
enum Stage {
    Write(Level),
    Squeeze { level: Level, json: Vec<u8>, squeezed: Deflate },
}

impl Default for Packing {
    fn default() -> Packing {
        Packing::new()
    }
}

impl Packing {
    /// Bytes squeezed in one piece.
    const PIECE: usize = 64 << 10;

    pub fn new() -> Packing {
        Packing(Stage::Write(USUAL))
    }

    /// Does the next piece; `None` while there is more to do. Give it the same report each time.
    pub fn step(&mut self, report: &FrozenReport) -> Option<Result<String, Problem>> {
        match &mut self.0 {
            Stage::Write(level) => match json::write(&slim_to(report, *level)) {
                Ok(json) => {
                    let json = sealed("", &json).into_bytes();
                    self.0 = Stage::Squeeze { level: *level, json, squeezed: Deflate::new() };
                    None
                }
                Err(e) => {
                    Some(Err(Problem::bug("bug_link", "The report could not be written.").because(e.to_string())))
                }
            },
            Stage::Squeeze { level, json, squeezed } => {
                if squeezed.add(json, Packing::PIECE) {
                    return None;
                }
                let fragment = format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(squeezed.finish()));
                let level = *level;
                self.0 = Stage::Write(TIGHT);
                match (fragment.len() > TOO_LONG, level == USUAL) {
                    (false, _) => Some(Ok(fragment)),
                    (true, true) => None,
                    (true, false) => Some(Err(link_too_long(fragment.len()))),
                }
            }
        }
    }
}

fn link_too_long(n_chars: usize) -> Problem {
    Problem::limit("link_too_long", "This report is too large for a link.")
        .because(link_advice(n_chars).text)
        .hint("Save the report as a file and send that. It opens in any browser, offline too.")
        .hint("Or remove some charts and tables.")
}

/// Reads a report out of a link's fragment, with or without the `#`.
///
/// # Errors
/// `report_newer`, `report_garbled`, `report_false`, `report_too_large`.
pub fn from_fragment(fragment: &str) -> Result<FrozenReport, Problem> {
    open_fragment(fragment).map(|(report, _)| report)
}

/// The same, and whether the link is as it was written.
///
/// # Errors
/// As [`from_fragment`].
pub fn open_fragment(fragment: &str) -> Result<(FrozenReport, Integrity), Problem> {
    if fragment.len() > MAX_FRAGMENT {
        return Err(too_large());
    }
    let fragment = fragment.trim().trim_start_matches('#');
    let Some(body) = fragment.strip_prefix(PREFIX) else {
        let form = fragment.strip_prefix('r').and_then(|rest| rest.split_once('.'));
        return Err(match form.and_then(|(number, _)| number.parse::<u32>().ok()) {
            Some(number) if number > 1 => newer(),
            _ => garbled("The link does not hold a report."),
        });
    };
    let packed =
        URL_SAFE_NO_PAD.decode(body).map_err(|_| garbled("Some characters of the link are missing or changed."))?;
    let limit = MAX_JSON.min((packed.len().saturating_mul(MAX_RATIO)).max(TINY));
    let json = inflate(&packed, limit).map_err(|why| match why {
        Unpack::Garbled => garbled("Part of the link is missing or changed."),
        Unpack::TooLarge => too_large(),
    })?;
    let report = read_report(&json)?;
    Ok(told(report, std::str::from_utf8(&json).map_or(Integrity::Unknown, |json| integrity("", json))))
}

fn too_large() -> Problem {
    Problem::limit("report_too_large", "The report in this link is too large to open.")
        .because("A link of this kind holds at most 4 MB.")
        .hint("Ask for the report as a file.")
}

#[cfg(test)]
mod tests {
    use super::super::pack::deflate;
    use super::*;
    use crate::chart::{Marks, Series};
    use crate::report::{FrozenContent, sample};

    fn fragment_of(json: &[u8]) -> String {
        format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(deflate(json)))
    }

    #[test]
    fn there_and_back() {
        let report = sample::frozen();
        let fragment = to_fragment(&report).unwrap();
        assert!(fragment.starts_with("r1."));
        assert!(fragment.len() < 6_000, "{}", fragment.len());
        let back = from_fragment(&format!("#{fragment}")).unwrap();
        assert_eq!(back, super::super::slim(&report));
        // Thinning what is thin already changes nothing.
        assert_eq!(to_fragment(&back).unwrap(), fragment);
    }

    #[test]
    fn a_changed_report_is_told_from_one_of_before() {
        let fragment = to_fragment(&sample::frozen()).unwrap();
        assert_eq!(open_fragment(&fragment).unwrap().1, Integrity::Intact);
        let packed = URL_SAFE_NO_PAD.decode(fragment.trim_start_matches(PREFIX)).unwrap();
        let json = String::from_utf8(inflate(&packed, MAX_JSON).unwrap()).unwrap();
        let changed = fragment_of(json.replace("Run 42", "Run 43").as_bytes());
        let (report, integrity) = open_fragment(&changed).unwrap();
        assert_eq!((report.title.as_str(), integrity), ("Run 43", Integrity::Changed));
        let before = fragment_of(&serde_json::to_vec(&sample::frozen()).unwrap());
        assert_eq!(open_fragment(&before).unwrap().1, Integrity::Unknown);
    }

    #[test]
    fn bombs_are_refused() {
        let mut report = sample::frozen();
        report.blocks.clear();
        report.strip = " ".repeat(3 << 20);
        let bomb = fragment_of(&serde_json::to_vec(&report).unwrap());
        assert!(bomb.len() < 6_000);
        assert_eq!(from_fragment(&bomb).unwrap_err().code, "report_too_large");
        let huge = fragment_of(&vec![b' '; 16 << 20]);
        assert!(huge.len() < MAX_FRAGMENT);
        assert_eq!(from_fragment(&huge).unwrap_err().code, "report_too_large");
        assert_eq!(from_fragment(&"A".repeat(MAX_FRAGMENT + 1)).unwrap_err().code, "report_too_large");
    }

    #[test]
    fn anything_cut_or_changed_is_a_problem() {
        let fragment = to_fragment(&sample::frozen()).unwrap();
        for end in (0..fragment.len()).step_by(7) {
            assert!(from_fragment(&fragment[..end]).is_err(), "cut at {end}");
        }
        // A changed character may still decode; it must never panic, nor pass the checks unread.
        let bytes = fragment.as_bytes();
        for at in (3..bytes.len()).step_by(11) {
            let mut changed = bytes.to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            if let Ok(report) = from_fragment(std::str::from_utf8(&changed).unwrap()) {
                assert!(report.blocks.len() <= 200);
            }
        }
        for odd in ["", "#", "r1.", "r1.!!!", "x", "r9", "\u{0}", "r1.é"] {
            assert_eq!(from_fragment(odd).unwrap_err().code, "report_garbled", "{odd:?}");
        }
        assert_eq!(from_fragment("r2.abc").unwrap_err().code, "report_newer");
    }

    #[test]
    fn too_long_is_said_with_a_way_out() {
        let mut report = sample::frozen();
        // Text that does not shrink.
        let mut seed = 1_u64;
        let mut noise = || {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            char::from(b'!' + ((seed >> 33) % 90) as u8)
        };
        report.blocks[0].content = FrozenContent::Text((0..60_000).map(|_| noise()).collect());
        let problem = to_fragment(&report).unwrap_err();
        assert_eq!(problem.code, "link_too_long");
        assert!(problem.hints[0].text.contains("file"));
        assert_eq!(link_advice(1_999).advice, LinkAdvice::Fine);
        assert_eq!(link_advice(2_001).advice, LinkAdvice::Long);
        assert_eq!(link_advice(32_001).advice, LinkAdvice::TooLong);
    }

    #[test]
    fn long_series_are_thinned_to_fit() {
        let mut report = sample::frozen();
        let wave = |i: u32| (f64::from(i) * 0.7).sin() * f64::from(i % 97);
        let series = |k: u32| Series {
            name: format!("sensor {k}"),
            x: (0..5_000).map(f64::from).collect(),
            y: (0..5_000).map(|i| wave(i + k)).collect(),
        };
        for block in &mut report.blocks {
            if let FrozenContent::Chart { data, .. } = &mut block.content {
                data.marks = Marks::Line { series: (0..10).map(series).collect() };
            }
        }
        let fragment = to_fragment(&report).unwrap();
        assert!(fragment.len() <= TOO_LONG);
        assert!(from_fragment(&fragment).is_ok());
    }
}
