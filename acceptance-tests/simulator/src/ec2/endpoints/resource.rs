//! Endpoints of type Resource: they lead to a resource configuration of Lattice's, their own account's or
//! one that is shared with it.

use std::collections::BTreeSet;

use super::placement::{self, Wanted};
use super::{families, network, private_dns, settle};
use crate::ec2::refusals::{subnet_not_found, vpc_not_found};
use crate::ec2::tags;
use crate::engine::Call;
use crate::lattice;
use crate::ram::may_use;
use crate::regions::ZONES_WITHOUT_RESOURCES;
use crate::wire::{Parameters, Refusal};
use crate::world::lattice::{ResourceConfiguration, ResourceGateway};
use crate::world::network::{Subnet, Vpc};
use crate::world::private_link::{Endpoint, ResourceLink};
use crate::world::service_network::DnsWish;
use crate::world::{Kind as _, Record, Tags};

const PREFERENCES: &[&str] = &[
    "VERIFIED_DOMAINS_ONLY",
    "ALL_DOMAINS",
    "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
    "SPECIFIED_DOMAINS_ONLY",
];

/// Source: the service model, `PrivateDnsSpecifiedDomainSet`.
const DOMAINS_MAX: usize = 10;

/// What the call asks for.
pub(super) struct Request {
    pub(super) vpc_id: String,
    /// What it leads to.
    pub(super) target_arn: String,
    pub(super) subnets: Vec<Wanted>,
    pub(super) group_ids: Vec<String>,
    pub(super) address_type: String,
    pub(super) private_dns_enabled: bool,
    pub(super) dns: DnsWish,
    pub(super) tags: Tags,
}

/// Takes what endpoints of a type of Lattice's have in common; `target` names what they lead to.
pub(super) fn read(call: &mut Call<'_>, (kind, target): (&str, &str)) -> Result<Request, Refusal> {
    let parameters = &mut call.parameters;
    let vpc_id = parameters.required("VpcId")?;
    let target_arn = parameters.required(target)?;
    if parameters.has("ServiceName") || parameters.has("RouteTableId") {
        return Err(Refusal::invalid_parameter(format!(
            "{kind} type VPC Endpoints take neither service names nor route tables."
        )));
    }
    let subnets = placement::read(parameters)?;
    let group_ids = parameters.list("SecurityGroupId")?;
    let address_type = families::read(parameters)?.unwrap_or_else(|| "ipv4".to_owned());
    let private_dns_enabled = parameters.boolean("PrivateDnsEnabled")?.unwrap_or_default();
    let dns = parameters.structure("DnsOptions", read_dns)?;
    let dns = dns.unwrap_or_else(|| DnsWish {
        preference: "VERIFIED_DOMAINS_ONLY".to_owned(),
        domains: Vec::new(),
    });
    let tags = tags::specified(call, Endpoint::KIND)?;
    Ok(Request {
        vpc_id,
        target_arn,
        subnets,
        group_ids,
        address_type,
        private_dns_enabled,
        dns,
        tags,
    })
}

fn read_dns(options: &mut Parameters) -> Result<DnsWish, Refusal> {
    let preference = options.one_of("PrivateDnsPreference", PREFERENCES)?;
    let preference = preference.unwrap_or_else(|| "VERIFIED_DOMAINS_ONLY".to_owned());
    let domains = options.list("PrivateDnsSpecifiedDomain")?;
    if domains.len() > DOMAINS_MAX {
        return Err(Refusal::invalid_parameter(format!(
            "PrivateDnsSpecifiedDomains can't hold more than {DOMAINS_MAX} domains."
        )));
    }
    let specified = preference.contains("SPECIFIED");
    match specified == domains.is_empty() {
        true => Err(Refusal::invalid_parameter(
            "PrivateDnsSpecifiedDomains goes with the preferences of specified domains, and with \
             no other.",
        )),
        false => Ok(DnsWish {
            preference,
            domains,
        }),
    }
}

