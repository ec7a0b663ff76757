//! `privatelink_alb_bridge`: an application load balancer, reachable from other accounts and VPCs.
//!
//! NLB with an ALB target → endpoint service → allowed principals → consumer endpoints →
//! acceptance, with all security groups on both sides.

mod addresses;
mod balancer;
mod blueprint;
mod consumers;
mod detour;
mod identity;
mod leftovers;
mod listeners;
mod model;
mod outputs;
mod recover;
mod regions;
mod resource;
mod sentences;
mod service;
mod settle;
mod standing;
mod strays;
mod subnets;
mod succession;
mod validate;
mod values;
mod words;

pub use model::{AlbBridge, BridgeConsumer, BridgeListener};
pub use resource::AlbBridgeBlueprint;
