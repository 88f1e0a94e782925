//! The JSON Parsing Test Suite (see `tests/files/json-suite/README.md`), and the same as lines.

use std::path::PathBuf;
use tributary::base::ProblemKind;
use tributary::source::{self, Format, ReadOutcome, ReaderSpec};

type Read = Result<ReadOutcome, tributary::base::Problem>;

fn read(bytes: &[u8], format: Format) -> Read {
    let spec = ReaderSpec { format: Some(format), ..ReaderSpec::default() };
    source::read("case.json", bytes, &spec, &mut |_| {})
}

fn cases() -> Vec<(String, Vec<u8>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/files/json-suite");
    let mut cases: Vec<(String, Vec<u8>)> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap())
        .map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap()))
        .filter(|(name, _)| name.ends_with(".json"))
        .collect();
    cases.push(("n_structure_100000_opening_arrays.json".to_owned(), "[".repeat(100_000).into_bytes()));
    cases.push(("n_structure_open_array_object.json".to_owned(), "[{\"\":".repeat(50_000).into_bytes()));
    cases.sort();
    assert_eq!(cases.len(), 318);
    cases
}

#[test]
fn what_is_json_is_accepted_and_what_is_not_is_refused() {
    let mut wrong = Vec::new();
    for (name, bytes) in cases() {
        let result = read(&bytes, Format::Json);
        match (&result, name.split('_').next()) {
            (Err(problem), _) if problem.kind == ProblemKind::Bug => wrong.push(format!("{name}: {problem:?}")),
            (Ok(_), Some("n")) => wrong.push(format!("{name}: accepted")),
            (Err(problem), Some("y")) => wrong.push(format!("{name}: {}: {}", problem.what, problem.why)),
            // Whatever stands in it has a place.
            (Err(problem), Some("n")) if problem.code == "bad_json" && problem.place.line.is_none() => {
                wrong.push(format!("{name}: no place"));
            }
            _ => {}
        }
        for part in result.iter().flat_map(|outcome| &outcome.parts) {
            assert!(part.ledger.adds_up(), "{name}");
        }
    }
    assert!(wrong.is_empty(), "{} wrong:\n{}", wrong.len(), wrong.join("\n"));
}

/// Between two good lines, a bad one is set aside, and the good ones stay.
#[test]
fn among_lines_the_bad_ones_are_set_aside() {
    for (name, bytes) in cases() {
        let has_line_break = bytes.iter().any(|b| matches!(b, b'\n' | b'\r' | 0x1e));
        if !name.starts_with("n_") || has_line_break || bytes.iter().all(u8::is_ascii_whitespace) || !bytes.is_ascii() {
            continue;
        }
        let good = b"{\"id\":1,\"a\":\"some text that is long enough\"}\n";
        let text = [good, bytes.as_slice(), b"\n", good].concat();
        match read(&text, Format::Ndjson) {
            Ok(outcome) => {
                let ledger = &outcome.parts[0].ledger;
                assert!(ledger.adds_up(), "{name}");
                assert_eq!((ledger.n_loaded, ledger.n_set_aside), (2, 1), "{name}");
                assert_eq!(ledger.set_aside[0].line, 2, "{name}");
            }
            // Zero bytes make it no text.
            Err(problem) => assert_eq!(problem.code, "not_text", "{name}"),
        }
    }
}
