//! Who may use what is shared.

use super::principals::covers;
use crate::world::World;
use crate::world::ram::ResourceShare;

/// Whether an account may use a resource of another one by now.
pub(crate) fn may_use(world: &World, resource_arn: &str, account: &str) -> bool {
    let works = |at: Option<crate::clock::Moment>| at.is_some_and(|at| at <= world.now);
    world.all::<ResourceShare>().any(|share| {
        let (owner, it) = (&share.scope.account, share.value());
        let shared = it.resources.get(resource_arn);
        let resource =
            shared.is_some_and(|one| one.status == "ASSOCIATED" && works(one.works_from));
        let mut principals = it.principals.iter();
        it.status == "ACTIVE"
            && resource
            && principals.any(|(principal, one)| {
                one.status == "ASSOCIATED"
                    && works(one.works_from)
                    && covers(world, principal, owner, account)
            })
    })
}
