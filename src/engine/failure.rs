//! Why a single step did not succeed, and whether it is worth another try.

use std::fmt;

/// The failure of one look or one act.
///
/// The variant decides what the engine does; the text is for people.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Failure {
    /// Not now: something else must happen first, or the answer was lost. The engine looks again.
    #[error("{0}")]
    Later(Reason),
    /// Not now, and if not soon then never: what is missing may only not be visible yet.
    #[error("{0}")]
    Soon(Reason),
    /// What names the new object was used before: its object shows itself soon, or is of the past
    /// and another generation must be made.
    #[error("{0}")]
    Spent(Reason),
    /// Never: the same step would fail in the same way. The engine gives this component up.
    #[error("{0}")]
    Never(Reason),
    /// What is being worked on has been taken over by somebody else. The engine stops everything.
    #[error("{0}")]
    Contested(Reason),
}

/// What went wrong, in words that a user can act on.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Reason {
    /// One sentence: what was tried and what came of it.
    pub what: String,
    /// What the other side answered, with its code and request id; empty if nothing came back.
    pub evidence: String,
    /// What to do about it; empty if the engine's next try is all there is.
    pub remedy: String,
    /// The whole of it in a few words; empty if the component's name and its cause tell enough.
    pub title: String,
}

impl Reason {
    /// A reason that stands for itself.
    pub fn new(what: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            ..Self::default()
        }
    }

    /// The same, with the answer that proves it.
    #[must_use]
    pub fn evidence(mut self, evidence: impl Into<String>) -> Self {
        self.evidence = evidence.into();
        self
    }

    /// The same, with the way out.
    #[must_use]
    pub fn remedy(mut self, remedy: impl Into<String>) -> Self {
        self.remedy = remedy.into();
        self
    }

    /// The same, with a heading of its own.
    #[must_use]
    pub fn titled(mut self, title: impl Into<String>) -> Self {
        self.title = title.into();
        self
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.what)?;
        let mut said = &self.what;
        for part in [&self.evidence, &self.remedy] {
            if part.is_empty() {
                continue;
            }
            if !said.ends_with(['.', '!', '?', ':']) {
                out.write_str(".")?;
            }
            write!(out, " {part}")?;
            said = part;
        }
        Ok(())
    }
}

impl Failure {
    /// Worth another try after a while.
    pub fn later(what: impl Into<String>) -> Self {
        Self::Later(Reason::new(what))
    }

    /// Not worth another try.
    pub fn never(what: impl Into<String>) -> Self {
        Self::Never(Reason::new(what))
    }

    /// The reason, whatever the kind.
    pub fn reason(&self) -> &Reason {
        match self {
            Self::Later(reason)
            | Self::Soon(reason)
            | Self::Spent(reason)
            | Self::Never(reason)
            | Self::Contested(reason) => reason,
        }
    }
}
