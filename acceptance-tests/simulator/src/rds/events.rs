//! Transitions of databases that happen by themselves, and who is told of them.

use serde::{Deserialize, Serialize};

use crate::lattice;
use crate::world::World;
use crate::world::databases::{DbCluster, DbInstance, DbProxy};

/// A transition of a database, by its ARN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    ClusterAvailable(String),
    ClusterGone(String),
    InstanceAvailable(String),
    InstanceGone(String),
    ProxyAvailable(String),
    ProxyGone(String),
}

/// Carries a transition out.
pub(crate) fn ripen(world: &mut World, event: Event) {
    match event {
        Event::ClusterAvailable(arn) => world.ripen::<DbCluster>(&arn, |cluster| {
            if cluster.status == "creating" {
                "available".clone_into(&mut cluster.status);
            }
        }),
        Event::ClusterGone(arn) => world.remove::<DbCluster>(&arn),
        Event::InstanceAvailable(arn) => {
            world.ripen::<DbInstance>(&arn, |instance| {
                if instance.status == "creating" {
                    "available".clone_into(&mut instance.status);
                }
            });
            lattice::follow(world, &owner_of(world, &arn));
        }
        Event::InstanceGone(arn) => {
            let owner = owner_of(world, &arn);
            let instance = world.live::<DbInstance>(&arn);
            let interface = instance.map(|it| it.value().interface_id.clone());
            world.remove::<DbInstance>(&arn);
            world.release_interfaces(&Vec::from_iter(interface), 0, 30_000);
            lattice::follow(world, &owner);
        }
        Event::ProxyAvailable(arn) => world.ripen::<DbProxy>(&arn, |proxy| {
            if proxy.status == "creating" {
                "available".clone_into(&mut proxy.status);
            }
        }),
        Event::ProxyGone(arn) => {
            let proxy = world.live::<DbProxy>(&arn);
            let interfaces = proxy.map(|it| it.value().interface_ids.clone());
            world.remove::<DbProxy>(&arn);
            world.release_interfaces(&interfaces.unwrap_or_default(), 0, 30_000);
        }
    }
}

/// What configurations of Lattice lead to where this instance is behind them: its cluster, or itself.
fn owner_of(world: &World, instance: &str) -> String {
    let record = world.live::<DbInstance>(instance);
    let cluster = record.and_then(|it| it.value().cluster.clone());
    cluster.unwrap_or_else(|| instance.to_owned())
}
