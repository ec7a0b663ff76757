//! What stands of a bridge and that its state knows nothing of: a run made it and was killed before it
//! could tell, or the state is older than that run.
//!
//! What is wanted of it is taken up by the looks of those who want it; what is not goes last.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use futures::future::join_all;

use super::addresses as at;
use super::recover::service_regions;
use super::service::remembered;
use crate::aws::{Aws, SiteAccess, names};
use crate::components::left_behind::{self, Leaves};
use crate::components::marked::MarkedRule;
use crate::components::{
    AllowedPrincipals, Listener, LoadBalancer, SecurityGroup, SecurityGroupRule, SeenPrincipals,
    SeenRule, TargetGroup, VpcEndpoint,
};
use crate::engine::{Component, Failure, Graph, Ledger};
use crate::resources::accounts::sites;
use crate::resources::pipeline::{Depth, Frame, Id};
use crate::resources::strays::{Sketch, address, bare_id, called, is_stray, remembered_places};

const BALANCER: &str = <LoadBalancer as Component<Aws>>::KIND;
const RULE: &str = <SecurityGroupRule as Component<Aws>>::KIND;

/// Finds them, by address.
pub(super) async fn find(
    aws: &Aws,
    (frame, ledger): (&Frame, &Ledger),
    depth: Depth,
) -> Result<BTreeMap<String, Id>, Failure> {
    let known = |id: &str| {
        let mut entries = ledger.iter();
        entries.any(|(address, entry)| entry.id == id && !is_stray(address))
    };
    let access = aws.site(frame.site()).await?;
    let search = Search {
        access: &access,
        owner: frame.anchorage.owner.to_string(),
        name: frame.name(),
        ledger,
        known: &known,
    };
    let mut strays = search.balancers().await?;
    if depth > Depth::Passing || !strays.is_empty() {
        strays.extend(search.target_groups().await?);
    }
    if depth > Depth::Passing {
        let known = ledger.iter().filter(|(_, entry)| entry.kind == BALANCER);
        let known = known.map(|(_, entry)| entry.id.clone());
        let found = strays.values().filter(|it| it.kind == BALANCER);
        let balancers = known.chain(found.map(|it| it.id.clone())).collect();
        let places = places(aws, (frame, ledger), depth).await?;
        let of_consumers = places.iter().map(|access| search.of_consumers(access));
        let (listeners, rules, of_consumers) = futures::join!(
            search.listeners(balancers),
            search.rules(),
            join_all(of_consumers)
        );
        strays.extend(listeners?);
        strays.extend(rules?);
        for found in of_consumers {
            match found {
                Ok(found) => strays.extend(found),
                Err(failure) if depth == Depth::Everywhere => return Err(failure),
                // What is remembered there tells what can't be reached.
                Err(_) => {}
            }
        }
    }
    if depth == Depth::Everywhere {
        strays.extend(doubted(ledger));
    }
    Ok(strays)
}

/// The list of who may connect, once a run was cut off that nobody knows anything of.
fn doubted(ledger: &Ledger) -> Option<(String, Id)> {
    let entry = ledger.get(at::PRINCIPALS)?;
    let seen: SeenPrincipals = serde_json::from_value(entry.seen.clone()).ok()?;
    let id = Id {
        kind: <AllowedPrincipals as Component<Aws>>::KIND,
        id: entry.id.clone(),
        site: entry.home.parse().ok()?,
        seen: serde_json::to_value(seen.after_a_lost_run()).ok()?,
    };
    Some((at::PRINCIPALS.to_owned(), id))
}

/// Where parts of it may be.
async fn places(
    aws: &Aws,
    (frame, ledger): (&Frame, &Ledger),
    depth: Depth,
) -> Result<Vec<Arc<SiteAccess>>, Failure> {
    if depth == Depth::Everywhere {
        let service = remembered(ledger);
        let regions = service.as_ref().map(service_regions).unwrap_or_default();
        let all = sites(aws, &frame.anchorage.owner, &regions).await?;
        return Ok(all.into_iter().map(|(_, access)| access).collect());
    }
    Ok(remembered_places(aws, (frame, ledger)).await)
}

/// A search that begins at the owner's site.
struct Search<'a> {
    access: &'a SiteAccess,
    owner: String,
    name: &'a str,
    ledger: &'a Ledger,
    known: &'a (dyn Fn(&str) -> bool + Sync),
}

type Strays = BTreeMap<String, Id>;

