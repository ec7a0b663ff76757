//! Rows and pages of answers. Times are seconds since 1970 with a fraction.

use serde_json::{Value, json};

use crate::clock::Moment;
use crate::wire::{Parameters, Refusal};
use crate::world::ram::{Association, Invitation, ResourceShare};

/// A moment as RAM writes it.
pub(super) fn seconds(at: Moment) -> Value {
    let (whole, rest) = (at.epoch_ms() / 1000, at.epoch_ms() % 1000);
    let text = format!("{whole}.{rest:03}");
    text.parse::<serde_json::Number>()
        .map_or(json!(whole), Value::Number)
}

pub(super) fn share_row(arn: &str, owner: &str, created: Moment, share: &ResourceShare) -> Value {
    json!({
        "resourceShareArn": arn,
        "name": share.name,
        "owningAccountId": owner,
        "allowExternalPrincipals": share.allow_external,
        "status": share.status,
        "creationTime": seconds(created),
        "lastUpdatedTime": seconds(share.updated),
        "featureSet": "STANDARD",
    })
}

pub(super) fn association_row(
    (share_arn, name): (&str, &str),
    (kind, entity): (&str, &str),
    association: &Association,
) -> Value {
    json!({
        "resourceShareArn": share_arn,
        "resourceShareName": name,
        "associatedEntity": entity,
        "associationType": kind,
        "status": association.status,
        "creationTime": seconds(association.created),
        "lastUpdatedTime": seconds(association.updated),
        "external": association.external,
    })
}

pub(super) fn invitation_row(arn: &str, invitation: &Invitation) -> Value {
    json!({
        "resourceShareInvitationArn": arn,
        "resourceShareName": invitation.share_name,
        "resourceShareArn": invitation.share_arn,
        "senderAccountId": invitation.sender,
        "receiverAccountId": invitation.receiver,
        "invitationTimestamp": seconds(invitation.at),
        "status": invitation.status,
    })
}

const MOST: i64 = 500;

/// `maxResults` and `nextToken` of a call. A last page may be empty.
pub(super) struct Page {
    size: usize,
    after: Option<String>,
}

impl Page {
    pub(super) fn read(parameters: &mut Parameters) -> Result<Self, Refusal> {
        let size = parameters.integer("maxResults")?.unwrap_or(MOST);
        if !(1..=MOST).contains(&size) {
            let message = format!("MaxResults {size} is not valid");
            return Err(Refusal::new("InvalidMaxResultsException", message));
        }
        Ok(Self {
            size: usize::try_from(size).unwrap_or(1),
            after: parameters.text("nextToken"),
        })
    }

    /// The body of this page, in a member of that name. Rows come with the keys that order them. A
    /// full page has a token even where nothing follows, as RAM is free to do.
    pub(super) fn cut(&self, name: &str, mut rows: Vec<(String, Value)>) -> Value {
        rows.retain(|(key, _)| self.after.as_ref().is_none_or(|after| key > after));
        rows.sort_by(|(one, _), (two, _)| one.cmp(two));
        rows.truncate(self.size);
        let next = rows.last().filter(|_| rows.len() == self.size);
        let next = next.map(|(key, _)| key.clone());
        let items: Vec<Value> = rows.into_iter().map(|(_, row)| row).collect();
        let mut body = serde_json::Map::from_iter([(name.to_owned(), Value::Array(items))]);
        body.extend(next.map(|next| ("nextToken".to_owned(), json!(next))));
        Value::Object(body)
    }
}
