//! Reading a bridge back from the marks on what it has made.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::addresses as at;
use super::model::{AlbBridge, AllowFrom, BridgeConsumer, BridgeHealthCheck, BridgeListener};
use crate::aws::ownership::{Mark, OwnerPath, PREFIX};
use crate::aws::{Arn, Aws, Site, SiteAccess, Tags};
use crate::components::marked::{self, MarkedRule, Target};
use crate::components::{HealthCheck, Peer, SeenEndpoint, SeenGroup, SeenService};
use crate::engine::{Fact, Failure, Reason};
use crate::protocol::{Field, Map, Set};
use crate::resources::pipeline::{Id, Recovered};

/// The import id of the complete bridge of this owner path.
pub(super) async fn find_id(aws: &Aws, owner: &OwnerPath) -> Result<Option<String>, Failure> {
    let access = aws.site(&owner.site).await?;
    let services = marked::services(&access, &owner.to_string()).await?;
    let Some(Fact::Known(id)) = services.into_iter().next().map(|service| service.id) else {
        return Ok(None);
    };
    let plain = aws.key_of(&owner.site.account_id).await?.is_none()
        && aws
            .region(None)
            .await
            .is_ok_and(|region| region == owner.site.region);
    Ok(Some(if plain {
        id
    } else {
        format!("{}/{id}", owner.site)
    }))
}

/// The values of the bridge whose service has this id.
pub(super) async fn recover(
    aws: &Aws,
    site: &Site,
    id: &str,
) -> Result<Option<Recovered<AlbBridge>>, Failure> {
    let access = aws.site(site).await?;
    let Some(service) = marked::service(&access, id).await? else {
        return Ok(None);
    };
    let owner = owner_of(&service, id)?;
    let path = owner.to_string();
    let mut model = AlbBridge {
        name: Field::Known(owner.name.clone()),
        account_id: Field::Known(site.account_id.clone()),
        region: Field::Known(site.region.clone()),
        acceptance_required: field(service.acceptance_required.clone()),
        drift: Field::Known(Set(vec![])),
        ..AlbBridge::default()
    };
    let key = aws.key_of(&site.account_id).await?;
    model.account = key.map(str::to_owned).into();
    let mut ids = BTreeMap::new();
    ids.insert(
        at::SERVICE.to_owned(),
        found("vpc_endpoint_service", id, site),
    );
    recover_anchor(&access, &path, aws, &mut model, &mut ids).await?;
    let balancers = service.balancers.known().cloned().unwrap_or_default();
    if let Some(arn) = marked::own_of(&access, &path, balancers).await? {
        recover_load_balancer(&access, (&path, &arn), &mut model, &mut ids).await?;
    }
    recover_clients(&access, &path, &mut model).await?;
    recover_rules(&access, &path, &mut model, &mut ids).await?;
    let all = common_tags(&model);
    recover_consumers(aws, &owner, &mut model, &mut ids, &all).await?;
    recover_accounts(&access, id, &mut model).await?;
    Ok(Some(Recovered { model, ids }))
}

fn owner_of(service: &SeenService, id: &str) -> Result<OwnerPath, Failure> {
    let tags = service.tags.known().cloned().unwrap_or_default();
    let owner = Mark::read(&tags).owner;
    let path = owner
        .as_deref()
        .and_then(OwnerPath::parse)
        .filter(|path| path.kind == "bridge");
    path.ok_or_else(|| {
        let what = match owner {
            Some(owner) => format!("{id} belongs to {owner}, which is no ALB bridge."),
            None => format!("{id} was not made by this provider."),
        };
        let remedy = "Only what privatelink_alb_bridge has made can be imported by this version.";
        Failure::Never(Reason::new(what).remedy(remedy))
    })
}

