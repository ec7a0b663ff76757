//! A toy world, toy components and a clock that jumps.

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::time::Duration;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use tokio::sync::watch;

use crate::engine::{
    Clock, Component, Deletion, Fact, Failure, Found, Graph, Guard, Handle, Ledger, Made, Outcome,
    Place, Reason, Run, Sighting, Verdict, converge,
};

/// A named object of the toy world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Object {
    pub(super) id: String,
    pub(super) size: u32,
    pub(super) uses: Vec<String>,
    pub(super) ripe_at: Duration,
    pub(super) mine: bool,
    pub(super) generation: u32,
}

/// What is to happen to a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Fault {
    Refused,
    AnswerLost,
    CrashBefore,
    CrashAfter,
}

#[derive(Default)]
pub(super) struct World {
    pub(super) objects: Mutex<BTreeMap<String, Object>>,
    pub(super) journal: Mutex<Vec<String>>,
    pub(super) fault: Mutex<Option<(usize, Fault)>>,
    pub(super) crash: Mutex<Option<watch::Sender<bool>>>,
    /// Creates of this generation and earlier ones find their name used.
    pub(super) spent_up_to: Mutex<u32>,
    /// What looks are shown until then: AWS's reads lag behind.
    pub(super) past: Mutex<Option<(Duration, BTreeMap<String, Object>)>>,
    clock: Mutex<Duration>,
    ids: Mutex<u32>,
}

impl World {
    pub(super) fn names(&self) -> Vec<String> {
        self.objects.lock().unwrap().keys().cloned().collect()
    }

    fn shown(&self) -> BTreeMap<String, Object> {
        let now = *self.clock.lock().unwrap();
        match &*self.past.lock().unwrap() {
            Some((until, past)) if now < *until => past.clone(),
            _ => self.objects.lock().unwrap().clone(),
        }
    }

    pub(super) fn acts(&self) -> Vec<String> {
        let journal = self.journal.lock().unwrap();
        journal
            .iter()
            .filter(|call| !call.starts_with("look"))
            .cloned()
            .collect()
    }

    /// Makes one call: counts it, and lets the planned fault strike.
    async fn call<T>(
        &self,
        name: String,
        act: impl FnOnce() -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let number = {
            let mut journal = self.journal.lock().unwrap();
            journal.push(name);
            journal.len()
        };
        let fault = self
            .fault
            .lock()
            .unwrap()
            .filter(|(at, _)| *at == number)
            .map(|(_, what)| what);
        match fault {
            None => act(),
            Some(Fault::Refused) => Err(Failure::later("refused")),
            Some(Fault::AnswerLost) => {
                let _ = act();
                Err(Failure::later("answer lost"))
            }
            Some(Fault::CrashBefore) => self.die().await,
            Some(Fault::CrashAfter) => {
                let _ = act();
                self.die().await
            }
        }
    }

    async fn die<T>(&self) -> T {
        self.crash
            .lock()
            .unwrap()
            .as_ref()
            .unwrap()
            .send_replace(true);
        std::future::pending().await
    }
}

/// A toy component: an object with a size that uses others.
#[derive(Clone, Debug)]
pub(super) struct Thing {
    pub(super) name: String,
    pub(super) size: Fact<u32>,
    pub(super) uses: Fact<Vec<String>>,
    pub(super) ripens: Duration,
    pub(super) refused: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct SeenThing {
    pub(super) id: Fact<String>,
    pub(super) size: Fact<u32>,
    pub(super) ripe: bool,
}

#[async_trait]
impl Component<World> for Thing {
    type Seen = SeenThing;
    const KIND: &'static str = "thing";

    fn home(&self) -> String {
        "toyland".into()
    }

    fn judge(&self, seen: &SeenThing) -> Verdict {
        if self.size.known() == Some(&0) && seen.size != Fact::Known(0) {
            return Verdict::Replace("a thing can't shrink to nothing".into());
        }
        match Verdict::of_changes([("size", self.size.differs(&seen.size))]) {
            Verdict::InPlace if !seen.ripe => Verdict::Pending("ripening".into()),
            verdict => verdict,
        }
    }

