//! What stands around a resource's blueprint: its identity, its claim, its tags.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::super::common::Common;
use crate::aws::ownership::{OwnerPath, fresh_token};
use crate::aws::{Aws, Site, Tags};
use crate::components::{Anchorage, Marking};
use crate::engine::Fact;
use crate::protocol::{Field, Map};

/// The frame of a blueprint.
#[derive(Clone)]
pub struct Frame {
    /// The resource's marks.
    pub anchorage: Arc<Anchorage>,
    /// Accounts to which no credentials lead any more.
    beyond: Arc<BTreeSet<String>>,
    /// Whether it is of what was wanted before.
    former: bool,
}

impl Frame {
    /// The frame of a resource with these values.
    pub fn new(kind: &str, common: &Common, aws: Option<&Aws>, building: bool) -> Self {
        let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
        let site = Site::new(text(&common.account_id), text(&common.region));
        let owner = OwnerPath {
            kind: kind.to_owned(),
            site,
            name: text(&common.name),
        };
        let defaults = aws
            .map(|aws| aws.settings().default_tags.clone())
            .unwrap_or_default();
        let anchorage = Anchorage {
            owner,
            claim: text(&common.instance),
            tags: defaults.into_iter().chain(tags(&common.tags)).collect(),
            ignore: aws
                .map(|aws| aws.settings().ignore_tags.clone())
                .unwrap_or_default(),
            building,
        };
        Self {
            anchorage: Arc::new(anchorage),
            beyond: Arc::default(),
            former: false,
        }
    }

    /// The same frame of what was wanted before, and makes room or goes.
    #[must_use]
    pub fn as_former(mut self) -> Self {
        self.former = true;
        self
    }

    /// Whether it is of what was wanted before.
    pub fn is_former(&self) -> bool {
        self.former
    }

    /// The same frame of what is not claimed yet: whatever a run that was cut off has begun is taken over.
    #[must_use]
    pub fn claiming(mut self, claims: bool) -> Self {
        if claims {
            let anchorage = Anchorage {
                building: true,
                ..(*self.anchorage).clone()
            };
            self.anchorage = Arc::new(anchorage);
        }
        self
    }

    /// The same frame, where these accounts are out of reach.
    #[must_use]
    pub fn with_beyond(mut self, accounts: &BTreeSet<String>) -> Self {
        self.beyond = Arc::new(accounts.clone());
        self
    }

    /// Whether no credentials lead to this account any more.
    pub fn is_beyond(&self, account_id: &str) -> bool {
        self.beyond.contains(account_id)
    }

    /// The frame of a resource as its state has it: with the default tags of the time when it was
    /// applied, which may be others now.
    pub fn standing(kind: &str, common: &Common, aws: &Aws) -> Self {
        let Self {
            anchorage, beyond, ..
        } = Self::new(kind, common, Some(aws), false);
        let anchorage = match &common.tags_all {
            Field::Known(_) => Arc::new(Anchorage {
                tags: tags(&common.tags_all),
                ..(*anchorage).clone()
            }),
            _ => anchorage,
        };
        Self {
            anchorage,
            beyond,
            former: false,
        }
    }

    /// Where the owner's side is.
    pub fn site(&self) -> &Site {
        &self.anchorage.owner.site
    }

    /// The resource's name.
    pub fn name(&self) -> &str {
        &self.anchorage.owner.name
    }

    /// The marking of the anchor.
    pub fn anchor(&self, address: &str) -> Marking {
        let anchorage = Arc::clone(&self.anchorage);
        Marking {
            anchorage,
            address: address.to_owned(),
            anchor: None,
        }
    }

    /// The marking of a part. `anchor` is the anchor's id.
    pub fn part(&self, address: &str, anchor: &Fact<String>) -> Marking {
        self.part_with(address, anchor, &Tags::new())
    }

    /// The marking of a part that has further tags of the user.
    pub fn part_with(&self, address: &str, anchor: &Fact<String>, tags: &Tags) -> Marking {
        let anchorage = match tags.is_empty() {
            true => Arc::clone(&self.anchorage),
            false => {
                let all = self.anchorage.tags.iter().chain(tags);
                let tags = all
                    .map(|(key, value)| (key.clone(), value.clone()))
                    .collect();
                Arc::new(Anchorage {
                    tags,
                    ..(*self.anchorage).clone()
                })
            }
        };
        let anchor = anchor.as_ref().map(|id| format!("{}/{id}", self.site()));
        Marking {
            anchorage,
            address: address.to_owned(),
            anchor: Some(anchor),
        }
    }
}

/// A new claim: hex digits that no other apply will draw.
pub(super) fn new_claim() -> String {
    fresh_token()
}

/// The known tags of a field.
pub fn tags(field: &Field<Map<String>>) -> Tags {
    let known = field.known().into_iter().flatten();
    known
        .filter_map(|(key, value)| Some((key.clone(), value.known()?.clone())))
        .collect()
}

/// Whether a tag is still to come.
pub(super) fn has_unknown_tags(field: &Field<Map<String>>) -> bool {
    match field {
        Field::Unknown => true,
        Field::Null => false,
        Field::Known(tags) => tags.values().any(Field::is_unknown),
    }
}
