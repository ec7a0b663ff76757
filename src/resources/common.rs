//! The arguments and values that every resource has.

use crate::protocol::model::model;
use crate::protocol::{Field, Map, Set};

model! {
    /// How long operations may take, as Go writes durations (`30m`, `1h30m`). Time spent queueing
    /// for AWS's rate limits does not count.
    pub struct Timeouts {
        /// Time for creating. Default `30m`.
        pub create: String => optional(),
        /// Time for reading. Default `5m`.
        pub read: String => optional(),
        /// Time for updating. Default `30m`.
        pub update: String => optional(),
        /// Time for deleting. Default `45m`: network interfaces of a load balancer can hold its
        /// security group for that long.
        pub delete: String => optional(),
    }

    /// An AWS object that the resource has made.
    pub struct ComponentRow {
        /// Its id or ARN.
        pub id: String => computed(),
        /// Its kind, such as `vpc_endpoint`.
        pub r#type: String => computed(),
        /// The account it is in.
        pub account_id: String => computed(),
        /// The region it is in.
        pub region: String => computed(),
    }
}

/// The values of a model that every resource has.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Common {
    /// `name`.
    pub name: Field<String>,
    /// `account_id`.
    pub account_id: Field<String>,
    /// `region`.
    pub region: Field<String>,
    /// `tags`.
    pub tags: Field<Map<String>>,
    /// `tags_all`.
    pub tags_all: Field<Map<String>>,
    /// `timeouts`.
    pub timeouts: Field<Timeouts>,
    /// `instance`: the claim on the anchor.
    pub instance: Field<String>,
    /// `components`.
    pub components: Field<Map<ComponentRow>>,
    /// `drift`.
    pub drift: Field<Set<String>>,
    /// `heal`.
    pub heal: Field<bool>,
    /// `changes`.
    pub changes: Field<Set<String>>,
    /// `on_unreachable`.
    pub on_unreachable: Field<String>,
}

/// The ways from a model to the values that every resource has, and back.
macro_rules! common_values {
    ($model:ty) => {
        impl $model {
            /// The values that every resource has.
            pub(super) fn common(&self) -> $crate::resources::common::Common {
                $crate::resources::common::Common {
                    name: self.name.clone(),
                    account_id: self.account_id.clone(),
                    region: self.region.clone(),
                    tags: self.tags.clone(),
                    tags_all: self.tags_all.clone(),
                    timeouts: self.timeouts.clone(),
                    instance: self.instance.clone(),
                    components: self.components.clone(),
                    drift: self.drift.clone(),
                    heal: self.heal,
                    changes: self.changes.clone(),
                    on_unreachable: self.on_unreachable.clone(),
                }
            }

            /// Puts them back.
            pub(super) fn set_common(&mut self, common: $crate::resources::common::Common) {
                self.name = common.name;
                self.account_id = common.account_id;
                self.region = common.region;
                self.tags = common.tags;
                self.tags_all = common.tags_all;
                self.timeouts = common.timeouts;
                self.instance = common.instance;
                self.components = common.components;
                self.drift = common.drift;
                self.heal = common.heal;
                self.changes = common.changes;
                self.on_unreachable = common.on_unreachable;
            }
        }
    };
}
pub(super) use common_values;
