//! The whole work as one file: the workspace in its saved encoding, and the bytes of its sources.
//!
//! ```text
//! "TRIBPRJ1" · length of the manifest (4 bytes, little endian) · manifest (JSON) · parts, in order
//! ```

use super::pack::{Unpack, deflate_fast, inflate};
use crate::base::{Fingerprint, Problem, SourceId, json, wording};
use crate::workspace::{Workspace, raw_name};
use serde::{Deserialize, Serialize};

const MAGIC: &[u8; 8] = b"TRIBPRJ1";
const VERSION: u32 = 1;
/// The bytes that say how long the list of contents is.
pub const PROJECT_PREFIX_BYTES: usize = MAGIC.len() + 4;
const MAX_MANIFEST: usize = 16 << 20;
const MAX_SAVED: u64 = 64 << 20;
const MAX_TOTAL: u64 = 2 << 30;
const MAX_BLOBS: usize = 10_000;
const MAX_KEY_BYTES: usize = 1_000;
/// Parts that shrink more are written as they are, so a file that claims more is a trap.
const MAX_RATIO: u64 = 100;
/// Not looked at so closely below this.
const TINY: u64 = 64 << 10;
/// Whether a part is worth packing is seen from its beginning.
const SAMPLE_BYTES: usize = 256 << 10;
/// Parts that do not shrink to this share are written as they are: packing them costs time for nothing.
const WORTH_IT_FRAC: f64 = 0.9;

#[derive(Serialize, Deserialize)]
struct Manifest {
    version: u32,
    saved: ProjectPart,
    blobs: Vec<ProjectPart>,
}

/// One part of a project file: the workspace, or a blob that it refers to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ProjectPart {
    /// The blob's name; empty for the workspace.
    #[serde(default)]
    pub key: String,
    pub size_bytes: u64,
    pub stored_bytes: u64,
    #[serde(default)]
    pub is_packed: bool,
    /// Of the content, unpacked.
    pub sha256: Fingerprint,
}

/// What a project file holds, in the order in which it lies behind the list of contents.
#[derive(Clone, Debug, PartialEq)]
pub struct ProjectContents {
    /// The workspace in its saved encoding.
    pub saved: ProjectPart,
    pub blobs: Vec<ProjectPart>,
}

/// Whether bytes look like the beginning of a project file.
pub fn is_project(bytes: &[u8]) -> bool {
    bytes.get(..7) == MAGIC.get(..7)
}

/// One part and, where it is packed, its packed bytes; without them it is stored as it is.
pub fn pack_part(key: &str, content: &[u8]) -> (ProjectPart, Option<Vec<u8>>) {
    let size_bytes = content.len() as u64;
    let is_worth_it = |packed: usize, of: usize| (packed as f64) < of as f64 * WORTH_IT_FRAC;
    let sample = content.get(..SAMPLE_BYTES).unwrap_or(content);
    let mut packed = Some(deflate_fast(sample)).filter(|p| is_worth_it(p.len(), sample.len()));
    if packed.is_some() && sample.len() < content.len() {
        packed = Some(deflate_fast(content)).filter(|p| is_worth_it(p.len(), content.len()));
    }
    let packed = packed.filter(|p| is_plausible(size_bytes, p.len() as u64));
    let part = ProjectPart {
        key: key.to_owned(),
        size_bytes,
        stored_bytes: packed.as_ref().map_or(size_bytes, |p| p.len() as u64),
        is_packed: packed.is_some(),
        sha256: Fingerprint::of(content),
    };
    (part, packed)
}

/// The beginning of a project file; the parts follow it in order.
///
/// # Errors
/// `project_too_large` when it could not be opened again.
pub fn project_head(contents: ProjectContents) -> Result<Vec<u8>, Problem> {
    check_sizes(&contents)?;
    let ProjectContents { saved, blobs } = contents;
    // Strings and whole numbers always have a JSON form.
    let manifest = json::write(&Manifest { version: VERSION, saved, blobs }).unwrap_or_default();
    let mut head = Vec::with_capacity(PROJECT_PREFIX_BYTES + manifest.len());
    head.extend_from_slice(MAGIC);
    head.extend_from_slice(&(manifest.len() as u32).to_le_bytes());
    head.extend_from_slice(manifest.as_bytes());
    Ok(head)
}

