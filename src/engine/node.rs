//! A component of any kind, as the rounds handle it.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use super::clock::Pace;
use super::component::{Component, Deletion, Found, Made, Place, Sighting, Verdict};
use super::failure::Failure;
use super::needs::{AnySeen, FactsOf, Link, Needs, Seens, sealed};

/// A look's outcome, whatever the kind.
pub(super) type AnySighting = Sighting<AnySeen>;

/// What a node's kind is, whatever the node.
#[derive(Clone, Copy, Debug)]
pub(super) struct Traits {
    pub(super) kind: &'static str,
    pub(super) identified: bool,
    pub(super) given: bool,
    pub(super) part: bool,
    pub(super) follows: bool,
    pub(super) pace: Pace,
}

/// A component without its type.
pub(super) trait Logic<W>: Send + Sync {
    fn traits(&self) -> Traits;
    fn links(&self) -> Vec<Link>;
    fn home(&self, seens: Seens<'_>) -> String;
    fn given_as(&self, seens: Seens<'_>) -> Option<String>;
    fn load(&self, seen: &Value) -> AnySeen;
    fn save(&self, seen: &AnySeen) -> Value;
    fn judge(&self, seens: Seens<'_>, seen: &AnySeen) -> Verdict;
    fn foresee(&self, seens: Seens<'_>, seen: &AnySeen, changes: &[&'static str]) -> AnySeen;
    fn look<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
        remembered: Option<AnySeen>,
    ) -> BoxFuture<'a, Result<AnySighting, Failure>>;
    fn create<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
    ) -> BoxFuture<'a, Result<Made<AnySeen>, Failure>>;
    fn change<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
        seen: AnySeen,
        fields: Vec<&'static str>,
    ) -> BoxFuture<'a, Result<AnySeen, Failure>>;
    fn delete<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
        seen: AnySeen,
    ) -> BoxFuture<'a, Result<Deletion, Failure>>;
}

/// A component with its needs, and how its settings follow from them.
pub(super) struct Typed<N, F> {
    pub(super) needs: N,
    pub(super) wanted: F,
}

impl<W, N, F, C> Logic<W> for Typed<N, F>
where
    W: Send + Sync,
    N: Needs,
    F: Fn(FactsOf<N>) -> C + Send + Sync,
    C: Component<W>,
{
    fn traits(&self) -> Traits {
        Traits {
            kind: C::KIND,
            identified: C::IDENTIFIED,
            given: C::GIVEN,
            part: C::PART,
            follows: C::FOLLOWS,
            pace: C::PACE,
        }
    }

    fn links(&self) -> Vec<Link> {
        sealed::Needs::links(&self.needs)
    }

    fn home(&self, seens: Seens<'_>) -> String {
        self.component(seens).home()
    }

    fn given_as(&self, seens: Seens<'_>) -> Option<String> {
        self.component(seens).given_as()
    }

    fn load(&self, seen: &Value) -> AnySeen {
        // A memory that can't be read, of another version say, knows nothing: looks refill it.
        let seen: C::Seen = serde_json::from_value(seen.clone()).unwrap_or_default();
        Arc::new(seen)
    }

    fn save(&self, seen: &AnySeen) -> Value {
        serde_json::to_value(typed::<C::Seen>(seen)).unwrap_or(Value::Null)
    }

    fn judge(&self, seens: Seens<'_>, seen: &AnySeen) -> Verdict {
        self.component(seens).judge(&typed::<C::Seen>(seen))
    }

    fn foresee(&self, seens: Seens<'_>, seen: &AnySeen, changes: &[&'static str]) -> AnySeen {
        Arc::new(
            self.component(seens)
                .foresee(&typed::<C::Seen>(seen), changes),
        )
    }

    fn look<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
        remembered: Option<AnySeen>,
    ) -> BoxFuture<'a, Result<AnySighting, Failure>> {
        let component = self.component(seens);
        Box::pin(async move {
            let remembered = remembered.as_ref().map(typed::<C::Seen>);
            Ok(match component.look(place, remembered.as_ref()).await? {
                Sighting::Absent => Sighting::Absent,
                Sighting::Foreign(whose) => Sighting::Foreign(whose),
                Sighting::Found(Found {
                    id,
                    generation,
                    dying,
                    seen,
                }) => Sighting::Found(Found {
                    id,
                    generation,
                    dying,
                    seen: Arc::new(seen) as AnySeen,
                }),
            })
        })
    }

    fn create<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
    ) -> BoxFuture<'a, Result<Made<AnySeen>, Failure>> {
        let component = self.component(seens);
        Box::pin(async move {
            let Made { id, seen, spent } = component.create(place).await?;
            Ok(Made {
                id,
                seen: Arc::new(seen) as AnySeen,
                spent,
            })
        })
    }

    fn change<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
        seen: AnySeen,
        fields: Vec<&'static str>,
    ) -> BoxFuture<'a, Result<AnySeen, Failure>> {
        let component = self.component(seens);
        Box::pin(async move {
            let seen = component
                .change(place, &typed::<C::Seen>(&seen), &fields)
                .await?;
            Ok(Arc::new(seen) as AnySeen)
        })
    }

    fn delete<'a>(
        &'a self,
        seens: Seens<'_>,
        place: Place<'a, W>,
        seen: AnySeen,
    ) -> BoxFuture<'a, Result<Deletion, Failure>> {
        let component = self.component(seens);
        Box::pin(async move { component.delete(place, &typed::<C::Seen>(&seen)).await })
    }
}

impl<N: Needs, F> Typed<N, F> {
    fn component<C>(&self, seens: Seens<'_>) -> C
    where
        F: Fn(FactsOf<N>) -> C,
    {
        (self.wanted)(sealed::Needs::facts(&self.needs, &seens))
    }
}

fn typed<S: Clone + Default + 'static>(seen: &AnySeen) -> S {
    seen.downcast_ref::<S>().cloned().unwrap_or_default()
}
