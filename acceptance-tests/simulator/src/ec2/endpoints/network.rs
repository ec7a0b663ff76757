//! Endpoints of type ServiceNetwork: they lead to everything in a service network of Lattice's, their own
//! account's or one that is shared with it.

use super::placement::full;
use super::resource::{Request, check_subnets};
use super::{families, placement, private_dns, settle};
use crate::ec2::refusals::vpc_not_found;
use crate::engine::{Call, Filters};
use crate::lattice::{
    self, HOSTED_ZONE, Member, PrivateZone, arn, endpoints_into, id_of, members, usable_network,
};
use crate::random::hash;
use crate::wire::Refusal;
use crate::wire::xml::{Members, items, node, text};
use crate::world::network::Vpc;
use crate::world::private_link::{Endpoint, NetworkLink};
use crate::world::service_network::ServiceNetwork;
use crate::world::{Seen, Tags};

const KIND: &str = "ServiceNetwork";

/// Makes the endpoint, if every rule allows it; gives its id.
pub(super) fn create(call: &mut Call<'_>, request: Request) -> Result<String, Refusal> {
    call.find::<Vpc>(&request.vpc_id)
        .ok_or_else(|| vpc_not_found(&request.vpc_id))?;
    check_network(call, &request)?;
    if request.subnets.is_empty() {
        return Err(Refusal::invalid_parameter(
            "ServiceNetwork type VPC Endpoints need at least one subnet.",
        ));
    }
    check_subnets(call, &request, KIND)?;
    let group_ids = placement::groups(call, &request.vpc_id, &request.group_ids)?;
    super::creation::check_quota(call, &request.vpc_id, KIND)?;
    let link = NetworkLink {
        network_arn: request.target_arn,
        association_id: call.new_id("vpce-sn-asc"),
        shown_from: None,
        dns: request.dns,
    };
    let names = lattice::names_in(call.world, &link, request.private_dns_enabled);
    private_dns::check_names(call, &request.vpc_id, request.private_dns_enabled, &names)?;
    let blocks = families::has(&request.address_type, "ipv4");
    for wanted in request.subnets.iter().filter(|_| blocks) {
        // One address of its own, and a block for what is in the network.
        if call.world.free_block(&wanted.subnet_id).is_none() {
            return Err(full(&wanted.subnet_id));
        }
    }
    let id = call.new_id("vpce");
    let named = (id.as_str(), request.address_type.as_str());
    let interface_ids = placement::interfaces(call, named, &request.subnets, &group_ids)?;
    for interface in interface_ids.iter().filter(|_| blocks) {
        call.world.take_block(interface);
    }
    let subnets = request.subnets.into_iter().map(|wanted| wanted.subnet_id);
    let endpoint = Endpoint {
        vpc_id: request.vpc_id,
        service_id: String::new(),
        service_name: String::new(),
        state: "pending".to_owned(),
        subnet_ids: subnets.collect(),
        group_ids,
        interface_ids,
        private_dns_enabled: request.private_dns_enabled,
        dns_record_type: request.address_type.clone(),
        address_type: request.address_type,
        dns_label: String::new(),
        connection_id: String::new(),
        round: 0,
        row_until: None,
        resource: None,
        network: Some(link),
    };
    call.create(&id, request.tags, endpoint);
    settle(call.world, &id);
    Ok(id)
}

/// A network that the caller may use, with room for an endpoint, and no name that the VPC has already.
fn check_network(call: &Call<'_>, request: &Request) -> Result<(), Refusal> {
    let named = &request.target_arn;
    let found = usable_network(call, named).filter(|it| arn(&it.scope, &it.id) == *named);
    let network = found.ok_or_else(|| {
        let code = call.world.doubts.reading("network-not-found-code");
        Refusal::new(code, format!("The service network {named} does not exist"))
    })?;
    let quota = call
        .world
        .quota(&network.scope.account, "endpoints-per-service-network");
    if endpoints_into(call.world, &network.id).count() >= quota {
        return Err(Refusal::new(
            "VpcEndpointLimitExceeded",
            format!("The maximum number of VPC endpoints has been reached for {named}"),
        ));
    }
    if !request.private_dns_enabled {
        return Ok(());
    }
    let inside = members(call.world, &network.id);
    let resources = call.world.within::<Endpoint>(&call.scope);
    let mut resources = resources.filter_map(|it| {
        let value = it.value();
        let alive = !matches!(value.state.as_str(), "deleting" | "deleted");
        let rival = alive && value.private_dns_enabled && value.vpc_id == request.vpc_id;
        value.resource.as_ref().filter(|_| rival)
    });
    let taken = resources.find_map(|link| {
        let id = id_of(&link.configuration_arn);
        inside
            .iter()
            .find(|it| it.configuration.id == id)?
            .private_name()
    });
    taken.map_or(Ok(()), |name| {
        Err(private_dns::conflicting(name, &request.vpc_id))
    })
}

