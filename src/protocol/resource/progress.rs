//! What an apply has made so far, kept where a panic can't reach it.

use std::sync::{Arc, Mutex, PoisonError};

use crate::protocol::value::Value;

/// A state and the private bytes beside it.
type Newest = Option<(Value, Vec<u8>)>;

/// The newest state of an apply. A resource writes it whenever it learns an id; if the resource
/// panics, this is what core saves.
#[derive(Debug, Clone, Default)]
pub struct Progress(Arc<Mutex<Newest>>);

impl Progress {
    /// Nothing made yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Remembers the newest state and private bytes. What is still unknown in the state will be
    /// saved as null.
    pub fn record(&self, state: Value, private: Vec<u8>) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = Some((state, private));
    }

    /// The newest state and private bytes, if there are any.
    #[must_use]
    pub fn newest(&self) -> Option<(Value, Vec<u8>)> {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }
}
