//! What AWS has: one file per kind, with what is wanted of it, what can be seen, the judgement, and
//! the single calls that make, change and delete it. **Knows nothing of Terraform**, and of other
//! components only their facts, which the blueprint hands over.

mod accepted_connections;
mod alb;
mod allowed_principals;
mod audience;
mod connection_acceptance;
mod connection_notification;
mod database;
mod endpoint_service;
mod group_admission;
mod health_check;
pub mod left_behind;
mod listener;
mod load_balancer;
pub mod marked;
mod marking;
mod marking_shared;
mod network_association;
mod network_entry;
mod out_of_reach;
mod resource_configuration;
mod resource_endpoint;
mod resource_gateway;
mod resource_share;
mod rules;
mod security_group;
mod security_group_rule;
mod service_network;
mod share_acceptance;
mod subnet;
mod target_group;
mod target_registration;
mod vpc;
mod vpc_endpoint;

pub use accepted_connections::{AcceptedConnections, SeenConnections};
pub use alb::{Alb, AlbListener, SeenAlb, SeenAlbListener};
pub use allowed_principals::{AllowedPrincipals, SeenPrincipals};
pub use audience::{Audience, SeenAudience};
pub use connection_acceptance::{ConnectionAcceptance, SeenAcceptance};
pub use connection_notification::{ConnectionNotification, SeenNotification};
pub use database::{Database, SeenDatabase};
pub use endpoint_service::{EndpointService, SeenService, SeenZones, ServiceZones};
pub use group_admission::{GroupAdmission, SeenAdmission};
pub use health_check::HealthCheck;
pub use listener::{Listener, SeenListener};
pub use load_balancer::{BalancerFamily, LoadBalancer, SeenFamily, SeenLoadBalancer};
pub use marking::{Anchorage, Marking};
pub use network_association::{NetworkAssociation, SeenNetworkAssociation};
pub use network_entry::{Door, NetworkEntry, TakenNames, domain_covers};
pub use out_of_reach::{Cut, OutOfReach};
pub use resource_configuration::{
    Behind, ResourceConfiguration, ResourceTarget, SeenConfiguration,
};
pub use resource_endpoint::{ResourceEndpoint, ResourceName, SeenResourceEndpoint};
pub use resource_gateway::{GivenGateway, ResourceGateway, SeenGateway};
pub use resource_share::{ResourceShare, SeenShare, ShareMembership};
pub use rules::{Peer, Rule};
pub use security_group::{SecurityGroup, SeenGroup};
pub use security_group_rule::{SecurityGroupRule, SeenRule};
pub use service_network::{GivenNetwork, SeenServiceNetwork};
pub use share_acceptance::{SeenShareAcceptance, ShareAcceptance};
pub use subnet::{SeenSubnet, subnets};
pub use target_group::{SeenTargetGroup, TargetGroup};
pub use target_registration::{SeenTarget, TargetRegistration};
pub use vpc::{SeenVpc, Vpc};
pub use vpc_endpoint::{SeenEndpoint, VpcEndpoint};
