//! The bundled samples taken the whole way that the app takes: read, saved, sent to the engine, merged
//! by what it proposes, drafted into a report. The cause that was planted has to be its verdict, and
//! the miniatures of the start page have to be those of these reports.
//!
//! `TRIBUTARY_UPDATE=1 cargo test --test main sample_reports` writes the miniatures anew.

use super::insight_samples::samples;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::OnceLock;
use tributary::base::{Fingerprint, SourceId, TableId};
use tributary::engine::Engine;
use tributary::merge::{MergeSpec, MergeSuggestion};
use tributary::protocol::{Event, Query, Request, View};
use tributary::report::{FrozenContent, FrozenReport, Miniature, State};
use tributary::source::{self, Format, Origin, ReaderSpec, SourceSpec, TableSpec, sql_name};
use tributary::workspace::{Command, History, Workspace, format};

/// The page's part, without the page.
struct Page {
    engine: Engine,
    history: History,
}

impl Page {
    fn open(sample: &str) -> Page {
        let mut page = Page { engine: Engine::new(), history: History::new(Workspace::default()) };
        let folder = samples().join(sample);
        let manifest = std::fs::read_to_string(folder.join("manifest.json")).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&manifest).unwrap();
        page.dispatch(&Command::SetTitle { title: manifest["title"].as_str().unwrap().to_owned() });
        for file in manifest["files"].as_array().unwrap() {
            let name = file["name"].as_str().unwrap();
            let format: Format = serde_json::from_value(file["format"].clone()).unwrap();
            let bytes = std::fs::read(folder.join(file["path"].as_str().unwrap())).unwrap();
            page.add(sample, name, format, &bytes);
        }
        page
    }

    fn add(&mut self, sample: &str, name: &str, format: Format, bytes: &[u8]) {
        let reader = ReaderSpec { format: Some(format), ..ReaderSpec::default() };
        let read = source::read(name, bytes, &reader, &mut |_| {}).unwrap();
        let tables = read.parts.iter().map(|part| TableSpec {
            id: TableId(0),
            name: sql_name(name, &part.part),
            part: part.part.clone(),
            n_rows: part.table.n_rows(),
            columns: part.table.columns().to_vec(),
            ledger: part.ledger.clone(),
            reading: part.reading.clone(),
            notices: part.notices.clone(),
            keys: part.keys.clone(),
        });
        let source = SourceSpec {
            id: SourceId(0),
            name: name.to_owned(),
            origin: Origin::Sample(sample.to_owned()),
            size_bytes: bytes.len() as u64,
            fingerprint: Fingerprint::of(bytes),
            read_at: "2026-11-12T10:00:00Z".to_owned(),
            reader,
            tables: tables.collect(),
        };
        self.dispatch(&Command::AddSource { source: Box::new(source) });
        let added = self.history.present().sources.last().unwrap().clone();
        for (spec, part) in added.tables.iter().zip(&read.parts) {
            let rows = part.table.to_ipc().unwrap();
            let said = self.engine.handle(Request::Attach { table: spec.id }, Some(rows));
            assert!(matches!(said[0].event, Event::Attached { .. }));
        }
    }

    fn dispatch(&mut self, command: &Command) {
        self.history.dispatch(command).unwrap();
        let saved = format::encode(self.history.present()).unwrap();
        self.engine.handle(Request::SetWorkspace { revision: self.history.revision(), saved }, None);
    }

    fn ask(&mut self, query: Query) -> View {
        self.engine.handle(Request::Want { topic: 1, query }, None);
        let mut answer = None;
        while self.engine.is_busy() {
            for said in self.engine.step() {
                match said.event {
                    Event::Answer { topic: 1, view, .. } => answer = Some(*view),
                    Event::WantFailed { problem, .. } => panic!("{problem}"),
                    _ => {}
                }
            }
        }
        self.engine.handle(Request::Drop { topic: 1 }, None);
        answer.unwrap()
    }

    fn combine_the_obvious(&mut self) {
        for _ in 0..MergeSuggestion::MAX_BY_ITSELF {
            let View::Suggestions(found) = self.ask(Query::Suggestions) else { panic!() };
            let present = self.history.present();
            let Some(next) = MergeSuggestion::next_obvious(&found, |node| present.n_columns_read(node)) else { break };
            println!("{} + {}: {}", next.left_name, next.right_name, next.reason);
            let merge = Box::new(MergeSpec::accepting(next, None));
            self.dispatch(&Command::AddMerge { merge });
        }
    }
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
    let mut page = Page::open(sample);
    page.combine_the_obvious();
    let View::Report(report) = page.ask(Query::Report) else { panic!() };
    let main = page.history.present().main_node().unwrap();
    let View::Nodes(nodes) = page.ask(Query::Nodes) else { panic!() };
    let node = nodes.into_iter().find(|n| n.node == main).unwrap();
    let columns: Vec<String> = node.columns.into_iter().map(|c| c.name).collect();
    let View::Merges(merges) = page.ask(Query::Merges) else { panic!() };
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
