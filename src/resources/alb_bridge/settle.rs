//! Filling in what configuration leaves to us: accounts, regions, derived and dependent values.

use super::identity::{is_same, once_each};
use super::model::{AlbBridge, BridgeConsumer};
use super::regions;
use super::succession::served_subnets;
use crate::aws::{Arn, Aws, Site};
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};
use crate::resources::accounts::account_id;
use crate::resources::pipeline::Prior;

/// What can happen to connections.
/// Source: CreateVpcEndpointConnectionNotification, `ConnectionEvents`.
pub(super) const EVENTS: &[&str] = &["Accept", "Connect", "Delete", "Reject"];

/// Fills the planned values in.
pub(super) async fn settle(
    aws: &Aws,
    mut planned: AlbBridge,
    config: &AlbBridge,
    prior: Option<&Prior<'_, AlbBridge>>,
) -> Result<AlbBridge, Diagnostics> {
    settle_owner(aws, &mut planned, config, prior.map(|prior| prior.model)).await?;
    settle_listeners(&mut planned, config);
    let owner = (planned.account_id.clone(), planned.region.clone());
    let Field::Known(mut consumers) = planned.consumers else {
        settle_derived(&mut planned, config, prior);
        return Ok(planned);
    };
    for (key, consumer) in &mut consumers {
        let Field::Known(consumer) = consumer else {
            continue;
        };
        let written = config
            .consumers
            .known()
            .and_then(|all| all.get(key)?.known());
        settle_consumer(aws, consumer, (key, written), &owner).await?;
        settle_records(consumer, written);
        settle_allow_from(consumer, written, prior);
    }
    planned.consumers = Field::Known(consumers);
    once_each(&planned)?;
    settle_derived(&mut planned, config, prior);
    let found = regions::check(&planned);
    match found.has_errors() {
        true => Err(found),
        false => Ok(planned),
    }
}

/// The owner's account and region: what the ARN says; once made, what they were.
async fn settle_owner(
    aws: &Aws,
    planned: &mut AlbBridge,
    config: &AlbBridge,
    prior: Option<&AlbBridge>,
) -> Result<(), Diagnostics> {
    let arn: Option<Arn> = config.alb_arn.as_str().and_then(|arn| arn.parse().ok());
    let given = match &config.account {
        Field::Known(key) => Some(account_id(aws, Some(key), at("account")).await?),
        _ => None,
    };
    if let Some(prior) = prior {
        if let Some(given) = given {
            planned.account_id = Field::Known(given);
        } else {
            planned.account_id = prior.account_id.clone();
        }
        if config.region.is_null() {
            planned.region = prior.region.clone();
        }
        return same_place(arn.as_ref(), planned);
    }
    let Some(arn) = arn else {
        planned.account_id = given.map_or(Field::Unknown, Field::Known);
        if config.region.is_null() {
            planned.region = Field::Unknown;
        }
        return Ok(());
    };
    match given {
        Some(_) => {}
        None => only_key(aws, &arn.account_id).await?,
    }
    planned.account_id = Field::Known(given.unwrap_or_else(|| arn.account_id.clone()));
    if config.region.is_null() {
        planned.region = Field::Known(arn.region.clone());
    }
    same_place(Some(&arn), planned)
}

/// The ALB must be where the bridge is.
fn same_place(arn: Option<&Arn>, planned: &AlbBridge) -> Result<(), Diagnostics> {
    let Some(alb) = arn.map(Arn::site) else {
        return Ok(());
    };
    let place = |field: &Field<String>, there: &str| field.known().is_none_or(|here| here == there);
    if place(&planned.account_id, &alb.account_id) && place(&planned.region, &alb.region) {
        return Ok(());
    }
    let here = Site::new(
        planned.account_id.known().cloned().unwrap_or_default(),
        planned.region.known().cloned().unwrap_or_default(),
    );
    let detail = format!(
        "The ALB is in {alb} and the bridge in {here}. AWS lets a network load balancer forward only \
         to an ALB of its own account, region and VPC. Correct alb_arn, or account and region."
    );
    Err(Diagnostic::error("The ALB is elsewhere", detail)
        .at(at("alb_arn"))
        .into())
}

/// The default account, if it is this one, else the one entry that is.
async fn only_key(aws: &Aws, wanted: &str) -> Result<(), Diagnostics> {
    if account_id(aws, None, at("alb_arn")).await? == wanted {
        return Ok(());
    }
    let mut keys = Vec::new();
    for key in aws.keys().flatten() {
        if account_id(aws, Some(key), at("alb_arn")).await? == wanted {
            keys.push(key);
        }
    }
    let detail = match keys.as_slice() {
        [_] => return Ok(()),
        [] => format!(
            "The ALB is in account {wanted}, which none of the provider's accounts is. Add it to \
             accounts in the provider block, or correct alb_arn."
        ),
        keys => format!(
            "The ALB is in account {wanted}, which several of the provider's accounts are: {}. Say \
             which with account.",
            keys.join(", ")
        ),
    };
    Err(Diagnostic::error("Whose ALB is this?", detail)
        .at(at("alb_arn"))
        .into())
}

fn settle_listeners(planned: &mut AlbBridge, config: &AlbBridge) {
    let Some(listeners) = planned.listeners.known_mut() else {
        return;
    };
    for (key, listener) in listeners {
        let Field::Known(listener) = listener else {
            continue;
        };
        let written = config
            .listeners
            .known()
            .and_then(|all| all.get(key)?.known());
        if written.is_none_or(|written| written.alb_port.is_null()) {
            listener.alb_port = listener.port;
        }
    }
}

