//! What signals mean to a plugin.

use std::io;

use tokio::signal::unix::{Signal, SignalKind, signal};

use super::lifecycle::{Ending, Lifecycle};

/// The signals that we take, from the moment this exists.
#[derive(Debug)]
pub(super) struct Signals {
    terminate: Signal,
    interrupt: Signal,
    interrupt_ends: bool,
}

impl Signals {
    /// For a plugin that a host has started. Ctrl-C and a closed terminal reach the whole group of
    /// processes; it is the host that decides what they mean, and it still needs us.
    pub(super) fn of_plugin() -> io::Result<Self> {
        // Once taken, a signal does nothing by itself for the rest of the process's life.
        drop(signal(SignalKind::hangup())?);
        Self::new(false)
    }

    /// For debug mode, where Ctrl-C is how the user ends us.
    pub(super) fn of_debug_mode() -> io::Result<Self> {
        Self::new(true)
    }

    fn new(interrupt_ends: bool) -> io::Result<Self> {
        Ok(Self {
            terminate: signal(SignalKind::terminate())?,
            interrupt: signal(SignalKind::interrupt())?,
            interrupt_ends,
        })
    }

    /// Ends `lifecycle` when a signal says so.
    pub(super) async fn end(mut self, lifecycle: Lifecycle) {
        loop {
            tokio::select! {
                _ = self.terminate.recv() => return lifecycle.end(Ending::Terminated),
                _ = self.interrupt.recv() => {
                    if self.interrupt_ends {
                        return lifecycle.end(Ending::Interrupted);
                    }
                }
            }
        }
    }
}
