//! The bundled samples, read and joined as a user would: the planted cause has to come first.
//!
//! What is not the search's business is made robust here: a column that another version of the
//! reader leaves as text is cast before the search.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Arc, Once};
use tributary::base::{BlockId, ColumnType, NodeId, Problem, TableId};
use tributary::chart::{ChartData, ChartSpec, Marks, reduce, suggest_charts};
use tributary::insight::{self, Finding, FindingKind, Findings, FindingsOptions};
use tributary::merge::{self, Columns, KeyForm, KeyPair, MergeKind};
use tributary::report::{self, Block, DraftInput, Evaluate, FrozenContent, FrozenReport, State};
use tributary::source::{self, Format, ReaderSpec};
use tributary::table::{SourceRef, Table, TableProfile};

const NODE: NodeId = NodeId::Table(TableId(1));

/// The folder of the samples; they are written when they are not there.
pub fn samples() -> PathBuf {
    static WRITTEN: Once = Once::new();
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let folder = root.join("public/samples");
    WRITTEN.call_once(|| {
        if !folder.join("cold-chain/manifest.json").exists() {
            let cargo = option_env!("CARGO").unwrap_or("cargo");
            let done = Command::new(cargo).args(["xtask", "samples"]).current_dir(root).status().unwrap();
            assert!(done.success(), "the samples could not be written");
        }
    });
    folder
}

/// The tables of a file, by the name of their part, with the types that the test needs.
fn read(path: &str, types: &[(&str, ColumnType)]) -> BTreeMap<String, Table> {
    let mut bytes = std::fs::read(samples().join(path)).unwrap();
    // Lines above the header that have as many cells as it are the reader's affair.
    let head = b"Logger;Time;";
    if let Some(at) = bytes.windows(head.len()).position(|w| w == head) {
        bytes.drain(..at);
    }
    let types = types.iter().map(|(name, t)| ((*name).to_owned(), *t)).collect();
    let format = path.ends_with("_pages.json").then_some(Format::Pages);
    let spec = ReaderSpec { types, format, ..ReaderSpec::default() };
    let read = source::read(path, &bytes, &spec, &mut |_| {}).unwrap();
    read.parts.into_iter().map(|p| (p.part, p.table)).collect()
}

fn only(mut tables: BTreeMap<String, Table>) -> Table {
    assert_eq!(tables.len(), 1, "{:?}", tables.keys());
    tables.pop_first().unwrap().1
}

/// A column's name as this version of the reader writes it: by its last word.
fn named(table: &Table, tail: &str) -> String {
    let fits = |name: &&String| **name == tail || name.ends_with(&format!(".{tail}"));
    let mut names = table.columns().iter().map(|c| &c.name);
    let all: Vec<&String> = names.clone().collect();
    names.find(fits).unwrap_or_else(|| panic!("no column {tail} in {all:?}")).clone()
}

fn pair(left: &str, right: &str, form: KeyForm) -> KeyPair {
    KeyPair { left: left.to_owned(), right: right.to_owned(), form }
}

fn merged(kind: MergeKind, keys: &[KeyPair], left: &Table, right: &Table) -> Table {
    merge::run(kind, keys, ("left", left), ("right", right), Columns::default()).unwrap().0
}

struct Desk {
    name: &'static str,
    table: Arc<Table>,
    profile: Arc<TableProfile>,
    findings: Findings,
}

impl Evaluate for Desk {
    fn chart(&self, spec: &ChartSpec) -> Result<ChartData, Problem> {
        reduce(&self.table, spec)
    }
    fn findings(&self, _: NodeId) -> Result<Findings, Problem> {
        Ok(self.findings.clone())
    }
    fn table(&self, _: NodeId) -> Result<Arc<Table>, Problem> {
        Ok(self.table.clone())
    }
    fn profile(&self, _: NodeId) -> Result<Arc<TableProfile>, Problem> {
        Ok(self.profile.clone())
    }
    fn node_name(&self, _: NodeId) -> String {
        self.name.to_owned()
    }
    fn steps_of(&self, _: NodeId) -> Vec<String> {
        Vec::new()
    }
    fn sources_of(&self, _: NodeId) -> Vec<SourceRef> {
        Vec::new()
    }
    fn main_node(&self) -> Option<NodeId> {
        Some(NODE)
    }
}

