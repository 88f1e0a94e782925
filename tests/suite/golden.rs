//! What each stage answers to small, messy inputs, as a person would read it.
//!
//! A case is a folder `tests/golden/<stage>/<case>` with its inputs, a `spec.json` whose `about`
//! says why the case is there, and `expected.*`. `TRIBUTARY_GOLDEN=write cargo test golden` writes
//! the expected files anew; read the difference as a user would before committing it. A case
//! without expected files fails.

mod chart;
mod difference;
mod drift;
mod insight;
mod merge;
mod recipe;
mod report;
mod report_text;
mod share;
mod source;
mod words;

use serde::de::DeserializeOwned;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

struct Case {
    folder: PathBuf,
    spec: Value,
}

/// The text of each expected file by its ending: `txt`, `svg`.
type Outputs = BTreeMap<&'static str, String>;

fn text(text: String) -> Outputs {
    BTreeMap::from([("txt", text)])
}

fn is_writing() -> bool {
    std::env::var("TRIBUTARY_GOLDEN").is_ok_and(|v| v == "write")
}

impl Case {
    /// A part of the spec, or its default.
    fn get<T: DeserializeOwned + Default>(&self, key: &str) -> T {
        match self.spec.get(key) {
            None => T::default(),
            Some(value) => serde_json::from_value(value.clone())
                .unwrap_or_else(|e| panic!("{}: {key} of spec.json: {e}", self.folder.display())),
        }
    }

    /// The inputs by the middle of their name: `input.csv` → "input.csv", `input.runs.csv` → "runs.csv".
    fn inputs(&self) -> Vec<(String, Vec<u8>)> {
        let mut inputs: Vec<(String, Vec<u8>)> = files_of(&self.folder)
            .into_iter()
            .filter_map(|path| {
                let name = path.file_name()?.to_str()?.to_owned();
                let rest = name.strip_prefix("input.")?;
                let called = if rest.contains('.') { rest.to_owned() } else { name.clone() };
                Some((called, fs::read(&path).unwrap()))
            })
            .collect();
        // In the order of the names, unless the spec gives another: the order is the user's.
        let order: Vec<String> = self.get("order");
        inputs.sort_by_key(|(name, _)| order.iter().position(|o| o == name));
        inputs
    }
}

fn files_of(folder: &Path) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    paths
}

/// Runs every case of a stage and compares what comes out with what is expected.
fn check(stage: &str, run: fn(&Case) -> Outputs) {
    let stage_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(stage);
    let folders: Vec<PathBuf> = files_of(&stage_folder).into_iter().filter(|p| p.is_dir()).collect();
    assert!(!folders.is_empty(), "no cases in {}", stage_folder.display());
    let mut failures = Vec::new();
    for folder in folders {
        let name = format!("{stage}/{}", folder.file_name().unwrap().to_string_lossy());
        let spec = fs::read_to_string(folder.join("spec.json")).unwrap_or_else(|e| panic!("{name}/spec.json: {e}"));
        let spec: Value = serde_json::from_str(&spec).unwrap_or_else(|e| panic!("{name}/spec.json: {e}"));
        if spec.get("about").and_then(Value::as_str).is_none_or(str::is_empty) {
            failures.push(format!("{name}: spec.json does not say what the case is about"));
        }
        let case = Case { folder: folder.clone(), spec };
        println!("{name}");
        failures.extend(compare(&name, &folder, &run(&case)));
    }
    assert!(failures.is_empty(), "\n{}\n", failures.join("\n\n"));
}

fn compare(name: &str, folder: &Path, outputs: &Outputs) -> Vec<String> {
    let mut failures = Vec::new();
    let wanted: Vec<PathBuf> = outputs.keys().map(|ending| folder.join(format!("expected.{ending}"))).collect();
    for stale in files_of(folder)
        .into_iter()
        .filter(|p| p.file_name().is_some_and(|n| n.to_string_lossy().starts_with("expected.")) && !wanted.contains(p))
    {
        if is_writing() {
            fs::remove_file(&stale).unwrap();
        } else {
            failures.push(format!("{name}: nothing writes {}", stale.display()));
        }
    }
    for (path, now) in wanted.iter().zip(outputs.values()) {
        if is_writing() {
            fs::write(path, now).unwrap();
            continue;
        }
        match fs::read_to_string(path) {
            Err(_) => failures.push(format!(
                "{name}: there is no {}. Write it with TRIBUTARY_GOLDEN=write and read it before committing.",
                path.file_name().unwrap().to_string_lossy()
            )),
            Ok(before) if before != *now => {
                failures.push(format!("{name} (- expected, + now)\n{}", difference::of(&before, now)));
            }
            Ok(_) => {}
        }
    }
    failures
}
