//! What users write, and what they can read.

use super::addresses::Way;
use crate::aws::id_of;
use crate::protocol::model::model;
use crate::protocol::{Field, Map, Set};
use crate::resources::admission::AllowFrom;
use crate::resources::common::{ComponentRow, Timeouts, common_values};

/// The word of consumers that come through a service network.
pub(super) const NETWORK: &str = "service_network";
/// That of all others.
pub(super) const ENDPOINT: &str = "endpoint";

model! {
    /// Shares a database, or anything else that speaks TCP, with other accounts and VPCs through VPC
    /// Lattice, without a load balancer: a resource gateway, a resource configuration for each
    /// endpoint, the RAM share and its acceptance, the consumers' endpoints, and the security groups
    /// on both sides. CIDRs may overlap.
    pub struct SharedDb {
        /// Name of the shared database: lower-case letters, digits and single hyphens, 3 to 24
        /// characters. It is in the names of all objects and, with account and region, the identity by
        /// which a lost or half-built one is found again. Another name is another shared database.
        pub name: String => required().replaces(),
        /// Key of the provider's `accounts` for the owner's side. Default: the default account.
        pub account: String => optional(),
        /// Region of both sides. Default: the account's. Once made, another region is another shared
        /// database.
        pub region: String => optional().computed().replaces(),
        /// VPC of the database. Another VPC is another shared database.
        pub vpc_id: String => required().replaces(),
        /// Subnets of the resource gateway, which takes addresses in each (`ipv4_addresses_per_eni`).
        /// At least one zone must be one of each consumer's. AWS can't change them: other subnets are
        /// another gateway, made beside the old one, and all consumers' endpoints are made anew. Needed
        /// unless there is `resource_gateway_id`.
        pub subnet_ids: Set<String> => optional(),
        /// A resource gateway that exists already, in place of the one that is made otherwise. It opens
        /// `vpc_id`; nothing of it is changed. Excludes all settings of a gateway.
        pub resource_gateway_id: String => optional(),
        /// What is shared, by names of your own: at most 16 lower-case letters, digits and single
        /// hyphens.
        pub endpoints: Map<SharedEndpoint> => required(),
        /// One group with all endpoints as its children, in place of configurations of their own. Each
        /// consumer then has one endpoint for all of them, and gets all of them, also those that are
        /// added later. Not for endpoints by `arn`. With it or without it is another set of
        /// configurations.
        pub group: SharedGroup => optional(),
        /// `ipv4`, `ipv6` or `dualstack`: addresses of the gateway. The subnets must have them. Another
        /// type is another gateway. Default: `ipv4`, or that of `resource_gateway_id`.
        pub ip_address_type: String => optional().computed(),
        /// IPv4 addresses that the gateway takes in each subnet, 1 to 62. Each carries 55,000
        /// connections to one database. Default: AWS's, 16. Another number is another gateway.
        pub ipv4_addresses_per_eni: i64 => optional(),
        /// Which DNS knows the `dns_name`s: `PUBLIC`, or `IN_VPC`, the VPC's own resolver with its private
        /// zones, which rules out endpoints by `arn`. The other is another gateway. Default: `PUBLIC`, or
        /// that of `resource_gateway_id`.
        pub dns_resolution: String => optional().computed(),
        /// Security groups for the gateway, in place of the one that is made otherwise. Nothing in them
        /// is changed: they must let out what goes to the database.
        pub security_group_ids: Set<String> => optional(),
        /// Security groups of the database that get inbound rules for the gateway. The database never
        /// sees its consumers' addresses, only the gateway's. The rules are the resource's own; nothing
        /// else in these groups is touched, and a rule that is there already stays its maker's. Leave
        /// it out only if you write these rules yourself: without them nobody gets through.
        pub database_security_group_ids: Set<String> => optional(),
        /// Accounts that are given all endpoints beside those of `consumers`. They accept the invitation
        /// themselves, within 12 hours.
        pub allowed_accounts: Set<String> => optional(),
        /// Who else is given all endpoints: ARNs of organizations and their units. They need sharing
        /// with the organization, switched on in RAM.
        pub allowed_principals: Set<String> => optional(),
        /// ARN of a resource share that exists already, in place of those that are made otherwise. What
        /// is shared is put into it; who is in it is its owner's to say, so everybody there gets all
        /// endpoints. Excludes `allowed_accounts`, `allowed_principals` and choices of `endpoints`.
        pub resource_share_arn: String => optional(),
        /// Whether accounts outside of the organization may be given anything.
        pub allow_external_principals: bool => optional().computed().default(true),
        /// Whether consumers may put what they are given into service networks that they share with
        /// others in turn. AWS's own default is that they may.
        pub allow_association_to_shareable_service_network: bool
            => optional().computed().default(false),
        /// Whether accounts that are taken out of this configuration, or given less by it, lose their
        /// connections. AWS lets them stay connected otherwise. Nobody is cut off from what an
        /// organization is still given: RAM does not tell which accounts it has.
        pub reject_on_revoke: bool => optional().computed().default(true),
        /// Whether `destroy`, and a change that removes or replaces a configuration, cut off endpoints that
        /// are not this resource's. Otherwise both are refused and name them.
        pub force_delete: bool => optional().computed().default(false),
        /// Who connects, by names of your own. A consumer is recognised by account and VPC, or by account
        /// and service network: renaming its key changes tags only. Keys have 1 to 40 letters, digits, hyphens and underscores. Misspelled
        /// arguments in here are dropped by Terraform itself, unnoticed.
        pub consumers: Map<SharedConsumer> => optional(),
        /// Whether what was changed outside Terraform is mended. If not, a plan that has nothing else
        /// to do leaves it as it is; an apply that has, mends it too.
        pub heal: bool => optional().computed().default(true),
        /// What becomes of a consumer whose account the provider block no longer leads to, once it is
        /// taken out: `error` asks for the account's entry back, `reject` cuts its connections from the
        /// owner's side and forgets its objects.
        pub on_unreachable: String => optional().computed().default("error"),
        /// Tags for all objects, in every account. Keys must not begin with `aws:` or `privatelink:`.
        pub tags: Map<String> => optional(),
        /// How long operations may take, such as `30m` or `1h30m`. Queueing for AWS's rate limits
        /// does not count.
        pub timeouts: Timeouts => optional(),
        /// Id of the resource gateway; the import id.
        pub id: String => computed(),
        /// Account of the owner's side.
        pub account_id: String => computed().replaces(),
        /// `tags` together with the provider's `default_tags`.
        pub tags_all: Map<String> => computed(),
        /// ARN of the resource gateway.
        pub resource_gateway_arn: String => computed(),
        /// Everything that has been made, by its address within the resource, such as `gateway` or
        /// `consumer.app.endpoint.orders`.
        pub components: Map<ComponentRow> => computed(),
        /// What was changed or removed outside Terraform and the next apply will mend. Empty when
        /// there is nothing to do.
        pub drift: Set<String> => computed(),
        /// What the last plan set out to do, in sentences.
        pub changes: Set<String> => computed(),
        /// Mark of this resource on what it has made.
        pub instance: String => computed(),
    }

    /// One group of configurations.
    pub struct SharedGroup {
        /// The domain below which all names of `endpoints` are. Without one the endpoints have AWS's names
        /// alone. Another domain is another group.
        pub domain: String => optional(),
        /// Id of the group's resource configuration.
        pub resource_configuration_id: String => computed(),
        /// ARN of the group's resource configuration, which a consumer's team needs.
        pub resource_configuration_arn: String => computed(),
    }

    /// Something to share: exactly one of `arn`, `dns_name` and `ip_address`.
    pub struct SharedEndpoint {
        /// ARN of an RDS or Aurora cluster or instance, of the owner's account and region and not public.
        /// The best choice: consumers use the database's own names, of the writer, the readers and each
        /// instance, and AWS keeps them in step.
        pub arn: String => optional(),
        /// A name, such as that of an RDS proxy or of a database that you run yourself.
        pub dns_name: String => optional(),
        /// An address. It follows no fail-over.
        pub ip_address: String => optional(),
        /// TCP port. Not with `arn`: AWS knows it.
        pub port: i64 => optional(),
        /// TCP ports, such as `6000-6010`, in place of `port`.
        pub port_ranges: Set<String> => optional(),
        /// The name that consumers use in their VPCs. Default: `dns_name` itself, so that the names in
        /// TLS certificates and in IAM authentication fit; `""` for none. Not with `arn`. Another name
        /// is another configuration.
        pub custom_domain_name: String => optional().computed(),
        /// Verification of that name's domain (`dv-…`), for consumers who take verified names only.
        pub custom_domain_verification_id: String => optional(),
        /// Id of the resource configuration.
        pub resource_configuration_id: String => computed(),
        /// ARN of the resource configuration, which a consumer's team needs.
        pub resource_configuration_arn: String => computed(),
    }

    /// A VPC from which the database is reached.
    pub struct SharedConsumer {
        /// Key of the provider's `accounts`. Default: the owner's account.
        pub account: String => optional(),
        /// VPC to connect from. Another VPC makes this consumer anew, unless it comes through a service
        /// network: then that must be open to the other VPC as well.
        pub vpc_id: String => required(),
        /// `endpoint`, or `service_network`. With the first, endpoints are made in the VPC; with the second,
        /// what is shared is put into a service network of VPC Lattice to which the VPC has a way
        /// already, its own association or an endpoint, and nothing else is made.
        pub via: String => optional().computed().default("endpoint"),
        /// The service network, by id or ARN. It must be of the consumer's account: AWS lets nobody join two
        /// things that were both shared with him. Another network interrupts this consumer. Needed
        /// with `via = "service_network"`.
        pub service_network_id: String => optional(),
        /// Subnets of the endpoints, one for each zone. At least one zone must be one of the gateway's. AWS
        /// can't change them: with other subnets the endpoints are made anew. Needed unless there is a
        /// service network.
        pub subnet_ids: Set<String> => optional(),
        /// The keys of `endpoints` that this consumer gets. Default: all of them.
        pub endpoints: Set<String> => optional(),
        /// Who may use the endpoints. Default: all IPv4 CIDRs of the VPC when the consumer is added; they
        /// are kept afterwards.
        pub allow_from: AllowFrom => optional().computed(),
        /// Security groups for the endpoints, in place of the one that is made otherwise. Nothing in
        /// them is changed: they must let the clients in. Excludes `allow_from`.
        pub security_group_ids: Set<String> => optional(),
        /// Whether the database's own names lead to the endpoints within the VPC. It needs both DNS
        /// attributes of the VPC. AWS can't change it: the endpoints are made anew. In a service network
        /// it is for every VPC that takes such names from there.
        pub private_dns_enabled: bool => optional().computed().default(true),
        /// Which names: `SPECIFIED_DOMAINS_ONLY`, `VERIFIED_DOMAINS_ONLY`,
        /// `VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS` or `ALL_DOMAINS`. With the second, which is AWS's own
        /// default, names that were given by `dns_name` lead nowhere unless their domain is verified; with the last the owner's side decides what names your
        /// VPC looks up here.
        pub private_dns_preference: String
            => optional().computed().default("SPECIFIED_DOMAINS_ONLY"),
        /// The names, at most 10 of each endpoint; `*.` stands for all below. Default: exactly those of what this consumer
        /// gets.
        pub private_dns_specified_domains: Set<String> => optional().computed(),
        /// Further tags for this consumer's objects.
        pub tags: Map<String> => optional(),
        /// Account of the consumer.
        pub account_id: String => computed(),
        /// The name that clients should use, by the key of the endpoint: the database's own where private
        /// DNS is on, else AWS's. For an `arn` also `KEY.reader` and `KEY.INSTANCE`.
        pub dns_names: Map<String> => computed(),
        /// AWS's own names, by the same keys. No certificate of a database covers them.
        pub association_dns_names: Map<String> => computed(),
        /// Ids of the endpoints, by the keys of `endpoints`; empty with a service network.
        pub endpoint_ids: Map<String> => computed(),
        /// Ids of the associations with the service network, by the keys of `endpoints`; empty without one.
        pub association_ids: Map<String> => computed(),
        /// State of the endpoints or associations: `available` after every apply that succeeds.
        pub state: String => computed(),
        /// Security group that was made for the endpoints; null with `security_group_ids`.
        pub security_group_id: String => computed(),
        /// What the clients' own security groups must let out.
        pub client_rule: ClientRule => computed(),
    }

    /// What the clients' own security groups must let out, and where to.
    pub struct ClientRule {
        /// Protocol.
        pub protocol: String => computed(),
        /// Ports.
        pub ports: Set<i64> => computed(),
        /// Group to let out to: that of the endpoints, or one of the endpoint through which the VPC gets into
        /// its service network. Null with the consumer's `security_group_ids`, and where the VPC is in
        /// the network itself.
        pub security_group_id: String => computed(),
        /// Name of AWS's prefix list to let out to, where the VPC is in its service network itself; else
        /// null.
        pub prefix_list_name: String => computed(),
    }
}

