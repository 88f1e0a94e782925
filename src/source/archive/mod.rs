//! Archives: every file in a ZIP or tar is read as if it had been dropped by itself.
//!
//! Each table is a part that is named by its file's path. What is no table is listed with the reason, and
//! the rest is kept. Files of the same columns stay apart: putting them together is proposed where
//! tables are combined.

use super::read::{Depth, read_bytes};
use super::spec::{Format, ReadProgress, ReadTable, ReaderSpec};
use super::unpack::{Limits, tar, zip};
use super::workbook::{self, WITHIN};
use crate::base::{Notices, Problem, wording};
use std::borrow::Cow;

/// Entries that are looked at.
const MAX_ENTRIES: usize = 10_000;
/// Tables that are read.
const MAX_TABLES: usize = 500;
/// Files that are not loaded and are listed by name.
const MAX_LISTED: usize = 20;
/// Files that are given up as too large before the others are left out as well: each of them takes a while.
const MAX_TOO_LARGE: u32 = 3;
/// Archives within archives.
const MAX_DEPTH: u32 = 2;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Zip,
    Tar,
}

/// By the bytes. Workbooks are archives as well, and are not meant here.
///
/// # Errors
/// A `Problem` that names what else an archive is: a Word document, slides.
pub(super) fn kind(bytes: &[u8]) -> Result<Option<Kind>, Problem> {
    if zip::is_zip(bytes) {
        return Ok(workbook::kind(bytes)?.is_none().then_some(Kind::Zip));
    }
    Ok(tar::is_tar(bytes).then_some(Kind::Tar))
}

/// A file in an archive, of either kind.
struct File<'a> {
    path: String,
    packed_size: u64,
    content: Content<'a>,
}

