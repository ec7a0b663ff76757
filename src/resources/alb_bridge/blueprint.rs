//! From a bridge's values to the graph of components that it wants.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::consumers::{ConsumerHandles, draw_consumer};
use super::model::{AlbBridge, BridgeHealthCheck, BridgeListener};
use crate::aws::{Arn, Aws, names};
use crate::components::{
    Alb, AlbListener, AllowedPrincipals, EndpointService, HealthCheck, Listener, LoadBalancer,
    Peer, Rule, SecurityGroup, SecurityGroupRule, SeenAlb, SeenAlbListener, SeenGroup,
    SeenListener, SeenLoadBalancer, SeenPrincipals, SeenService, SeenTarget, SeenTargetGroup,
    SeenVpc, TargetGroup, TargetRegistration, Vpc,
};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::{Field, Set};
use crate::resources::pipeline::{Drawing, Frame};

/// The components of a bridge.
pub struct BridgeHandles {
    pub(super) alb: Handle<SeenAlb>,
    pub(super) nlb: Handle<SeenLoadBalancer>,
    pub(super) service: Handle<SeenService>,
    pub(super) principals: Handle<SeenPrincipals>,
    pub(super) listeners: BTreeMap<String, ListenerHandles>,
    pub(super) consumers: BTreeMap<String, ConsumerHandles>,
    /// The principals that this bridge asks for.
    pub(super) wanted_principals: BTreeSet<String>,
}

pub(super) struct ListenerHandles {
    pub(super) listener: Handle<SeenListener>,
    pub(super) target_group: Handle<SeenTargetGroup>,
    pub(super) target: Handle<SeenTarget>,
}

/// What all parts of the drawing share.
pub(super) struct Sketch<'a> {
    pub(super) model: &'a AlbBridge,
    pub(super) frame: &'a Frame,
    pub(super) anchor: Handle<SeenGroup>,
    pub(super) service: Handle<SeenService>,
    pub(super) principals: Handle<SeenPrincipals>,
}

/// Draws the graph. `formers` are what was wanted before.
pub(super) fn draw(
    model: &AlbBridge,
    formers: &[&AlbBridge],
    frame: &Frame,
) -> Drawing<BridgeHandles> {
    let mut graph = Graph::new();
    let (alb, vpc, consumer_vpcs) = draw_given(&mut graph, model, frame);
    let anchor = draw_anchor(
        &mut graph,
        model,
        frame,
        (alb, vpc, consumer_vpcs.values().copied().collect()),
    );
    let nlb = draw_nlb(&mut graph, model, frame, (anchor, alb));
    let mut listeners = BTreeMap::new();
    for (key, listener) in model.known_listeners() {
        let what = (
            key.as_str(),
            listener,
            model.alb_arn.as_str().unwrap_or_default(),
        );
        listeners.insert(
            key.clone(),
            draw_listener(&mut graph, what, frame, (anchor, alb, nlb)),
        );
    }
    draw_alb_rules(&mut graph, model, frame, anchor);
    let service = draw_service(&mut graph, model, frame, (anchor, nlb));
    let wanted_principals = principals(model);
    let formerly = formers.iter().flat_map(|former| principals(former));
    let asked = (wanted_principals.clone(), formerly.collect());
    let principals = draw_principals(&mut graph, frame, service, asked);
    let sketch = Sketch {
        model,
        frame,
        anchor,
        service,
        principals,
    };
    let mut consumers = BTreeMap::new();
    for (key, consumer) in model.known_consumers() {
        let vpc = consumer_vpcs.get(key).copied();
        consumers.insert(
            key.clone(),
            draw_consumer(&mut graph, &sketch, (key, consumer), vpc),
        );
    }
    let handles = BridgeHandles {
        alb,
        nlb,
        service,
        principals,
        listeners,
        consumers,
        wanted_principals,
    };
    Drawing { graph, handles }
}

/// What the user gave: the ALB, its VPC, and the consumers' VPCs of which something is derived.
fn draw_given(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
) -> (
    Handle<SeenAlb>,
    Handle<SeenVpc>,
    BTreeMap<String, Handle<SeenVpc>>,
) {
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
    (alb, vpc, consumer_vpcs)
}

fn draw_principals(
    graph: &mut Graph<Aws>,
    frame: &Frame,
    service: Handle<SeenService>,
    (wanted, formerly): (BTreeSet<String>, BTreeSet<String>),
) -> Handle<SeenPrincipals> {
    let site = frame.site().clone();
    graph.add(at::PRINCIPALS, service, move |service: SeenService| {
        AllowedPrincipals {
            site: site.clone(),
            service: service.id,
            principals: wanted.clone(),
            formerly: formerly.clone(),
        }
    })
}

