//! Address types of endpoints and of their DNS records: what fits the service, the subnets, each other.

use crate::engine::Call;
use crate::wire::{Parameters, Refusal};
use crate::world::network::Subnet;
use crate::world::private_link::EndpointService;

const TYPES: &[&str] = &["ipv4", "dualstack", "ipv6"];
const RECORD_TYPES: &[&str] = &["ipv4", "dualstack", "ipv6", "service-defined"];

/// `DnsOptions` of a call.
#[derive(Debug, Default)]
pub(super) struct DnsOptions {
    pub(super) record_type: Option<String>,
    pub(super) only_for_inbound_resolver: bool,
}

/// Takes `IpAddressType`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Option<String>, Refusal> {
    parameters.one_of("IpAddressType", TYPES)
}

/// Takes `DnsOptions`.
pub(super) fn read_dns(parameters: &mut Parameters) -> Result<DnsOptions, Refusal> {
    let options = parameters.structure("DnsOptions", |options| {
        if options.has("PrivateDnsPreference") || options.has("PrivateDnsSpecifiedDomain") {
            return Err(Refusal::invalid_parameter(
                "PrivateDnsPreference is only supported for Resource and ServiceNetwork type VPC \
                 Endpoints.",
            ));
        }
        let only = options.boolean("PrivateDnsOnlyForInboundResolverEndpoint")?;
        Ok(DnsOptions {
            record_type: options.one_of("DnsRecordIpType", RECORD_TYPES)?,
            only_for_inbound_resolver: only.unwrap_or_default(),
        })
    })?;
    Ok(options.unwrap_or_default())
}

/// Whether interfaces of an endpoint of that type have addresses of the family.
pub(super) fn has(address_type: &str, family: &str) -> bool {
    address_type == family || address_type == "dualstack"
}

/// Refuses a type whose families the service does not take.
pub(super) fn check_service(service: &EndpointService, address_type: &str) -> Result<(), Refusal> {
    let supported = |family: &str| service.address_types.iter().any(|one| one == family);
    let lacks = |family: &str| has(address_type, family) && !supported(family);
    if lacks("ipv4") || lacks("ipv6") {
        return Err(Refusal::invalid_parameter(format!(
            "The VPC endpoint service {} does not support the IP address type {address_type}.",
            service.name
        )));
    }
    Ok(())
}

/// Refuses a subnet without the families of the type. Whether IPv6 alone wants a subnet of IPv6 alone is
/// a doubt.
pub(super) fn check_subnet(
    call: &Call<'_>,
    (id, subnet): (&str, &Subnet),
    address_type: &str,
) -> Result<(), Refusal> {
    let alone = call.world.doubts.is("ipv6-endpoint-subnets", "ipv6-only");
    let lacks_ipv4 = has(address_type, "ipv4") && subnet.cidr.is_none();
    let lacks_ipv6 = has(address_type, "ipv6") && subnet.ipv6.is_none();
    let too_much = address_type == "ipv6" && subnet.cidr.is_some() && alone;
    if lacks_ipv4 || lacks_ipv6 || too_much {
        return Err(Refusal::invalid_parameter(format!(
            "The IP address type {address_type} is not supported by the subnet {id}."
        )));
    }
    Ok(())
}

/// The type of the DNS records: the one asked for, if it fits the address type, else the default.
pub(super) fn record_type(
    call: &Call<'_>,
    address_type: &str,
    wanted: Option<&str>,
) -> Result<String, Refusal> {
    let Some(wanted) = wanted else {
        return Ok(match address_type {
            "dualstack" => call
                .world
                .doubts
                .reading("dualstack-record-type")
                .to_owned(),
            other => other.to_owned(),
        });
    };
    if fits(address_type, wanted) {
        return Ok(wanted.to_owned());
    }
    Err(Refusal::invalid_parameter(format!(
        "The DNS record IP type {wanted} is not supported for the IP address type {address_type}."
    )))
}

/// The type of the DNS records after a change of either. What becomes of one that no longer fits is a
/// doubt.
pub(super) fn record_type_after(
    call: &Call<'_>,
    address_type: &str,
    (present, wanted): (&str, Option<&str>),
) -> Result<String, Refusal> {
    let follows = call.world.doubts.is("record-type-left-behind", "follows");
    if wanted.is_none() && !fits(address_type, present) && follows {
        return record_type(call, address_type, None);
    }
    record_type(call, address_type, Some(wanted.unwrap_or(present)))
}

fn fits(address_type: &str, record_type: &str) -> bool {
    match record_type {
        "ipv4" | "ipv6" => has(address_type, record_type),
        _ => address_type == "dualstack",
    }
}
