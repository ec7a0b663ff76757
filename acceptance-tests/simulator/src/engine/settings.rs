//! The switches of a run that the world itself looks at.

/// Switches that are not part of the saved state.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Settings {
    pub(crate) seed: u64,
    /// Reads lag behind writes as AWS's do.
    pub(crate) lag: bool,
    /// Token buckets are in force.
    pub(crate) throttle: bool,
    /// Every lifecycle wait is over at the first look.
    pub(crate) zero_waits: bool,
    /// Simulated seconds per second of the caller's clock.
    pub(crate) time_scale: f64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            seed: 0,
            lag: false,
            throttle: false,
            zero_waits: false,
            time_scale: 1.0,
        }
    }
}
