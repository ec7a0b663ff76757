//! The children of configurations: of groups, which their owners make, and of configurations of type ARN,
//! which Lattice makes by itself, one for each name of the database, and keeps in step with it.

use super::Event;
use crate::world::database_names::{DatabaseName, Role};
use crate::world::lattice::{Definition, ResourceConfiguration};
use crate::world::{Birth, Creator, Record, Tags, World};

/// What somebody who is connected to a configuration reaches: itself, or its children that are ready.
pub(crate) fn targets<'w>(
    world: &'w World,
    configuration: &'w Record<ResourceConfiguration>,
) -> Vec<&'w Record<ResourceConfiguration>> {
    match configuration.value().kind.as_str() {
        "GROUP" | "ARN" => of(world, &configuration.id)
            .filter(|child| child.value().is_ready())
            .collect(),
        _ => vec![configuration],
    }
}

/// The children of a configuration.
pub(super) fn of<'w>(
    world: &'w World,
    id: &'w str,
) -> impl Iterator<Item = &'w Record<ResourceConfiguration>> {
    let all = world.all::<ResourceConfiguration>();
    all.filter(move |it| it.value().group_id.as_deref() == Some(id))
}

/// The names of a database have changed: the configurations that lead to it follow some time later.
pub(crate) fn follow(world: &mut World, database: &str) {
    let leads = |it: &&Record<ResourceConfiguration>| match &it.value().definition {
        Some(Definition::Arn(arn)) => arn == database,
        _ => false,
    };
    let all = world.all::<ResourceConfiguration>().filter(leads);
    let ids: Vec<String> = all.map(|it| it.id.clone()).collect();
    for id in ids {
        let event = Event::ChildrenFollow(id);
        world.schedule(5_000, 60_000, crate::world::Event::Lattice(event));
    }
}

/// Makes the children that a configuration of type ARN lacks, and removes those that it has too many.
pub(super) fn settle(world: &mut World, id: &str) {
    let Some(parent) = world.live::<ResourceConfiguration>(id) else {
        return;
    };
    let Some(Definition::Arn(database)) = &parent.value().definition else {
        return;
    };
    if !parent.value().is_ready() {
        return;
    }
    let parent = parent.clone();
    let wanted = names(world, database);
    let has = |child: &Record<ResourceConfiguration>, name: &DatabaseName| {
        child.value().custom_domain.as_ref() == Some(&name.name)
    };
    let missing = |name: &&DatabaseName| !of(world, id).any(|child| has(child, name));
    let missing: Vec<_> = wanted.iter().filter(missing).cloned().collect();
    let stale = of(world, id).filter(|child| !wanted.iter().any(|name| has(child, name)));
    let stale: Vec<_> = stale.map(|child| child.id.clone()).collect();
    for child in stale {
        world.remove::<ResourceConfiguration>(&child);
    }
    for name in missing {
        make(world, &parent, &name);
    }
}

/// Removes what Lattice has made for a configuration.
pub(super) fn forget(world: &mut World, id: &str) {
    let managed = of(world, id).filter(|child| child.value().managed);
    let managed: Vec<String> = managed.map(|child| child.id.clone()).collect();
    for child in managed {
        world.remove::<ResourceConfiguration>(&child);
    }
}

/// Which names of a database get a child is a doubt.
fn names(world: &World, database: &str) -> Vec<DatabaseName> {
    let mut names = world.database_names(database);
    let cluster = names.iter().any(|name| name.role != Role::Instance);
    if cluster && world.doubts.is("arn-children", "endpoints") {
        names.retain(|name| name.role != Role::Instance);
    }
    names
}

fn make(world: &mut World, parent: &Record<ResourceConfiguration>, name: &DatabaseName) {
    let birth = Birth {
        scope: parent.scope.clone(),
        creator: Creator {
            account: parent.scope.account.clone(),
            access_key: "amazon".to_owned(),
        },
        at: world.now,
    };
    let id = world.random.id("rcfg");
    let tail = parent.id.trim_start_matches("rcfg-");
    let child = ResourceConfiguration {
        name: format!("{tail}-{}", world.random.hex(8)),
        kind: "CHILD".to_owned(),
        status: "ACTIVE".to_owned(),
        gateway_id: parent.value().gateway_id.clone(),
        group_id: Some(parent.id.clone()),
        definition: Some(Definition::Dns {
            name: name.name.clone(),
            address_type: "IPV4".to_owned(),
        }),
        port_ranges: vec![name.port.to_string()],
        custom_domain: Some(name.name.clone()),
        group_domain: None,
        verification_id: None,
        shareable_networks: parent.value().shareable_networks,
        managed: true,
        failure: None,
        updated: world.now,
        round: 0,
    };
    world.create(birth, &id, Tags::new(), child);
}
