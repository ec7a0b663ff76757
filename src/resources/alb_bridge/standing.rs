//! What AWS would refuse to change about a bridge that stands: asked at plan, before anything moves.

use std::collections::BTreeSet;

use super::model::AlbBridge;
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, Connection, Site, SiteAccess};
use crate::components::marked;
use crate::engine::{Failure, Freshness};
use crate::protocol::{Diagnostic, Diagnostics, Field, Path, Set};

/// Everything of it. Asks AWS only about what would change.
pub(super) async fn check(
    aws: &Aws,
    prior: &AlbBridge,
    planned: &AlbBridge,
) -> Result<(), Diagnostics> {
    if prior.account_id != planned.account_id || prior.region != planned.region {
        return Ok(());
    }
    let (Field::Known(account), Field::Known(region)) = (&prior.account_id, &prior.region) else {
        return Ok(());
    };
    let site = Site::new(account, region);
    let mut found = Diagnostics::new();
    if let Some(alb) = changed(&prior.alb_arn, &planned.alb_arn) {
        let access = aws.site(&site).await.map_err(unread)?;
        found.extend(check_alb(&access, prior, alb).await.map_err(unread)?);
    }
    let removed = removed(&prior.subnet_ids, &planned.subnet_ids);
    if !removed.is_empty() {
        let access = aws.site(&site).await.map_err(unread)?;
        let refused = check_zones(&access, (prior, planned), &removed).await;
        found.extend(refused.map_err(unread)?);
    }
    match found.has_errors() {
        true => Err(found),
        false => Ok(()),
    }
}

/// What keeps a bridge from being deleted: told before anything of it is touched.
pub(super) async fn check_delete(aws: &Aws, model: &AlbBridge) -> Result<(), Diagnostics> {
    if model.deletion_protection.known() == Some(&true) {
        let detail = "deletion_protection keeps AWS from deleting the network load balancer, so \
                      nothing was touched. Apply deletion_protection = false first.";
        let diagnostic = Diagnostic::error("The bridge is protected", detail);
        return Err(diagnostic.at(at("deletion_protection")).into());
    }
    let place = (&model.account_id, &model.region, &model.service_id);
    let (Field::Known(account), Field::Known(region), Field::Known(service)) = place else {
        return Ok(());
    };
    if model.force_delete.known() == Some(&true) {
        return Ok(());
    }
    let access = aws
        .site(&Site::new(account, region))
        .await
        .map_err(unread)?;
    // Without the permission to look, or without the service, the delete itself will tell.
    let connections = access.connections(service).await.unwrap_or_default();
    let own = own_endpoints(model);
    let owner = OwnerPath {
        kind: "bridge".to_owned(),
        site: Site::new(account, region),
        name: model.name.known().cloned().unwrap_or_default(),
    };
    let mut holding: Vec<&Connection> = Vec::new();
    for connection in connections.iter().filter(|it| it.is_connected()) {
        if !own.contains(&connection.endpoint) && is_strange(aws, &owner, connection).await {
            holding.push(connection);
        }
    }
    if holding.is_empty() {
        return Ok(());
    }
    let detail = format!(
        "Others are connected to {service}, and AWS deletes no service that is in use: {}. Nothing \
         was touched. Have them delete their endpoints, or apply force_delete = true to have them \
         rejected, then destroy.",
        by_account(&holding)
    );
    let diagnostic = Diagnostic::error("Others are connected", detail);
    Err(diagnostic.at(at("force_delete")).into())
}

/// Whether an endpoint that the state does not know is somebody else's. One of our accounts may be a
/// part that a failed run has left, or gone already and still listed.
async fn is_strange(aws: &Aws, owner: &OwnerPath, connection: &Connection) -> bool {
    if !aws
        .reaches(&connection.account_id)
        .await
        .unwrap_or_default()
    {
        return true;
    }
    let site = Site::new(&connection.account_id, &connection.region);
    let Ok(access) = aws.site(&site).await else {
        return true;
    };
    match marked::endpoint(&access, &connection.endpoint).await {
        Ok(None) => false,
        Ok(Some(endpoint)) => {
            let tags = endpoint.tags.known().cloned().unwrap_or_default();
            Mark::read(&tags).owner != Some(owner.to_string())
        }
        Err(_) => true,
    }
}

/// The endpoints of a bridge's own consumers, and of those that a failed run has left behind.
fn own_endpoints(model: &AlbBridge) -> BTreeSet<String> {
    let rows = model.components.known().into_iter().flatten();
    let rows = rows.filter_map(|(_, row)| row.known()?.id.known().cloned());
    let consumers = model.known_consumers();
    let endpoints = consumers.filter_map(|(_, it)| it.endpoint_id.known().cloned());
    rows.chain(endpoints).collect()
}

