//! Shares: made, listed, changed, deleted.

use serde_json::{Value, json};

use super::associations::{add_principals, add_resources, read_resources};
use super::permissions;
use super::principals::judge;
use super::rows::{Page, share_row};
use super::tags::read_tags;
use super::{Event, principals};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::ram::ResourceShare;

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "CreateResourceShare",
        method: "POST",
        path: "/createresourceshare",
        status: 200,
        run: create,
    },
    RestOperation {
        name: "GetResourceShares",
        method: "POST",
        path: "/getresourceshares",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "UpdateResourceShare",
        method: "POST",
        path: "/updateresourceshare",
        status: 200,
        run: update,
    },
    RestOperation {
        name: "DeleteResourceShare",
        method: "DELETE",
        path: "/deleteresourceshare",
        status: 200,
        run: delete,
    },
];

fn create(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let name = call.parameters.required("name")?;
    let allow_external = call
        .parameters
        .boolean("allowExternalPrincipals")?
        .unwrap_or(true);
    let named = call.parameters.list("principals")?;
    let resources = call.parameters.list("resourceArns")?;
    let granted = call.parameters.list("permissionArns")?;
    let tags = read_tags(call)?;
    call.finish()?;
    if let Some(arn) = spent(call, token.as_deref())? {
        return answer(call, &arn, token);
    }
    permissions::check(&granted)?;
    let resources = read_resources(call, &resources)?;
    let owner = (call.scope.account.clone(), allow_external);
    for principal in &named {
        judge(call.world, (&owner.0, owner.1), principal)?;
    }
    let uuid = call.world.random.uuid();
    let (region, account) = (&call.scope.region, &call.scope.account);
    let arn = format!("arn:aws:ram:{region}:{account}:resource-share/{uuid}");
    let share = ResourceShare {
        name,
        status: "ACTIVE".to_owned(),
        allow_external,
        principals: std::collections::BTreeMap::new(),
        resources: std::collections::BTreeMap::new(),
        updated: call.now(),
    };
    call.create(&arn, tags, share);
    call.spend_token(token.as_deref(), &arn);
    add_resources(call, &arn, &resources);
    add_principals(call, &arn, &named)?;
    answer(call, &arn, token)
}

/// The share that a create with the same token has made.
pub(super) fn spent(call: &Call<'_>, token: Option<&str>) -> Result<Option<String>, Refusal> {
    call.spent_token(token)
        .map_err(|refusal| Refusal::new("IdempotentParameterMismatchException", refusal.message))
}

fn answer(call: &Call<'_>, arn: &str, token: Option<String>) -> JsonOutcome {
    let record = call.world.live::<ResourceShare>(arn);
    let record = record.ok_or_else(|| unknown(arn))?;
    let row = share_row(arn, &record.scope.account, record.created, record.value());
    Ok(with_token(json!({ "resourceShare": row }), token))
}

/// The client token comes back.
pub(super) fn with_token(mut body: Value, token: Option<String>) -> Value {
    if let (Some(token), Some(body)) = (token, body.as_object_mut()) {
        body.insert("clientToken".to_owned(), json!(token));
    }
    body
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let owner = resource_owner(call)?;
    let page = Page::read(&mut call.parameters)?;
    let arns = call.parameters.list("resourceShareArns")?;
    let status = call.parameters.text("resourceShareStatus");
    let name = call.parameters.text("name");
    let tags = call.parameters.structures("tagFilters", |filter| {
        Ok((filter.text("tagKey"), filter.list("tagValues")?))
    })?;
    call.finish()?;
    let mut rows = Vec::new();
    for (arn, record) in visible(call, owner) {
        let Some(seen) = record.seen(call.lens) else {
            continue;
        };
        let it = seen.value;
        let tagged = tags.iter().all(|(key, values)| {
            let value = key.as_ref().and_then(|key| seen.tags.get(key));
            value.is_some_and(|value| values.is_empty() || values.contains(value))
        });
        let wanted = arns.is_empty() || arns.contains(&arn);
        let named = name.as_ref().is_none_or(|name| *name == it.name);
        if wanted && named && tagged && status.as_ref().is_none_or(|status| *status == it.status) {
            let mut row = share_row(&arn, &record.scope.account, seen.created, it);
            // Clients read them from here. Source: the row's `tags`, and what clients make of it.
            if record.scope.account == call.scope.account
                && let Some(row) = row.as_object_mut()
            {
                let pair = |(key, value): (&String, &String)| json!({"key": key, "value": value});
                row.insert("tags".to_owned(), seen.tags.iter().map(pair).collect());
            }
            rows.push((arn, row));
        }
    }
    if let Some(missing) = arns
        .iter()
        .find(|arn| !rows.iter().any(|(known, _)| known == *arn))
        && status.is_none()
    {
        return Err(unknown(missing));
    }
    Ok(page.cut("resourceShares", rows))
}

