//! The list of everything that exists, for tests that compare worlds.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Creator, Kind, Tags, World};

/// An object as `GET /_simulator/objects` shows it: the truth, whatever reads may lag.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ObjectRow {
    /// The account it belongs to.
    pub account: String,
    /// The region it lives in.
    pub region: String,
    /// AWS's resource type, such as `vpc-endpoint`.
    pub kind: String,
    /// Id; the ARN for load balancing.
    pub id: String,
    /// Who made it.
    pub created_by: Creator,
    /// Milliseconds since the epoch.
    pub created_ms: u64,
    /// Tags by key.
    pub tags: BTreeMap<String, String>,
    /// The simulator's own fields of the object.
    pub fields: serde_json::Value,
}

/// Adds the rows of one kind.
pub(super) fn rows<T: Kind>(world: &World, rows: &mut Vec<ObjectRow>) {
    rows.extend(world.all::<T>().map(|record| {
        let tags: Tags = record.tags().clone();
        ObjectRow {
            account: record.scope.account.clone(),
            region: record.scope.region.clone(),
            kind: T::KIND.to_owned(),
            id: record.id.clone(),
            created_by: record.created_by.clone(),
            created_ms: record.created.epoch_ms(),
            tags,
            fields: serde_json::to_value(record.value()).unwrap_or_default(),
        }
    }));
}
