//! STS: who the caller is, and credentials of roles.
//!
//! Every role exists and trusts everybody, unless a policy of the caller's account forbids the call.
//! What a session may do is what the role's account may, and what the session's own policy allows.

mod assume_role;
mod session;
mod web_identity;

use crate::engine::{Call, Limits, Operation, Outcome, Service};
use crate::wire::xml::text;
use crate::wire::{Dialect, Protocol};

pub(crate) use web_identity::unsigned;

/// STS.
pub(crate) const SERVICE: Service = Service {
    name: "sts",
    dialect: Dialect {
        protocol: Protocol::Query,
        version: "2011-06-15",
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
        failure: "InternalFailure",
        silent: &[],
    },
    operations: &[&[OPERATIONS]],
    rest: &[],
    xml: &[],
};

const OPERATIONS: &[Operation] = &[
    Operation {
        name: "GetCallerIdentity",
        limits: Limits::None,
        run: get_caller_identity,
    },
    Operation {
        name: "AssumeRole",
        limits: Limits::None,
        run: assume_role::assume_role,
    },
    Operation {
        name: web_identity::NAME,
        limits: Limits::None,
        run: web_identity::assume_role_with_web_identity,
    },
];

fn get_caller_identity(call: &mut Call<'_>) -> Outcome {
    call.finish()?;
    let caller = &call.caller;
    Ok(vec![
        text("Arn", &caller.arn),
        text("UserId", &caller.user_id),
        text("Account", &caller.account),
    ])
}
