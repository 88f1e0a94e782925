//! How the types of this format stand beside the domain's.
//!
//! Each type of the format is declared with the names it has on disk, and mirrors one domain type
//! field by field. Both ways are written out by destructuring, so a field or variant that is new,
//! gone or renamed in the domain does not compile until the format says what becomes of it. The
//! names on disk are the strings of the declaration, and nothing that is done to the domain changes
//! them.

use crate::base::{BlockId, Fingerprint, MergeId, Notices, SourceId, StepId, TableId};
use std::collections::BTreeMap;

/// A type of the format that stands for the domain type `D`.
pub trait Mirror<D>: Sized {
    fn of(domain: &D) -> Self;
    fn back(self) -> D;
}

/// A struct of the format: `Name = domain::Type { "name on disk" => field: Type, … }`.
macro_rules! saved_struct {
    ($(#[$meta:meta])* $name:ident = $domain:ty {
        $( $(#[$attribute:meta])* $saved:literal => $field:ident : $kind:ty ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub struct $name {
            $( $(#[$attribute])* #[serde(rename = $saved)] $field: $kind, )*
        }

        const _: () = {
            use $crate::workspace::format::v1::mirror::Mirror;
            impl Mirror<$domain> for $name {
                fn of(domain: &$domain) -> $name {
                    type Domain = $domain;
                    let Domain { $( $field ),* } = domain;
                    $name { $( $field: Mirror::of($field) ),* }
                }

                fn back(self) -> $domain {
                    type Domain = $domain;
                    let $name { $( $field ),* } = self;
                    Domain { $( $field: Mirror::back($field) ),* }
                }
            }
        };

        #[cfg(test)]
        const _: () = {
            use $crate::workspace::format::v1::tests::Covered;
            use std::collections::BTreeSet;
            impl Covered for $name {
                fn all(_: &'static str, out: &mut BTreeSet<&'static str>) {
                    $( <$kind as Covered>::all(concat!(stringify!($name), ".", $saved), out); )*
                }

                fn seen(&self, _: &'static str, out: &mut BTreeSet<&'static str>) {
                    $( Covered::seen(&self.$field, concat!(stringify!($name), ".", $saved), out); )*
                }
            }
        };
    };
}

/// An enum of the format: `Name = domain::Type { "name on disk" => Variant, … }`, where a variant may
/// have named fields as above, or parts, which are given names here only to be told apart.
macro_rules! saved_enum {
    ($(#[$meta:meta])* $name:ident = $domain:ty {
        $(
            $(#[$attribute:meta])* $saved:literal => $variant:ident
            $( { $( $(#[$field_attribute:meta])* $field_saved:literal => $field:ident : $kind:ty ),* $(,)? } )?
            $( ( $( $part:ident : $part_kind:ty ),* ) )?
        ),* $(,)?
    }) => {
        $(#[$meta])*
        #[derive(serde::Serialize, serde::Deserialize)]
        pub enum $name {
            $(
                $(#[$attribute])*
                #[serde(rename = $saved)]
                $variant
                $( { $( $(#[$field_attribute])* #[serde(rename = $field_saved)] $field: $kind ),* } )?
                $( ( $( $part_kind ),* ) )?
            ),*
        }

        const _: () = {
            use $crate::workspace::format::v1::mirror::Mirror;
            impl Mirror<$domain> for $name {
                fn of(domain: &$domain) -> $name {
                    type Domain = $domain;
                    match domain {
                        $(
                            Domain::$variant $( { $( $field ),* } )? $( ( $( $part ),* ) )? => $name::$variant
                            $( { $( $field: Mirror::of($field) ),* } )?
                            $( ( $( Mirror::of($part) ),* ) )?
                        ),*
                    }
                }

                fn back(self) -> $domain {
                    type Domain = $domain;
                    match self {
                        $(
                            $name::$variant $( { $( $field ),* } )? $( ( $( $part ),* ) )? => Domain::$variant
                            $( { $( $field: Mirror::back($field) ),* } )?
                            $( ( $( Mirror::back($part) ),* ) )?
                        ),*
                    }
                }
            }
        };

        #[cfg(test)]
        const _: () = {
            use $crate::workspace::format::v1::tests::Covered;
            use std::collections::BTreeSet;
            impl Covered for $name {
                fn all(_: &'static str, out: &mut BTreeSet<&'static str>) {
                    $(
                        out.insert(concat!(stringify!($name), ".", $saved));
                        $( $( <$kind as Covered>::all(concat!(stringify!($name), ".", $saved, ".", $field_saved), out); )* )?
                        $( $( <$part_kind as Covered>::all(concat!(stringify!($name), ".", $saved, ".", stringify!($part)), out); )* )?
                    )*
                }

                fn seen(&self, _: &'static str, out: &mut BTreeSet<&'static str>) {
                    match self {
                        $(
                            $name::$variant $( { $( $field ),* } )? $( ( $( $part ),* ) )? => {
                                out.insert(concat!(stringify!($name), ".", $saved));
                                $( $( Covered::seen($field, concat!(stringify!($name), ".", $saved, ".", $field_saved), out); )* )?
                                $( $( Covered::seen($part, concat!(stringify!($name), ".", $saved, ".", stringify!($part)), out); )* )?
                            }
                        ),*
                    }
                }
            }
        };
    };
}

pub(super) use {saved_enum, saved_struct};

macro_rules! plain {
    ($($kind:ty),*) => {
        $(
            impl Mirror<$kind> for $kind {
                fn of(domain: &$kind) -> $kind {
                    Clone::clone(domain)
                }
                fn back(self) -> $kind {
                    self
                }
            }
        )*
    };
}

plain!(String, bool, char, u32, u64, f64);

macro_rules! id {
    ($($id:ident),*) => {
        $(
            impl Mirror<$id> for u64 {
                fn of(domain: &$id) -> u64 {
                    let $id(id) = domain;
                    *id
                }
                fn back(self) -> $id {
                    $id(self)
                }
            }
        )*
    };
}

id!(SourceId, TableId, MergeId, StepId, BlockId);

impl Mirror<Fingerprint> for String {
    fn of(domain: &Fingerprint) -> String {
        domain.as_str().to_owned()
    }
    fn back(self) -> Fingerprint {
        Fingerprint::from_hex(self)
    }
}

impl<D, M: Mirror<D>> Mirror<Option<D>> for Option<M> {
    fn of(domain: &Option<D>) -> Option<M> {
        domain.as_ref().map(M::of)
    }
    fn back(self) -> Option<D> {
        self.map(M::back)
    }
}

impl<D, M: Mirror<D>> Mirror<Box<D>> for Box<M> {
    fn of(domain: &Box<D>) -> Box<M> {
        Box::new(M::of(domain))
    }
    fn back(self) -> Box<D> {
        Box::new((*self).back())
    }
}

impl<D, M: Mirror<D>> Mirror<Vec<D>> for Vec<M> {
    fn of(domain: &Vec<D>) -> Vec<M> {
        domain.iter().map(M::of).collect()
    }
    fn back(self) -> Vec<D> {
        self.into_iter().map(M::back).collect()
    }
}

impl<A, B, M: Mirror<A>, N: Mirror<B>> Mirror<(A, B)> for (M, N) {
    fn of((a, b): &(A, B)) -> (M, N) {
        (M::of(a), N::of(b))
    }
    fn back(self) -> (A, B) {
        (self.0.back(), self.1.back())
    }
}

/// A map by name is an object.
impl<D, M: Mirror<D>> Mirror<BTreeMap<String, D>> for BTreeMap<String, M> {
    fn of(domain: &BTreeMap<String, D>) -> BTreeMap<String, M> {
        domain.iter().map(|(name, value)| (name.clone(), M::of(value))).collect()
    }
    fn back(self) -> BTreeMap<String, D> {
        self.into_iter().map(|(name, value)| (name, value.back())).collect()
    }
}

/// Any other map is a list of pairs.
impl<K: Ord, D, L: Mirror<K>, M: Mirror<D>> Mirror<BTreeMap<K, D>> for Vec<(L, M)> {
    fn of(domain: &BTreeMap<K, D>) -> Vec<(L, M)> {
        domain.iter().map(|(key, value)| (L::of(key), M::of(value))).collect()
    }
    fn back(self) -> BTreeMap<K, D> {
        self.into_iter().map(|(key, value)| (key.back(), value.back())).collect()
    }
}

impl<M: Mirror<crate::base::Notice>> Mirror<Notices> for Vec<M> {
    fn of(domain: &Notices) -> Vec<M> {
        let Notices(list) = domain;
        Mirror::of(list)
    }
    fn back(self) -> Notices {
        Notices(Mirror::back(self))
    }
}
