//! The consumers, read back, wherever the provider's accounts lead.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::{field, found, is_ours, set, tag_field};
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, Site, SiteAccess, Tags};
use crate::components::marked;
use crate::components::{Peer, SeenEndpoint, SeenGroup};
use crate::engine::{Fact, Failure};
use crate::protocol::{Field, Map, Set};
use crate::resources::alb_bridge::addresses as at;
use crate::resources::alb_bridge::model::{AlbBridge, AllowFrom, BridgeConsumer};
use crate::resources::pipeline::Id;

/// The consumers of an owner path, wherever the provider's accounts lead.
pub(in crate::resources::alb_bridge) async fn recover_consumers(
    aws: &Aws,
    (owner, regions): (&OwnerPath, &BTreeSet<String>),
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
    all: &Tags,
) -> Result<(), Failure> {
    let path = owner.to_string();
    let mut consumers = Map::new();
    for (key, access) in sites(aws, owner, regions).await? {
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

pub(super) fn recovered_consumer(
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
        // Without a group of ours the endpoint has the user's.
        security_group_ids: match (group, &endpoint.groups) {
            (None, Fact::Known(groups)) => Field::Known(set(groups.clone())),
            _ => Field::Null,
        },
        ip_address_type: known_or(&endpoint.ip_address_type, "ipv4"),
        dns_record_ip_type: known_or(&endpoint.record_type, "ipv4"),
        tags: tag_field(own.collect()),
        account_id: Field::Known(site.account_id.clone()),
        region: Field::Known(site.region.clone()),
        ..BridgeConsumer::default()
    }
}

fn known_or(fact: &Fact<String>, default: &str) -> Field<String> {
    let known = fact.known().cloned();
    Field::Known(known.unwrap_or_else(|| default.to_owned()))
}

/// Who may use an endpoint, from its group's inbound rules.
pub(super) fn allow_from(group: &SeenGroup) -> Field<AllowFrom> {
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

/// Every place where a part may be: the owner's own first, then each entry's account in its own
/// region, the owner's, and those that the service supports.
async fn sites(
    aws: &Aws,
    owner: &OwnerPath,
    regions: &BTreeSet<String>,
) -> Result<Vec<(Option<String>, Arc<SiteAccess>)>, Failure> {
    let mut sites = BTreeMap::from([(owner.site.clone(), None)]);
    for key in aws.keys() {
        let account = aws.account_id(key).await?;
        let own = aws.region_written(key).unwrap_or(&owner.site.region);
        for region in regions.iter().map(String::as_str).chain([own]) {
            let site = Site::new(&account, region);
            sites.entry(site).or_insert_with(|| key.map(str::to_owned));
        }
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