    fn foresee(&self, seen: &SeenThing, _: &[&'static str]) -> SeenThing {
        SeenThing {
            size: self.size.clone(),
            ..seen.clone()
        }
    }

    async fn look(
        &self,
        place: Place<'_, World>,
        _: Option<&SeenThing>,
    ) -> Result<Sighting<SeenThing>, Failure> {
        let world = place.world;
        world
            .call(format!("look {}", self.name), || {
                let objects = world.shown();
                let Some(object) = objects.get(&self.name) else {
                    return Ok(Sighting::Absent);
                };
                if !object.mine {
                    return Ok(Sighting::Foreign("a stranger's".into()));
                }
                Ok(Sighting::Found(Found {
                    id: object.id.clone(),
                    generation: object.generation,
                    dying: false,
                    seen: SeenThing {
                        id: object.id.clone().into(),
                        size: object.size.into(),
                        ripe: object.ripe_at <= *world.clock.lock().unwrap(),
                    },
                }))
            })
            .await
    }

    async fn create(&self, place: Place<'_, World>) -> Result<Made<SeenThing>, Failure> {
        let world = place.world;
        if place.generation <= *world.spent_up_to.lock().unwrap() {
            return Err(Failure::Spent(Reason::new("the name was used")));
        }
        if self.refused {
            return Err(Failure::Soon(Reason::new("no such thing")));
        }
        let uses = self
            .uses
            .known()
            .cloned()
            .ok_or_else(|| Failure::never("made too early"))?;
        world
            .call(format!("create {}", self.name), || {
                let mut objects = world.objects.lock().unwrap();
                if objects.contains_key(&self.name) {
                    return Err(Failure::later("the name is taken"));
                }
                let mut ids = world.ids.lock().unwrap();
                *ids += 1;
                let (id, size) = (format!("id-{ids}"), self.size.known().copied().unwrap());
                let ripe_at = *world.clock.lock().unwrap() + self.ripens;
                let generation = place.generation;
                let object = Object {
                    id: id.clone(),
                    size,
                    uses,
                    ripe_at,
                    mine: true,
                    generation,
                };
                objects.insert(self.name.clone(), object);
                let ripe = self.ripens.is_zero();
                let seen = SeenThing {
                    id: id.clone().into(),
                    size: size.into(),
                    ripe,
                };
                Ok(Made {
                    id,
                    seen,
                    spent: false,
                })
            })
            .await
    }

    async fn change(
        &self,
        place: Place<'_, World>,
        seen: &SeenThing,
        _: &[&'static str],
    ) -> Result<SeenThing, Failure> {
        let world = place.world;
        world
            .call(format!("change {}", self.name), || {
                let mut objects = world.objects.lock().unwrap();
                let object = objects
                    .get_mut(&self.name)
                    .ok_or_else(|| Failure::later("gone"))?;
                object.size = self.size.known().copied().unwrap();
                Ok(SeenThing {
                    size: self.size.clone(),
                    ..seen.clone()
                })
            })
            .await
    }

    async fn delete(&self, place: Place<'_, World>, seen: &SeenThing) -> Result<Deletion, Failure> {
        let world = place.world;
        world
            .call(format!("delete {}", self.name), || {
                let mut objects = world.objects.lock().unwrap();
                let id = seen.id.known().unwrap();
                if objects.values().any(|other| other.uses.contains(id)) {
                    return Err(Failure::later("in use"));
                }
                objects.remove(&self.name);
                Ok(Deletion::Gone)
            })
            .await
    }
}

/// A clock on which waiting costs nothing.
pub(super) struct Jump<'a>(pub(super) &'a World);

#[async_trait]
impl Clock for Jump<'_> {
    fn now(&self) -> Duration {
        *self.0.clock.lock().unwrap()
    }

    async fn wait(&self, duration: Duration) {
        // Everything that can run without waiting runs first.
        for _ in 0..10 {
            tokio::task::yield_now().await;
        }
        *self.0.clock.lock().unwrap() += duration;
    }
}

pub(super) struct Agrees;

#[async_trait]
impl Guard for Agrees {
    async fn confirm(&self) -> Result<(), Failure> {
        Ok(())
    }
}

/// A shop: a base, two walls on it, a slow roof on both. `sizes` are base, walls and roof.
pub(super) fn house(sizes: [u32; 3], walls: &[&str]) -> Graph<World> {
    let mut graph = Graph::new();
    let base = graph.add("base", (), move |()| {
        thing("base", sizes[0], Fact::Known(vec![]), 0)
    });
    let walls: Vec<Handle<SeenThing>> = walls
        .iter()
        .map(|wall| {
            let name = (*wall).to_owned();
            graph.add(format!("wall.{wall}"), base, move |base: SeenThing| {
                thing(&name, sizes[1], Fact::all([base.id]), 7)
            })
        })
        .collect();
    graph.add("roof", (base.early(), walls), move |(base, walls)| {
        let ids = [base]
            .into_iter()
            .chain(walls)
            .map(|seen: SeenThing| seen.id);
        thing("roof", sizes[2], Fact::all(ids), 30)
    });
    graph
}

fn thing(name: &str, size: u32, uses: Fact<Vec<String>>, ripens_s: u64) -> Thing {
    Thing {
        name: name.into(),
        size: size.into(),
        uses,
        ripens: Duration::from_secs(ripens_s),
        refused: false,
    }
}

/// A thing that never settles by itself.
pub(super) fn never_ripe(name: &str) -> Thing {
    thing(name, 1, Fact::Known(vec![]), 1_000_000)
}

/// A thing that can't be made.
pub(super) fn refused(name: &str) -> Thing {
    Thing {
        refused: true,
        ..thing(name, 1, Fact::Known(vec![]), 0)
    }
}

/// Runs a graph; `Err` holds the ledger of a run that crashed.
pub(super) async fn run(
    graph: &Graph<World>,
    world: &World,
    ledger: &Ledger,
) -> Result<Outcome, Ledger> {
    let (crash, mut crashed) = watch::channel(false);
    *world.crash.lock().unwrap() = Some(crash);
    let (_keep, stop) = watch::channel(false);
    let last = Mutex::new(ledger.clone());
    let remember = |ledger: &Ledger| *last.lock().unwrap() = ledger.clone();
    let run = Run {
        ledger: ledger.clone(),
        announced: None,
        time_limit: Duration::from_secs(600),
        excused: &|| Duration::ZERO,
        stop,
        guard: &Agrees,
        remember: &remember,
    };
    let clock = Jump(world);
    let outcome = tokio::select! {
        biased;
        outcome = converge(graph, world, &clock, run) => Some(outcome),
        _ = crashed.wait_for(|crashed| *crashed) => None,
    };
    outcome.ok_or_else(|| last.into_inner().unwrap())
}
