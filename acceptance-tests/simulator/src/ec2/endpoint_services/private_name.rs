//! The private DNS name of a service: proved by a public TXT record, checked again and again.

use super::own;
use crate::ec2::events::Event;
use crate::ec2::limits;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::text;
use crate::world::private_link::{EndpointService, PrivateDnsName};
use crate::world::{self, World};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "StartVpcEndpointServicePrivateDnsVerification",
    limits: limits::ENDPOINT_SERVICE,
    run: start,
}];

/// AWS checks by itself at least this often.
const RECHECK_MS: u64 = 600_000;

const LETTERS: &str = "abcdefghijklmnopqrstuvwxyz0123456789";
const MIXED: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";

/// Refuses a name that cannot be one: lower case, labels up to 63, 255 in all, `*.` in front at most.
pub(super) fn check(name: &str) -> Result<(), Refusal> {
    let labels = name.strip_prefix("*.").unwrap_or(name);
    let fits = |label: &str| {
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '_';
        (1..=63).contains(&label.len()) && label.chars().all(plain)
    };
    if name.len() <= 255 && labels.contains('.') && labels.split('.').all(fits) {
        return Ok(());
    }
    Err(Refusal::invalid_parameter(format!(
        "The private DNS name '{name}' is not valid"
    )))
}

/// A name that is yet to be verified.
pub(super) fn new(world: &mut World, name: String) -> PrivateDnsName {
    PrivateDnsName {
        name,
        state: "pendingVerification".to_owned(),
        value: format!("vpce:{}", world.random.letters(MIXED, 20)),
        record: format!("_{}", world.random.letters(LETTERS, 20)),
    }
}

/// Lets AWS check the name of a service by itself from now on.
pub(super) fn watch(world: &mut World, service_id: &str) {
    let value = world
        .live::<EndpointService>(service_id)
        .and_then(|service| service.value().private_dns.as_ref())
        .map(|name| name.value.clone());
    if let Some(value) = value {
        let event = Event::PrivateNameChecked {
            service_id: service_id.to_owned(),
            value,
        };
        // Not a wait of a lifecycle: it comes at its time even where waits are zero.
        let at = world.now.plus_ms(RECHECK_MS);
        world.schedule.add(at, world::Event::Ec2(event));
    }
}

/// A check that AWS makes by itself, unless the name has been replaced meanwhile.
pub(in crate::ec2) fn recheck(world: &mut World, service_id: &str, value: &str) {
    let current = world
        .live::<EndpointService>(service_id)
        .and_then(|service| service.value().private_dns.as_ref())
        .is_some_and(|name| name.value == value);
    if current {
        look(world, service_id);
        watch(world, service_id);
    }
}

fn start(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("ServiceId")?;
    call.finish()?;
    if own(call, &id)?.value().private_dns.is_none() {
        return Err(Refusal::invalid_parameter(format!(
            "The service {id} does not have a private DNS name"
        )));
    }
    look(call.world, &id);
    Ok(vec![text("return", true)])
}

/// Looks the TXT record up: at its own name below the domain, or at the domain itself.
fn look(world: &mut World, service_id: &str) {
    let Some(name) = world
        .live::<EndpointService>(service_id)
        .and_then(|service| service.value().private_dns.clone())
    else {
        return;
    };
    let domain = name.name.strip_prefix("*.").unwrap_or(&name.name);
    let places = [format!("{}.{domain}", name.record), domain.to_owned()];
    let proved = places
        .iter()
        .filter_map(|place| world.dns.get(place))
        .any(|values| values.contains(&name.value));
    let state = if proved {
        "verified"
    } else {
        "pendingVerification"
    };
    if name.state != state {
        world.ripen::<EndpointService>(service_id, |service| {
            if let Some(name) = service.private_dns.as_mut() {
                state.clone_into(&mut name.state);
            }
        });
    }
}
