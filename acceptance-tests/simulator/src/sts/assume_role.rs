//! AssumeRole: temporary credentials of the role's account, for those who have credentials.

use std::collections::BTreeSet;

use super::session::{Wish, broken, check_name};
use crate::engine::{Call, Outcome};
use crate::wire::{Parameters, Refusal};

const DURATION_S_CHAINED_MAX: i64 = 3_600;

/// Source: AssumeRole, `Tags` and `ExternalId`.
const TAGS_MAX: usize = 50;
const KEY_LENGTH_MAX: usize = 128;
const VALUE_LENGTH_MAX: usize = 256;
const EXTERNAL_ID_LENGTH_MIN: usize = 2;

pub(super) fn assume_role(call: &mut Call<'_>) -> Outcome {
    let mut wish = Wish::read(&mut call.parameters)?;
    wish.source_identity = call.parameters.text("SourceIdentity");
    check_external_id(&mut call.parameters)?;
    wish.tags_length = tags_length(&mut call.parameters)?;
    call.finish()?;
    if let Some(identity) = &wish.source_identity {
        check_name("sourceIdentity", identity)?;
    }
    if call.caller.assumed && wish.duration_s > DURATION_S_CHAINED_MAX {
        return Err(Refusal::new(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining",
        ));
    }
    // Once set it stays along the chain, and nobody may exchange it.
    let behind = call.world.sessions.get(&call.caller.access_key);
    if let Some(behind) = behind.and_then(|session| session.source_identity.clone()) {
        if wish
            .source_identity
            .as_ref()
            .is_some_and(|wished| *wished != behind)
        {
            let message = format!(
                "User: {} is not authorized to perform: sts:SetSourceIdentity on resource: {}",
                call.caller.arn, wish.role.arn
            );
            return Err(Refusal::new("AccessDenied", message));
        }
        wish.source_identity = Some(behind);
    }
    Ok(wish.grant(call))
}

/// Its form only: what a role trusts is not simulated.
fn check_external_id(parameters: &mut Parameters) -> Result<(), Refusal> {
    match parameters.text("ExternalId") {
        Some(id) if id.len() < EXTERNAL_ID_LENGTH_MIN => {
            let rule = format!(
                "Member must have length greater than or equal to {EXTERNAL_ID_LENGTH_MIN}"
            );
            Err(broken("externalId", &id, &rule))
        }
        _ => Ok(()),
    }
}

/// Characters of the tags. Their form is checked, and that is all: no policy here weighs them.
fn tags_length(parameters: &mut Parameters) -> Result<usize, Refusal> {
    parameters.list("TransitiveTagKeys")?;
    let tags = parameters.structures("Tags", |tag| {
        Ok((tag.required("Key")?, tag.text("Value").unwrap_or_default()))
    })?;
    if tags.len() > TAGS_MAX {
        let rule = format!("Member must have length less than or equal to {TAGS_MAX}");
        return Err(broken("tags", &tags.len().to_string(), &rule));
    }
    let mut keys = BTreeSet::new();
    for (key, value) in &tags {
        for (text, longest, member) in [
            (key, KEY_LENGTH_MAX, "key"),
            (value, VALUE_LENGTH_MAX, "value"),
        ] {
            if text.len() > longest {
                let rule = format!("Member must have length less than or equal to {longest}");
                return Err(broken(&format!("tags.1.member.{member}"), text, &rule));
            }
        }
        if !keys.insert(key.to_lowercase()) {
            let message =
                "Duplicate tag keys found. Please note that Tag keys are case insensitive.";
            return Err(Refusal::invalid_value(message));
        }
    }
    Ok(tags
        .iter()
        .map(|(key, value)| key.len() + value.len())
        .sum())
}
