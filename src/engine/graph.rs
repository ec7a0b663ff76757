//! Components and what they need of each other.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::component::Component;
use super::ledger::Ledger;
use super::needs::{AnySeen, FactsOf, Handle, Link, Needs, Seens};
use super::node::{Logic, Traits, Typed};

/// The place of a component that is not in the graph.
const NOWHERE: usize = usize::MAX;

/// What is wanted, and what is no longer wanted, in the order in which it can be made.
pub struct Graph<W> {
    pub(super) nodes: Vec<Node<W>>,
    addresses: BTreeMap<String, usize>,
}

/// A component in its graph.
pub(super) struct Node<W> {
    pub(super) address: String,
    pub(super) purpose: Purpose,
    pub(super) traits: Traits,
    pub(super) links: Vec<Link>,
    pub(super) logic: Box<dyn Logic<W>>,
    /// Those whose act it waits for while it is pending.
    pub(super) awaits: Vec<usize>,
    frame: Option<Arc<Vec<usize>>>,
}

/// What is to become of a component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Purpose {
    /// To be kept as wanted.
    Wanted,
    /// To be deleted once all these are gone, or, if they are wanted, settled without it.
    Doomed {
        after: Vec<usize>,
        /// Goes with this one, without an act of its own.
        with: Option<usize>,
    },
}

impl<W> Default for Graph<W> {
    fn default() -> Self {
        Self {
            nodes: Vec::new(),
            addresses: BTreeMap::new(),
        }
    }
}