/// How long the beginning of a project file is, from its first [`PROJECT_PREFIX_BYTES`].
///
/// # Errors
/// `project_newer`, `project_garbled`.
pub fn project_head_bytes(prefix: &[u8]) -> Result<usize, Problem> {
    if !is_project(prefix) {
        return Err(garbled("It does not begin like one."));
    }
    if prefix.get(..8) != Some(MAGIC.as_slice()) {
        return Err(newer());
    }
    let length = prefix.get(8..PROJECT_PREFIX_BYTES).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
    let length = length.ok_or_else(|| garbled("It is cut off."))? as usize;
    if length > MAX_MANIFEST {
        return Err(garbled("Its list of contents is impossibly long."));
    }
    Ok(PROJECT_PREFIX_BYTES + length)
}

/// What a project file of `file_bytes` holds, from its beginning. All lengths are found to be true
/// before anything is unpacked.
///
/// # Errors
/// `project_newer`, `project_garbled`, `project_too_large`.
pub fn project_contents(head: &[u8], file_bytes: u64) -> Result<ProjectContents, Problem> {
    let n_head = project_head_bytes(head)?;
    let json = head.get(PROJECT_PREFIX_BYTES..n_head).ok_or_else(|| garbled("It is cut off."))?;
    let list_problem = || garbled("Its list of contents cannot be read.");
    let text = std::str::from_utf8(json).map_err(|_| list_problem())?;
    let tree = json::parse(text).map_err(|_| list_problem())?;
    let version = tree.get("version").and_then(|v| v.as_u64()).ok_or_else(list_problem)?;
    if version > u64::from(VERSION) {
        return Err(newer());
    }
    let Manifest { saved, blobs, .. } = json::read_tree(tree).map_err(|_| list_problem())?;
    let contents = ProjectContents { saved, blobs };
    check_lengths(&contents, file_bytes.saturating_sub(n_head as u64))?;
    check_sizes(&contents)?;
    Ok(contents)
}

/// The content of a part from what is stored.
///
/// # Errors
/// `project_garbled` when it is not what was written.
pub fn unpack_part(part: &ProjectPart, stored: Vec<u8>) -> Result<Vec<u8>, Problem> {
    let content = if part.is_packed {
        inflate(&stored, part.size_bytes as usize).map_err(|why| match why {
            Unpack::Garbled => garbled("Part of it is damaged."),
            Unpack::TooLarge => garbled("The lengths it gives are not true."),
        })?
    } else {
        stored
    };
    if content.len() as u64 != part.size_bytes || Fingerprint::of(&content) != part.sha256 {
        return Err(garbled("Part of it is damaged: its hash is not the one that was written."));
    }
    Ok(content)
}

/// Compares what the workspace says of its sources with what the file holds: a source's hash must be
/// that of the bytes that came with it. Returns the sources whose bytes did not come, of which the
/// hash is therefore only a claim.
///
/// # Errors
/// `source_mismatch` when bytes are not those that they are said to be.
pub fn check_sources(workspace: &Workspace, contents: &ProjectContents) -> Result<Vec<SourceId>, Problem> {
    for part in &contents.blobs {
        if part.key.strip_prefix("raw/").is_some_and(|hash| hash != part.sha256.as_str()) {
            let source = workspace.sources.iter().find(|s| raw_name(s) == part.key);
            let name = source.map_or("A source", |s| s.name.as_str());
            return Err(Problem::input("source_mismatch", format!("{name} is not the file that this project names."))
                .because(format!(
                    "The project says that its hash begins with {}; that of the file in it begins with {}.",
                    part.key.chars().skip(4).take(8).collect::<String>(),
                    part.sha256.short()
                ))
                .hint("Somebody may have changed the project. Ask whoever made it for another copy, or open the sources yourself."));
        }
    }
    let is_there = |name: &str| contents.blobs.iter().any(|part| part.key == name);
    Ok(workspace.sources.iter().filter(|s| !is_there(&raw_name(s))).map(|s| s.id).collect())
}

fn is_plausible(size_bytes: u64, stored_bytes: u64) -> bool {
    size_bytes <= TINY || size_bytes <= stored_bytes.saturating_mul(MAX_RATIO)
}

fn check_sizes(contents: &ProjectContents) -> Result<(), Problem> {
    let parts = std::iter::once(&contents.saved).chain(&contents.blobs);
    let n_total = parts.fold(0_u64, |sum, part| sum.saturating_add(part.size_bytes));
    if contents.blobs.len() > MAX_BLOBS || contents.saved.size_bytes > MAX_SAVED || n_total > MAX_TOTAL {
        return Err(too_large(n_total));
    }
    Ok(())
}