async fn recover_anchor(
    access: &SiteAccess,
    path: &str,
    aws: &Aws,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    let Some(anchor) = marked::anchors(access, path).await?.into_iter().next() else {
        let what = format!(
            "Nothing in {} but tags on the service says {path}.",
            access.site()
        );
        let remedy = "The security group that every bridge begins with is missing, so this is none \
                      that can be imported. Remove what is left of it by hand.";
        return Err(Failure::Never(Reason::new(what).remedy(remedy)));
    };
    ids.insert(
        at::ANCHOR.to_owned(),
        found("security_group", &anchor.id, access.site()),
    );
    model.instance = Field::Known(anchor.claim);
    let defaults = &aws.settings().default_tags;
    let own = anchor
        .tags
        .into_iter()
        .filter(|(key, value)| !is_ours(key) && defaults.get(key) != Some(value));
    model.tags = tag_field(own.collect());
    let all = common_tags(model).into_iter().chain(defaults.clone());
    model.tags_all = Field::Known(all.map(|(key, value)| (key, Field::Known(value))).collect());
    Ok(())
}

/// The load balancer with this ARN and its listeners.
pub(super) async fn recover_load_balancer(
    access: &SiteAccess,
    (path, arn): (&str, &str),
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    ids.insert(
        at::NLB.to_owned(),
        found("network_load_balancer", arn, access.site()),
    );
    if let Some(balancer) = marked::balancer(access, arn).await? {
        model.subnet_ids = field(balancer.subnets.map(set));
        let enforced = balancer.enforce_inbound_rules.known() == Some(&true);
        model.enforce_security_group_inbound_rules_on_private_link_traffic =
            if enforced { "on".into() } else { "off".into() };
    }
    let mut listeners = Map::new();
    for (port, listener) in marked::listeners(access, arn).await? {
        let tags = listener.tags.known().cloned().unwrap_or_default();
        let Some(key) = Mark::read(&tags)
            .address
            .and_then(|address| Some(address.strip_prefix("listener.")?.to_owned()))
        else {
            continue;
        };
        let group = listener.target_group.known().cloned().unwrap_or_default();
        // One that somebody put in the place of ours is not ours.
        if marked::own_of(access, path, [group.clone()])
            .await?
            .is_some()
        {
            let id = found("target_group", &group, access.site());
            ids.insert(at::target_group(&key), id);
        }
        let target = marked::target(access, &group).await?;
        if let Some(alb) = target.as_ref().and_then(|target| target.target.clone()) {
            model.alb_arn = Field::Known(alb);
        }
        let protocol = alb_protocol(access, model, target.as_ref()).await?;
        let listener = recovered_listener(port, target, protocol.as_deref());
        listeners.insert(key, Field::Known(listener));
    }
    model.listeners = Field::Known(listeners);
    Ok(())
}

/// The protocol of the ALB's own listener, which health checks take by default.
async fn alb_protocol(
    access: &SiteAccess,
    model: &AlbBridge,
    target: Option<&Target>,
) -> Result<Option<String>, Failure> {
    let (Some(arn), Some(target)) = (model.alb_arn.as_str(), target) else {
        return Ok(None);
    };
    marked::listener_protocol(access, arn, target.port).await
}

fn recovered_listener(port: u16, target: Option<Target>, alb: Option<&str>) -> BridgeListener {
    let alb_port = target.as_ref().map_or(port, |target| target.port);
    BridgeListener {
        port: Field::Known(i64::from(port)),
        alb_port: Field::Known(i64::from(alb_port)),
        health_check: target.map_or(Field::Null, |it| health_check(&it.health_check, alb)),
        ..BridgeListener::default()
    }
}

/// What of a health check is not the default; null if all of it is.
fn health_check(seen: &HealthCheck, alb: Option<&str>) -> Field<BridgeHealthCheck> {
    let number = |seen: i32, default: i32| match seen == default {
        true => Field::Null,
        false => Field::Known(i64::from(seen)),
    };
    let text = |seen: &str, default: &str| match seen == default {
        true => Field::Null,
        false => Field::Known(seen.to_owned()),
    };
    let protocol = seen.protocol.known().map(String::as_str);
    let check = BridgeHealthCheck {
        protocol: match protocol == alb {
            true => Field::Null,
            false => protocol.map(str::to_owned).into(),
        },
        port: seen.port.parse().ok().into(),
        path: text(&seen.path, "/"),
        matcher: text(&seen.matcher, "200-499"),
        interval: number(seen.interval_s, 10),
        timeout: number(seen.timeout_s, 6),
        healthy_threshold: number(seen.healthy_threshold, 2),
        unhealthy_threshold: number(seen.unhealthy_threshold, 2),
    };
    if check == BridgeHealthCheck::default() {
        Field::Null
    } else {
        Field::Known(check)
    }
}

