//! One kind of read: asked by many, answered together, kept until something changes.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::watch;

use super::super::error::CallError;
use crate::engine::Freshness;

/// How many different keys may be asked, one by one, before the whole list is read instead.
const ASKED_SINGLY_MAX: usize = 2;

/// What a read is to bring.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Want<K> {
    /// These keys.
    Keys(BTreeSet<K>),
    /// Everything there is.
    All,
}

/// Answers by key. A key without an answer is not there.
type Answers<K, V> = BTreeMap<K, V>;
type Answered<K, V> = watch::Receiver<Option<Outcome<K, V>>>;
type Tells<K, V> = watch::Sender<Option<Outcome<K, V>>>;
type Outcome<K, V> = Result<Arc<Answers<K, V>>, CallError>;

/// The answers to one kind of read in one site.
#[derive(Debug)]
pub(super) struct Shelf<K, V> {
    /// Whether AWS lists the whole kind in few calls.
    listable: bool,
    state: Mutex<State<K, V>>,
}

#[derive(Debug)]
struct State<K, V> {
    /// Counts changes; a look is newer than a change if it began at its count or later.
    changes: u64,
    asked: BTreeSet<K>,
    kept: BTreeMap<K, (u64, Option<V>)>,
    listed: Option<(u64, Arc<Answers<K, V>>)>,
    /// Those who wait for the look that is about to begin.
    gathering: Option<Gathering<K, V>>,
}

#[derive(Debug)]
struct Gathering<K, V> {
    keys: BTreeSet<K>,
    /// Whether somebody wants the whole list.
    all: bool,
    done: watch::Receiver<Option<Outcome<K, V>>>,
}

impl<K: Ord + Clone, V: Clone> Shelf<K, V> {
    /// A kind of which AWS only tells what is asked by key.
    pub(super) fn by_key() -> Self {
        Self::new(false)
    }

    /// A kind that AWS also lists as a whole.
    pub(super) fn listable() -> Self {
        Self::new(true)
    }

    fn new(listable: bool) -> Self {
        let state = State {
            changes: 0,
            asked: BTreeSet::new(),
            kept: BTreeMap::new(),
            listed: None,
            gathering: None,
        };
        Self {
            listable,
            state: Mutex::new(state),
        }
    }

    /// Something of this kind was, or may have been, changed: older answers are not to be decided on.
    pub(super) fn changed(&self) {
        self.lock().changes += 1;
    }

    /// The answer for one key; those who ask at the same moment share one read.
    pub(super) async fn get<F, R>(
        &self,
        key: K,
        freshness: Freshness,
        read: F,
    ) -> Result<Option<V>, CallError>
    where
        F: Fn(Want<K>) -> R,
        R: Future<Output = Result<Answers<K, V>, CallError>>,
    {
        if let Some(kept) = self.kept(&key, freshness) {
            return Ok(kept);
        }
        let answers = self.ask(Some(&key), read).await?;
        Ok(answers.get(&key).cloned())
    }

    /// All answers; those who ask for single keys at the same moment share the read.
    pub(super) async fn list<F, R>(
        &self,
        freshness: Freshness,
        read: F,
    ) -> Result<Arc<Answers<K, V>>, CallError>
    where
        F: Fn(Want<K>) -> R,
        R: Future<Output = Result<Answers<K, V>, CallError>>,
    {
        if let Some(listed) = self.listed(freshness) {
            return Ok(listed);
        }
        self.ask(None, read).await
    }

    /// Reads for one key, or for the whole list.
    async fn ask<F, R>(&self, key: Option<&K>, read: F) -> Result<Arc<Answers<K, V>>, CallError>
    where
        F: Fn(Want<K>) -> R,
        R: Future<Output = Result<Answers<K, V>, CallError>>,
    {
        loop {
            let (mut done, lead) = self.join(key.cloned());
            if let Some(tell) = lead {
                // Whoever is about to ask as well gets the chance to join.
                tokio::task::yield_now().await;
                let (want, began) = self.close();
                let outcome = read(want.clone()).await.map(Arc::new);
                self.keep(&want, began, &outcome);
                let _ = tell.send(Some(outcome.clone()));
                return outcome;
            }
            match done.wait_for(Option::is_some).await {
                Ok(outcome) => {
                    let outcome = outcome.clone().into_iter().next();
                    if let Some(outcome) = outcome {
                        return outcome;
                    }
                }
                // Whoever led the read was dropped: somebody else must.
                Err(_) => self.disband(),
            }
        }
    }

    fn kept(&self, key: &K, freshness: Freshness) -> Option<Option<V>> {
        let state = self.lock();
        if freshness == Freshness::Now {
            return None;
        }
        if let Some((began, answers)) = &state.listed
            && *began >= state.changes
        {
            return Some(answers.get(key).cloned());
        }
        let (began, kept) = state.kept.get(key)?;
        (*began >= state.changes).then(|| kept.clone())
    }

    fn listed(&self, freshness: Freshness) -> Option<Arc<Answers<K, V>>> {
        let state = self.lock();
        let (began, answers) = state.listed.as_ref()?;
        let current = freshness != Freshness::Now && *began >= state.changes;
        current.then(|| Arc::clone(answers))
    }

