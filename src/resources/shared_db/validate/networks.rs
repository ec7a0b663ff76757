//! What is wrong about how a consumer is connected: by endpoints of its own, or through a service network.

use super::super::addresses::Way;
use super::super::model::{ENDPOINT, NETWORK, SharedConsumer};
use crate::aws::{Arn, id_of};
use crate::protocol::{Diagnostics, Path};
use crate::resources::checks;
use crate::resources::text::is_id;

/// Everything about it.
pub(super) fn check(consumer: &SharedConsumer, path: &Path, found: &mut Diagnostics) {
    let via = path.clone().attribute("via");
    checks::one_of(&consumer.via, &[ENDPOINT, NETWORK], via, found);
    match consumer.way() {
        Some(Way::Endpoint) => check_by_endpoint(consumer, path, found),
        Some(Way::Network) => check_by_network(consumer, path, found),
        None => {}
    }
}

fn check_by_endpoint(consumer: &SharedConsumer, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    if consumer.subnet_ids.is_null() {
        let detail = "The endpoints need subnets. Give them, or say via = \"service_network\" for a VPC \
                      that is in one.";
        found.error_at(at("subnet_ids"), "In which subnets?", detail);
    }
    if !consumer.service_network_id.is_null() {
        let detail = "Endpoints lead to what is shared by themselves. Remove the line, or say via = \
                      \"service_network\".";
        let title = "A service network without a use";
        found.error_at(at("service_network_id"), title, detail);
    }
}

fn check_by_network(consumer: &SharedConsumer, path: &Path, found: &mut Diagnostics) {
    let at = |name: &str| path.clone().attribute(name);
    if consumer.service_network_id.is_null() {
        let detail = "Give the id or the ARN of the service network that the VPC is in.";
        let title = "Through which service network?";
        found.error_at(at("service_network_id"), title, detail);
    }
    let written = consumer.service_network_id.as_str();
    if let Some(text) = written.filter(|text| !is_network(text)) {
        let detail = format!(
            "{text:?} is neither an id of the form sn-… nor \
             arn:aws:vpc-lattice:REGION:ACCOUNT:servicenetwork/sn-…."
        );
        found.error_at(at("service_network_id"), "Not a service network", detail);
    }
    let domains = &consumer.private_dns_specified_domains;
    for (is_given, name) in [
        (!consumer.subnet_ids.is_null(), "subnet_ids"),
        (!consumer.allow_from.is_null(), "allow_from"),
        (!consumer.security_group_ids.is_null(), "security_group_ids"),
        (
            !consumer.private_dns_preference.is_null(),
            "private_dns_preference",
        ),
        (!domains.is_null(), "private_dns_specified_domains"),
    ] {
        if is_given {
            let detail = "The way from the VPC into its service network is there already, with its own \
                          subnets, security groups and DNS options, and nothing of it is changed. \
                          Remove the line, or via.";
            found.error_at(at(name), "A setting of endpoints", detail);
        }
    }
}

fn is_network(text: &str) -> bool {
    let of_arn =
        |arn: &Arn| arn.service == "vpc-lattice" && arn.resource.starts_with("servicenetwork/");
    let by_arn = || text.parse().is_ok_and(|arn: Arn| of_arn(&arn));
    is_id(id_of(text), "sn-") && (id_of(text) == text || by_arn())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn networks_are_told_by_id_or_by_arn() {
        let arn = |resource: &str| format!("arn:aws:vpc-lattice:eu-west-1:222222222222:{resource}");
        assert!(is_network("sn-0a1b") && is_network(&arn("servicenetwork/sn-0a1b")));
        for wrong in ["vpc-0a1b", "sn-", "x/sn-0a1b", &arn("service/sn-0a1b")] {
            assert!(!is_network(wrong), "{wrong}");
        }
    }
}
