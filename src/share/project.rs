//! The whole work as one file: the workspace in its saved encoding, and the bytes of its sources.
//!
//! ```text
//! "TRIBPRJ1" · length of the manifest (4 bytes, little endian) · manifest (JSON) · parts, in order
//! ```

use super::pack::{Unpack, deflate, inflate};
use crate::base::{Fingerprint, Problem, wording};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// What a project file holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Project {
    /// The workspace in its saved encoding.
    pub saved: String,
    /// (key, bytes) of what the workspace refers to.
    pub blobs: Vec<(String, Vec<u8>)>,
}

const MAGIC: &[u8; 8] = b"TRIBPRJ1";
const VERSION: u32 = 1;
const HEAD: usize = MAGIC.len() + 4;
const MAX_MANIFEST: usize = 16 << 20;
const MAX_SAVED: u64 = 64 << 20;
const MAX_TOTAL: u64 = 2 << 30;
const MAX_BLOBS: usize = 10_000;
const MAX_KEY_BYTES: usize = 1_000;
/// Parts that shrink more are written as they are, so a file that claims more is a trap.
const MAX_RATIO: u64 = 100;
/// Not looked at so closely below this.
const TINY: u64 = 64 << 10;

#[derive(Serialize, Deserialize)]
struct Manifest {
    version: u32,
    saved: Part,
    blobs: Vec<Part>,
}

#[derive(Serialize, Deserialize)]
struct Part {
    #[serde(default)]
    key: String,
    size_bytes: u64,
    stored_bytes: u64,
    #[serde(default)]
    is_packed: bool,
    sha256: Fingerprint,
}

#[derive(Deserialize)]
struct JustVersion {
    version: u32,
}

/// Whether bytes look like a project file.
pub fn is_project(bytes: &[u8]) -> bool {
    bytes.get(..7) == MAGIC.get(..7)
}

/// Writes a project file.
pub fn to_project(project: &Project) -> Vec<u8> {
    let mut parts = Vec::with_capacity(project.blobs.len() + 1);
    let (saved, bytes) = part_of("", project.saved.as_bytes());
    parts.push(bytes);
    let mut blobs = Vec::with_capacity(project.blobs.len());
    for (key, content) in &project.blobs {
        let (part, bytes) = part_of(key, content);
        blobs.push(part);
        parts.push(bytes);
    }
    // Strings and whole numbers always have a JSON form.
    let manifest = serde_json::to_vec(&Manifest { version: VERSION, saved, blobs }).unwrap_or_default();
    let total: usize = parts.iter().map(|p| p.len()).sum();
    let mut file = Vec::with_capacity(HEAD + manifest.len() + total);
    file.extend_from_slice(MAGIC);
    file.extend_from_slice(&(manifest.len() as u32).to_le_bytes());
    file.extend_from_slice(&manifest);
    for part in parts {
        file.extend_from_slice(&part);
    }
    file
}

fn part_of<'a>(key: &str, content: &'a [u8]) -> (Part, Cow<'a, [u8]>) {
    let packed = deflate(content);
    let size_bytes = content.len() as u64;
    let is_packed = packed.len() < content.len() && is_plausible(size_bytes, packed.len() as u64);
    let stored: Cow<'a, [u8]> = if is_packed { packed.into() } else { content.into() };
    let part = Part {
        key: key.to_owned(),
        size_bytes,
        stored_bytes: stored.len() as u64,
        is_packed,
        sha256: Fingerprint::of(content),
    };
    (part, stored)
}

fn is_plausible(size_bytes: u64, stored_bytes: u64) -> bool {
    size_bytes <= TINY || size_bytes <= stored_bytes.saturating_mul(MAX_RATIO)
}

/// Reads a project file. Nothing is unpacked before all lengths are found to be true.
///
/// # Errors
/// `project_newer`, `project_garbled`, `project_too_large`.
pub fn from_project(bytes: &[u8]) -> Result<Project, Problem> {
    if !is_project(bytes) {
        return Err(garbled("It does not begin like one."));
    }
    if bytes.get(..8) != Some(MAGIC.as_slice()) {
        return Err(newer());
    }
    let length = bytes.get(8..HEAD).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let length = length.ok_or_else(|| garbled("It is cut off."))? as usize;
    if length > MAX_MANIFEST {
        return Err(garbled("Its list of contents is impossibly long."));
    }
    let json = bytes.get(HEAD..HEAD + length).ok_or_else(|| garbled("It is cut off."))?;
    let list_problem = |_| garbled("Its list of contents cannot be read.");
    let JustVersion { version } = serde_json::from_slice(json).map_err(list_problem)?;
    if version > VERSION {
        return Err(newer());
    }
    let manifest: Manifest = serde_json::from_slice(json).map_err(list_problem)?;
    let body = bytes.get(HEAD + length..).unwrap_or_default();
    check_lengths(&manifest, body.len() as u64)?;

    let mut rest = body;
    let saved = take_part(&mut rest, &manifest.saved)?;
    let saved = String::from_utf8(saved).map_err(|_| garbled("The saved work in it is not text."))?;
    let mut blobs = Vec::with_capacity(manifest.blobs.len());
    for part in &manifest.blobs {
        blobs.push((part.key.clone(), take_part(&mut rest, part)?));
    }
    Ok(Project { saved, blobs })
}

