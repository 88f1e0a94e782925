//! Tar: headers of 512 bytes, each followed by a file.
//!
//! POSIX ustar and pax (IEEE Std 1003.1, "pax Interchange Format"), long names of GNU tar, and the
//! archives of before 1988 that have no mark but their checksum.

const BLOCK: usize = 512;

/// A file as it lies in the archive.
pub(in crate::source) struct Entry<'a> {
    pub path: String,
    pub bytes: &'a [u8],
    /// Neither a folder nor a link.
    pub is_file: bool,
}

pub(in crate::source) struct Archive<'a> {
    pub entries: Vec<Entry<'a>>,
    /// Why the rest is not there.
    pub damage: Option<String>,
}

/// Whether the first block is a header whose checksum agrees.
pub(in crate::source) fn is_tar(bytes: &[u8]) -> bool {
    bytes.get(..BLOCK).is_some_and(|header| header.first() != Some(&0) && is_header(header))
}

fn is_header(header: &[u8]) -> bool {
    let sum: u64 = header
        .iter()
        .enumerate()
        .map(|(i, byte)| if (148..156).contains(&i) { u64::from(b' ') } else { u64::from(*byte) })
        .sum();
    header.get(148..156).and_then(octal) == Some(sum)
}

/// Lists the files. At most `max_entries`, of which nothing is copied.
pub(in crate::source) fn entries(bytes: &[u8], max_entries: usize) -> Archive<'_> {
    let mut archive = Archive { entries: Vec::new(), damage: None };
    let mut at = 0usize;
    let mut long_name: Option<String> = None;
    let mut pax_size: Option<u64> = None;
    while let Some(header) = bytes.get(at..at.saturating_add(BLOCK)) {
        if header.iter().all(|b| *b == 0) {
            return archive;
        }
        if !is_header(header) {
            archive.damage = Some("it cannot be read to its end".to_owned());
            return archive;
        }
        let kind = header.get(156).copied().unwrap_or(0);
        let stated = pax_size.take().or_else(|| header.get(124..136).and_then(size_of));
        let Some(size) = stated.and_then(|s| usize::try_from(s).ok()) else {
            archive.damage = Some("it cannot be read to its end".to_owned());
            return archive;
        };
        let start = at + BLOCK;
        let end = start.saturating_add(size);
        let content = bytes.get(start..end.min(bytes.len())).unwrap_or(&[]);
        if content.len() < size {
            archive.damage = Some("it is cut off".to_owned());
        }
        match kind {
            b'L' => long_name = Some(text(content)),
            b'x' => {
                let (path, size) = pax(content);
                long_name = path.or(long_name);
                pax_size = size;
            }
            // Settings for all files, and long targets of links.
            b'g' | b'K' => {}
            _ => {
                if archive.entries.len() >= max_entries {
                    archive.damage = Some(format!("only its first {max_entries} entries were looked at"));
                    return archive;
                }
                let path = long_name.take().unwrap_or_else(|| short_name(header));
                let is_folder = kind == b'5' || path.ends_with('/');
                // A file that is cut off is not kept as if it were whole.
                let is_file = matches!(kind, 0 | b'0' | b'7') && !is_folder && content.len() == size;
                archive.entries.push(Entry { path, bytes: content, is_file });
            }
        }
        at = end.checked_next_multiple_of(BLOCK).unwrap_or(usize::MAX);
    }
    archive
}

fn short_name(header: &[u8]) -> String {
    let name = text(header.get(..100).unwrap_or(&[]));
    let is_ustar = header.get(257..263) == Some(b"ustar\0");
    let prefix = text(header.get(345..500).filter(|_| is_ustar).unwrap_or(&[]));
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// Up to the first zero.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.split(|b| *b == 0).next().unwrap_or(&[])).into_owned()
}

/// A size in octal, or in base 256 where the first bit is set (GNU).
fn size_of(field: &[u8]) -> Option<u64> {
    match field.split_first() {
        Some((first, rest)) if first & 0x80 != 0 => {
            let low = rest.get(rest.len().saturating_sub(8)..)?;
            Some(low.iter().fold(0u64, |sum, b| sum << 8 | u64::from(*b)))
        }
        _ => octal(field),
    }
}

fn octal(field: &[u8]) -> Option<u64> {
    let digits: Vec<u8> =
        field.iter().copied().skip_while(|b| *b == b' ').take_while(|b| !matches!(b, 0 | b' ')).collect();
    if digits.is_empty() || !digits.iter().all(|b| (b'0'..=b'7').contains(b)) {
        return None;
    }
    digits.iter().try_fold(0u64, |sum, b| sum.checked_mul(8)?.checked_add(u64::from(b - b'0')))
}

/// `path` and `size` of a pax header: lines of `length key=value`.
fn pax(mut bytes: &[u8]) -> (Option<String>, Option<u64>) {
    let (mut path, mut size) = (None, None);
    while let Some(space) = bytes.iter().position(|b| *b == b' ') {
        let length = bytes.get(..space).and_then(|n| std::str::from_utf8(n).ok()).and_then(|n| n.parse::<usize>().ok());
        let Some((line, rest)) = length.filter(|n| *n > space).and_then(|n| bytes.split_at_checked(n)) else { break };
        let pair = String::from_utf8_lossy(line.get(space + 1..).unwrap_or(&[])).into_owned();
        match pair.trim_end_matches('\n').split_once('=') {
            Some(("path", value)) => path = Some(value.to_owned()),
            Some(("size", value)) => size = value.parse().ok(),
            _ => {}
        }
        bytes = rest;
    }
    (path, size)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIXED: &[u8] = include_bytes!("testdata/mixed.tar.bin");

    #[test]
    fn names_of_all_kinds() {
        assert!(is_tar(MIXED));
        let archive = entries(MIXED, 100);
        assert_eq!(archive.damage, None);
        let files: Vec<(&str, usize)> =
            archive.entries.iter().filter(|e| e.is_file).map(|e| (e.path.as_str(), e.bytes.len())).collect();
        let long = format!("{}/data.csv", "long".repeat(60));
        let pax = format!("{}/größe.csv", "pax".repeat(70));
        assert_eq!(files, [("a.csv", 8), (long.as_str(), 8), (pax.as_str(), 8)]);
        assert_eq!(archive.entries.len(), 5);
    }

    #[test]
    fn a_cut_or_damaged_archive_says_so() {
        assert!(entries(&MIXED[..516], 100).damage.is_some());
        let mut bytes = MIXED.to_vec();
        bytes[1024 + 10] ^= 1;
        assert_eq!(entries(&bytes, 100).entries.len(), 1);
        assert!(entries(&bytes, 100).damage.is_some());
        assert!(!is_tar(b"a,b\n1,2\n") && !is_tar(&[b'a'; 1024]));
    }
}
