//! Typed references between components: the edges of a graph.
//!
//! A component's wanted settings are made by a closure that gets the facts of what it needs and of
//! nothing else, so an edge can't be forgotten, a wrong name does not compile and, as a handle
//! exists only after its component was added, a cycle can't be written.

use std::any::Any;
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// What was seen of a component, whatever its kind.
pub(super) type AnySeen = Arc<dyn Any + Send + Sync>;

/// A component of a graph, by what can be seen of it.
pub struct Handle<S> {
    pub(super) index: usize,
    seen: PhantomData<fn() -> S>,
}

/// A component that is needed as soon as it exists, settled or not.
pub struct Early<S>(Handle<S>);

impl<S> Handle<S> {
    pub(super) fn new(index: usize) -> Self {
        Self {
            index,
            seen: PhantomData,
        }
    }

    /// Need it as soon as it exists; without this it is needed settled.
    pub fn early(self) -> Early<S> {
        Early(self)
    }
}

impl<S> Clone for Handle<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Handle<S> {}

impl<S> fmt::Debug for Handle<S> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "Handle({})", self.index)
    }
}

impl<S> Clone for Early<S> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<S> Copy for Early<S> {}

/// When a need is met.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Met {
    /// Once the component exists.
    Made,
    /// Once it is in place.
    Settled,
}

/// One edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Link {
    pub(super) index: usize,
    pub(super) met: Met,
}

/// What has been seen of a graph's components, as one of them may look at it.
#[derive(Clone, Copy)]
pub struct Seens<'a> {
    pub(super) seens: &'a [Option<AnySeen>],
    /// Where the components of the graph in which a closure was written stand in this one.
    pub(super) frame: Option<&'a [usize]>,
}

impl Seens<'_> {
    fn get<S: Clone + Default + 'static>(&self, index: usize) -> S {
        let index = match self.frame {
            Some(frame) => frame.get(index).copied(),
            None => Some(index),
        };
        index
            .and_then(|index| self.seens.get(index))
            .and_then(Option::as_ref)
            .and_then(|seen| seen.downcast_ref::<S>())
            .cloned()
            .unwrap_or_default()
    }
}

/// Something that can be needed: a handle, or several.
pub trait Needs: sealed::Needs + Send + Sync + 'static {}

impl<N: sealed::Needs + Send + Sync + 'static> Needs for N {}

/// The facts that these needs bring.
pub type FactsOf<N> = <N as sealed::Needs>::Facts;

pub(super) mod sealed {
    use super::{Early, Handle, Link, Met, Seens};

    pub trait Needs {
        /// What can be seen of what is needed; knows nothing where that does not exist yet.
        type Facts;
        fn links(&self) -> Vec<Link>;
        fn facts(&self, seens: &Seens<'_>) -> Self::Facts;
    }

    impl<S: Clone + Default + 'static> Needs for Handle<S> {
        type Facts = S;
        fn links(&self) -> Vec<Link> {
            vec![Link {
                index: self.index,
                met: Met::Settled,
            }]
        }
        fn facts(&self, seens: &Seens<'_>) -> S {
            seens.get(self.index)
        }
    }

    impl<S: Clone + Default + 'static> Needs for Early<S> {
        type Facts = S;
        fn links(&self) -> Vec<Link> {
            vec![Link {
                index: self.0.index,
                met: Met::Made,
            }]
        }
        fn facts(&self, seens: &Seens<'_>) -> S {
            seens.get(self.0.index)
        }
    }

    impl<N: Needs> Needs for Option<N> {
        type Facts = Option<N::Facts>;
        fn links(&self) -> Vec<Link> {
            self.as_ref().map(Needs::links).unwrap_or_default()
        }
        fn facts(&self, seens: &Seens<'_>) -> Self::Facts {
            self.as_ref().map(|need| need.facts(seens))
        }
    }

    impl<N: Needs> Needs for Vec<N> {
        type Facts = Vec<N::Facts>;
        fn links(&self) -> Vec<Link> {
            self.iter().flat_map(Needs::links).collect()
        }
        fn facts(&self, seens: &Seens<'_>) -> Self::Facts {
            self.iter().map(|need| need.facts(seens)).collect()
        }
    }

    macro_rules! needs_of_tuples {
        ($($name:ident),*) => {
            #[allow(non_snake_case, unused_variables, clippy::unused_unit, reason = "one shape for all sizes")]
            impl<$($name: Needs),*> Needs for ($($name,)*) {
                type Facts = ($($name::Facts,)*);
                fn links(&self) -> Vec<Link> {
                    let ($($name,)*) = self;
                    let links: Vec<Vec<Link>> = vec![$($name.links()),*];
                    links.into_iter().flatten().collect()
                }
                fn facts(&self, seens: &Seens<'_>) -> Self::Facts {
                    let ($($name,)*) = self;
                    ($($name.facts(seens),)*)
                }
            }
        };
    }

    needs_of_tuples!();
    needs_of_tuples!(A);
    needs_of_tuples!(A, B);
    needs_of_tuples!(A, B, C);
    needs_of_tuples!(A, B, C, D);
    needs_of_tuples!(A, B, C, D, E);
}
