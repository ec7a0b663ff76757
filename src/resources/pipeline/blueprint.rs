//! What a resource tells the pipeline about itself.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::super::common::Common;
use super::frame::Frame;
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Site};
use crate::engine::{Facts, Failure, Forecast, Graph, Ledger};
use crate::protocol::{Diagnostics, Model, Path};

/// A resource: its model, and the pure ways from values to components and back.
///
/// # Contract
/// `draw` and `show` are pure and total: unknown values make later facts, later facts make unknown
/// values. `settle` may ask whose credentials it holds, and nothing else.
#[async_trait]
pub trait Blueprint: Send + Sync + 'static {
    /// Its values.
    type Model: Model + Send + Sync;
    /// Its components, for reading outputs from.
    type Handles: Send + Sync;

    /// The kind in owner paths.
    const KIND: &'static str;
    /// The version of its schema.
    const VERSION: i64;
    /// The address of the anchor.
    const ANCHOR: &'static str;

    /// What the configuration alone shows to be wrong.
    fn validate(config: &Self::Model) -> Diagnostics;

    /// What settled values let expect to be no good, though nothing forbids it: warnings of a plan.
    fn advice(planned: &Self::Model) -> Diagnostics;

    /// The values that every resource has.
    fn common(model: &Self::Model) -> Common;

    /// Puts them back.
    fn set_common(model: &mut Self::Model, common: Common);

    /// Whether the set of components can't be told yet.
    fn is_open(model: &Self::Model) -> bool;

    /// Fills in what configuration leaves to us and settings or earlier values decide: accounts,
    /// regions, what depends on other arguments, what was derived before.
    async fn settle(
        aws: &Aws,
        planned: Self::Model,
        config: &Self::Model,
        prior: Option<&Prior<'_, Self::Model>>,
    ) -> Result<Self::Model, Diagnostics>;

    /// What AWS would refuse in the middle of an apply, or may. May read; asks only about what would change.
    async fn check(
        aws: &Aws,
        prior: Option<&Self::Model>,
        past: &Past<'_, Self::Model>,
        planned: &Self::Model,
    ) -> Diagnostics;

    /// What keeps the resource from being deleted. May read.
    async fn check_delete(
        aws: &Aws,
        model: &Self::Model,
        ledger: &Ledger,
    ) -> Result<(), Diagnostics>;

    /// Which planned part each part of earlier values is, by the first part of their addresses;
    /// none if it is not wanted any more. Things are matched by what they are, not by key. `place`
    /// tells where a part of the earlier values is in the ledger.
    fn matched(
        prior: &Self::Model,
        planned: &Self::Model,
        past: &Past<'_, Self::Model>,
        place: &dyn Fn(&str) -> String,
    ) -> BTreeMap<String, Option<String>>;

    /// What all of it is built on, such as the ARN of what is bridged: on another one nothing that
    /// was half-built can go on. Empty while not known.
    fn foundation(model: &Self::Model) -> String;

    /// Before all of it is deleted: takes away what would keep parts that serve nobody.
    async fn release(aws: &Aws, ledger: &Ledger) -> Result<(), Failure>;

    /// The VPC in which all of it is to stand, as AWS or the user says.
    async fn vpc(aws: &Aws, model: &Self::Model, frame: &Frame) -> Result<Option<String>, Failure>;

    /// The graph that these values want, after what was there before.
    fn draw(
        model: &Self::Model,
        past: &Past<'_, Self::Model>,
        frame: &Frame,
    ) -> Drawing<Self::Handles>;

    /// Takes out of imported values what carries no marks and is not wanted: it may be anybody's. Gives the
    /// addresses that are to be forgotten.
    fn disown(imported: &mut Self::Model, planned: &Self::Model) -> Vec<&'static str>;

    /// Gives earlier values those switches of the planned ones that say how what goes is to go.
    fn parting(former: &mut Self::Model, planned: &Self::Model);

    /// What has to happen before the graph can be had, where AWS does not let parts of it come or go
    /// while others stand. What is remembered is by the graph's addresses here.
    fn detour(
        model: &Self::Model,
        past: &Past<'_, Self::Model>,
        known: (&Self::Handles, &Facts),
        frame: &Frame,
    ) -> Detour;

    /// Fills in the computed values. What is still to come becomes unknown.
    fn show(model: &mut Self::Model, handles: &Self::Handles, facts: &Facts);

    /// Puts the states that a successful apply ends in, whatever is seen now.
    fn promise(model: &mut Self::Model);

    /// What apply can't mend but the user should know; empty if all is well.
    fn concerns(handles: &Self::Handles, facts: &Facts) -> Vec<String>;

    /// What a plan says of one thing that it is about to do; `None` where another sentence covers
    /// it. The same for the same plan, whenever it is made. `prior` is what stood before, if
    /// anything did. Tags are told by the pipeline.
    fn change(
        prior: Option<&Self::Model>,
        planned: &Self::Model,
        address: &str,
        deed: &Deed<'_>,
    ) -> Option<String>;

    /// The same for what is seen of the values alone: what a list that is shared with others loses
    /// and gains, what has another key. Who is on such a list after an import may be anybody's, and stays.
    fn grants(
        prior: Option<&Self::Model>,
        planned: &Self::Model,
        past: &Past<'_, Self::Model>,
    ) -> Vec<String>;

    /// What a refresh says of a component that is missing or differs, where the usual words would
    /// not do; empty where another sentence covers it. `found` is what is there now.
    fn drift(address: &str, forecast: &Forecast, found: &Ledger) -> Option<String>;

    /// What users call a component; never an address that only the ledger has.
    fn words(address: &str) -> String;

    /// Whether users know a component by its address, and not only the ledger does.
    fn is_shown(address: &str) -> bool;

    /// The attribute that a component's address is about.
    fn path(address: &str) -> Path;

    /// The configured paths that, once removed, are derived anew.
    fn user_set(config: &Self::Model) -> Vec<String>;

    /// The id that imports the complete resource of this owner path.
    async fn find_id(aws: &Aws, owner: &OwnerPath) -> Result<Option<String>, Failure>;

    /// Reads back, from what carries our marks, the values that made it. `None` if nothing is there.
    async fn recover(
        aws: &Aws,
        site: &Site,
        id: &str,
    ) -> Result<Option<Recovered<Self::Model>>, Failure>;

    /// What bears the resource's marks and is not remembered, by address.
    async fn strays(
        aws: &Aws,
        frame: &Frame,
        ledger: &Ledger,
        depth: Depth,
    ) -> Result<BTreeMap<String, Id>, Failure>;

    /// The graph of those strays that are remembered by now. It is only there to be retired.
    fn draw_strays(ledger: &Ledger, frame: &Frame) -> Graph<Aws>;

    /// What an import could not tell from AWS alone, and how more of it can be: warnings.
    async fn reservations(
        aws: &Aws,
        site: &Site,
        id: &str,
        model: &Self::Model,
    ) -> Result<Diagnostics, Failure>;

    /// The values with which a half-built resource of this owner path was being made, as far as
    /// marks tell.
    async fn leftovers(
        aws: &Aws,
        planned: &Self::Model,
        frame: &Frame,
    ) -> Result<Recovered<Self::Model>, Failure>;
}

