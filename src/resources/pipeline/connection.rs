//! The provider's configuration as resources see it: set once configured, and replaceable.

use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use crate::aws::Aws;
use crate::protocol::Diagnostic;

/// What resources share with their provider.
#[derive(Clone)]
pub struct Connection(Arc<Shared>);

struct Shared {
    keep_alive: KeepAlive,
    aws: RwLock<State>,
    stop: watch::Sender<bool>,
}

/// Gives a token; while one is held, the process does not end.
pub type KeepAlive = Box<dyn Fn() -> Box<dyn Send> + Send + Sync>;

#[derive(Clone, Default)]
enum State {
    #[default]
    Unconfigured,
    /// The provider block holds values that are only known after an apply: the default tags too?
    Unknown {
        tags: bool,
    },
    Configured(Arc<Aws>),
}

impl Connection {
    /// A connection that is not configured yet. `keep_alive` holds the process while an apply runs.
    pub fn new(keep_alive: KeepAlive) -> Self {
        let (stop, _) = watch::channel(false);
        Self(Arc::new(Shared {
            keep_alive,
            aws: RwLock::default(),
            stop,
        }))
    }

    /// While the token is held, the process does not end.
    pub fn work(&self) -> Box<dyn Send> {
        (self.0.keep_alive)()
    }

    /// From now on this is how AWS is reached. An earlier stop is forgotten.
    pub fn configure(&self, aws: Aws) {
        self.set(State::Configured(Arc::new(aws)));
    }

    /// The provider block is not known yet; `tags` says whether its default tags aren't.
    pub fn leave_unknown(&self, tags: bool) {
        self.set(State::Unknown { tags });
    }

    /// Whether everything may get other default tags than it has.
    pub fn has_unknown_tags(&self) -> bool {
        matches!(self.state(), State::Unknown { tags: true })
    }

    /// Whether the provider block is not known yet.
    pub fn is_unknown(&self) -> bool {
        matches!(self.state(), State::Unknown { .. })
    }

    /// How AWS is reached.
    pub fn aws(&self) -> Result<Arc<Aws>, Diagnostic> {
        match self.state() {
            State::Configured(aws) => Ok(aws),
            State::Unknown { .. } => Err(Diagnostic::error(
                "The provider block is not known yet",
                "It holds values that are only known after apply, and this needs AWS. Apply what \
                 those values come from first, with -target.",
            )),
            State::Unconfigured => Err(Diagnostic::error(
                "The provider is not configured",
                "This needs AWS, and Terraform has not configured the provider.",
            )),
        }
    }

    /// No new step may start; runs end soon with what they have.
    pub fn stop(&self) {
        self.0.stop.send_replace(true);
    }

    /// Turns true when no new step may start.
    pub fn stopped(&self) -> watch::Receiver<bool> {
        self.0.stop.subscribe()
    }

    fn state(&self) -> State {
        self.0
            .aws
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    fn set(&self, state: State) {
        *self.0.aws.write().unwrap_or_else(PoisonError::into_inner) = state;
        self.0.stop.send_replace(false);
    }
}