fn draw_anchor(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    (alb, vpc, consumer_vpcs): (Handle<SeenAlb>, Handle<SeenVpc>, Vec<Handle<SeenVpc>>),
) -> Handle<SeenGroup> {
    let (site, marking) = (frame.site().clone(), frame.anchor(at::ANCHOR));
    let owner = frame.anchorage.owner.to_string();
    let name = names::security_group(frame.name(), &owner, "nlb");
    let description = format!("NLB of the ALB bridge {}", frame.name());
    let targets = target_ports(model);
    let enforced = is_enforced(model);
    let offered: BTreeSet<u16> = model
        .known_listeners()
        .filter_map(|(_, it)| it.known_port())
        .collect();
    let clients = strings(&model.client_cidr_blocks);
    graph.add(
        at::ANCHOR,
        (alb, vpc, consumer_vpcs),
        move |(alb, vpc, consumers)| {
            let clients = clients.clone().or_else(|| union(consumers));
            let ingress = match enforced {
                true => clients.map(|cidrs| rules(&offered, &cidrs)),
                false => Fact::Known(BTreeSet::new()),
            };
            let _: &SeenAlb = &alb;
            SecurityGroup {
                site: site.clone(),
                name: name.clone(),
                description: description.clone(),
                vpc: alb.vpc,
                ingress,
                egress: Some(vpc.cidrs.map(|cidrs| rules(&targets, &cidrs))),
                marking: marking.clone(),
            }
        },
    )
}

fn draw_nlb(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    (anchor, alb): (Handle<SeenGroup>, Handle<SeenAlb>),
) -> Handle<SeenLoadBalancer> {
    let (site, frame) = (frame.site().clone(), frame.clone());
    let subnets = strings(&model.subnet_ids);
    let enforce_inbound_rules = is_enforced(model);
    graph.add(
        at::NLB,
        (anchor, alb),
        move |(anchor, alb): (SeenGroup, SeenAlb)| LoadBalancer {
            site: site.clone(),
            name: names::load_balancer(frame.name()),
            subnets: subnets.clone().or_else(|| alb.subnets),
            groups: anchor.id.clone().map(|id| BTreeSet::from([id])),
            cross_zone: true,
            enforce_inbound_rules,
            marking: frame.part(at::NLB, &anchor.id),
        },
    )
}

fn draw_listener(
    graph: &mut Graph<Aws>,
    (key, listener, alb_arn): (&str, &BridgeListener, &str),
    frame: &Frame,
    (anchor, alb, nlb): (Handle<SeenGroup>, Handle<SeenAlb>, Handle<SeenLoadBalancer>),
) -> ListenerHandles {
    let site = frame.site().clone();
    let port = listener.known_port().unwrap_or_default();
    let alb_port = listener.known_alb_port().unwrap_or(port);
    let check = listener.health_check.known().cloned().unwrap_or_default();
    let of = site.clone();
    let derived = check.protocol.is_null().then(|| {
        graph.add(at::alb_listener(key), alb, move |alb: SeenAlb| {
            AlbListener {
                site: of.clone(),
                balancer: alb.arn,
                port: alb_port,
            }
        })
    });
    let (of, marks, name) = (site.clone(), frame.clone(), key.to_owned());
    let target = format!("{alb_arn}:{alb_port}");
    let target_group = graph.add(
        at::target_group(key),
        (anchor, alb, derived),
        move |(anchor, alb, derived): (SeenGroup, SeenAlb, Option<SeenAlbListener>)| TargetGroup {
            site: of.clone(),
            name: names::target_group(marks.name(), port, &target),
            port: alb_port,
            vpc: alb.vpc,
            health_check: health_check(&check, derived),
            marking: marks.part(&at::target_group(&name), &anchor.id),
        },
    );
    let of = site.clone();
    let target = graph.add(
        at::target(key),
        (target_group, alb),
        move |(group, alb): (SeenTargetGroup, SeenAlb)| TargetRegistration {
            site: of.clone(),
            group: group.arn,
            target: alb.arn,
            port: alb_port,
        },
    );
    let (marks, name) = (frame.clone(), key.to_owned());
    let listener = graph.add(
        at::listener(key),
        (nlb.early(), target_group, anchor),
        move |(nlb, group, anchor): (SeenLoadBalancer, SeenTargetGroup, SeenGroup)| Listener {
            site: site.clone(),
            balancer: nlb.arn,
            port,
            target_group: group.arn,
            marking: marks.part(&at::listener(&name), &anchor.id),
        },
    );
    ListenerHandles {
        listener,
        target_group,
        target,
    }
}