/// With enforcement on, the anchor's inbound rules say who may come in.
async fn recover_clients(
    access: &SiteAccess,
    path: &str,
    model: &mut AlbBridge,
) -> Result<(), Failure> {
    let switch = &model.enforce_security_group_inbound_rules_on_private_link_traffic;
    if switch.as_str() != Some("on") {
        return Ok(());
    }
    let groups = marked::groups(access, path).await?;
    let anchor = groups.iter().find(|group| {
        let tags = group.tags.known().cloned().unwrap_or_default();
        Mark::read(&tags).claim.is_some()
    });
    if let Some(Field::Known(allow)) = anchor.map(allow_from) {
        model.client_cidr_blocks = allow.cidr_blocks;
    }
    Ok(())
}

/// The rules that let the load balancer into the ALB's groups.
pub(super) async fn recover_rules(
    access: &SiteAccess,
    path: &str,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<Vec<MarkedRule>, Failure> {
    let rules = marked::rules(access, path).await?;
    for rule in &rules {
        let id = found("security_group_rule", &rule.id, access.site());
        ids.insert(rule.address.clone(), id);
    }
    if !rules.is_empty() {
        let groups: BTreeSet<String> = rules.iter().map(|rule| rule.group.clone()).collect();
        model.alb_security_group_ids = Field::Known(set(groups));
    }
    Ok(rules)
}

/// The consumers of an owner path, wherever the provider's accounts lead.
pub(super) async fn recover_consumers(
    aws: &Aws,
    owner: &OwnerPath,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
    all: &Tags,
) -> Result<(), Failure> {
    let path = owner.to_string();
    let mut consumers = Map::new();
    for (key, access) in sites(aws, owner).await? {
        let groups = marked::groups(&access, &path).await?;
        for endpoint in marked::endpoints(&access, &path).await? {
            let Some((name, "endpoint")) = place(&endpoint.tags) else {
                continue;
            };
            let group = groups
                .iter()
                .find(|group| place(&group.tags) == Some((name.clone(), "security_group")));
            let consumer = recovered_consumer(&key, access.site(), &endpoint, group, (aws, all));
            let id = endpoint.id.known().cloned().unwrap_or_default();
            ids.insert(
                at::consumer_part(&name, "endpoint"),
                found("vpc_endpoint", &id, access.site()),
            );
            consumers.insert(name, Field::Known(consumer));
        }
        // A group whose endpoint was not made yet, or is gone, still stands for its consumer.
        for group in &groups {
            let Some((name, "security_group")) = place(&group.tags) else {
                continue;
            };
            let id = group.id.known().cloned().unwrap_or_default();
            let address = at::consumer_part(&name, "security_group");
            ids.insert(address, found("security_group", &id, access.site()));
            consumers.entry(name).or_insert_with(|| {
                let bare = SeenEndpoint {
                    vpc: group.vpc.clone(),
                    ..SeenEndpoint::default()
                };
                Field::Known(recovered_consumer(
                    &key,
                    access.site(),
                    &bare,
                    Some(group),
                    (aws, all),
                ))
            });
        }
    }
    if !consumers.is_empty() {
        model.consumers = Field::Known(consumers);
    }
    Ok(())
}

fn recovered_consumer(
    key: &Option<String>,
    site: &Site,
    endpoint: &SeenEndpoint,
    group: Option<&SeenGroup>,
    (aws, all): (&Aws, &Tags),
) -> BridgeConsumer {
    let defaults = &aws.settings().default_tags;
    let tags = endpoint
        .tags
        .known()
        .cloned()
        .unwrap_or_default()
        .into_iter();
    let own = tags.filter(|(key, value)| {
        !is_ours(key) && all.get(key) != Some(value) && defaults.get(key) != Some(value)
    });
    BridgeConsumer {
        account: key.clone().into(),
        vpc_id: field(endpoint.vpc.clone()),
        subnet_ids: match &endpoint.subnets {
            Fact::Known(subnets) => Field::Known(set(subnets.clone())),
            Fact::Later => Field::Known(Set(vec![])),
        },
        allow_from: group.map_or(Field::Null, allow_from),
        tags: tag_field(own.collect()),
        account_id: Field::Known(site.account_id.clone()),
        region: Field::Known(site.region.clone()),
        ..BridgeConsumer::default()
    }
}

/// Who may use an endpoint, from its group's inbound rules.
fn allow_from(group: &SeenGroup) -> Field<AllowFrom> {
    let rules = group.ingress.known().cloned().unwrap_or_default();
    let list = |pick: fn(&Peer) -> Option<String>| {
        let found: BTreeSet<String> = rules.iter().filter_map(|rule| pick(&rule.peer)).collect();
        if found.is_empty() {
            Field::Null
        } else {
            Field::Known(set(found))
        }
    };
    Field::Known(AllowFrom {
        cidr_blocks: list(|peer| match peer {
            Peer::Ipv4(cidr) | Peer::Ipv6(cidr) => Some(cidr.clone()),
            _ => None,
        }),
        security_group_ids: list(|peer| match peer {
            Peer::Group(id) => Some(id.clone()),
            _ => None,
        }),
        prefix_list_ids: list(|peer| match peer {
            Peer::PrefixList(id) => Some(id.clone()),
            _ => None,
        }),
    })
}

/// Accounts on the service's list that no consumer and not the owner stand for.
async fn recover_accounts(
    access: &SiteAccess,
    service: &str,
    model: &mut AlbBridge,
) -> Result<(), Failure> {
    let listed = marked::principals(access, service).await?;
    let ours = super::blueprint::principals(model);
    let others = listed.difference(&ours).filter_map(|principal| {
        let arn: Arn = principal.parse().ok()?;
        (arn.resource == "root").then_some(arn.account_id)
    });
    let others: BTreeSet<String> = others.collect();
    if !others.is_empty() {
        model.allowed_accounts = Field::Known(set(others));
    }
    Ok(())
}

/// Every place where a part may be: the owner's own first, then each entry's account in its own
/// region or the owner's.
async fn sites(
    aws: &Aws,
    owner: &OwnerPath,
) -> Result<Vec<(Option<String>, Arc<SiteAccess>)>, Failure> {
    let mut sites = BTreeMap::from([(owner.site.clone(), None)]);
    for key in aws.keys() {
        let region = aws.region_written(key).unwrap_or(&owner.site.region);
        let site = Site::new(aws.account_id(key).await?, region);
        sites.entry(site).or_insert_with(|| key.map(str::to_owned));
    }
    let mut reached = Vec::new();
    for (site, key) in sites {
        reached.push((key, aws.site(&site).await?));
    }
    Ok(reached)
}

/// The consumer's key and the part that an object is, by its mark.
fn place(tags: &Fact<Tags>) -> Option<(String, &'static str)> {
    let address = Mark::read(tags.known()?).address?;
    let (key, part) = at::consumer_of(&address)?;
    let part = ["endpoint", "security_group"]
        .into_iter()
        .find(|known| *known == part)?;
    Some((key.to_owned(), part))
}

fn common_tags(model: &AlbBridge) -> Tags {
    crate::resources::pipeline::tags(&model.tags)
}

fn is_ours(key: &str) -> bool {
    key.starts_with(PREFIX) || key.starts_with("aws:")
}

fn tag_field(tags: Tags) -> Field<Map<String>> {
    if tags.is_empty() {
        return Field::Null;
    }
    Field::Known(
        tags.into_iter()
            .map(|(key, value)| (key, Field::Known(value)))
            .collect(),
    )
}

fn found(kind: &'static str, id: &str, site: &Site) -> Id {
    Id {
        kind,
        id: id.to_owned(),
        site: site.clone(),
    }
}

fn set(items: impl IntoIterator<Item = String>) -> Set<String> {
    items.into_iter().collect()
}

fn field<T>(fact: Fact<T>) -> Field<T> {
    fact.into_known().into()
}
