//! What an import is to do, as data, so that it can be done once more.

use crate::base::{Notices, SourceId};
use crate::source::{ApiRequest, Origin, ReaderSpec, SourceSpec};
use js_sys::{Array, Uint8Array};
use std::rc::Rc;
use web_sys::Blob;

/// More bytes than this are not copied on the page: the browser makes a blob of them.
const MAX_GIVEN_BYTES: u32 = 256_000_000;

/// What to read and where it came from.
#[derive(Clone)]
pub struct Import {
    pub name: String,
    pub origin: Origin,
    /// Absent for an address, which is fetched, and for bytes that a script has at hand.
    pub blob: Option<Blob>,
    /// Bytes of a script, which stay its own: the reader gets a copy.
    pub given: Option<Uint8Array>,
    pub headers: Vec<(String, String)>,
    pub reader: ReaderSpec,
    /// What could not be sent, or was not as it was asked for.
    pub notices: Notices,
    /// The source that is read again.
    pub replaces: Option<SourceId>,
    /// The version of it that what is read is compared with.
    pub before: Option<Rc<SourceSpec>>,
    /// It is another file in its place, which gives it its name.
    pub is_newer_file: bool,
    /// The source that the newer file was until now.
    pub takes_over: Option<SourceId>,
    /// The name of its only table in SQL.
    pub table: Option<String>,
    /// What undo calls it, where that is more than reading again.
    pub label: Option<String>,
}

impl Import {
    pub fn of_blob(name: &str, blob: Blob) -> Import {
        Import { blob: Some(blob), ..Import::empty(name) }
    }

    fn empty(name: &str) -> Import {
        Import {
            name: name.to_owned(),
            origin: Origin::File,
            blob: None,
            given: None,
            headers: Vec::new(),
            reader: ReaderSpec::default(),
            notices: Notices::default(),
            replaces: None,
            before: None,
            is_newer_file: false,
            takes_over: None,
            table: None,
            label: None,
        }
    }

    /// Bytes that are in the page's memory go to the reader at once, without the way through a blob and back; it makes
    /// the blob that is kept, beside the page.
    pub fn of_bytes(name: &str, bytes: Uint8Array) -> Option<Import> {
        if bytes.length() <= MAX_GIVEN_BYTES {
            return Some(Import { given: Some(bytes), ..Import::empty(name) });
        }
        let blob = Blob::new_with_buffer_source_sequence(&Array::of1(&bytes)).ok()?;
        Some(Import::of_blob(name, blob))
    }

    /// Whether there is nothing at hand, so that it must be fetched.
    pub fn is_fetched(&self) -> bool {
        self.blob.is_none() && self.given.is_none()
    }

    pub fn of_address(request: ApiRequest) -> Import {
        let ApiRequest { spec, headers, notices } = request;
        let name = name_of(&spec.url);
        Import { origin: Origin::Api(spec), headers, notices, ..Import::empty(&name) }
    }
}

/// Host and path of an address.
pub fn name_of(url: &str) -> String {
    let name = url.split(['?', '#']).next().unwrap_or(url);
    name.split_once("://").map_or(name, |(_, rest)| rest).trim_end_matches('/').to_owned()
}
