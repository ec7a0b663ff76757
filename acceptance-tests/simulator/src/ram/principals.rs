//! Whom a share may name: accounts, organizations, units; and who is outside the owner's organization.

use crate::wire::Refusal;
use crate::world::World;

/// What a share says of a principal.
pub(super) struct Principal {
    /// Whether it is outside the owner's organization.
    pub(super) external: bool,
    /// The account that has to be invited; none where nobody is asked.
    pub(super) invited: Option<String>,
}

/// Judges a principal of a share of an owner.
pub(super) fn judge(
    world: &World,
    (owner, allow_external): (&str, bool),
    principal: &str,
) -> Result<Principal, Refusal> {
    if is_account(principal) {
        let same = organization(world, owner).is_some()
            && organization(world, owner) == organization(world, principal);
        if !same && !allow_external {
            return Err(only_inside());
        }
        let asked = !(same && shares(world, owner));
        return Ok(Principal {
            external: !same,
            invited: asked.then(|| principal.to_owned()),
        });
    }
    let inside = principal.starts_with("arn:aws:organizations::");
    let named = principal.rsplit('/').next().unwrap_or_default();
    if !inside || !(named.starts_with("o-") || named.starts_with("ou-")) {
        let message =
            format!("Principal ID {principal} is malformed. Verify the ID and try again.");
        return Err(Refusal::new("InvalidParameterException", message));
    }
    let own = organization(world, owner);
    let known = named.starts_with("ou-") || own == Some(named);
    if own.is_none() || !known || !shares(world, owner) {
        let kind = match named.starts_with("ou-") {
            true => "OrganizationalUnit",
            false => "Organization",
        };
        let message = format!("{kind} {named} could not be found.");
        return Err(Refusal::new("UnknownResourceException", message));
    }
    Ok(Principal {
        external: false,
        invited: None,
    })
}

/// Whether a principal stands for an account. Units are taken for the whole organization.
pub(super) fn covers(world: &World, principal: &str, owner: &str, account: &str) -> bool {
    if is_account(principal) {
        return principal == account;
    }
    let own = organization(world, owner);
    own.is_some() && own == organization(world, account)
}

fn only_inside() -> Refusal {
    Refusal::new(
        "OperationNotPermittedException",
        "The resource you are attempting to share can only be shared within your AWS \
         Organization. This error may also occur if you have not enabled sharing with your AWS \
         organization, or that onboarding process is still in progress.",
    )
}

fn is_account(principal: &str) -> bool {
    principal.len() == 12 && principal.bytes().all(|byte| byte.is_ascii_digit())
}

fn organization<'w>(world: &'w World, account: &str) -> Option<&'w str> {
    world.accounts.get(account)?.organization.as_deref()
}

fn shares(world: &World, account: &str) -> bool {
    let settings = world.accounts.get(account);
    settings.is_some_and(|it| it.organization_sharing == Some(true))
}
