//! What exists, as far as is known: the memory that outlives a run.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// All that is remembered of a graph's components, by address.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Ledger {
    entries: BTreeMap<String, Entry>,
}

/// What is remembered of one component.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// The kind's name.
    pub kind: String,
    /// The object's id.
    pub id: String,
    /// Where it lives; opaque here.
    pub home: String,
    /// How often its address had been made anew.
    #[serde(default)]
    pub generation: u32,
    /// Whether its id is promised to users.
    #[serde(default)]
    pub identified: bool,
    /// Whether it is only read.
    #[serde(default)]
    pub given: bool,
    /// What was last seen of it; `null` if nothing was.
    #[serde(default)]
    pub seen: serde_json::Value,
}

impl Ledger {
    /// An empty ledger.
    pub const fn new() -> Self {
        Self {
            entries: BTreeMap::new(),
        }
    }

    /// What is remembered at this address.
    pub fn get(&self, address: &str) -> Option<&Entry> {
        self.entries.get(address)
    }

    /// Remembers; an older memory of the address is replaced.
    pub fn put(&mut self, address: impl Into<String>, entry: Entry) {
        self.entries.insert(address.into(), entry);
    }

    /// Forgets.
    pub fn remove(&mut self, address: &str) -> Option<Entry> {
        self.entries.remove(address)
    }

    /// All memories in the order of their addresses.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.entries
            .iter()
            .map(|(address, entry)| (address.as_str(), entry))
    }

    /// Whether no object of our own is remembered. What is only read does not count, and neither
    /// does what has no id of its own: it can't be there by itself.
    pub fn is_bare(&self) -> bool {
        self.entries
            .values()
            .all(|entry| entry.given || !entry.identified)
    }

    /// The same memories without some.
    #[must_use]
    pub fn without(&self, goes: impl Fn(&str) -> bool) -> Self {
        let mut entries = self.entries.clone();
        entries.retain(|address, _| !goes(address));
        Self { entries }
    }

    /// The same memories under other addresses; those whose new address is `None` keep theirs.
    #[must_use]
    pub fn renamed(&self, rename: impl Fn(&str) -> Option<String>) -> Self {
        let entries = self
            .entries
            .iter()
            .map(|(address, entry)| {
                (
                    rename(address).unwrap_or_else(|| address.clone()),
                    entry.clone(),
                )
            })
            .collect();
        Self { entries }
    }
}
