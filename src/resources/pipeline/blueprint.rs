//! What a resource tells the pipeline about itself.

use std::collections::BTreeMap;

use async_trait::async_trait;

use super::super::common::Common;
use super::frame::Frame;
use crate::aws::ownership::OwnerPath;
use crate::aws::{Aws, Site};
use crate::engine::{Facts, Failure, Forecast, Graph};
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

    /// The type's name in HCL.
    const TYPE: &'static str;
    /// The kind in owner paths.
    const KIND: &'static str;
    /// The version of its schema.
    const VERSION: i64;
    /// The address of the anchor.
    const ANCHOR: &'static str;

    /// What the configuration alone shows to be wrong.
    fn validate(config: &Self::Model) -> Diagnostics;

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

    /// What AWS would refuse to change about what stands. May read; asks only about what would
    /// change.
    async fn check(
        aws: &Aws,
        prior: &Self::Model,
        planned: &Self::Model,
    ) -> Result<(), Diagnostics>;

    /// What keeps the resource from being deleted. May read.
    async fn check_delete(aws: &Aws, model: &Self::Model) -> Result<(), Diagnostics>;

    /// Which planned part each part of earlier values is, by the first part of their addresses;
    /// none if it is not wanted any more. Things are matched by what they are, not by key.
    fn matched(prior: &Self::Model, planned: &Self::Model) -> BTreeMap<String, Option<String>>;

    /// What all of it is built on, such as the ARN of what is bridged: on another one nothing that
    /// was half-built can go on. Empty while not known.
    fn foundation(model: &Self::Model) -> String;

    /// The graph that these values want, with what earlier values wanted.
    fn draw(model: &Self::Model, formers: &[&Self::Model], frame: &Frame)
    -> Drawing<Self::Handles>;

    /// What has to happen before the graph can be had, where AWS does not let parts of it go while
    /// others stand.
    fn interruption(
        model: &Self::Model,
        formers: &[&Self::Model],
        known: (&Self::Handles, &Facts),
        frame: &Frame,
    ) -> Option<Interruption>;

    /// Fills in the computed values. What is still to come becomes unknown.
    fn show(model: &mut Self::Model, handles: &Self::Handles, facts: &Facts);

    /// Puts the states that a successful apply ends in, whatever is seen now.
    fn promise(model: &mut Self::Model);

    /// What apply can't mend but the user should know; empty if all is well.
    fn concerns(handles: &Self::Handles, facts: &Facts) -> Vec<String>;

    /// What a plan says of one thing that it is about to do; `None` where another sentence covers
    /// it. The same for the same plan, whenever it is made.
    fn change(model: &Self::Model, address: &str, deed: &Deed<'_>) -> Option<String>;

    /// The same for what a list that is shared with others loses and gains, where the address alone
    /// tells too little. `prior` is what stood before, if anything did.
    fn grants(prior: Option<&Self::Model>, planned: &Self::Model) -> Vec<String>;

    /// What a refresh says of a component that is missing or differs, where the usual words would
    /// not do; empty where another sentence covers it.
    fn drift(address: &str, forecast: &Forecast) -> Option<String>;

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
}

/// A graph with the handles of what was put into it.
pub struct Drawing<H> {
    /// The components.
    pub graph: Graph<Aws>,
    /// Their handles.
    pub handles: H,
}

/// Two steps before the last one.
pub struct Interruption {
    /// What can be made while all else stands.
    pub ahead: Graph<Aws>,
    /// What stays when the parts in between have gone.
    pub apart: Graph<Aws>,
    /// Which parts go in between, by address: the last step makes them anew.
    pub goes: fn(&str) -> bool,
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
}
