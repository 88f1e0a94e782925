//! A report as one HTML file that opens anywhere, offline, and that the app can open again.
//!
//! It holds no script, and forbids itself to fetch anything.

use super::check::{garbled, read_report};
use super::drawn::{Drawn, Look};
use super::escape::{Html, escape_json};
use super::page::write_report;
use super::seal::{Integrity, integrity, sealed, told};
use super::slim::sound;
use crate::base::{Problem, json, wording};
use crate::chart::ChartData;
use crate::report::{FrozenContent, FrozenReport};

/// The style of a report file, light and dark, screen and print.
pub const REPORT_CSS: &str = include_str!("report.css");

const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
const OPEN: &str = "<script type=\"application/json\" id=\"tributary-report\">";
const CLOSE: &str = "</script>";
const MAX_FILE: usize = 64 << 20;
const MAX_JSON: usize = 16 << 20;

/// The charts that are drawn in the file, in its order.
pub fn charts_of(report: &FrozenReport) -> Vec<&ChartData> {
    let charts = report.blocks.iter().filter_map(|b| match &b.content {
        FrozenContent::Finding { chart, .. } => chart.as_ref(),
        FrozenContent::Chart { data, .. } => Some(data),
        _ => None,
    });
    charts.collect()
}

/// Writes the file. `draw` makes the SVG of a chart for a kind of page.
pub fn to_html(report: &FrozenReport, draw: &dyn Fn(&ChartData, Look) -> Option<String>, css: &str) -> String {
    let drawn: Vec<Drawn> =
        charts_of(&sound(report)).into_iter().map(|c| Drawn::new(Look::ALL.map(|look| draw(c, look)))).collect();
    to_html_drawn(report, &drawn, css)
}

/// Writes the file with charts that have been drawn already, one for each of [`charts_of`].
pub fn to_html_drawn(report: &FrozenReport, drawn: &[Drawn], css: &str) -> String {
    let report = sound(report);
    let mut html = Html::default();
    html.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.raw("<meta http-equiv=\"Content-Security-Policy\" content=\"").raw(POLICY).raw("\">\n");
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n");
    html.raw("<meta name=\"generator\" content=\"Tributary ").raw(env!("CARGO_PKG_VERSION")).raw("\">\n");
    html.element("title", &report.title);
    // Nothing in a style sheet needs this, and it would end the element.
    html.raw("<style>\n").raw(&css.replace("</", "<\\/")).raw("\n</style>\n</head>\n<body>\n");
    write_report(&mut html, &report, drawn);
    // Ids, strings and finite numbers always have a JSON form.
    let json = escape_json(&json::write(&report).unwrap_or_default());
    let page = html.finish();
    let json = sealed(&page, &json);
    format!("{page}{OPEN}{json}{CLOSE}\n</body>\n</html>\n")
}

/// Reads the report out of a file that [`to_html`] wrote.
///
/// # Errors
/// `report_too_large`, `report_garbled`, `report_false`, `report_newer`.
pub fn from_html(bytes: &[u8]) -> Result<FrozenReport, Problem> {
    open_html(bytes).map(|(report, _)| report)
}

/// The same, and whether the file is as it was written: what it shows and what it holds.
///
/// # Errors
/// As [`from_html`].
pub fn open_html(bytes: &[u8]) -> Result<(FrozenReport, Integrity), Problem> {
    if bytes.len() > MAX_FILE {
        return Err(too_large(bytes.len()));
    }
    let text = std::str::from_utf8(bytes).map_err(|_| garbled("The file is not text in UTF-8."))?;
    let (before, after) = text.split_once(OPEN).ok_or_else(|| garbled("There is no report in this file."))?;
    let (json, _) = after.split_once(CLOSE).ok_or_else(|| garbled("The file is cut off."))?;
    if json.len() > MAX_JSON {
        return Err(too_large(json.len()));
    }
    Ok(told(read_report(json.as_bytes())?, integrity(before, json)))
}