    /// Joins the look that is about to begin, or begins to gather one. Without a key it is for the
    /// whole list.
    fn join(&self, key: Option<K>) -> (Answered<K, V>, Option<Tells<K, V>>) {
        let mut state = self.lock();
        state.asked.extend(key.clone());
        if let Some(gathering) = &mut state.gathering {
            gathering.all |= key.is_none();
            gathering.keys.extend(key);
            return (gathering.done.clone(), None);
        }
        let (tell, done) = watch::channel(None);
        state.gathering = Some(Gathering {
            all: key.is_none(),
            keys: key.into_iter().collect(),
            done: done.clone(),
        });
        (done, Some(tell))
    }

    /// The look begins now: nobody may join it any more.
    fn close(&self) -> (Want<K>, u64) {
        let mut state = self.lock();
        let gathering = state.gathering.take();
        let (keys, all) = gathering
            .map(|gathering| (gathering.keys, gathering.all))
            .unwrap_or_default();
        let many = state.asked.len() > ASKED_SINGLY_MAX;
        let want = if all || (self.listable && many) {
            Want::All
        } else {
            Want::Keys(keys)
        };
        (want, state.changes)
    }

    fn disband(&self) {
        let mut state = self.lock();
        let left = state
            .gathering
            .as_ref()
            .is_some_and(|gathering| gathering.done.has_changed().is_err());
        if left {
            state.gathering = None;
        }
    }

    fn keep(&self, want: &Want<K>, began: u64, outcome: &Outcome<K, V>) {
        let (Ok(answers), mut state) = (outcome, self.lock()) else {
            return;
        };
        match want {
            Want::All => state.listed = Some((began, Arc::clone(answers))),
            Want::Keys(keys) => {
                for key in keys {
                    state
                        .kept
                        .insert(key.clone(), (began, answers.get(key).cloned()));
                }
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<K, V>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl<K: Ord> Want<K> {
        /// Whether an answer under this key is part of what is wanted.
        fn covers(&self, key: &K) -> bool {
            match self {
                Self::Keys(keys) => keys.contains(key),
                Self::All => true,
            }
        }
    }

    /// Counts its reads and answers each key with itself.
    struct Reader {
        reads: Mutex<Vec<Want<u32>>>,
    }

    impl Reader {
        async fn read(&self, want: Want<u32>) -> Result<BTreeMap<u32, u32>, CallError> {
            self.reads.lock().unwrap().push(want.clone());
            Ok((0..10)
                .filter(|key| want.covers(key))
                .map(|key| (key, key))
                .collect())
        }
    }

    async fn ask(
        shelf: &Shelf<u32, u32>,
        reader: &Reader,
        key: u32,
        freshness: Freshness,
    ) -> Option<u32> {
        shelf
            .get(key, freshness, |want| reader.read(want))
            .await
            .unwrap()
    }

    #[tokio::test]
    async fn those_who_ask_together_share_one_read_and_the_answer_is_kept() {
        let (shelf, reader) = (
            Shelf::by_key(),
            Reader {
                reads: Mutex::default(),
            },
        );
        let fresh = Freshness::SinceLastChange;
        let (one, two, none) = futures::join!(
            ask(&shelf, &reader, 1, fresh),
            ask(&shelf, &reader, 2, fresh),
            ask(&shelf, &reader, 99, fresh),
        );
        assert_eq!((one, two, none), (Some(1), Some(2), None));
        assert_eq!(ask(&shelf, &reader, 2, fresh).await, Some(2));
        assert_eq!(reader.reads.lock().unwrap().len(), 1);
    }

    #[tokio::test]
    async fn a_change_makes_what_was_read_before_it_worthless() {
        let (shelf, reader) = (
            Shelf::by_key(),
            Reader {
                reads: Mutex::default(),
            },
        );
        ask(&shelf, &reader, 1, Freshness::SinceLastChange).await;
        shelf.changed();
        ask(&shelf, &reader, 1, Freshness::SinceLastChange).await;
        assert_eq!(reader.reads.lock().unwrap().len(), 2);
        ask(&shelf, &reader, 1, Freshness::Now).await;
        assert_eq!(reader.reads.lock().unwrap().len(), 3);
    }

    #[tokio::test]
    async fn the_third_to_ask_has_the_whole_list_read_once() {
        let (shelf, reader) = (
            Shelf::listable(),
            Reader {
                reads: Mutex::default(),
            },
        );
        for key in 0..9 {
            assert_eq!(
                ask(&shelf, &reader, key, Freshness::SinceLastChange).await,
                Some(key)
            );
        }
        let reads = reader.reads.lock().unwrap();
        assert_eq!(reads.len(), 3);
        assert_eq!(reads[2], Want::All);
    }

    #[tokio::test]
    async fn a_read_whose_leader_was_dropped_is_led_by_the_next() {
        let (shelf, reader) = (
            Shelf::by_key(),
            Reader {
                reads: Mutex::default(),
            },
        );
        let stuck = shelf.get(1, Freshness::Now, |_: Want<u32>| std::future::pending());
        let follower = async {
            tokio::task::yield_now().await;
            ask(&shelf, &reader, 1, Freshness::Now).await
        };
        tokio::select! {
            biased;
            _ = stuck => panic!("it never ends"),
            answer = follower => assert_eq!(answer, Some(1)),
        }
    }
}