enum Content<'a> {
    Zip(zip::Entry<'a>),
    Tar(&'a [u8]),
    /// Why there is none.
    None(&'static str),
}

/// Reads every table of every file.
///
/// # Errors
/// `bad_archive`, `nothing_in_archive`; the problem of the file where there is only one.
pub(super) fn read(
    kind: Kind,
    bytes: &[u8],
    spec: &ReaderSpec,
    limits: Limits,
    depth: Depth,
    notices: &mut Notices,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    if depth.archives >= MAX_DEPTH {
        return Err(Problem::input("nested_archive", "It is an archive within an archive within an archive.")
            .hint("Unpack it and add the files in it."));
    }
    let (files, damage) = files(kind, bytes);
    let total: u64 = files.iter().map(|f| f.packed_size).sum::<u64>().max(1);
    let mut left = Left::default();
    let mut parts: Vec<ReadTable> = Vec::new();
    let mut n_bytes_left = limits.of(bytes.len());
    let (mut done, mut n_rows, mut n_too_large) = (0u64, 0u64, 0u32);
    for file in files {
        let size = file.packed_size;
        let mut within = |p: ReadProgress| {
            let done_bytes = done + (size as f64 * p.done_bytes as f64 / p.total_bytes.max(1) as f64) as u64;
            progress(ReadProgress { done_bytes, total_bytes: total, n_rows: n_rows + p.n_rows });
        };
        if is_of_system(&file.path) {
            left.n_of_system += 1;
        } else if let Some(reason) = no_table(&file.path) {
            left.add(&file.path, reason.to_owned(), None);
        } else if parts.len() >= MAX_TABLES || n_too_large >= MAX_TOO_LARGE {
            left.n_beyond += 1;
        } else {
            match read_file(&file, spec, limits, &mut n_bytes_left, depth, &mut within) {
                Ok(found) => {
                    n_rows += found.iter().map(|p| p.table.n_rows()).sum::<u64>();
                    parts.extend(found);
                }
                Err(problem) => {
                    n_too_large += u32::from(problem.code == "unpacked_too_large");
                    left.add(&file.path, reason(&problem), Some(problem));
                }
            }
        }
        done += size;
    }
    if let Some(why) = damage {
        notices.add("archive_in_part", format!("Not all of the archive could be read: {why}"), 1);
    }
    if parts.is_empty() {
        return Err(left.nothing());
    }
    left.tell(notices);
    Ok(parts)
}

fn files(kind: Kind, bytes: &[u8]) -> (Vec<File<'_>>, Option<String>) {
    match kind {
        Kind::Zip => {
            let archive = zip::entries(bytes, MAX_ENTRIES);
            let damage = match archive.entries.len() {
                _ if archive.is_damaged => Some("its end is missing or does not fit".to_owned()),
                n if n >= MAX_ENTRIES => Some(format!("only its first {n} entries were looked at")),
                _ => None,
            };
            let files = archive.entries.into_iter().filter(|e| !e.is_folder).map(|entry| File {
                path: tidy(&entry.path),
                packed_size: entry.packed_size() as u64,
                content: Content::Zip(entry),
            });
            (files.collect(), damage)
        }
        Kind::Tar => {
            let archive = tar::entries(bytes, MAX_ENTRIES);
            let files = archive.entries.into_iter().filter(|e| !e.path.ends_with('/')).map(|entry| File {
                path: tidy(&entry.path),
                packed_size: entry.bytes.len() as u64,
                content: match entry.is_file {
                    true => Content::Tar(entry.bytes),
                    false => Content::None("it is a link, or not all of it is there"),
                },
            });
            (files.collect(), archive.damage)
        }
    }
}

/// `./data//a.csv` → `data/a.csv`
fn tidy(path: &str) -> String {
    let steps: Vec<&str> = path.split('/').filter(|step| !matches!(*step, "" | ".")).collect();
    steps.join("/").chars().map(|c| if c.is_control() { ' ' } else { c }).collect()
}

fn read_file(
    file: &File<'_>,
    spec: &ReaderSpec,
    limits: Limits,
    n_bytes_left: &mut u64,
    depth: Depth,
    progress: &mut dyn FnMut(ReadProgress),
) -> Result<Vec<ReadTable>, Problem> {
    let here = Limits { max_bytes: *n_bytes_left, ..limits };
    let bytes: Cow<'_, [u8]> = match &file.content {
        Content::Zip(entry) => Cow::Owned(entry.unpack(here)?),
        Content::Tar(bytes) => Cow::Borrowed(bytes),
        Content::None(why) => return Err(Problem::input("not_a_file", *why)),
    };
    *n_bytes_left = n_bytes_left.saturating_sub(bytes.len() as u64);
    let here = Limits { max_bytes: *n_bytes_left, ..limits };
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let depth = depth.deeper();
    let wanted = for_file(&spec.within(&file.path, WITHIN));
    let as_found = ReaderSpec { types: spec.types.clone(), ..wanted.as_found() };
    let mut outcome = match read_bytes(name, &bytes, &wanted, here, depth, progress) {
        // What was chosen for one file need not fit the others.
        Err(_) if wanted != as_found => {
            let mut outcome = read_bytes(name, &bytes, &as_found, here, depth, progress)?;
            outcome.notices.add(
                "options_not_used",
                "The reading options do not fit this file: it was read as found",
                1,
            );
            outcome
        }
        other => other?,
    };
    for part in &mut outcome.parts {
        let inner = std::mem::take(&mut part.part);
        part.part = if inner.is_empty() { file.path.clone() } else { format!("{}{WITHIN}{inner}", file.path) };
    }
    if let Some(first) = outcome.parts.first_mut() {
        first.notices.0.splice(0..0, outcome.notices.0);
    }
    Ok(outcome.parts)
}

/// The user's options as far as they can be meant for a file in an archive: formats that say themselves what they are
/// need none.
fn for_file(spec: &ReaderSpec) -> ReaderSpec {
    ReaderSpec { format: spec.format.filter(|f| f.is_text() && *f != Format::Pages), ..spec.clone() }
}

/// What systems put into archives beside the files.
fn is_of_system(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    path.split('/').any(|step| step.starts_with('.') || step == "__MACOSX")
        || name.eq_ignore_ascii_case("thumbs.db")
        || name.eq_ignore_ascii_case("desktop.ini")
}

/// Files of text that are no tables, by their names. All others are tried.
fn no_table(path: &str) -> Option<&'static str> {
    let name = path.rsplit('/').next().unwrap_or(path).to_ascii_lowercase();
    let (stem, ending) = name.rsplit_once('.').unwrap_or((&name, ""));
    match ending {
        "md" | "rst" | "tex" | "rtf" | "adoc" => Some("it is a text to read"),
        "py" | "r" | "rmd" | "ipynb" | "jl" | "m" | "js" | "ts" | "sh" | "bat" | "ps1" | "c" | "h" | "cpp" | "java"
        | "rs" | "go" | "sql" | "css" => Some("it is a program"),
        "yml" | "yaml" | "toml" | "ini" | "cfg" | "lock" | "xsd" | "dtd" => Some("it holds settings"),
        "svg" => Some("it is a picture"),
        "" | "txt"
            if matches!(stem, "readme" | "license" | "licence" | "changelog" | "copying" | "authors" | "notice") =>
        {
            Some("it is a text to read")
        }
        _ => None,
    }
}

