//! The network load balancer and its security group, which is the bridge's anchor.

use std::collections::BTreeSet;

use super::addresses as at;
use super::blueprint::{Given, union};
use super::listeners::target_ports;
use super::model::AlbBridge;
use super::service::is_on;
use crate::aws::{Aws, names};
use crate::components::{
    LoadBalancer, Peer, Rule, SecurityGroup, SeenAlb, SeenGroup, SeenLoadBalancer, SeenRule,
    SeenVpc,
};
use crate::engine::{Fact, Graph, Handle};
use crate::resources::facts::{known_strings, strings};
use crate::resources::pipeline::Frame;

/// Draws the anchor. Where the user gives groups it is on nothing and lets nothing through, and is
/// still what the bridge is found by.
pub(super) fn draw_anchor(
    graph: &mut Graph<Aws>,
    (model, formers): (&AlbBridge, &[&AlbBridge]),
    frame: &Frame,
    given: &Given,
) -> Handle<SeenGroup> {
    let (site, marking) = (frame.site().clone(), frame.anchor(at::ANCHOR));
    let owner = frame.anchorage.owner.to_string();
    let name = names::security_group(frame.name(), &owner, "nlb");
    let description = format!("NLB of the ALB bridge {}", frame.name());
    let used = model.security_group_ids.is_null();
    let targets = target_ports(model);
    // What the ALB was reached by stays until the listeners are led elsewhere.
    let formerly: BTreeSet<u16> = formers.iter().flat_map(|it| target_ports(it)).collect();
    let outgoing: BTreeSet<u16> = match used {
        true => formerly.difference(&targets).copied().collect(),
        false => formerly,
    };
    let (enforced, dualstack) = (is_enforced(model), is_dualstack(model));
    // Who came in by our rules does so until the load balancer no longer asks for them.
    let came = |former: &&AlbBridge| is_enforced(former) && former.security_group_ids.is_null();
    let keeps_ingress = !(enforced && used) && formers.iter().any(came);
    let offered: BTreeSet<u16> = model
        .known_listeners()
        .filter_map(|(_, it)| it.known_port())
        .collect();
    let clients = strings(&model.client_cidr_blocks);
    let consumers: Vec<Handle<SeenVpc>> = given.consumer_vpcs.values().copied().collect();
    let needs = (given.alb, given.vpc, consumers);
    graph.add(
        at::ANCHOR,
        needs,
        move |(alb, vpc, consumers): AnchorFacts| {
            let clients = clients.clone().or_else(|| union(consumers, dualstack));
            let ingress = match enforced && used {
                true => clients.map(|cidrs| rules(&offered, &cidrs)),
                false => Fact::Known(BTreeSet::new()),
            };
            let egress = match used {
                true => vpc.cidrs.as_ref().map(|cidrs| rules(&targets, cidrs)),
                false => Fact::Known(BTreeSet::new()),
            };
            SecurityGroup {
                site: site.clone(),
                name: name.clone(),
                description: description.clone(),
                vpc: alb.vpc,
                ingress,
                egress: Some(egress),
                in_ipv6_vpc: vpc
                    .ipv6_cidrs
                    .known()
                    .is_some_and(|cidrs| !cidrs.is_empty()),
                outgoing: vpc
                    .cidrs
                    .known()
                    .map(|cidrs| rules(&outgoing, cidrs))
                    .unwrap_or_default(),
                keeps_ingress,
                marking: marking.clone(),
            }
        },
    )
}

type AnchorFacts = (SeenAlb, SeenVpc, Vec<SeenVpc>);

/// What was there before says of how a load balancer is made.
pub(super) struct Making {
    /// What tells its name from that of the one beside which it is made.
    pub(super) beside: Option<String>,
    /// Whether its service offers IPv6, or did until now.
    pub(super) offers_ipv6: bool,
    /// Whether it stands in the subnets of the ALB where no others are known.
    pub(super) derives_subnets: bool,
    /// By which groups it reached its former targets, and does until its listeners lead elsewhere.
    pub(super) outgoing: OutgoingGroups,
}

