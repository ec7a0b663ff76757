//! Address types of services: `ipv4`, `ipv6` or both. IPv6 needs load balancers that are dualstack.

use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::World;
use crate::world::load_balancing::LoadBalancer;
use crate::world::private_link::{Endpoint, EndpointService};

const TYPES: &[&str] = &["ipv4", "ipv6"];

/// Refuses words that are no address type of a service.
pub(super) fn check_words(types: &[String]) -> Result<(), Refusal> {
    match types.iter().find(|word| !TYPES.contains(&word.as_str())) {
        None => Ok(()),
        Some(word) => Err(Refusal::invalid_parameter(format!(
            "The IP address type {word} is not valid. Valid values are: {}",
            TYPES.join(", ")
        ))),
    }
}

/// The types of a new service: those that were named, each once, else IPv4.
pub(super) fn of_new(named: &[String]) -> Vec<String> {
    if named.is_empty() {
        return vec!["ipv4".to_owned()];
    }
    sorted(|word| named.iter().any(|one| one == word))
}

/// The types of a service after some are added and taken away.
pub(super) fn changed(
    call: &Call<'_>,
    (id, service): (&str, &EndpointService),
    add: &[String],
    remove: &[String],
) -> Result<Vec<String>, Refusal> {
    let has = |list: &[String], word: &str| list.iter().any(|one| one == word);
    let kept = |word: &str| {
        let there = has(&service.address_types, word) || has(add, word);
        there && !has(remove, word)
    };
    let types = sorted(kept);
    if types.is_empty() {
        return Err(Refusal::invalid_parameter(
            "The service must support at least one IP address type",
        ));
    }
    let refused = call.world.doubts.is("address-type-in-use", "refused");
    for word in remove.iter().filter(|_| refused) {
        let used = call.world.all::<Endpoint>().any(|endpoint| {
            let endpoint = endpoint.value();
            endpoint.service_id == id && endpoint.is_connected() && endpoint.uses_family(word)
        });
        if used {
            return Err(Refusal::invalid_parameter(format!(
                "The IP address type {word} can't be removed while endpoints of this type are \
                 connected to the service"
            )));
        }
    }
    Ok(types)
}

/// Refuses load balancers that don't carry what the service supports.
pub(super) fn check_balancers(
    call: &Call<'_>,
    types: &[String],
    arns: &[String],
) -> Result<(), Refusal> {
    if !types.iter().any(|word| word == "ipv6") {
        return Ok(());
    }
    let narrow = arns.iter().find(|arn| {
        let balancer = call.world.live::<LoadBalancer>(arn);
        balancer.is_some_and(|balancer| balancer.value().address_type != "dualstack")
    });
    match narrow {
        None => Ok(()),
        Some(arn) => Err(Refusal::invalid_parameter(format!(
            "The load balancer {arn} must use the dualstack IP address type for the service to \
             support IPv6"
        ))),
    }
}

/// Whether a service of the load balancer supports IPv6.
pub(crate) fn serves_ipv6(world: &World, arn: &str) -> bool {
    world.all::<EndpointService>().any(|service| {
        let service = service.value();
        let has = |list: &[String], word: &str| list.iter().any(|one| one == word);
        has(&service.load_balancer_arns, arn) && has(&service.address_types, "ipv6")
    })
}

fn sorted(wanted: impl Fn(&str) -> bool) -> Vec<String> {
    let words = TYPES.iter().filter(|word| wanted(word));
    words.map(|word| (*word).to_owned()).collect()
}
