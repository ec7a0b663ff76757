//! What stands and nobody remembered: where it is called for what it is, where it may be, and how it is
//! drawn so that it goes. What to look for is each resource's own.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::aws::ownership::Mark;
use crate::aws::{Aws, Site, SiteAccess, Tags};
use crate::components::left_behind::{Leaves, LeftBehind};
use crate::engine::{Entry, Fact, Graph, Handle, Ledger};
use crate::resources::pipeline::{Frame, Id};

/// How the addresses begin of what stands and nobody remembered.
const LEFT_BEHIND: &str = "left_behind.";

/// Something that nobody remembered, by its name in AWS.
pub(super) fn address(name: &str) -> String {
    format!("{LEFT_BEHIND}{name}")
}

/// Whether an address is that of something nobody remembered.
pub(super) fn is_stray(address: &str) -> bool {
    address.starts_with(LEFT_BEHIND)
}

/// What it is called: its id, and the part that its tags say it is.
pub(super) fn called(id: &str, tags: &Fact<Tags>) -> String {
    let part = tags.known().and_then(|tags| Mark::read(tags).address);
    match part {
        Some(part) => called_part(id, &part),
        None => id.to_owned(),
    }
}

/// The same of something whose part is known.
pub(super) fn called_part(id: &str, part: &str) -> String {
    format!("{id} ({part})")
}

/// The part that the address of something that nobody remembered tells.
pub(super) fn part_of(address: &str) -> Option<&str> {
    let (_, part) = address.strip_prefix(LEFT_BEHIND)?.split_once(" (")?;
    part.strip_suffix(')')
}

/// One in words, where an address is that of one.
pub(super) fn words(address: &str) -> Option<String> {
    let name = address.strip_prefix(LEFT_BEHIND)?;
    Some(format!("the forgotten {name}"))
}

/// What a plan that no longer wants it says.
pub(super) fn leaving(address: &str) -> Option<String> {
    let name = address.strip_prefix(LEFT_BEHIND)?;
    Some(format!(
        "takes up or removes {name}, tagged as this resource's and in no state"
    ))
}

/// An id of this kind of which nothing more is known.
pub(super) fn bare_id<C: Leaves>(site: &Site, id: String) -> Id {
    Id {
        kind: C::KIND,
        id,
        site: site.clone(),
        seen: serde_json::Value::Null,
    }
}

/// The places where something is remembered, and the owner's; those that can't be reached are left out.
pub(super) async fn remembered_places(
    aws: &Aws,
    (frame, ledger): (&Frame, &Ledger),
) -> Vec<Arc<SiteAccess>> {
    let homes = ledger.iter().filter(|(_, entry)| entry.identified);
    let mut sites: BTreeSet<Site> = homes.filter_map(|(_, it)| it.home.parse().ok()).collect();
    sites.insert(frame.site().clone());
    let mut places = Vec::new();
    for site in sites {
        places.extend(aws.site(&site).await.ok());
    }
    places
}

/// Draws strays that are remembered.
pub(super) struct Sketch<'a> {
    pub(super) ledger: &'a Ledger,
    pub(super) frame: &'a Frame,
}

impl Sketch<'_> {
    /// All of a kind, which stand on these.
    pub(super) fn all<C: Leaves>(
        &self,
        graph: &mut Graph<Aws>,
        stands_on: &[Handle<()>],
    ) -> Vec<Handle<C::Trace>> {
        let entries = self.ledger.iter();
        let strays = entries.filter(|(address, it)| is_stray(address) && it.kind == C::KIND);
        let strays = strays.map(|it| self.one::<C>(graph, it, stands_on));
        strays.collect()
    }

    /// One of them.
    pub(super) fn one<C: Leaves>(
        &self,
        graph: &mut Graph<Aws>,
        (address, entry): (&str, &Entry),
        stands_on: &[Handle<()>],
    ) -> Handle<C::Trace> {
        let site: Option<Site> = entry.home.parse().ok();
        let site = site.unwrap_or_else(|| self.frame.site().clone());
        let owner = self.frame.anchorage.owner.to_string();
        graph.add(address, stands_on.to_vec(), move |_: Vec<()>| {
            LeftBehind::<C>::new(site.clone(), owner.clone())
        })
    }
}
