//! The consumers, read back, wherever the provider's accounts lead.

use std::collections::{BTreeMap, BTreeSet};

use super::{field, found, set};
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, Site, Tags};
use crate::components::marked;
use crate::components::{SeenEndpoint, SeenGroup};
use crate::engine::{Fact, Failure};
use crate::protocol::{Field, Map, Set};
use crate::resources::accounts::sites;
use crate::resources::admission::admitted;
use crate::resources::alb_bridge::addresses as at;
use crate::resources::alb_bridge::model::{AlbBridge, BridgeConsumer};
use crate::resources::pipeline::Id;
use crate::resources::recovered::{own_tags, tag_field};

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
            // A second one of that name is left from before it moved, and so is a group of another VPC.
            if consumers.contains_key(&name) {
                continue;
            }
            let group = groups.iter().find(|group| {
                let of_it = place(&group.tags) == Some((name.clone(), "security_group"));
                of_it && !group.vpc.differs(&endpoint.vpc)
            });
            ids.extend(group.map(|group| group_id(&name, group, access.site())));
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
            if consumers.contains_key(&name) {
                continue;
            }
            ids.extend([group_id(&name, group, access.site())]);
            let bare = SeenEndpoint {
                vpc: group.vpc.clone(),
                ..SeenEndpoint::default()
            };
            let (site, group) = (access.site(), Some(group));
            let consumer = recovered_consumer(&key, site, &bare, group, (aws, all));
            consumers.insert(name, Field::Known(consumer));
        }
    }
    if !consumers.is_empty() {
        model.consumers = Field::Known(consumers);
    }
    Ok(())
}

fn group_id(name: &str, group: &SeenGroup, site: &Site) -> (String, Id) {
    let id = group.id.known().cloned().unwrap_or_default();
    let address = at::consumer_part(name, "security_group");
    (address, found("security_group", &id, site))
}

pub(super) fn recovered_consumer(
    key: &Option<String>,
    site: &Site,
    endpoint: &SeenEndpoint,
    group: Option<&SeenGroup>,
    (aws, all): (&Aws, &Tags),
) -> BridgeConsumer {
    let defaults = &aws.settings().default_tags;
    let tags = endpoint.tags.known().cloned().unwrap_or_default();
    let own = own_tags(tags, &[all, defaults]);
    BridgeConsumer {
        account: key.clone().into(),
        vpc_id: field(endpoint.vpc.clone()),
        subnet_ids: match &endpoint.subnets {
            Fact::Known(subnets) => Field::Known(set(subnets.clone())),
            Fact::Later => Field::Known(Set(vec![])),
        },
        allow_from: group.map_or(Field::Null, admitted),
        // Without a group of ours the endpoint has the user's.
        security_group_ids: match (group, &endpoint.groups) {
            (None, Fact::Known(groups)) => Field::Known(set(groups.clone())),
            _ => Field::Null,
        },
        ip_address_type: known_or(&endpoint.ip_address_type, "ipv4"),
        dns_record_ip_type: known_or(&endpoint.record_type, "ipv4"),
        tags: tag_field(own),
        account_id: Field::Known(site.account_id.clone()),
        region: Field::Known(site.region.clone()),
        ..BridgeConsumer::default()
    }
}

fn known_or(fact: &Fact<String>, default: &str) -> Field<String> {
    let known = fact.known().cloned();
    Field::Known(known.unwrap_or_else(|| default.to_owned()))
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