fn check_lengths(contents: &ProjectContents, n_body: u64) -> Result<(), Problem> {
    let mut n_stored = 0_u64;
    for part in std::iter::once(&contents.saved).chain(&contents.blobs) {
        n_stored = n_stored.saturating_add(part.stored_bytes);
        let is_true = if part.is_packed {
            is_plausible(part.size_bytes, part.stored_bytes)
        } else {
            part.size_bytes == part.stored_bytes
        };
        if !is_true || part.key.len() > MAX_KEY_BYTES {
            return Err(garbled("The lengths it gives cannot be true."));
        }
    }
    if n_stored != n_body {
        return Err(garbled("The lengths it gives do not add up to its size. It may be cut off."));
    }
    let mut keys: Vec<&str> = contents.blobs.iter().map(|b| b.key.as_str()).collect();
    keys.sort_unstable();
    if keys.windows(2).any(|pair| pair.first() == pair.last()) {
        return Err(garbled("It holds two parts of the same name."));
    }
    Ok(())
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

    /// A whole project in memory, as the readers put it together and take it apart.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    struct Project {
        saved: String,
        blobs: Vec<(String, Vec<u8>)>,
    }

    fn to_project(project: &Project) -> Vec<u8> {
        let (saved, packed) = pack_part("", project.saved.as_bytes());
        let mut body = packed.unwrap_or_else(|| project.saved.clone().into_bytes());
        let mut blobs = Vec::new();
        for (key, content) in &project.blobs {
            let (part, packed) = pack_part(key, content);
            body.extend(packed.unwrap_or_else(|| content.clone()));
            blobs.push(part);
        }
        [project_head(ProjectContents { saved, blobs }).unwrap(), body].concat()
    }

    fn from_project(bytes: &[u8]) -> Result<Project, Problem> {
        let n_head = project_head_bytes(bytes.get(..PROJECT_PREFIX_BYTES).unwrap_or(bytes))?;
        let contents = project_contents(bytes.get(..n_head).unwrap_or(bytes), bytes.len() as u64)?;
        let mut at = n_head;
        let mut take = |part: &ProjectPart| {
            let end = at + part.stored_bytes as usize;
            let content = unpack_part(part, bytes[at..end].to_vec());
            at = end;
            content
        };
        let saved = String::from_utf8(take(&contents.saved)?).map_err(|_| garbled("not text"))?;
        let blobs = contents.blobs.iter().map(|part| Ok((part.key.clone(), take(part)?))).collect::<Result<_, _>>()?;
        Ok(Project { saved, blobs })
    }

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
    fn what_does_not_shrink_is_stored_as_it_is() {
        let mut state = 7_u32;
        let mut noise = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        };
        let noisy: Vec<u8> = (0..600_000).map(|_| noise()).collect();
        assert_eq!(pack_part("a", &noisy).1, None);
        // Only its beginning looks promising.
        let mixed = [vec![b'a'; 300_000], (0..4_000_000).map(|_| noise()).collect()].concat();
        let (part, packed) = pack_part("b", &mixed);
        assert_eq!((packed, part.is_packed, part.stored_bytes), (None, false, part.size_bytes));
        let csv = (0..50_000).map(|i| format!("sample {i},site {},2026-11-12,passed\n", i % 7)).collect::<String>();
        let (part, packed) = pack_part("c", csv.as_bytes());
        assert!(part.is_packed && part.stored_bytes < part.size_bytes / 2);
        assert_eq!(unpack_part(&part, packed.unwrap()).unwrap(), csv.as_bytes());
    }

    #[test]
    fn bytes_that_are_not_the_named_ones_are_refused() {
        let named = |content: &[u8]| format!("raw/{}", Fingerprint::of(content));
        let contents_of = |blobs: Vec<(String, &[u8])>| ProjectContents {
            saved: pack_part("", b"{}").0,
            blobs: blobs.iter().map(|(key, content)| pack_part(key, content).0).collect(),
        };
        let workspace = Workspace::default();
        let honest = contents_of(vec![(named(b"one"), b"one".as_slice()), ("rows/x".to_owned(), b"rows".as_slice())]);
        assert_eq!(check_sources(&workspace, &honest).unwrap(), []);
        let forged = contents_of(vec![(named(b"one"), b"two".as_slice())]);
        let problem = check_sources(&workspace, &forged).unwrap_err();
        assert_eq!(problem.code, "source_mismatch");
        assert!(problem.why.contains(Fingerprint::of(b"one").short()), "{}", problem.why);
    }

    #[test]
    fn what_could_not_be_opened_is_not_written() {
        let huge = ProjectPart { size_bytes: MAX_TOTAL, stored_bytes: MAX_TOTAL, ..pack_part("a", b"x").0 };
        let contents = ProjectContents { saved: pack_part("", b"{}").0, blobs: vec![huge] };
        assert_eq!(project_head(contents).unwrap_err().code, "project_too_large");
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
