//! What is wrong with a text.

use std::fmt::{self, Display};

/// A text that is not JSON, or JSON that is not the value that was asked for: one sentence without its stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Error(Box<str>);

impl Error {
    #[inline(never)]
    pub(super) fn new(text: fmt::Arguments<'_>) -> Error {
        Error(text.to_string().into())
    }
}

impl Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Error {}

impl From<serde_json::Error> for Error {
    #[inline(never)]
    fn from(error: serde_json::Error) -> Error {
        Error::new(format_args!("{error}"))
    }
}

impl serde::de::Error for Error {
    fn custom<T: Display>(message: T) -> Error {
        Error::new(format_args!("{message}"))
    }
}

impl serde::ser::Error for Error {
    fn custom<T: Display>(message: T) -> Error {
        Error::new(format_args!("{message}"))
    }
}
