//! Principals and resources of shares: added, taken away, listed.

use serde_json::{Value, json};

use super::principals::judge;
use super::rows::{Page, association_row};
use super::shares::{own, with_token};
use super::{Event, kinds};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::wire::Refusal;
use crate::world::Record;
use crate::world::ram::{Association, ResourceShare};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "AssociateResourceShare",
        method: "POST",
        path: "/associateresourceshare",
        status: 200,
        run: associate,
    },
    RestOperation {
        name: "DisassociateResourceShare",
        method: "POST",
        path: "/disassociateresourceshare",
        status: 200,
        run: disassociate,
    },
    RestOperation {
        name: "GetResourceShareAssociations",
        method: "POST",
        path: "/getresourceshareassociations",
        status: 200,
        run: list,
    },
];

/// The resources of a call, which must be the caller's own, of this region.
pub(super) fn read_resources(call: &Call<'_>, arns: &[String]) -> Result<Vec<String>, Refusal> {
    for arn in arns {
        let Some((kind, id)) = kinds::of_own(&call.scope, arn) else {
            let message = format!(
                "The specified resource ARN {arn} is not valid. Verify the ARN and try again."
            );
            return Err(Refusal::new("MalformedArnException", message));
        };
        let refused = match (kind.look)(call, id) {
            Some(true) => continue,
            Some(false) => (
                "OperationNotPermittedException",
                format!("{arn} is not enabled for sharing."),
            ),
            None => (
                "UnknownResourceException",
                format!("{} {arn} could not be found.", kind.word()),
            ),
        };
        return Err(Refusal::new(refused.0, refused.1));
    }
    Ok(arns.to_vec())
}

/// Puts resources into a share.
pub(super) fn add_resources(call: &mut Call<'_>, share: &str, arns: &[String]) {
    for arn in arns {
        let round = begin(call, share, arn, |share| &mut share.resources, false);
        let associated = Event::Associated {
            share: share.to_owned(),
            entity: arn.clone(),
            round,
        };
        call.world
            .schedule(500, 5_000, crate::world::Event::Ram(associated));
    }
}

/// Puts principals into a share: who is outside is invited.
pub(super) fn add_principals(
    call: &mut Call<'_>,
    share: &str,
    principals: &[String],
) -> Result<(), Refusal> {
    let allow_external = call.world.live::<ResourceShare>(share);
    let allow_external = allow_external.is_some_and(|it| it.value().allow_external);
    let owner = call.scope.account.clone();
    for principal in principals {
        let judged = judge(call.world, (&owner, allow_external), principal)?;
        let external = judged.external;
        let round = begin(
            call,
            share,
            principal,
            |share| &mut share.principals,
            external,
        );
        let (share, entity) = (share.to_owned(), principal.clone());
        let event = match judged.invited {
            Some(receiver) => Event::Invited {
                share,
                receiver,
                round,
            },
            None => Event::Associated {
                share,
                entity,
                round,
            },
        };
        call.world
            .schedule(200, 1_500, crate::world::Event::Ram(event));
    }
    Ok(())
}

type Associations = std::collections::BTreeMap<String, Association>;

fn begin(
    call: &mut Call<'_>,
    share: &str,
    entity: &str,
    list: fn(&mut ResourceShare) -> &mut Associations,
    external: bool,
) -> u32 {
    let now = call.now();
    let mut round = 0;
    call.world.change::<ResourceShare>(share, |share| {
        let found = list(share).entry(entity.to_owned());
        let found = found.or_insert_with(|| Association::begun(now, external));
        round = found.put("ASSOCIATING", now);
        found.works_from = None;
        found.external = external;
    });
    round
}

fn associate(call: &mut Call<'_>) -> JsonOutcome {
    let (arn, resources, principals, token) = read(call)?;
    let resources = read_resources(call, &resources)?;
    let allow_external = call.world.live::<ResourceShare>(&arn);
    let allow_external = allow_external.is_some_and(|it| it.value().allow_external);
    for principal in &principals {
        judge(call.world, (&call.scope.account, allow_external), principal)?;
    }
    // What is there already stays as it is.
    let fresh = |call: &Call<'_>, entity: &String| {
        let record = call.world.live::<ResourceShare>(&arn);
        let share = record.map(Record::value);
        let found = share.and_then(|it| it.principals.get(entity).or(it.resources.get(entity)));
        found.is_none_or(|it| !matches!(it.status.as_str(), "ASSOCIATING" | "ASSOCIATED"))
    };
    let new: Vec<String> = resources
        .iter()
        .filter(|it| fresh(call, it))
        .cloned()
        .collect();
    add_resources(call, &arn, &new);
    let new: Vec<String> = principals
        .iter()
        .filter(|it| fresh(call, it))
        .cloned()
        .collect();
    add_principals(call, &arn, &new)?;
    Ok(answer(call, &arn, (&resources, &principals), token))
}

