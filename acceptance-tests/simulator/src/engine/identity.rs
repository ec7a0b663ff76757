//! Who the credentials are, and whether the region is theirs to use.

use super::arrival::{Arrival, auth_failure};
use super::call::Caller;
use crate::regions;
use crate::wire::{Refusal, unknown_key};
use crate::world::account::Session;
use crate::world::{Scope, World};

/// Refuses regions that do not exist or that the account has not enabled. What is said of the latter is
/// a doubt: such a region does not know the account's keys.
pub(super) fn check_region(world: &World, scope: &Scope, ec2: bool) -> Result<(), Refusal> {
    if regions::find(&scope.region).is_none() {
        return Err(Refusal::new(
            "AuthFailure",
            format!("There is no region {}", scope.region),
        ));
    }
    if world.is_enabled(&scope.account, &scope.region) {
        return Ok(());
    }
    if world.doubts.is("disabled-region-code", "unknown-key") {
        return Err(if ec2 { auth_failure() } else { unknown_key() });
    }
    Err(Refusal::new(
        "OptInRequired",
        "You are not subscribed to this service. Please go to http://aws.amazon.com to subscribe.",
    ))
}

/// Who the credentials are, if they are still good.
pub(super) fn identify(world: &World, arrival: &Arrival) -> Result<Caller, Refusal> {
    let signature = &arrival.signature;
    let account = signature.account.clone();
    let access_key = signature.access_key.clone();
    if !signature.is_temporary() {
        let name = access_key.get(4..8).unwrap_or_default().to_owned();
        let arn = format!("arn:aws:iam::{account}:user/{name}");
        return Ok(Caller {
            principal: arn.clone(),
            arn,
            user_id: format!("AIDA{name}{account}A"),
            account,
            access_key,
            assumed: false,
        });
    }
    let session = good_session(world, arrival)?;
    let (role, name) = (&session.role_name, &session.session_name);
    Ok(Caller {
        arn: format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"),
        principal: format!("arn:aws:iam::{account}:role/{role}"),
        user_id: format!("{}:{name}", session.role_id),
        account,
        access_key,
        assumed: true,
    })
}

fn good_session<'a>(world: &'a World, arrival: &Arrival) -> Result<&'a Session, Refusal> {
    let ec2 = arrival.service.name == "ec2";
    let session = world
        .sessions
        .get(&arrival.signature.access_key)
        .filter(|session| arrival.security_token.as_ref() == Some(&session.token))
        .ok_or_else(|| if ec2 { auth_failure() } else { unknown_key() })?;
    if session.expires > world.now {
        return Ok(session);
    }
    if ec2 && world.doubts.is("expired-session-code", "RequestExpired") {
        return Err(Refusal::new("RequestExpired", "Request has expired."));
    }
    Err(Refusal::new(
        "ExpiredToken",
        "The security token included in the request is expired",
    ))
}
