//! Transitions of load balancing that happen by themselves. Health checks are not among them: see `checks`.

use serde::{Deserialize, Serialize};

use crate::world::World;
use crate::world::load_balancing::LoadBalancer;

/// A transition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A load balancer leaves `provisioning`.
    BalancerActive(String),
}

/// Carries a transition out.
pub(crate) fn ripen(world: &mut World, event: Event) {
    match event {
        Event::BalancerActive(arn) => {
            world.ripen::<LoadBalancer>(&arn, |balancer| "active".clone_into(&mut balancer.state));
        }
    }
}
