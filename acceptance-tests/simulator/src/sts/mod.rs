//! STS: who the caller is, and credentials of roles.
//!
//! Every role exists and trusts everybody, unless a policy of the caller's account forbids the call.

mod assume_role;

use crate::engine::{Call, Limits, Operation, Outcome, Service};
use crate::wire::xml::text;
use crate::wire::{Dialect, Protocol};

/// STS.
pub(crate) const SERVICE: Service = Service {
    name: "sts",
    dialect: Dialect {
        protocol: Protocol::Query,
        version: "2011-06-15",
        namespace: "https://sts.amazonaws.com/doc/2011-06-15/",
    },
    operations: &[&[OPERATIONS]],
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
