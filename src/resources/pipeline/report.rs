//! What a run's problems mean to the user: what failed, what is kept, and both ways on.

use crate::engine::{Cause, Outcome, Problem};
use crate::protocol::{Diagnostic, Diagnostics, Path};

/// What was being made.
pub(super) struct About<'a> {
    pub(super) kind: &'a str,
    pub(super) name: &'a str,
    pub(super) creating: bool,
}

/// The diagnostics of a create or update that did not come out.
pub(super) fn of_run(about: &About<'_>, outcome: &Outcome, path: fn(&str) -> Path) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    let ways = ways_on(about, outcome);
    for problem in roots(outcome) {
        let summary = summary(about, problem);
        let mut detail = problem.reason.to_string();
        if matches!(problem.cause, Cause::TimedOut | Cause::Stopped) {
            detail.push_str(&timeline(outcome));
        }
        let detail = format!("{detail}\n\n{ways}");
        let diagnostic = Diagnostic::error(summary, detail.trim());
        let at = path(&problem.address);
        diagnostics.push(if at.is_root() {
            diagnostic
        } else {
            diagnostic.at(at)
        });
    }
    diagnostics
}

/// The diagnostics of a delete that did not come out.
pub(super) fn of_delete(
    kind: &str,
    name: &str,
    outcome: &Outcome,
    path: fn(&str) -> Path,
) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    for problem in roots(outcome) {
        let (summary, detail) = match problem.cause {
            Cause::Contested => (
                format!("{kind} {name:?}: another apply took over"),
                problem.reason.to_string(),
            ),
            _ => (
                format!("{kind} {name:?}: {} is not deleted", problem.address),
                format!(
                    "{}\n\nStill there: {}. What is left stays in the state; destroy again to go on.",
                    problem.reason,
                    kept(outcome)
                ),
            ),
        };
        let diagnostic = Diagnostic::error(summary, detail);
        let at = path(&problem.address);
        diagnostics.push(if at.is_root() {
            diagnostic
        } else {
            diagnostic.at(at)
        });
    }
    diagnostics
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
    let (kind, name, address) = (about.kind, about.name, &problem.address);
    let what = match problem.cause {
        Cause::Failed => format!("{address} failed"),
        Cause::Foreign => format!("{address} is somebody else's"),
        Cause::Contested => "another apply took over".to_owned(),
        Cause::Unannounced => format!("{address} changed since the plan"),
        Cause::TimedOut => format!("{address} was not ready in time"),
        Cause::Stopped => format!("stopped before {address} was ready"),
        Cause::Blocked => format!("{address} waits for something that never came"),
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
    match (about.creating, kept(outcome).as_str()) {
        (_, "nothing") => "Nothing was made.".to_owned(),
        (true, kept) => format!(
            "Kept: {kept}. Apply again to go on where it stopped (the plan will say that the \
             resource is tainted and must be replaced; what is listed here is kept all the same), \
             or destroy to remove it."
        ),
        (false, kept) => {
            let failed = |problem: &Problem| problem.cause == Cause::Failed;
            let way = match outcome.problems.iter().any(failed) {
                true => "Correct what is said above, then apply again.",
                false => "Apply again to go on.",
            };
            format!("What exists is in the state: {kept}. {way}")
        }
    }
}

/// What exists by now, in a sentence.
fn kept(outcome: &Outcome) -> String {
    let own = outcome
        .ledger
        .iter()
        .filter(|(_, entry)| entry.identified && !entry.given);
    let kept: Vec<String> = own
        .map(|(address, entry)| format!("{address} ({} in {})", entry.id, entry.home))
        .collect();
    if kept.is_empty() {
        "nothing".to_owned()
    } else {
        kept.join(", ")
    }
}

fn timeline(outcome: &Outcome) -> String {
    let mut text = "\n\nWhat happened when:".to_owned();
    for moment in &outcome.timeline {
        let seconds = moment.at.as_secs();
        text.push_str(&format!(
            "\n  {seconds:>5} s  {}: {}",
            moment.address, moment.what
        ));
    }
    for problem in &outcome.problems {
        if matches!(problem.cause, Cause::TimedOut | Cause::Stopped) {
            text.push_str(&format!(
                "\n    still   {}: {}",
                problem.address, problem.reason
            ));
        }
    }
    text
}