/// Whose shares are asked for.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Owner {
    Own,
    Others,
}

/// `resourceOwner`, which every list needs.
pub(super) fn resource_owner(call: &mut Call<'_>) -> Result<Owner, Refusal> {
    match call.parameters.text("resourceOwner").as_deref() {
        Some("SELF") => Ok(Owner::Own),
        Some("OTHER-ACCOUNTS") => Ok(Owner::Others),
        other => {
            let message = format!(
                "{} is not a valid resource owner. Specify either SELF or OTHER-ACCOUNTS and try \
                 again.",
                other.unwrap_or("null")
            );
            Err(Refusal::new("InvalidParameterException", message))
        }
    }
}

/// The shares of this region that the caller owns, or that others share with it by now.
pub(super) fn visible<'a>(
    call: &'a Call<'_>,
    owner: Owner,
) -> Vec<(String, &'a crate::world::Record<ResourceShare>)> {
    let account = &call.scope.account;
    let now = call.now();
    let all = call.world.all::<ResourceShare>();
    let here = all.filter(|record| record.scope.region == call.scope.region);
    let seen = here.filter(|record| match owner {
        Owner::Own => record.scope.account == *account,
        Owner::Others => {
            record.scope.account != *account && {
                let mut principals = record.value().principals.iter();
                principals.any(|(principal, one)| {
                    one.status == "ASSOCIATED"
                        && one.works_from.is_some_and(|at| at <= now)
                        && principals::covers(call.world, principal, &record.scope.account, account)
                })
            }
        }
    });
    seen.map(|record| (record.id.clone(), record)).collect()
}

fn update(call: &mut Call<'_>) -> JsonOutcome {
    let arn = call.parameters.required("resourceShareArn")?;
    let token = call.parameters.text("clientToken");
    let name = call.parameters.text("name");
    let allow_external = call.parameters.boolean("allowExternalPrincipals")?;
    call.finish()?;
    let arn = own(call, &arn)?;
    let outside = call
        .world
        .live::<ResourceShare>(&arn)
        .is_some_and(|record| {
            let mut principals = record.value().principals.values();
            principals.any(|it| it.external && it.status != "DISASSOCIATED")
        });
    if allow_external == Some(false) && outside {
        let message = "External principals are associated with the resource share";
        return Err(Refusal::new("OperationNotPermittedException", message));
    }
    let now = call.now();
    call.world.change::<ResourceShare>(&arn, |share| {
        share.name = name.unwrap_or_else(|| share.name.clone());
        share.allow_external = allow_external.unwrap_or(share.allow_external);
        share.updated = now;
    });
    answer(call, &arn, token)
}

fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let arn = call.parameters.required("resourceShareArn")?;
    let token = call.parameters.text("clientToken");
    call.finish()?;
    let arn = own(call, &arn)?;
    let now = call.now();
    call.world.change::<ResourceShare>(&arn, |share| {
        "DELETING".clone_into(&mut share.status);
        share.updated = now;
    });
    let gone = crate::world::Event::Ram(Event::ShareGone(arn));
    call.world.schedule(1_000, 20_000, gone);
    Ok(with_token(json!({ "returnValue": true }), token))
}

/// The ARN of a share of the caller's that is not on its way out.
pub(super) fn own(call: &Call<'_>, arn: &str) -> Result<String, Refusal> {
    if !arn.starts_with("arn:aws:ram:") || !arn.contains(":resource-share/") {
        let message =
            format!("The specified resource ARN {arn} is not valid. Verify the ARN and try again.");
        return Err(Refusal::new("MalformedArnException", message));
    }
    let found = call
        .find::<ResourceShare>(arn)
        .filter(|it| it.value().status == "ACTIVE");
    found.map(|it| it.id.clone()).ok_or_else(|| unknown(arn))
}

pub(super) fn unknown(arn: &str) -> Refusal {
    let message = format!("ResourceShare {arn} could not be found.");
    Refusal::new("UnknownResourceException", message)
}
