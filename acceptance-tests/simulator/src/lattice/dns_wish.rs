//! `dnsOptions` of a VPC in a service network: for which domains it wants private zones.

use serde_json::{Value, json};

use super::refusals::invalid;
use crate::wire::{Parameters, Refusal};
use crate::world::service_network::DnsWish;

const PREFERENCES: &[&str] = &[
    "VERIFIED_DOMAINS_ONLY",
    "ALL_DOMAINS",
    "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS",
    "SPECIFIED_DOMAINS_ONLY",
];

/// Source: the service model, `PrivateDnsSpecifiedDomainsList`.
const DOMAINS_MAX: usize = 10;

/// Takes `dnsOptions`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Option<DnsWish>, Refusal> {
    parameters.structure("dnsOptions", |options| {
        let preference = options.one_of("privateDnsPreference", PREFERENCES)?;
        let preference = preference.unwrap_or_else(|| "VERIFIED_DOMAINS_ONLY".to_owned());
        let domains = options.list("privateDnsSpecifiedDomains")?;
        let specified = preference.contains("SPECIFIED");
        if specified == domains.is_empty() || domains.len() > DOMAINS_MAX {
            let message = format!(
                "1 to {DOMAINS_MAX} domains go with the preferences of specified domains, and \
                 with no other"
            );
            return Err(invalid("privateDnsSpecifiedDomains", message));
        }
        Ok(DnsWish {
            preference,
            domains,
        })
    })
}

/// What is in force: private DNS has a preference, the verified domains unless another was given.
pub(super) fn settled(
    private_dns: bool,
    wish: Option<DnsWish>,
) -> Result<Option<DnsWish>, Refusal> {
    match (private_dns, wish) {
        (false, Some(_)) => Err(invalid(
            "dnsOptions",
            "DNS options are only supported when private DNS is enabled",
        )),
        (false, None) => Ok(None),
        (true, wish) => Ok(Some(wish.unwrap_or_else(|| DnsWish {
            preference: "VERIFIED_DOMAINS_ONLY".to_owned(),
            domains: Vec::new(),
        }))),
    }
}

/// Puts `dnsOptions` into an answer.
pub(super) fn show(body: &mut Value, wish: Option<&DnsWish>) {
    if let (Some(wish), Some(body)) = (wish, body.as_object_mut()) {
        let mut options = json!({ "privateDnsPreference": wish.preference });
        if let (false, Some(options)) = (wish.domains.is_empty(), options.as_object_mut()) {
            let domains = json!(wish.domains);
            options.insert("privateDnsSpecifiedDomains".to_owned(), domains);
        }
        body.insert("dnsOptions".to_owned(), options);
    }
}
