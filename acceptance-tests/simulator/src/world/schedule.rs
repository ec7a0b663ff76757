//! What will happen by itself: transitions with their due times, carried out when the world is touched.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// A transition of some service's object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    Ec2(crate::ec2::Event),
    Elb(crate::elb::Event),
    Lattice(crate::lattice::Event),
    Ram(crate::ram::Event),
    Rds(crate::rds::Event),
}

/// All transitions to come.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Schedule {
    next_number: u64,
    waiting: Vec<Due>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Due {
    at: Moment,
    number: u64,
    event: Event,
}

impl Schedule {
    pub(crate) fn add(&mut self, at: Moment, event: Event) {
        self.waiting.push(Due {
            at,
            number: self.next_number,
            event,
        });
        self.next_number += 1;
    }

    /// Takes the earliest transition that is due by `now`; of equal ones, the one added first.
    pub(crate) fn take_due(&mut self, now: Moment) -> Option<(Moment, Event)> {
        let (index, _) = self
            .waiting
            .iter()
            .enumerate()
            .filter(|(_, due)| due.at <= now)
            .min_by_key(|(_, due)| (due.at, due.number))?;
        let due = self.waiting.swap_remove(index);
        Some((due.at, due.event))
    }
}
