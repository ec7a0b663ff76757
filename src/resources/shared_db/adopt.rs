//! A stack that somebody made by hand, taken for the shared database that it is by its shape.
//!
//! Its security groups stay the user's, its name is not known, and nothing of it bears our marks yet: the
//! first apply puts them there.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::census::owner_in;
use super::model::{SharedConsumer, SharedDb, SharedGroup};
use super::recover::{Root, bare, recover_audience, recover_gateway, recovered_endpoint};
use super::recovered_consumers::{Recovered as Consumers, Site, put};
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Holder, SiteAccess, Tags, names};
use crate::components::{
    NetworkAssociation, ResourceConfiguration, ResourceEndpoint, ResourceGateway, ResourceShare,
    ResourceTarget, SeenConfiguration, SeenShare, left_behind, marked,
};
use crate::engine::{Fact, Failure, Reason};
use crate::protocol::{Field, Map};
use crate::resources::pipeline::{Id, Recovered};
use crate::resources::strays::bare_id;

/// By which name an adoption began.
type Begun = Option<OwnerPath>;

/// Whether it is to be taken by its shape: it bears no marks, or those of an adoption that was cut off.
pub(super) async fn by_shape(access: &SiteAccess, root: &Root) -> Result<Option<Begun>, Failure> {
    let Some(owner) = owner_in(&root.tags) else {
        return Ok(Some(None));
    };
    let Some(path) = OwnerPath::parse(&owner) else {
        return Ok(None);
    };
    let name = root.gateway.name.known().cloned().unwrap_or_default();
    if name.starts_with(&names::lattice_stem(&path.name)) {
        return Ok(None);
    }
    let anchors = marked::anchors(access, &owner).await?;
    let unfinished = anchors.iter().any(|anchor| anchor.building);
    Ok(unfinished.then_some(Some(path)))
}

/// The values of the shared database that a gateway without our marks could be the heart of.
pub(super) async fn adopt(
    aws: &Aws,
    access: &SiteAccess,
    (root, id): (&Root, &str),
    begun: Begun,
) -> Result<Recovered<SharedDb>, Failure> {
    let mut model = bare(aws, access.site()).await?;
    recover_gateway(&root.gateway, "", &mut model);
    let gateway = root.gateway.id.known().cloned().unwrap_or_default();
    let mut adoption = Adoption {
        aws,
        access,
        begun: begun.as_ref().map(ToString::to_string),
        ids: BTreeMap::new(),
    };
    adoption.remember::<ResourceGateway>(at::GATEWAY, access, &gateway);
    model.name = begun.map(|path| path.name).into();
    let configurations = adoption.configurations((&gateway, id), &mut model).await?;
    let shares = adoption.shares(&configurations, &mut model).await?;
    adoption.consumers(&configurations, &mut model).await?;
    if let Some(shares) = shares {
        recover_audience(&shares, &mut model);
    }
    Ok(Recovered {
        model,
        ids: adoption.ids,
    })
}

/// What is given to others, by the key of its endpoint, which is empty for the group.
type Configurations = BTreeMap<String, SeenConfiguration>;

struct Adoption<'a> {
    aws: &'a Aws,
    access: &'a SiteAccess,
    begun: Option<String>,
    ids: BTreeMap<String, Id>,
}