/// Groups that a load balancer carries for now.
#[derive(Clone, Default)]
pub(super) struct OutgoingGroups {
    anchor: bool,
    given: BTreeSet<String>,
}

impl OutgoingGroups {
    /// Those of former values which lead to other targets: where these are the same, the rules for the
    /// new groups are there before the old groups go.
    pub(super) fn of(model: &AlbBridge, formers: &[&AlbBridge]) -> Self {
        let targets = target_ports(model);
        let leads_elsewhere = |former: &&&AlbBridge| {
            former.alb_arn != model.alb_arn
                || former.alb_security_group_ids != model.alb_security_group_ids
                || !target_ports(former).is_subset(&targets)
        };
        let mut outgoing = Self::default();
        for former in formers.iter().filter(leads_elsewhere) {
            outgoing.anchor |= former.security_group_ids.is_null();
            outgoing
                .given
                .extend(known_strings(&former.security_group_ids));
        }
        outgoing
    }
}

/// Draws the load balancer.
pub(super) fn draw_nlb(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    (anchor, alb, rules): (Handle<SeenGroup>, Handle<SeenAlb>, Vec<Handle<SeenRule>>),
    making: Making,
) -> Handle<SeenLoadBalancer> {
    let Making {
        beside,
        offers_ipv6,
        derives_subnets,
        outgoing,
    } = making;
    let (site, frame) = (frame.site().clone(), frame.clone());
    let subnets = strings(&model.subnet_ids);
    let groups = (!model.security_group_ids.is_null()).then(|| strings(&model.security_group_ids));
    let enforce_inbound_rules = is_enforced(model);
    let dualstack = is_dualstack(model);
    // Beside another it takes over a service that may still offer what was offered before.
    let made_dualstack = dualstack || (beside.is_some() && offers_ipv6);
    let cross_zone = is_on(&model.cross_zone_load_balancing);
    let deletion_protection = model.deletion_protection.known() == Some(&true);
    graph.add(
        at::NLB,
        // Whatever groups it gets, the ALB lets them in before, and lets the former ones in until then.
        (anchor, alb, rules),
        move |(anchor, alb, _): (SeenGroup, SeenAlb, Vec<SeenRule>)| LoadBalancer {
            site: site.clone(),
            name: names::load_balancer(frame.name(), beside.as_deref()),
            stem: names::load_balancer(frame.name(), None),
            subnets: subnets.clone().or_else(|| match derives_subnets {
                true => alb.subnets,
                false => Fact::Later,
            }),
            dualstack,
            made_dualstack,
            groups_given: groups.is_some(),
            outgoing_groups: outgoing
                .anchor
                .then(|| anchor.id.known().cloned())
                .flatten()
                .into_iter()
                .chain(outgoing.given.clone())
                .collect(),
            groups: groups
                .clone()
                .unwrap_or_else(|| anchor.id.clone().map(|id| BTreeSet::from([id]))),
            cross_zone,
            deletion_protection,
            gives_way: frame.is_former(),
            enforce_inbound_rules,
            marking: frame.part(at::NLB, &anchor.id),
        },
    )
}

fn rules(ports: &BTreeSet<u16>, cidrs: &BTreeSet<String>) -> BTreeSet<Rule> {
    let pairs = ports
        .iter()
        .flat_map(|port| cidrs.iter().map(move |cidr| (*port, cidr)));
    pairs
        .map(|(port, cidr)| Rule::tcp(port, Peer::cidr(cidr)))
        .collect()
}

/// Whether clients may come by IPv6.
pub(super) fn is_dualstack(model: &AlbBridge) -> bool {
    model.ip_address_type.as_str() == Some("dualstack")
}

fn is_enforced(model: &AlbBridge) -> bool {
    model
        .enforce_security_group_inbound_rules_on_private_link_traffic
        .as_str()
        == Some("on")
}
