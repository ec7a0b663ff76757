//! What core or a provider promises of a value that is still unknown.

use super::Number;

/// Promises about an unknown value; none take no room.
#[derive(Debug, Clone, Default)]
pub struct Refinements(Option<Box<Promises>>);

/// The promises, each absent unless made.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Promises {
    /// It will not be null.
    pub(crate) not_null: bool,
    /// The text will begin with this.
    pub(crate) prefix: Option<String>,
    /// The number will not be below this; whether it may equal it.
    pub(crate) lower: Option<(Number, bool)>,
    /// The number will not be above this; whether it may equal it.
    pub(crate) upper: Option<(Number, bool)>,
    /// The collection will have at least so many elements.
    pub(crate) length_min: Option<i64>,
    /// The collection will have at most so many elements.
    pub(crate) length_max: Option<i64>,
}

impl Refinements {
    /// The promise that the value will not be null.
    #[must_use]
    pub fn not_null() -> Self {
        Self::of(Promises {
            not_null: true,
            ..Promises::default()
        })
    }

    /// The promise of text that begins with `prefix`, so of a value that is not null.
    #[must_use]
    pub fn prefix(prefix: impl Into<String>) -> Self {
        let prefix = Some(prefix.into());
        Self::of(Promises {
            not_null: true,
            prefix,
            ..Promises::default()
        })
    }

    /// These promises; none when there are none.
    pub(crate) fn of(promises: Promises) -> Self {
        Self((promises != Promises::default()).then(|| Box::new(promises)))
    }

    pub(crate) fn promises(&self) -> Option<&Promises> {
        self.0.as_deref()
    }
}

impl Promises {
    /// Whether some value could keep all promises. Core crashes on bounds that exclude each other.
    pub(crate) fn can_be_kept(&self) -> bool {
        let bounds = match (&self.lower, &self.upper) {
            (Some((lower, _)), Some((upper, _))) => lower <= upper,
            _ => true,
        };
        let lengths = match (self.length_min, self.length_max) {
            (Some(least), Some(most)) => least <= most,
            _ => true,
        };
        bounds && lengths && self.length_min.unwrap_or(0) >= 0 && self.length_max.unwrap_or(0) >= 0
    }
}
