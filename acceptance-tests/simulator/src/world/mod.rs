//! The world: everything that exists, in every account and region. It knows no wire and no operation.
//!
//! | file | idea |
//! |---|---|
//! | `account` | settings, quotas, sessions, spent tokens |
//! | `addresses` | addresses of subnets: free, kept, taken |
//! | `database_names` | the names of databases and whom they lead to |
//! | `databases` | DB subnet groups, clusters, instances, proxies |
//! | `interfaces` | network interfaces that AWS manages |
//! | `lattice` | resource gateways and configurations |
//! | `load_balancing` | load balancers, target groups, listeners |
//! | `network` | VPCs, subnets, interfaces |
//! | `objects` | listing all of it |
//! | `passage` | whether traffic passes groups and network ACLs |
//! | `prefix_lists` | prefix lists of AWS's own |
//! | `private_link` | endpoint services and endpoints |
//! | `ram` | resource shares and invitations |
//! | `record` | one object and its history; what reads see |
//! | `schedule` | transitions to come |
//! | `security_group` | groups and rules |
//! | `service_network` | service networks, what is in them, verified domains |

pub(crate) mod account;
pub(crate) mod addresses;
pub(crate) mod database_names;
pub(crate) mod databases;
mod interfaces;
pub(crate) mod lattice;
pub(crate) mod load_balancing;
pub(crate) mod network;
mod objects;
pub(crate) mod passage;
pub(crate) mod prefix_lists;
pub(crate) mod private_link;
pub(crate) mod ram;
mod record;
mod schedule;
pub(crate) mod security_group;
pub(crate) mod service_network;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

pub use account::{AccountError, AccountSettings, QUOTAS};
pub use objects::ObjectRow;
pub use record::Creator;
pub(crate) use record::{Birth, Kind, Lens, Record, Scope, Seen, Store, Tags};
pub(crate) use schedule::{Event, Schedule};

use crate::clock::Moment;
use crate::engine::{Doubts, Settings};
use crate::random::Random;
use crate::{ec2, elb, lattice as lattice_service, ram as ram_service, rds, regions};
use databases::{DbCluster, DbInstance, DbProxy, DbSubnetGroup};
use lattice::{ResourceConfiguration, ResourceGateway};
use load_balancing::{Checked, Listener, LoadBalancer, TargetGroup};
use network::{InternetGateway, NetworkAcl, NetworkInterface, RouteTable, Subnet, Vpc};
use private_link::{ConnectionNotification, Endpoint, EndpointService};
use ram::{Invitation, ResourceShare};
use security_group::SecurityGroup;
use service_network::{DomainVerification, NetworkResource, NetworkVpc, ServiceNetwork};

/// Everything that exists, and the time it is.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct World {
    pub(crate) now: Moment,
    pub(crate) random: Random,
    pub(crate) schedule: Schedule,
    pub(crate) accounts: BTreeMap<String, AccountSettings>,
    /// By access key.
    pub(crate) sessions: BTreeMap<String, account::Session>,
    /// By [`account::token_key`].
    pub(crate) tokens: BTreeMap<String, account::SpentToken>,
    /// Public TXT records by lower-case name.
    pub(crate) dns: BTreeMap<String, Vec<String>>,
    /// What load balancers answer over HTTP, as tests set it.
    pub(crate) http: Vec<HttpAnswer>,
    /// What health checks have said so far, by ARN of the target group.
    pub(crate) checks: BTreeMap<String, Vec<Checked>>,
    touched: BTreeSet<Scope>,
    vpcs: Store<Vpc>,
    subnets: Store<Subnet>,
    internet_gateways: Store<InternetGateway>,
    route_tables: Store<RouteTable>,
    network_acls: Store<NetworkAcl>,
    network_interfaces: Store<NetworkInterface>,
    security_groups: Store<SecurityGroup>,
    endpoint_services: Store<EndpointService>,
    endpoints: Store<Endpoint>,
    #[serde(default)]
    notifications: Store<ConnectionNotification>,
    load_balancers: Store<LoadBalancer>,
    target_groups: Store<TargetGroup>,
    listeners: Store<Listener>,
    #[serde(default)]
    resource_gateways: Store<ResourceGateway>,
    #[serde(default)]
    resource_configurations: Store<ResourceConfiguration>,
    #[serde(default)]
    service_networks: Store<ServiceNetwork>,
    #[serde(default)]
    network_vpcs: Store<NetworkVpc>,
    #[serde(default)]
    network_resources: Store<NetworkResource>,
    #[serde(default)]
    domain_verifications: Store<DomainVerification>,
    #[serde(default)]
    resource_shares: Store<ResourceShare>,
    #[serde(default)]
    invitations: Store<Invitation>,
    #[serde(default)]
    db_subnet_groups: Store<DbSubnetGroup>,
    #[serde(default)]
    db_clusters: Store<DbCluster>,
    #[serde(default)]
    db_instances: Store<DbInstance>,
    #[serde(default)]
    db_proxies: Store<DbProxy>,
    /// What the caller's clock shows.
    #[serde(skip)]
    pub(crate) caller_now: Moment,
    #[serde(skip)]
    pub(crate) settings: Settings,
    #[serde(skip)]
    pub(crate) doubts: Doubts,
}