impl Desk {
    fn new(name: &'static str, table: Table) -> Desk {
        let findings = insight::find(name, &table, &FindingsOptions::default());
        let desk = Desk { name, profile: Arc::new(insight::profile(&table)), table: Arc::new(table), findings };
        for (f, nr) in desk.findings.findings.iter().zip(1..) {
            println!("{nr}. [{:.2}] {:?} {}\n      {}", f.strength, f.columns, f.sentence, f.caveat);
        }
        desk
    }

    fn first(&self) -> &Finding {
        self.findings.findings.first().unwrap()
    }

    fn report(&self) -> FrozenReport {
        let (title, specs) = report::draft(&DraftInput {
            title: "",
            node: NODE,
            node_name: self.name,
            table: &self.table,
            profile: &self.profile,
            findings: &self.findings,
            charts: &suggest_charts(&self.profile, NODE),
            dismissed: &[],
            n_sources: 1,
        });
        let blocks: Vec<Block> = (1..).map(BlockId).zip(specs).map(|(id, spec)| Block { id, spec }).collect();
        let frozen = report::freeze(&title, &blocks, true, self, Vec::new(), Vec::new());
        for block in &frozen.blocks {
            match &block.content {
                FrozenContent::Verdict { state, sentence, action, .. } => println!("{state:?}: {sentence} {action}"),
                FrozenContent::Numbers(numbers) => {
                    for n in numbers {
                        println!("  {} = {} {:?} {:?}", n.label, n.text, n.unit, n.change);
                    }
                }
                FrozenContent::Finding { finding, chart, .. } => {
                    println!("  {} -> {:?}", finding.key, chart.as_ref().map(|c| &c.title));
                }
                FrozenContent::Chart { data, .. } => println!("  {}", data.title),
                FrozenContent::Table { title, window, .. } => {
                    let heads: Vec<&str> = window.columns.iter().map(|c| c.name.as_str()).collect();
                    println!("  {title}: {heads:?}");
                }
                FrozenContent::Failed(why) => panic!("a block failed: {why}"),
                _ => {}
            }
        }
        frozen
    }
}

fn verdict(report: &FrozenReport) -> (State, &str, &str) {
    let content = report.blocks.iter().find_map(|b| match &b.content {
        FrozenContent::Verdict { state, sentence, action, .. } => Some((*state, sentence.as_str(), action.as_str())),
        _ => None,
    });
    content.unwrap()
}

fn sequencing() -> Desk {
    Desk::new("run_metrics", sequencing_table())
}

pub fn sequencing_table() -> Table {
    let numbers = ["reads_m", "q30_pct", "coverage_x", "dup_pct"].map(|n| (n, ColumnType::Number));
    let runs = only(read("sequencing/run_metrics.csv", &numbers));
    let mut sheets = read("sequencing/plate_map.xlsx", &[]);
    let map = sheets.remove("Plate map").unwrap();
    let lots = sheets.remove("Lots").unwrap();
    let keys = [pair("sample_id", "sample_id", KeyForm::Unpadded)];
    let joined = merged(MergeKind::Left, &keys, &runs, &map);
    merged(MergeKind::Left, &[pair("reagent_lot", "reagent_lot", KeyForm::Exact)], &joined, &lots)
}

#[test]
fn sequencing_names_the_plate() {
    let desk = sequencing();
    let report = desk.report();
    let first = desk.first();
    assert_eq!(first.columns.first().map(String::as_str), Some("status"));
    assert!(["P7", "L-113"].contains(&first.group.as_deref().unwrap()), "{}", first.sentence);
    let (state, sentence, action) = verdict(&report);
    assert_ne!(state, State::Fine);
    assert!(sentence.contains("P7") || sentence.contains("L-113"), "{sentence}");
    assert!(action.contains("P7") || action.contains("L-113"), "{action}");
}

fn trials() -> Desk {
    Desk::new("safety_reports", trials_table())
}

