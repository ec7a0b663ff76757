//! What AWS would refuse to change about a bridge that stands: asked at plan, before anything moves.

use std::collections::BTreeSet;

use super::model::AlbBridge;
use super::subnets;
use super::succession::Succession;
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, Connection, Site, SiteAccess};
use crate::components::marked;
use crate::components::{EndpointService, LoadBalancer, SeenLoadBalancer, SeenService};
use crate::engine::{Component, Entry, Failure, Freshness, Ledger};
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};
use crate::resources::pipeline::Past;

/// Everything of it. Asks AWS only about what would change.
pub(super) async fn check(
    aws: &Aws,
    (prior, past): (Option<&AlbBridge>, &Past<'_, AlbBridge>),
    planned: &AlbBridge,
) -> Diagnostics {
    // What replaces another bridge begins with nothing.
    let prior =
        prior.filter(|it| it.account_id == planned.account_id && it.region == planned.region);
    let past = match prior {
        Some(_) => past,
        None => &Past::none(),
    };
    let mut found = match prior {
        Some(prior) => check_standing(aws, (prior, past), planned)
            .await
            .unwrap_or_else(|refused| refused),
        None => Diagnostics::new(),
    };
    if !found.has_errors() {
        found.extend(subnets::check(aws, (prior, past), planned).await);
    }
    found
}

/// What its consumers and its VPC hold in place.
async fn check_standing(
    aws: &Aws,
    (prior, past): (&AlbBridge, &Past<'_, AlbBridge>),
    planned: &AlbBridge,
) -> Result<Diagnostics, Diagnostics> {
    let (Field::Known(account), Field::Known(region)) = (&prior.account_id, &prior.region) else {
        return Ok(Diagnostics::new());
    };
    let site = Site::new(account, region);
    let mut found = Diagnostics::new();
    if let Some(alb) = changed(&prior.alb_arn, &planned.alb_arn) {
        let access = aws.site(&site).await.map_err(unread)?;
        let new = check_alb(&access, (prior, planned), alb).await;
        found.extend(new.map_err(unread)?);
    }
    let removed = Succession::of(planned, past).lost_subnets(planned);
    if !removed.is_empty() {
        let access = aws.site(&site).await.map_err(unread)?;
        let written = prior.deletion_protection.known() == Some(&true);
        let lost = (&removed, protection(past.ledger).unwrap_or(written));
        let refused = check_zones((aws, &access), (prior, planned), lost).await;
        found.extend(refused.map_err(unread)?);
    }
    Ok(found)
}

/// What keeps a bridge from being deleted: told before anything of it is touched.
pub(super) async fn check_delete(
    aws: &Aws,
    model: &AlbBridge,
    ledger: &Ledger,
) -> Result<(), Diagnostics> {
    let written = model.deletion_protection.known() == Some(&true);
    if protection(ledger).unwrap_or(written) {
        let way = match written {
            true => {
                "Apply deletion_protection = false first. What is deposed can't be applied: switch it \
                     off in AWS."
            }
            false => {
                "It was switched on outside Terraform: if nothing speaks against it, apply first, \
                      which switches it off, then destroy."
            }
        };
        let detail = format!(
            "Deletion protection keeps AWS from deleting the network load balancer, so nothing was \
             touched. {way}"
        );
        let diagnostic = Diagnostic::error(titled(model, "protected against deletion"), detail);
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
    let owner = owner_of(model);
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
         rejected, then destroy. What is deposed can't be applied: reject them in AWS.",
        by_account(&holding)
    );
    let diagnostic = Diagnostic::error(titled(model, "others are connected"), detail);
    Err(diagnostic.at(at("force_delete")).into())
}

fn titled(model: &AlbBridge, what: &str) -> String {
    let name = model.name.as_str().unwrap_or_default();
    format!("privatelink_alb_bridge {name:?}: {what}")
}

fn owner_of(model: &AlbBridge) -> OwnerPath {
    let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
    OwnerPath {
        kind: "bridge".to_owned(),
        site: Site::new(text(&model.account_id), text(&model.region)),
        name: text(&model.name),
    }
}

/// Whether the load balancer that serves was seen to be protected against deletion. One that is not in
/// use was made by a run that failed, whose protection keeps nothing.
fn protection(ledger: &Ledger) -> Option<bool> {
    let serving = serving(ledger);
    let balancers = balancers(ledger);
    let balancers = balancers.filter(|(it, _)| serving.is_empty() || serving.contains(&it.id));
    let seen = balancers.filter_map(|(_, seen)| seen.deletion_protection.into_known());
    seen.reduce(|one, other| one || other)
}

/// The load balancers that are protected and serve nobody, while another one does.
pub(super) fn protected_spares(ledger: &Ledger) -> Vec<(Site, String)> {
    let serving = serving(ledger);
    let spares = balancers(ledger)
        .filter(|(it, _)| !serving.is_empty() && !serving.contains(&it.id))
        .filter(|(_, seen)| seen.deletion_protection.known() == Some(&true));
    let spares = spares.filter_map(|(it, _)| Some((it.home.parse().ok()?, it.id.clone())));
    spares.collect()
}

/// What the service was seen to stand on.
fn serving(ledger: &Ledger) -> BTreeSet<String> {
    let kind = <EndpointService as Component<Aws>>::KIND;
    let services = ledger.iter().filter(|(_, it)| it.kind == kind);
    let serving = services.filter_map(|(_, entry)| {
        let seen: SeenService = serde_json::from_value(entry.seen.clone()).ok()?;
        seen.balancers.into_known()
    });
    serving.flatten().collect()
}

fn balancers(ledger: &Ledger) -> impl Iterator<Item = (&Entry, SeenLoadBalancer)> {
    let kind = <LoadBalancer as Component<Aws>>::KIND;
    let balancers = ledger.iter().filter(move |(_, it)| it.kind == kind);
    balancers.map(|(_, entry)| {
        let seen = serde_json::from_value(entry.seen.clone());
        (entry, seen.unwrap_or_default())
    })
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

/// A target must be in the load balancer's own VPC, and let it in.
async fn check_alb(
    access: &SiteAccess,
    (prior, planned): (&AlbBridge, &AlbBridge),
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
    let groups = match &new {
        Some(new) => new.security_groups(),
        None => &[],
    };
    if let Some(warning) = unopened(planned, name, groups) {
        found.push(warning);
    }
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

/// What is to be said where none of an ALB's groups is opened by the bridge: the exchange waits for
/// a target that checks can't reach.
fn unopened(planned: &AlbBridge, alb: &str, theirs: &[String]) -> Option<Diagnostic> {
    let opened = &planned.alb_security_group_ids;
    let open = |group: &String| {
        opened
            .known()
            .is_some_and(|it| it.known().any(|id| id == group))
    };
    if opened.is_unknown() || theirs.is_empty() || theirs.iter().any(open) {
        return None;
    }
    let detail = format!(
        "The listeners go over to {alb} when its checks pass, and none of its groups is among \
         alb_security_group_ids: {}. Unless their rules let the network load balancer's group in \
         already, add them there; else the apply waits until its time limit, and the former ALB \
         goes on serving.",
        theirs.join(", ")
    );
    let summary = "The new ALB may be closed to the bridge";
    Some(Diagnostic::warning(summary, detail).at(at("alb_security_group_ids")))
}

/// AWS takes no zone from a load balancer to whose service somebody is connected.
async fn check_zones(
    (aws, access): (&Aws, &SiteAccess),
    (prior, planned): (&AlbBridge, &AlbBridge),
    (removed, protected): (&BTreeSet<String>, bool),
) -> Result<Diagnostics, Failure> {
    let mut found = Diagnostics::new();
    let Some(service) = prior.service_id.as_str() else {
        return Ok(found);
    };
    if protected {
        let detail = match prior.deletion_protection.known() {
            Some(true) => {
                "Another network load balancer would take the place of the present one, which \
                 deletion_protection keeps AWS from deleting. Apply deletion_protection = false first, \
                 by itself."
            }
            _ => {
                "Another network load balancer would take the place of the present one, which somebody \
                 has protected against deletion outside Terraform. Apply without the change of \
                 subnet_ids first, which switches that off."
            }
        };
        found.error_at(at("subnet_ids"), "The load balancer is protected", detail);
        return Ok(found);
    }
    let connections = access.connections(service).await?;
    let connected: Vec<&Connection> = connections.iter().filter(|it| it.is_connected()).collect();
    let own = own_endpoints(prior);
    // What is not known yet is judged when it is.
    let interrupts =
        planned.replace_nlb.is_unknown() || planned.replace_nlb.as_str() == Some("interrupt");
    let holding: Vec<&Connection> = connected
        .into_iter()
        .filter(|it| !interrupts || !own.contains(&it.endpoint))
        .collect();
    if holding.is_empty() {
        return Ok(found);
    }
    let removed: Vec<&str> = removed.iter().map(String::as_str).collect();
    // Those of its consumers are none of them where they may be interrupted.
    let (mut forgotten, owner) = (interrupts, owner_of(prior));
    for connection in &holding {
        forgotten = forgotten && !is_strange(aws, &owner, connection).await;
    }
    let way = match interrupts {
        true if forgotten => {
            "They bear the marks of this bridge, and its state is older than they are: apply \
             everything but the change of subnet_ids first."
        }
        true => "Endpoints that are none of this bridge's consumers can't be made anew from here.",
        false => {
            "replace_nlb = \"interrupt\" makes another network load balancer and all consumers' \
             endpoints anew, with other ids and names."
        }
    };
    let detail = format!(
        "{} would leave the network load balancer. AWS takes no zone and exchanges no subnet of it \
         while endpoints are connected, and these are: {}. Keep the subnets in subnet_ids; zones can \
         always be added. {way}",
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

fn unread(failure: Failure) -> Diagnostics {
    let detail = failure.reason().to_string();
    Diagnostic::error("What AWS would allow can't be read", detail).into()
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}