/// Something that an apply is about to do to a component.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed<'a> {
    /// Makes it.
    Makes,
    /// Makes it anew; says why.
    Replaces(&'a str),
    /// Changes these fields in place.
    Changes(&'a [&'static str]),
    /// Deletes it.
    Removes,
}

/// A state, with what was stored beside it.
pub struct Prior<'a, M> {
    /// The values.
    pub model: &'a M,
    /// The paths that the user had set when the values were planned.
    pub user_set: &'a [String],
    /// What is remembered of what stands.
    pub ledger: &'a Ledger,
    /// Whether the last run failed, so that the values may be more than what was done.
    pub unfinished: bool,
}

/// A graph with the handles of what was put into it.
pub struct Drawing<H> {
    /// The components.
    pub graph: Graph<Aws>,
    /// Their handles.
    pub handles: H,
}

/// What stood before.
pub struct Past<'a, M> {
    /// The values that were wanted, the last first.
    pub formers: &'a [&'a M],
    /// What is remembered of what stands.
    pub ledger: &'a Ledger,
    /// Imported, and not applied since: what can't carry our tags may be anybody's.
    pub imported: bool,
}

impl<M> Past<'_, M> {
    /// Nothing stood, or nothing that matters.
    pub fn none() -> Self {
        static NOTHING: Ledger = Ledger::new();
        Self {
            formers: &[],
            ledger: &NOTHING,
            imported: false,
        }
    }
}

/// Steps before the last one.
#[derive(Default)]
pub struct Detour {
    /// What is to be done first, in this order.
    pub steps: Vec<Step>,
    /// Which wanted parts go on the way, by address: the last step makes them anew.
    pub goes: Option<fn(&str) -> bool>,
}

/// One step of a detour.
pub struct Step {
    /// What is wanted meanwhile.
    pub graph: Graph<Aws>,
    /// Which parts of what stood before go, by address.
    pub retires: Box<dyn Fn(&str) -> bool + Send + Sync>,
}

/// How far a look for what nobody remembers goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Depth {
    /// What a refresh sees at no further call.
    Passing,
    /// Everything, at the places where something is remembered: all of it is about to go.
    Leaving,
    /// Everything, wherever it may be: something is known to be missing from what is remembered.
    Everywhere,
}

/// What was read back from AWS alone.
pub struct Recovered<M> {
    /// The values.
    pub model: M,
    /// Ids that no look could find by itself, by address.
    pub ids: BTreeMap<String, Id>,
}

/// An id that was found while recovering.
pub struct Id {
    /// The component's kind.
    pub kind: &'static str,
    /// The id.
    pub id: String,
    /// Where it is.
    pub site: Site,
    /// What was seen of it, as its component remembers it; null if nothing.
    pub seen: serde_json::Value,
}