impl Adoption<'_> {
    fn remember<C: left_behind::Leaves>(&mut self, address: &str, access: &SiteAccess, id: &str) {
        let id = bare_id::<C>(access.site(), id.to_owned());
        self.ids.insert(address.to_owned(), id);
    }

    /// Whether these are the marks of somebody else's.
    fn is_others(&self, tags: &Fact<Tags>) -> bool {
        let owner = owner_in(tags);
        owner.is_some() && owner != self.begun
    }

    /// All that is behind the gateway: AWS's names become keys.
    async fn configurations(
        &mut self,
        (gateway, id): (&str, &str),
        model: &mut SharedDb,
    ) -> Result<Configurations, Failure> {
        let access = self.access;
        let mut found = left_behind::configurations_behind(access, gateway).await?;
        found.retain(|it| it.group.known().is_none_or(String::is_empty));
        let groups: Vec<SeenConfiguration> =
            found.iter().filter(|it| it.is_group()).cloned().collect();
        let mut given = Configurations::new();
        if let [group] = groups.as_slice() {
            if found.len() > 1 {
                return Err(unlike(
                    id,
                    "beside a group there are configurations that are not in it",
                ));
            }
            let group_id = group.id.known().cloned().unwrap_or_default();
            if let Some(Some(ResourceTarget::Group { domain })) = group.target.known() {
                model.group = Field::Known(SharedGroup {
                    domain: Some(domain.clone()).filter(|it| !it.is_empty()).into(),
                    ..SharedGroup::default()
                });
            }
            self.remember::<ResourceConfiguration>(at::GROUP, access, &group_id);
            found = left_behind::configurations_behind(access, &group_id).await?;
            given.insert(String::new(), group.clone());
        } else if !groups.is_empty() {
            return Err(unlike(id, "it has several groups of configurations"));
        }
        if found.is_empty() {
            return Err(unlike(id, "its gateway has no configurations"));
        }
        let mut endpoints = Map::new();
        for configuration in found {
            let key = configuration.name.known().cloned().unwrap_or_default();
            if self.is_others(&configuration.tags) {
                return Err(unlike(
                    id,
                    &format!("its configuration {key} is another one's"),
                ));
            }
            let shareable = configuration.shareable.known() == Some(&true);
            model.allow_association_to_shareable_service_network = Field::Known(shareable);
            let configuration_id = configuration.id.known().cloned().unwrap_or_default();
            let address = at::configuration(&key);
            self.remember::<ResourceConfiguration>(&address, access, &configuration_id);
            endpoints.insert(
                key.clone(),
                Field::Known(recovered_endpoint(&configuration)),
            );
            if groups.is_empty() {
                given.insert(key, configuration);
            }
        }
        model.endpoints = Field::Known(endpoints);
        Ok(given)
    }

    /// The shares: those that hold nothing else are the database's own, one that does is given. None where
    /// the share is given.
    async fn shares(
        &mut self,
        configurations: &Configurations,
        model: &mut SharedDb,
    ) -> Result<Option<Vec<SeenShare>>, Failure> {
        let by_arn: BTreeMap<&str, &str> = configurations
            .iter()
            .filter_map(|(key, it)| Some((it.arn.known()?.as_str(), key.as_str())))
            .collect();
        let mut arns = BTreeSet::new();
        for arn in by_arn.keys() {
            arns.extend(left_behind::shares_with(self.access, arn).await?);
        }
        let mut own = Vec::new();
        for arn in arns {
            let Some(share) = left_behind::share(self.access, &arn).await? else {
                continue;
            };
            let resources = share.resources.known().cloned().unwrap_or_default();
            let keys = resources
                .keys()
                .map(|arn| by_arn.get(arn.as_str()).copied());
            let keys: Option<BTreeSet<&str>> = keys.collect();
            let Some(keys) = keys.filter(|_| !self.is_others(&share.tags)) else {
                model.resource_share_arn = Field::Known(arn);
                return Ok(None);
            };
            let keys: BTreeSet<String> = keys.into_iter().map(str::to_owned).collect();
            let some = (keys.len() < by_arn.len()).then_some(&keys);
            self.remember::<ResourceShare>(&at::share(some), self.access, &arn);
            own.push(share);
        }
        Ok(Some(own))
    }

    /// Whoever is connected from an account that the provider reaches, by its key.
    async fn consumers(
        &mut self,
        configurations: &Configurations,
        model: &mut SharedDb,
    ) -> Result<(), Failure> {
        let mut consumers = Consumers::new();
        for (key, configuration) in configurations {
            let id = configuration.id.known().cloned().unwrap_or_default();
            for holder in self.access.holders(&id).await? {
                self.connected((key, &holder), &mut consumers).await?;
            }
        }
        put(model, consumers, &configurations.keys().cloned().collect());
        Ok(())
    }

    async fn connected(
        &mut self,
        (key, holder): (&str, &Holder),
        consumers: &mut Consumers,
    ) -> Result<(), Failure> {
        let (aws, owner) = (self.aws, self.access.site());
        if !aws.reaches(&holder.account_id).await? {
            return Ok(());
        }
        let site = crate::aws::Site::new(&holder.account_id, &owner.region);
        let access = aws.site(&site).await?;
        let account = aws.key_of(&site.account_id).await?.map(str::to_owned);
        let account = account.filter(|_| site.account_id != owner.account_id);
        let place = Site {
            key: &account,
            access: &access,
            others: &Tags::new(),
        };
        let to = Some(key).filter(|key| !key.is_empty());
        let networked = holder.id.starts_with("snra-");
        let consumer = if networked {
            let found = left_behind::network_association(&access, &holder.id).await?;
            let found = found.filter(|it| !self.is_others(&it.tags));
            found.map(|it| place.by_network(&it))
        } else {
            let found = left_behind::resource_endpoint(&access, &holder.id).await?;
            let found = found.filter(|it| !self.is_others(&it.tags));
            found.map(|it| place.by_endpoint(Some(&it), None))
        };
        let Some(consumer) = consumer else {
            return Ok(());
        };
        let name = name_of(&consumer, consumers);
        if networked {
            let address = at::connection(&name, at::Way::Network, to);
            self.remember::<NetworkAssociation>(&address, &access, &holder.id);
        } else {
            let address = at::connection(&name, at::Way::Endpoint, to);
            self.remember::<ResourceEndpoint>(&address, &access, &holder.id);
        }
        let found = consumers.entry(name);
        let (_, keys) = found.or_insert_with(|| (consumer, BTreeSet::new()));
        keys.insert(key.to_owned());
        Ok(())
    }
}

/// The key of the consumer that it is: that of its account, with a number where the account has several.
fn name_of(consumer: &SharedConsumer, consumers: &Consumers) -> String {
    let base = consumer.account.as_str().unwrap_or("own").to_owned();
    let numbered = (2..).map(|number| format!("{base}-{number}"));
    let mut names = std::iter::once(base.clone()).chain(numbered);
    let is_free = |name: &String| {
        consumers.get(name).is_none_or(|(it, _)| {
            (&it.vpc_id, &it.service_network_id) == (&consumer.vpc_id, &consumer.service_network_id)
        })
    };
    names.find(is_free).unwrap_or(base)
}

fn unlike(id: &str, why: &str) -> Failure {
    let what =
        format!("{id} was not made by this provider, and is not like a shared database: {why}.");
    let remedy = "What can be taken over is a resource gateway with its resource configurations, or with \
                  one group of them.";
    Failure::Never(Reason::new(what).remedy(remedy))
}
