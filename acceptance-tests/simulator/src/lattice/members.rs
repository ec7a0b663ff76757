//! What is in a service network: the configurations that are associated with it and the children of those
//! that are groups or of type ARN. A child has an association of its own, which comes and goes with its
//! group's.

use super::arns::id_of;
use super::children;
use crate::clock::Moment;
use crate::random::hash;
use crate::world::lattice::ResourceConfiguration;
use crate::world::private_link::NetworkLink;
use crate::world::service_network::NetworkResource;
use crate::world::{Record, World};

/// The hosted zone of Lattice's names in us-east-2, as the CLI's example shows it; others are not known.
pub(crate) const HOSTED_ZONE: &str = "Z03265862FOUNWMZOKUF4";

/// A configuration in a service network.
pub(crate) struct Member<'w> {
    /// `snra-…`.
    pub(crate) id: String,
    /// The association that was asked for.
    pub(crate) association: &'w Record<NetworkResource>,
    pub(crate) configuration: &'w Record<ResourceConfiguration>,
    /// Whether it is there because of its group.
    pub(crate) managed: bool,
}

impl<'w> Member<'w> {
    /// Whether clients can be led to it: a group is only a list of such.
    pub(super) fn is_leaf(&self) -> bool {
        matches!(self.configuration.value().kind.as_str(), "SINGLE" | "CHILD")
    }

    /// Its public name, below `head`: its own id, or that of an endpoint with its own.
    pub(super) fn name_below(&self, head: &str) -> String {
        let (id, region) = (&self.configuration.id, &self.configuration.scope.region);
        format!("{head}.{id}.4232ccc.vpc-lattice-rsc.{region}.on.aws")
    }

    /// Its public name at an endpoint.
    pub(crate) fn name_at(&self, endpoint_id: &str) -> String {
        self.name_below(&format!("{endpoint_id}-{}", self.id))
    }

    /// The name that it has where private DNS is on.
    pub(crate) fn private_name(&self) -> Option<&'w str> {
        let name = self.configuration.value().custom_domain.as_deref();
        name.filter(|_| self.association.value().private_dns)
    }
}

/// Everything that is in a network.
pub(crate) fn members<'w>(world: &'w World, network_id: &str) -> Vec<Member<'w>> {
    let all = world.all::<NetworkResource>();
    let inside = all.filter(|it| it.value().network_id == network_id);
    inside.flat_map(|it| of(world, it)).collect()
}

/// What an endpoint leads clients to by now: both it and the association have been there for some time.
pub(crate) fn reached<'w>(world: &'w World, link: &NetworkLink) -> Vec<Member<'w>> {
    let shown = |from: Option<Moment>| from.is_some_and(|from| from <= world.now);
    if !shown(link.shown_from) {
        return Vec::new();
    }
    let mut inside = leaves(world, &link.network_arn);
    inside.retain(|it| shown(it.association.value().shown_from));
    inside
}

/// What a client of a VPC in the network, by its id, reaches by this name. Source: the guide, "Service network
/// endpoints and VPC associations": the names of the associations are for such clients.
pub(crate) fn named<'w>(world: &'w World, network_id: &str, name: &str) -> Option<Member<'w>> {
    let mut inside = leaves(world, network_id).into_iter();
    inside.find(|it| it.name_below(&it.id) == name && it.association.value().status == "ACTIVE")
}

/// What clients are or will be led to in a network.
pub(super) fn leaves<'w>(world: &'w World, network: &str) -> Vec<Member<'w>> {
    let mut inside = members(world, id_of(network));
    // As in a group that is connected directly, children have to be ready.
    inside.retain(|it| {
        let leaving = it.association.value().status == "DELETE_IN_PROGRESS";
        let ready = !it.managed || it.configuration.value().is_ready();
        it.is_leaf() && ready && !leaving
    });
    inside
}

/// What an association brings into its network, itself first.
pub(super) fn of<'w>(
    world: &'w World,
    association: &'w Record<NetworkResource>,
) -> Vec<Member<'w>> {
    let parent = &association.value().configuration_id;
    let own = world.record::<ResourceConfiguration>(parent);
    let own = own.map(|configuration| Member {
        id: association.id.clone(),
        association,
        configuration,
        managed: false,
    });
    let children = children::of(world, parent).map(|configuration| Member {
        id: child_id(&association.id, &configuration.id),
        association,
        configuration,
        managed: true,
    });
    own.into_iter().chain(children).collect()
}

/// What an id or an ARN of an association stands for.
pub(super) fn find<'w>(world: &'w World, identifier: &str) -> Option<Member<'w>> {
    let id = id_of(identifier);
    if let Some(record) = world.record::<NetworkResource>(id) {
        return of(world, record).into_iter().next();
    }
    let mut all = world.all::<NetworkResource>().flat_map(|it| of(world, it));
    all.find(|member| member.id == id)
}

fn child_id(association_id: &str, child_id: &str) -> String {
    format!("snra-0{:016x}", hash(0, &[association_id, child_id]))
}
