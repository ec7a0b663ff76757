//! Reading the consumers of a shared database back, from what was made for them in their accounts.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::census::{Consumers, address, consumers};
use super::model::{ENDPOINT, NETWORK, SharedConsumer, SharedDb};
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Holder, SiteAccess, Tags};
use crate::components::{SeenGroup, SeenNetworkAssociation, SeenResourceEndpoint};
use crate::engine::{Fact, Failure};
use crate::protocol::{Field, Map, Set};
use crate::resources::accounts::sites;
use crate::resources::admission::admitted;
use crate::resources::pipeline::Id;
use crate::resources::recovered::{own_tags, tag_field};

/// What AWS calls the preference for names that are given one by one.
const DEFAULT: &str = "SPECIFIED_DOMAINS_ONLY";

/// Consumers by key, each with the keys of what it is connected to.
pub(super) type Recovered = BTreeMap<String, (SharedConsumer, BTreeSet<String>)>;

/// Puts them, and the ids of what they have, into the model and the ids. `in_networks` is what the owner's
/// side knows of service networks, `all` are tags that are no consumer's own.
pub(super) async fn recover_consumers(
    aws: &Aws,
    (owner, in_networks): (&OwnerPath, &[Holder]),
    (model, ids): (&mut SharedDb, &mut BTreeMap<String, Id>),
    all: &Tags,
) -> Result<(), Failure> {
    let mut recovered = Recovered::new();
    let mut others = aws.settings().default_tags.clone();
    others.extend(all.clone());
    for (key, access) in sites(aws, owner, &BTreeSet::new()).await? {
        let found = consumers(&access, owner, in_networks).await?.settled();
        ids.extend(found.ids(access.site()));
        let site = Site {
            key: &key,
            access: &access,
            others: &others,
        };
        site.recover(&found, &mut recovered);
    }
    let every: BTreeSet<String> = model
        .known_endpoints()
        .map(|(key, _)| key.clone())
        .collect();
    put(model, recovered, &every);
    Ok(())
}

/// Puts consumers into the model. `every` are the keys of all that is shared: whoever has all of it did not
/// choose.
pub(super) fn put(model: &mut SharedDb, recovered: Recovered, every: &BTreeSet<String>) {
    let consumers = recovered.into_iter().map(|(name, (consumer, chosen))| {
        let endpoints = match chosen == *every || chosen.is_empty() {
            true => Field::Null,
            false => Field::Known(chosen.into_iter().collect::<Set<String>>()),
        };
        let consumer = SharedConsumer {
            endpoints,
            ..consumer
        };
        (name, Field::Known(consumer))
    });
    let consumers: Map<SharedConsumer> = consumers.collect();
    if !consumers.is_empty() {
        model.consumers = Field::Known(consumers);
    }
}

/// A place where consumers were looked for.
pub(super) struct Site<'a> {
    /// The key of its account.
    pub(super) key: &'a Option<String>,
    pub(super) access: &'a SiteAccess,
    /// Tags that are no consumer's own.
    pub(super) others: &'a Tags,
}

impl Site<'_> {
    /// By what they are connected with; whoever has a group alone was about to get endpoints.
    fn recover(&self, found: &Consumers, recovered: &mut Recovered) {
        for group in &found.groups {
            let address = address(&group.tags).unwrap_or_default();
            if let Some((name, "security_group")) = at::consumer_of(&address) {
                let consumer = self.by_endpoint(None, Some(group));
                recovered.insert(name.to_owned(), (consumer, BTreeSet::new()));
            }
        }
        for endpoint in &found.endpoints {
            let Some((name, to)) = connection(&endpoint.tags) else {
                continue;
            };
            let group = found.groups.iter().find(|group| {
                address(&group.tags) == Some(at::consumer_part(&name, "security_group"))
            });
            let consumer = self.by_endpoint(Some(endpoint), group);
            keep(recovered, name, (consumer, to));
        }
        for association in &found.associations {
            if let Some((name, to)) = connection(&association.tags) {
                keep(recovered, name, (self.by_network(association), to));
            }
        }
    }

    pub(super) fn by_endpoint(
        &self,
        endpoint: Option<&SeenResourceEndpoint>,
        group: Option<&SeenGroup>,
    ) -> SharedConsumer {
        let tags = endpoint.map(|it| &it.tags).or(group.map(|it| &it.tags));
        let vpc = endpoint.map(|it| &it.vpc).or(group.map(|it| &it.vpc));
        let private_dns = endpoint.and_then(|it| it.private_dns.known().copied());
        let preference = endpoint.and_then(|it| it.preference.known().cloned());
        let preference = preference.filter(|it| !it.is_empty());
        let domains = endpoint.map(|it| it.domains.clone());
        let domains = domains.filter(|it| it.known().is_some_and(|it| !it.is_empty()));
        SharedConsumer {
            vpc_id: vpc.cloned().and_then(Fact::into_known).into(),
            via: ENDPOINT.into(),
            subnet_ids: match endpoint {
                Some(endpoint) => set(&endpoint.subnets),
                None => Field::Known(Set(vec![])),
            },
            allow_from: group.map_or(Field::Null, admitted),
            // Without a group of ours the endpoint has the user's.
            security_group_ids: match (group, endpoint) {
                (None, Some(endpoint)) => set(&endpoint.groups),
                _ => Field::Null,
            },
            private_dns_enabled: Field::Known(private_dns.unwrap_or(true)),
            private_dns_preference: preference.unwrap_or_else(|| DEFAULT.to_owned()).into(),
            private_dns_specified_domains: domains.map_or(Field::Unknown, |it| set(&it)),
            ..self.bare(tags)
        }
    }

    pub(super) fn by_network(&self, association: &SeenNetworkAssociation) -> SharedConsumer {
        let private_dns = association.private_dns.known().copied();
        SharedConsumer {
            vpc_id: association.vpc.clone().into_known().into(),
            via: NETWORK.into(),
            service_network_id: association.network.clone().into_known().into(),
            private_dns_enabled: Field::Known(private_dns.unwrap_or(true)),
            ..self.bare(Some(&association.tags))
        }
    }

    fn bare(&self, tags: Option<&Fact<Tags>>) -> SharedConsumer {
        let tags = tags.and_then(|tags| tags.known().cloned());
        let own = own_tags(tags.unwrap_or_default(), &[self.others]);
        SharedConsumer {
            account: self.key.clone().into(),
            account_id: Field::Known(self.access.site().account_id.clone()),
            tags: tag_field(own),
            ..SharedConsumer::default()
        }
    }
}

/// The consumer's key, and what it is connected to, which is empty for the group.
fn connection(tags: &Fact<Tags>) -> Option<(String, String)> {
    let address = address(tags)?;
    let (name, part) = at::consumer_of(&address)?;
    let (_, to) = at::led_to(part)?;
    Some((name.to_owned(), to.to_owned()))
}

/// The last way in which something was found is the consumer's: a run that was cut off may have left what was
/// to go before.
fn keep(recovered: &mut Recovered, name: String, (consumer, to): (SharedConsumer, String)) {
    let before = recovered.remove(&name);
    let same_way = before.filter(|(it, _)| it.is_networked() == consumer.is_networked());
    let mut keys = same_way.map(|(_, keys)| keys).unwrap_or_default();
    keys.extend(Some(to).filter(|to| !to.is_empty()));
    recovered.insert(name, (consumer, keys));
}

/// A set as a value.
pub(super) fn set(fact: &Fact<BTreeSet<String>>) -> Field<Set<String>> {
    let known = fact.known().cloned();
    known
        .map(|items| items.into_iter().collect::<Set<String>>())
        .into()
}
