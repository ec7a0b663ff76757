//! Small things that reading a resource back from AWS needs.

use crate::aws::ownership::PREFIX;
use crate::aws::{Aws, Site, Tags};
use crate::engine::Failure;
use crate::protocol::{Field, Map};

/// An object's tags that its user has written for it: neither marks nor any of `others`.
pub(super) fn own_tags(tags: Tags, others: &[&Tags]) -> Tags {
    let is_mark = |key: &str| key.starts_with(PREFIX) || key.starts_with("aws:");
    let is_other = |(key, value): (&String, &String)| {
        is_mark(key) || others.iter().any(|others| others.get(key) == Some(value))
    };
    let own = tags.into_iter();
    own.filter(|(key, value)| !is_other((key, value))).collect()
}

/// Tags as a value; null where there are none.
pub(super) fn tag_field(tags: Tags) -> Field<Map<String>> {
    match tags.is_empty() {
        true => Field::Null,
        false => known_tags(tags),
    }
}

/// Tags as a value, also where there are none.
pub(super) fn known_tags(tags: Tags) -> Field<Map<String>> {
    let pairs = tags.into_iter();
    Field::Known(
        pairs
            .map(|(key, value)| (key, Field::Known(value)))
            .collect(),
    )
}

/// An import id: with its place, where that is not the provider's own.
pub(super) async fn import_id(aws: &Aws, site: &Site, id: String) -> Result<String, Failure> {
    let plain = aws.key_of(&site.account_id).await?.is_none()
        && aws
            .region(None)
            .await
            .is_ok_and(|region| region == site.region);
    Ok(match plain {
        true => id,
        false => format!("{site}/{id}"),
    })
}
