//! What both encodings of values share: their errors and the depth they go to.

use super::path::{Path, Step};

/// How deep a value may nest. Schemas are a handful of levels; only a dynamic value could bring
/// more, and each level costs stack.
pub(crate) const DEPTH_MAX: usize = 96;

/// Why bytes are no value of a type, or a value can't be written as bytes.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}", place(.path))]
pub struct CodecError {
    /// Where in the value.
    pub path: Path,
    /// What is wrong there.
    pub problem: Problem,
}

/// What is wrong with an encoded value.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Problem {
    /// The bytes end in the middle of the value.
    #[error("the value ends too early")]
    Truncated,
    /// Another kind of value than the type wants.
    #[error("{wanted} is required, not {found}")]
    Kind {
        /// What the type wants.
        wanted: String,
        /// What is there.
        found: String,
    },
    /// A wrong number of attributes or elements.
    #[error("{wanted} {of} are required, {found} given")]
    Count {
        /// What is counted.
        of: &'static str,
        /// How many the type wants.
        wanted: usize,
        /// How many there are.
        found: usize,
    },
    /// An attribute the object type does not have.
    #[error("unsupported attribute {0:?}")]
    UnsupportedAttribute(String),
    /// An attribute of the object type that is not there, or is there twice.
    #[error("attribute {0:?} is required")]
    MissingAttribute(String),
    /// Text that is not UTF-8.
    #[error("text is not UTF-8")]
    NotUtf8,
    /// A number that can't be held.
    #[error("{0}")]
    Number(#[from] super::value::NumberError),
    /// A type constraint that can't be read.
    #[error("{0}")]
    Type(#[from] super::types::TypeError),
    /// An unknown value's promises that make no sense for its type.
    #[error("malformed refinement of an unknown value")]
    Refinement,
    /// More nesting than any schema has.
    #[error("nested deeper than {DEPTH_MAX} levels")]
    Depth,
    /// Elements of a collection of dynamic type that differ in type.
    #[error("all elements of a collection must have the same type")]
    MixedTypes,
    /// A value that the encoding has no form for.
    #[error("{0}")]
    NoForm(&'static str),
    /// Text that is not JSON.
    #[error("not JSON: {0}")]
    Json(String),
    /// A state format that Terraform gave up with version 0.12.
    #[error("state in the format of Terraform 0.11 and earlier is not supported")]
    Flatmap,
}

impl CodecError {
    /// A problem at the value in hand; outer levels add their steps with [`Self::under`].
    pub(crate) fn here(problem: impl Into<Problem>) -> Self {
        Self {
            path: Path::root(),
            problem: problem.into(),
        }
    }

    /// A value of another kind than wanted.
    pub(crate) fn kind(wanted: impl Into<String>, found: impl Into<String>) -> Self {
        Self::here(Problem::Kind {
            wanted: wanted.into(),
            found: found.into(),
        })
    }

    /// The same problem seen from one level further up.
    pub(crate) fn under(self, step: Step) -> Self {
        Self {
            path: self.path.under(step),
            ..self
        }
    }
}

fn place(path: &Path) -> String {
    if path.is_root() {
        String::new()
    } else {
        format!("{path}: ")
    }
}

/// One level deeper, or an error.
pub(crate) fn deeper(depth: usize) -> Result<usize, CodecError> {
    if depth >= DEPTH_MAX {
        Err(CodecError::here(Problem::Depth))
    } else {
        Ok(depth + 1)
    }
}

/// An index as a path step.
pub(crate) fn index_step(index: usize) -> Step {
    Step::Index(i64::try_from(index).unwrap_or(i64::MAX))
}
