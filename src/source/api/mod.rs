//! Plans for web APIs, as data: what to ask, where the next page is, and what went wrong in words.
//!
//! Never here: the requests themselves, and headers beyond the moment they are parsed.

mod address;
mod explain;
mod options;
mod paging;
mod url;

pub use address::parse_address;
pub use explain::{explain_status, explain_unreachable};
pub use paging::{ApiAnswer, next_page};
pub use url::{mask_url, site_of};