/// Makes the endpoint, if every rule allows it; gives its id.
pub(super) fn create(call: &mut Call<'_>, request: Request) -> Result<String, Refusal> {
    call.find::<Vpc>(&request.vpc_id)
        .ok_or_else(|| vpc_not_found(&request.vpc_id))?;
    let configuration = configuration(call, &request.target_arn)?;
    let gateway = configuration.value().gateway_id.clone();
    let zones = check_subnets(call, &request, "Resource")?;
    check_zones(call, &zones, &gateway)?;
    if request.private_dns_enabled {
        network::check_no_other_way(call, &request.vpc_id, &configuration.id)?;
    }
    let group_ids = placement::groups(call, &request.vpc_id, &request.group_ids)?;
    super::creation::check_quota(call, &request.vpc_id, "Resource")?;
    let link = ResourceLink {
        configuration_arn: request.target_arn,
        association_id: Some(call.new_id("rea")),
        row_id: call.new_id("vpce-rsc-asc"),
        shown_from: None,
        dns: request.dns,
    };
    let names = lattice::names_of(call.world, &link, request.private_dns_enabled);
    private_dns::check_names(call, &request.vpc_id, request.private_dns_enabled, &names)?;
    let id = call.new_id("vpce");
    let named = (id.as_str(), request.address_type.as_str());
    let interface_ids = placement::interfaces(call, named, &request.subnets, &group_ids)?;
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
        resource: Some(link),
        network: None,
    };
    call.create(&id, request.tags, endpoint);
    settle(call.world, &id);
    Ok(id)
}

/// The configuration, where the caller may use it by now.
fn configuration<'a>(
    call: &'a Call<'_>,
    arn: &str,
) -> Result<&'a Record<ResourceConfiguration>, Refusal> {
    let id = arn.rsplit('/').next().unwrap_or_default();
    let found = call
        .world
        .live::<ResourceConfiguration>(id)
        .filter(|record| {
            let own = record.scope.account == call.scope.account;
            let near = record.scope.region == call.scope.region;
            let named = arn.contains(&format!(
                ":{}:{}:",
                record.scope.region, record.scope.account
            ));
            named && near && (own || may_use(call.world, arn, &call.scope.account))
        });
    found
        .filter(|record| record.value().status == "ACTIVE")
        .ok_or_else(|| {
            Refusal::new(
                "InvalidResourceConfigurationArn.NotFound",
                format!("The resource configuration {arn} does not exist"),
            )
        })
}

/// One subnet of each zone; gives the zones.
pub(super) fn check_subnets(
    call: &Call<'_>,
    request: &Request,
    kind: &str,
) -> Result<BTreeSet<String>, Refusal> {
    let mut zones = BTreeSet::new();
    for wanted in &request.subnets {
        let id = &wanted.subnet_id;
        let subnet = call.find::<Subnet>(id);
        let subnet = subnet.ok_or_else(|| subnet_not_found(id))?.value();
        if subnet.vpc_id != request.vpc_id {
            return Err(Refusal::invalid_parameter(format!(
                "The subnet {id} does not belong to the VPC {}",
                request.vpc_id
            )));
        }
        if ZONES_WITHOUT_RESOURCES.contains(&subnet.zone_id.as_str()) {
            return Err(Refusal::invalid_parameter(format!(
                "{kind} type VPC Endpoints are not supported in the availability zone of the \
                 subnet: {id}."
            )));
        }
        if !zones.insert(subnet.zone_id.clone()) {
            return Err(Refusal::new(
                "DuplicateSubnetsInSameZone",
                format!("Found another VPC endpoint subnet in the availability zone of {id}"),
            ));
        }
        families::check_subnet(call, (id, subnet), &request.address_type)?;
    }
    Ok(zones)
}

/// At least one zone is one that the gateway stands in.
fn check_zones(call: &Call<'_>, zones: &BTreeSet<String>, gateway: &str) -> Result<(), Refusal> {
    let gateway = call.world.live::<ResourceGateway>(gateway);
    let theirs = gateway
        .map(|it| it.value().subnet_ids.clone())
        .unwrap_or_default();
    let common = theirs.iter().any(|id| {
        let subnet = call.world.live::<Subnet>(id);
        subnet.is_some_and(|it| zones.contains(&it.value().zone_id))
    });
    match common {
        true => Ok(()),
        false => Err(Refusal::invalid_parameter(
            "The VPC endpoint has no availability zone in common with the resource gateway.",
        )),
    }
}
