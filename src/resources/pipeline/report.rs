//! What a run's problems mean to the user: what failed, what is kept, and both ways on.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::engine::{Cause, Outcome, Problem};
use crate::protocol::{Diagnostic, Diagnostics, Path};

/// What was being made.
pub(super) struct About<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) creating: bool,
    /// How long the run was given.
    pub(super) limit: Duration,
    pub(super) terms: Terms,
    /// What was there before.
    pub(super) before: &'a BTreeSet<String>,
}

/// How a resource speaks of its components.
#[derive(Clone, Copy)]
pub(super) struct Terms {
    pub(super) words: fn(&str) -> String,
    pub(super) is_shown: fn(&str) -> bool,
    pub(super) path: fn(&str) -> Path,
}

/// The diagnostics of a create or update that did not come out.
pub(super) fn of_run(about: &About<'_>, outcome: &Outcome) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let ways = ways_on(about, outcome);
    for problem in roots(outcome) {
        let summary = summary(about, problem);
        let mut detail = about.terms.told(problem);
        if matches!(problem.cause, Cause::TimedOut | Cause::Stopped) {
            detail.push_str(&timeline(outcome, about.terms));
        }
        if problem.cause == Cause::TimedOut {
            let key = if about.creating { "create" } else { "update" };
            detail.push_str(&spent(key, about.limit));
        }
        let detail = format!("{detail}\n\n{ways}");
        let diagnostic = Diagnostic::error(summary, detail.trim());
        diagnostics.push(about.terms.placed(diagnostic, &problem.address));
    }
    diagnostics
}

impl Terms {
    /// The reason; where the heading speaks of the component, its address stands here, as
    /// `components` shows it.
    fn told(self, problem: &Problem) -> String {
        let Problem {
            address, reason, ..
        } = problem;
        match reason.title.is_empty() && !address.is_empty() && (self.is_shown)(address) {
            true => format!("{address}: {reason}"),
            false => reason.to_string(),
        }
    }

    /// A component's address, as `components` shows it; what only the ledger has, in words.
    pub(super) fn name(self, address: &str) -> String {
        match (self.is_shown)(address) {
            true => address.to_owned(),
            false => (self.words)(address),
        }
    }

    fn placed(self, diagnostic: Diagnostic, address: &str) -> Diagnostic {
        let at = (self.path)(address);
        match at.is_root() {
            true => diagnostic,
            false => diagnostic.at(at),
        }
    }
}

/// The diagnostics of a delete that did not come out.
pub(super) fn of_delete(
    (kind, name, limit): (&str, &str, Duration),
    outcome: &Outcome,
    terms: Terms,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for problem in roots(outcome) {
        let (summary, detail) = match problem.cause {
            Cause::Contested => (
                format!("{kind} {name:?}: another apply took over"),
                problem.reason.to_string(),
            ),
            _ => (
                format!(
                    "{kind} {name:?}: {} is not deleted",
                    (terms.words)(&problem.address)
                ),
                format!(
                    "{}{}\n\nStill there:{}\nWhat is left stays in the state; destroy again to go on.",
                    terms.told(problem),
                    match problem.cause {
                        Cause::TimedOut => spent("delete", limit),
                        _ => String::new(),
                    },
                    listed(&kept(outcome, terms, &BTreeSet::new()))
                ),
            ),
        };
        let diagnostic = Diagnostic::error(summary, detail);
        diagnostics.push(terms.placed(diagnostic, &problem.address));
    }
    diagnostics
}

/// Which time is over, and how it becomes longer.
fn spent(key: &str, limit: Duration) -> String {
    let seconds = limit.as_secs();
    format!(
        "\n\nThe time of timeouts.{key} is over ({seconds} s): if that is too short for AWS, apply a \
         longer one."
    )
}

/// The problems that others follow from; all of them if none is such.
fn roots(outcome: &Outcome) -> Vec<&Problem> {
    let whole =
        |problem: &&Problem| problem.cause == Cause::Contested && problem.address.is_empty();
    if let Some(contested) = outcome.problems.iter().find(whole) {
        return vec![contested];
    }
    let roots: Vec<_> = outcome
        .problems
        .iter()
        .filter(|problem| problem.cause != Cause::Blocked)
        .collect();
    if roots.is_empty() {
        outcome.problems.iter().collect()
    } else {
        roots
    }
}

fn summary(about: &About<'_>, problem: &Problem) -> String {
    let (kind, name) = (about.kind, about.name);
    let part = (about.terms.words)(&problem.address);
    let what = match problem.cause {
        Cause::Failed | Cause::TimedOut if !problem.reason.title.is_empty() => {
            problem.reason.title.clone()
        }
        Cause::Failed => format!("{part} failed"),
        Cause::Foreign => format!("{part} is somebody else's"),
        Cause::Contested => "another apply took over".to_owned(),
        Cause::Unannounced => format!("{part} changed since the plan"),
        Cause::TimedOut => format!("{part} was not ready in time"),
        Cause::Stopped => format!("stopped before {part} was ready"),
        Cause::Blocked => format!("{part} waits for something that never came"),
    };
    format!("{kind} {name:?}: {what}")
}

fn ways_on(about: &About<'_>, outcome: &Outcome) -> String {
    let contested = |problem: &Problem| problem.cause == Cause::Contested;
    if outcome.problems.iter().any(contested) {
        return "What was made here is that apply's now. To forget it in this state, destroy or remove \
                the block: nothing of it will be touched."
            .to_owned();
    }
    let nothing = BTreeSet::new();
    let before = if about.creating {
        &nothing
    } else {
        about.before
    };
    let kept = kept(outcome, about.terms, before);
    match (about.creating, listed(&kept)) {
        (true, _) if kept.is_empty() => "Nothing was made.".to_owned(),
        (true, kept) => format!(
            "Kept:{kept}\nApply again to go on where it stopped (the plan will say that the resource \
             is tainted and must be replaced; what is listed here is kept all the same), or destroy \
             to remove it."
        ),
        (false, kept) => {
            let failed = |problem: &Problem| problem.cause == Cause::Failed;
            let way = match outcome.problems.iter().any(failed) {
                true => "Correct what is said above, then apply again.",
                false => "Apply again to go on.",
            };
            match kept.as_str() {
                "" => format!("{way} Nothing new was made."),
                kept => format!("{way} What was made meanwhile is in the state:{kept}"),
            }
        }
    }
}

/// What exists by now and did not before, by id, one by one.
fn kept(outcome: &Outcome, terms: Terms, before: &BTreeSet<String>) -> Vec<String> {
    let own = outcome
        .ledger
        .iter()
        .filter(|(_, entry)| entry.identified && !entry.given && !before.contains(&entry.id));
    own.map(|(address, entry)| {
        let words = (terms.words)(address);
        format!("{words}: {} in {}", entry.id, entry.home)
    })
    .collect()
}

/// One a line.
fn listed(items: &[String]) -> String {
    items.iter().map(|item| format!("\n  {item}")).collect()
}

fn timeline(outcome: &Outcome, terms: Terms) -> String {
    let mut text = "\n\nWhat happened when:".to_owned();
    for moment in &outcome.timeline {
        let seconds = moment.at.as_secs();
        text.push_str(&format!(
            "\n  {seconds:>5} s  {}: {}",
            (terms.words)(&moment.address),
            moment.what
        ));
    }
    for problem in &outcome.problems {
        if matches!(problem.cause, Cause::TimedOut | Cause::Stopped) {
            text.push_str(&format!(
                "\n    still   {}: {}",
                (terms.words)(&problem.address),
                problem.reason
            ));
        }
    }
    text
}
