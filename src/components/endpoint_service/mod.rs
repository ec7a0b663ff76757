//! A VPC endpoint service: what consumers connect to.

mod families;
mod regions;
pub(super) mod seen;
mod zones;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, ServiceConfiguration};

pub use self::seen::SeenService;
use self::seen::{is_dying, seen, sighting};
pub use self::zones::{SeenZones, ServiceZones};
use super::marking::{Marking, ec2_tag_specification};
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::ownership::OWNER;
use crate::aws::{Aws, CallError, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Made, Pace, Place, Reason, Sighting, Verdict,
};

/// What is wanted of a service.
#[derive(Clone, Debug)]
pub struct EndpointService {
    /// Where it is.
    pub site: Site,
    /// Its network load balancers, by ARN.
    pub balancers: Fact<BTreeSet<String>>,
    /// Load balancers of ours that it has had so far, by ARN.
    pub outgoing: BTreeSet<String>,
    /// Whether a connection must be accepted before it works.
    pub acceptance_required: bool,
    /// The address families of its endpoints: `ipv4`, `ipv6`.
    pub ip_address_types: BTreeSet<String>,
    /// Families that are no longer wanted and stay while endpoints may still have them.
    pub outgoing_types: BTreeSet<String>,
    /// The regions from which it can be reached, beside its own.
    pub regions: Fact<BTreeSet<String>>,
    /// Whether connections from a region that is no longer wanted are rejected.
    pub reject_on_revoke: bool,
    /// Whether connections of others are rejected when it is deleted.
    pub force_delete: bool,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for EndpointService {
    type Seen = SeenService;
    const KIND: &'static str = "vpc_endpoint_service";
    const PACE: Pace = Pace::at_most_s(3);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenService) -> Verdict {
        match seen.state.known().map(String::as_str) {
            Some("failed") => return Verdict::Replace("AWS could not set the service up".into()),
            Some("pending") => return Verdict::Pending("not available yet".into()),
            _ => {}
        }
        let exchanged = self.balancers.differs(&seen.balancers);
        if exchanged && !self.had_ours_alone(seen) {
            return Verdict::Failed(
                "its load balancers were changed outside, and AWS does not let connected ones go"
                    .into(),
            );
        }
        let changes = Verdict::of_changes([
            ("load_balancer", exchanged),
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            (
                "acceptance_required",
                Fact::Known(self.acceptance_required).differs(&seen.acceptance_required),
            ),
            ("ip_address_types", self.types_differ(seen)),
            ("regions", self.regions_differ(seen)),
        ]);
        match changes {
            Verdict::InPlace => self.judge_regions(seen),
            verdict => verdict,
        }
    }

