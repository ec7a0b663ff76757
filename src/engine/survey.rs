//! Looking at everything: what a refresh does, and the first thing that a create does.

use futures::future::join_all;

use super::clock::{Clock, LAG};
use super::component::{Freshness, Place, Sighting, Verdict};
use super::failure::Failure;
use super::graph::{Graph, Node};
use super::ledger::{Entry, Ledger};
use super::needs::AnySeen;

/// What a survey found.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// All that was found, and what could not be looked at as it was remembered.
    pub ledger: Ledger,
    /// What was remembered and is gone: a second look, some seconds later, agreed.
    pub vanished: Vec<String>,
    /// Where something stands that is not ours; whose.
    pub foreign: Vec<(String, String)>,
    /// Looks that failed: they tell nothing about what is there.
    pub failures: Vec<(String, Failure)>,
}

/// Looks at every wanted component, at all of them at once.
///
/// What is only read was read once, when it was needed, and is remembered as it was then. A
/// component that can only be recognised by the facts of another one is looked at again once those
/// are known. With a clock, what is not as it is remembered is looked at twice: reads may show a
/// past that was before the last run.
pub async fn survey<W: Send + Sync + 'static>(
    graph: &Graph<W>,
    world: &W,
    ledger: &Ledger,
    second_look: Option<&dyn Clock>,
) -> Survey {
    let mut search = Search {
        graph,
        world,
        ledger,
        seens: graph.remembered(ledger),
        found: graph.nodes.iter().map(|_| None).collect(),
    };
    let due = search.due();
    let mut wave = search.look(&due, Freshness::SinceLastChange).await;
    while !wave.is_empty() {
        let again = search.reachable_from(&wave);
        wave = search.look(&again, Freshness::SinceLastChange).await;
    }
    if let Some(clock) = second_look {
        let doubtful = search.doubtful();
        if !doubtful.is_empty() {
            clock.wait(LAG).await;
            search.look(&doubtful, Freshness::Now).await;
        }
    }
    search.into_survey()
}

struct Search<'a, W> {
    graph: &'a Graph<W>,
    world: &'a W,
    ledger: &'a Ledger,
    seens: Vec<Option<AnySeen>>,
    found: Vec<Option<Result<Sighting<AnySeen>, Failure>>>,
}

impl<W: Send + Sync + 'static> Search<'_, W> {
    /// All but what is only read and remembered.
    fn due(&self) -> Vec<usize> {
        let nodes = self.graph.nodes.iter().enumerate();
        nodes
            .filter(|(_, node)| !(node.traits.given && self.ledger.get(&node.address).is_some()))
            .map(|(index, _)| index)
            .collect()
    }

    /// Looks at these; gives those of which facts have become known that nobody remembered.
    async fn look(&mut self, indices: &[usize], freshness: Freshness) -> Vec<usize> {
        let looks = indices.iter().filter_map(|index| {
            let node = self
                .graph
                .nodes
                .get(*index)
                .filter(|node| !node.is_doomed())?;
            let entry = self.ledger.get(&node.address);
            let place = Place {
                world: self.world,
                address: &node.address,
                id: entry.map(|entry| entry.id.as_str()),
                generation: entry.map_or(1, |entry| entry.generation),
                freshness,
                polling: false,
                leaving: false,
            };
            let remembered = entry.map(|entry| node.logic.load(&entry.seen));
            let look = node.logic.look(node.view(&self.seens), place, remembered);
            Some(async move { (*index, look.await) })
        });
        let mut news = Vec::new();
        for (index, sighting) in join_all(looks).await {
            if let (Ok(Sighting::Found(found)), Some(seen)) = (&sighting, self.seens.get_mut(index))
                && !found.dying
            {
                if seen.is_none() {
                    news.push(index);
                }
                *seen = Some(found.seen.clone());
            }
            if let Some(slot) = self.found.get_mut(index) {
                *slot = Some(sighting);
            }
        }
        news
    }

