//! What core demands of plans, results and states, as pure functions: the service asks them of
//! our own answers before core does, and test drivers that play core ask them again.

mod applied;
mod planned;
mod proposed;
mod salvage;
mod state;

use std::fmt;

pub use applied::check_applied;
pub use planned::check_planned;
pub(crate) use proposed::may_come_from;
pub use proposed::proposed_new_state;
pub(crate) use salvage::nearest;
pub use state::{check_known, check_read, check_replaced, check_write_only, without_write_only};

use super::codec::CodecError;
use super::path::Path;
use super::value::Value;

/// One broken rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// Where.
    pub path: Path,
    /// What is wrong there.
    pub message: String,
}

impl Violation {
    pub(crate) fn new(path: &Path, message: impl Into<String>) -> Self {
        Self {
            path: path.clone(),
            message: message.into(),
        }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_root() {
            f.write_str(&self.message)
        } else {
            write!(f, "{}: {}", self.path, self.message)
        }
    }
}

/// A value that doesn't fit its schema breaks the first rule of all.
impl From<CodecError> for Violation {
    fn from(error: CodecError) -> Self {
        Self {
            path: error.path,
            message: error.problem.to_string(),
        }
    }
}

/// An attribute of an object; null where the object is.
fn attribute_of<'a>(object: &'a Value, name: &str) -> &'a Value {
    object.attribute(name).unwrap_or(&Value::Null)
}

/// Whether each element of either set has a partner in the other.
fn correlate(
    left: &[Value],
    right: &[Value],
    mut fits: impl FnMut(&Value, &Value) -> bool,
) -> (bool, bool) {
    let mut all_left = true;
    for a in left {
        all_left &= right.iter().any(|b| fits(a, b));
    }
    let mut all_right = true;
    for b in right {
        all_right &= left.iter().any(|a| fits(a, b));
    }
    (all_left, all_right)
}

#[cfg(test)]
mod tests;