    fn foresee(&self, seen: &SeenService, changes: &[&'static str]) -> SeenService {
        let mut seen = seen.clone();
        if changes.contains(&"load_balancer") {
            seen.balancers = self.balancers.clone();
        }
        if changes.contains(&"ip_address_types") {
            seen.ip_address_types = self.types_beside(&seen).into();
        }
        if changes.contains(&"acceptance_required") {
            seen.acceptance_required = self.acceptance_required.into();
        }
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenService>,
    ) -> Result<Sighting<SeenService>, Failure> {
        let access = place.world.site(&self.site).await?;
        if let Some(id) = place.id
            && let Some(service) = access.service(id, place.freshness).await?
        {
            return Ok(match self.marking.stranger(&ec2_tags(service.tags())) {
                Some(whose) => Sighting::Foreign(format!("{id} now belongs to {whose}")),
                None => sighting(&service),
            });
        }
        if place.polling && place.id.is_some() {
            return Ok(Sighting::Absent);
        }
        let owner = self.marking.owner().to_string();
        let owned = access.services_owned(&owner, place.freshness).await?;
        let (living, dying): (Vec<_>, Vec<_>) = owned.into_iter().partition(|it| !is_dying(it));
        let tags = |service: &ServiceConfiguration| ec2_tags(service.tags());
        let id =
            |service: &ServiceConfiguration| service.service_id().unwrap_or_default().to_owned();
        Ok(match self.marking.pick(&living, tags, id) {
            Ok(Some(service)) => sighting(&service),
            Ok(None) => match self.marking.pick(&dying, tags, id) {
                Ok(Some(service)) => sighting(&service),
                _ => Sighting::Absent,
            },
            Err(twice) => Sighting::Foreign(twice),
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenService>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let (Fact::Known(balancers), Fact::Known(regions)) = (&self.balancers, &self.regions)
        else {
            return Err(Failure::later(
                "the load balancer and the regions are not known yet",
            ));
        };
        let stands_on: Vec<&str> = balancers.iter().map(String::as_str).collect();
        let token = self.marking.token(place.generation, &stands_on)?;
        let specification = ec2_tag_specification(ResourceType::VpcEndpointService, &tags);
        let answer = access
            .call("ec2:CreateVpcEndpointServiceConfiguration", || {
                let call = access.ec2().create_vpc_endpoint_service_configuration();
                call.set_network_load_balancer_arns(Some(balancers.iter().cloned().collect()))
                    .acceptance_required(self.acceptance_required)
                    .set_supported_regions(some(regions))
                    .set_supported_ip_address_types(self.spoken_types())
                    .client_token(&token)
                    .tag_specifications(specification.clone())
                    .send()
            })
            .await;
        access.inventory().changed(Kind::Services);
        let made = answer.map_err(unless_ours)?.service_configuration;
        let made =
            made.ok_or_else(|| Failure::later("AWS made a service and did not say which"))?;
        let id = made.service_id().unwrap_or_default().to_owned();
        // One that was given away since answers to its token all the same.
        if let Some(whose) = self.marking.stranger(&ec2_tags(made.tags())) {
            return Err(Failure::Never(self.given_away(&id, &whose)));
        }
        let spent = is_dying(&made);
        let mut seen = seen(&made);
        seen.generation = place.generation;
        seen.tags = tags.into();
        Ok(Made { id, seen, spent })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenService,
        fields: &[&'static str],
    ) -> Result<SeenService, Failure> {
        let access = place.world.site(&self.site).await?;
        let id = place.id.unwrap_or_default();
        let changed = self.put(&access, id, seen, fields).await;
        access.inventory().changed(Kind::Services);
        changed
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &SeenService) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let id = place.id.unwrap_or_default();
        let answer = access
            .call("ec2:DeleteVpcEndpointServiceConfigurations", || {
                access
                    .ec2()
                    .delete_vpc_endpoint_service_configurations()
                    .service_ids(id)
                    .send()
            })
            .await;
        access.inventory().changed(Kind::Services);
        let refused = answer?.unsuccessful.unwrap_or_default();
        let Some(refusal) = refused.first().and_then(|item| item.error()) else {
            return Ok(Deletion::Begun);
        };
        let action = "ec2:DeleteVpcEndpointServiceConfigurations";
        let error = access.item_error(action, refusal.code(), refusal.message());
        match error.kind {
            ErrorKind::NotFound => Ok(Deletion::Gone),
            ErrorKind::InUse => Err(self.held(&access, id, error).await),
            _ => Err(error.into()),
        }
    }
}

impl EndpointService {
    /// Our service, marked as somebody else's, on our load balancer, which takes no second one.
    fn given_away(&self, id: &str, whose: &str) -> Reason {
        let owner = self.marking.owner();
        let what = format!(
            "{id}, which stands on the network load balancer of this bridge, is marked as {whose}'s."
        );
        Reason::new(what).remedy(format!(
            "A load balancer takes one service. If it is this bridge's, put its tag {OWNER} back to \
             {owner}; if not, have its owner take another load balancer."
        ))
    }

    async fn put(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &SeenService,
        fields: &[&'static str],
    ) -> Result<SeenService, Failure> {
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let tags = self
                .marking
                .put_ec2(access, id, &seen.tags, seen.generation)
                .await?;
            now.tags = tags.into();
        }
        if fields.contains(&"load_balancer") {
            self.exchange(access, id, seen).await?;
            now.balancers = self.balancers.clone();
        }
        if fields.contains(&"acceptance_required") {
            let call = || {
                let call = access
                    .ec2()
                    .modify_vpc_endpoint_service_configuration()
                    .service_id(id);
                call.acceptance_required(self.acceptance_required).send()
            };
            access
                .call("ec2:ModifyVpcEndpointServiceConfiguration", call)
                .await?;
            now.acceptance_required = self.acceptance_required.into();
        }
        if fields.contains(&"ip_address_types") {
            self.put_types(access, id, seen).await?;
            now.ip_address_types = self.types_beside(seen).into();
        }
        if fields.contains(&"regions") {
            now.regions = self.put_regions(access, id, seen).await?;
        }
        Ok(now)
    }

    /// Whether nobody else has put a load balancer in place of ours.
    fn had_ours_alone(&self, seen: &SeenService) -> bool {
        let wanted = self.balancers.known().into_iter().flatten();
        let ours: BTreeSet<&String> = wanted.chain(&self.outgoing).collect();
        let mut present = seen.balancers.known().into_iter().flatten();
        !self.outgoing.is_empty() && present.all(|arn| ours.contains(arn))
    }

    /// One load balancer takes the other's place: AWS lets none go while endpoints are connected.
    async fn exchange(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &SeenService,
    ) -> Result<(), Failure> {
        let (Fact::Known(wanted), Fact::Known(seen)) = (&self.balancers, &seen.balancers) else {
            return Err(Failure::later("the load balancers are not known yet"));
        };
        let add: BTreeSet<String> = wanted.difference(seen).cloned().collect();
        let remove: BTreeSet<String> = seen.difference(wanted).cloned().collect();
        let call = || {
            let call = access.ec2().modify_vpc_endpoint_service_configuration();
            call.service_id(id)
                .set_add_network_load_balancer_arns(some(&add))
                .set_remove_network_load_balancer_arns(some(&remove))
                .send()
        };
        access
            .call("ec2:ModifyVpcEndpointServiceConfiguration", call)
            .await?;
        Ok(())
    }

    /// Who is still connected. Our own endpoints are on their way out; a stranger's are not.
    async fn held(&self, access: &SiteAccess, id: &str, error: CallError) -> Failure {
        let connections = match access.connections(id).await {
            Ok(connections) => connections,
            Err(failure) => return failure.into(),
        };
        let connected = connections.iter().filter(|it| it.is_connected());
        if self.force_delete {
            let endpoints = connected.map(|it| it.endpoint.clone()).collect();
            return match access.reject_connections(id, endpoints).await {
                Ok(()) => error.later(),
                Err(failure) => failure,
            };
        }
        let strangers: Vec<String> = connected
            .map(|connection| {
                format!(
                    "{} of account {}",
                    connection.endpoint, connection.account_id
                )
            })
            .collect();
        if strangers.is_empty() {
            return error.later();
        }
        let what = format!(
            "{id} can't be deleted: {} still connected.",
            strangers.join(", ")
        );
        let remedy = "Have them deleted by their owners, or apply force_delete = true to have them \
                      rejected, then destroy again.";
        Failure::Later(Reason::new(what).evidence(error.to_string()).remedy(remedy))
    }
}

/// A list, or none: AWS takes no empty ones.
fn some(items: &BTreeSet<String>) -> Option<Vec<String>> {
    (!items.is_empty()).then(|| items.iter().cloned().collect())
}

fn unless_ours(error: CallError) -> Failure {
    match error.kind {
        ErrorKind::TokenMismatch => error.spent(),
        // Also what AWS says while the load balancer still belongs to a service that is going.
        ErrorKind::Invalid if error.message.contains("already associated") => error.later(),
        _ => error.into(),
    }
}