/// With private DNS on, a VPC has one way to a configuration (rule 17).
pub(super) fn check_no_other_way(
    call: &Call<'_>,
    vpc_id: &str,
    configuration_id: &str,
) -> Result<(), Refusal> {
    let endpoints = call.world.within::<Endpoint>(&call.scope);
    let mut links = endpoints.filter_map(|it| {
        let value = it.value();
        let alive = !matches!(value.state.as_str(), "deleting" | "deleted");
        let rival = alive && value.private_dns_enabled && value.vpc_id == vpc_id;
        value.network.as_ref().filter(|_| rival)
    });
    let taken = links.find_map(|link| {
        let inside = members(call.world, id_of(&link.network_arn));
        let mut same = inside
            .iter()
            .filter(|it| it.configuration.id == configuration_id);
        same.find_map(Member::private_name)
    });
    taken.map_or(Ok(()), |name| Err(private_dns::conflicting(name, vpc_id)))
}

/// Its rows of DescribeVpcEndpointAssociations: one for each resource that clients are led to.
pub(super) fn rows(
    call: &Call<'_>,
    endpoint: &Seen<'_, Endpoint>,
    link: &NetworkLink,
    filters: &Filters,
) -> Vec<(String, Members)> {
    let alive = !matches!(endpoint.value.state.as_str(), "deleting" | "deleted");
    let truth = call.world.live::<Endpoint>(endpoint.id);
    let zones = truth.map(|it| lattice::zones_of(call.world, it));
    let zones = zones.unwrap_or_default();
    let shown = lattice::reached(call.world, link).into_iter();
    let rows = shown.filter(|_| alive).filter_map(|member| {
        let id = format!("vpce-rsc-asc-0{:016x}", hash(0, &[endpoint.id, &member.id]));
        let wanted = filters.pass_values(&Tags::new(), |name| match name {
            "vpc-endpoint-id" => vec![endpoint.id.to_owned()],
            "association-id" => vec![id.clone()],
            "associated-resource-id" => vec![member.configuration.id.clone()],
            "associated-resource-accessibility" => vec!["AVAILABLE".to_owned()],
            "service-network-arn" => vec![link.network_arn.clone()],
            "service-network-resource-association-id" => vec![member.id.clone()],
            "resource-configuration-group-arn" => group_arn(&member).into_iter().collect(),
            _ => Vec::new(),
        });
        let zone = zones.iter().find(|zone| zone.is_of(&member));
        wanted.then(|| {
            let row = row(call, endpoint, link, (&id, &member, zone));
            (id, row)
        })
    });
    rows.collect()
}

fn group_arn(member: &Member<'_>) -> Option<String> {
    let group = member.configuration.value().group_id.as_deref()?;
    Some(arn(&member.configuration.scope, group))
}

fn row(
    call: &Call<'_>,
    endpoint: &Seen<'_, Endpoint>,
    link: &NetworkLink,
    (id, member, zone): (&str, &Member<'_>, Option<&PrivateZone<'_>>),
) -> Members {
    let configuration = member.configuration;
    let entry = |name: &'static str, dns_name: &str, zone: &str| {
        let members = vec![text("dnsName", dns_name), text("hostedZoneId", zone)];
        node(name, members)
    };
    let network = call
        .world
        .record::<ServiceNetwork>(id_of(&link.network_arn));
    let network = network.map(|it| text("serviceNetworkName", &it.value().name));
    let private = zone.map(|zone| entry("privateDnsEntry", &zone.name, &zone.id));
    let group = group_arn(member).map(|arn| text("resourceConfigurationGroupArn", arn));
    let row = vec![
        text("id", id),
        text("vpcEndpointId", endpoint.id),
        text("serviceNetworkArn", &link.network_arn),
        text("associatedResourceAccessibility", "Accessible"),
        entry("dnsEntry", &member.name_at(endpoint.id), HOSTED_ZONE),
        text(
            "associatedResourceArn",
            arn(&configuration.scope, &configuration.id),
        ),
        items("tagSet", []),
    ];
    let optional = network.into_iter().chain(private).chain(group);
    row.into_iter().chain(optional).collect()
}