pub fn trials_table() -> Table {
    let types = [("Received", ColumnType::Date), ("Event date", ColumnType::Date), ("Site", ColumnType::Text)];
    let reports = only(read("trials/safety_reports.csv", &types));
    let studies = read("trials/studies_pages.json", &[]).into_values().max_by_key(Table::n_rows).unwrap();
    let sites = only(read("trials/sites.xlsx", &[]));
    let keys = [pair("Study", &named(&studies, "nctId"), KeyForm::Exact)];
    let joined = merged(MergeKind::Left, &keys, &reports, &studies);
    let keys = [pair("Site", "Site", KeyForm::TrailingNumber), pair("Study", "Study no.", KeyForm::TrailingNumber)];
    merged(MergeKind::Left, &keys, &joined, &sites)
}

#[test]
fn trials_name_the_site() {
    let desk = trials();
    let report = desk.report();
    let first = desk.first();
    assert_eq!(first.columns, ["Serious", "Site"], "{}", first.sentence);
    assert!(first.group.as_deref().unwrap().ends_with("17"), "{}", first.sentence);
    let (_, sentence, action) = verdict(&report);
    assert!(sentence.contains("017"), "{sentence}");
    assert!(action.contains("017"), "{action}");
}

fn cold_chain() -> Desk {
    Desk::new("loggers", cold_chain_table())
}

pub fn cold_chain_table() -> Table {
    let depot = only(read("cold-chain/loggers_depot.csv", &[]));
    let trucks = only(read("cold-chain/loggers_trucks.csv", &[]));
    let mut sheets = read("cold-chain/calibration.xlsx", &[]);
    let calibration = sheets.remove("Calibration").unwrap();
    let name = |table: &Table, start: &str| {
        let found = table.columns().iter().find(|c| c.name.to_lowercase().starts_with(start));
        found.unwrap_or_else(|| panic!("no {start} in {:?}", table.columns())).name.clone()
    };
    let below = [("device", "logger"), ("timestamp", "time"), ("temperature", "temp"), ("humidity", "rh")];
    let below = below.map(|(l, r)| pair(&name(&depot, l), &name(&trucks, r), KeyForm::Exact));
    let all = merged(MergeKind::Union, &below, &depot, &trucks);
    let keys = [pair(&name(&all, "device"), &name(&calibration, "logger"), KeyForm::Unpadded)];
    merged(MergeKind::Left, &keys, &all, &calibration)
}

#[test]
fn the_cold_chain_names_the_logger_and_the_day() {
    let desk = cold_chain();
    let report = desk.report();
    let first = desk.first();
    assert_eq!(first.kind, FindingKind::ChangePoint, "{}", first.sentence);
    assert!(first.sentence.contains("temperature_c of device "), "{}", first.sentence);
    assert!(first.group.as_deref().unwrap().ends_with('4'), "{}", first.sentence);
    assert!(first.window.as_ref().unwrap().0.starts_with("2026-11-06"), "{:?}", first.window);
    let (state, sentence, action) = verdict(&report);
    assert_ne!(state, State::Fine);
    assert!(sentence.contains("6 Nov 2026"), "{sentence}");
    assert!(action.contains('4') && action.contains("6 Nov 2026"), "{action}");
    let chart = report.blocks.iter().find_map(|b| match &b.content {
        FrozenContent::Finding { finding, chart, .. } if finding.key == first.key => chart.as_ref(),
        _ => None,
    });
    let Marks::Line { series } = &chart.unwrap().marks else { panic!("not a line") };
    assert!(series.len() > 1 && series.len() <= 6, "{}", series.len());
}

/// What is the same for all rows of a device, study or lot is not measured row by row.
#[test]
fn facts_of_a_thing_are_not_measured() {
    let constant = ["offset_c", "clock_ahead_min", "limit_c", "Enrolled", "count"];
    for desk in [sequencing(), trials(), cold_chain()] {
        for finding in &desk.findings.findings {
            let Some(measured) = finding.columns.first() else { continue };
            let tail = measured.rsplit('.').next().unwrap();
            let is_fact = constant.contains(&tail) && finding.kind != FindingKind::Missingness;
            assert!(!is_fact, "{}", finding.sentence);
        }
        let n_associations = desk.findings.findings.iter().filter(|f| f.kind == FindingKind::Association).count();
        assert!(n_associations <= 1);
    }
}
