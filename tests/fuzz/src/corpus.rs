//! Which files each target begins with: the fixtures of the tests, what other programs wrote.
//!
//! Nothing but the standard library and `flate2`, as `cargo xtask fuzz` uses it as well.

use std::io::Read;
use std::path::{Path, PathBuf};

/// A file to begin with.
pub struct Seed {
    pub name: String,
    pub bytes: Vec<u8>,
}

/// A larger file makes all of its mutants slow.
const MAX_BYTES: usize = 130_000;

/// Folders below `tests` and the endings of the files in them.
fn places(target: &str) -> &'static [(&'static str, &'static [&'static str])] {
    const TEXTS: &[&str] = &["csv", "tsv", "txt", "dat", "md"];
    match target {
        "csv" => &[("golden/source", TEXTS), ("files/csv-spectrum", &["csv"]), ("golden/merge", &["csv"])],
        "json" => &[("golden/source", &["json", "geojson"]), ("files/json-suite", &["json"])],
        "ndjson" => &[("golden/source", &["ndjson", "jsonl"])],
        "instruments" => &[("files/instruments", &["txt", "tsv"])],
        "archive" => {
            &[("golden/source", &["zip"]), ("../src/source/unpack/testdata", &["zip", "bin", "bz2", "xz", "zst"])]
        }
        "xlsx" => &[("files/workbooks", &["xlsx"]), ("files/calamine", &["xlsx"])],
        "xlsb" => &[("files/workbooks", &["xlsb"]), ("files/calamine", &["xlsb"])],
        "xls" => &[("files/workbooks", &["xls"]), ("files/calamine", &["xls"])],
        "ods" => &[("files/workbooks", &["ods"]), ("files/calamine", &["ods"])],
        "parquet" => &[("files/columnar", &["parquet"])],
        "arrow" => &[("files/columnar", &["arrow", "arrows", "feather"])],
        "sqlite" => &[("files/sqlite", &["sqlite.gz"])],
        "stata" => &[("files/stats", &["dta"])],
        "spss" => &[("files/stats", &["sav", "zsav"])],
        "sas" => &[("files/stats", &["sas7bdat", "sas7bdat.gz"])],
        "xpt" => &[("files/stats", &["xpt"])],
        "link" => &[("golden/share", &["link"])],
        "report" => &[("golden/share", &["html"])],
        "workspace" => &[("fixtures/saved", &["json"])],
        _ => &[],
    }
}

/// What a target begins with, in a stable order. `tests` is the folder of that name.
///
/// # Errors
/// When a file cannot be read.
pub fn seeds(tests: &Path, target: &str) -> std::io::Result<Vec<Seed>> {
    let mut found = Vec::new();
    for (folder, endings) in places(target) {
        for path in files_below(&tests.join(folder))? {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            // What a test expects of a file lies beside it.
            let is_input = !name.starts_with("expected.") && name != "spec.json" && name != "README.md";
            if is_input && endings.iter().any(|ending| name.ends_with(&format!(".{ending}"))) {
                let bytes = prepared(&name, std::fs::read(&path)?)?;
                if bytes.len() <= MAX_BYTES {
                    found.push(Seed { name: name_below(tests, &path), bytes });
                }
            }
        }
    }
    found.extend(of_folder(tests, "seeds", target)?);
    // What once broke a target.
    found.extend(of_folder(tests, "crashes", target)?);
    if matches!(target, "any" | "chosen") {
        // Something of everything.
        for other in
            ["csv", "json", "ndjson", "archive", "xlsx", "xls", "parquet", "arrow", "sqlite", "stata", "spss", "xpt"]
        {
            let small = seeds(tests, other)?.into_iter().filter(|seed| seed.bytes.len() < 10_000);
            found.extend(small.step_by(3).take(12));
        }
    }
    Ok(found)
}

fn of_folder(tests: &Path, kind: &str, target: &str) -> std::io::Result<Vec<Seed>> {
    let folder = tests.join("fuzz").join(kind).join(target);
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let read = |path: PathBuf| Ok(Seed { name: name_below(tests, &path), bytes: std::fs::read(&path)? });
    files_below(&folder)?.into_iter().map(read).collect()
}

/// Without its gzip where only the file's size is meant, and without the drawings of a report.
fn prepared(name: &str, bytes: Vec<u8>) -> std::io::Result<Vec<u8>> {
    if name.ends_with(".gz") {
        let mut plain = Vec::new();
        flate2::bufread::GzDecoder::new(bytes.as_slice()).read_to_end(&mut plain)?;
        return Ok(plain);
    }
    let report = bytes.windows(7).rposition(|window| window == b"<script").filter(|_| name.ends_with(".html"));
    Ok(report.and_then(|at| bytes.get(at..)).map(<[u8]>::to_vec).unwrap_or(bytes))
}

fn name_below(tests: &Path, path: &Path) -> String {
    path.strip_prefix(tests).unwrap_or(path).to_string_lossy().replace('\\', "/")
}

fn files_below(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder)? {
            let entry = entry?;
            let list = if entry.file_type()?.is_dir() { &mut folders } else { &mut files };
            list.push(entry.path());
        }
    }
    files.sort();
    Ok(files)
}