/// A target must be in the load balancer's own VPC.
async fn check_alb(
    access: &SiteAccess,
    prior: &AlbBridge,
    alb: &str,
) -> Result<Diagnostics, Failure> {
    let mut found = Diagnostics::new();
    let Some(nlb) = prior.nlb_arn.as_str() else {
        return Ok(found);
    };
    let name = alb.rsplit('/').nth(1).unwrap_or_default();
    let (nlb, new) = futures::join!(
        access.load_balancer(nlb, Freshness::SinceLastChange),
        access.load_balancer_named(name, Freshness::SinceLastChange),
    );
    let new = new?.filter(|it| it.load_balancer_arn() == Some(alb));
    let vpcs = nlb?
        .and_then(|it| it.vpc_id)
        .zip(new.and_then(|it| it.vpc_id));
    if let Some((here, there)) = vpcs.filter(|(here, there)| here != there) {
        let detail = format!(
            "The network load balancer is in {here} and this ALB in {there}: it can only forward to \
             an ALB of its own VPC, and can't be exchanged while consumers are connected. Give an \
             ALB in {here}, or make another bridge."
        );
        found.error_at(at("alb_arn"), "The ALB is in another VPC", detail);
    }
    Ok(found)
}

/// AWS takes no zone from a load balancer to whose service somebody is connected.
async fn check_zones(
    access: &SiteAccess,
    (prior, planned): (&AlbBridge, &AlbBridge),
    removed: &BTreeSet<String>,
) -> Result<Diagnostics, Failure> {
    let mut found = Diagnostics::new();
    let Some(service) = prior.service_id.as_str() else {
        return Ok(found);
    };
    if prior.deletion_protection.known() == Some(&true) {
        let detail = "Another network load balancer would take the place of the present one, which \
                      deletion_protection keeps AWS from deleting. Apply deletion_protection = false \
                      first, by itself.";
        found.error_at(at("subnet_ids"), "The load balancer is protected", detail);
        return Ok(found);
    }
    let connections = access.connections(service).await?;
    let connected: Vec<&Connection> = connections.iter().filter(|it| it.is_connected()).collect();
    let own = own_endpoints(prior);
    let interrupts = planned.replace_nlb.as_str() == Some("interrupt");
    let holding: Vec<&Connection> = connected
        .into_iter()
        .filter(|it| !interrupts || !own.contains(&it.endpoint))
        .collect();
    if holding.is_empty() {
        return Ok(found);
    }
    let removed: Vec<&str> = removed.iter().map(String::as_str).collect();
    let way = match interrupts {
        true => "Endpoints that are none of this bridge's consumers can't be made anew from here.",
        false => {
            "replace_nlb = \"interrupt\" makes another network load balancer and all consumers' \
             endpoints anew, with other ids and names."
        }
    };
    let detail = format!(
        "{} would leave the network load balancer. AWS takes no zone and exchanges no subnet of it \
         while endpoints are connected, and these are: {}. Keep the subnets; zones can always be \
         added. {way}",
        removed.join(", "),
        by_account(&holding)
    );
    found.error_at(at("subnet_ids"), "Zones can't be taken away", detail);
    Ok(found)
}

/// `vpce-1, vpce-2 (account 222222222222)`.
fn by_account(connections: &[&Connection]) -> String {
    let accounts: BTreeSet<&String> = connections.iter().map(|it| &it.account_id).collect();
    let of = |account: &&String| {
        let theirs = connections.iter().filter(|it| it.account_id == **account);
        let ids: Vec<&str> = theirs.map(|it| it.endpoint.as_str()).collect();
        format!("{} (account {account})", ids.join(", "))
    };
    accounts.iter().map(of).collect::<Vec<_>>().join("; ")
}

fn changed<'a>(prior: &Field<String>, planned: &'a Field<String>) -> Option<&'a str> {
    let (Field::Known(prior), Field::Known(planned)) = (prior, planned) else {
        return None;
    };
    (prior != planned).then_some(planned.as_str())
}

fn removed(prior: &Field<Set<String>>, planned: &Field<Set<String>>) -> BTreeSet<String> {
    let (Field::Known(prior), Field::Known(planned)) = (prior, planned) else {
        return BTreeSet::new();
    };
    if planned.has_unknown() {
        return BTreeSet::new();
    }
    let kept: BTreeSet<&String> = planned.known().collect();
    let removed = prior.known().filter(|it| !kept.contains(it));
    removed.cloned().collect()
}

fn unread(failure: Failure) -> Diagnostics {
    let detail = failure.reason().to_string();
    Diagnostic::error("What AWS would allow can't be read", detail).into()
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}
