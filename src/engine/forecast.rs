//! What a run would do, judged from memory alone: the plan's half of the pipeline. Pure.

use std::collections::BTreeSet;

use super::component::Verdict;
use super::facts::{Facts, Prospect};
use super::graph::Graph;
use super::ledger::Ledger;
use super::needs::AnySeen;

/// What a run would do, and what would be known afterwards.
pub struct Forecast {
    /// What happens to each wanted component, in the order of making.
    pub prospects: Vec<Prospect>,
    /// The addresses of what is to be deleted.
    pub doomed: Vec<String>,
    /// What will be known afterwards without looking: facts that move are later.
    pub facts: Facts,
}

impl Forecast {
    /// Whether there is nothing to do.
    pub fn is_quiet(&self) -> bool {
        let quiet = |prospect: &Prospect| {
            matches!(
                prospect.verdict,
                Verdict::InPlace | Verdict::Pending(_) | Verdict::Failed(_)
            )
        };
        self.doomed.is_empty() && self.prospects.iter().all(quiet)
    }

    /// The addresses of what will be made or made anew.
    pub fn makes(&self) -> BTreeSet<String> {
        self.prospects
            .iter()
            .filter(|prospect| matches!(prospect.verdict, Verdict::Missing | Verdict::Replace(_)))
            .map(|prospect| prospect.address.clone())
            .collect()
    }

    /// The judgement on one component.
    pub fn verdict(&self, address: &str) -> Option<&Verdict> {
        let of = self
            .prospects
            .iter()
            .find(|prospect| prospect.address == address);
        of.map(|prospect| &prospect.verdict)
    }
}

/// Judges every wanted component on what the ledger remembers of it.
///
/// The same judgement decides in a run, so a plan can't promise what an apply will not do.
pub fn forecast<W: Send + Sync + 'static>(graph: &Graph<W>, ledger: &Ledger) -> Forecast {
    let mut seens: Vec<Option<AnySeen>> = Vec::with_capacity(graph.nodes.len());
    let (mut prospects, mut doomed) = (Vec::new(), Vec::new());
    for node in &graph.nodes {
        if node.is_doomed() {
            let remembered = ledger.get(&node.address);
            doomed.extend(
                remembered
                    .filter(|entry| !entry.given)
                    .map(|_| node.address.clone()),
            );
            seens.push(remembered.map(|entry| node.logic.load(&entry.seen)));
            continue;
        }
        let remembered = ledger
            .get(&node.address)
            .map(|entry| node.logic.load(&entry.seen));
        let view = node.view(&seens);
        let verdict = match &remembered {
            Some(seen) => node.logic.judge(view, seen),
            None => Verdict::Missing,
        };
        let seen = remembered.filter(|_| !is_made_anew(&verdict));
        seens.push(seen.map(|seen| match &verdict {
            Verdict::Changed(fields) => node.logic.foresee(view, &seen, fields),
            _ => seen,
        }));
        prospects.push(Prospect {
            address: node.address.clone(),
            kind: node.traits.kind,
            home: node.logic.home(node.view(&seens)),
            identified: node.traits.identified,
            given: node.traits.given,
            verdict,
        });
    }
    Forecast {
        prospects,
        doomed,
        facts: Facts { seens },
    }
}

fn is_made_anew(verdict: &Verdict) -> bool {
    matches!(
        verdict,
        Verdict::Missing | Verdict::Replace(_) | Verdict::Foreign(_)
    )
}
