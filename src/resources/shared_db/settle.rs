//! Filling in what configuration leaves to us: accounts, the region, derived and dependent values.

use super::addresses::Way;
use super::identity::{is_of_one_account, is_same, names_once, once_each};
use super::model::{SharedConsumer, SharedDb};
use crate::aws::{Arn, Aws};
use crate::protocol::{Diagnostic, Diagnostics, Field, Path};
use crate::resources::accounts::account_id;
use crate::resources::pipeline::Prior;

/// Fills the planned values in.
pub(super) async fn settle(
    aws: &Aws,
    mut planned: SharedDb,
    config: &SharedDb,
    prior: Option<&Prior<'_, SharedDb>>,
) -> Result<SharedDb, Diagnostics> {
    settle_owner(aws, &mut planned, config, prior.map(|prior| prior.model)).await?;
    settle_gateway(&mut planned, config);
    settle_endpoints(&mut planned, config);
    let mut found = databases_are_here(&planned);
    found.extend(names_are_below(&planned));
    if let Field::Known(mut consumers) = std::mem::take(&mut planned.consumers) {
        for (key, consumer) in &mut consumers {
            let Field::Known(consumer) = consumer else {
                continue;
            };
            let written = config.consumers.known();
            let written = written.and_then(|all| all.get(key)?.known());
            settle_consumer(aws, consumer, key, &planned).await?;
            found.extend(network_is_here(&planned, key, consumer));
            settle_derived(consumer, written, prior);
        }
        planned.consumers = Field::Known(consumers);
    } else {
        planned.consumers = config.consumers.clone();
    }
    found.extend(once_each(&planned));
    found.extend(names_once(&planned, is_of_one_account));
    match found.has_errors() {
        true => Err(found),
        false => Ok(planned),
    }
}

async fn settle_owner(
    aws: &Aws,
    planned: &mut SharedDb,
    config: &SharedDb,
    prior: Option<&SharedDb>,
) -> Result<(), Diagnostics> {
    let key = match &config.account {
        Field::Unknown => {
            planned.account_id = prior.map_or(Field::Unknown, |prior| prior.account_id.clone());
            planned.region = match config.region.is_null() {
                true => prior.map_or(Field::Unknown, |prior| prior.region.clone()),
                false => config.region.clone(),
            };
            return Ok(());
        }
        account => account.as_str(),
    };
    planned.account_id = match prior.filter(|_| key.is_none()) {
        Some(prior) => prior.account_id.clone(),
        None => Field::Known(account_id(aws, key, at("account")).await?),
    };
    if config.region.is_null() {
        planned.region = match prior {
            Some(prior) => prior.region.clone(),
            None => {
                let region = aws.region(key).await;
                let region = region.map_err(|failure| {
                    let detail = failure.reason().to_string();
                    Diagnostics::from(Diagnostic::error("No region", detail).at(at("region")))
                })?;
                Field::Known(region)
            }
        };
    }
    Ok(())
}

/// What a gateway is like, unless it is the user's, who knows.
fn settle_gateway(planned: &mut SharedDb, config: &SharedDb) {
    let own = planned.resource_gateway_id.is_null();
    let or_default = |word: &str| match own {
        true => Field::Known(word.to_owned()),
        false => Field::Unknown,
    };
    if config.ip_address_type.is_null() {
        planned.ip_address_type = or_default("ipv4");
    }
    if config.dns_resolution.is_null() {
        planned.dns_resolution = or_default("PUBLIC");
    }
}

/// Consumers use the name that is in the certificate, unless something else is written.
fn settle_endpoints(planned: &mut SharedDb, config: &SharedDb) {
    for (key, endpoint) in planned.endpoints.known_mut().into_iter().flatten() {
        let Field::Known(endpoint) = endpoint else {
            continue;
        };
        let written = config.endpoints.known();
        let written = written.and_then(|all| all.get(key)?.known());
        if written.is_none_or(|written| written.custom_domain_name.is_null()) {
            endpoint.custom_domain_name = endpoint.dns_name.clone();
        }
    }
}

/// Names of a group's children are below its domain. The default is the endpoint's own name, so this
/// shows only now.
fn names_are_below(planned: &SharedDb) -> Diagnostics {
    let mut found = Diagnostics::new();
    let domain = planned.group_domain();
    let Some(domain) = domain.as_str().filter(|domain| !domain.is_empty()) else {
        return found;
    };
    for (key, endpoint) in planned.known_endpoints() {
        let name = endpoint.custom_domain_name.as_str().unwrap_or_default();
        if name.is_empty() || name.ends_with(&format!(".{domain}")) {
            continue;
        }
        let detail = format!(
            "{name:?} is not below the group's domain, {domain:?}, and AWS takes no other names in a \
             group. Give the endpoint a custom_domain_name below it, or \"\" for none; or share it \
             without the group."
        );
        let path = at("endpoints")
            .key(key.as_str())
            .attribute("custom_domain_name");
        found.error_at(path, "A name outside of the group", detail);
    }
    found
}

/// AWS shares databases of the gateway's own account and region only.
fn databases_are_here(planned: &SharedDb) -> Diagnostics {
    let mut found = Diagnostics::new();
    let place = |field: &Field<String>, there: &str| field.known().is_none_or(|here| here == there);
    for (key, endpoint) in planned.known_endpoints() {
        let arn: Option<Arn> = endpoint.arn.as_str().and_then(|arn| arn.parse().ok());
        let Some(arn) = arn else { continue };
        if place(&planned.account_id, &arn.account_id) && place(&planned.region, &arn.region) {
            continue;
        }
        let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
        let detail = format!(
            "The database is in {}, and this resource in {}/{}. A gateway leads to databases of its \
             own account and region only. Correct arn, or account and region.",
            arn.site(),
            text(&planned.account_id),
            text(&planned.region)
        );
        let path = at("endpoints").key(key.as_str()).attribute("arn");
        found.error_at(path, "The database is elsewhere", detail);
    }
    found
}

