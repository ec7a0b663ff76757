//! Resources and principals of shares, as owners and receivers see them.

use serde_json::{Value, json};

use super::kinds;
use super::rows::{Page, seconds};
use super::shares::{Owner, resource_owner, visible};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::ram::ResourceShare;

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "ListResources",
        method: "POST",
        path: "/listresources",
        status: 200,
        run: resources,
    },
    RestOperation {
        name: "ListPrincipals",
        method: "POST",
        path: "/listprincipals",
        status: 200,
        run: principals,
    },
];

/// What both lists take.
struct Wanted {
    owner: Owner,
    page: Page,
    shares: Vec<String>,
    kind: Option<String>,
}

fn read(call: &mut Call<'_>) -> Result<Wanted, Refusal> {
    let owner = resource_owner(call)?;
    let page = Page::read(&mut call.parameters)?;
    let shares = call.parameters.list("resourceShareArns")?;
    let kind = call.parameters.text("resourceType");
    let known = kind.as_deref().is_none_or(|kind| kind.contains(':'));
    if !known {
        let message = format!("{} is not a valid resource type.", kind.unwrap_or_default());
        return Err(Refusal::new("InvalidResourceTypeException", message));
    }
    Ok(Wanted {
        owner,
        page,
        shares,
        kind,
    })
}

fn resources(call: &mut Call<'_>) -> JsonOutcome {
    let wanted = read(call)?;
    let arns = call.parameters.list("resourceArns")?;
    let principal = call.parameters.text("principal");
    call.parameters.text("resourceRegionScope");
    call.finish()?;
    let mut rows = Vec::new();
    for (arn, record) in visible(call, wanted.owner) {
        let share = record.value();
        let named = wanted.shares.is_empty() || wanted.shares.contains(&arn);
        let with = principal
            .as_ref()
            .is_none_or(|it| share.principals.contains_key(it));
        if named && with && share.status == "ACTIVE" {
            rows.extend(resource_rows(&arn, share));
        }
    }
    rows.retain(|(_, row)| wanted.kind.is_none() || row["type"].as_str() == wanted.kind.as_deref());
    rows.retain(|(key, _)| arns.is_empty() || arns.iter().any(|arn| key.ends_with(arn.as_str())));
    Ok(wanted.page.cut("resources", rows))
}

/// The resources that a share has by now.
pub(super) fn resource_rows(share_arn: &str, share: &ResourceShare) -> Vec<(String, Value)> {
    let associated = share
        .resources
        .iter()
        .filter(|(_, it)| it.status == "ASSOCIATED");
    let rows = associated.map(|(arn, it)| {
        let row = json!({
            "arn": arn,
            "type": kinds::of(arn).map(|kind| kind.name),
            "resourceShareArn": share_arn,
            "status": "AVAILABLE",
            "creationTime": seconds(it.created),
            "lastUpdatedTime": seconds(it.updated),
            "resourceRegionScope": "REGIONAL",
        });
        (format!("{share_arn} {arn}"), row)
    });
    rows.collect()
}

fn principals(call: &mut Call<'_>) -> JsonOutcome {
    let wanted = read(call)?;
    let named = call.parameters.list("principals")?;
    let resource = call.parameters.text("resourceArn");
    call.finish()?;
    let mut rows = Vec::new();
    for (arn, record) in visible(call, wanted.owner) {
        let share = record.value();
        let asked = wanted.shares.is_empty() || wanted.shares.contains(&arn);
        let with = resource
            .as_ref()
            .is_none_or(|it| share.resources.contains_key(it));
        let mut kinds = share.resources.keys().filter_map(|arn| kinds::of(arn));
        let of_kind = wanted
            .kind
            .as_ref()
            .is_none_or(|name| kinds.any(|kind| kind.name == name));
        if !(asked && with && of_kind && share.status == "ACTIVE") {
            continue;
        }
        let ids: Vec<(String, Value)> = match wanted.owner {
            Owner::Others => vec![(record.scope.account.clone(), json!(true))],
            Owner::Own => {
                let all = share
                    .principals
                    .iter()
                    .filter(|(_, it)| it.status == "ASSOCIATED");
                all.map(|(id, it)| (id.clone(), json!(it.external)))
                    .collect()
            }
        };
        for (id, external) in ids
            .into_iter()
            .filter(|(id, _)| named.is_empty() || named.contains(id))
        {
            let row = json!({
                "id": id, "resourceShareArn": arn, "creationTime": seconds(record.created),
                "lastUpdatedTime": seconds(share.updated), "external": external,
            });
            rows.push((format!("{arn} {id}"), row));
        }
    }
    Ok(wanted.page.cut("principals", rows))
}
