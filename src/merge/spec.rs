//! What a merge is, what is proposed, and what came of it.

use crate::base::{MergeId, NodeId};
use serde::{Deserialize, Serialize};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MergeKind {
    /// Rows of the one below those of the other.
    Union,
    /// All rows of the left, with what was found on the right.
    Left,
    /// Only rows found on both sides.
    Inner,
    /// All rows of both sides.
    Full,
    /// Rows of the left that were found on the right; no columns added.
    Semi,
    /// Rows of the left that were not found on the right.
    Anti,
}

/// How two keys are made comparable.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyForm {
    /// The same value; `7` and `7.0` are the same.
    #[default]
    Exact,
    /// Case, spaces and punctuation do not count: `Plate-07 ` = `plate07`.
    Folded,
    /// As folded, and zeros before digits do not count: `P007` = `p7`.
    Unpadded,
    /// Only the trailing number counts: `business_42` = `42`.
    TrailingNumber,
    /// The same day, however it is written.
    Day,
    /// Letters and digits alone, without accents: `São João` = `SAO-JOAO`, `+55 (12) 39` = `551239`.
    Bare,
    /// Only what follows the last sign, without case: `faa:JFK` = `jfk`.
    LastPart,
}

impl KeyForm {
    pub const ALL: [KeyForm; 7] = [
        KeyForm::Exact,
        KeyForm::Folded,
        KeyForm::Unpadded,
        KeyForm::TrailingNumber,
        KeyForm::Day,
        KeyForm::Bare,
        KeyForm::LastPart,
    ];
}

/// Columns that correspond. In a union, columns that go below each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyPair {
    pub left: String,
    pub right: String,
    #[serde(default)]
    pub form: KeyForm,
}

/// Two keys that somebody said are the same, as they are written: one text for each pair of columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct KeyMatch {
    pub left: Vec<String>,
    pub right: Vec<String>,
}

/// What rows of two tables are matched by.
#[derive(Clone, Copy, Debug, Default)]
pub struct By<'a> {
    pub keys: &'a [KeyPair],
    /// Keys of the left that stand for another key of the right.
    pub crosswalk: &'a [KeyMatch],
}

impl<'a> From<&'a [KeyPair]> for By<'a> {
    fn from(keys: &'a [KeyPair]) -> By<'a> {
        By { keys, crosswalk: &[] }
    }
}

impl<'a> From<&'a Vec<KeyPair>> for By<'a> {
    fn from(keys: &'a Vec<KeyPair>) -> By<'a> {
        By { keys, crosswalk: &[] }
    }
}

impl<'a, const N: usize> From<&'a [KeyPair; N]> for By<'a> {
    fn from(keys: &'a [KeyPair; N]) -> By<'a> {
        By { keys, crosswalk: &[] }
    }
}

/// A merge in the workspace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeSpec {
    pub id: MergeId,
    /// Unique in the workspace, usable in SQL without quotes.
    pub name: String,
    pub kind: MergeKind,
    pub left: NodeId,
    pub right: NodeId,
    pub keys: Vec<KeyPair>,
    /// Columns to keep, by their names in the outcome; all when `None`.
    #[serde(default)]
    pub keep: Option<Vec<String>>,
    /// What tells a column of the right from one of the same name on the left, in words:
    /// `plate (plate map)`. Fixed when the merge is made, so that renaming a table renames no column
    /// that a step or a report uses. `None` in files of before: the right's name is used, and columns
    /// that are the same in both are both kept.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// Keys that are written differently and were accepted as the same.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub crosswalk: Vec<KeyMatch>,
}

impl MergeSpec {
    pub fn by(&self) -> By<'_> {
        By { keys: &self.keys, crosswalk: &self.crosswalk }
    }
}

/// A join that a source declares: the left's rows refer to those of the right. Columns by name, pair by pair.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeclaredJoin {
    pub left: NodeId,
    pub right: NodeId,
    pub columns: Vec<(String, String)>,
}

/// How many rows of one side find how many of the other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cardinality {
    #[default]
    OneToOne,
    /// Several rows of the left share one of the right.
    ManyToOne,
    OneToMany,
    ManyToMany,
}

/// A proposed merge. Counts are rows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct MergeSuggestion {
    /// Stable for the same inputs: a fingerprint of what is proposed.
    pub id: String,
    pub is_union: bool,
    pub left: NodeId,
    pub right: NodeId,
    pub left_name: String,
    pub right_name: String,
    pub keys: Vec<KeyPair>,
    /// Left rows that found at least one partner (a union: rows of both).
    pub n_matched: u64,
    pub n_left_only: u64,
    pub n_right_only: u64,
    /// Most right rows that one left row found.
    pub fan_out: u64,
    /// 0 to 1.
    pub confidence: f64,
    /// One sentence.
    pub reason: String,
    #[serde(default)]
    pub cardinality: Cardinality,
    /// The columns that come next for these two tables, in words.
    #[serde(default)]
    pub runner_up: Option<String>,
    /// Numbers that would stand in more than one row of the outcome, so that their sum would be too large.
    #[serde(default)]
    pub double_counted: Vec<String>,
    /// A few keys of each side that found no partner, as written.
    #[serde(default)]
    pub left_only_examples: Vec<String>,
    #[serde(default)]
    pub right_only_examples: Vec<String>,
}

/// What came of a merge. The counts add up to the input rows:
/// `n_left = n_left_matched + n_left_only`, `n_right = n_right_matched + n_right_only`.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct MergeOutcome {
    pub n_left: u64,
    pub n_right: u64,
    pub n_left_matched: u64,
    pub n_left_only: u64,
    pub n_right_matched: u64,
    pub n_right_only: u64,
    /// Left rows that found more than one partner.
    pub n_left_multiplied: u64,
    pub fan_out: u64,
    pub n_rows: u64,
    #[serde(default)]
    pub left_only_examples: Vec<String>,
    #[serde(default)]
    pub right_only_examples: Vec<String>,
    /// Columns of the right that had to be renamed: (before, after).
    #[serde(default)]
    pub renamed: Vec<(String, String)>,
    /// Columns that have the same cells in both wherever rows found each other: the left's is kept.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub kept_once: Vec<String>,
    /// Numbers, by their names in the outcome, of rows that stand in it several times: a sum of them would
    /// be too large.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub double_counted: Vec<String>,
}

/// A key of the other side that may be meant. 1 is as good as the same.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Candidate {
    pub right: Vec<String>,
    pub score: f64,
}

/// A key of the left without a partner, and what comes nearest to it, best first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Unmatched {
    /// As written, one text for each pair of columns.
    pub left: Vec<String>,
    pub n_rows: u64,
    pub candidates: Vec<Candidate>,
}

/// The keys of the left without a partner that come near a key of the right; surest first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Nearest {
    pub keys: Vec<Unmatched>,
    /// Different keys without a partner, in all, and those that were looked at.
    pub n_unmatched: u64,
    pub n_asked: u64,
}
