//! Rules of listeners: the default rule, which follows from the listener's default actions.

use super::arns::{self, Named};
use super::pages::Page;
use super::refusals::{none_found, validation};
use super::{actions, limits, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::{Members, members, text};
use crate::world::Seen;
use crate::world::load_balancing::Listener;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeRules",
    limits: limits::DESCRIBE,
    run: describe,
}];

fn describe(call: &mut Call<'_>) -> Outcome {
    let listener = call.parameters.text("ListenerArn");
    let rules = values::twenty(&mut call.parameters, "RuleArns")?;
    let page = Page::read(&mut call.parameters, !rules.is_empty())?;
    call.finish()?;
    let rows = match (&listener, rules.is_empty()) {
        (Some(arn), true) => {
            arns::check(arn, Named::Listener)?;
            let seen = call
                .see::<Listener>(arn)
                .ok_or_else(|| none_found(Named::Listener))?;
            vec![row(&seen)]
        }
        (None, false) => {
            rules
                .iter()
                .try_for_each(|arn| arns::check(arn, Named::Rule))?;
            let found = rules.iter().map(|arn| {
                arns::listener_of_rule(arn)
                    .filter(|listener| arns::default_rule(listener) == *arn)
                    .and_then(|listener| call.see::<Listener>(&listener).map(|seen| row(&seen)))
                    .ok_or_else(|| none_found(Named::Rule))
            });
            found.collect::<Result<_, _>>()?
        }
        _ => {
            return Err(validation(
                "You must specify either a listener ARN or rule ARNs",
            ));
        }
    };
    Ok(page.cut("Rules", rows))
}

fn row(listener: &Seen<'_, Listener>) -> (String, Members) {
    let arn = arns::default_rule(listener.id);
    let row = vec![
        text("RuleArn", &arn),
        text("Priority", "default"),
        members("Conditions", []),
        members("Actions", listener.value.actions.iter().map(actions::row)),
        text("IsDefault", true),
    ];
    (arn, row)
}
