//! What a consumer gets that comes through a service network: an association of each with that network. The
//! network and the way from the VPC into it are the user's.

use std::collections::BTreeMap;

use super::addresses as at;
use super::blueprint::Sketch;
use super::leads::{Lead, leads};
use super::model::SharedConsumer;
use crate::aws::ownership::VPC;
use crate::aws::{Aws, Site};
use crate::components::{
    Cut, GivenNetwork, NetworkAssociation, OutOfReach, SeenConfiguration, SeenGroup,
    SeenNetworkAssociation, SeenServiceNetwork, SeenShareAcceptance,
};
use crate::engine::{Fact, Graph, Handle};
use crate::resources::facts::fact;
use crate::resources::pipeline::tags;

type Associations = BTreeMap<String, Handle<SeenNetworkAssociation>>;

/// Draws the user's network, and what is put into it.
pub(super) fn draw_associations(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    (site, acceptance): (&Site, Option<Handle<SeenShareAcceptance>>),
) -> Associations {
    let (at, id) = (site.clone(), fact(&consumer.service_network_id));
    let may_be_shared_on = sketch.model.is_shareable();
    let network = graph.add(at::consumer_part(key, "network"), (), move |()| {
        GivenNetwork {
            site: at.clone(),
            id: id.clone(),
            may_be_shared_on,
        }
    });
    let mut associations = Associations::new();
    for (keys, lead) in leads(sketch, (key, consumer)) {
        let ways = (site, network, acceptance);
        let handle = draw_association(graph, sketch, (lead, consumer), ways);
        associations.extend(keys.into_iter().map(|key| (key, handle)));
    }
    associations
}

type Facts = (
    (SeenConfiguration, Vec<SeenConfiguration>),
    (SeenServiceNetwork, Option<SeenShareAcceptance>),
    SeenGroup,
);

type Ways<'a> = (
    &'a Site,
    Handle<SeenServiceNetwork>,
    Option<Handle<SeenShareAcceptance>>,
);

fn draw_association(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (lead, consumer): (Lead, &SharedConsumer),
    (site, network, acceptance): Ways<'_>,
) -> Handle<SeenNetworkAssociation> {
    let (site, frame) = (site.clone(), sketch.frame.clone());
    let vpc = fact(&consumer.vpc_id);
    let mut own = tags(&consumer.tags);
    // Nothing else of it tells for which VPC it is there.
    own.extend(vpc.known().map(|vpc| (VPC.to_owned(), vpc.clone())));
    let private_dns = consumer.private_dns_enabled.known() != Some(&false);
    let address = lead.address.clone();
    let needs = (
        (lead.configuration, lead.children),
        (network, acceptance),
        sketch.anchor,
    );
    graph.add(
        lead.address,
        needs,
        move |((configuration, children), (network, _), anchor): Facts| {
            let children = Fact::all(children.into_iter().map(|it| it.id));
            NetworkAssociation {
                site: site.clone(),
                network: network.arn,
                shareable_network: network.shareable,
                configuration: configuration.arn,
                reaches: children.map(|ids| ids.into_iter().collect()),
                vpc: vpc.clone(),
                private_dns,
                marking: frame.part_with(&address, &anchor.id, &own),
            }
        },
    )
}

/// Draws what is in a network whose account no credentials lead to any more.
pub(super) fn draw_left_associations(
    graph: &mut Graph<Aws>,
    sketch: &Sketch<'_>,
    (key, consumer): (&str, &SharedConsumer),
    site: &Site,
) -> Associations {
    let mut associations = Associations::new();
    for (keys, lead) in leads(sketch, (key, consumer)) {
        let (site, owner) = (site.clone(), sketch.frame.site().clone());
        let handle = graph.add(
            lead.address,
            lead.configuration,
            move |_: SeenConfiguration| {
                let cut = (owner.clone(), Cut::Association);
                OutOfReach::<NetworkAssociation>::new(site.clone(), Some(cut))
            },
        );
        associations.extend(keys.into_iter().map(|key| (key, handle)));
    }
    associations
}
