//! Tags, and which of them are nobody's business here.

use std::collections::BTreeMap;

/// Tags by key.
pub type Tags = BTreeMap<String, String>;

/// Which tags to act as if they were not there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TagFilter {
    /// Keys to ignore.
    pub keys: Vec<String>,
    /// Beginnings of keys to ignore.
    pub key_prefixes: Vec<String>,
}

impl TagFilter {
    /// Whether a tag of this key is to be ignored. AWS's own tags always are.
    pub fn ignores(&self, key: &str) -> bool {
        key.starts_with("aws:")
            || self.keys.iter().any(|ignored| ignored == key)
            || self
                .key_prefixes
                .iter()
                .any(|prefix| key.starts_with(prefix))
    }

    /// What must be put and what must be removed to get from the seen tags to the wanted ones.
    pub fn difference(&self, wanted: &Tags, seen: &Tags) -> (Tags, Vec<String>) {
        let put = wanted
            .iter()
            .filter(|(key, value)| seen.get(*key) != Some(value))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect();
        let remove = seen
            .keys()
            .filter(|key| !wanted.contains_key(*key) && !self.ignores(key))
            .cloned()
            .collect();
        (put, remove)
    }

    /// Whether the seen tags are not the wanted ones.
    pub fn differ(&self, wanted: &Tags, seen: &Tags) -> bool {
        let (put, remove) = self.difference(wanted, seen);
        !put.is_empty() || !remove.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tags(pairs: &[(&str, &str)]) -> Tags {
        pairs
            .iter()
            .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn the_difference_puts_what_is_missing_and_removes_what_is_foreign_and_not_ignored() {
        let filter = TagFilter {
            keys: vec!["cost".into()],
            key_prefixes: vec!["audit:".into()],
        };
        let wanted = tags(&[("a", "1"), ("b", "2")]);
        let seen = tags(&[
            ("a", "0"),
            ("c", "3"),
            ("cost", "x"),
            ("audit:y", "z"),
            ("aws:s", "t"),
        ]);
        let (put, remove) = filter.difference(&wanted, &seen);
        assert_eq!(put, tags(&[("a", "1"), ("b", "2")]));
        assert_eq!(remove, ["c"]);
    }
}
