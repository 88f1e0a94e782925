//! The fixtures hold everything that a saved file can hold: each variant of each enum, each optional
//! field with a value, each list with something in it. What is not in them is not pinned.

use super::Saved;
use std::collections::{BTreeMap, BTreeSet};

/// What a type of the format may hold, and what a value of it does hold, as `Type.name on disk`.
pub trait Covered {
    fn all(place: &'static str, out: &mut BTreeSet<&'static str>);
    fn seen(&self, place: &'static str, out: &mut BTreeSet<&'static str>);
}

macro_rules! plain {
    ($($kind:ty),*) => {
        $(
            impl Covered for $kind {
                fn all(_: &'static str, _: &mut BTreeSet<&'static str>) {}
                fn seen(&self, _: &'static str, _: &mut BTreeSet<&'static str>) {}
            }
        )*
    };
}

plain!(String, bool, char, u32, u64, f64, ());

impl<T: Covered> Covered for Option<T> {
    fn all(place: &'static str, out: &mut BTreeSet<&'static str>) {
        out.insert(place);
        T::all(place, out);
    }
    fn seen(&self, place: &'static str, out: &mut BTreeSet<&'static str>) {
        if let Some(value) = self {
            out.insert(place);
            value.seen(place, out);
        }
    }
}

impl<T: Covered> Covered for Box<T> {
    fn all(place: &'static str, out: &mut BTreeSet<&'static str>) {
        T::all(place, out);
    }
    fn seen(&self, place: &'static str, out: &mut BTreeSet<&'static str>) {
        (**self).seen(place, out);
    }
}

impl<T: Covered> Covered for Vec<T> {
    fn all(place: &'static str, out: &mut BTreeSet<&'static str>) {
        out.insert(place);
        T::all(place, out);
    }
    fn seen(&self, place: &'static str, out: &mut BTreeSet<&'static str>) {
        for value in self {
            out.insert(place);
            value.seen(place, out);
        }
    }
}

impl<T: Covered> Covered for BTreeMap<String, T> {
    fn all(place: &'static str, out: &mut BTreeSet<&'static str>) {
        Vec::<T>::all(place, out);
    }
    fn seen(&self, place: &'static str, out: &mut BTreeSet<&'static str>) {
        for value in self.values() {
            out.insert(place);
            value.seen(place, out);
        }
    }
}

impl<A: Covered, B: Covered> Covered for (A, B) {
    fn all(place: &'static str, out: &mut BTreeSet<&'static str>) {
        A::all(place, out);
        B::all(place, out);
    }
    fn seen(&self, place: &'static str, out: &mut BTreeSet<&'static str>) {
        self.0.seen(place, out);
        self.1.seen(place, out);
    }
}

#[test]
fn the_fixtures_hold_everything_that_can_be_saved() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/saved/v1");
    let mut seen = BTreeSet::new();
    for name in [
        "everything.json",
        "every_variant.json",
        "decisions.json",
        "drift.json",
        "control.json",
        "joins.json",
        "cleaning.json",
    ] {
        let saved: Saved = serde_json::from_str(&std::fs::read_to_string(folder.join(name)).unwrap()).unwrap();
        let entries = saved.past.iter().chain(&saved.future).map(|e| &e.workspace);
        std::iter::once(&saved.workspace).chain(entries).for_each(|w| w.seen("", &mut seen));
    }
    let mut all = BTreeSet::new();
    super::Workspace::all("", &mut all);
    assert!(all.len() > 90, "the walk over the types has ended early: {all:?}");
    let unpinned: Vec<_> = all.difference(&seen).collect();
    assert!(unpinned.is_empty(), "add to `every_variant` in tests/suite/format.rs: {unpinned:?}");
}
