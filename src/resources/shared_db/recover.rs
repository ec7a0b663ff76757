//! Reading a shared database back from the marks on what it has made.

use std::collections::BTreeSet;

use super::census::{Owners, address, owner_in, owners, owners_behind};
use super::endpoints::read_ports;
use super::model::{SharedDb, SharedEndpoint, SharedGroup};
use super::recovered_consumers::{recover_consumers, set};
use super::{addresses as at, adopt};
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Site, SiteAccess, Tags, names};
use crate::components::{
    ResourceTarget, SecurityGroup, SeenConfiguration, SeenGateway, SeenShare, left_behind, marked,
};
use crate::engine::{Fact, Failure, Reason};
use crate::protocol::{Field, Map, Set};
use crate::resources::pipeline::{Frame, Recovered};
use crate::resources::recovered::{import_id, known_tags, own_tags, tag_field};
use crate::resources::strays::bare_id;

/// The import id of the complete shared database of this owner path.
pub(super) async fn find_id(aws: &Aws, owner: &OwnerPath) -> Result<Option<String>, Failure> {
    let access = aws.site(&owner.site).await?;
    let stem = names::lattice_stem(&owner.name);
    let path = owner.to_string();
    let gateways = left_behind::gateways(&access, (&path, &stem)).await?;
    let mut id = gateways.into_iter().find_map(|it| it.id.into_known());
    if id.is_none() {
        // Made by hand, and taken over.
        let all = left_behind::gateways(&access, (&path, "")).await?;
        id = all.into_iter().find_map(|it| it.id.into_known());
    }
    if id.is_none() {
        // Behind a gateway of the user's.
        let all = left_behind::configurations(&access, (&path, &stem)).await?;
        id = all.into_iter().find_map(|it| it.id.into_known());
    }
    match id {
        Some(id) => import_id(aws, &owner.site, id).await.map(Some),
        None => Ok(None),
    }
}

/// The values of the shared database with this gateway, or with this configuration.
pub(super) async fn recover(
    aws: &Aws,
    site: &Site,
    id: &str,
) -> Result<Option<Recovered<SharedDb>>, Failure> {
    let access = aws.site(site).await?;
    let Some(root) = root(&access, id).await? else {
        return Ok(None);
    };
    if let Some(begun) = adopt::by_shape(&access, &root).await? {
        return adopt::adopt(aws, &access, (&root, id), begun)
            .await
            .map(Some);
    }
    let owner = owner_of(&root.tags, id)?;
    let mut model = bare(aws, site).await?;
    model.name = Field::Known(owner.name.clone());
    let anchor = marked::anchors(&access, &owner.to_string()).await?;
    let Some(anchor) = anchor.into_iter().next() else {
        let what = format!("Nothing in {site} but tags on the gateway says {owner}.");
        let remedy = "The security group that every shared database begins with is missing, so this is \
                      none that can be imported. Remove what is left of it by hand.";
        return Err(Failure::Never(Reason::new(what).remedy(remedy)));
    };
    let defaults = aws.settings().default_tags.clone();
    let own = own_tags(anchor.tags, &[&defaults]);
    let all: Tags = own.clone().into_iter().chain(defaults).collect();
    model.tags = tag_field(own);
    model.tags_all = known_tags(all.clone());
    model.instance = Field::Known(anchor.claim);
    let found = owners_behind(&access, &owner, &root.gateway).await?;
    let mut ids = found.ids(site);
    let anchor = bare_id::<SecurityGroup>(site, anchor.id);
    let group = anchor.id.clone();
    ids.insert(at::ANCHOR.to_owned(), anchor);
    match owner_of(&root.gateway.tags, id) {
        Ok(whose) if whose == owner => recover_gateway(&root.gateway, &group, &mut model),
        _ => {
            model.resource_gateway_id = root.gateway.id.clone().into_known().into();
            model.vpc_id = root.gateway.vpc.clone().into_known().into();
            model.ip_address_type = lower(&root.gateway.ip_address_type);
            model.dns_resolution = root.gateway.dns_resolution.clone().into_known().into();
        }
    }
    recover_owner(&found, &mut model);
    let in_networks = found.in_networks(&access).await?;
    let marks = (&owner, in_networks.as_slice());
    recover_consumers(aws, marks, (&mut model, &mut ids), &all).await?;
    match given_share(&access, &found).await? {
        Some(share) => model.resource_share_arn = Field::Known(share),
        None => recover_audience(&found.shares, &mut model),
    }
    Ok(Some(Recovered { model, ids }))
}

/// What an import begins with: a gateway, and the marks that tell whose database it is.
pub(super) struct Root {
    pub(super) gateway: SeenGateway,
    pub(super) tags: Fact<Tags>,
}

