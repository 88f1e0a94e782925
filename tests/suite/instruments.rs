//! Reports as real programs wrote them: recognised, and every line counted once.

use std::path::{Path, PathBuf};
use tributary::source::{self, Format, ReadOutcome, ReaderSpec};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests")
}

fn files() -> Vec<PathBuf> {
    let in_folder = std::fs::read_dir(root().join("files/instruments")).unwrap().map(|entry| entry.unwrap().path());
    let golden = ["fastqc_report", "samtools_stats", "samtools_flagstat", "picard_metrics"]
        .map(|case| root().join("golden/source").join(case).join("input.txt"));
    let sheets =
        ["sample_sheet_v1", "sample_sheet_v2"].map(|case| root().join("golden/source").join(case).join("input.csv"));
    let mut files: Vec<PathBuf> = in_folder.chain(golden).chain(sheets).collect();
    files.retain(|path| path.extension().is_some_and(|ext| ext != "md"));
    files.sort();
    assert!(files.len() >= 15, "{files:?}");
    files
}

fn read(path: &Path, spec: &ReaderSpec) -> (ReadOutcome, String) {
    let text = std::fs::read_to_string(path).unwrap();
    // The name says nothing.
    (source::read("unknown", text.as_bytes(), spec, &mut |_| {}).unwrap(), text)
}

#[test]
fn each_is_recognised_and_no_line_is_lost() {
    for path in files() {
        let (outcome, text) = read(&path, &ReaderSpec::default());
        let told = path.display();
        assert_eq!(outcome.notices.iter().filter(|n| n.code == "recognised").count(), 1, "{told}");
        let mut n_lines = 0;
        let mut names: Vec<&str> = Vec::new();
        for part in &outcome.parts {
            assert!(part.ledger.adds_up(), "{told}: {}", part.part);
            assert_eq!(part.ledger.n_loaded, part.table.n_rows(), "{told}: {}", part.part);
            assert!(part.table.n_columns() > 0, "{told}: {}", part.part);
            n_lines += part.ledger.n_rows_in_file;
            names.push(&part.part);
        }
        assert_eq!(n_lines as usize, text.lines().count(), "{told}");
        let n = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), n, "{told}");
    }
}

#[test]
fn whoever_chooses_a_format_gets_plain_text() {
    for path in files() {
        let spec = ReaderSpec { format: Some(Format::Tsv), ..ReaderSpec::default() };
        let (outcome, text) = read(&path, &spec);
        let told = path.display();
        assert!(!outcome.notices.iter().any(|n| n.code == "recognised"), "{told}");
        let mut n_lines = 0;
        for part in &outcome.parts {
            assert!(matches!(part.reading.format, Format::Tsv | Format::Csv) && part.ledger.adds_up(), "{told}");
            n_lines += part.ledger.n_rows_in_file;
        }
        assert_eq!(n_lines as usize, text.lines().count(), "{told}");
    }
}
