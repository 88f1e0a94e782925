//! What must hold of texts and files that people send each other: what is accepted is written again and comes out the
//! same; all else is a `Problem`.

use std::collections::BTreeSet;
use tributary::base::{Problem, ProblemKind};
use tributary::share::{self, ProjectPart, from_fragment, from_html, to_fragment, to_html};
use tributary::source::{ApiAnswer, ApiSpec, PageWalk, holds_secret, mask_url, parse_addresses, site_of};
use tributary::workspace::{Workspace, format};

/// Pages that a walk is led through.
const MAX_PAGES: usize = 20;

/// Marks the end of a page among the bytes of [`pages`].
const PAGE_END: u8 = 0x1E;

/// The fragment of an address.
pub fn link(bytes: &[u8]) {
    let Ok(report) = from_fragment(&String::from_utf8_lossy(bytes)) else { return };
    // Thinned as links are, it comes out as it went in.
    let Ok(fragment) = to_fragment(&report) else { return };
    let again = from_fragment(&fragment).expect("a link that was written can be read");
    assert_eq!(to_fragment(&again).as_ref(), Ok(&fragment), "sent on, it is another link");
}

/// A report as a file.
pub fn report(bytes: &[u8]) {
    let Ok(report) = from_html(bytes) else { return };
    let page = |report| to_html(report, &|_, _| None, "");
    let file = page(&report);
    assert_eq!(file.matches("<script").count(), 1, "a script came in");
    let again = from_html(file.as_bytes()).expect("a file that was written can be read");
    assert!(page(&again) == file, "written again, it is another file");
}

/// A project file: its list of contents, its parts, and the workspace in it.
pub fn project(bytes: &[u8]) {
    let _ = read_project(bytes);
}

fn read_project(bytes: &[u8]) -> Result<Workspace, Problem> {
    let prefix = bytes.get(..share::PROJECT_PREFIX_BYTES).unwrap_or(bytes);
    let n_head = share::project_head_bytes(prefix)?;
    let contents = share::project_contents(bytes.get(..n_head).unwrap_or(bytes), bytes.len() as u64)?;
    let mut rest = bytes.get(n_head..).unwrap_or_default();
    let mut take = |part: &ProjectPart| {
        let (stored, after) = rest.split_at(part.stored_bytes as usize);
        rest = after;
        share::unpack_part(part, stored.to_vec())
    };
    let saved = take(&contents.saved)?;
    for part in &contents.blobs {
        let content = take(part)?;
        assert_eq!(content.len() as u64, part.size_bytes);
    }
    assert!(rest.is_empty(), "bytes of no part");
    let workspace = format::decode(&String::from_utf8_lossy(&saved))?;
    share::check_sources(&workspace, &contents)?;
    Ok(workspace)
}

/// A saved workspace with its history.
pub fn workspace(bytes: &[u8]) {
    let Ok(history) = format::decode_history(&String::from_utf8_lossy(bytes)) else { return };
    let text = format::encode_history(&history).expect("what was read can be written");
    let again = format::decode_history(&text).expect("what was written can be read");
    assert!(format::encode_history(&again).as_ref() == Ok(&text), "written again, it is another text");
}

/// Addresses and `curl` lines, as they are pasted.
pub fn address(bytes: &[u8]) {
    let Ok(requests) = parse_addresses(&String::from_utf8_lossy(bytes), &[]) else { return };
    for request in requests {
        let url = &request.spec.url;
        let scheme = url.split("://").next().map(str::to_ascii_lowercase);
        assert!(matches!(scheme.as_deref(), Some("http" | "https")), "{url:?}");
        assert!(!url.chars().any(|c| c.is_whitespace() || c.is_control() || c == '#'), "{url:?}");
        assert!(!site_of(url).is_empty() && !site_of(url).contains('@'), "{url:?}");
        for (name, value) in &request.headers {
            let is_one_line = |text: &str| !text.contains(['\r', '\n', '\0']);
            assert!(!name.is_empty() && is_one_line(name) && is_one_line(value), "{name:?}: {value:?}");
        }
        // Nothing more to hide in what is shown instead.
        let shown = mask_url(url);
        assert!(mask_url(&shown) == shown && (shown != *url || !holds_secret(url)), "{url:?} as {shown:?}");
    }
}

/// Answers of a web API one after the other: of each, a line that is its `Link` header, and the body.
pub fn pages(bytes: &[u8]) {
    let spec = ApiSpec::new("https://api.example.org/v1/items?page=1".to_owned());
    let mut walk = PageWalk::new(&spec, None);
    let mut url = spec.url.clone();
    let mut asked = BTreeSet::from([url.clone()]);
    for answer in bytes.split(|b| *b == PAGE_END).take(MAX_PAGES) {
        let (head, body) = match answer.iter().position(|b| *b == b'\n') {
            Some(at) => (&answer[..at], &answer[at + 1..]),
            None => (&answer[..0], answer),
        };
        let head = String::from_utf8_lossy(head);
        let link_header = Some(head.as_ref()).filter(|head| !head.is_empty());
        let taken = match walk.took(&ApiAnswer { url: &url, link_header, total_header: None, body }) {
            Ok(taken) => taken,
            Err(problem) => {
                assert!(problem.kind != ProblemKind::Bug, "{problem:?}");
                if walk.failed(problem).is_err() {
                    return;
                }
                break;
            }
        };
        let Some(next) = taken.next else { break };
        assert_eq!(site_of(&next), site_of(&spec.url), "led to another site");
        assert!(asked.insert(next.clone()), "asked twice: {next}");
        url = next;
    }
    walk.finish();
}