/// The ALB's groups must let the network load balancer in: it is all that the ALB ever sees.
fn draw_alb_rules(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    anchor: Handle<SeenGroup>,
) {
    let groups = model
        .alb_security_group_ids
        .known()
        .into_iter()
        .flat_map(Set::known);
    for group in groups {
        for port in target_ports(model) {
            let (site, frame, group) = (frame.site().clone(), frame.clone(), group.clone());
            let address = at::alb_rule(&group, port);
            graph.add(address.clone(), anchor, move |anchor: SeenGroup| {
                SecurityGroupRule {
                    site: site.clone(),
                    group: group.clone(),
                    rule: anchor.id.clone().map(|id| Rule::tcp(port, Peer::Group(id))),
                    marking: frame.part(&address, &anchor.id),
                }
            });
        }
    }
}

fn draw_service(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    (anchor, nlb): (Handle<SeenGroup>, Handle<SeenLoadBalancer>),
) -> Handle<SeenService> {
    let (site, frame) = (frame.site().clone(), frame.clone());
    let acceptance_required = is_acceptance_required(model);
    graph.add(
        at::SERVICE,
        (nlb, anchor),
        move |(nlb, anchor): (SeenLoadBalancer, SeenGroup)| EndpointService {
            site: site.clone(),
            balancers: nlb.arn.map(|arn| BTreeSet::from([arn])),
            acceptance_required,
            marking: frame.part(at::SERVICE, &anchor.id),
        },
    )
}

/// The account roots that may connect: the owner's, the consumers', and those allowed by name.
pub(super) fn principals(model: &AlbBridge) -> BTreeSet<String> {
    let partition = model
        .alb_arn
        .as_str()
        .and_then(|arn| arn.parse::<Arn>().ok());
    let partition = partition.map_or_else(|| "aws".to_owned(), |arn| arn.partition);
    let consumers = model
        .known_consumers()
        .filter_map(|(_, it)| it.account_id.known());
    let allowed = model
        .allowed_accounts
        .known()
        .into_iter()
        .flat_map(Set::known);
    let accounts = model
        .account_id
        .known()
        .into_iter()
        .chain(consumers)
        .chain(allowed);
    accounts
        .map(|account| format!("arn:{partition}:iam::{account}:root"))
        .collect()
}

fn health_check(check: &BridgeHealthCheck, derived: Option<SeenAlbListener>) -> HealthCheck {
    let number = |field: &Field<i64>, default: i32| {
        field
            .known()
            .and_then(|number| i32::try_from(*number).ok())
            .unwrap_or(default)
    };
    let text = |field: &Field<String>, default: &str| {
        field.known().cloned().unwrap_or_else(|| default.to_owned())
    };
    HealthCheck {
        protocol: match derived {
            Some(listener) => listener.protocol,
            None => fact(&check.protocol),
        },
        port: check
            .port
            .known()
            .map_or_else(|| "traffic-port".to_owned(), ToString::to_string),
        path: text(&check.path, "/"),
        matcher: text(&check.matcher, "200-499"),
        interval_s: number(&check.interval, 10),
        timeout_s: number(&check.timeout, 6),
        healthy_threshold: number(&check.healthy_threshold, 2),
        unhealthy_threshold: number(&check.unhealthy_threshold, 2),
    }
}

/// The ports on which the ALB is reached and checked.
fn target_ports(model: &AlbBridge) -> BTreeSet<u16> {
    let checked = |listener: &BridgeListener| {
        let check = listener.health_check.known()?;
        check
            .port
            .known()
            .and_then(|port| u16::try_from(*port).ok())
    };
    let ports = model
        .known_listeners()
        .flat_map(|(_, it)| [it.known_alb_port(), checked(it)]);
    ports.flatten().collect()
}

fn rules(ports: &BTreeSet<u16>, cidrs: &BTreeSet<String>) -> BTreeSet<Rule> {
    let pairs = ports
        .iter()
        .flat_map(|port| cidrs.iter().map(move |cidr| (*port, cidr)));
    pairs
        .map(|(port, cidr)| Rule::tcp(port, Peer::cidr(cidr)))
        .collect()
}

/// All CIDRs of these VPCs.
pub(super) fn union(vpcs: Vec<SeenVpc>) -> Fact<BTreeSet<String>> {
    let all = Fact::all(vpcs.into_iter().map(|vpc| vpc.cidrs));
    all.map(|cidrs| cidrs.into_iter().flatten().collect())
}

fn is_enforced(model: &AlbBridge) -> bool {
    model
        .enforce_security_group_inbound_rules_on_private_link_traffic
        .as_str()
        == Some("on")
}

pub(super) fn is_acceptance_required(model: &AlbBridge) -> bool {
    model.acceptance_required.known().copied().unwrap_or(true)
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
