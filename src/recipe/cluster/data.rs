//! What a search for spelling variants gives.

use serde::{Deserialize, Serialize};

/// By what values are taken for variants of each other.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Likeness {
    /// Any of the following.
    #[default]
    Any,
    /// The same words, whatever their order, case, accents and punctuation.
    Words,
    /// The same pairs of letters besides: "New York" and "NewYork".
    Letters,
    /// Words that sound alike in English, and are written alike by more than half.
    Sound,
    /// A fifth of the letters, at most, is other, more, less or swapped.
    Distance,
}

impl Likeness {
    pub const ALL: [Likeness; 5] =
        [Likeness::Any, Likeness::Words, Likeness::Letters, Likeness::Sound, Likeness::Distance];

    pub fn key(self) -> &'static str {
        match self {
            Likeness::Any => "any",
            Likeness::Words => "words",
            Likeness::Letters => "letters",
            Likeness::Sound => "sound",
            Likeness::Distance => "distance",
        }
    }

    pub fn label(self) -> &'static str {
        match self {
            Likeness::Any => "Alike in any way",
            Likeness::Words => "The same words",
            Likeness::Letters => "The same letters",
            Likeness::Sound => "The same sound (English)",
            Likeness::Distance => "Few letters differ",
        }
    }
}

/// One way of writing a value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Variant {
    pub text: String,
    pub n_rows: u64,
    /// How sure it is, 0 to 1, that it means the same as the others.
    pub score: f64,
}

/// Values that may be one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Cluster {
    /// The most frequent first: it is proposed for all.
    pub variants: Vec<Variant>,
    /// The lowest of its variants' scores.
    pub score: f64,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Variants {
    /// Those that would change most rows first.
    pub clusters: Vec<Cluster>,
    /// Clusters found, of which `clusters` may be the first.
    pub n_clusters: u64,
    /// Different values of the column.
    pub n_values: u64,
    /// Values that were not looked at: too long, or too many.
    pub n_left_out: u64,
    /// With how many neighbours each value was compared letter by letter; 0 when with all others.
    pub n_neighbours: u64,
}
