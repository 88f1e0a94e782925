//! Links and files that were made once and open for ever: what they held is what is read.
//!
//! `input.link` is the fragment of a link, `input.html` a report file. A case without inputs whose
//! spec names a report case in `made_from` gets them once, when golden files are written; after
//! that nothing may rewrite them.

use super::report_text::report_text;
use super::{Case, Outputs, check, is_writing, text};
use std::fs;
use tributary::base::Problem;
use tributary::chart::{Frame, Theme, to_svg};
use tributary::report::FrozenReport;
use tributary::share::{
    Integrity, Look, REPORT_CSS, from_fragment, open_fragment, open_html, slim, to_fragment, to_html,
};

#[test]
fn what_was_shared_opens_for_ever() {
    check("share", run);
}

fn run(case: &Case) -> Outputs {
    make_once(case);
    let mut out = String::new();
    let inputs = case.inputs();
    assert!(!inputs.is_empty(), "{} has no input", case.folder.display());
    for (name, bytes) in inputs {
        let read = if name.ends_with("html") {
            open_html(&bytes)
        } else {
            open_fragment(std::str::from_utf8(&bytes).unwrap().trim_end())
        };
        let read = read.map(|(report, integrity)| {
            assert_ne!(integrity, Integrity::Changed, "{name}");
            report
        });
        out.push_str(&format!("=== {name}\n{}\n", read_words(read)));
    }
    text(out)
}

fn read_words(read: Result<FrozenReport, Problem>) -> String {
    match read {
        Ok(report) => {
            // What is read can be sent on, and stays the same.
            let again = from_fragment(&to_fragment(&report).unwrap()).unwrap();
            assert_eq!(again, slim(&report));
            report_text(&report)
        }
        Err(problem) => super::words::problem(&problem),
    }
}

fn make_once(case: &Case) {
    let from: String = case.get("made_from");
    if from.is_empty() || !is_writing() || !case.inputs().is_empty() {
        return;
    }
    let folder = case.folder.join("../../report").join(from);
    let spec = serde_json::from_str(&fs::read_to_string(folder.join("spec.json")).unwrap()).unwrap();
    let report = super::report::drafted(&Case { folder, spec });
    let draw = |data: &tributary::chart::ChartData, look: Look| {
        let theme = if look.is_dark { Theme::dark() } else { Theme::light() };
        to_svg(data, &Frame::new(look.width_px(), 320.0, theme)).ok()
    };
    fs::write(case.folder.join("input.link"), to_fragment(&report).unwrap()).unwrap();
    fs::write(case.folder.join("input.html"), to_html(&report, &draw, REPORT_CSS)).unwrap();
}
