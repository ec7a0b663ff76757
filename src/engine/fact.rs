//! A value that is either known now or will only be known later.
//!
//! Wanted settings and seen facts are both made of these, so that the same judgement serves a plan
//! (where much is still to come) and an apply (where nothing may be).

use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A value, or the promise of one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum Fact<T> {
    /// The value itself.
    Known(T),
    /// Not known yet: it is made, or moved, by a step that lies ahead.
    #[default]
    Later,
}

impl<T> Fact<T> {
    /// The value, if it is known.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Later => None,
        }
    }

    /// The value by itself, if it is known.
    pub fn into_known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Later => None,
        }
    }

    /// Whether the value is still to come.
    pub fn is_later(&self) -> bool {
        matches!(self, Self::Later)
    }

    /// The same fact by reference.
    pub fn as_ref(&self) -> Fact<&T> {
        match self {
            Self::Known(value) => Fact::Known(value),
            Self::Later => Fact::Later,
        }
    }

    /// A fact that follows from this one.
    pub fn map<U>(self, follow: impl FnOnce(T) -> U) -> Fact<U> {
        match self {
            Self::Known(value) => Fact::Known(follow(value)),
            Self::Later => Fact::Later,
        }
    }

    /// This fact, or another one while this is still to come.
    #[must_use]
    pub fn or_else(self, other: impl FnOnce() -> Fact<T>) -> Self {
        match self {
            Self::Known(value) => Self::Known(value),
            Self::Later => other(),
        }
    }

    /// A fact that follows from this one and may itself be later.
    pub fn and_then<U>(self, follow: impl FnOnce(T) -> Fact<U>) -> Fact<U> {
        match self {
            Self::Known(value) => follow(value),
            Self::Later => Fact::Later,
        }
    }

    /// Both facts, known once both are.
    pub fn zip<U>(self, other: Fact<U>) -> Fact<(T, U)> {
        match (self, other) {
            (Self::Known(left), Fact::Known(right)) => Fact::Known((left, right)),
            _ => Fact::Later,
        }
    }

    /// All facts of a list, known once each is.
    pub fn all(facts: impl IntoIterator<Item = Fact<T>>) -> Fact<Vec<T>> {
        facts
            .into_iter()
            .map(Fact::into_known)
            .collect::<Option<Vec<T>>>()
            .into()
    }
}

impl<T: PartialEq> Fact<T> {
    /// Whether what is seen must, or may, move to get to this wanted value.
    ///
    /// A wanted value that is still to come may differ. A seen value that is not known was never
    /// looked at, which is no reason to change anything.
    pub fn differs(&self, seen: &Fact<T>) -> bool {
        match (self, seen) {
            (Self::Known(wanted), Self::Known(seen)) => wanted != seen,
            (Self::Later, Self::Known(_)) => true,
            (_, Self::Later) => false,
        }
    }
}

impl<T> From<T> for Fact<T> {
    fn from(value: T) -> Self {
        Self::Known(value)
    }
}

impl<T> From<Option<T>> for Fact<T> {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Later, Self::Known)
    }
}

impl<T: Serialize> Serialize for Fact<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            // A list of one, so that a known `null` and a value still to come stay apart.
            Self::Known(value) => [value].serialize(serializer),
            Self::Later => serializer.serialize_unit(),
        }
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Fact<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value: Option<(T,)> = Option::deserialize(deserializer)?;
        Ok(value.map(|(value,)| value).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wanted_value_still_to_come_may_differ() {
        assert!(Fact::Later.differs(&Fact::Known(1)));
        assert!(Fact::Known(2).differs(&Fact::Known(1)));
        assert!(!Fact::Known(1).differs(&Fact::Known(1)));
        assert!(!Fact::Known(1).differs(&Fact::Later));
    }

    #[test]
    fn facts_survive_being_written_down() {
        let facts = (
            Fact::Known(None::<String>),
            Fact::<String>::Later,
            Fact::Known(7),
        );
        let text = serde_json::to_string(&facts).unwrap();
        let back: (Fact<Option<String>>, Fact<String>, Fact<i32>) =
            serde_json::from_str(&text).unwrap();
        assert_eq!(back, facts, "{text}");
    }

    #[test]
    fn a_list_is_known_once_each_of_its_facts_is() {
        assert_eq!(
            Fact::all([Fact::Known(1), Fact::Known(2)]),
            Fact::Known(vec![1, 2])
        );
        assert_eq!(Fact::all([Fact::Known(1), Fact::Later]), Fact::Later);
    }
}
