//! What users write, and what they can read.

use crate::protocol::model::model;
use crate::protocol::{Field, Map, Set};
use crate::resources::admission::{AllowFrom, ClientRule};
use crate::resources::common::{ComponentRow, Timeouts, common_values};

model! {
    /// Makes an application load balancer reachable from other accounts and VPCs through
    /// PrivateLink: a network load balancer in front of it, an endpoint service, the permissions,
    /// the consumers' interface endpoints, their acceptance, and the security groups on both sides.
    /// CIDRs may overlap.
    pub struct AlbBridge {
        /// Name of the bridge: lower-case letters, digits and single hyphens, 3 to 24 characters.
        /// It is in the names of all objects and, with account and region, the identity by which a
        /// lost or half-built bridge is found again. Another name is another bridge.
        pub name: String => required().replaces(),
        /// Key of the provider's `accounts` for the owner's side. Default: the account of
        /// `alb_arn`.
        pub account: String => optional(),
        /// Region of the owner's side. Default: the region of `alb_arn`. Once made, another region
        /// is another bridge.
        pub region: String => optional().computed().replaces(),
        /// ARN of the application load balancer. Take it from the ALB's listener
        /// (`aws_lb_listener.https.load_balancer_arn`), not from the ALB itself, so that Terraform
        /// makes the listener first.
        pub alb_arn: String => required(),
        /// The ports to offer, by names of your own: at most 16 lower-case letters, digits and
        /// single hyphens. A listener is recognised by its port: renaming its key changes tags
        /// only.
        pub listeners: Map<BridgeListener> => required(),
        /// Subnets of the network load balancer, one for each zone. Default: the ALB's own when the
        /// bridge is made; they are kept afterwards. Zones are added in place; what it takes to
        /// lose one is said at `replace_nlb`.
        pub subnet_ids: Set<String> => optional().computed(),
        /// Whether another network load balancer may be made behind the service where AWS does not let
        /// the present one be changed, as when a subnet is taken away: `never`, or `interrupt`, which
        /// makes the endpoints of all `consumers` anew, with other ids and DNS names. With nobody
        /// connected it is done unasked. Until it is over two stand before the ALB, which is as many as
        /// AWS takes: an ALB that something else's is before has no room for it.
        pub replace_nlb: String => optional().computed().default("never"),
        /// `ipv4`, or `dualstack`: endpoints may then have IPv6 addresses too. The subnets of the
        /// network load balancer must have both families. The ALB is always reached by IPv4.
        pub ip_address_type: String => optional().computed().default("ipv4"),
        /// Security groups for the network load balancer, in place of the one that is made
        /// otherwise. Nothing in them is changed: they must let out what goes to the ALB. Excludes
        /// `client_cidr_blocks`.
        pub security_group_ids: Set<String> => optional(),
        /// Whether the network load balancer sends connections to the ALB's addresses in other
        /// zones. AWS charges what crosses zones; without it a consumer in a zone where the ALB does
        /// not stand gets through nowhere.
        pub cross_zone_load_balancing: bool => optional().computed().default(true),
        /// Whether AWS refuses to delete the network load balancer. While it is set, so does
        /// `destroy`, before it touches anything.
        pub deletion_protection: bool => optional().computed().default(false),
        /// Seconds until an idle connection is dropped by the network load balancer, 60 to 6000.
        /// Default: AWS's, 350. The endpoint drops it after 350 seconds whatever is said here, and
        /// consumers in other regions rule another value out.
        pub tcp_idle_timeout_seconds: i64 => optional(),
        /// Whether an apply waits until the ALB is healthy in the eyes of the network load balancer.
        /// Otherwise an unhealthy ALB is a warning.
        pub wait_for_healthy_targets: bool => optional().computed().default(false),
        /// Security groups of the ALB that get an inbound rule for the network load balancer. The
        /// ALB never sees its consumers' addresses, only the network load balancer's. The rules are
        /// the bridge's own; nothing else in these groups is touched. Leave it out only if you
        /// write these rules yourself: without them nobody gets through.
        pub alb_security_group_ids: Set<String> => optional(),
        /// Whether the inbound rules of the network load balancer's group are asked for connections
        /// that come through PrivateLink: `on` or `off`. When on, AWS compares them with the
        /// client's own address inside the consumer's VPC.
        pub enforce_security_group_inbound_rules_on_private_link_traffic: String
            => optional().computed().default("off"),
        /// With enforcement on: the addresses of clients that may come in. Default: the CIDRs of
        /// the consumers' VPCs, read anew when a consumer comes or goes.
        pub client_cidr_blocks: Set<String> => optional().computed(),
        /// Whether connections must be accepted. The bridge accepts those of its own `consumers`
        /// and no others.
        pub acceptance_required: bool => optional().computed().default(true),
        /// Accounts whose pending connections are accepted at every apply. They must be allowed as
        /// well, by `allowed_accounts` or `allowed_principals`; a plan warns of those that are not.
        pub accepted_accounts: Set<String> => optional(),
        /// Endpoints (`vpce-…`) whose pending connections are accepted at every apply. Their
        /// accounts must be allowed as well.
        pub accepted_endpoint_ids: Set<String> => optional(),
        /// Accounts that may connect beside those of `consumers` and the owner's own.
        pub allowed_accounts: Set<String> => optional(),
        /// Who else may connect: ARNs of accounts' roots, roles and users, or `*` for everybody,
        /// which needs `acceptance_required`.
        pub allowed_principals: Set<String> => optional(),
        /// Whether principals that are not this bridge's are taken off the list. Otherwise they are
        /// left alone, and a warning names them.
        pub exclusive_principals: bool => optional().computed().default(false),
        /// Whether those who are taken out of this configuration lose their connections: accounts
        /// that nothing else allows, and regions. AWS lets them stay connected otherwise.
        pub reject_on_revoke: bool => optional().computed().default(true),
        /// Whether `destroy` rejects connections that are not this bridge's. Otherwise it fails and
        /// names them.
        pub force_delete: bool => optional().computed().default(false),
        /// Regions from which the service can be reached, its own among them. Default: its own and
        /// those of `consumers`.
        pub supported_regions: Set<String> => optional().computed(),
        /// An SNS topic to which AWS sends events of the service's connections.
        pub notifications: Notifications => optional(),
        /// Who connects, by names of your own. A consumer is recognised by account, region and VPC:
        /// renaming its key changes tags only. Keys have 1 to 40 letters, digits, hyphens and
        /// underscores. Misspelled arguments in here are dropped by Terraform itself, unnoticed.
        pub consumers: Map<BridgeConsumer> => optional(),
        /// Whether what was changed outside Terraform is mended. If not, a plan that has nothing else
        /// to do leaves it as it is; an apply that has, mends it too.
        pub heal: bool => optional().computed().default(true),
        /// What becomes of a consumer whose account the provider block no longer leads to, once it is
        /// taken out: `error` asks for the account's entry back, `reject` cuts its connection from the
        /// owner's side and forgets its objects.
        pub on_unreachable: String => optional().computed().default("error"),
        /// Tags for all objects of the bridge, in every account. Keys must not begin with `aws:` or
        /// `privatelink:`.
        pub tags: Map<String> => optional(),
        /// How long operations may take, such as `30m` or `1h30m`. Queueing for AWS's rate limits
        /// does not count.
        pub timeouts: Timeouts => optional(),
        /// Id of the endpoint service, the same as `service_id`; the import id.
        pub id: String => computed(),
        /// Account of the owner's side.
        pub account_id: String => computed().replaces(),
        /// `tags` together with the provider's `default_tags`.
        pub tags_all: Map<String> => computed(),
        /// ARN of the network load balancer.
        pub nlb_arn: String => computed(),
        /// DNS name of the network load balancer, for clients in the owner's VPC.
        pub nlb_dns_name: String => computed(),
        /// Id of the endpoint service.
        pub service_id: String => computed(),
        /// Name of the endpoint service, which consumers connect to.
        pub service_name: String => computed(),
        /// ARN of the endpoint service.
        pub service_arn: String => computed(),
        /// Ids of the zones that the service offers. Zone *names* differ between accounts, ids
        /// don't.
        pub availability_zone_ids: Set<String> => computed(),
        /// All that a consumer's team needs to know.
        pub hand_over: HandOver => computed(),
        /// Everything that the bridge has made, by its address within the bridge, such as `nlb` or
        /// `consumer.analytics.endpoint`.
        pub components: Map<ComponentRow> => computed(),
        /// What was changed or removed outside Terraform and the next apply will mend. Empty when
        /// there is nothing to do.
        pub drift: Set<String> => computed(),
        /// What the last plan set out to do, in sentences, with old and new values where these are
        /// short.
        pub changes: Set<String> => computed(),
        /// Mark of this bridge on what it has made.
        pub instance: String => computed(),
    }

    /// A port to offer.
    pub struct BridgeListener {
        /// Port that consumers connect to.
        pub port: i64 => required(),
        /// Port of the ALB's listener, which must be there within five minutes. Default: `port`.
        pub alb_port: i64 => optional().computed(),
        /// How the ALB is checked. An unhealthy ALB is a warning, and an error only with
        /// `wait_for_healthy_targets` when the time is over.
        pub health_check: BridgeHealthCheck => optional(),
        /// ARN of the network load balancer's listener.
        pub listener_arn: String => computed(),
        /// ARN of the target group.
        pub target_group_arn: String => computed(),
    }

    /// Where AWS sends what happens to the service's connections.
    pub struct Notifications {
        /// ARN of an SNS topic in the service's region. Its policy must let `vpce.amazonaws.com`
        /// publish; it is left alone.
        pub sns_topic_arn: String => required(),
        /// Which events: `Accept`, `Connect`, `Delete`, `Reject`. Default: all of them.
        pub events: Set<String> => optional().computed(),
    }

    /// How the ALB is checked.
    pub struct BridgeHealthCheck {
        /// `HTTP` or `HTTPS`. Default: the protocol of the ALB's listener.
        pub protocol: String => optional(),
        /// Port to check. Default: `alb_port`.
        pub port: i64 => optional(),
        /// Path to ask for. Default `/`.
        pub path: String => optional(),
        /// Status codes that count as healthy. Default `200-499`: any answer of the ALB shows that
        /// it is there.
        pub matcher: String => optional(),
        /// Seconds between checks, 5 to 300. Default 10.
        pub interval: i64 => optional(),
        /// Seconds until a check has failed, 2 to 120 and below `interval`. Default 6.
        pub timeout: i64 => optional(),
        /// Successes in a row that make the ALB healthy, 2 to 10. Default 2.
        pub healthy_threshold: i64 => optional(),
        /// Failures in a row that make the ALB unhealthy, 2 to 10. Default 2.
        pub unhealthy_threshold: i64 => optional(),
    }

    /// A VPC from which the ALB is reached.
    pub struct BridgeConsumer {
        /// Key of the provider's `accounts`. Default: the owner's account.
        pub account: String => optional(),
        /// Region to connect from. Default: the one that is written in the entry of `accounts`, else
        /// the owner's. AWS needs the owner's network load balancer in two zones for another one.
        pub region: String => optional().computed(),
        /// VPC to connect from. Another VPC makes this consumer anew, with another endpoint id and
        /// DNS name.
        pub vpc_id: String => required(),
        /// Subnets of the endpoint, one for each zone, in zones that the service offers. From
        /// another region any zones will do. Changed in place.
        pub subnet_ids: Set<String> => required(),
        /// `ipv4`, `dualstack` or `ipv6`. For the last two the bridge's own `ip_address_type` must be
        /// `dualstack`, and the subnets must have IPv6.
        pub ip_address_type: String => optional().computed().default("ipv4"),
        /// Which addresses the endpoint's names have: `ipv4`, `dualstack`, `ipv6` or
        /// `service-defined`. Default: those that the endpoint has.
        pub dns_record_ip_type: String => optional().computed(),
        /// IPv4 addresses of the endpoint, by subnet, for firewalls that know addresses only. AWS
        /// chooses those of other subnets. Another address is another network interface.
        pub ipv4_addresses: Map<String> => optional(),
        /// Who may use the endpoint. Default: all CIDRs of the VPC, of the endpoint's address
        /// families, when the consumer is added; they are kept afterwards. A CIDR that the VPC gets
        /// later is not added by itself.
        pub allow_from: AllowFrom => optional().computed(),
        /// Security groups for the endpoint, in place of the one that is made otherwise. Nothing in
        /// them is changed: they must let the clients in. Excludes `allow_from`.
        pub security_group_ids: Set<String> => optional(),
        /// Further tags for this consumer's objects.
        pub tags: Map<String> => optional(),
        /// Account of the consumer.
        pub account_id: String => computed(),
        /// Id of the endpoint.
        pub endpoint_id: String => computed(),
        /// State of the endpoint: `available` after every apply that succeeds.
        pub state: String => computed(),
        /// The name that clients should use: AWS's own for the endpoint. The ALB's certificate does
        /// not cover it.
        pub dns_name: String => computed(),
        /// All names of the endpoint.
        pub endpoint_dns_names: Set<String> => computed(),
        /// Names of single zones, by the zone's name in the consumer's account. From another region
        /// there are none.
        pub zonal_dns_names: Map<String> => computed(),
        /// Hosted zone of `dns_name`, for alias records.
        pub hosted_zone_id: String => computed(),
        /// Security group that was made for the endpoint; null with `security_group_ids`.
        pub security_group_id: String => computed(),
        /// Network interfaces of the endpoint.
        pub network_interface_ids: Set<String> => computed(),
        /// What the clients' own security groups must let out.
        pub client_rule: ClientRule => computed(),
    }

    /// All that a consumer's team needs to know.
    pub struct HandOver {
        /// Name of the endpoint service.
        pub service_name: String => computed(),
        /// Region of the endpoint service.
        pub service_region: String => computed(),
        /// Ids of the zones that the service offers.
        pub availability_zone_ids: Set<String> => computed(),
        /// Ports that the service offers.
        pub ports: Set<i64> => computed(),
        /// Whether connections must be accepted.
        pub acceptance_required: bool => computed(),
    }
}

