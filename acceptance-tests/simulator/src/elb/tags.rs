//! Tags of load balancers, target groups and listeners.

use super::arns::{self, Named};
use super::refusals::{none_found, validation};
use super::{limits, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::{members, text};
use crate::wire::{Parameters, Refusal};
use crate::world::load_balancing::{Listener, LoadBalancer, TargetGroup};
use crate::world::{Kind, Tags};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AddTags",
        limits: limits::MUTATING,
        run: add,
    },
    Operation {
        name: "RemoveTags",
        limits: limits::MUTATING,
        run: remove,
    },
    Operation {
        name: "DescribeTags",
        limits: limits::DESCRIBE,
        run: describe,
    },
];

/// AWS's limit per object.
const TAGS_MAX: usize = 50;

/// `Tags` of a call that creates.
pub(super) fn read_new(parameters: &mut Parameters) -> Result<Tags, Refusal> {
    let mut tags = Tags::new();
    let pairs = parameters.structures("Tags", |tag| {
        Ok((tag.required("Key")?, tag.text("Value").unwrap_or_default()))
    })?;
    for (key, value) in pairs {
        check_pair(&key, &value)?;
        if tags.insert(key.clone(), value).is_some() {
            let why = format!("The tag key '{key}' was given more than once");
            return Err(Refusal::new("DuplicateTagKeys", why));
        }
    }
    check_count(&tags)?;
    Ok(tags)
}

fn check_pair(key: &str, value: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_alphanumeric() || c.is_whitespace() || "_.:/=+-@".contains(c);
    let fits = key.chars().count() <= 128 && value.chars().count() <= 256;
    if !fits || !key.chars().chain(value.chars()).all(allowed) {
        return Err(validation(format!("The tag '{key}' is not valid")));
    }
    if key.starts_with("aws:") {
        return Err(validation(
            "Tag keys starting with 'aws:' are reserved for internal use",
        ));
    }
    Ok(())
}

fn check_count(tags: &Tags) -> Result<(), Refusal> {
    if tags.len() <= TAGS_MAX {
        return Ok(());
    }
    Err(Refusal::new(
        "TooManyTags",
        "You've reached the limit on the number of tags per resource",
    ))
}

fn add(call: &mut Call<'_>) -> Outcome {
    let arns = values::some(&mut call.parameters, "ResourceArns")?;
    let new = read_new(&mut call.parameters)?;
    call.finish()?;
    if new.is_empty() {
        return Err(values::absent("Tags"));
    }
    for arn in &arns {
        let mut tags = current(call, arn)?;
        tags.extend(new.clone());
        check_count(&tags)?;
    }
    for arn in &arns {
        retag(call, arn, |tags| tags.extend(new.clone()))?;
    }
    Ok(Vec::new())
}

fn remove(call: &mut Call<'_>) -> Outcome {
    let arns = values::some(&mut call.parameters, "ResourceArns")?;
    let keys = values::some(&mut call.parameters, "TagKeys")?;
    call.finish()?;
    for arn in &arns {
        current(call, arn)?;
    }
    for arn in &arns {
        retag(call, arn, |tags| tags.retain(|key, _| !keys.contains(key)))?;
    }
    Ok(Vec::new())
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let arns = values::twenty(&mut call.parameters, "ResourceArns")?;
    call.finish()?;
    if arns.is_empty() {
        return Err(values::absent("ResourceArns"));
    }
    let mut rows = Vec::new();
    for arn in &arns {
        let tags = match taggable(arn)? {
            Named::LoadBalancer => seen::<LoadBalancer>(call, arn),
            Named::TargetGroup => seen::<TargetGroup>(call, arn),
            _ => seen::<Listener>(call, arn),
        };
        let tags = tags.ok_or_else(|| none_found(arns::named(arn).unwrap_or(Named::Listener)))?;
        let tags = tags
            .iter()
            .map(|(key, value)| vec![text("Key", key), text("Value", value)]);
        rows.push(vec![text("ResourceArn", arn), members("Tags", tags)]);
    }
    Ok(vec![members("TagDescriptions", rows)])
}

fn seen<T: Kind>(call: &Call<'_>, arn: &str) -> Option<Tags> {
    call.see::<T>(arn).map(|seen| seen.tags.clone())
}

/// The true tags of a thing that this call knows.
fn current(call: &Call<'_>, arn: &str) -> Result<Tags, Refusal> {
    let named = taggable(arn)?;
    let tags = match named {
        Named::LoadBalancer => call
            .find::<LoadBalancer>(arn)
            .map(crate::world::Record::tags),
        Named::TargetGroup => call
            .find::<TargetGroup>(arn)
            .map(crate::world::Record::tags),
        _ => call.find::<Listener>(arn).map(crate::world::Record::tags),
    };
    tags.cloned().ok_or_else(|| none_found(named))
}

fn retag(call: &mut Call<'_>, arn: &str, change: impl FnOnce(&mut Tags)) -> Result<(), Refusal> {
    match taggable(arn)? {
        Named::LoadBalancer => call.world.retag::<LoadBalancer>(arn, change),
        Named::TargetGroup => call.world.retag::<TargetGroup>(arn, change),
        _ => call.world.retag::<Listener>(arn, change),
    }
    Ok(())
}

fn taggable(arn: &str) -> Result<Named, Refusal> {
    match arns::named(arn) {
        Some(Named::Rule) => Err(Refusal::not_simulated("tags of rules")),
        Some(named) => Ok(named),
        None => Err(validation(format!("'{arn}' is not a valid ARN"))),
    }
}
