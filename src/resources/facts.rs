//! From values to facts: what configuration leaves open is still to come.

use std::collections::BTreeSet;

use crate::engine::Fact;
use crate::protocol::{Field, Set};

/// A wanted value: later while it is unknown, or left to be derived.
pub fn fact<T: Clone>(field: &Field<T>) -> Fact<T> {
    field.known().cloned().into()
}

/// The strings of a set that are known by now.
pub fn known_strings(field: &Field<Set<String>>) -> BTreeSet<String> {
    let items = field.known().into_iter().flat_map(Set::known);
    items.cloned().collect()
}

/// A set of strings: later while anything in it is unknown.
pub fn strings(field: &Field<Set<String>>) -> Fact<BTreeSet<String>> {
    match field.known() {
        Some(set) if !set.has_unknown() => Fact::Known(set.known().cloned().collect()),
        _ => Fact::Later,
    }
}
