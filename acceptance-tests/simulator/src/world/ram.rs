//! What Resource Access Manager has: shares and the invitations to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// A resource share. It is kept by its ARN.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResourceShare {
    pub(crate) name: String,
    /// `ACTIVE`, `DELETING`, `DELETED`.
    pub(crate) status: String,
    pub(crate) allow_external: bool,
    /// By account id, or by ARN of an organization or a unit.
    pub(crate) principals: BTreeMap<String, Association>,
    /// By ARN.
    pub(crate) resources: BTreeMap<String, Association>,
    pub(crate) updated: Moment,
}

/// What a share is associated with, and how far that has come.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Association {
    /// `ASSOCIATING`, `ASSOCIATED`, `FAILED`, `DISASSOCIATING`, `DISASSOCIATED`.
    pub(crate) status: String,
    pub(crate) created: Moment,
    pub(crate) updated: Moment,
    /// Whether the principal is outside the owner's organization.
    pub(crate) external: bool,
    /// From when on it has an effect.
    pub(crate) works_from: Option<Moment>,
    /// Counts changes of status, so that a transition that was overtaken does nothing.
    pub(crate) round: u32,
}

/// An invitation to a share. It is kept by its ARN, in the account that it is sent to.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Invitation {
    pub(crate) share_arn: String,
    pub(crate) share_name: String,
    pub(crate) sender: String,
    pub(crate) receiver: String,
    /// `PENDING`, `ACCEPTED`, `REJECTED`, `EXPIRED`.
    pub(crate) status: String,
    /// When it was sent; once accepted, when that was.
    pub(crate) at: Moment,
}

impl Association {
    /// A new one, on its way.
    pub(crate) fn begun(now: Moment, external: bool) -> Self {
        Self {
            status: "ASSOCIATING".to_owned(),
            created: now,
            updated: now,
            external,
            works_from: None,
            round: 0,
        }
    }

    /// Puts a status, and gives its round.
    pub(crate) fn put(&mut self, status: &str, now: Moment) -> u32 {
        status.clone_into(&mut self.status);
        self.updated = now;
        self.round += 1;
        self.round
    }
}
