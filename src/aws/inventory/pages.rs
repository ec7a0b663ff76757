//! Small things that every kind of read needs.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{Filter, Tag};

use super::super::tags::Tags;

/// How many values one EC2 filter takes. Source: EC2 API reference, "Filter": 200 values a call.
pub(super) const FILTER_VALUES_MAX: usize = 200;

/// An EC2 filter.
pub(super) fn filter(name: &str, values: impl IntoIterator<Item = impl Into<String>>) -> Filter {
    let values = values.into_iter().map(Into::into).collect();
    Filter::builder()
        .name(name)
        .set_values(Some(values))
        .build()
}

/// The keys in pieces that one call takes.
pub(super) fn pieces(keys: BTreeSet<String>, length: usize) -> Vec<Vec<String>> {
    let keys: Vec<_> = keys.into_iter().collect();
    keys.chunks(length.max(1)).map(<[String]>::to_vec).collect()
}

/// Items by a key of their own; an item without one is dropped.
pub(super) fn keyed<T>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> Option<String>,
) -> BTreeMap<String, T> {
    items
        .into_iter()
        .filter_map(|item| Some((key(&item)?, item)))
        .collect()
}

/// Items gathered under a key that several share.
pub(super) fn gathered<T>(
    items: impl IntoIterator<Item = T>,
    key: impl Fn(&T) -> Option<String>,
) -> BTreeMap<String, Vec<T>> {
    let mut gathered: BTreeMap<String, Vec<T>> = BTreeMap::new();
    for item in items {
        if let Some(key) = key(&item) {
            gathered.entry(key).or_default().push(item);
        }
    }
    gathered
}

/// EC2's tags as a map.
pub fn ec2_tags(tags: &[Tag]) -> Tags {
    let pair = |tag: &Tag| {
        Some((
            tag.key()?.to_owned(),
            tag.value().unwrap_or_default().to_owned(),
        ))
    };
    tags.iter().filter_map(pair).collect()
}