async fn settle_consumer(
    aws: &Aws,
    consumer: &mut SharedConsumer,
    key: &str,
    planned: &SharedDb,
) -> Result<(), Diagnostics> {
    let path = at("consumers").key(key).attribute("account");
    consumer.account_id = match &consumer.account {
        Field::Known(account) => Field::Known(account_id(aws, Some(account), path.clone()).await?),
        Field::Null => planned.account_id.clone(),
        Field::Unknown => Field::Unknown,
    };
    let written = consumer.account.as_str();
    let written = written.and_then(|account| aws.region_written(Some(account)));
    let (Some(there), Some(here)) = (written, planned.region.known()) else {
        return Ok(());
    };
    if there == *here {
        return Ok(());
    }
    let detail = format!(
        "The entry {:?} of accounts says {there}, and the shared database is in {here}. What VPC Lattice \
         shares is seen in its own region alone. Reach it from there through PrivateLink, which crosses \
         regions: a network load balancer in front of the database and an endpoint service, whose \
         targets by address follow no fail-over.",
        consumer.account.as_str().unwrap_or_default()
    );
    Err(Diagnostic::error("A consumer in another region", detail)
        .at(path)
        .into())
}

/// A network is of the consumer's own account, and of the one region that all of it is in.
fn network_is_here(planned: &SharedDb, key: &str, consumer: &SharedConsumer) -> Diagnostics {
    let mut found = Diagnostics::new();
    let written = consumer.service_network_id.as_str();
    let arn: Option<Arn> = written.and_then(|text| text.parse().ok());
    let Some(arn) = arn.filter(|_| consumer.is_networked()) else {
        return found;
    };
    let (account, region) = (&consumer.account_id, &planned.region);
    let differs = |field: &Field<String>, there: &str| field.known().is_some_and(|it| it != there);
    if differs(account, &arn.account_id) || differs(region, &arn.region) {
        let text = |field: &Field<String>| field.known().cloned().unwrap_or_default();
        let detail = format!(
            "The service network is in {}, and the consumer in {}/{}. AWS lets nobody join two things \
             that were both shared with him, and Lattice ends at the region's border: give a network \
             of the consumer's account and region, or correct account.",
            arn.site(),
            text(account),
            text(region),
        );
        let path = at("consumers").key(key).attribute("service_network_id");
        found.error_at(path, "A service network elsewhere", detail);
    }
    found
}

/// What is said of endpoints and their groups is nothing to those who come through a service network, and
/// not known while nobody knows who does.
fn settle_way(
    consumer: &mut SharedConsumer,
    is_left: impl Fn(fn(&SharedConsumer) -> bool) -> bool,
) {
    let Some(way) = consumer.way() else {
        consumer.endpoint_ids = Field::Unknown;
        consumer.association_ids = Field::Unknown;
        consumer.dns_names = Field::Unknown;
        consumer.association_dns_names = Field::Unknown;
        consumer.security_group_id = Field::Unknown;
        consumer.client_rule = Field::Unknown;
        if is_left(|it| it.private_dns_preference.is_null()) {
            consumer.private_dns_preference = Field::Unknown;
        }
        return;
    };
    if way == Way::Network && is_left(|it| it.private_dns_preference.is_null()) {
        consumer.private_dns_preference = Field::Null;
    }
}

/// Derived when the consumer is added and kept, unless the user had set it and took it away.
fn settle_derived(
    consumer: &mut SharedConsumer,
    written: Option<&SharedConsumer>,
    prior: Option<&Prior<'_, SharedDb>>,
) {
    let is_left = |field: fn(&SharedConsumer) -> bool| written.is_none_or(field);
    settle_way(consumer, is_left);
    if is_left(|it| it.private_dns_specified_domains.is_null()) {
        let specified = consumer.private_dns_preference.as_str();
        let specified = specified.is_none_or(|it| it.contains("SPECIFIED"));
        let names = consumer.private_dns_enabled.known() != Some(&false) && specified;
        consumer.private_dns_specified_domains = match names && !consumer.is_networked() {
            true => Field::Unknown,
            false => Field::Null,
        };
    }
    if !is_left(|it| it.allow_from.is_null()) {
        return;
    }
    match consumer.way() {
        Some(Way::Endpoint) => {}
        Some(Way::Network) => return consumer.allow_from = Field::Null,
        None => return consumer.allow_from = Field::Unknown,
    }
    // The user's own groups say who may come in.
    match consumer.security_group_ids {
        Field::Null => {}
        Field::Known(_) => return consumer.allow_from = Field::Null,
        Field::Unknown => return consumer.allow_from = Field::Unknown,
    }
    let former = prior.and_then(|prior| {
        let mut all = prior.model.known_consumers();
        let (key, former) = all.find(|(_, it)| is_same(it, consumer))?;
        let was_set = prior.user_set.contains(&allow_from_path(key));
        (!was_set).then_some(&former.allow_from)
    });
    consumer.allow_from = match former {
        Some(Field::Known(kept)) => Field::Known(kept.clone()),
        _ => Field::Unknown,
    };
}

/// The derived paths that the user has set.
pub(super) fn user_set(config: &SharedDb) -> Vec<String> {
    let consumers = config.known_consumers();
    let set = consumers.filter(|(_, it)| !it.allow_from.is_null());
    set.map(|(key, _)| allow_from_path(key)).collect()
}

fn allow_from_path(key: &str) -> String {
    format!("consumers.{key}.allow_from")
}

fn at(name: &str) -> Path {
    Path::root().attribute(name)
}
