//! Invitations: the receiver's inbox, accepted and rejected.

use serde_json::json;

use super::listing::resource_rows;
use super::rows::{Page, invitation_row};
use super::shares::with_token;
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::ram::{Invitation, ResourceShare};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "GetResourceShareInvitations",
        method: "POST",
        path: "/getresourceshareinvitations",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "AcceptResourceShareInvitation",
        method: "POST",
        path: "/acceptresourceshareinvitation",
        status: 200,
        run: accept,
    },
    RestOperation {
        name: "RejectResourceShareInvitation",
        method: "POST",
        path: "/rejectresourceshareinvitation",
        status: 200,
        run: reject,
    },
    RestOperation {
        name: "ListPendingInvitationResources",
        method: "POST",
        path: "/listpendinginvitationresources",
        status: 200,
        run: resources,
    },
];

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    let arns = call.parameters.list("resourceShareInvitationArns")?;
    let shares = call.parameters.list("resourceShareArns")?;
    call.finish()?;
    let mut rows = Vec::new();
    for seen in call.see_all::<Invitation>() {
        let it = seen.value;
        let wanted = arns.is_empty() || arns.iter().any(|arn| arn == seen.id);
        if wanted && (shares.is_empty() || shares.contains(&it.share_arn)) {
            rows.push((seen.id.to_owned(), invitation_row(seen.id, it)));
        }
    }
    if let Some(arn) = arns
        .iter()
        .find(|arn| !rows.iter().any(|(known, _)| known == *arn))
    {
        return Err(not_found(arn));
    }
    Ok(page.cut("resourceShareInvitations", rows))
}

fn accept(call: &mut Call<'_>) -> JsonOutcome {
    answer(call, "ACCEPTED")
}

fn reject(call: &mut Call<'_>) -> JsonOutcome {
    answer(call, "REJECTED")
}

fn answer(call: &mut Call<'_>, status: &str) -> JsonOutcome {
    let arn = call.parameters.required("resourceShareInvitationArn")?;
    let token = call.parameters.text("clientToken");
    call.finish()?;
    let invitation = pending(call, &arn)?;
    let now = call.now();
    call.world.change::<Invitation>(&arn, |it| {
        status.clone_into(&mut it.status);
        it.at = now;
    });
    let accepted = status == "ACCEPTED";
    let works_from = call.world.draw_wait(1_000, 60_000);
    call.world
        .change::<ResourceShare>(&invitation.share_arn, |share| {
            if let Some(principal) = share.principals.get_mut(&invitation.receiver) {
                principal.put(if accepted { "ASSOCIATED" } else { "FAILED" }, now);
                principal.works_from = accepted.then_some(works_from);
            }
        });
    let after = Invitation {
        status: status.to_owned(),
        at: now,
        ..invitation
    };
    let body = json!({ "resourceShareInvitation": invitation_row(&arn, &after) });
    Ok(with_token(body, token))
}

fn resources(call: &mut Call<'_>) -> JsonOutcome {
    let arn = call.parameters.required("resourceShareInvitationArn")?;
    let page = Page::read(&mut call.parameters)?;
    call.parameters.text("resourceRegionScope");
    call.finish()?;
    let invitation = pending(call, &arn)?;
    let share = call.world.live::<ResourceShare>(&invitation.share_arn);
    let rows = share
        .map(|it| resource_rows(&it.id, it.value()))
        .unwrap_or_default();
    Ok(page.cut("resources", rows))
}

/// An invitation of the caller's that waits for an answer.
fn pending(call: &Call<'_>, arn: &str) -> Result<Invitation, Refusal> {
    let found = call
        .find::<Invitation>(arn)
        .ok_or_else(|| not_found(arn))?
        .value();
    let (code, word) = match found.status.as_str() {
        "PENDING" => return Ok(found.clone()),
        "ACCEPTED" => (
            "ResourceShareInvitationAlreadyAcceptedException",
            "already accepted",
        ),
        "REJECTED" => (
            "ResourceShareInvitationAlreadyRejectedException",
            "already rejected",
        ),
        _ => ("ResourceShareInvitationExpiredException", "expired"),
    };
    Err(Refusal::new(
        code,
        format!("The invitation {arn} is {word}."),
    ))
}

fn not_found(arn: &str) -> Refusal {
    let message = format!("The invitation {arn} could not be found.");
    Refusal::new("ResourceShareInvitationArnNotFoundException", message)
}
