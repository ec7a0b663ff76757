//! Regions and availability zones.

use super::limits;
use crate::engine::{Call, Filters, Operation, Outcome};
use crate::regions::{REGIONS, Region, Zone};
use crate::wire::Refusal;
use crate::wire::xml::{Members, items, text};
use crate::world::Tags;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeAvailabilityZones",
        limits: limits::DESCRIBE,
        run: zones,
    },
    Operation {
        name: "DescribeRegions",
        limits: limits::DESCRIBE,
        run: regions,
    },
];

const ZONE_FILTERS: &[&str] = &[
    "zone-name",
    "zone-id",
    "region-name",
    "state",
    "zone-type",
    "opt-in-status",
    "group-name",
];

const REGION_FILTERS: &[&str] = &["region-name", "endpoint", "opt-in-status"];

fn zones(call: &mut Call<'_>) -> Outcome {
    let names = call.parameters.list("ZoneName")?;
    let ids = call.parameters.list("ZoneId")?;
    call.parameters.boolean("AllAvailabilityZones")?;
    let filters = Filters::read(&mut call.parameters)?;
    call.finish()?;
    filters.check_names(|name| ZONE_FILTERS.contains(&name))?;
    let all = call.world.zones(&call.scope);
    if let Some(name) = names
        .iter()
        .find(|name| !all.iter().any(|zone| zone.name == **name))
    {
        return Err(Refusal::invalid_value(format!(
            "Invalid availability zone: [{name}]"
        )));
    }
    if let Some(id) = ids
        .iter()
        .find(|id| !all.iter().any(|zone| zone.id == **id))
    {
        return Err(Refusal::invalid_value(format!(
            "Invalid availability zone-id: [{id}]"
        )));
    }
    let region = call.scope.region.clone();
    let rows = all
        .iter()
        .filter(|zone| names.is_empty() || names.contains(&zone.name))
        .filter(|zone| ids.is_empty() || ids.iter().any(|id| id == zone.id))
        .filter(|zone| {
            filters.pass_values(&Tags::new(), |filter| zone_values(&region, zone, filter))
        })
        .map(|zone| zone_row(&region, zone));
    Ok(vec![items("availabilityZoneInfo", rows)])
}

fn zone_values(region: &str, zone: &Zone, filter: &str) -> Vec<String> {
    vec![match filter {
        "zone-name" => zone.name.clone(),
        "zone-id" => zone.id.to_owned(),
        "region-name" => region.to_owned(),
        "state" => "available".to_owned(),
        "zone-type" => "availability-zone".to_owned(),
        "opt-in-status" => "opt-in-not-required".to_owned(),
        _ => group_name(region),
    }]
}

fn zone_row(region: &str, zone: &Zone) -> Members {
    vec![
        text("optInStatus", "opt-in-not-required"),
        text("regionName", region),
        text("zoneName", &zone.name),
        text("zoneId", zone.id),
        text("groupName", group_name(region)),
        text("networkBorderGroup", region),
        text("zoneType", "availability-zone"),
        text("zoneState", "available"),
    ]
}

fn group_name(region: &str) -> String {
    format!("{region}-zg-1")
}

fn regions(call: &mut Call<'_>) -> Outcome {
    let names = call.parameters.list("RegionName")?;
    let all = call.parameters.boolean("AllRegions")?.unwrap_or_default();
    let filters = Filters::read(&mut call.parameters)?;
    call.finish()?;
    filters.check_names(|name| REGION_FILTERS.contains(&name))?;
    if let Some(name) = names
        .iter()
        .find(|name| !REGIONS.iter().any(|r| r.name == **name))
    {
        return Err(Refusal::invalid_value(format!(
            "Invalid region name: [{name}]"
        )));
    }
    let rows = REGIONS
        .iter()
        .map(|region| (region, opt_in_status(call, region)))
        .filter(|(region, status)| {
            let asked = names.is_empty() || names.iter().any(|name| name == region.name);
            asked && (all || *status != "not-opted-in")
        })
        .filter(|(region, status)| {
            filters.pass_values(&Tags::new(), |filter| {
                vec![match filter {
                    "region-name" => region.name.to_owned(),
                    "endpoint" => endpoint(region),
                    _ => (*status).to_owned(),
                }]
            })
        })
        .map(|(region, status)| {
            vec![
                text("optInStatus", status),
                text("regionName", region.name),
                text("regionEndpoint", endpoint(region)),
            ]
        });
    Ok(vec![items("regionInfo", rows)])
}

fn opt_in_status(call: &Call<'_>, region: &Region) -> &'static str {
    let enabled = call.world.is_enabled(&call.scope.account, region.name);
    match (region.opt_in, enabled) {
        (false, _) => "opt-in-not-required",
        (true, true) => "opted-in",
        (true, false) => "not-opted-in",
    }
}

fn endpoint(region: &Region) -> String {
    format!("ec2.{}.amazonaws.com", region.name)
}
