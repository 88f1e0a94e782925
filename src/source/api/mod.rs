//! Plans for web APIs, as data: what to ask, where the next page is, and what went wrong in words.
//!
//! Never here: the requests themselves, and headers beyond the moment they are parsed.

mod address;
mod curl;
mod explain;
mod headers;
mod options;
mod paging;
mod patience;
mod shell;
mod url;
mod walk;

pub use address::{ApiRequest, parse_address, parse_addresses};
pub use explain::{Probe, explain_refusal, explain_status, explain_unreachable};
pub use headers::{Headers, is_plain as is_plain_header};
pub use patience::{retry_after, seconds_to_wait};
pub use url::{holds_secret, mask_url, site_of};
pub use walk::{ApiAnswer, PageWalk, is_of_fetching};
