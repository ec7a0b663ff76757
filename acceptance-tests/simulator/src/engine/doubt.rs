//! Doubts: facts of AWS that no source settles, each a switch with all its readings.
//! A client must live with every reading.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::random::hash;

/// A fact nobody is sure of. The first reading is the default.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Doubt {
    /// Name of the switch.
    pub name: &'static str,
    /// All readings; the first is the default.
    pub readings: &'static [&'static str],
    /// The question.
    pub claim: &'static str,
    /// What is known, and from where.
    pub source: &'static str,
}

/// Every doubt of the simulator.
pub const DOUBTS: &[Doubt] = &[
    Doubt {
        name: "owner-needs-permission",
        readings: &["yes", "no"],
        claim: "The owner's own account needs a permission entry to connect to its service.",
        source: "The guide is silent; clients always add an entry for the own account.",
    },
    Doubt {
        name: "lattice-shareable-default",
        readings: &["true", "false"],
        claim: "Unless it is said, a resource configuration may be associated with shareable networks.",
        source: "The service model says false; three replies to calls that leave it out show true.",
    },
    Doubt {
        name: "network-shareable-default",
        readings: &["true", "false"],
        claim: "Unless it is said, a service network is enabled for sharing.",
        source: "The model gives no default; a transcript of a create that leaves it out shows true.",
    },
    Doubt {
        name: "shared-into-shareable",
        readings: &["allowed", "refused"],
        claim: "A configuration of another account that allows it goes into networks enabled for sharing.",
        source: "The guide asks for the configuration's flag alone; a report failed until the network \
                 was made without sharing.",
    },
    Doubt {
        name: "unverified-domain",
        readings: &["accepted", "refused"],
        claim: "A resource configuration can name a domain verification that is still pending.",
        source: "The model speaks of a verified domain, and answers have a status for pending ones.",
    },
    Doubt {
        name: "used-verification-delete",
        readings: &["allowed", "refused"],
        claim: "A domain verification can be deleted while resource configurations name it.",
        source: "The model has no ConflictException for it; the guide is silent.",
    },
    Doubt {
        name: "domain-verification-patience",
        readings: &["72-hours", "24-hours"],
        claim: "A domain verification times out when its TXT record is not seen for so long.",
        source: "The status is in the model, the time is not; other services of AWS wait 72 hours.",
    },
    Doubt {
        name: "lost-domain-status",
        readings: &["PENDING", "VERIFICATION_TIMED_OUT"],
        claim: "The status of a verified domain whose TXT record is gone.",
        source: "The guide says that the verification is lost, the model has no status of its own for it.",
    },
    Doubt {
        name: "unnamed-network-resources",
        readings: &["refused", "all"],
        claim: "ListServiceNetworkResourceAssociations needs a network or a configuration.",
        source: "The model says so of the list of VPCs, and nothing here.",
    },
    Doubt {
        name: "network-not-found-code",
        readings: &["InvalidServiceNetworkArn.NotFound", "InvalidParameter"],
        claim: "Code of CreateVpcEndpoint for a service network that is absent or not shared.",
        source: "EC2's error list has such a code for resource configurations alone.",
    },
    Doubt {
        name: "arn-problems",
        readings: &["refused", "create-failed"],
        claim: "A database that is absent, public or in another VPC is refused when a configuration of type \
                ARN is made, or the configuration fails later.",
        source: "The answer has room for a failureReason; no page says when it is used.",
    },
    Doubt {
        name: "arn-children",
        readings: &["endpoints-and-instances", "endpoints"],
        claim: "A configuration of type ARN for a cluster has children for its instances too.",
        source: "A report of 2025 shows children for writer and reader; its cluster had one instance.",
    },
    Doubt {
        name: "arn-names-verified",
        readings: &["yes", "no"],
        claim: "Names of databases behind configurations of type ARN count as verified domains.",
        source: "A report of 2025 reaches them under the default preference; no page says so.",
    },
    Doubt {
        name: "arn-private-dns",
        readings: &["asked-for", "implied"],
        claim: "An endpoint to a configuration of type ARN makes private zones only if it was asked to.",
        source: "The guide calls private DNS implied for such configurations, reports turn it on.",
    },
    Doubt {
        name: "spent-token",
        readings: &["replays", "makes-new"],
        claim: "A client token whose object was deleted answers the dead object, or makes a new one.",
        source: "The EC2 idempotency page promises the first result again and sets no end to it.",
    },
    Doubt {
        name: "accept-after-reject",
        readings: &["refused", "allowed"],
        claim: "A rejected endpoint connection can be accepted again.",
        source: "Console wording of the guide against endpoint states that read as final.",
    },
    Doubt {
        name: "endpoint-not-found-code",
        readings: &[
            "InvalidVpcEndpointId.NotFound",
            "InvalidVpcEndpoint.NotFound",
        ],
        claim: "Code for an endpoint that does not exist.",
        source: "Both are in EC2's error list and in reports.",
    },
    Doubt {
        name: "service-not-found-code",
        readings: &[
            "InvalidVpcEndpointServiceId.NotFound",
            "InvalidVpcEndpointService.NotFound",
        ],
        claim: "Code for an endpoint service that does not exist.",
        source: "Both are in reports.",
    },
    Doubt {
        name: "endpoint-state-case",
        readings: &["camel", "pascal"],
        claim: "Interface endpoints say `available` or, as the model's enum has it, `Available`.",
        source: "Samples say camelCase, botocore's State enum is PascalCase.",
    },
    Doubt {
        name: "service-create-state",
        readings: &["Available", "Pending"],
        claim: "State in the answer to CreateVpcEndpointServiceConfiguration.",
        source: "The CLI example shows Available; clients wait for Pending to end.",
    },
    Doubt {
        name: "balancer-held-after-service",
        readings: &["a-minute", "not-at-all", "five-minutes"],
        claim: "How long DeleteLoadBalancer answers ResourceInUse after the service is gone.",
        source: "Reports of retries of about a minute; no page gives a time.",
    },
    Doubt {
        name: "accept-available",
        readings: &["unsuccessful", "silent"],
        claim: "Accepting a connection that is available is an `unsuccessful` item.",
        source: "Undocumented.",
    },
    Doubt {
        name: "reject-pending",
        readings: &["allowed", "refused"],
        claim: "A connection that was accepted and is still pending can be rejected.",
        source: "The guide names pendingAcceptance and available only.",
    },
    Doubt {
        name: "endpoint-interfaces-appear",
        readings: &["at-once", "when-available"],
        claim: "An endpoint lists its interfaces from its creation on, or when it is available.",
        source: "CLI samples list them at once; reports say that they may fill in later.",
    },
    Doubt {
        name: "deleting-blocks-service",
        readings: &["no", "yes"],
        claim: "Connections in state `deleting` block the deletion of their service.",
        source: "The guide names available and pendingAcceptance only.",
    },
    Doubt {
        name: "permission-again",
        readings: &["silent", "refused"],
        claim: "Adding a principal that is already allowed succeeds and adds nothing.",
        source: "Undocumented.",
    },
    Doubt {
        name: "unknown-service-on-delete",
        readings: &["item", "call"],
        claim: "An unknown id fails its item or the whole DeleteVpcEndpointServiceConfigurations.",
        source: "The answer has room for items; the behaviour is undocumented.",
    },
    Doubt {
        name: "modify-while-pending",
        readings: &["refused", "allowed"],
        claim: "ModifyVpcEndpoint on an endpoint that is still pending fails with IncorrectState.",
        source: "Clients wait between steps; no page says what happens otherwise.",
    },
    Doubt {
        name: "weighted-alb-groups",
        readings: &["accepted", "refused"],
        claim: "A listener of an NLB can forward to several target groups of type alb with weights.",
        source: "The guide has weighted groups for NLBs and says nothing of type alb.",
    },
    Doubt {
        name: "missing-target-group-delete",
        readings: &["success", "TargetGroupNotFound"],
        claim: "DeleteTargetGroup of a group that does not exist succeeds.",
        source: "The model lists ResourceInUse as its only error.",
    },
    Doubt {
        name: "elb-throttling-code",
        readings: &["Throttling", "ThrottlingException"],
        claim: "Code that ELB sends to a call over its limits.",
        source: "The API reference and the clients know both.",
    },
    Doubt {
        name: "alb-target-must-be-active",
        readings: &["no", "yes"],
        claim: "An ALB must be active before it can be registered as a target.",
        source: "Undocumented; the guide asks for a listener on the port only.",
    },
    Doubt {
        name: "tcp-group-check",
        readings: &["changeable", "frozen"],
        claim: "Health check protocol, interval and timeout of a TCP target group can be changed.",
        source: "Frozen once, changeable in newer accounts by reports since 2022.",
    },
    Doubt {
        name: "draining-alb-delete",
        readings: &["allowed", "refused"],
        claim: "An ALB can be deleted while it drains from a target group.",
        source: "The guide says to deregister it first, not whether the draining must end.",
    },
    Doubt {
        name: "enforcement-not-given",
        readings: &["kept", "on"],
        claim: "SetSecurityGroups without the enforcement switch keeps it or turns it on.",
        source: "The reference says the default is on, not of which moment.",
    },
    Doubt {
        name: "zone-removal-blocked-by",
        readings: &["service", "endpoints"],
        claim: "SetSubnets can't remove a zone while a service has the NLB, or only while endpoints are \
                connected to it.",
        source: "A reported error names the service, the guide names endpoint associations.",
    },
    Doubt {
        name: "alb-group-listener-code",
        readings: &["InvalidConfigurationRequest", "IncompatibleProtocols"],
        claim: "Code for a listener that is not TCP and forwards to a target group of type alb.",
        source: "CreateTargetGroup's code is reported, CreateListener's is not.",
    },
    Doubt {
        name: "alb-group-attributes",
        readings: &["reduced", "usual"],
        claim: "DescribeTargetGroupAttributes of a group of type alb shows few attributes or the usual.",
        source: "The guide says that they can't be changed, not which are shown.",
    },
    Doubt {
        name: "first-healthy-after",
        readings: &["threshold", "one-check"],
        claim: "A new target is healthy after as many passed checks as the threshold, or after one.",
        source: "The ALB guide says one check, the NLB guide speaks of the threshold only.",
    },
    Doubt {
        name: "weight-zero-group",
        readings: &["checked", "unused"],
        claim: "Targets of a group that gets no new connections (weight 0) are checked all the same.",
        source: "Undocumented for NLBs.",
    },
    Doubt {
        name: "listener-of-alb-target",
        readings: &["unhealthy", "ResourceInUse"],
        claim: "Deleting the listener that an ALB is registered on succeeds and fails its checks.",
        source: "ResourceInUse is in DeleteListener's model, without a condition.",
    },
    Doubt {
        name: "expired-session-code",
        readings: &["RequestExpired", "ExpiredToken"],
        claim: "What EC2 says to expired session credentials (query services: ExpiredToken).",
        source: "EC2's error list has RequestExpired; the SDKs know both.",
    },
    Doubt {
        name: "ipv6-egress-of-groups",
        readings: &["added", "not-added"],
        claim: "A security group made in a VPC with IPv6, and the default group of a VPC that gets it, \
                have an outbound rule to ::/0.",
        source: "Clients revoke such a rule after a create where it is there; no page promises it.",
    },
    Doubt {
        name: "no-ipv6-subnet-code",
        readings: &["InvalidSubnet", "ValidationError"],
        claim: "Code of SetIpAddressType where a subnet has no IPv6 block.",
        source: "The model lists InvalidSubnet; CreateLoadBalancer is reported to say ValidationError.",
    },
    Doubt {
        name: "balancer-back-to-ipv4",
        readings: &["refused", "allowed"],
        claim: "An NLB stays dualstack while a service of it supports IPv6.",
        source: "The guide asks for dualstack when IPv6 is turned on, and is silent about later.",
    },
    Doubt {
        name: "address-type-in-use",
        readings: &["refused", "allowed"],
        claim: "A service keeps an address type while endpoints of that type are connected.",
        source: "Undocumented.",
    },
    Doubt {
        name: "ipv6-endpoint-subnets",
        readings: &["ipv6-only", "any-with-ipv6"],
        claim: "An endpoint of type ipv6 stands in subnets of IPv6 only.",
        source: "The guide says so; vendors' instructions ask for an IPv6 block only.",
    },
    Doubt {
        name: "dualstack-record-type",
        readings: &["dualstack", "ipv4", "service-defined"],
        claim: "DNS records of a dualstack endpoint that was not told which.",
        source: "The guide lists what is possible and no default.",
    },
    Doubt {
        name: "record-type-left-behind",
        readings: &["follows", "refused"],
        claim: "The DNS record type follows where the address type is changed to one it does not fit.",
        source: "Undocumented.",
    },
    Doubt {
        name: "fixed-address-codes",
        readings: &["of-interfaces", "InvalidParameter"],
        claim: "An address that SubnetConfiguration can't have is refused with the codes of interfaces.",
        source: "CreateNetworkInterface's codes are known, CreateVpcEndpoint's are not.",
    },
    Doubt {
        name: "notification-again",
        readings: &["allowed", "refused"],
        claim: "A service can have two connection notifications with the same topic.",
        source: "Undocumented.",
    },
    Doubt {
        name: "unknown-notification-on-delete",
        readings: &["item", "call"],
        claim: "An unknown id fails its item or all of DeleteVpcEndpointConnectionNotifications.",
        source: "The answer has room for items; clients look for the code on the call.",
    },
    Doubt {
        name: "notifications-of-the-gone",
        readings: &["gone-too", "left-behind"],
        claim: "Connection notifications go with the service or endpoint that they are about.",
        source: "Undocumented.",
    },
    Doubt {
        name: "disabled-region-code",
        readings: &["OptInRequired", "unknown-key"],
        claim: "A call to a region that the account has not enabled fails with OptInRequired, or as one \
                with an unknown key (EC2: AuthFailure, query services: InvalidClientTokenId).",
        source: "EC2's error list has OptInRequired; reports from such regions show AuthFailure.",
    },
];

