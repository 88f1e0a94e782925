//! A small sequencing run for the tests of this stage and the next.

use super::*;
use crate::base::{BlockId, ColumnType, Fingerprint, NodeId, Problem, TableId};
use crate::chart::{AxisInfo, ChartData, ChartKind, ChartSpec, Marks, Series};
use crate::insight::{Effect, Finding, FindingKind, Findings};
use crate::table::{ColumnInfo, ColumnProfile, SourceRef, Table, TableProfile};
use arrow::array::{ArrayRef, Date32Array, Float64Array, StringArray};
use std::sync::Arc;

pub const NODE: NodeId = NodeId::Table(TableId(1));

/// Sixteen days from 1 Nov 2026; plate P7 on the last eight, half of those rows fail.
pub fn table() -> Table {
    let first = 20_758;
    let days: Vec<i32> = (0..16).map(|i| first + i).collect();
    let plates: Vec<&str> = (0..16).map(|i| if i < 8 { "P1" } else { "P7" }).collect();
    let qc: Vec<&str> = (0..16).map(|i| if i >= 8 && i % 2 == 0 { "fail" } else { "pass" }).collect();
    let yields: Vec<Option<f64>> =
        (0..16).map(|i| if i == 3 { None } else { Some(if i < 8 { 10.0 } else { 7.5 }) }).collect();
    let mut measured = ColumnInfo::new("yield", ColumnType::Number);
    measured.unit = Some("ng/µL".to_owned());
    let columns: Vec<(ColumnInfo, ArrayRef)> = vec![
        (ColumnInfo::new("day", ColumnType::Date), Arc::new(Date32Array::from(days))),
        (ColumnInfo::new("plate", ColumnType::Text), Arc::new(StringArray::from(plates))),
        (ColumnInfo::new("qc", ColumnType::Text), Arc::new(StringArray::from(qc))),
        (measured, Arc::new(Float64Array::from(yields))),
    ];
    Table::from_columns(columns).unwrap()
}

pub fn profile() -> TableProfile {
    let column = |name: &str, column_type: ColumnType, n_distinct: u64, top: &[(&str, u64)]| ColumnProfile {
        name: name.to_owned(),
        column_type,
        unit: None,
        n_rows: 16,
        n_missing: u64::from(name == "yield"),
        n_distinct,
        distinct_is_exact: true,
        min: None,
        max: None,
        mean: None,
        sd: None,
        median: None,
        histogram: None,
        top: top.iter().map(|(v, n)| ((*v).to_owned(), *n)).collect(),
        is_id: false,
    };
    TableProfile {
        n_rows: 16,
        columns: vec![
            column("day", ColumnType::Date, 16, &[]),
            column("plate", ColumnType::Text, 2, &[("P1", 8), ("P7", 8)]),
            column("qc", ColumnType::Text, 2, &[("pass", 12), ("fail", 4)]),
            column("yield", ColumnType::Number, 2, &[]),
        ],
    }
}

pub fn finding(kind: FindingKind, columns: &[&str], group: Option<&str>, strength: f64, sentence: &str) -> Finding {
    Finding {
        key: format!("{kind:?}:{}", columns.join(",")),
        kind,
        sentence: sentence.to_owned(),
        strength,
        effect: Effect { measure: "difference of means".into(), value: -2.5, unit: None, interval: Some((-3.0, -2.0)) },
        n: 16,
        n_evidence: 8,
        p_adjusted: Some(0.001),
        caveat: "Plates were run on different days.".to_owned(),
        method: "Welch's t-test".to_owned(),
        columns: columns.iter().map(|c| (*c).to_owned()).collect(),
        group: group.map(str::to_owned),
        also: Vec::new(),
        evidence_sql: "SELECT * FROM runs WHERE plate = 'P7'".to_owned(),
        points: vec![8, 9],
        window: None,
        rule: None,
    }
}

pub fn findings() -> Findings {
    Findings {
        checks_run: 142,
        findings: vec![
            finding(
                FindingKind::GroupDifference,
                &["qc", "plate"],
                Some("P7"),
                0.8,
                "Rows on plate P7 fail more often (4 of 8 against 0 of 8).",
            ),
            finding(FindingKind::GroupDifference, &["yield", "plate"], Some("P7"), 0.6, "Yield is lower on plate P7."),
        ],
        ..Findings::default()
    }
}

pub fn chart_data(title: &str) -> ChartData {
    let axis = |label: &str, column_type: ColumnType| AxisInfo { label: label.to_owned(), unit: None, column_type };
    ChartData {
        title: title.to_owned(),
        subtitle: "mean of yield by day, 16 rows".to_owned(),
        x: axis("day", ColumnType::Date),
        y: axis("yield", ColumnType::Number),
        marks: Marks::Line {
            series: vec![Series {
                name: "yield".to_owned(),
                x: (0..16).map(|i| 20_758.0 + f64::from(i)).collect(),
                y: (0..16).map(|i| if i == 3 { f64::NAN } else { 10.0 }).collect(),
            }],
        },
        n_rows: 16,
        n_missing: 1,
        n_more: 0,
        mark: None,
    }
}

pub fn source_ref() -> SourceRef {
    SourceRef {
        name: "runs.csv".to_owned(),
        origin: "file".to_owned(),
        fingerprint: Fingerprint::of(b"runs"),
        read_at: "2026-11-17T08:00:00Z".to_owned(),
        n_rows: 16,
        size_bytes: 400,
    }
}

/// Answers from the sample. Charts over `broken` fail.
pub struct Sample;

impl Evaluate for Sample {
    fn chart(&self, spec: &ChartSpec) -> Result<ChartData, Problem> {
        if spec.x == "broken" {
            return Err(Problem::request("no_such_column", "There is no column “broken”."));
        }
        Ok(chart_data(&spec.title))
    }
    fn findings(&self, _: NodeId) -> Result<Findings, Problem> {
        Ok(findings())
    }
    fn table(&self, _: NodeId) -> Result<Arc<Table>, Problem> {
        Ok(Arc::new(table()))
    }
    fn profile(&self, _: NodeId) -> Result<Arc<TableProfile>, Problem> {
        Ok(Arc::new(profile()))
    }
    fn node_name(&self, _: NodeId) -> String {
        "runs".to_owned()
    }
    fn steps_of(&self, _: NodeId) -> Vec<String> {
        vec!["Keep rows where plate is there (16 of 16 rows)".to_owned()]
    }
    fn filters_of(&self, _: NodeId) -> Vec<String> {
        vec!["plate is not 'P9'".to_owned()]
    }
    fn sources_of(&self, _: NodeId) -> Vec<SourceRef> {
        vec![source_ref()]
    }
}

/// The drafted and frozen report of the sample.
pub fn frozen() -> FrozenReport {
    let (table, profile, findings) = (table(), profile(), findings());
    let charts = [ChartSpec::new(ChartKind::Histogram, NODE, "yield")];
    let input = DraftInput {
        title: "Run 42",
        node: NODE,
        node_name: "runs",
        table: &table,
        profile: &profile,
        findings: &findings,
        charts: &charts,
        dismissed: &[],
        n_sources: 1,
    };
    let (title, specs) = draft(&input);
    let blocks: Vec<Block> =
        specs.into_iter().enumerate().map(|(i, spec)| Block { id: BlockId(i as u64 + 1), spec }).collect();
    let fine = QualityItem::new(State::Fine, "All 16 rows were loaded");
    freeze(&title, &blocks, true, &Sample, vec![fine], Vec::new())
}
