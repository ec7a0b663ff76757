//! Going through a whole value: what is unknown in it, what lies at a path.

use super::Value;
use crate::protocol::codec::index_step;
use crate::protocol::path::{Path, Step};

impl Value {
    /// Whether nothing in the value is unknown.
    #[must_use]
    pub fn is_wholly_known(&self) -> bool {
        match self {
            Self::Unknown(_) => false,
            Self::List(of) | Self::Set(of) | Self::Tuple(of) => {
                of.iter().all(Self::is_wholly_known)
            }
            Self::Map(of) | Self::Object(of) => of.values().all(Self::is_wholly_known),
            Self::Dynamic(typed) => typed.1.is_wholly_known(),
            Self::Null | Self::String(_) | Self::Number(_) | Self::Bool(_) => true,
        }
    }

    /// Where the value is unknown; for an element of a set, the set.
    #[must_use]
    pub fn unknown_paths(&self) -> Vec<Path> {
        let mut found = Vec::new();
        self.collect_unknown(&Path::root(), &mut found);
        found
    }

    fn collect_unknown(&self, here: &Path, found: &mut Vec<Path>) {
        match self {
            Self::Unknown(_) => found.push(here.clone()),
            Self::Set(_) if !self.is_wholly_known() => found.push(here.clone()),
            Self::List(_) | Self::Tuple(_) | Self::Map(_) | Self::Object(_) => {
                for (step, value) in self.children() {
                    value.collect_unknown(&here.clone().then(step), found);
                }
            }
            Self::Dynamic(typed) => typed.1.collect_unknown(here, found),
            Self::Set(_) | Self::Null | Self::String(_) | Self::Number(_) | Self::Bool(_) => {}
        }
    }

    /// The value one level down that paths can name, each with its step.
    fn children(&self) -> Vec<(Step, &Self)> {
        match self {
            Self::List(of) | Self::Tuple(of) => of
                .iter()
                .enumerate()
                .map(|(index, value)| (index_step(index), value))
                .collect(),
            Self::Map(of) => of
                .iter()
                .map(|(key, value)| (Step::Key(key.clone()), value))
                .collect(),
            Self::Object(of) => of
                .iter()
                .map(|(name, value)| (Step::Attribute(name.clone()), value))
                .collect(),
            _ => Vec::new(),
        }
    }

    /// The same value with null wherever something is unknown, as core saves a state.
    #[must_use]
    pub fn unknown_as_null(self) -> Self {
        match self {
            Self::Unknown(_) => Self::Null,
            Self::List(of) => Self::List(of.into_iter().map(Self::unknown_as_null).collect()),
            Self::Tuple(of) => Self::Tuple(of.into_iter().map(Self::unknown_as_null).collect()),
            Self::Set(of) => Self::set(of.into_iter().map(Self::unknown_as_null).collect()),
            Self::Map(of) => Self::map(
                of.into_iter()
                    .map(|(key, value)| (key, value.unknown_as_null())),
            ),
            Self::Object(of) => Self::object(
                of.into_iter()
                    .map(|(name, value)| (name, value.unknown_as_null())),
            ),
            Self::Dynamic(typed) => Self::Dynamic(Box::new((typed.0, typed.1.unknown_as_null()))),
            Self::Null | Self::String(_) | Self::Number(_) | Self::Bool(_) => self,
        }
    }

    /// The value at a path, if the path leads somewhere.
    #[must_use]
    pub fn at(&self, path: &Path) -> Option<&Self> {
        path.steps().iter().try_fold(self, Self::step)
    }

    fn step<'a>(&'a self, step: &Step) -> Option<&'a Self> {
        match (self, step) {
            (Self::Dynamic(typed), step) => typed.1.step(step),
            (Self::Object(of), Step::Attribute(name)) => of.get(name),
            (Self::Map(of), Step::Key(key)) => of.get(key),
            (Self::List(of) | Self::Tuple(of), Step::Index(index)) => {
                usize::try_from(*index).ok().and_then(|index| of.get(index))
            }
            _ => None,
        }
    }
}