async fn root(access: &SiteAccess, id: &str) -> Result<Option<Root>, Failure> {
    let (gateway, marked) = match id.split_once('-') {
        Some(("rgw", _)) => (Some(id.to_owned()), None),
        Some(("rcfg", _)) => {
            let Some(found) = left_behind::configuration(access, id).await? else {
                return Ok(None);
            };
            (found.gateway.into_known(), Some(found.tags))
        }
        _ => {
            let what = format!("{id:?} is neither a resource gateway's id nor a configuration's.");
            let remedy = "Import rgw-…, or rcfg-… of any of the endpoints.";
            return Err(Failure::Never(Reason::new(what).remedy(remedy)));
        }
    };
    let Some(gateway) = gateway else {
        return Ok(None);
    };
    let Some(gateway) = left_behind::gateway(access, &gateway).await? else {
        return Ok(None);
    };
    let tags = match marked {
        Some(tags) => tags,
        None => marks_of(access, &gateway).await?,
    };
    Ok(Some(Root { gateway, tags }))
}

/// The marks on a gateway; on what is behind it where the gateway is the user's, if that is all of one.
async fn marks_of(access: &SiteAccess, gateway: &SeenGateway) -> Result<Fact<Tags>, Failure> {
    let id = gateway.id.known().cloned().unwrap_or_default();
    if owner_in(&gateway.tags).is_some() {
        return Ok(gateway.tags.clone());
    }
    let behind = left_behind::configurations_behind(access, &id).await?;
    let marked: Vec<_> = behind
        .into_iter()
        .filter_map(|it| Some((owner_in(&it.tags)?, it.tags)))
        .collect();
    let owners: BTreeSet<&String> = marked.iter().map(|(owner, _)| owner).collect();
    if owners.len() > 1 {
        let what = format!("Behind {id} there are several shared databases.");
        let remedy = "Import rcfg-… of any of the endpoints of the one that is meant.";
        return Err(Failure::Never(Reason::new(what).remedy(remedy)));
    }
    let first = marked.into_iter().next();
    Ok(first.map_or_else(|| gateway.tags.clone(), |(_, tags)| tags))
}

/// The share of the user's that holds what is shared, where there is none of our own.
async fn given_share(access: &SiteAccess, found: &Owners) -> Result<Option<String>, Failure> {
    if !found.shares.is_empty() {
        return Ok(None);
    }
    let arns = found.configurations.iter().filter_map(|it| it.arn.known());
    for arn in arns {
        let shares = left_behind::shares_with(access, arn).await?;
        if let Some(share) = shares.into_iter().next() {
            return Ok(Some(share));
        }
    }
    Ok(None)
}

/// What stands of a half-built one of which nobody remembers how it was configured.
pub(super) async fn leftovers(
    aws: &Aws,
    planned: &SharedDb,
    frame: &Frame,
) -> Result<Recovered<SharedDb>, Failure> {
    let owner = &frame.anchorage.owner;
    let access = aws.site(frame.site()).await?;
    let found = owners(&access, owner).await?;
    let mut ids = found.ids(frame.site());
    let mut model = SharedDb {
        consumers: Field::Known(Map::new()),
        endpoints: Field::Known(Map::new()),
        database_security_group_ids: Field::Null,
        ..planned.clone()
    };
    let in_use = |it: &&SeenGateway| address(&it.tags).as_deref() == Some(at::GATEWAY);
    if let Some(gateway) = found.gateways.iter().find(in_use) {
        recover_gateway(gateway, "", &mut model);
        model.security_group_ids = planned.security_group_ids.clone();
    }
    recover_owner(&found, &mut model);
    let in_networks = found.in_networks(&access).await?;
    let marks = (owner, in_networks.as_slice());
    recover_consumers(aws, marks, (&mut model, &mut ids), &Tags::new()).await?;
    Ok(Recovered { model, ids })
}

fn owner_of(tags: &Fact<Tags>, id: &str) -> Result<OwnerPath, Failure> {
    let owner = owner_in(tags).unwrap_or_default();
    let path = OwnerPath::parse(&owner).filter(|path| path.kind == "shared_db");
    path.ok_or_else(|| {
        let what = format!("{id} belongs to {owner}, which is no shared database.");
        Failure::Never(Reason::new(what).remedy("Import it as what it is."))
    })
}

/// What no object tells.
pub(super) async fn bare(aws: &Aws, site: &Site) -> Result<SharedDb, Failure> {
    let key = aws.key_of(&site.account_id).await?;
    Ok(SharedDb {
        account: key.map(str::to_owned).into(),
        account_id: Field::Known(site.account_id.clone()),
        region: Field::Known(site.region.clone()),
        drift: Field::Known(Set(vec![])),
        // No object tells these: they are what they are when nothing is written.
        heal: Field::Known(true),
        on_unreachable: "error".into(),
        reject_on_revoke: Field::Known(true),
        force_delete: Field::Known(false),
        allow_external_principals: Field::Known(true),
        allow_association_to_shareable_service_network: Field::Known(false),
        ..SharedDb::default()
    })
}

