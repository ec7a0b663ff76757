//! Where in a value: the path a diagnostic points with.

use std::fmt;

/// One step down into a value.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Attribute of an object.
    Attribute(String),
    /// Element of a map.
    Key(String),
    /// Element of a list or tuple, counted from 0.
    Index(i64),
}

/// Steps from the root of a resource's value. Nothing names an element of a set: a path ends at
/// the set itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Path(Vec<Step>);

impl Path {
    /// The value as a whole.
    #[must_use]
    pub fn root() -> Self {
        Self::default()
    }

    /// One attribute further down.
    #[must_use]
    pub fn attribute(self, name: impl Into<String>) -> Self {
        self.then(Step::Attribute(name.into()))
    }

    /// One map element further down.
    #[must_use]
    pub fn key(self, key: impl Into<String>) -> Self {
        self.then(Step::Key(key.into()))
    }

    /// One list or tuple element further down, counted from 0.
    #[must_use]
    pub fn index(self, index: i64) -> Self {
        self.then(Step::Index(index))
    }

    /// One step further down.
    #[must_use]
    pub fn then(mut self, step: Step) -> Self {
        self.0.push(step);
        self
    }

    /// The steps, root first.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.0
    }

    /// Whether this is the whole value.
    #[must_use]
    pub fn is_root(&self) -> bool {
        self.0.is_empty()
    }

    /// The same path seen from one level further up: `step` comes first.
    #[must_use]
    pub(crate) fn under(mut self, step: Step) -> Self {
        self.0.insert(0, step);
        self
    }
}

impl FromIterator<Step> for Path {
    fn from_iter<I: IntoIterator<Item = Step>>(steps: I) -> Self {
        Self(steps.into_iter().collect())
    }
}

/// As users write it: `consumers["a"].vpc_id`.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, step) in self.0.iter().enumerate() {
            match step {
                Step::Attribute(name) if position == 0 => write!(f, "{name}")?,
                Step::Attribute(name) => write!(f, ".{name}")?,
                Step::Key(key) => write!(f, "[{key:?}]")?,
                Step::Index(index) => write!(f, "[{index}]")?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_reads_as_users_write_it() {
        let path = Path::root()
            .attribute("consumers")
            .key("a\"b")
            .attribute("ids")
            .index(2);
        assert_eq!(path.to_string(), r#"consumers["a\"b"].ids[2]"#);
        assert_eq!(Path::root().to_string(), "");
    }

    #[test]
    fn a_step_can_be_put_in_front() {
        let path = Path::root().key("a").under(Step::Attribute("tags".into()));
        assert_eq!(path, Path::root().attribute("tags").key("a"));
    }
}
