//! From a bridge's values to the graph of components that it wants.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::balancer::{self, draw_anchor, draw_nlb};
use super::consumers::{ConsumerHandles, draw_consumer};
use super::listeners::{Base, ListenerHandles, draw_alb_rules, draw_listener};
use super::model::AlbBridge;
use super::service::{ServiceHandles, draw_service, offers_ipv6, principals};
use crate::aws::Aws;
use crate::components::{Alb, SeenAlb, SeenGroup, SeenLoadBalancer, SeenVpc, Vpc};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::{Field, Set};
use crate::resources::pipeline::{Drawing, Frame};

/// The components of a bridge.
pub struct BridgeHandles {
    pub(super) alb: Handle<SeenAlb>,
    pub(super) nlb: Handle<SeenLoadBalancer>,
    pub(super) service: ServiceHandles,
    pub(super) listeners: BTreeMap<String, ListenerHandles>,
    pub(super) consumers: BTreeMap<String, ConsumerHandles>,
    /// The principals that this bridge asks for.
    pub(super) wanted_principals: BTreeSet<String>,
}

/// What all parts of the drawing share.
pub(super) struct Sketch<'a> {
    pub(super) model: &'a AlbBridge,
    pub(super) frame: &'a Frame,
    pub(super) anchor: Handle<SeenGroup>,
    pub(super) service: ServiceHandles,
}

/// What the user gave: the ALB, its VPC, and the consumers' VPCs of which something is derived.
#[derive(Clone)]
pub(super) struct Given {
    pub(super) alb: Handle<SeenAlb>,
    pub(super) vpc: Handle<SeenVpc>,
    pub(super) consumer_vpcs: BTreeMap<String, Handle<SeenVpc>>,
}

/// Draws the graph. `formers` are what was wanted before.
pub(super) fn draw(
    model: &AlbBridge,
    formers: &[&AlbBridge],
    frame: &Frame,
) -> Drawing<BridgeHandles> {
    let mut graph = Graph::new();
    let owner = draw_owner(&mut graph, (model, formers), frame);
    let Owner {
        given,
        anchor,
        nlb,
        listeners,
    } = owner;
    let service = draw_service(&mut graph, (model, formers), frame, (anchor, nlb));
    let sketch = Sketch {
        model,
        frame,
        anchor,
        service,
    };
    let mut consumers = BTreeMap::new();
    for (key, consumer) in model.known_consumers() {
        let vpc = given.consumer_vpcs.get(key).copied();
        let handles = draw_consumer(&mut graph, &sketch, (key, consumer), vpc);
        consumers.insert(key.clone(), handles);
    }
    let handles = BridgeHandles {
        alb: given.alb,
        nlb,
        service,
        listeners,
        consumers,
        wanted_principals: principals(model),
    };
    Drawing { graph, handles }
}

/// The owner's side up to the listeners.
pub(super) struct Owner {
    pub(super) given: Given,
    pub(super) anchor: Handle<SeenGroup>,
    pub(super) nlb: Handle<SeenLoadBalancer>,
    pub(super) listeners: BTreeMap<String, ListenerHandles>,
}

/// Draws the owner's side up to the listeners: all that needs no service.
pub(super) fn draw_owner(
    graph: &mut Graph<Aws>,
    (model, formers): (&AlbBridge, &[&AlbBridge]),
    frame: &Frame,
) -> Owner {
    let given = draw_given(graph, model, frame);
    let anchor = draw_anchor(graph, (model, formers), frame, &given);
    let beside = balancer::beside(model, formers);
    let rules = draw_alb_rules(graph, model, frame, anchor);
    let stands_on = (anchor, given.alb, rules.clone());
    let made = (beside.clone(), offers_ipv6(model, formers));
    let nlb = draw_nlb(graph, model, frame, stands_on, made);
    let base = Base {
        model,
        formers,
        frame,
        given: given.clone(),
        anchor,
        nlb,
        beside,
        rules,
    };
    let mut listeners = BTreeMap::new();
    for (key, listener) in model.known_listeners() {
        let handles = draw_listener(graph, &base, (key, listener));
        listeners.insert(key.clone(), handles);
    }
    Owner {
        given,
        anchor,
        nlb,
        listeners,
    }
}

fn draw_given(graph: &mut Graph<Aws>, model: &AlbBridge, frame: &Frame) -> Given {
    let site = frame.site().clone();
    let arn: Fact<String> = fact(&model.alb_arn);
    let of = site.clone();
    let alb = graph.add(at::ALB, (), move |()| Alb {
        site: of.clone(),
        arn: arn.clone(),
    });
    let of = site.clone();
    let vpc = graph.add(at::VPC, alb, move |alb: SeenAlb| Vpc {
        site: of.clone(),
        id: alb.vpc,
    });
    // The VPCs of consumers come first: rules of the anchor may follow from them.
    let consumer_vpcs: BTreeMap<String, Handle<SeenVpc>> = model
        .known_consumers()
        .filter(|(_, consumer)| {
            consumer.allow_from.is_unknown() || model.client_cidr_blocks.is_unknown()
        })
        .map(|(key, consumer)| {
            let (site, id) = (super::consumers::site(consumer), fact(&consumer.vpc_id));
            let address = at::consumer_part(key, "vpc");
            let vpc = move |()| Vpc {
                site: site.clone(),
                id: id.clone(),
            };
            (key.clone(), graph.add(address, (), vpc))
        })
        .collect();
    Given {
        alb,
        vpc,
        consumer_vpcs,
    }
}

/// All CIDRs of these VPCs.
pub(super) fn union(vpcs: Vec<SeenVpc>, with_ipv6: bool) -> Fact<BTreeSet<String>> {
    let all = Fact::all(vpcs.iter().map(|vpc| cidrs(vpc, with_ipv6)));
    all.map(|cidrs| cidrs.into_iter().flatten().collect())
}

/// The CIDRs of a VPC, those of IPv6 where that is of use.
pub(super) fn cidrs(vpc: &SeenVpc, with_ipv6: bool) -> Fact<BTreeSet<String>> {
    let both = vpc.cidrs.clone().zip(match with_ipv6 {
        true => vpc.ipv6_cidrs.clone(),
        false => Fact::Known(BTreeSet::new()),
    });
    both.map(|(ipv4, ipv6)| ipv4.into_iter().chain(ipv6).collect())
}

/// A wanted value: later while it is unknown, or left to be derived.
pub(super) fn fact<T: Clone>(field: &Field<T>) -> Fact<T> {
    field.known().cloned().into()
}

/// A set of strings: later while anything in it is unknown.
pub(super) fn strings(field: &Field<Set<String>>) -> Fact<BTreeSet<String>> {
    match field.known() {
        Some(set) if !set.has_unknown() => Fact::Known(set.known().cloned().collect()),
        _ => Fact::Later,
    }
}
