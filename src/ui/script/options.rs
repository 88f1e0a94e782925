//! The options of a call. What a call does not know it refuses: nothing is ignored silently.

use super::convert::get;
use crate::base::Problem;
use crate::base::wording::list;
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

pub struct Options(JsValue);

pub fn bad(what: impl Into<String>) -> Problem {
    Problem::request("bad_argument", what)
}

impl Options {
    /// # Errors
    /// `bad_argument` when they are no object, or name what the call does not take.
    pub fn read(given: JsValue, call: &str, known: &[&str]) -> Result<Options, Problem> {
        if given.is_undefined() || given.is_null() {
            return Ok(Options(given));
        }
        let object =
            given.dyn_ref::<Object>().ok_or_else(|| bad(format!("The options of {call} must be an object.")))?;
        for name in Object::keys(object).iter() {
            let is_absent = Reflect::get(&given, &name).is_ok_and(|v| v.is_undefined());
            let name = name.as_string().unwrap_or_default();
            if !is_absent && !known.contains(&name.as_str()) {
                let known: Vec<String> = known.iter().map(|k| (*k).to_owned()).collect();
                let hint =
                    if known.is_empty() { "It takes none.".to_owned() } else { format!("It takes {}.", list(&known)) };
                return Err(bad(format!("{call} has no option called {name}.")).hint(hint));
            }
        }
        Ok(Options(given))
    }

    pub fn value(&self, name: &str) -> Option<JsValue> {
        get(&self.0, name)
    }

    /// # Errors
    /// `bad_argument` when it is there and no text.
    pub fn text(&self, name: &str) -> Result<Option<String>, Problem> {
        self.value(name).map(|v| v.as_string().ok_or_else(|| bad(format!("{name} must be a text.")))).transpose()
    }

    /// # Errors
    /// `bad_argument` when it is there and not one character.
    pub fn character(&self, name: &str) -> Result<Option<char>, Problem> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        let mut chars = text.chars();
        match (chars.next(), chars.next()) {
            (Some(c), None) => Ok(Some(c)),
            _ => Err(bad(format!("{name} must be one character."))),
        }
    }

    /// # Errors
    /// `bad_argument` when it is there and no whole number from 0. Infinity is one here.
    pub fn count(&self, name: &str) -> Result<Option<f64>, Problem> {
        let count = |v: JsValue| v.as_f64().filter(|n| *n >= 0.0 && (n.fract() == 0.0 || n.is_infinite()));
        let refused = || bad(format!("{name} must be a whole number, 0 or more."));
        self.value(name).map(|v| count(v).ok_or_else(refused)).transpose()
    }
}
