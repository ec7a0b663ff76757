//! One object with the short history that eventual consistency needs: the truth, and what reads see.

use std::collections::BTreeMap;
use std::fmt::Debug;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::World;
use crate::clock::Moment;
use crate::random::hash;

/// Tags of an object, by key.
pub(crate) type Tags = BTreeMap<String, String>;

/// All objects of a kind, by id (by ARN for load balancing), deleted ones included.
pub(crate) type Store<T> = BTreeMap<String, Record<T>>;

/// A kind of object: its name (AWS's resource type), how long reads lag, where the world keeps it.
pub(crate) trait Kind: Clone + Debug + Serialize + DeserializeOwned + 'static {
    /// AWS's word for the kind, as tag specifications use it.
    const KIND: &'static str;
    /// Longest time, in ms, for which a read may miss a create, a change or a delete.
    const LAG_MS_MAX: u64;
    fn store(world: &World) -> &Store<Self>;
    fn store_mut(world: &mut World) -> &mut Store<Self>;
}

/// An account in a region: where an object lives and from where a call looks.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) struct Scope {
    pub(crate) account: String,
    pub(crate) region: String,
}

/// Who made an object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Creator {
    /// The account that made it, twelve digits.
    pub account: String,
    /// The access key that made it; `amazon` for what AWS makes by itself.
    pub access_key: String,
}

/// An object: what never changes of it, its latest version and the earlier ones reads may still see.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Record<T> {
    pub(crate) id: String,
    pub(crate) scope: Scope,
    pub(crate) created_by: Creator,
    pub(crate) created: Moment,
    /// From when on every call knows the id.
    known_from: Moment,
    latest: Version<T>,
    earlier: Vec<Version<T>>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Version<T> {
    /// From when on every read sees this version; before, each read draws.
    settled: Moment,
    gone: bool,
    tags: Tags,
    value: T,
}

/// A call's view: its time and the salt of its coins.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Lens {
    pub(crate) now: Moment,
    pub(crate) salt: u64,
}

impl Lens {
    /// Another reader's view at the same time, such as the other side of a connection.
    pub(crate) fn salted(self, name: &str) -> Self {
        Self {
            salt: hash(self.salt, &[name]),
            ..self
        }
    }

    fn coin(self, id: &str) -> bool {
        hash(self.salt, &[id]) & 1 == 0
    }
}

/// What a read sees of an object.
#[derive(Debug)]
pub(crate) struct Seen<'a, T> {
    pub(crate) id: &'a str,
    pub(crate) scope: &'a Scope,
    pub(crate) created: Moment,
    pub(crate) tags: &'a Tags,
    pub(crate) value: &'a T,
}

impl<T: Clone> Record<T> {
    /// A new object that every read sees from `settled` on.
    pub(crate) fn new(birth: Birth, id: &str, settled: Moment, body: (Tags, T)) -> Self {
        let (tags, value) = body;
        Self {
            id: id.to_owned(),
            scope: birth.scope,
            created_by: birth.creator,
            created: birth.at,
            known_from: settled,
            latest: Version {
                settled,
                gone: false,
                tags,
                value,
            },
            earlier: Vec::new(),
        }
    }

    /// The truth.
    pub(crate) fn value(&self) -> &T {
        &self.latest.value
    }

    /// The truth about the tags.
    pub(crate) fn tags(&self) -> &Tags {
        &self.latest.tags
    }

    /// Whether the object has been deleted, whatever reads may still show.
    pub(crate) fn is_gone(&self) -> bool {
        self.latest.gone
    }

    /// What a read of this call sees: the newest version it has heard of, if that is not a deletion.
    pub(crate) fn seen(&self, lens: Lens) -> Option<Seen<'_, T>> {
        let heard = |version: &&Version<T>| version.settled <= lens.now || lens.coin(&self.id);
        let newest_first = std::iter::once(&self.latest).chain(self.earlier.iter().rev());
        let version = newest_first.into_iter().find(heard)?;
        (!version.gone).then(|| Seen {
            id: &self.id,
            scope: &self.scope,
            created: self.created,
            tags: &version.tags,
            value: &version.value,
        })
    }

    /// The truth in the shape that reads have, for answers of the call that made the object.
    pub(crate) fn as_made(&self) -> Seen<'_, T> {
        Seen {
            id: &self.id,
            scope: &self.scope,
            created: self.created,
            tags: &self.latest.tags,
            value: &self.latest.value,
        }
    }

    /// Whether a call that wants to use the id knows it already.
    pub(crate) fn is_known(&self, lens: Lens) -> bool {
        self.known_from <= lens.now || lens.coin(&self.id)
    }

    /// Adds a version that every read sees from `settled` on.
    pub(crate) fn push(
        &mut self,
        now: Moment,
        settled: Moment,
        change: impl FnOnce(&mut T, &mut Tags, &mut bool),
    ) {
        let mut next = self.latest.clone();
        next.settled = settled;
        change(&mut next.value, &mut next.tags, &mut next.gone);
        let previous = std::mem::replace(&mut self.latest, next);
        self.earlier.push(previous);
        if settled <= now {
            self.earlier.clear();
            self.known_from = self.known_from.min(now);
        } else if let Some(floor) = self.earlier.iter().rposition(|old| old.settled <= now) {
            self.earlier.drain(..floor);
        }
    }
}

/// Where, when and by whom an object is made.
#[derive(Debug, Clone)]
pub(crate) struct Birth {
    pub(crate) scope: Scope,
    pub(crate) creator: Creator,
    pub(crate) at: Moment,
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(settled: u64) -> Record<u8> {
        let scope = Scope {
            account: "1".to_owned(),
            region: "r".to_owned(),
        };
        let creator = Creator {
            account: "1".to_owned(),
            access_key: "k".to_owned(),
        };
        let birth = Birth {
            scope,
            creator,
            at: Moment::default(),
        };
        Record::new(
            birth,
            "vpc-1",
            Moment::from_epoch_ms(settled),
            (Tags::new(), 1),
        )
    }

    fn values(record: &Record<u8>, now: u64) -> Vec<Option<u8>> {
        let now = Moment::from_epoch_ms(now);
        let mut all: Vec<_> = (0..40)
            .map(|salt| record.seen(Lens { now, salt }).map(|seen| *seen.value))
            .collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    #[test]
    fn a_fresh_object_is_there_for_some_reads_only_and_then_for_all() {
        let record = record(1000);
        assert_eq!(values(&record, 10), [None, Some(1)]);
        assert_eq!(values(&record, 1000), [Some(1)]);
    }

    #[test]
    fn a_change_and_a_deletion_show_old_values_until_they_settle() {
        let mut record = record(0);
        record.push(
            Moment::from_epoch_ms(5),
            Moment::from_epoch_ms(50),
            |value, _, _| *value = 2,
        );
        assert_eq!(values(&record, 10), [Some(1), Some(2)]);
        assert_eq!(values(&record, 50), [Some(2)]);
        record.push(
            Moment::from_epoch_ms(60),
            Moment::from_epoch_ms(90),
            |_, _, gone| {
                *gone = true;
            },
        );
        assert_eq!(values(&record, 70), [None, Some(2)]);
        assert_eq!(values(&record, 90), [None]);
        assert!(record.is_gone());
    }
}
