//! The sample data: invented, the same bytes on every machine, each with a cause to be found.

mod cold_chain;
mod random;
mod sequencing;
mod sheet;
mod trials;

use crate::run::{Outcome, say, write};
use serde_json::{Value, json};
use std::path::Path;

/// One sample: a folder with a manifest and the files it names.
pub struct Sample {
    pub folder: &'static str,
    pub title: &'static str,
    pub description: &'static str,
    pub files: Vec<SampleFile>,
}

/// One file of a sample.
pub struct SampleFile {
    pub name: &'static str,
    /// As in `source::Format`: `csv`, `xlsx`, `pages`.
    pub format: &'static str,
    pub bytes: Vec<u8>,
}

impl Sample {
    fn manifest(&self) -> Value {
        let files: Vec<Value> = self
            .files
            .iter()
            .map(|file| json!({"path": file.name, "name": file.name, "format": file.format, "size_bytes": file.bytes.len()}))
            .collect();
        json!({"title": self.title, "description": self.description, "synthetic": true, "files": files})
    }
}

/// All samples.
pub fn all() -> Outcome<Vec<Sample>> {
    Ok(vec![sequencing::sample()?, trials::sample()?, cold_chain::sample()?])
}

/// Writes the samples below `folder`; a file that is already right is left alone.
pub fn write_all(folder: &Path) -> Outcome {
    let mut n_written = 0;
    for sample in all()? {
        let folder = folder.join(sample.folder);
        let manifest = format!("{:#}\n", sample.manifest()).into_bytes();
        let files = sample.files.into_iter().map(|file| (file.name, file.bytes));
        for (name, bytes) in files.chain([("manifest.json", manifest)]) {
            let path = folder.join(name);
            if std::fs::read(&path).is_ok_and(|old| old == bytes) {
                continue;
            }
            write(&path, bytes)?;
            n_written += 1;
        }
    }
    if n_written > 0 {
        say(format!("Wrote {n_written} sample files below {}.", folder.display()));
    }
    Ok(())
}

/// Pages of an API, one a line.
fn ndjson(pages: &[Value]) -> Vec<u8> {
    pages.iter().map(|page| format!("{page}\n")).collect::<String>().into_bytes()
}

/// Rounds to `digits` decimals, for JSON and spreadsheets.
fn rounded(value: f64, digits: i32) -> f64 {
    let scale = 10_f64.powi(digits);
    (value * scale).round() / scale
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT_BYTES: usize = 1_500_000;

    #[test]
    fn two_runs_give_the_same_bytes() {
        let (one, two) = (all().unwrap_or_default(), all().unwrap_or_default());
        assert_eq!(one.len(), 3);
        for (a, b) in one.iter().zip(&two) {
            assert_eq!(a.manifest(), b.manifest());
            for (a, b) in a.files.iter().zip(&b.files) {
                assert!(a.bytes == b.bytes, "{} differs between two runs", a.name);
            }
        }
    }

    #[test]
    fn a_sample_is_small_and_its_manifest_names_every_file() {
        for sample in all().unwrap_or_default() {
            let size: usize = sample.files.iter().map(|file| file.bytes.len()).sum();
            assert!(size > 10_000 && size < LIMIT_BYTES, "{} has {size} bytes", sample.folder);
            let manifest = sample.manifest();
            let named = manifest.get("files").and_then(Value::as_array).map_or(0, Vec::len);
            assert_eq!(named, sample.files.len());
        }
    }

    #[test]
    fn every_page_is_a_line_of_json() {
        for sample in all().unwrap_or_default() {
            for file in sample.files.iter().filter(|file| file.format == "pages") {
                let text = String::from_utf8_lossy(&file.bytes);
                assert!(text.lines().count() > 5, "{}", file.name);
                assert!(text.lines().all(|line| serde_json::from_str::<Value>(line).is_ok()), "{}", file.name);
            }
        }
    }
}
