//! Reading a bridge back from the marks on what it has made.

mod adopt;
mod consumers;
mod owner;
mod strangers;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use consumers::recover_consumers;
use owner::{recover_clients, recover_notifications, recover_principals};
pub(super) use owner::{recover_load_balancer, recover_rules};
pub(super) use strangers::reservations;

use super::addresses as at;
use super::model::AlbBridge;
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, Site, SiteAccess, Tags};
use crate::components::SeenService;
use crate::components::marked;
use crate::engine::{Fact, Failure, Reason};
use crate::protocol::{Field, Set};
use crate::resources::pipeline::{Id, Recovered};
use crate::resources::recovered::{import_id, known_tags, own_tags, tag_field};
use crate::resources::text::is_id;

/// The import id of the complete bridge of this owner path.
pub(super) async fn find_id(aws: &Aws, owner: &OwnerPath) -> Result<Option<String>, Failure> {
    let access = aws.site(&owner.site).await?;
    let services = marked::services(&access, &owner.to_string()).await?;
    let Some(Fact::Known(id)) = services.into_iter().next().map(|service| service.id) else {
        return Ok(None);
    };
    import_id(aws, &owner.site, id).await.map(Some)
}

/// The values of the bridge whose service has this id.
pub(super) async fn recover(
    aws: &Aws,
    site: &Site,
    id: &str,
) -> Result<Option<Recovered<AlbBridge>>, Failure> {
    if !is_id(id, "vpce-svc-") {
        let what = format!("{id:?} is no id of an endpoint service: vpce-svc-… is.");
        let remedy = "The service's ARN will do as well.";
        return Err(Failure::Never(Reason::new(what).remedy(remedy)));
    }
    let access = aws.site(site).await?;
    let Some(service) = marked::service(&access, id).await? else {
        return Ok(None);
    };
    let tags = service.tags.known().cloned().unwrap_or_default();
    let by_shape = match Mark::read(&tags).owner {
        Some(owner) => adopt::was_begun(&access, &service, &owner).await?,
        None => true,
    };
    if by_shape {
        return adopt::adopt(aws, &access, (&service, id)).await.map(Some);
    }
    let owner = owner_of(&service, id)?;
    let path = owner.to_string();
    let mut model = bare(aws, site, &service).await?;
    model.name = Field::Known(owner.name.clone());
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
    recover_service(&service, &mut model);
    let all = common_tags(&model);
    let regions = service_regions(&service);
    recover_consumers(aws, (&owner, &regions), &mut model, &mut ids, &all).await?;
    recover_principals(&access, id, &mut model).await?;
    recover_notifications(&access, id, &mut model, &mut ids).await?;
    Ok(Some(Recovered { model, ids }))
}

/// What a service alone tells of the bridge that it is the heart of.
async fn bare(aws: &Aws, site: &Site, service: &SeenService) -> Result<AlbBridge, Failure> {
    let key = aws.key_of(&site.account_id).await?;
    Ok(AlbBridge {
        account: key.map(str::to_owned).into(),
        account_id: Field::Known(site.account_id.clone()),
        region: Field::Known(site.region.clone()),
        acceptance_required: field(service.acceptance_required.clone()),
        drift: Field::Known(Set(vec![])),
        // No object tells these: they are what they are when nothing is written.
        heal: Field::Known(true),
        replace_nlb: "never".into(),
        on_unreachable: "error".into(),
        reject_on_revoke: Field::Known(true),
        exclusive_principals: Field::Known(false),
        force_delete: Field::Known(false),
        wait_for_healthy_targets: Field::Known(false),
        ..AlbBridge::default()
    })
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
    model.tags = tag_field(own_tags(anchor.tags, &[defaults]));
    let all = common_tags(model).into_iter().chain(defaults.clone());
    model.tags_all = known_tags(all.collect());
    Ok(())
}

/// What the service itself tells of how it was configured.
fn recover_service(service: &SeenService, model: &mut AlbBridge) {
    let mut regions = service_regions(service);
    regions.extend(model.region.known().cloned());
    model.supported_regions = Field::Known(set(regions));
    let types = service.ip_address_types.known();
    let both = types.is_some_and(|types| types.contains("ipv6"));
    model.ip_address_type = if both {
        "dualstack".into()
    } else {
        "ipv4".into()
    };
}

/// The regions that a service names, which are those that its consumers may be in.
pub(super) fn service_regions(service: &SeenService) -> BTreeSet<String> {
    let regions = service.regions.known().into_iter().flatten();
    regions.map(|(region, _)| region.clone()).collect()
}

fn common_tags(model: &AlbBridge) -> Tags {
    crate::resources::pipeline::tags(&model.tags)
}

pub(super) fn found(kind: &'static str, id: &str, site: &Site) -> Id {
    Id {
        kind,
        id: id.to_owned(),
        site: site.clone(),
        seen: serde_json::Value::Null,
    }
}

fn set(items: impl IntoIterator<Item = String>) -> Set<String> {
    items.into_iter().collect()
}

fn field<T>(fact: Fact<T>) -> Field<T> {
    fact.into_known().into()
}