/// The readings in force.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Doubts {
    chosen: BTreeMap<&'static str, &'static str>,
}

/// A doubt or a reading that does not exist.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DoubtError {
    /// No doubt has this name.
    #[error("there is no doubt `{0}`; the names are in GET /_simulator/doubts")]
    UnknownName(String),
    /// The doubt has no such reading.
    #[error("doubt `{name}` has no reading `{reading}`; it has {readings}")]
    UnknownReading {
        /// Name of the doubt.
        name: String,
        /// What was asked for.
        reading: String,
        /// What there is.
        readings: String,
    },
    /// Not `NAME=READING`.
    #[error("`{0}` is neither a seed nor NAME=READING")]
    Malformed(String),
}

impl Doubts {
    /// Sets one reading.
    pub(crate) fn choose(&mut self, name: &str, reading: &str) -> Result<(), DoubtError> {
        let doubt = DOUBTS
            .iter()
            .find(|doubt| doubt.name == name)
            .ok_or_else(|| DoubtError::UnknownName(name.to_owned()))?;
        let reading = doubt
            .readings
            .iter()
            .find(|known| **known == reading)
            .ok_or_else(|| DoubtError::UnknownReading {
                name: name.to_owned(),
                reading: reading.to_owned(),
                readings: doubt.readings.join(", "),
            })?;
        self.chosen.insert(doubt.name, reading);
        Ok(())
    }

