//! A stack that somebody made by hand, taken for the bridge that it is by its shape.
//!
//! Its groups stay the user's, its name is not known, and nothing of it bears our marks yet: the
//! first apply puts them there.

use std::collections::BTreeMap;

use super::consumers::recovered_consumer;
use super::owner::{recover_balancer, recover_listener, recover_notifications, recover_principals};
use super::{bare, found, recover_service};
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, Connection, Site, SiteAccess, Tags};
use crate::components::{SeenService, marked};
use crate::engine::{Failure, Reason};
use crate::protocol::{Field, Map, Set};
use crate::resources::alb_bridge::addresses as at;
use crate::resources::alb_bridge::model::AlbBridge;
use crate::resources::pipeline::{Id, Recovered};

/// The values of the bridge that a service without our marks could be the heart of.
pub(super) async fn adopt(
    aws: &Aws,
    access: &SiteAccess,
    (service, id): (&SeenService, &str),
) -> Result<Recovered<AlbBridge>, Failure> {
    let mut model = bare(aws, access.site(), service).await?;
    let mut ids = BTreeMap::new();
    let heart = found("vpc_endpoint_service", id, access.site());
    ids.insert(at::SERVICE.to_owned(), heart);
    let balancers = service.balancers.known().cloned().unwrap_or_default();
    let mut balancers = balancers.into_iter();
    let (Some(arn), None) = (balancers.next(), balancers.next()) else {
        return Err(unlike(
            id,
            "it has not one network load balancer but several, or none",
        ));
    };
    let tags = marked::tags(access, &arn).await?;
    let begun = service.tags.known().and_then(|it| Mark::read(it).owner);
    let begun = begun.or(Mark::read(&tags).owner);
    if let Some(owner) = &begun {
        if !was_begun(access, service, owner).await? {
            return Err(unlike(id, &format!("its load balancer belongs to {owner}")));
        }
        // By which name the adoption began.
        model.name = OwnerPath::parse(owner).map(|path| path.name).into();
    }
    recover_balancer(access, &arn, &mut model, &mut ids).await?;
    if model.security_group_ids.known().is_none_or(Set::is_empty) {
        let why = "its load balancer was made without security groups, and AWS gives it none later";
        return Err(unlike(id, why));
    }
    adopt_listeners(access, (id, &arn), &mut model, &mut ids).await?;
    recover_service(service, &mut model);
    let connections = access.connections(id).await?;
    let consumers = (&mut model, &mut ids);
    adopt_consumers(
        aws,
        (access.site(), begun.as_deref()),
        connections,
        consumers,
    )
    .await?;
    recover_principals(access, id, &mut model).await?;
    recover_notifications(access, id, &mut model, &mut ids).await?;
    Ok(Recovered { model, ids })
}

/// Whether the marks of this path are those of an adoption that was cut off: it has an anchor that is not
/// finished, on nothing that serves.
pub(super) async fn was_begun(
    access: &SiteAccess,
    service: &SeenService,
    owner: &str,
) -> Result<bool, Failure> {
    let anchors = marked::anchors(access, owner).await?;
    let Some(anchor) = anchors.into_iter().find(|anchor| anchor.building) else {
        return Ok(false);
    };
    let balancers = service.balancers.known().cloned().unwrap_or_default();
    let mut found = false;
    for arn in balancers {
        match marked::carried_groups(access, &arn).await? {
            Some(groups) if groups.contains(&anchor.id) => return Ok(false),
            groups => found |= groups.is_some(),
        }
    }
    Ok(found)
}

async fn adopt_listeners(
    access: &SiteAccess,
    (id, arn): (&str, &str),
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    let mut listeners = Map::new();
    for (port, listener) in marked::listeners(access, arn).await? {
        let key = format!("port-{port}");
        let group = listener.target_group.known().cloned().unwrap_or_default();
        let adopted = recover_listener(access, (port, &listener), model).await?;
        ids.insert(
            at::target_group(&key),
            found("target_group", &group, access.site()),
        );
        listeners.insert(key, Field::Known(adopted));
    }
    let alb = model.alb_arn.as_str();
    if !alb.is_some_and(|arn| arn.contains(":loadbalancer/app/")) {
        return Err(unlike(
            id,
            "none of its listeners leads to an application load balancer",
        ));
    }
    model.listeners = Field::Known(listeners);
    Ok(())
}

/// Whoever is connected from an account that the provider reaches, by its key.
async fn adopt_consumers(
    aws: &Aws,
    (owner, begun): (&Site, Option<&str>),
    connections: Vec<Connection>,
    (model, ids): (&mut AlbBridge, &mut BTreeMap<String, Id>),
) -> Result<(), Failure> {
    let mut consumers = Map::new();
    for connection in connections.into_iter().filter(Connection::is_connected) {
        if !aws.reaches(&connection.account_id).await? {
            continue;
        }
        let site = Site::new(&connection.account_id, &connection.region);
        let access = aws.site(&site).await?;
        let Some(endpoint) = marked::endpoint(&access, &connection.endpoint).await? else {
            continue;
        };
        let tags = endpoint.tags.known().cloned().unwrap_or_default();
        let whose = Mark::read(&tags).owner;
        if whose.is_some() && whose.as_deref() != begun {
            continue;
        }
        let account = aws.key_of(&site.account_id).await?.map(str::to_owned);
        let account = account.filter(|_| site.account_id != owner.account_id);
        let base = account.clone().unwrap_or_else(|| "own".to_owned());
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let mut names = std::iter::once(base.clone()).chain(numbered);
        let name = names.find(|name| !consumers.contains_key(name));
        let name = name.unwrap_or(base);
        let nothing = Tags::new();
        let consumer = recovered_consumer(&account, &site, &endpoint, None, (aws, &nothing));
        ids.insert(
            at::consumer_part(&name, "endpoint"),
            found("vpc_endpoint", &connection.endpoint, &site),
        );
        consumers.insert(name, Field::Known(consumer));
    }
    if !consumers.is_empty() {
        model.consumers = Field::Known(consumers);
    }
    Ok(())
}

fn unlike(id: &str, why: &str) -> Failure {
    let what = format!("{id} was not made by this provider, and is not like an ALB bridge: {why}.");
    let remedy = "What can be taken over is a service on one network load balancer with security \
                  groups, whose TCP listeners lead to target groups of type alb.";
    Failure::Never(Reason::new(what).remedy(remedy))
}