fn disassociate(call: &mut Call<'_>) -> JsonOutcome {
    let (arn, resources, principals, token) = read(call)?;
    let known = call
        .world
        .live::<ResourceShare>(&arn)
        .map(|it| it.value().clone());
    for entity in resources.iter().chain(&principals) {
        let found = known.as_ref().and_then(|share| {
            let one = share
                .principals
                .get(entity)
                .or(share.resources.get(entity))?;
            (one.status != "DISASSOCIATED").then_some(one)
        });
        if found.is_none() {
            let message = format!("{entity} is not associated with the resource share");
            return Err(Refusal::new("UnknownResourceException", message));
        }
    }
    let now = call.now();
    for entity in resources.iter().chain(&principals) {
        let mut round = 0;
        call.world.change::<ResourceShare>(&arn, |share| {
            if let Some(found) = super::events::association(share, entity) {
                round = found.put("DISASSOCIATING", now);
                found.works_from = None;
            }
        });
        let gone = Event::Disassociated {
            share: arn.clone(),
            entity: entity.clone(),
            round,
        };
        call.world
            .schedule(1_000, 20_000, crate::world::Event::Ram(gone));
    }
    Ok(answer(call, &arn, (&resources, &principals), token))
}

type Read = (String, Vec<String>, Vec<String>, Option<String>);

fn read(call: &mut Call<'_>) -> Result<Read, Refusal> {
    let arn = call.parameters.required("resourceShareArn")?;
    let resources = call.parameters.list("resourceArns")?;
    let principals = call.parameters.list("principals")?;
    let token = call.parameters.text("clientToken");
    call.finish()?;
    if resources.is_empty() && principals.is_empty() {
        let message = "Specify at least one resource or principal and try again.";
        return Err(Refusal::new("InvalidParameterException", message));
    }
    Ok((own(call, &arn)?, resources, principals, token))
}

fn answer(
    call: &Call<'_>,
    arn: &str,
    (resources, principals): (&[String], &[String]),
    token: Option<String>,
) -> Value {
    let mut rows = Vec::new();
    if let Some(share) = call.world.live::<ResourceShare>(arn).map(Record::value) {
        let of = (arn, share.name.as_str());
        for entity in principals {
            let found = share.principals.get(entity);
            rows.extend(found.map(|it| association_row(of, ("PRINCIPAL", entity), it)));
        }
        for entity in resources {
            let found = share.resources.get(entity);
            rows.extend(found.map(|it| association_row(of, ("RESOURCE", entity), it)));
        }
    }
    with_token(json!({ "resourceShareAssociations": rows }), token)
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let kind = call.parameters.required("associationType")?;
    let page = Page::read(&mut call.parameters)?;
    let arns = call.parameters.list("resourceShareArns")?;
    let resource = call.parameters.text("resourceArn");
    let principal = call.parameters.text("principal");
    let status = call.parameters.text("associationStatus");
    call.finish()?;
    let entity = match kind.as_str() {
        "PRINCIPAL" if resource.is_none() => principal,
        "RESOURCE" if principal.is_none() => resource,
        _ => {
            let message = format!("The association type {kind} does not go with what is asked for");
            return Err(Refusal::new("InvalidParameterException", message));
        }
    };
    let mut rows = Vec::new();
    for seen in call.see_all::<ResourceShare>() {
        if !arns.is_empty() && !arns.iter().any(|arn| arn == seen.id) {
            continue;
        }
        let all = match kind.as_str() {
            "PRINCIPAL" => &seen.value.principals,
            _ => &seen.value.resources,
        };
        for (name, it) in all {
            let wanted = entity.as_ref().is_none_or(|entity| entity == name);
            if wanted && status.as_ref().is_none_or(|status| *status == it.status) {
                let row = association_row((seen.id, &seen.value.name), (&kind, name), it);
                rows.push((format!("{}/{name}", seen.id), row));
            }
        }
    }
    Ok(page.cut("resourceShareAssociations", rows))
}
