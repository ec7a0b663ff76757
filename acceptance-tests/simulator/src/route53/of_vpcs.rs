//! ListHostedZonesByVPC: the private hosted zones that are associated with a VPC, whoever owns them.

use super::managed::{self, ManagedZone};
use crate::engine::{Call, Outcome, RestOperation};
use crate::regions;
use crate::wire::Refusal;
use crate::wire::xml::{Members, node, rows_of, text};
use crate::world::network::Vpc;
use crate::world::{Record, Scope};

pub(super) const OPERATIONS: &[RestOperation<Members>] = &[RestOperation {
    name: "ListHostedZonesByVPC",
    method: "GET",
    path: "/2013-04-01/hostedzonesbyvpc",
    status: 200,
    run: list,
}];

const ITEMS_MAX: usize = 100;

fn list(call: &mut Call<'_>) -> Outcome {
    let vpc_id = call.parameters.required("vpcid")?;
    let region = call.parameters.required("vpcregion")?;
    let items = call.parameters.integer("maxitems")?;
    let after = call.parameters.text("nexttoken");
    call.finish()?;
    let size = match items.map(usize::try_from) {
        None => ITEMS_MAX,
        Some(Ok(size)) if (1..=ITEMS_MAX).contains(&size) => size,
        Some(_) => {
            return Err(invalid(format!(
                "MaxItems is not between 1 and {ITEMS_MAX}."
            )));
        }
    };
    if regions::find(&region).is_none() {
        return Err(invalid(format!("{region} is not a valid region.")));
    }
    let scope = Scope {
        account: call.scope.account.clone(),
        region,
    };
    call.world.touch(&scope);
    let vpc = call.world.live::<Vpc>(&vpc_id);
    if vpc.is_none_or(|it: &Record<Vpc>| it.scope != scope) {
        return Err(invalid(format!(
            "The VPC {vpc_id} in region {} does not exist or does not belong to the account.",
            scope.region
        )));
    }
    let mut zones = managed::zones(call.world, &vpc_id);
    zones.sort_by(|one, two| one.id.cmp(&two.id));
    if let Some(after) = after {
        if !zones.iter().any(|zone| zone.id == after) {
            let message = "The pagination token is not valid.";
            return Err(Refusal::new("InvalidPaginationToken", message));
        }
        zones.retain(|zone| zone.id > after);
    }
    let more = zones.len() > size;
    zones.truncate(size);
    let next = zones.last().filter(|_| more);
    let next = next.map(|zone| text("NextToken", &zone.id));
    let rows = rows_of(
        ("HostedZoneSummaries", "HostedZoneSummary"),
        zones.iter().map(row),
    );
    let answer = [rows, text("MaxItems", size)];
    Ok(answer.into_iter().chain(next).collect())
}

fn row(zone: &ManagedZone) -> Members {
    vec![
        text("HostedZoneId", &zone.id),
        text("Name", format!("{}.", zone.name)),
        node("Owner", vec![text("OwningService", zone.owner)]),
    ]
}

fn invalid(message: String) -> Refusal {
    Refusal::new("InvalidInput", message)
}
