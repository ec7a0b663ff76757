//! The fixed list of hops, in the order in which a diagnosis reports them, and what comes of a question.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

/// A place where a connection may end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Hop {
    /// Its name in answers.
    pub name: &'static str,
    /// What is judged there.
    pub meaning: &'static str,
}

/// Every hop from a client through an endpoint: an interface endpoint to what stands behind the load
/// balancer, or one of type Resource to what stands behind the gateway. The first broken one is the
/// answer. A hop that needs to know the target is passed over if none is known.
pub const HOPS: &[Hop] = &[
    hop(
        "name",
        "the name resolves in the client's VPC, to an address of a family that the client has: DNS \
         attributes, private DNS, public names",
    ),
    hop(
        "association",
        "the resource configuration's owner has not cut the endpoint off",
    ),
    hop(
        "client_group",
        "the client's security groups let the connection out",
    ),
    hop(
        "client_acl",
        "network ACLs of the client's and the endpoint's subnet, both ways",
    ),
    hop(
        "endpoint_group",
        "the security groups of the endpoint, or of the VPC's association with a service network, let the \
         client in",
    ),
    hop(
        "route",
        "a client of another VPC has a route to the endpoint",
    ),
    hop(
        "endpoint",
        "the endpoint's state: only `available` carries traffic",
    ),
    hop("service", "the endpoint service exists and is `Available`"),
    hop(
        "service_zone",
        "a load balancer of the service has a node in the endpoint's zone",
    ),
    hop("nlb", "the NLB is active"),
    hop(
        "nlb_group_in",
        "the NLB's groups let the client's private address in, where enforced",
    ),
    hop(
        "nlb_group_out",
        "the NLB's groups let its nodes out to the target's port",
    ),
    hop(
        "nlb_listener",
        "the NLB has a TCP or TLS listener on the port",
    ),
    hop(
        "target_group",
        "the listener forwards to a target group with a weight above 0",
    ),
    hop("target", "the group has a registered target"),
    hop(
        "target_zone",
        "a target is in the node's zone, or traffic may cross zones",
    ),
    hop(
        "target_acl",
        "network ACLs of the NLB's and the target's subnet, both ways",
    ),
    hop(
        "target_security_group",
        "the target's security groups let the NLB in",
    ),
    hop(
        "target_health",
        "the target is there; unhealthy ones get traffic if all are (fail-open)",
    ),
    hop(
        "alb_listener",
        "the ALB has a listener on the target's port",
    ),
    hop(
        "alb_rules",
        "a rule of the ALB takes the request; never broken here, see the note",
    ),
    hop(
        "gateway_zone",
        "the resource gateway and the endpoint have a zone in common",
    ),
    hop(
        "share",
        "the configuration is shared with the endpoint's account; needed when the endpoint is made, and \
         never broken here",
    ),
    hop(
        "configuration",
        "the resource configuration is active, and so is the child that is asked for",
    ),
    hop(
        "configuration_port",
        "the port is in the configuration's ranges",
    ),
    hop(
        "gateway",
        "the resource gateway is active, in the resource's VPC",
    ),
    hop(
        "gateway_dns",
        "the resource's name resolves the way that the gateway looks names up",
    ),
    hop(
        "gateway_group",
        "the gateway's security groups let it out to the resource",
    ),
    hop(
        "gateway_acl",
        "network ACLs of the gateway's and the resource's subnet, both ways",
    ),
    hop(
        "database_group",
        "the resource's security groups let the gateway, or a client of its own VPC, in",
    ),
    hop(
        "database",
        "the database is available on the port, at an address that is not public",
    ),
    hop("tls", "the certificate fits the name; not judged here"),
];

const fn hop(name: &'static str, meaning: &'static str) -> Hop {
    Hop { name, meaning }
}

/// What comes of a question.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reach {
    /// Whether the connection is made.
    pub reachable: bool,
    /// The hop where it ends, by its name in [`HOPS`].
    pub hop: Option<String>,
    /// Why it ends there.
    pub why: Option<String>,
    /// The source address that the target sees.
    pub target_saw: Option<IpAddr>,
    /// What looks like a break and is none, such as fail-open or an HTTP error behind the connection.
    pub note: Option<String>,
}

impl Reach {
    pub(super) fn arrived(arrived: Arrived) -> Self {
        Self {
            reachable: true,
            hop: None,
            why: None,
            target_saw: Some(arrived.target_saw),
            note: (!arrived.notes.is_empty()).then(|| arrived.notes.join("; ")),
        }
    }

    pub(super) fn broken(broken: Broken) -> Self {
        Self {
            reachable: false,
            hop: Some(broken.hop.to_owned()),
            why: Some(broken.why),
            target_saw: None,
            note: None,
        }
    }
}

/// A connection that was made.
#[derive(Debug)]
pub(super) struct Arrived {
    pub(super) target_saw: IpAddr,
    pub(super) notes: Vec<String>,
}

/// Where a connection ends and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Broken {
    pub(super) hop: &'static str,
    pub(super) why: String,
}

pub(super) type Way<T> = Result<T, Broken>;

/// The connection ends at a hop.
pub(super) fn broken(hop: &'static str, why: impl Into<String>) -> Broken {
    Broken {
        hop,
        why: why.into(),
    }
}

/// Goes on if `open`.
pub(super) fn pass(open: bool, hop: &'static str, why: impl FnOnce() -> String) -> Way<()> {
    if open {
        Ok(())
    } else {
        Err(broken(hop, why()))
    }
}
