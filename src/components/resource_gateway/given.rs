//! A resource gateway of the user: read, never changed.

use async_trait::async_trait;

use super::{SeenGateway, seen};
use crate::aws::{Aws, Site};
use crate::components::vpc::never;
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// A gateway that the user gave us.
#[derive(Clone, Debug)]
pub struct GivenGateway {
    /// Where it is.
    pub site: Site,
    /// `rgw-…`.
    pub id: Fact<String>,
    /// The VPC that it has to open.
    pub vpc: Fact<String>,
    /// Whether a database's groups are to let it in by its own groups.
    pub needs_groups: bool,
    /// Whether databases are reached through it by their ARN.
    pub by_arn: bool,
}

#[async_trait]
impl Component<Aws> for GivenGateway {
    type Seen = SeenGateway;
    const KIND: &'static str = "given_gateway";
    const GIVEN: bool = true;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn given_as(&self) -> Option<String> {
        self.id.known().cloned()
    }

    fn judge(&self, seen: &SeenGateway) -> Verdict {
        if self.id.differs(&seen.id) {
            return Verdict::Replace("another gateway was given".to_owned());
        }
        let is = |fact: &Fact<String>, word: &str| fact.known().is_some_and(|it| it == word);
        if is(&seen.status, "CREATE_IN_PROGRESS") || is(&seen.status, "UPDATE_IN_PROGRESS") {
            return Verdict::Pending("not active yet".to_owned());
        }
        let text = |fact: &Fact<String>| fact.known().cloned().unwrap_or_default();
        if self.vpc.differs(&seen.vpc) {
            return Verdict::Failed(format!(
                "it opens {}, not vpc_id ({}): the database must be reachable from the gateway's VPC",
                text(&seen.vpc),
                text(&self.vpc),
            ));
        }
        if self.by_arn && is(&seen.dns_resolution, "IN_VPC") {
            let why = "it looks names up in its VPC (IN_VPC), and such gateways take no databases by \
                       their ARN: give dns_name";
            return Verdict::Failed(why.to_owned());
        }
        let none = seen
            .groups
            .known()
            .is_some_and(std::collections::BTreeSet::is_empty);
        if self.needs_groups && none {
            let why = "it has no security groups by which database_security_group_ids could let it in: \
                       give it some, or leave that line out and write the rules yourself";
            return Verdict::Failed(why.to_owned());
        }
        Verdict::InPlace
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenGateway>,
    ) -> Result<Sighting<SeenGateway>, Failure> {
        let Fact::Known(id) = &self.id else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let Some(gateway) = access.resource_gateway(id).await? else {
            return Ok(Sighting::Absent);
        };
        Ok(Sighting::Found(Found {
            id: id.clone(),
            generation: 1,
            dying: false,
            // Whose it is by its tags does not matter.
            seen: seen(&gateway, Fact::Later),
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenGateway>, Failure> {
        Err(never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &SeenGateway,
        _: &[&'static str],
    ) -> Result<SeenGateway, Failure> {
        Err(never())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenGateway) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}
