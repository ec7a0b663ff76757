//! What bears a shared database's marks, wherever the provider's accounts lead.

use std::collections::BTreeMap;

use super::addresses as at;
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Holder, Site, SiteAccess, Tags, names};
use crate::components::left_behind::{self, Leaves};
use crate::components::marked::{self, MarkedRule};
use crate::components::{
    NetworkAssociation, ResourceConfiguration, ResourceEndpoint, ResourceGateway, ResourceShare,
    SecurityGroup, SeenConfiguration, SeenGateway, SeenGroup, SeenNetworkAssociation,
    SeenResourceEndpoint, SeenShare,
};
use crate::engine::{Fact, Failure};
use crate::resources::pipeline::Id;
use crate::resources::strays::bare_id;

/// What was found at the owner's site.
pub(super) struct Owners {
    pub(super) gateways: Vec<SeenGateway>,
    pub(super) configurations: Vec<SeenConfiguration>,
    pub(super) shares: Vec<SeenShare>,
    pub(super) rules: Vec<MarkedRule>,
}

/// What was found of consumers at a site.
pub(super) struct Consumers {
    pub(super) endpoints: Vec<SeenResourceEndpoint>,
    pub(super) associations: Vec<SeenNetworkAssociation>,
    pub(super) groups: Vec<SeenGroup>,
}

/// The same, with what was made by hand and taken over, behind this gateway: that has names of its own.
pub(super) async fn owners_behind(
    access: &SiteAccess,
    owner: &OwnerPath,
    gateway: &SeenGateway,
) -> Result<Owners, Failure> {
    let mut all = owners(access, owner).await?;
    let id = gateway.id.known().cloned().unwrap_or_default();
    let mut behind = left_behind::configurations_behind(access, &id).await?;
    for group in behind.clone().iter().filter(|it| it.is_group()) {
        let group = group.id.known().cloned().unwrap_or_default();
        behind.extend(left_behind::configurations_behind(access, &group).await?);
    }
    let is_its = |tags: &Fact<Tags>| owner_in(tags).as_deref() == Some(owner.to_string().as_str());
    for configuration in behind.into_iter().filter(|it| is_its(&it.tags)) {
        if all
            .configurations
            .iter()
            .all(|it| it.id != configuration.id)
        {
            all.configurations.push(configuration);
        }
    }
    if is_its(&gateway.tags) && all.gateways.iter().all(|it| it.id != gateway.id) {
        all.gateways.push(gateway.clone());
    }
    Ok(all)
}

/// The owner path in an object's marks.
pub(super) fn owner_in(tags: &Fact<Tags>) -> Option<String> {
    Mark::read(tags.known()?).owner
}

/// Looks at the owner's site.
pub(super) async fn owners(access: &SiteAccess, owner: &OwnerPath) -> Result<Owners, Failure> {
    let (path, stem) = (owner.to_string(), names::lattice_stem(&owner.name));
    let (gateways, configurations, shares, rules) = futures::try_join!(
        left_behind::gateways(access, (&path, &stem)),
        left_behind::configurations(access, (&path, &stem)),
        left_behind::shares(access, &path),
        marked::rules(access, &path),
    )?;
    Ok(Owners {
        gateways,
        configurations,
        shares,
        rules,
    })
}

/// Looks at a site where consumers may be. What is in service networks is known to the owner's side alone,
/// which tells of whichever account it is.
pub(super) async fn consumers(
    access: &SiteAccess,
    owner: &OwnerPath,
    in_networks: &[Holder],
) -> Result<Consumers, Failure> {
    let path = owner.to_string();
    let (endpoints, associations, groups) = futures::try_join!(
        left_behind::resource_endpoints(access, &path),
        left_behind::network_associations(access, &path, in_networks),
        marked::groups(access, &path),
    )?;
    Ok(Consumers {
        endpoints,
        associations,
        groups,
    })
}