impl Search<'_> {
    fn stray<C: Leaves>(&self, name: &str, id: String) -> (String, Id) {
        stray::<C>(self.access, name, id)
    }

    async fn balancers(&self) -> Result<Strays, Failure> {
        let stem = names::load_balancer(self.name, None);
        let of = (self.owner.as_str(), stem.as_str());
        let found = left_behind::load_balancers(self.access, of, self.known).await?;
        let strays = found.into_iter().map(|it| {
            // Which one goes on depends on where each stands.
            let seen = serde_json::to_value(it.trace()).unwrap_or_default();
            let (address, id) = self.stray::<LoadBalancer>(&it.name, it.arn);
            (address, Id { seen, ..id })
        });
        Ok(strays.collect())
    }

    async fn target_groups(&self) -> Result<Strays, Failure> {
        let stem = names::target_group_stem(self.name);
        let of = (self.owner.as_str(), stem.as_str());
        let found = left_behind::target_groups(self.access, of, self.known).await?;
        let strays = found.into_iter();
        Ok(strays
            .map(|it| self.stray::<TargetGroup>(&it.name, it.arn))
            .collect())
    }

    async fn listeners(&self, balancers: BTreeSet<String>) -> Result<Strays, Failure> {
        let mut strays = Strays::new();
        for balancer in balancers {
            let of = (self.owner.as_str(), balancer.as_str());
            for (arn, port) in left_behind::listeners(self.access, of, self.known).await? {
                let name = balancer.rsplit('/').nth(1).unwrap_or_default();
                let name = format!("listener {port} of {name}");
                strays.extend([self.stray::<Listener>(&name, arn)]);
            }
        }
        Ok(strays)
    }

    async fn rules(&self) -> Result<Strays, Failure> {
        let found = left_behind::rules(self.access, &self.owner, self.known).await?;
        let strays = found.into_iter().map(|it| match self.made_anew(&it) {
            Some(known) => (it.address, known),
            None => {
                let name = format!("rule {} of {}", it.id, it.group);
                self.stray::<SecurityGroupRule>(&name, it.id)
            }
        });
        Ok(strays.collect())
    }

    /// A rule that is remembered by an id that it had before: rules are known by what they say.
    fn made_anew(&self, rule: &MarkedRule) -> Option<Id> {
        let entry = self.ledger.get(&rule.address);
        let entry = entry.filter(|it| it.kind == RULE && it.id != rule.id)?;
        let seen: SeenRule = serde_json::from_value(entry.seen.clone()).ok()?;
        let seen = SeenRule {
            id: rule.id.clone().into(),
            ..seen
        };
        Some(Id {
            kind: RULE,
            id: rule.id.clone(),
            site: self.access.site().clone(),
            seen: serde_json::to_value(seen).ok()?,
        })
    }

    /// Endpoints and their groups at a site.
    async fn of_consumers(&self, access: &SiteAccess) -> Result<Strays, Failure> {
        let (endpoints, groups) = futures::try_join!(
            left_behind::endpoints(access, &self.owner, self.known),
            left_behind::groups(access, &self.owner, self.known),
        )?;
        let endpoints = endpoints.into_iter().filter_map(|it| {
            let id = it.id.into_known()?;
            Some(stray::<VpcEndpoint>(access, &called(&id, &it.tags), id))
        });
        let groups = groups.into_iter().filter_map(|it| {
            let id = it.id.into_known()?;
            Some(stray::<SecurityGroup>(access, &called(&id, &it.tags), id))
        });
        Ok(endpoints.chain(groups).collect())
    }
}

fn stray<C: Leaves>(access: &SiteAccess, name: &str, id: String) -> (String, Id) {
    (address(name), bare_id::<C>(access.site(), id))
}

/// Draws those that are remembered: users go before what they use.
pub(super) fn draw(ledger: &Ledger, frame: &Frame) -> Graph<Aws> {
    let (mut graph, drawn) = (Graph::new(), Sketch { ledger, frame });
    let groups = drawn.all::<SecurityGroup>(&mut graph, &[]);
    drawn.all::<VpcEndpoint>(&mut graph, &groups);
    drawn.all::<SecurityGroupRule>(&mut graph, &[]);
    let targets = drawn.all::<TargetGroup>(&mut graph, &[]);
    drawn.all::<Listener>(&mut graph, &targets);
    drawn.all::<LoadBalancer>(&mut graph, &targets);
    graph
}