/// What a listener of a load balancer answers over HTTP, as `POST /_simulator/http` takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HttpAnswer {
    /// ARN of the listener.
    pub listener_arn: String,
    /// HTTP status of its answers.
    pub status: u16,
}

macro_rules! kinds {
    ($($type:ty, $name:literal, $store:ident, $lag:literal;)*) => {
        $(impl Kind for $type {
            const KIND: &'static str = $name;
            const LAG_MS_MAX: u64 = $lag;
            fn store(world: &World) -> &Store<Self> { &world.$store }
            fn store_mut(world: &mut World) -> &mut Store<Self> { &mut world.$store }
        })*
        impl World {
            /// Every object that is not deleted, of every kind, in every account and region.
            pub(crate) fn objects(&self) -> Vec<ObjectRow> {
                let mut rows = Vec::new();
                $(objects::rows::<$type>(self, &mut rows);)*
                rows
            }
        }
    };
}

kinds! {
    Vpc, "vpc", vpcs, 2_000;
    Subnet, "subnet", subnets, 3_000;
    InternetGateway, "internet-gateway", internet_gateways, 2_000;
    RouteTable, "route-table", route_tables, 2_000;
    NetworkAcl, "network-acl", network_acls, 2_000;
    NetworkInterface, "network-interface", network_interfaces, 5_000;
    SecurityGroup, "security-group", security_groups, 6_000;
    EndpointService, "vpc-endpoint-service", endpoint_services, 8_000;
    Endpoint, "vpc-endpoint", endpoints, 8_000;
    ConnectionNotification, "vpc-endpoint-connection-notification", notifications, 5_000;
    LoadBalancer, "load-balancer", load_balancers, 5_000;
    TargetGroup, "target-group", target_groups, 5_000;
    Listener, "listener", listeners, 5_000;
    ResourceGateway, "resource-gateway", resource_gateways, 5_000;
    ResourceConfiguration, "resource-configuration", resource_configurations, 5_000;
    ServiceNetwork, "service-network", service_networks, 5_000;
    NetworkVpc, "service-network-vpc-association", network_vpcs, 5_000;
    NetworkResource, "service-network-resource-association", network_resources, 5_000;
    DomainVerification, "domain-verification", domain_verifications, 5_000;
    ResourceShare, "resource-share", resource_shares, 5_000;
    Invitation, "resource-share-invitation", invitations, 5_000;
    DbSubnetGroup, "db-subnet-group", db_subnet_groups, 3_000;
    DbCluster, "db-cluster", db_clusters, 3_000;
    DbInstance, "db-instance", db_instances, 3_000;
    DbProxy, "db-proxy", db_proxies, 3_000;
}

impl World {
    /// An empty world that draws from a seed.
    pub(crate) fn new(seed: u64) -> Self {
        Self {
            random: Random::new(seed),
            ..Self::default()
        }
    }

    /// Makes an object; reads see it after a lag.
    pub(crate) fn create<T: Kind>(&mut self, birth: Birth, id: &str, tags: Tags, value: T) {
        let settled = self.draw_lag::<T>();
        let record = Record::new(birth, id, settled, (tags, value));
        T::store_mut(self).insert(id.to_owned(), record);
    }

    /// Changes an object; reads see it after a lag. Nothing happens to one that is not there.
    pub(crate) fn change<T: Kind>(&mut self, id: &str, change: impl FnOnce(&mut T)) {
        let (now, settled) = (self.now, self.draw_lag::<T>());
        if let Some(record) = T::store_mut(self).get_mut(id) {
            record.push(now, settled, |value, _, _| change(value));
        }
    }

    /// Changes the tags of an object; reads see it after a lag.
    pub(crate) fn retag<T: Kind>(&mut self, id: &str, change: impl FnOnce(&mut Tags)) {
        let (now, settled) = (self.now, self.draw_lag::<T>());
        if let Some(record) = T::store_mut(self).get_mut(id) {
            record.push(now, settled, |_, tags, _| change(tags));
        }
    }

