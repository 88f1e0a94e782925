//! Runs of numbers in which NaN means "missing", written as `null` in JSON.

use serde::de::{SeqAccess, Visitor};
use serde::ser::SerializeSeq;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::ops::{Deref, DerefMut};

/// A `Vec<f64>` that survives JSON: values that are not finite become `null`, and come back as NaN.
#[derive(Clone, Debug, Default)]
pub struct Floats(pub Vec<f64>);

/// Missing equals missing, unlike NaN.
impl PartialEq for Floats {
    fn eq(&self, other: &Floats) -> bool {
        self.len() == other.len() && self.iter().zip(other.iter()).all(|(a, b)| a == b || (a.is_nan() && b.is_nan()))
    }
}

impl From<Vec<f64>> for Floats {
    fn from(values: Vec<f64>) -> Floats {
        Floats(values)
    }
}

impl FromIterator<f64> for Floats {
    fn from_iter<I: IntoIterator<Item = f64>>(values: I) -> Floats {
        Floats(values.into_iter().collect())
    }
}

impl Deref for Floats {
    type Target = Vec<f64>;
    fn deref(&self) -> &Vec<f64> {
        &self.0
    }
}

impl DerefMut for Floats {
    fn deref_mut(&mut self) -> &mut Vec<f64> {
        &mut self.0
    }
}

impl Serialize for Floats {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut seq = serializer.serialize_seq(Some(self.len()))?;
        for value in self.iter() {
            if value.is_finite() {
                seq.serialize_element(value)?;
            } else {
                seq.serialize_element(&None::<f64>)?;
            }
        }
        seq.end()
    }
}

impl<'de> Deserialize<'de> for Floats {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Floats, D::Error> {
        struct Run;
        impl<'de> Visitor<'de> for Run {
            type Value = Floats;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a list of numbers and nulls")
            }
            fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Floats, A::Error> {
                let mut values = Vec::new();
                while let Some(value) = seq.next_element::<Option<f64>>()? {
                    values.push(value.unwrap_or(f64::NAN));
                }
                Ok(Floats(values))
            }
        }
        deserializer.deserialize_seq(Run)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn missing_survives_json() {
        let json = serde_json::to_string(&Floats(vec![1.5, f64::NAN])).unwrap();
        assert_eq!(json, "[1.5,null]");
        assert_eq!(serde_json::from_str::<Floats>(&json).unwrap(), Floats(vec![1.5, f64::NAN]));
    }
}
