//! What stands of a half-built bridge of which nobody remembers how it was configured.

use std::collections::{BTreeMap, BTreeSet};

use super::addresses as at;
use super::model::{AlbBridge, BridgeListener};
use super::recover::{
    found, recover_consumers, recover_load_balancer, recover_rules, service_regions,
};
use crate::aws::{Aws, SiteAccess, Tags, names};
use crate::components::marked::{self, MarkedRule};
use crate::engine::{Failure, Freshness};
use crate::protocol::{Field, Map};
use crate::resources::pipeline::{Frame, Id, Recovered};

/// The consumers, listeners and rules that bear our marks, as values that would have made them.
///
/// The list of principals bears no marks: whose they are nobody can tell.
pub(super) async fn leftovers(
    aws: &Aws,
    planned: &AlbBridge,
    frame: &Frame,
) -> Result<Recovered<AlbBridge>, Failure> {
    let owner = &frame.anchorage.owner;
    let access = aws.site(frame.site()).await?;
    let mut model = AlbBridge {
        consumers: Field::Known(Map::new()),
        listeners: Field::Known(Map::new()),
        alb_security_group_ids: Field::Null,
        ..planned.clone()
    };
    let mut ids = BTreeMap::new();
    let path = owner.to_string();
    // Parts in other regions are made only once the service names these.
    let services = marked::services(&access, &path).await?;
    let regions = services.first().map(service_regions).unwrap_or_default();
    recover_consumers(aws, (owner, &regions), &mut model, &mut ids, &Tags::new()).await?;
    recover_listeners(&access, &path, &mut model, &mut ids).await?;
    let rules = recover_rules(&access, &path, &mut model, &mut ids).await?;
    infer_listeners(&rules, &mut model);
    // What is planned says on what it stands and how it is made; only what was written can differ from
    // where it stands.
    model.alb_arn = planned.alb_arn.clone();
    if !planned.subnet_ids.is_known() {
        model.subnet_ids = planned.subnet_ids.clone();
    }
    if let Some(service) = services.first() {
        model.service_id = service.id.clone().into_known().into();
        let id = service.id.known().cloned().unwrap_or_default();
        let mut found = found("vpc_endpoint_service", &id, access.site());
        found.seen = serde_json::to_value(service).unwrap_or_default();
        ids.insert(at::SERVICE.to_owned(), found);
    }
    model.security_group_ids = planned.security_group_ids.clone();
    Ok(Recovered { model, ids })
}

async fn recover_listeners(
    access: &SiteAccess,
    path: &str,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    let name = names::load_balancer(model.name.as_str().unwrap_or_default(), None);
    let fresh = Freshness::SinceLastChange;
    let balancer = access.load_balancer_named(&name, fresh).await?;
    let arn = balancer.and_then(|it| it.load_balancer_arn);
    let Some(arn) = marked::own_of(access, path, arn).await? else {
        return Ok(());
    };
    recover_load_balancer(access, (path, &arn), model, ids).await
}

/// A rule stands for a port of which the listener may not have been made yet.
fn infer_listeners(rules: &[MarkedRule], model: &mut AlbBridge) {
    let offered: BTreeSet<u16> = model
        .known_listeners()
        .filter_map(|(_, it)| it.known_alb_port())
        .collect();
    let ports: BTreeSet<u16> = rules.iter().filter_map(port_of).collect();
    for port in ports.difference(&offered) {
        let listener = BridgeListener {
            port: Field::Known(i64::from(*port)),
            alb_port: Field::Known(i64::from(*port)),
            ..BridgeListener::default()
        };
        if let Field::Known(listeners) = &mut model.listeners {
            listeners.insert(format!("~{port}"), Field::Known(listener));
        }
    }
}

fn port_of(rule: &MarkedRule) -> Option<u16> {
    let (group, port) = at::alb_rule_of(&rule.address)?;
    (group == rule.group).then_some(port)
}