common_values!(AlbBridge);

impl AlbBridge {
    /// The listeners whose values are known as a whole.
    pub(super) fn known_listeners(&self) -> impl Iterator<Item = (&String, &BridgeListener)> {
        known_entries(&self.listeners)
    }

    /// The consumers whose values are known as a whole.
    pub(super) fn known_consumers(&self) -> impl Iterator<Item = (&String, &BridgeConsumer)> {
        known_entries(&self.consumers)
    }

    /// Whether the set of components can't be told yet.
    pub(super) fn is_open(&self) -> bool {
        fn open<T>(map: &Field<Map<T>>) -> bool {
            map.is_unknown()
                || map
                    .known()
                    .is_some_and(|map| map.values().any(Field::is_unknown))
        }
        let mut listeners = self.known_listeners();
        open(&self.listeners)
            || listeners.any(|(_, listener)| listener.has_unknown_port())
            || open(&self.consumers)
            || self
                .known_consumers()
                .any(|(_, it)| it.security_group_ids.is_unknown())
            || self.notifications.is_unknown()
            || is_open(&self.security_group_ids)
            || is_open(&self.alb_security_group_ids)
    }
}

impl BridgeListener {
    /// Whether a port of its rules is still to come.
    fn has_unknown_port(&self) -> bool {
        let check = self.health_check.known();
        let checked = check.is_some_and(|check| check.port.is_unknown());
        self.port.is_unknown()
            || self.alb_port.is_unknown()
            || self.health_check.is_unknown()
            || checked
    }

    /// The port that consumers connect to.
    pub(super) fn known_port(&self) -> Option<u16> {
        self.port.known().and_then(|port| u16::try_from(*port).ok())
    }

    /// The ALB's port.
    pub(super) fn known_alb_port(&self) -> Option<u16> {
        self.alb_port
            .known()
            .and_then(|port| u16::try_from(*port).ok())
    }
}

fn is_open(set: &Field<Set<String>>) -> bool {
    set.is_unknown() || set.known().is_some_and(Set::has_unknown)
}

fn known_entries<T>(map: &Field<Map<T>>) -> impl Iterator<Item = (&String, &T)> {
    let entries = map.known().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key, value.known()?)))
}