fn check_lengths(manifest: &Manifest, n_body: u64) -> Result<(), Problem> {
    if manifest.blobs.len() > MAX_BLOBS || manifest.saved.size_bytes > MAX_SAVED {
        return Err(too_large(manifest.saved.size_bytes));
    }
    let (mut n_stored, mut n_total) = (0_u64, 0_u64);
    for part in std::iter::once(&manifest.saved).chain(&manifest.blobs) {
        n_stored = n_stored.saturating_add(part.stored_bytes);
        n_total = n_total.saturating_add(part.size_bytes);
        let is_true = if part.is_packed {
            is_plausible(part.size_bytes, part.stored_bytes)
        } else {
            part.size_bytes == part.stored_bytes
        };
        if !is_true || part.key.len() > MAX_KEY_BYTES {
            return Err(garbled("The lengths it gives cannot be true."));
        }
    }
    if n_total > MAX_TOTAL {
        return Err(too_large(n_total));
    }
    if n_stored != n_body {
        return Err(garbled("The lengths it gives do not add up to its size. It may be cut off."));
    }
    let mut keys: Vec<&str> = manifest.blobs.iter().map(|b| b.key.as_str()).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(garbled("It holds two parts of the same name."));
    }
    Ok(())
}

fn take_part(rest: &mut &[u8], part: &Part) -> Result<Vec<u8>, Problem> {
    let (stored, after) = rest.split_at_checked(part.stored_bytes as usize).ok_or_else(|| garbled("It is cut off."))?;
    *rest = after;
    let content = if part.is_packed {
        inflate(stored, part.size_bytes as usize).map_err(|why| match why {
            Unpack::Garbled => garbled("Part of it is damaged."),
            Unpack::TooLarge => garbled("The lengths it gives are not true."),
        })?
    } else {
        let mut copy = Vec::new();
        copy.try_reserve_exact(stored.len()).map_err(|_| too_large(part.size_bytes))?;
        copy.extend_from_slice(stored);
        copy
    };
    if content.len() as u64 != part.size_bytes || Fingerprint::of(&content) != part.sha256 {
        return Err(garbled("Part of it is damaged: its hash is not the one that was written."));
    }
    Ok(content)
}

fn garbled(why: &str) -> Problem {
    Problem::input("project_garbled", "This is not a complete project file.")
        .because(why)
        .hint("Copy it again from where it came from.")
}

fn newer() -> Problem {
    Problem::input("project_newer", "This project was saved with a newer version of Tributary.")
        .hint("Reload the page to get the newest version, then open the project again.")
}

fn too_large(size_bytes: u64) -> Problem {
    let what = format!("This project is too large to open here ({}).", wording::format_bytes(size_bytes));
    Problem::limit("project_too_large", what)
        .because(format!("The limit is {}.", wording::format_bytes(MAX_TOTAL)))
        .hint("Open its sources one by one.")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample() -> Project {
        let csv = (0..5_000).map(|i| format!("{i},{}\n", i * 7 % 113)).collect::<String>();
        Project {
            saved: "{\"version\":1,\"title\":\"Run 42\"}".to_owned(),
            blobs: vec![
                ("a".to_owned(), csv.into_bytes()),
                ("empty".to_owned(), Vec::new()),
                // Shrinks a thousand times, and must still come back.
                ("zeros".to_owned(), vec![0; 1 << 20]),
            ],
        }
    }

    /// The file with its manifest changed.
    fn with_manifest(file: &[u8], change: impl Fn(&mut serde_json::Value)) -> Vec<u8> {
        let length = u32::from_le_bytes(file[8..12].try_into().unwrap()) as usize;
        let mut manifest: serde_json::Value = serde_json::from_slice(&file[12..12 + length]).unwrap();
        change(&mut manifest);
        let json = serde_json::to_vec(&manifest).unwrap();
        [&MAGIC[..], &(json.len() as u32).to_le_bytes(), &json, &file[12 + length..]].concat()
    }

    #[test]
    fn there_and_back() {
        let file = to_project(&sample());
        assert!(is_project(&file));
        assert_eq!(from_project(&file).unwrap(), sample());
        assert_eq!(from_project(&to_project(&Project::default())).unwrap(), Project::default());
    }

    #[test]
    fn cut_or_changed_is_noticed() {
        let mut small = sample();
        small.blobs.pop();
        let file = to_project(&small);
        for end in (0..file.len()).step_by(13) {
            assert!(from_project(&file[..end]).is_err(), "cut at {end}");
        }
        for at in (0..file.len()).step_by(17) {
            let mut changed = file.clone();
            changed[at] ^= 0x20;
            // A name or a blank may change unnoticed; content never.
            if let Ok(project) = from_project(&changed) {
                assert_eq!(project.saved, small.saved);
                assert_eq!(project.blobs[0].1, small.blobs[0].1);
            }
        }
    }

    #[test]
    fn false_lengths_are_refused_before_unpacking() {
        let file = to_project(&sample());
        let huge = with_manifest(&file, |m| m["blobs"][0]["size_bytes"] = (3_u64 << 30).into());
        assert_eq!(from_project(&huge).unwrap_err().code, "project_garbled");
        let stored = with_manifest(&file, |m| {
            m["blobs"][2]["size_bytes"] = u64::MAX.into();
            m["blobs"][2]["stored_bytes"] = u64::MAX.into();
        });
        assert!(from_project(&stored).is_err());
        let short = with_manifest(&file, |m| m["blobs"][0]["size_bytes"] = 10.into());
        assert_eq!(from_project(&short).unwrap_err().code, "project_garbled");
        let twice = with_manifest(&file, |m| m["blobs"][1]["key"] = "a".into());
        assert!(from_project(&twice).unwrap_err().why.contains("same name"));
        let later = with_manifest(&file, |m| m["version"] = 2.into());
        assert_eq!(from_project(&later).unwrap_err().code, "project_newer");
        let mut form = file;
        form[7] = b'2';
        assert_eq!(from_project(&form).unwrap_err().code, "project_newer");
    }
}