fn reason(problem: &Problem) -> String {
    let what = problem.what.trim_end_matches('.');
    let mut chars = what.chars();
    let first = chars.next().map(|c| c.to_lowercase().to_string()).unwrap_or_default();
    format!("{first}{}", chars.as_str())
}

/// What is not loaded.
#[derive(Default)]
struct Left {
    listed: Vec<(String, String)>,
    n_unlisted: u64,
    n_of_system: u64,
    n_beyond: u64,
    /// Of the file, if there was one only.
    last: Option<Problem>,
    n: u64,
}

impl Left {
    fn add(&mut self, path: &str, reason: String, problem: Option<Problem>) {
        self.n += 1;
        self.last = problem;
        if self.listed.len() < MAX_LISTED {
            self.listed.push((path.to_owned(), reason));
        } else {
            self.n_unlisted += 1;
        }
    }

    fn tell(&self, notices: &mut Notices) {
        for (path, reason) in &self.listed {
            notices.add("file_left_out", format!("'{path}' in the archive is not loaded: {reason}"), 1);
        }
        let others = [
            (self.n_unlisted, "more in the archive not loaded, as no table could be read from them"),
            (self.n_beyond, "in the archive not looked at, as it holds too much"),
            (self.n_of_system, "in the archive left out, which the operating system put there"),
        ];
        for (n, what) in others.into_iter().filter(|(n, _)| *n > 0) {
            notices.add("files_left_out", format!("{} {what}", wording::plural(n, "file", "files")), n);
        }
    }

    fn nothing(self) -> Problem {
        if let (1, Some(problem)) = (self.n, self.last) {
            let why = problem.why.clone();
            let path = self.listed.first().map(|(path, _)| path.as_str()).unwrap_or_default();
            let why = format!("The file is '{path}' in the archive. {why}");
            return problem.because(why.trim_end().to_owned());
        }
        if self.n == 0 && self.n_of_system == 0 {
            return Problem::input("bad_archive", "No files were found in this archive.")
                .because("It is empty, damaged, or not all of it was downloaded.")
                .hint("Download or copy it again, or unpack it and add the files in it.");
        }
        let shown: Vec<String> =
            self.listed.iter().take(3).map(|(path, reason)| format!("'{path}': {reason}")).collect();
        Problem::input("nothing_in_archive", "No table was found in this archive.")
            .because(format!("{}.", shown.join("; ")))
            .hint("Unpack it, and add the files that hold tables.")
    }
}

#[cfg(test)]
mod tests;