    /// Draws every reading from a seed.
    pub(crate) fn draw(seed: u64) -> Self {
        let mut doubts = Self::default();
        for doubt in DOUBTS {
            let count = u64::try_from(doubt.readings.len()).unwrap_or(1).max(1);
            let index = usize::try_from(hash(seed, &[doubt.name]) % count).unwrap_or(0);
            if let Some(reading) = doubt.readings.get(index) {
                doubts.chosen.insert(doubt.name, reading);
            }
        }
        doubts
    }

    /// The reading of a doubt: the chosen one, else the default.
    pub(crate) fn reading(&self, name: &str) -> &'static str {
        let default = || {
            DOUBTS
                .iter()
                .find(|doubt| doubt.name == name)?
                .readings
                .first()
                .copied()
        };
        self.chosen
            .get(name)
            .copied()
            .or_else(default)
            .unwrap_or_default()
    }

    /// Whether that reading is in force.
    pub(crate) fn is(&self, name: &str, reading: &str) -> bool {
        self.reading(name) == reading
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_reading_holds_until_another_is_chosen() {
        let mut doubts = Doubts::default();
        assert!(doubts.is("spent-token", "replays"));
        doubts.choose("spent-token", "makes-new").unwrap();
        assert!(doubts.is("spent-token", "makes-new"));
        assert!(
            doubts
                .choose("spent-token", "x")
                .unwrap_err()
                .to_string()
                .contains("replays")
        );
        assert!(doubts.choose("x", "y").is_err());
    }

    #[test]
    fn a_seed_draws_the_same_readings_again_and_seeds_differ() {
        assert_eq!(Doubts::draw(3), Doubts::draw(3));
        assert!((0..8).any(|seed| Doubts::draw(seed) != Doubts::draw(3)));
    }
}