pub(super) fn recover_gateway(gateway: &SeenGateway, anchor: &str, model: &mut SharedDb) {
    model.vpc_id = gateway.vpc.clone().into_known().into();
    model.subnet_ids = set(&gateway.subnets);
    model.ip_address_type = lower(&gateway.ip_address_type);
    model.dns_resolution = gateway.dns_resolution.clone().into_known().into();
    // AWS's own number is no value.
    let addresses = gateway
        .ipv4_addresses_per_eni
        .known()
        .filter(|it| **it != 16);
    model.ipv4_addresses_per_eni = addresses.map(|it| i64::from(*it)).into();
    let groups = gateway.groups.known().cloned().unwrap_or_default();
    model.security_group_ids = match groups.contains(anchor) {
        true => Field::Null,
        false => set(&gateway.groups),
    };
}

fn recover_owner(found: &Owners, model: &mut SharedDb) {
    let mut endpoints = Map::new();
    for configuration in &found.configurations {
        let address = address(&configuration.tags).unwrap_or_default();
        if let (at::GROUP, Some(Some(ResourceTarget::Group { domain }))) =
            (address.as_str(), configuration.target.known())
        {
            let domain = Some(domain.clone()).filter(|domain| !domain.is_empty());
            model.group = Field::Known(SharedGroup {
                domain: domain.into(),
                ..SharedGroup::default()
            });
        }
        if let Some((key, "configuration")) = at::endpoint_of(&address) {
            let endpoint = recovered_endpoint(configuration);
            endpoints.insert(key.to_owned(), Field::Known(endpoint));
        }
        let shareable = configuration.shareable.known() == Some(&true);
        model.allow_association_to_shareable_service_network = Field::Known(shareable);
    }
    model.endpoints = Field::Known(endpoints);
    let groups = found.rules.iter().filter_map(|rule| {
        let group = at::database_rules_of(&rule.address)?;
        (group == rule.group).then(|| rule.group.clone())
    });
    let groups: BTreeSet<String> = groups.collect();
    if !groups.is_empty() {
        model.database_security_group_ids = Field::Known(groups.into_iter().collect());
    }
}

pub(super) fn recovered_endpoint(seen: &SeenConfiguration) -> SharedEndpoint {
    let mut endpoint = SharedEndpoint {
        custom_domain_name: seen.custom_domain.clone().into_known().into(),
        ..SharedEndpoint::default()
    };
    match seen.target.known().and_then(Option::as_ref) {
        Some(ResourceTarget::Arn(arn)) => {
            endpoint.arn = Field::Known(arn.clone());
            endpoint.custom_domain_name = Field::Null;
            return endpoint;
        }
        Some(ResourceTarget::Dns { name, .. }) => endpoint.dns_name = Field::Known(name.clone()),
        Some(ResourceTarget::Ip(address)) => {
            endpoint.ip_address = Field::Known(address.clone());
            if endpoint.custom_domain_name.as_str() == Some("") {
                endpoint.custom_domain_name = Field::Null;
            }
        }
        Some(ResourceTarget::Group { .. }) | None => {}
    }
    let ports = seen.ports.known().cloned().unwrap_or_default();
    let mut single = ports.iter().filter_map(|text| read_ports(text));
    match (ports.len(), single.next()) {
        (1, Some((first, last))) if first == last => {
            endpoint.port = Field::Known(i64::from(first));
        }
        _ => endpoint.port_ranges = Field::Known(ports.into_iter().collect()),
    }
    endpoint
}

/// Those in the share of everything that no consumer stands for.
pub(super) fn recover_audience(shares: &[SeenShare], model: &mut SharedDb) {
    let own = super::shares::principals(model);
    let shares = shares.iter();
    let all = shares.flat_map(SeenShare::inside);
    let others: BTreeSet<String> = all.filter(|it| !own.contains(it)).collect();
    let (arns, accounts): (BTreeSet<String>, BTreeSet<String>) =
        others.into_iter().partition(|it| it.starts_with("arn:"));
    let some = |found: BTreeSet<String>| match found.is_empty() {
        true => Field::Null,
        false => Field::Known(found.into_iter().collect::<Set<String>>()),
    };
    model.allowed_accounts = some(accounts);
    model.allowed_principals = some(arns);
}

fn lower(fact: &Fact<String>) -> Field<String> {
    let text = fact.known().map(|text| text.to_lowercase());
    text.into()
}
