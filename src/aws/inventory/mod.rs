//! What is there: reads that are shared, batched and kept until something changes.
//!
//! A read is asked for by key. Keys that are asked at the same moment go into one call, and once
//! several resources of a site have asked for a kind, the whole list is read once.

mod databases;
mod ec2;
mod elb;
mod lattice;
mod network_entries;
mod pages;
mod resource_endpoints;
mod shelf;

use aws_sdk_ec2::types::{
    AllowedPrincipal, NetworkInterface, SecurityGroup, ServiceConfiguration, Subnet, Vpc,
    VpcEndpoint, VpcEndpointAssociation,
};
use aws_sdk_elasticloadbalancingv2::types::{
    Listener, LoadBalancer, LoadBalancerAttribute, TargetGroup, TargetHealthDescription,
};
use aws_sdk_rds::types::{DbCluster, DbInstance};
use aws_sdk_vpclattice::types::{
    ResourceConfigurationSummary, ResourceGatewaySummary, ServiceNetworkVpcAssociationSummary,
};

pub use pages::ec2_tags;

use super::tags::Tags;
use shelf::Shelf;

/// The shared reads of one site.
#[derive(Debug)]
pub struct Inventory {
    subnets: Shelf<String, Subnet>,
    vpcs: Shelf<String, Vpc>,
    groups: Shelf<String, SecurityGroup>,
    groups_owned: Shelf<String, Vec<SecurityGroup>>,
    interfaces_of_group: Shelf<String, Vec<NetworkInterface>>,
    services: Shelf<String, ServiceConfiguration>,
    services_owned: Shelf<String, Vec<ServiceConfiguration>>,
    principals: Shelf<String, Vec<AllowedPrincipal>>,
    endpoints: Shelf<String, VpcEndpoint>,
    endpoints_owned: Shelf<String, Vec<VpcEndpoint>>,
    endpoint_associations: Shelf<String, Vec<VpcEndpointAssociation>>,
    load_balancers: Shelf<String, LoadBalancer>,
    load_balancers_by_name: Shelf<String, LoadBalancer>,
    load_balancer_attributes: Shelf<String, Vec<LoadBalancerAttribute>>,
    target_groups: Shelf<String, TargetGroup>,
    target_groups_by_name: Shelf<String, TargetGroup>,
    target_health: Shelf<String, Vec<TargetHealthDescription>>,
    listeners: Shelf<String, Vec<Listener>>,
    elb_tags: Shelf<String, Tags>,
    resource_gateways: Shelf<String, ResourceGatewaySummary>,
    configurations_behind: Shelf<String, Vec<ResourceConfigurationSummary>>,
    network_endpoints: Shelf<String, Vec<VpcEndpoint>>,
    networks_of_vpc: Shelf<String, Vec<ServiceNetworkVpcAssociationSummary>>,
    database_clusters: Shelf<String, DbCluster>,
    database_instances: Shelf<String, DbInstance>,
}

/// A kind of object, for telling the inventory what was changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Security groups with their rules and tags.
    SecurityGroups,
    /// Endpoint services.
    Services,
    /// The principals of endpoint services.
    Principals,
    /// VPC endpoints.
    Endpoints,
    /// Load balancers and their attributes.
    LoadBalancers,
    /// Target groups.
    TargetGroups,
    /// Registered targets.
    Targets,
    /// Listeners.
    Listeners,
    /// Tags of load balancers, target groups and listeners.
    ElbTags,
    /// Resource gateways.
    ResourceGateways,
    /// Resource configurations.
    ResourceConfigurations,
    /// What leads from VPCs into service networks.
    NetworkEntries,
}

impl Inventory {
    pub(super) fn new() -> Self {
        Self {
            subnets: Shelf::by_key(),
            vpcs: Shelf::by_key(),
            groups: Shelf::by_key(),
            groups_owned: Shelf::by_key(),
            interfaces_of_group: Shelf::by_key(),
            services: Shelf::listable(),
            services_owned: Shelf::by_key(),
            principals: Shelf::by_key(),
            endpoints: Shelf::listable(),
            endpoints_owned: Shelf::by_key(),
            endpoint_associations: Shelf::by_key(),
            load_balancers: Shelf::listable(),
            load_balancers_by_name: Shelf::by_key(),
            load_balancer_attributes: Shelf::by_key(),
            target_groups: Shelf::listable(),
            target_groups_by_name: Shelf::by_key(),
            target_health: Shelf::by_key(),
            listeners: Shelf::by_key(),
            elb_tags: Shelf::by_key(),
            resource_gateways: Shelf::listable(),
            configurations_behind: Shelf::by_key(),
            network_endpoints: Shelf::by_key(),
            networks_of_vpc: Shelf::by_key(),
            database_clusters: Shelf::by_key(),
            database_instances: Shelf::by_key(),
        }
    }

    /// What was read so far is too old to decide on.
    pub fn forget(&self) {
        for kind in [
            Kind::SecurityGroups,
            Kind::Services,
            Kind::Principals,
            Kind::Endpoints,
            Kind::LoadBalancers,
            Kind::TargetGroups,
            Kind::Targets,
            Kind::Listeners,
            Kind::ElbTags,
            Kind::ResourceGateways,
            Kind::ResourceConfigurations,
            Kind::NetworkEntries,
        ] {
            self.changed(kind);
        }
    }

    /// Something of this kind was changed, or may have been: what was read before is stale.
    pub fn changed(&self, kind: Kind) {
        match kind {
            Kind::SecurityGroups => {
                self.groups.changed();
                self.groups_owned.changed();
            }
            Kind::Services => {
                self.services.changed();
                self.services_owned.changed();
            }
            Kind::Principals => self.principals.changed(),
            Kind::Endpoints => {
                self.endpoints.changed();
                self.endpoints_owned.changed();
                self.endpoint_associations.changed();
            }
            Kind::LoadBalancers => {
                self.load_balancers.changed();
                self.load_balancers_by_name.changed();
                self.load_balancer_attributes.changed();
            }
            Kind::TargetGroups => {
                self.target_groups.changed();
                self.target_groups_by_name.changed();
            }
            Kind::Targets => self.target_health.changed(),
            Kind::Listeners => self.listeners.changed(),
            Kind::ElbTags => self.elb_tags.changed(),
            Kind::ResourceGateways => self.resource_gateways.changed(),
            Kind::ResourceConfigurations => self.configurations_behind.changed(),
            Kind::NetworkEntries => {
                self.network_endpoints.changed();
                self.networks_of_vpc.changed();
            }
        }
    }
}
