//! Tags: what a call gives along with a create, and how answers show them.

use crate::engine::Call;
use crate::wire::xml::{Element, items, text};
use crate::wire::{Parameters, Refusal};
use crate::world::Tags;

/// EC2's limit per object.
const TAGS_MAX: usize = 50;

/// The tags that `TagSpecification.N` gives to the object being made.
pub(super) fn specified(call: &mut Call<'_>, resource_type: &str) -> Result<Tags, Refusal> {
    let specifications = call
        .parameters
        .structures("TagSpecification", |specification| {
            let kind = specification.required("ResourceType")?;
            Ok((kind, specification.structures("Tag", pair)?))
        })?;
    let mut tags = Tags::new();
    for (kind, pairs) in specifications {
        if kind != resource_type {
            return Err(Refusal::invalid_parameter(format!(
                "'{kind}' is not a valid taggable resource type for this operation."
            )));
        }
        merge(&mut tags, pairs)?;
    }
    Ok(tags)
}

/// One `Tag.N`.
pub(super) fn pair(parameters: &mut Parameters) -> Result<(String, String), Refusal> {
    let key = parameters.required("Key")?;
    Ok((key, parameters.text("Value").unwrap_or_default()))
}

/// Adds tags to an object's, within AWS's limits.
pub(super) fn merge(tags: &mut Tags, pairs: Vec<(String, String)>) -> Result<(), Refusal> {
    for (key, value) in pairs {
        if key.starts_with("aws:") {
            return Err(Refusal::invalid_value(
                "Tag keys starting with 'aws:' are reserved for internal use",
            ));
        }
        if key.chars().count() > 127 || value.chars().count() > 255 {
            return Err(Refusal::invalid_value(format!(
                "Tag key '{key}' or its value exceeds the maximum length"
            )));
        }
        tags.insert(key, value);
    }
    if tags.len() > TAGS_MAX {
        return Err(Refusal::new(
            "TagLimitExceeded",
            "The maximum number of Tags for a resource has been reached.",
        ));
    }
    Ok(())
}

/// `<tagSet>`.
pub(super) fn tag_set(tags: &Tags) -> Element {
    items(
        "tagSet",
        tags.iter()
            .map(|(key, value)| vec![text("key", key), text("value", value)]),
    )
}
