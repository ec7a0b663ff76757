//! What is stored beside the state. A cache: all of it can be found again from the state and AWS.

use serde::{Deserialize, Serialize};

use super::former::StoredFormer;
use crate::engine::Ledger;

/// The version of this format. Another version is not read.
const VERSION: u32 = 1;

/// What is stored beside the state.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Private {
    version: u32,
    /// What is remembered of the components.
    #[serde(default)]
    pub(super) ledger: Ledger,
    /// What failed runs wanted before and left behind.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) formers: Vec<StoredFormer>,
    /// The paths that the user had set.
    #[serde(default)]
    pub(super) user_set: Vec<String>,
    /// In a planned private: what the plan is for.
    #[serde(default)]
    pub(super) purpose: Purpose,
    /// In a planned private: whose plan it is. Parts not known at plan are empty.
    #[serde(default)]
    pub(super) owner_path: String,
    /// In a planned private: what the resource is built on. Empty while not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub(super) foundation: String,
    /// Imported, and not applied since: what can't carry our tags may be anybody's.
    #[serde(default)]
    pub(super) imported: bool,
    /// After an import: where to look for the root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) adopt: Option<Adopt>,
}

/// What a plan is for. A delete that is part of a replacement gets the private bytes of the create.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Purpose {
    #[default]
    None,
    Create,
    Update,
    Destroy,
}

/// Where an import's root is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Adopt {
    /// The key of the account; `None` for the default account.
    pub(super) account: Option<String>,
    /// The region, if the import named one.
    pub(super) region: Option<String>,
    /// The root's id.
    pub(super) id: String,
}

impl Private {
    pub(super) fn new(ledger: Ledger) -> Self {
        Self {
            version: VERSION,
            ledger,
            ..Self::default()
        }
    }

    /// Reads what was stored; `None` if there is nothing, or nothing that this version reads.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let private: Self = serde_json::from_slice(bytes).ok()?;
        (private.version == VERSION).then_some(private)
    }

    pub(super) fn write(&self) -> Vec<u8> {
        serde_json::to_vec(self).unwrap_or_default()
    }
}
