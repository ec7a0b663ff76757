//! `privatelink_alb_bridge`: an application load balancer, reachable from other accounts and VPCs.
//!
//! NLB with an ALB target → endpoint service → allowed principals → consumer endpoints →
//! acceptance, with all security groups on both sides.

mod addresses;
mod blueprint;
mod consumers;
mod identity;
mod leftovers;
mod model;
mod outputs;
mod recover;
mod resource;
mod settle;
mod validate;

pub use model::{AlbBridge, BridgeConsumer, BridgeListener};
pub use resource::AlbBridgeBlueprint;