common_values!(SharedDb);

impl SharedDb {
    /// The endpoints whose values are known as a whole.
    pub(super) fn known_endpoints(&self) -> impl Iterator<Item = (&String, &SharedEndpoint)> {
        known_entries(&self.endpoints)
    }

    /// The consumers whose values are known as a whole.
    pub(super) fn known_consumers(&self) -> impl Iterator<Item = (&String, &SharedConsumer)> {
        known_entries(&self.consumers)
    }

    /// The endpoints that a consumer gets.
    pub(super) fn endpoints_of<'a>(
        &'a self,
        consumer: &'a SharedConsumer,
    ) -> impl Iterator<Item = (&'a String, &'a SharedEndpoint)> {
        let chosen = consumer.endpoints.known();
        let all = self.known_endpoints();
        all.filter(move |(key, _)| chosen.is_none_or(|chosen| chosen.contains(key)))
    }

    /// Whether the gateway is the user's.
    pub(super) fn has_given_gateway(&self) -> bool {
        !self.resource_gateway_id.is_null()
    }

    /// Whether the share is the user's.
    pub(super) fn has_given_share(&self) -> bool {
        !self.resource_share_arn.is_null()
    }

    /// Whether consumers may put what they are given into networks that can be shared on.
    pub(super) fn is_shareable(&self) -> bool {
        self.allow_association_to_shareable_service_network.known() == Some(&true)
    }

    /// Whether all endpoints are in one group.
    pub(super) fn is_grouped(&self) -> bool {
        !self.group.is_null()
    }

    /// The domain of the group; empty for none.
    pub(super) fn group_domain(&self) -> Field<String> {
        match &self.group {
            Field::Known(group) if group.domain.is_null() => Field::Known(String::new()),
            Field::Known(group) => group.domain.clone(),
            Field::Unknown => Field::Unknown,
            Field::Null => Field::Null,
        }
    }

    /// Whether it is not known yet what endpoints there are.
    pub(super) fn has_open_endpoints(&self) -> bool {
        let all = self.endpoints.known();
        self.endpoints.is_unknown() || all.is_some_and(|all| all.values().any(Field::is_unknown))
    }

    /// Whether it is not known yet by which ports they are reached.
    pub(super) fn has_open_ports(&self) -> bool {
        let open = |it: &SharedEndpoint| {
            it.arn.is_unknown() || it.port.is_unknown() || is_open(&it.port_ranges)
        };
        self.has_open_endpoints() || self.known_endpoints().any(|(_, it)| open(it))
    }

    /// Whether the set of components can't be told yet.
    pub(super) fn is_open(&self) -> bool {
        fn open<T>(map: &Field<Map<T>>) -> bool {
            let values = |map: &Map<T>| map.values().any(Field::is_unknown);
            map.is_unknown() || map.known().is_some_and(values)
        }
        let endpoint = |it: &SharedEndpoint| it.arn.is_unknown();
        let consumer = |it: &SharedConsumer| {
            it.via.is_unknown()
                || it.security_group_ids.is_unknown()
                || it.is_undecided()
                || it.account_id.is_unknown()
        };
        open(&self.endpoints)
            || open(&self.consumers)
            || self.resource_gateway_id.is_unknown()
            || self.resource_share_arn.is_unknown()
            || self.group.is_unknown()
            || self.known_endpoints().any(|(_, it)| endpoint(it))
            || self.known_consumers().any(|(_, it)| consumer(it))
            || is_open(&self.security_group_ids)
            || is_open(&self.database_security_group_ids)
            || is_open(&self.allowed_accounts)
            || is_open(&self.allowed_principals)
    }
}

