//! What an import is to do, as data, so that it can be done once more.

use crate::base::{Notices, SourceId};
use crate::source::{ApiRequest, Origin, ReaderSpec, SourceSpec};
use std::rc::Rc;
use web_sys::Blob;

/// What to read and where it came from.
#[derive(Clone)]
pub struct Import {
    pub name: String,
    pub origin: Origin,
    /// Absent for an address, which is fetched.
    pub blob: Option<Blob>,
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
        Import {
            name: name.to_owned(),
            origin: Origin::File,
            blob: Some(blob),
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

    pub fn of_address(request: ApiRequest) -> Import {
        let ApiRequest { spec, headers, notices } = request;
        Import {
            name: name_of(&spec.url),
            origin: Origin::Api(spec),
            blob: None,
            headers,
            reader: ReaderSpec::default(),
            notices,
            replaces: None,
            before: None,
            is_newer_file: false,
            takes_over: None,
            table: None,
            label: None,
        }
    }
}

/// Host and path of an address.
pub fn name_of(url: &str) -> String {
    let name = url.split(['?', '#']).next().unwrap_or(url);
    name.split_once("://").map_or(name, |(_, rest)| rest).trim_end_matches('/').to_owned()
}
