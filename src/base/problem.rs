//! The one form in which failures reach the user and scripts.

use super::{ColumnType, SourceId, StepId};
use serde::{Deserialize, Serialize};
use std::fmt;

/// Whose turn it is to act.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ProblemKind {
    /// The data are not what they should be.
    Input,
    /// What was asked for cannot be done as asked.
    Request,
    /// Memory, quota, size or time ran out.
    Limit,
    /// Cancelled, or a worker died.
    Stopped,
    /// Our fault.
    Bug,
}

/// Where it happened. Every part is optional; lines and rows count from 1.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub row: Option<u64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub step: Option<StepId>,
    /// Byte offset in a text such as a query.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

impl Place {
    pub fn source(name: impl Into<String>) -> Place {
        Place { source: Some(name.into()), ..Place::default() }
    }

    pub fn column(name: impl Into<String>) -> Place {
        Place { column: Some(name.into()), ..Place::default() }
    }
}

/// A repair that one click can make. The workspace turns it into a command.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Repair {
    Retry,
    /// Open what was asked of a web address, to add a key or change something.
    EditRequest,
    RemoveSource {
        source: SourceId,
    },
    DisableStep {
        step: StepId,
    },
    RemoveStep {
        step: StepId,
    },
    /// Replace a column name in a step.
    UseColumn {
        step: StepId,
        from: String,
        to: String,
    },
    ReadAsEncoding {
        source: SourceId,
        encoding: String,
    },
    ReadColumnAs {
        column: String,
        as_type: ColumnType,
    },
    ChooseFile,
}

/// What to do, with a repair where one click can do it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Hint {
    pub text: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub repair: Option<Repair>,
}

/// A failure: what happened, where, why, and what to do.
///
/// `what` and `why` are sentences for people; `code` is for scripts and tests.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Problem {
    pub code: String,
    pub kind: ProblemKind,
    #[serde(default)]
    pub place: Place,
    pub what: String,
    #[serde(default)]
    pub why: String,
    #[serde(default)]
    pub hints: Vec<Hint>,
}

impl Problem {
    pub fn new(kind: ProblemKind, code: &str, what: impl Into<String>) -> Problem {
        Problem {
            code: code.to_owned(),
            kind,
            place: Place::default(),
            what: what.into(),
            why: String::new(),
            hints: Vec::new(),
        }
    }

    pub fn input(code: &str, what: impl Into<String>) -> Problem {
        Problem::new(ProblemKind::Input, code, what)
    }

    pub fn request(code: &str, what: impl Into<String>) -> Problem {
        Problem::new(ProblemKind::Request, code, what)
    }

    pub fn limit(code: &str, what: impl Into<String>) -> Problem {
        Problem::new(ProblemKind::Limit, code, what)
    }

    pub fn bug(code: &str, what: impl Into<String>) -> Problem {
        Problem::new(ProblemKind::Bug, code, what)
    }

    /// The answer to everything pending when the user cancels.
    pub fn cancelled() -> Problem {
        Problem::new(ProblemKind::Stopped, "cancelled", "Cancelled. Nothing was changed.")
    }

    /// The answer to everything pending when the engine's worker dies.
    pub fn engine_stopped() -> Problem {
        Problem::new(ProblemKind::Stopped, "engine_stopped", "The calculation stopped unexpectedly.")
            .because("The background worker ended. It has been started again with your work.")
    }

    pub fn because(mut self, why: impl Into<String>) -> Problem {
        self.why = why.into();
        self
    }

    pub fn at(mut self, place: Place) -> Problem {
        self.place = place;
        self
    }

    pub fn hint(mut self, text: impl Into<String>) -> Problem {
        self.hints.push(Hint { text: text.into(), repair: None });
        self
    }

    pub fn repair(mut self, text: impl Into<String>, repair: Repair) -> Problem {
        self.hints.push(Hint { text: text.into(), repair: Some(repair) });
        self
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)?;
        if !self.why.is_empty() {
            write!(f, " {}", self.why)?;
        }
        Ok(())
    }
}

impl std::error::Error for Problem {}