impl Owners {
    /// Which service networks its configurations are in, of whichever account.
    pub(super) async fn in_networks(&self, access: &SiteAccess) -> Result<Vec<Holder>, Failure> {
        left_behind::in_networks(access, &self.configurations).await
    }

    /// The ids of all of it, by the addresses in their marks.
    pub(super) fn ids(&self, site: &Site) -> BTreeMap<String, Id> {
        self.parts(site).into_iter().collect()
    }

    /// The same, where several may be of one address: a run that was cut off had made another one.
    pub(super) fn parts(&self, site: &Site) -> Vec<(String, Id)> {
        let gateways = self.gateways.iter();
        let gateways =
            gateways.filter_map(|it| marked_id::<ResourceGateway>(site, &it.tags, &it.id));
        let configurations = self.configurations.iter();
        let configurations = configurations
            .filter_map(|it| marked_id::<ResourceConfiguration>(site, &it.tags, &it.id));
        let shares = self.shares.iter();
        let shares = shares.filter_map(|it| marked_id::<ResourceShare>(site, &it.tags, &it.arn));
        gateways.chain(configurations).chain(shares).collect()
    }
}

impl Consumers {
    /// Without what is left from before a consumer moved to another VPC or service network: it is where its
    /// endpoints are.
    pub(super) fn settled(mut self) -> Self {
        let mut homes: BTreeMap<String, String> = BTreeMap::new();
        let endpoints = self.endpoints.iter().map(|it| (&it.tags, &it.vpc));
        let groups = self.groups.iter().map(|it| (&it.tags, &it.vpc));
        for (tags, vpc) in endpoints.chain(groups) {
            if let (Some(key), Some(vpc)) = (consumer_key(tags), vpc.known()) {
                homes.entry(key).or_insert_with(|| vpc.clone());
            }
        }
        let is_home = |tags: &Fact<Tags>, vpc: &Fact<String>| {
            let home = consumer_key(tags).and_then(|key| homes.get(&key));
            home.is_none_or(|home| vpc.known().is_none_or(|vpc| vpc == home))
        };
        self.endpoints.retain(|it| is_home(&it.tags, &it.vpc));
        self.groups.retain(|it| is_home(&it.tags, &it.vpc));
        let mut networks: BTreeMap<String, String> = BTreeMap::new();
        self.associations.retain(|it| {
            let (Some(key), Fact::Known(network)) = (consumer_key(&it.tags), &it.network) else {
                return true;
            };
            let home = networks.entry(key).or_insert_with(|| network.clone());
            home == network
        });
        self
    }

    /// The ids of all of it, by the addresses in their marks. Anchors are none of them.
    pub(super) fn ids(&self, site: &Site) -> BTreeMap<String, Id> {
        self.parts(site).into_iter().collect()
    }

    /// The same, where several may be of one address.
    pub(super) fn parts(&self, site: &Site) -> Vec<(String, Id)> {
        let endpoints = self.endpoints.iter();
        let endpoints =
            endpoints.filter_map(|it| marked_id::<ResourceEndpoint>(site, &it.tags, &it.id));
        let associations = self.associations.iter();
        let associations =
            associations.filter_map(|it| marked_id::<NetworkAssociation>(site, &it.tags, &it.id));
        let groups = self.groups.iter();
        let groups = groups.filter_map(|it| marked_id::<SecurityGroup>(site, &it.tags, &it.id));
        endpoints.chain(associations).chain(groups).collect()
    }
}

fn consumer_key(tags: &Fact<Tags>) -> Option<String> {
    let address = address(tags)?;
    at::consumer_of(&address).map(|(key, _)| key.to_owned())
}

/// The address in an object's marks.
pub(super) fn address(tags: &Fact<Tags>) -> Option<String> {
    Mark::read(tags.known()?).address
}

fn marked_id<C: Leaves>(site: &Site, tags: &Fact<Tags>, id: &Fact<String>) -> Option<(String, Id)> {
    let id = bare_id::<C>(site, id.known()?.clone());
    Some((address(tags)?, id))
}
