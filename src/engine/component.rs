//! What a component is: plain wanted data, a pure judgement of what was seen, and single acts.
//!
//! A component does not wait, retry, log, order or remember: the engine does.

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

use super::clock::Pace;
use super::failure::Failure;

/// What a component may know of itself while it looks or acts.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a, W> {
    /// The world in which to look and act.
    pub world: &'a W,
    /// The component's address in its graph, such as `consumer.analytics.endpoint`.
    pub address: &'a str,
    /// The id that is remembered from earlier, if there is one.
    pub id: Option<&'a str>,
    /// How often this address has been made anew; the object to be made next carries it.
    pub generation: u32,
    /// How new an answer must be.
    pub freshness: Freshness,
    /// Whether this run knows the component already and only waits for it to settle: facts that
    /// don't move by themselves need not be asked again.
    pub polling: bool,
    /// Whether it is looked for in order to be deleted.
    pub leaving: bool,
}

/// How new the answer to a look must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Freshness {
    /// An answer whose look began after the last change that was made to its kind.
    SinceLastChange,
    /// An answer whose look begins now.
    Now,
}

/// What a look found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Sighting<S> {
    /// Nothing that is, or could be, this component.
    Absent,
    /// The component.
    Found(Found<S>),
    /// Something else stands where the component belongs; says what, and whose.
    Foreign(String),
}

/// An object that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Found<S> {
    /// Its id, in the words of the other side.
    pub id: String,
    /// How often its address had been made anew when it was made.
    pub generation: u32,
    /// On its way out: no component any more, but not gone either.
    pub dying: bool,
    /// What was seen of it.
    pub seen: S,
}

/// What became of a create.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made<S> {
    /// The new object's id.
    pub id: String,
    /// What is known of it from the answer.
    pub seen: S,
    /// What came back is an object of the past, on its way out: another must be made.
    pub spent: bool,
}

/// What became of a delete.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deletion {
    /// Nothing is left.
    Gone,
    /// It has begun; looks will show when it is over.
    Begun,
}

/// The judgement of what was seen against what is wanted.
#[must_use]
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As wanted.
    InPlace,
    /// Not there.
    Missing,
    /// There, and on its way to what is wanted; says what is waited for.
    Pending(String),
    /// These wanted fields differ and can be changed in place.
    Changed(Vec<&'static str>),
    /// It can only be made anew; says why.
    Replace(String),
    /// It will never be as wanted, and making it anew would not help; says why.
    Failed(String),
    /// Somebody else's; says whose.
    Foreign(String),
}

impl Verdict {
    /// The verdict on fields that can all be changed in place: in place if none differs.
    pub fn of_changes(fields: impl IntoIterator<Item = (&'static str, bool)>) -> Self {
        let changed: Vec<_> = fields
            .into_iter()
            .filter_map(|(field, differs)| differs.then_some(field))
            .collect();
        if changed.is_empty() {
            Self::InPlace
        } else {
            Self::Changed(changed)
        }
    }
}

/// One thing to be kept as wanted.
///
/// # Contract
/// `judge` and `foresee` are pure. `look`, `create`, `change` and `delete` each make as few calls
/// as the other side allows, never wait and never try twice. Everything may be called again at any
/// time, by another process, after an answer was lost.
#[async_trait]
pub trait Component<W: Send + Sync>: Send + Sync + 'static {
    /// What a look can tell. The default value knows nothing.
    type Seen: Clone + Default + Send + Sync + Serialize + DeserializeOwned + 'static;

    /// The kind's name, as users read it in `components`.
    const KIND: &'static str;

    /// Whether an object of this kind has an id that is promised to users.
    const IDENTIFIED: bool = true;

    /// Whether it is only read: never made, changed or deleted.
    const GIVEN: bool = false;

    /// Whether it comes and goes with its first need: it can't exist before that, and deleting
    /// that deletes it too.
    const PART: bool = false;

    /// Whether it can't be there before its first need is, such as what bears an anchor's mark: where
    /// that was made just now, nothing has to be looked for.
    const FOLLOWS: bool = Self::PART;

    /// How often a look is worth its call while waiting.
    const PACE: Pace = Pace::at_most_s(10);

    /// Where it lives, such as account and region; opaque to the engine.
    fn home(&self) -> String;

    /// The id that the user gave, where it is only read.
    fn given_as(&self) -> Option<String> {
        None
    }

    /// Judges what was seen.
    fn judge(&self, seen: &Self::Seen) -> Verdict;

    /// What will be seen once these wanted fields have been changed.
    ///
    /// Facts that move with a change become later; all others stay as they were seen.
    fn foresee(&self, seen: &Self::Seen, changes: &[&'static str]) -> Self::Seen {
        let _ = changes;
        seen.clone()
    }

    /// Looks for the component: by the remembered id first, else by what marks it as ours.
    ///
    /// `remembered` is what was last seen of it, if anything was.
    async fn look(
        &self,
        place: Place<'_, W>,
        remembered: Option<&Self::Seen>,
    ) -> Result<Sighting<Self::Seen>, Failure>;

    /// Makes it.
    async fn create(&self, place: Place<'_, W>) -> Result<Made<Self::Seen>, Failure>;

    /// Changes these wanted fields in place; tells what is known of it afterwards.
    async fn change(
        &self,
        place: Place<'_, W>,
        seen: &Self::Seen,
        fields: &[&'static str],
    ) -> Result<Self::Seen, Failure>;

    /// Deletes it.
    async fn delete(&self, place: Place<'_, W>, seen: &Self::Seen) -> Result<Deletion, Failure>;
}
