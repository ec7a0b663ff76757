//! Transitions of shares and invitations that happen by themselves.

use serde::{Deserialize, Serialize};

use crate::world::ram::{Association, Invitation, ResourceShare};
use crate::world::{Birth, Creator, Event as WorldEvent, Scope, Tags, World};

/// A transition. Rounds tell whether another change has overtaken it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A resource, or a principal that nobody has to ask, is associated.
    Associated {
        share: String,
        entity: String,
        round: u32,
    },
    /// A principal or a resource has left.
    Disassociated {
        share: String,
        entity: String,
        round: u32,
    },
    /// An invitation reaches its receiver.
    Invited {
        share: String,
        receiver: String,
        round: u32,
    },
    Expired(String),
    /// An old invitation is not shown any more.
    Purged(String),
    ShareGone(String),
}

/// Source: the RAM guide, "Resource types that have a 12-hour invitation".
const INVITATION_MS: u64 = 12 * 60 * 60 * 1000;
/// Reports of clients: accepted ones are gone after about a week.
const SHOWN_MS: u64 = 7 * 24 * 60 * 60 * 1000;

/// Carries a transition out.
pub(crate) fn ripen(world: &mut World, event: Event) {
    match event {
        Event::Associated {
            share,
            entity,
            round,
        } => {
            settle(world, &share, (&entity, round), "ASSOCIATED");
        }
        Event::Disassociated {
            share,
            entity,
            round,
        } => {
            settle(world, &share, (&entity, round), "DISASSOCIATED");
        }
        Event::Invited {
            share,
            receiver,
            round,
        } => invite(world, &share, &receiver, round),
        Event::Expired(arn) => expire(world, &arn),
        Event::Purged(arn) => world.remove::<Invitation>(&arn),
        Event::ShareGone(arn) => {
            let now = world.now;
            world.ripen::<ResourceShare>(&arn, |share| {
                "DELETED".clone_into(&mut share.status);
                share.updated = now;
            });
        }
    }
}

/// The association of a share with an account or a resource.
pub(super) fn association<'a>(
    share: &'a mut ResourceShare,
    entity: &str,
) -> Option<&'a mut Association> {
    match share.principals.contains_key(entity) {
        true => share.principals.get_mut(entity),
        false => share.resources.get_mut(entity),
    }
}

/// Ends a round. What is associated has an effect elsewhere some seconds later.
fn settle(world: &mut World, share: &str, (entity, round): (&str, u32), status: &str) {
    let (now, works_from) = (world.now, world.draw_wait(1_000, 20_000));
    world.ripen::<ResourceShare>(share, |share| {
        let found = association(share, entity).filter(|it| it.round == round);
        if let Some(found) = found {
            found.put(status, now);
            found.works_from = (status == "ASSOCIATED").then_some(works_from);
        }
    });
}

fn invite(world: &mut World, share_arn: &str, receiver: &str, round: u32) {
    let Some(record) = world.live::<ResourceShare>(share_arn) else {
        return;
    };
    let share = record.value();
    let current = share.principals.get(receiver).map(|it| it.round);
    if current != Some(round) || share.status != "ACTIVE" {
        return;
    }
    let (sender, region) = (record.scope.account.clone(), record.scope.region.clone());
    let invitation = Invitation {
        share_arn: share_arn.to_owned(),
        share_name: share.name.clone(),
        sender: sender.clone(),
        receiver: receiver.to_owned(),
        status: "PENDING".to_owned(),
        at: world.now,
    };
    let uuid = world.random.uuid();
    let arn = format!("arn:aws:ram:{region}:{sender}:resource-share-invitation/{uuid}");
    let birth = Birth {
        scope: Scope {
            account: receiver.to_owned(),
            region,
        },
        creator: Creator {
            account: sender,
            access_key: "amazon".to_owned(),
        },
        at: world.now,
    };
    world.create(birth, &arn, Tags::new(), invitation);
    let expired = WorldEvent::Ram(Event::Expired(arn.clone()));
    world
        .schedule
        .add(world.now.plus_ms(INVITATION_MS), expired);
    let purged = WorldEvent::Ram(Event::Purged(arn));
    world.schedule.add(world.now.plus_ms(SHOWN_MS), purged);
}

/// With the invitation the principal leaves the share.
fn expire(world: &mut World, arn: &str) {
    let Some(record) = world.live::<Invitation>(arn) else {
        return;
    };
    let invitation = record.value().clone();
    if invitation.status != "PENDING" {
        return;
    }
    let now = world.now;
    world.ripen::<Invitation>(arn, |it| "EXPIRED".clone_into(&mut it.status));
    world.ripen::<ResourceShare>(&invitation.share_arn, |share| {
        if let Some(principal) = share.principals.get_mut(&invitation.receiver) {
            principal.put("DISASSOCIATED", now);
        }
    });
}
