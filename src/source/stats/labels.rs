//! Labels of coded values: 1 is "female".

use std::collections::BTreeMap;

/// What the values of a column stand for.
#[derive(Clone, Debug, Default)]
pub(super) struct Labels {
    numbers: BTreeMap<u64, String>,
    tags: BTreeMap<char, String>,
    texts: BTreeMap<String, String>,
}

/// A number as a key. Both zeros are one.
pub(super) fn key(value: f64) -> u64 {
    if value == 0.0 { 0 } else { value.to_bits() }
}

impl Labels {
    pub fn add_number(&mut self, value: f64, label: String) {
        self.numbers.insert(key(value), label);
    }

    /// For one of the special missing values, `.a` to `.z`.
    pub fn add_tag(&mut self, tag: char, label: String) {
        self.tags.insert(tag, label);
    }

    pub fn add_text(&mut self, value: String, label: String) {
        self.texts.insert(value, label);
    }

    pub fn number(&self, value: f64) -> Option<&str> {
        self.by_key(key(value))
    }

    pub fn by_key(&self, key: u64) -> Option<&str> {
        self.numbers.get(&key).map(String::as_str)
    }

    pub fn tag(&self, tag: char) -> Option<&str> {
        self.tags.get(&tag).map(String::as_str)
    }

    pub fn text(&self, value: &str) -> Option<&str> {
        self.texts.get(value).map(String::as_str)
    }

    pub fn has_texts(&self) -> bool {
        !self.texts.is_empty()
    }

    pub fn has_numbers(&self) -> bool {
        !self.numbers.is_empty()
    }
}
