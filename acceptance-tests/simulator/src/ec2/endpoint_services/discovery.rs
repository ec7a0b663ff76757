//! What consumers see of services: those that exist *and* allow them. AWS's own services are not listed.

use super::configurations::{base_name, service_type};
use super::regions;
use crate::ec2::lists::CLAMPED_PAGE;
use crate::ec2::refusals::service_not_visible;
use crate::ec2::{limits, tags};
use crate::engine::{Call, Facet, Filters, Operation, Outcome, Page};
use crate::wire::Refusal;
use crate::wire::xml::{Members, item_texts, items, text};
use crate::world::private_link::EndpointService;
use crate::world::{Kind as _, Seen, Tags};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeVpcEndpointServices",
    limits: limits::DESCRIBE,
    run: describe,
}];

const FACETS: &[Facet<EndpointService>] = &[
    ("owner", |service| vec![service.scope.account.clone()]),
    ("service-name", |service| vec![service.value.name.clone()]),
    ("service-region", |service| {
        vec![service.scope.region.clone()]
    }),
    ("service-type", |_| vec!["Interface".to_owned()]),
    ("supported-ip-address-types", |service| {
        service.value.address_types.clone()
    }),
];

fn describe(call: &mut Call<'_>) -> Outcome {
    let names = call.parameters.list("ServiceName")?;
    let regions = call.parameters.list("ServiceRegion")?;
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, CLAMPED_PAGE, &names)?;
    call.finish()?;
    filters.check(FACETS)?;
    let regions = match regions.is_empty() {
        true => vec![call.scope.region.clone()],
        false => regions,
    };
    for region in regions
        .iter()
        .filter(|region| **region != call.scope.region)
    {
        regions::check_enabled(call, region)?;
    }
    let all: Vec<_> = regions
        .iter()
        .flat_map(|region| visible(call, region))
        .collect();
    if let Some(stranger) = names
        .iter()
        .find(|name| !all.iter().any(|s| s.value.name == **name))
    {
        return Err(service_not_visible(stranger));
    }
    let shown: Vec<_> = all
        .iter()
        .filter(|service| names.is_empty() || names.contains(&service.value.name))
        .filter(|service| filters.pass(FACETS, service))
        .collect();
    let rows = shown
        .iter()
        .map(|service| (service.id.to_owned(), row(call, service)))
        .collect();
    let (rows, next) = page.cut(rows);
    let service_names = shown.iter().map(|service| &service.value.name);
    Ok([
        item_texts("serviceNameSet", service_names),
        items("serviceDetailSet", rows),
    ]
    .into_iter()
    .chain(next)
    .collect())
}

/// The service of that name in a region, if this caller may connect to it from here.
pub(in crate::ec2) fn find<'a>(
    call: &'a Call<'_>,
    name: &str,
    region: &str,
) -> Result<Seen<'a, EndpointService>, Refusal> {
    visible(call, region)
        .into_iter()
        .find(|service| service.value.name == name)
        .ok_or_else(|| service_not_visible(name))
}

fn visible<'a>(call: &'a Call<'_>, region: &str) -> Vec<Seen<'a, EndpointService>> {
    let here = &call.scope.region;
    let reaches = |service: &Seen<'_, EndpointService>| {
        let state = service.value.regions.get(here);
        service.scope.region == *here || state.is_some_and(|state| state == "Available")
    };
    EndpointService::store(call.world)
        .values()
        .filter(|record| record.scope.region == region)
        .filter_map(|record| record.seen(call.lens))
        .filter(reaches)
        .filter(|service| service.value.state == "Available" && is_allowed(call, service))
        .collect()
}

/// Whether a permission that works by now covers the caller (rule 2).
fn is_allowed(call: &Call<'_>, service: &Seen<'_, EndpointService>) -> bool {
    let account = &call.caller.account;
    let own = service.scope.account == *account;
    if own && call.world.doubts.is("owner-needs-permission", "no") {
        return true;
    }
    let root = format!("arn:aws:iam::{account}:root");
    service
        .value
        .permissions
        .iter()
        .any(|(principal, permission)| {
            let covers =
                principal == "*" || *principal == root || *principal == call.caller.principal;
            covers && permission.works_from <= call.now()
        })
}

fn row(call: &Call<'_>, service: &Seen<'_, EndpointService>) -> Members {
    let value = service.value;
    // Zones in the caller's names, those that both sides have; across regions there are none.
    let (names, ids): (Vec<_>, Vec<_>) = call
        .world
        .zones(&call.scope)
        .into_iter()
        .filter(|zone| value.zone_ids.iter().any(|id| id == zone.id))
        .map(|zone| (zone.name, zone.id))
        .unzip();
    let mut members = vec![
        text("serviceName", &value.name),
        text("serviceId", service.id),
        service_type(),
        text("serviceRegion", &service.scope.region),
        item_texts("availabilityZoneIdSet", ids),
        item_texts("availabilityZoneSet", names),
        text("owner", &service.scope.account),
        item_texts(
            "baseEndpointDnsNameSet",
            [base_name(service.id, &service.scope.region)],
        ),
    ];
    if let Some(name) = &value.private_dns {
        members.push(text("privateDnsName", &name.name));
        let set = [vec![text("privateDnsName", &name.name)]];
        members.push(items("privateDnsNameSet", set));
        members.push(text("privateDnsNameVerificationState", &name.state));
    }
    let own = service.scope.account == call.caller.account;
    let tags = if own {
        service.tags.clone()
    } else {
        Tags::new()
    };
    members.extend([
        text("vpcEndpointPolicySupported", false),
        text("acceptanceRequired", value.acceptance_required),
        text("managesVpcEndpoints", false),
        item_texts("supportedIpAddressTypeSet", &value.address_types),
        tags::tag_set(&tags),
    ]);
    members
}