    /// Those not found so far that need one of these.
    fn reachable_from(&self, news: &[usize]) -> Vec<usize> {
        let not_found =
            |index: &usize| !matches!(self.found.get(*index), Some(Some(Ok(Sighting::Found(_)))));
        let needs_news = |node: &Node<W>| node.links.iter().any(|link| news.contains(&link.index));
        let nodes = self.graph.nodes.iter().enumerate();
        nodes
            .filter(|(_, node)| needs_news(node))
            .map(|(index, _)| index)
            .filter(not_found)
            .collect()
    }

    /// Those that are remembered and were not found, or not as they are remembered.
    fn doubtful(&self) -> Vec<usize> {
        let past = self.graph.remembered(self.ledger);
        let nodes = self.graph.nodes.iter().zip(&self.found).enumerate();
        nodes
            .filter(|(index, (node, found))| match found {
                Some(Ok(Sighting::Found(_))) => {
                    let verdict = |seens| judged(node, seens, *index);
                    let now = verdict(&self.seens);
                    is_trouble(now.as_ref()) && now != verdict(&past)
                }
                Some(Ok(Sighting::Absent | Sighting::Foreign(_))) => {
                    self.ledger.get(&node.address).is_some()
                }
                Some(Err(_)) | None => false,
            })
            .map(|(index, _)| index)
            .collect()
    }

    /// A part can't be there without what it is part of, whatever was remembered of that.
    fn has_lost_its_whole(&self, node: &Node<W>) -> bool {
        let whole = node.links.first().filter(|_| node.traits.part);
        let Some(whole) = whole.and_then(|link| self.found.get(link.index)) else {
            return false;
        };
        match whole {
            Some(Ok(Sighting::Found(found))) => found.dying,
            Some(Ok(Sighting::Absent | Sighting::Foreign(_))) => true,
            Some(Err(_)) | None => false,
        }
    }

    fn into_survey(self) -> Survey {
        let mut survey = Survey::default();
        for (index, node) in self.graph.nodes.iter().enumerate() {
            let remembered = self.ledger.get(&node.address);
            let address = node.address.clone();
            let found = self.found.get(index).cloned().flatten();
            let found = match self.has_lost_its_whole(node) {
                true => Some(Ok(Sighting::Absent)),
                false => found,
            };
            match found {
                Some(Ok(Sighting::Found(found))) if !found.dying => {
                    let entry = Entry {
                        kind: node.traits.kind.to_owned(),
                        id: found.id,
                        home: node.logic.home(node.view(&self.seens)),
                        generation: found.generation,
                        identified: node.traits.identified,
                        given: node.traits.given,
                        seen: node.logic.save(&found.seen),
                    };
                    survey.ledger.put(address, entry);
                }
                Some(Ok(Sighting::Found(_) | Sighting::Absent)) if remembered.is_some() => {
                    survey.vanished.push(address);
                }
                Some(Ok(Sighting::Found(_) | Sighting::Absent)) => {}
                None => {
                    if let Some(entry) = remembered {
                        survey.ledger.put(address, entry.clone());
                    }
                }
                Some(Ok(Sighting::Foreign(whose))) => survey.foreign.push((address, whose)),
                // What is not there yet, was never seen and is not ours can't have been lost.
                Some(Err(Failure::Later(_) | Failure::Soon(_)))
                    if node.traits.given && remembered.is_none() => {}
                Some(Err(failure)) => {
                    if let Some(entry) = remembered {
                        survey.ledger.put(address.clone(), entry.clone());
                    }
                    survey.failures.push((address, failure));
                }
            }
        }
        survey
    }
}

fn judged<W>(node: &Node<W>, seens: &[Option<AnySeen>], index: usize) -> Option<Verdict> {
    let seen = seens.get(index)?.as_ref()?;
    Some(node.logic.judge(node.view(seens), seen))
}

/// Whether a judgement would have an apply do something.
fn is_trouble(verdict: Option<&Verdict>) -> bool {
    !matches!(
        verdict,
        None | Some(Verdict::InPlace | Verdict::Pending(_) | Verdict::Failed(_))
    )
}
