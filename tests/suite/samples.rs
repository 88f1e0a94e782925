//! The bundled samples are read whole, and the merges that they are made for are proposed.
//!
//! The files are written by `cargo xtask samples`; `cargo xtask test` does so first.

use std::path::PathBuf;
use tributary::base::{ColumnType, NodeId, TableId};
use tributary::merge::{KeyForm, MergeSuggestion, suggest};
use tributary::source::{Format, ReadTable, ReaderSpec, read};

const SITES: &str = "sites/Sites";

/// The tables of a sample with their names, as `file` or `file/sheet`.
fn tables(sample: &str) -> Vec<(String, ReadTable)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("public/samples").join(sample);
    let entries = std::fs::read_dir(&folder)
        .unwrap_or_else(|e| panic!("{}: {e}. Write the samples with `cargo xtask samples`.", folder.display()));
    let mut files: Vec<PathBuf> = entries.map(|e| e.unwrap().path()).collect();
    files.retain(|f| !f.ends_with("manifest.json"));
    files.sort();
    let mut out = Vec::new();
    for file in files {
        let name = file.file_name().unwrap().to_str().unwrap().to_owned();
        let stem = file.file_stem().unwrap().to_str().unwrap().to_owned();
        let format = name.ends_with("_pages.json").then_some(Format::Pages);
        let spec = ReaderSpec { format, ..ReaderSpec::default() };
        let outcome = read(&name, &std::fs::read(&file).unwrap(), &spec, &mut |_| {}).unwrap();
        for part in outcome.parts {
            assert!(part.ledger.adds_up(), "{name}: {:?}", part.ledger);
            assert_eq!(part.ledger.n_loaded, part.table.n_rows(), "{name}");
            let full = if part.part.is_empty() { stem.clone() } else { format!("{stem}/{}", part.part) };
            out.push((full, part));
        }
    }
    out
}

fn proposals(tables: &[(String, ReadTable)]) -> Vec<MergeSuggestion> {
    let inputs: Vec<_> = tables
        .iter()
        .enumerate()
        .map(|(i, (name, t))| (NodeId::Table(TableId(i as u64)), name.as_str(), &t.table))
        .collect();
    let found = suggest(&inputs, &[]);
    for s in &found {
        let keys: Vec<String> = s.keys.iter().map(|k| format!("{}={} {:?}", k.left, k.right, k.form)).collect();
        eprintln!("{:.2} union {} {} ~ {}: {}", s.confidence, s.is_union, s.left_name, s.right_name, keys.join(", "));
    }
    found
}

fn type_of(tables: &[(String, ReadTable)], table: &str, column: &str) -> ColumnType {
    let (_, t) = tables.iter().find(|(name, _)| name == table).unwrap();
    let names: Vec<&str> = t.table.columns().iter().map(|c| c.name.as_str()).collect();
    t.table.column(column).unwrap_or_else(|| panic!("{table} has {names:?}")).column_type
}

/// The proposal between two tables, whichever is on the left.
fn between<'a>(found: &'a [MergeSuggestion], a: &str, b: &str, is_union: bool) -> &'a MergeSuggestion {
    let is_it = |s: &&MergeSuggestion| {
        s.is_union == is_union && [(a, b), (b, a)].contains(&(s.left_name.as_str(), s.right_name.as_str()))
    };
    found.iter().find(is_it).unwrap_or_else(|| panic!("nothing proposed between {a} and {b}"))
}

fn has_key(s: &MergeSuggestion, a: &str, b: &str) -> bool {
    s.keys.iter().any(|k| [(a, b), (b, a)].contains(&(k.left.as_str(), k.right.as_str())))
}

#[test]
fn sequencing() {
    let tables = tables("sequencing");
    assert_eq!(type_of(&tables, "run_metrics", "coverage_x"), ColumnType::Number);
    let found = proposals(&tables);
    let union = between(&found, "run_metrics", "history_pages", true);
    assert!(union.keys.len() == 12 && union.confidence >= 0.85, "{union:?}");
    let map = between(&found, "run_metrics", "plate_map/Plate map", false);
    assert!(has_key(map, "sample_id", "sample_id") && map.confidence >= 0.85, "{map:?}");
    let lots = between(&found, "plate_map/Plate map", "plate_map/Lots", false);
    assert!(has_key(lots, "reagent_lot", "reagent_lot") && lots.confidence >= 0.85, "{lots:?}");
    // SQ-01227 and HS-00227 are different samples.
    let wrong = |s: &MergeSuggestion| s.keys.iter().any(|k| k.form == KeyForm::TrailingNumber);
    assert!(!found.iter().any(wrong), "{found:#?}");
}

#[test]
fn trials() {
    let tables = tables("trials");
    assert_eq!(type_of(&tables, "safety_reports", "Received"), ColumnType::Date);
    assert_eq!(type_of(&tables, "studies_pages", "enrollmentInfo.count"), ColumnType::Integer);
    let found = proposals(&tables);
    let study = between(&found, "safety_reports", "studies_pages", false);
    assert!(has_key(study, "Study", "nctId") && study.confidence >= 0.85, "{study:?}");
    let site = between(&found, "safety_reports", SITES, false);
    assert!(has_key(site, "Site", "Site") && site.confidence >= 0.85, "{site:?}");
}

#[test]
fn cold_chain() {
    let tables = tables("cold-chain");
    assert_eq!(type_of(&tables, "loggers_trucks", "Temp"), ColumnType::Number);
    assert_eq!(type_of(&tables, "loggers_trucks", "Time"), ColumnType::DateTime);
    let found = proposals(&tables);
    let union = between(&found, "loggers_depot", "loggers_trucks", true);
    assert!(has_key(union, "device", "Logger") && has_key(union, "humidity_pct", "RH"), "{union:?}");
    let calibration = between(&found, "loggers_depot", "calibration/Calibration", false);
    assert!(has_key(calibration, "device", "logger") && calibration.confidence >= 0.85, "{calibration:?}");
}
