//! The bundled samples taken the whole way that the app takes: read, saved, sent to the engine, merged
//! by what it proposes, drafted into a report. The cause that was planted has to be its verdict, and
//! the miniatures of the start page have to be those of these reports.
//!
//! `TRIBUTARY_UPDATE=1 cargo test --test main sample_reports` writes the miniatures anew.

use super::desk::Desk;
use super::insight_samples::samples;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;
use tributary::protocol::{Query, View};
use tributary::report::{FrozenContent, FrozenReport, Miniature, State};
use tributary::source::{Format, Origin, ReaderSpec};
use tributary::workspace::Command;

/// The sample as the app opens it.
fn open(sample: &str) -> Desk {
    let mut desk = Desk::new();
    let folder = samples().join(sample);
    let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
    let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
    desk.dispatch(Command::SetTitle { title: manifest["title"].as_str().unwrap().to_owned() }).unwrap();
    for file in manifest["files"].as_array().unwrap() {
        let format: Format = serde_json::from_value(file["format"].clone()).unwrap();
        let reader = ReaderSpec { format: Some(format), ..ReaderSpec::default() };
        let bytes = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
        desk.add_from(Origin::Sample(sample.to_owned()), file["name"].as_str().unwrap(), &bytes, &reader).unwrap();
    }
    desk
}

/// What the app shows of a sample.
struct Shown {
    report: FrozenReport,
    columns: Vec<String>,
    /// What was said of each merge.
    kept_once: Vec<String>,
}

impl Shown {
    fn verdict(&self) -> (State, String) {
        let content = self.report.blocks.iter().find_map(|b| match &b.content {
            FrozenContent::Verdict { state, sentence, action, .. } => Some((*state, format!("{sentence} {action}"))),
            _ => None,
        });
        content.unwrap()
    }
}

/// Each sample is taken the whole way once for all tests.
fn shown(sample: &str) -> &'static Shown {
    static ALL: OnceLock<BTreeMap<&'static str, Shown>> = OnceLock::new();
    let all = ALL.get_or_init(|| ["sequencing", "trials", "cold-chain"].map(|name| (name, show(name))).into());
    &all[sample]
}

fn show(sample: &str) -> Shown {
    let mut desk = open(sample);
    desk.combine_the_obvious();
    let report = desk.report();
    let main = desk.history.present().main_node().unwrap();
    let Ok(View::Nodes(nodes)) = desk.ask(Query::Nodes) else { panic!() };
    let node = nodes.into_iter().find(|n| n.node == main).unwrap();
    let columns: Vec<String> = node.columns.into_iter().map(|c| c.name).collect();
    let Ok(View::Merges(merges)) = desk.ask(Query::Merges) else { panic!() };
    let kept_once = merges.into_iter().flat_map(|m| m.outcome.kept_once).collect();
    let shown = Shown { report, columns, kept_once };
    println!("{sample}: {:?}\n  {:?}\n  once: {:?}", shown.verdict(), shown.columns, shown.kept_once);
    shown
}

#[test]
fn each_verdict_names_the_planted_cause() {
    let (state, said) = shown("sequencing").verdict();
    assert!(state > State::Fine && (said.contains("P7") || said.contains("L-113")), "{said}");
    let (state, said) = shown("trials").verdict();
    assert!(state > State::Fine && said.contains("017"), "{said}");
    let (state, said) = shown("cold-chain").verdict();
    // The depot writes cl4, the trucks CL-04: the same logger, under the name that was read first.
    assert!(state > State::Fine && said.contains("device cl4"), "{said}");
}

#[test]
fn the_site_that_reports_late_is_told_and_drawn() {
    let found = shown("trials").report.blocks.iter().find_map(|b| match &b.content {
        FrozenContent::Finding { finding, chart, .. }
            if finding.columns.first().is_some_and(|c| c == "days from Event date to Received") =>
        {
            Some((finding, chart))
        }
        _ => None,
    });
    let (finding, chart) = found.unwrap();
    assert!(finding.group.as_deref().is_some_and(|g| g.ends_with("17")), "{}", finding.sentence);
    assert!(chart.as_ref().is_some_and(|c| c.mark == finding.group), "{chart:?}");
}

#[test]
fn no_column_is_named_as_a_machine_would() {
    for sample in ["sequencing", "trials", "cold-chain"] {
        let shown = shown(sample);
        let told_apart = |name: &&String| name.ends_with(')') && name.contains(" (");
        let bracketed: Vec<&String> = shown.columns.iter().filter(told_apart).collect();
        assert!(bracketed.iter().all(|name| !name.contains('_')), "{sample}: {bracketed:?}");
    }
}

#[test]
fn the_start_page_shows_these_reports_in_small() {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src/ui/start/miniatures.json");
    let small = |sample| (sample, Miniature::of(&shown(sample).report).unwrap());
    let now: BTreeMap<&str, Miniature> = ["sequencing", "trials", "cold-chain"].map(small).into();
    for (sample, miniature) in &now {
        assert_eq!(miniature.numbers.len(), 3, "{sample}");
        assert!(!miniature.charts.is_empty() && miniature.charts.iter().any(|c| c.has_mark()), "{sample}");
    }
    // A sample a line, so that a change of one is seen as such.
    let line = |(sample, one): (&&str, &Miniature)| format!("  \"{sample}\": {}", serde_json::to_string(one).unwrap());
    let now = format!("{{\n{}\n}}\n", now.iter().map(line).collect::<Vec<_>>().join(",\n"));
    if std::env::var_os("TRIBUTARY_UPDATE").is_some() {
        std::fs::write(&path, &now).unwrap();
    }
    let kept = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == now, "the samples' reports have changed: set TRIBUTARY_UPDATE=1 to take the new miniatures");
}