fn too_large(size_bytes: usize) -> Problem {
    let size = wording::format_bytes(size_bytes as u64);
    Problem::limit("report_too_large", format!("This report file is too large to open ({size})."))
        .hint("It can still be read in the browser: open the file itself.")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    const HOSTILE: &str = "</script></style></title><img src=x onerror=alert(1)>\"'`&\u{2028}";

    fn draw(data: &ChartData, look: Look) -> Option<String> {
        let label = super::super::escape::escape(&data.title);
        let fill = if look.is_dark { "white" } else { "black" };
        Some(format!("<svg viewBox=\"0 0 1 1\"><text fill=\"{fill}\">{label}</text></svg>"))
    }

    /// Puts the text in every string of a report.
    fn poison(value: &mut serde_json::Value) {
        match value {
            serde_json::Value::String(text) => *text = format!("{HOSTILE}{text}"),
            serde_json::Value::Array(items) => items.iter_mut().for_each(poison),
            serde_json::Value::Object(fields) => {
                // Fields whose words are fixed cannot be anything else.
                const FIXED: [&str; 10] = [
                    "kind",
                    "state",
                    "fingerprint",
                    "column_type",
                    "aggregate",
                    "descending",
                    "node",
                    "form",
                    "type",
                    "spec",
                ];
                fields.iter_mut().filter(|(k, _)| !FIXED.contains(&k.as_str())).for_each(|(_, v)| poison(v));
            }
            _ => {}
        }
    }

    fn hostile() -> FrozenReport {
        let mut report = sample::frozen();
        let extra = [
            FrozenContent::Text(format!(
                "# {HOSTILE}\n\n- {HOSTILE}\n\n[{HOSTILE}](javascript:alert(1)) **{HOSTILE}** `{HOSTILE}`"
            )),
            FrozenContent::Failed("why".into()),
        ];
        for content in extra {
            let mut block = report.blocks[0].clone();
            block.content = content;
            report.blocks.push(block);
        }
        let mut value = serde_json::to_value(&report).unwrap();
        // Unit variants are words as well, so only what still reads is kept.
        for block in value["blocks"].as_array_mut().unwrap() {
            if let Some(content) = block.get_mut("content").filter(|c| c.is_object()) {
                poison(content);
            }
        }
        for field in ["title", "strip", "as_of"] {
            poison(&mut value[field]);
        }
        poison(&mut value["sources"]);
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn comes_back_whole() {
        let report = sample::frozen();
        let file = to_html(&report, &draw, REPORT_CSS);
        assert_eq!(from_html(file.as_bytes()).unwrap(), report);
    }

    #[test]
    fn an_edit_by_hand_shows() {
        let file = to_html(&sample::frozen(), &draw, REPORT_CSS);
        let read = |file: &str| open_html(file.as_bytes()).unwrap().1;
        assert_eq!(read(&file), Integrity::Intact);
        // As mail would send it.
        assert_eq!(read(&file.replace('\n', "\r\n")), Integrity::Intact);
        assert_eq!(file.matches("4 of 16 rows have").count(), 2, "once to be read, once to be opened");
        let (page, data) =
            (file.replacen("4 of 16 rows have", "0 of 16 rows have", 1), file.rsplitn(2, "4 of 16 rows have"));
        assert_eq!(read(&page), Integrity::Changed);
        let parts: Vec<&str> = data.collect();
        assert_eq!(read(&format!("{}0 of 16 rows have{}", parts[1], parts[0])), Integrity::Changed);
        let (_, rest) = file.split_once("{\"checksum\":\"").unwrap();
        let without = file.replace(&format!("\"checksum\":\"{}\",", &rest[..16]), "");
        assert_eq!(read(&without), Integrity::Unknown, "as files were before there was one");
    }

    #[test]
    fn hostile_text_stays_text() {
        let report = hostile();
        let file = to_html(&report, &draw, REPORT_CSS);
        assert!(!file.contains("<img"));
        assert!(!file.contains("javascript:alert(1)\""));
        assert_eq!(file.matches("<script").count(), 1);
        assert_eq!(file.matches("</script").count(), 1);
        assert_eq!(file.matches("</title").count(), 1);
        assert_eq!(file.matches("</style").count(), 1);
        // The text is there, as text.
        assert!(file.contains("&lt;img src=x onerror=alert(1)&gt;"));
        assert_eq!(from_html(file.as_bytes()).unwrap(), report);
    }

    #[test]
    fn a_drawing_that_is_more_is_left_out() {
        let evil = |_: &ChartData, _: Look| Some("<svg><script>alert(1)</script></svg>".to_owned());
        let file = to_html(&sample::frozen(), &evil, "");
        assert!(!file.contains("alert(1)"));
        assert!(file.contains("1 Nov 2026"), "the numbers are there in any case");
    }

    #[test]
    fn drawn_beforehand_it_is_the_same_file() {
        let report = sample::frozen();
        let charts = charts_of(&report);
        assert_eq!(charts.len(), 4);
        let drawn: Vec<Drawn> = charts.iter().map(|c| Drawn::new(Look::ALL.map(|look| draw(c, look)))).collect();
        assert_eq!(to_html_drawn(&report, &drawn, REPORT_CSS), to_html(&report, &draw, REPORT_CSS));
        // Without drawings the numbers are there, and open.
        assert!(to_html_drawn(&report, &[], "").contains("<details open>"));
    }

    #[test]
    fn it_forbids_itself_everything() {
        let file = to_html(&sample::frozen(), &|_, _| None, "</style><script>");
        assert!(file.contains("default-src 'none'"));
        assert_eq!(file.matches("</style").count(), 1);
        let links = file.matches("href=").count() + file.matches("src=\"").count();
        assert_eq!(links, 0);
    }

    #[test]
    fn other_files_are_refused() {
        for odd in [&b""[..], b"<html></html>", b"\xff\xfe", OPEN.as_bytes()] {
            assert_eq!(from_html(odd).unwrap_err().code, "report_garbled");
        }
        let file = to_html(&sample::frozen(), &draw, "");
        for end in (0..file.len() - 40).step_by(97) {
            if file.is_char_boundary(end) {
                assert!(from_html(&file.as_bytes()[..end]).is_err(), "cut at {end}");
            }
        }
    }
}
