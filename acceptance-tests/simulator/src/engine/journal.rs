//! The journal: every call that reached an account, in order, refused and throttled ones included.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One call, as `GET /_simulator/calls` shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct JournalEntry {
    /// 1 for the first call since the journal was last emptied.
    pub number: u64,
    /// Simulated time, ISO 8601.
    pub time: String,
    /// The account of the credentials, twelve digits.
    pub account: String,
    /// The access key of the call.
    pub access_key: String,
    /// The region of the call.
    pub region: String,
    /// SigV4 name of the service.
    pub service: String,
    /// Name of the operation.
    pub operation: String,
    /// Parameters by wire name, without `Action` and `Version`.
    pub parameters: BTreeMap<String, String>,
    /// `OK`, an error code, or `Dropped` / `Stalled` if nothing was done.
    pub result: String,
    /// HTTP status of the answer; 0 if there was none.
    pub status: u16,
    /// Whether the answer was lost on its way.
    pub lost: bool,
    /// The request id of the answer.
    pub request_id: String,
}

/// All calls so far.
#[derive(Debug, Default)]
pub(crate) struct Journal {
    entries: Vec<JournalEntry>,
}

impl Journal {
    pub(crate) fn add(&mut self, mut entry: JournalEntry) {
        entry.number = u64::try_from(self.entries.len())
            .unwrap_or(u64::MAX)
            .saturating_add(1);
        self.entries.push(entry);
    }

    pub(crate) fn entries(&self) -> &[JournalEntry] {
        &self.entries
    }

    pub(crate) fn clear(&mut self) {
        self.entries.clear();
    }
}