    /// Changes an object by itself, not by a call: reads see it at once.
    pub(crate) fn ripen<T: Kind>(&mut self, id: &str, change: impl FnOnce(&mut T)) {
        let now = self.now;
        if let Some(record) = T::store_mut(self).get_mut(id) {
            record.push(now, now, |value, _, _| change(value));
        }
    }

    /// Deletes an object; reads may show it for a while. The record stays, as client tokens need it.
    pub(crate) fn remove<T: Kind>(&mut self, id: &str) {
        let (now, settled) = (self.now, self.draw_lag::<T>());
        if let Some(record) = T::store_mut(self).get_mut(id) {
            record.push(now, settled, |_, _, gone| *gone = true);
        }
    }

    /// An object that exists, in whatever account and region.
    pub(crate) fn live<T: Kind>(&self, id: &str) -> Option<&Record<T>> {
        self.record::<T>(id).filter(|record| !record.is_gone())
    }

    /// An object that exists or existed.
    pub(crate) fn record<T: Kind>(&self, id: &str) -> Option<&Record<T>> {
        T::store(self).get(id)
    }

    /// All objects of a kind that exist, in every account and region, by id.
    pub(crate) fn all<T: Kind>(&self) -> impl Iterator<Item = &Record<T>> {
        T::store(self).values().filter(|record| !record.is_gone())
    }

    /// All objects of a kind that exist in an account and region, by id.
    pub(crate) fn within<T: Kind>(&self, scope: &Scope) -> impl Iterator<Item = &Record<T>> {
        self.all::<T>().filter(move |record| record.scope == *scope)
    }

    /// Lets time pass until `now`: whatever is due by then happens, in order, at its own moment.
    pub(crate) fn pass_until(&mut self, now: Moment) {
        while let Some((at, event)) = self.schedule.take_due(now) {
            self.now = self.now.max(at);
            match event {
                Event::Ec2(event) => ec2::ripen(self, event),
                Event::Elb(event) => elb::ripen(self, event),
                Event::Lattice(event) => lattice_service::ripen(self, event),
                Event::Ram(event) => ram_service::ripen(self, event),
                Event::Rds(event) => rds::ripen(self, event),
            }
            elb::observe(self);
        }
        self.now = self.now.max(now);
        elb::observe(self);
    }

    /// Schedules a transition after a drawn time in ms, or at the next touch where waits are zero.
    pub(crate) fn schedule(&mut self, low_ms: u64, high_ms: u64, event: Event) {
        let at = self.draw_wait(low_ms, high_ms);
        self.schedule.add(at, event);
    }

    /// A moment between so many ms from now; now where waits are zero.
    pub(crate) fn draw_wait(&mut self, low_ms: u64, high_ms: u64) -> Moment {
        let drawn = self.random.between(low_ms, high_ms);
        if self.settings.zero_waits {
            self.now
        } else {
            self.now.plus_ms(drawn)
        }
    }

    /// The quota of an account, AWS's default unless it was changed.
    pub(crate) fn quota(&self, account: &str, name: &str) -> usize {
        let default = QUOTAS
            .iter()
            .find(|(quota, _)| *quota == name)
            .map(|(_, limit)| *limit);
        let own = self
            .accounts
            .get(account)
            .and_then(|settings| settings.quotas.get(name));
        let limit = own.copied().or(default).unwrap_or(u64::MAX);
        usize::try_from(limit).unwrap_or(usize::MAX)
    }

    /// Whether an account can use a region: it needs no opt-in, or has it.
    pub(crate) fn is_enabled(&self, account: &str, region: &str) -> bool {
        let Some(region) = regions::find(region) else {
            return false;
        };
        let settings = self.accounts.get(account);
        let chosen = settings.and_then(|settings| settings.opt_in_regions.as_ref());
        !region.opt_in || chosen.is_some_and(|chosen| chosen.contains(region.name))
    }

    /// The zones of a region as an account names them.
    pub(crate) fn zones(&self, scope: &Scope) -> Vec<regions::Zone> {
        regions::find(&scope.region)
            .map(|region| region.zones(self.settings.seed, &scope.account))
            .unwrap_or_default()
    }

    /// Makes what AWS has ready in an account and region, when it is first touched.
    pub(crate) fn touch(&mut self, scope: &Scope) {
        if self.touched.insert(scope.clone()) {
            ec2::make_default_vpc(self, scope);
        }
    }

    fn draw_lag<T: Kind>(&mut self) -> Moment {
        if self.settings.lag {
            let drawn = self.random.between(0, T::LAG_MS_MAX);
            self.now.plus_ms(drawn)
        } else {
            self.now
        }
    }
}
