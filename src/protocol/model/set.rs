//! Sets in typed models.

use crate::protocol::model::Field;

/// Different values without order. Elements may be unknown one by one.
#[derive(Debug, Clone)]
pub struct Set<T>(pub Vec<Field<T>>);

impl<T> Set<T> {
    /// A set of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self(Vec::new())
    }

    /// The elements that are known.
    pub fn known(&self) -> impl Iterator<Item = &T> {
        self.0.iter().filter_map(Field::known)
    }

    /// Whether some element is not known before apply.
    #[must_use]
    pub fn has_unknown(&self) -> bool {
        self.0.iter().any(Field::is_unknown)
    }

    /// How many elements there are, those that are not known counted one by one.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Whether there is nothing in it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: PartialEq> Set<T> {
    /// Whether a known element equals the value.
    #[must_use]
    pub fn contains(&self, value: &T) -> bool {
        self.known().any(|element| element == value)
    }
}

impl<T> Default for Set<T> {
    fn default() -> Self {
        Self::new()
    }
}

/// Order and repetition don't count, except that unknown elements are counted: they may turn out
/// to be different values.
impl<T: PartialEq> PartialEq for Set<T> {
    fn eq(&self, other: &Self) -> bool {
        let unknown = |set: &Self| set.0.iter().filter(|element| element.is_unknown()).count();
        unknown(self) == unknown(other)
            && self.0.iter().all(|element| other.0.contains(element))
            && other.0.iter().all(|element| self.0.contains(element))
    }
}

impl<T: Eq> Eq for Set<T> {}

impl<T> FromIterator<T> for Set<T> {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self(values.into_iter().map(Field::Known).collect())
    }
}