async fn settle_consumer(
    aws: &Aws,
    consumer: &mut BridgeConsumer,
    (key, written): (&str, Option<&BridgeConsumer>),
    owner: &(Field<String>, Field<String>),
) -> Result<(), Diagnostics> {
    let written = written.map_or(Field::Null, |written| written.region.clone());
    consumer.region = regions::of_consumer(aws, consumer, &written, &owner.1);
    consumer.account_id = match &consumer.account {
        Field::Known(account) => {
            let path = at("consumers").key(key).attribute("account");
            Field::Known(account_id(aws, Some(account), path).await?)
        }
        Field::Null => owner.0.clone(),
        Field::Unknown => Field::Unknown,
    };
    Ok(())
}

/// Names have the addresses that the endpoint has, unless something else is written.
fn settle_records(consumer: &mut BridgeConsumer, written: Option<&BridgeConsumer>) {
    if written.is_none_or(|written| written.dns_record_ip_type.is_null()) {
        consumer.dns_record_ip_type = consumer.ip_address_type.clone();
    }
}

/// Derived when the consumer is added and kept, unless the user had set it and took it away.
fn settle_allow_from(
    consumer: &mut BridgeConsumer,
    written: Option<&BridgeConsumer>,
    prior: Option<&Prior<'_, AlbBridge>>,
) {
    if written.is_some_and(|written| !written.allow_from.is_null()) {
        return;
    }
    // The user's own groups say who may come in.
    match consumer.security_group_ids {
        Field::Null => {}
        Field::Known(_) => return consumer.allow_from = Field::Null,
        Field::Unknown => return consumer.allow_from = Field::Unknown,
    }
    let former = prior.and_then(|prior| {
        let (key, former) = prior
            .model
            .known_consumers()
            .find(|(_, it)| is_same(it, consumer))?;
        let was_set = prior.user_set.contains(&allow_from_path(key));
        let other_family = former.ip_address_type != consumer.ip_address_type;
        (!was_set && !other_family).then_some(&former.allow_from)
    });
    consumer.allow_from = match former {
        Some(Field::Known(kept)) => Field::Known(kept.clone()),
        _ => Field::Unknown,
    };
}

fn settle_derived(
    planned: &mut AlbBridge,
    config: &AlbBridge,
    prior: Option<&Prior<'_, AlbBridge>>,
) {
    let kept = |path: &str| prior.filter(|prior| !prior.user_set.iter().any(|set| set == path));
    if config.subnet_ids.is_null() {
        // AWS takes none away, so they stay also when the line goes; what a run wanted that failed
        // never was.
        let serving = prior.filter(|prior| prior.unfinished);
        let serving = serving.and_then(|prior| served_subnets(prior.ledger));
        let former = prior.and_then(|prior| prior.model.subnet_ids.known().cloned());
        planned.subnet_ids = match serving.or(former) {
            Some(subnets) => Field::Known(subnets),
            None => Field::Unknown,
        };
    }
    if let (Some(planned), Some(written)) = (
        planned.notifications.known_mut(),
        config.notifications.known(),
    ) && written.events.is_null()
    {
        planned.events = Field::Known(EVENTS.iter().map(|it| (*it).to_owned()).collect());
    }
    if config.supported_regions.is_null() {
        planned.supported_regions = regions::supported(planned);
    }
    if config.client_cidr_blocks.is_null() {
        planned.client_cidr_blocks = client_cidr_blocks(planned, kept("client_cidr_blocks"));
    }
}

fn client_cidr_blocks(
    planned: &AlbBridge,
    prior: Option<&Prior<'_, AlbBridge>>,
) -> Field<crate::protocol::Set<String>> {
    match planned
        .enforce_security_group_inbound_rules_on_private_link_traffic
        .as_str()
    {
        // The user's own groups say who may come in.
        Some("on") if planned.security_group_ids.is_null() => {}
        Some(_) => return Field::Null,
        None => return Field::Unknown,
    }
    let Some(prior) = prior.map(|prior| prior.model) else {
        return Field::Unknown;
    };
    let same = |one: &AlbBridge, other: &AlbBridge| {
        let mut consumers = one.known_consumers();
        consumers.all(|(_, it)| other.known_consumers().any(|(_, that)| is_same(it, that)))
    };
    let same_family = planned.ip_address_type == prior.ip_address_type;
    let same_clients = same(planned, prior) && same(prior, planned);
    let unchanged = !planned.is_open() && same_family && same_clients;
    match &prior.client_cidr_blocks {
        Field::Known(cidrs) if unchanged => Field::Known(cidrs.clone()),
        _ => Field::Unknown,
    }
}

/// The derived paths that the user has set.
pub(super) fn user_set(config: &AlbBridge) -> Vec<String> {
    let mut set = Vec::new();
    if !config.client_cidr_blocks.is_null() {
        set.push("client_cidr_blocks".to_owned());
    }
    let consumers = config
        .known_consumers()
        .filter(|(_, it)| !it.allow_from.is_null());
    set.extend(consumers.map(|(key, _)| allow_from_path(key)));
    set
}

fn allow_from_path(key: &str) -> String {
    format!("consumers.{key}.allow_from")
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}