impl<W: Send + Sync + 'static> Graph<W> {
    /// A graph that wants nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a component whose settings follow from the facts of what it needs.
    ///
    /// An address that is taken already is a mistake of the blueprint; the first one stays.
    pub fn add<N, C>(
        &mut self,
        address: impl Into<String>,
        needs: N,
        wanted: impl Fn(FactsOf<N>) -> C + Send + Sync + 'static,
    ) -> Handle<C::Seen>
    where
        N: Needs,
        C: Component<W>,
    {
        let address = address.into();
        debug_assert!(
            !self.addresses.contains_key(&address),
            "{address} was added twice"
        );
        let logic: Box<dyn Logic<W>> = Box::new(Typed { needs, wanted });
        let index = self.nodes.len();
        self.addresses.entry(address.clone()).or_insert(index);
        self.nodes.push(Node {
            address,
            purpose: Purpose::Wanted,
            traits: logic.traits(),
            links: logic.links(),
            logic,
            awaits: Vec::new(),
            frame: None,
        });
        Handle::new(index)
    }

    /// While it is pending, one component waits for what another one does: if that fails for good,
    /// so does the wait.
    pub fn awaits<S, T>(&mut self, pending: Handle<S>, other: Handle<T>) {
        if let Some(node) = self.nodes.get_mut(pending.index) {
            node.awaits.push(other.index);
        }
    }

    /// Takes in what an earlier graph wanted and this one does not: it is to be deleted, in the
    /// opposite order of its making.
    pub fn retire(&mut self, earlier: Graph<W>) {
        self.retire_some(earlier, |_| true);
    }

    /// Takes in what an earlier graph wanted at these addresses and this one does not. The rest of it
    /// is of no concern here.
    pub fn retire_some(&mut self, earlier: Graph<W>, concerns: impl Fn(&str) -> bool) {
        let first_doomed = self.nodes.len();
        let mut frame = Vec::with_capacity(earlier.nodes.len());
        let mut doomed = first_doomed;
        for node in &earlier.nodes {
            frame.push(match self.addresses.get(&node.address) {
                Some(index) => *index,
                None if concerns(&node.address) => {
                    doomed += 1;
                    doomed - 1
                }
                None => NOWHERE,
            });
        }
        let frame = Arc::new(frame);
        let users = users_of(&earlier, &frame);
        for (index, mut node) in earlier.nodes.into_iter().enumerate() {
            let at = frame.get(index).copied().unwrap_or(first_doomed);
            if at < first_doomed || at == NOWHERE {
                continue;
            }
            for link in &mut node.links {
                link.index = frame.get(link.index).copied().unwrap_or(link.index);
            }
            let parent = node.links.first().map(|link| link.index);
            let with = parent.filter(|parent| node.traits.part && *parent >= first_doomed);
            let after = users.get(&at).cloned().unwrap_or_default();
            node.purpose = Purpose::Doomed { after, with };
            node.frame = Some(Arc::clone(&frame));
            self.addresses.insert(node.address.clone(), at);
            self.nodes.push(node);
        }
        self.wait_for_users_of_parts(first_doomed);
    }

    /// Takes in what nobody wanted: it is to be deleted once all that is wanted is settled, as some of
    /// it may turn out to be just that.
    pub fn retire_last(&mut self, strays: Graph<W>) {
        let first_stray = self.nodes.len();
        let all = self.nodes.iter().enumerate();
        let wanted = all.filter(|(_, node)| node.purpose == Purpose::Wanted && !node.traits.given);
        let wanted: Vec<usize> = wanted.map(|(index, _)| index).collect();
        self.retire(strays);
        for node in self.nodes.iter_mut().skip(first_stray) {
            if let Purpose::Doomed { after, .. } = &mut node.purpose {
                after.extend(&wanted);
            }
        }
    }

    /// What goes with its parent is not waited for by the parent, but those who use it are.
    fn wait_for_users_of_parts(&mut self, first_doomed: usize) {
        for part in (first_doomed..self.nodes.len()).rev() {
            let Some(Purpose::Doomed {
                after,
                with: Some(parent),
            }) = self.nodes.get(part).map(|node| node.purpose.clone())
            else {
                continue;
            };
            // Also by those whom the parent waits for: they would wait for it in turn.
            let mut waiting = self.waits(parent);
            waiting.push(parent);
            for node in waiting {
                if let Some(Node {
                    purpose: Purpose::Doomed { after: waits, .. },
                    ..
                }) = self.nodes.get_mut(node)
                    && waits.contains(&part)
                {
                    waits.retain(|user| *user != part);
                    waits.extend(after.iter().filter(|user| **user != node));
                }
            }
        }
    }

    /// Whom something that is to go waits for.
    fn waits(&self, index: usize) -> Vec<usize> {
        match self.nodes.get(index).map(|node| &node.purpose) {
            Some(Purpose::Doomed { after, .. }) => after.clone(),
            _ => vec![],
        }
    }

    /// The same graph under other addresses; those for which there is none keep theirs.
    #[must_use]
    pub fn renamed(mut self, rename: impl Fn(&str) -> Option<String>) -> Self {
        for node in &mut self.nodes {
            if let Some(address) = rename(&node.address) {
                node.address = address;
            }
        }
        let nodes = self.nodes.iter().enumerate();
        self.addresses = nodes
            .map(|(index, node)| (node.address.clone(), index))
            .collect();
        self
    }

    /// The addresses of all that is wanted, in the order of making.
    pub fn wanted(&self) -> impl Iterator<Item = &str> {
        self.nodes
            .iter()
            .filter(|node| node.purpose == Purpose::Wanted)
            .map(|node| node.address.as_str())
    }

    /// Whether this address is to be deleted.
    pub fn dooms(&self, address: &str) -> bool {
        self.addresses
            .get(address)
            .and_then(|index| self.nodes.get(*index))
            .is_some_and(|node| node.purpose != Purpose::Wanted)
    }

    /// What the ledger remembers of each node.
    pub(super) fn remembered(&self, ledger: &Ledger) -> Vec<Option<AnySeen>> {
        self.nodes
            .iter()
            .map(|node| {
                // An id without facts, after what was stored was lost, must be looked at first.
                let entry = ledger
                    .get(&node.address)
                    .filter(|entry| !entry.seen.is_null());
                entry.map(|entry| node.logic.load(&entry.seen))
            })
            .collect()
    }
}

impl<W> Node<W> {
    /// What this node may see of the others.
    pub(super) fn view<'a>(&'a self, seens: &'a [Option<AnySeen>]) -> Seens<'a> {
        Seens {
            seens,
            frame: self.frame.as_ref().map(|frame| frame.as_slice()),
        }
    }

    /// Whether it is to be deleted.
    pub(super) fn is_doomed(&self) -> bool {
        self.purpose != Purpose::Wanted
    }
}

/// For each node of the earlier graph, by its place in the new one: who needs it.
fn users_of<W>(earlier: &Graph<W>, frame: &[usize]) -> BTreeMap<usize, Vec<usize>> {
    let mut users: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (index, node) in earlier.nodes.iter().enumerate() {
        for link in &node.links {
            if let (Some(user), Some(used)) = (frame.get(index), frame.get(link.index)) {
                let users = users.entry(*used).or_default();
                // Who is of no concern is not waited for.
                if *user != NOWHERE && !users.contains(user) {
                    users.push(*user);
                }
            }
        }
    }
    users
}
