//! From a bridge's values to the graph of components that it wants.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::balancer::{Making, OutgoingGroups, draw_anchor, draw_nlb};
use super::consumers::{ConsumerHandles, draw_consumer};
use super::listeners::{Base, ListenerHandles, draw_alb_rules, draw_listener};
use super::model::AlbBridge;
use super::service::{ServiceHandles, draw_service, is_exclusive, offers_ipv6, principals};
use super::succession::Succession;
use crate::aws::Aws;
use crate::components::{Alb, SeenAlb, SeenGroup, SeenLoadBalancer, SeenVpc, Vpc};
use crate::engine::{Fact, Graph, Handle};
use crate::resources::admission::cidrs;
use crate::resources::facts::fact;
use crate::resources::pipeline::{Drawing, Frame, Past};

/// The components of a bridge.
pub struct BridgeHandles {
    pub(super) alb: Handle<SeenAlb>,
    pub(super) nlb: Handle<SeenLoadBalancer>,
    pub(super) service: ServiceHandles,
    pub(super) listeners: BTreeMap<String, ListenerHandles>,
    pub(super) consumers: BTreeMap<String, ConsumerHandles>,
    /// The principals that this bridge asks for.
    pub(super) wanted_principals: BTreeSet<String>,
    /// Whether nobody else may ask for any.
    pub(super) is_exclusive: bool,
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

/// Draws the graph.
pub(super) fn draw(
    model: &AlbBridge,
    past: &Past<'_, AlbBridge>,
    frame: &Frame,
) -> Drawing<BridgeHandles> {
    let mut graph = Graph::new();
    let owner = draw_owner(&mut graph, (model, past), frame);
    let Owner {
        given,
        anchor,
        nlb,
        listeners,
    } = owner;
    let served = listeners.values().map(|it| it.listener).collect();
    let service = draw_service(&mut graph, (model, past), frame, (anchor, nlb, served));
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
        is_exclusive: is_exclusive(model),
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
    (model, past): (&AlbBridge, &Past<'_, AlbBridge>),
    frame: &Frame,
) -> Owner {
    let given = draw_given(graph, model, frame);
    let anchor = draw_anchor(graph, (model, past.formers), frame, &given);
    let beside = Succession::of(model, past).suffix(frame.name());
    let rules = draw_alb_rules(graph, model, frame, anchor);
    let stands_on = (anchor, given.alb, rules.clone());
    let made = Making {
        beside: beside.clone(),
        offers_ipv6: offers_ipv6(model, past),
        // Of a bridge that stands they are known, unless configuration leaves them open.
        derives_subnets: frame.anchorage.building || past.formers.is_empty(),
        outgoing: OutgoingGroups::of(model, past.formers),
    };
    let nlb = draw_nlb(graph, model, frame, stands_on, made);
    let base = Base {
        model,
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