impl SharedConsumer {
    /// Whether it is not known yet what it gets, or whether it gets names.
    pub(super) fn is_undecided(&self) -> bool {
        is_open(&self.endpoints)
            || self.private_dns_enabled.is_unknown()
            || self.private_dns_preference.is_unknown()
    }

    /// How it is connected; not known yet is none.
    pub(super) fn way(&self) -> Option<Way> {
        match &self.via {
            Field::Unknown => None,
            Field::Known(via) if via == NETWORK => Some(Way::Network),
            _ => Some(Way::Endpoint),
        }
    }

    /// Whether it comes through a service network.
    pub(super) fn is_networked(&self) -> bool {
        self.way() == Some(Way::Network)
    }

    /// The id of its service network, however it was written.
    pub(super) fn network_id(&self) -> Option<&str> {
        let written = self.service_network_id.as_str();
        written.filter(|_| self.is_networked()).map(id_of)
    }
}

impl SharedEndpoint {
    /// The ports as Lattice writes them; none where AWS knows them, or nobody does yet.
    pub(super) fn ports(&self) -> std::collections::BTreeSet<String> {
        let ranges = self.port_ranges.known().into_iter().flat_map(Set::known);
        let port = self.port.known().map(i64::to_string);
        ranges.cloned().chain(port).collect()
    }
}

/// Whether some of it is not known yet.
pub(super) fn is_open(set: &Field<Set<String>>) -> bool {
    set.is_unknown() || set.known().is_some_and(Set::has_unknown)
}

fn known_entries<T>(map: &Field<Map<T>>) -> impl Iterator<Item = (&String, &T)> {
    let entries = map.known().into_iter().flatten();
    entries.filter_map(|(key, value)| Some((key, value.known()?)))
}
