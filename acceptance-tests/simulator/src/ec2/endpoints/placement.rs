//! Where an endpoint stands: subnets and their zones, security groups, interfaces (rules 1 and 13).

use std::net::Ipv4Addr;

use crate::ec2::refusals::{group_not_found, subnet_not_found};
use crate::engine::Call;
use crate::wire::{Parameters, Refusal};
use crate::world::network::{InterfaceOwner, Subnet};
use crate::world::private_link::region_of;
use crate::world::security_group::SecurityGroup;

/// Subnets with the address to take in each, if one was asked for.
pub(super) type Subnets = Vec<(String, Option<Ipv4Addr>)>;

/// The account that AWS's PrivateLink works under.
const REQUESTER: &str = "727180483921";

/// Zones from which no service of another region is reached.
const NO_REMOTE_ACCESS: &[&str] = &[
    "use1-az3",
    "usw1-az2",
    "apne1-az3",
    "apne2-az2",
    "apne2-az4",
];

/// The VPC of an endpoint and the service it leads to.
pub(super) struct Place<'a> {
    pub(super) vpc_id: &'a str,
    pub(super) service_name: &'a str,
}

/// Takes `SubnetId.N` and `SubnetConfiguration.N`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Subnets, Refusal> {
    let mut subnets: Subnets = parameters
        .list("SubnetId")?
        .into_iter()
        .map(|id| (id, None))
        .collect();
    let configured = parameters.structures("SubnetConfiguration", |configuration| {
        if configuration.has("Ipv6") {
            return Err(Refusal::not_simulated("IPv6 addresses of endpoints"));
        }
        let id = configuration.required("SubnetId")?;
        let address = configuration.text("Ipv4");
        let address = address
            .map(|text| {
                let why = "This is not a valid IPv4 address.";
                text.parse()
                    .map_err(|_| Refusal::bad_value("ipv4", &text, why))
            })
            .transpose()?;
        Ok((id, address))
    })?;
    for (id, address) in configured {
        match subnets.iter_mut().find(|(known, _)| *known == id) {
            Some(entry) => entry.1 = address,
            None => subnets.push((id, address)),
        }
    }
    Ok(subnets)
}

/// Refuses subnets that the endpoint may not stand in; one bad subnet fails the whole call (rule 1).
/// `present` are the subnets it stands in already.
pub(super) fn check_subnets(
    call: &Call<'_>,
    place: &Place<'_>,
    zone_ids: &[String],
    present: &[String],
    subnets: &Subnets,
) -> Result<(), Refusal> {
    let mut taken: Vec<String> = present
        .iter()
        .filter_map(|id| call.world.live::<Subnet>(id))
        .map(|subnet| subnet.value().zone_id.clone())
        .collect();
    for (id, _) in subnets {
        let subnet = call
            .find::<Subnet>(id)
            .ok_or_else(|| subnet_not_found(id))?
            .value();
        if subnet.vpc_id != place.vpc_id {
            return Err(Refusal::invalid_parameter(format!(
                "The subnet {id} does not belong to the VPC {}",
                place.vpc_id
            )));
        }
        if region_of(place.service_name) != call.scope.region {
            check_remote(call, &subnet.zone_id)?;
        } else if !zone_ids.contains(&subnet.zone_id) {
            let service = place.service_name;
            return Err(Refusal::invalid_parameter(format!(
                "The VPC endpoint service {service} does not support the availability zone of \
                 the subnet: {id}."
            )));
        }
        if taken.contains(&subnet.zone_id) {
            return Err(Refusal::new(
                "DuplicateSubnetsInSameZone",
                format!("Found another VPC endpoint subnet in the availability zone of {id}"),
            ));
        }
        taken.push(subnet.zone_id.clone());
    }
    Ok(())
}

/// Across regions zones need not match, but some have no remote access (rule 21).
fn check_remote(call: &Call<'_>, zone_id: &str) -> Result<(), Refusal> {
    if !NO_REMOTE_ACCESS.contains(&zone_id) {
        return Ok(());
    }
    let zones = call.world.zones(&call.scope).into_iter();
    let supported: Vec<&str> = zones
        .map(|zone| zone.id)
        .filter(|id| !NO_REMOTE_ACCESS.contains(id))
        .collect();
    Err(Refusal::invalid_parameter(format!(
        "Only the following availability zones are supported for remote access: {}.",
        supported.join(", ")
    )))
}

/// The groups asked for, or the default group of the VPC.
pub(super) fn groups(
    call: &Call<'_>,
    vpc_id: &str,
    group_ids: &[String],
) -> Result<Vec<String>, Refusal> {
    if group_ids.is_empty() {
        let default = call
            .world
            .within::<SecurityGroup>(&call.scope)
            .find(|group| group.value().vpc_id == vpc_id && group.value().name == "default");
        return Ok(default.map(|group| group.id.clone()).into_iter().collect());
    }
    for id in group_ids {
        let group = call
            .find::<SecurityGroup>(id)
            .ok_or_else(|| group_not_found(id))?;
        if group.value().vpc_id != vpc_id {
            return Err(Refusal::invalid_parameter(format!(
                "The security group {id} does not belong to the VPC {vpc_id}"
            )));
        }
    }
    let most = call
        .world
        .quota(&call.scope.account, "security-groups-per-interface");
    if group_ids.len() > most {
        return Err(Refusal::new(
            "SecurityGroupsPerInterfaceLimitExceeded",
            "The maximum number of security groups per interface has been reached.",
        ));
    }
    Ok(group_ids.to_vec())
}

/// Makes the interfaces of an endpoint, one per subnet, in the order of the subnets.
pub(super) fn interfaces(
    call: &mut Call<'_>,
    endpoint_id: &str,
    subnets: &Subnets,
    group_ids: &[String],
) -> Result<Vec<String>, Refusal> {
    let owner = InterfaceOwner {
        interface_type: "vpc_endpoint".to_owned(),
        description: format!("VPC Endpoint Interface {endpoint_id}"),
        requester_id: REQUESTER.to_owned(),
        instance_owner_id: "amazon-aws".to_owned(),
    };
    let birth = call.birth();
    call.world
        .attach_interfaces(&birth, &owner, subnets, group_ids)
        .map_err(|subnet_id| {
            Refusal::new(
                "InsufficientFreeAddressesInSubnet",
                format!("The subnet {subnet_id} does not have enough free addresses"),
            )
        })
}
