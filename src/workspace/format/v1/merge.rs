//! Merges.

use super::mirror::{saved_enum, saved_struct};
use super::table::Node;
use crate::merge;

saved_struct! {
    Merge = merge::MergeSpec {
        "id" => id: u64,
        "name" => name: String,
        "kind" => kind: MergeKind,
        "left" => left: Node,
        "right" => right: Node,
        "keys" => keys: Vec<KeyPair>,
        #[serde(default)]
        "keep" => keep: Option<Vec<String>>,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        "suffix" => suffix: Option<String>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        "crosswalk" => crosswalk: Vec<KeyMatch>,
    }
}

saved_struct! {
    KeyMatch = merge::KeyMatch {
        "left" => left: Vec<String>,
        "right" => right: Vec<String>,
    }
}

saved_enum! {
    MergeKind = merge::MergeKind {
        "union" => Union,
        "left" => Left,
        "inner" => Inner,
        "full" => Full,
        "semi" => Semi,
        "anti" => Anti,
    }
}

saved_struct! {
    KeyPair = merge::KeyPair {
        "left" => left: String,
        "right" => right: String,
        #[serde(default)]
        "form" => form: KeyForm,
    }
}

saved_enum! {
    #[derive(Default)]
    KeyForm = merge::KeyForm {
        #[default]
        "exact" => Exact,
        "folded" => Folded,
        "unpadded" => Unpadded,
        "trailing_number" => TrailingNumber,
        "day" => Day,
        "bare" => Bare,
        "last_part" => LastPart,
    }
}
