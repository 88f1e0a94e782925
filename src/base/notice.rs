//! Remarks on work that succeeded: what was changed, guessed or left out.

use serde::{Deserialize, Serialize};

/// One remark, counted, in words a user understands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Notice {
    /// Stable name, for scripts: `ragged_rows`, `renamed_column`, …
    pub code: String,
    /// A sentence without a full stop: "19 rows set aside: too few cells".
    pub text: String,
    /// How many rows, cells or columns it is about.
    pub count: u64,
}

/// Remarks in the order in which they came up.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Notices(pub Vec<Notice>);

impl Notices {
    pub fn add(&mut self, code: &str, text: impl Into<String>, count: u64) {
        self.0.push(Notice { code: code.to_owned(), text: text.into(), count });
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn iter(&self) -> impl Iterator<Item = &Notice> {
        self.0.iter()
    }
}
