//! The switches with which a simulator is built.

use std::path::PathBuf;

use super::{Simulator, StateError, state};
use crate::clock::{Clock, Moment};
use crate::engine::{Core, DoubtError, Doubts, Settings};
use crate::world::World;

/// Builds a [`Simulator`].
#[derive(Debug, Clone, Default)]
pub struct Builder {
    settings: Settings,
    doubts: Doubts,
    start: Option<Moment>,
    state_file: Option<PathBuf>,
}

/// Why a simulator could not be built.
#[derive(Debug, thiserror::Error)]
pub enum BuildError {
    /// The state file could not be read.
    #[error(transparent)]
    State(#[from] StateError),
    /// A doubt or reading does not exist.
    #[error(transparent)]
    Doubt(#[from] DoubtError),
}

impl Builder {
    /// Seed of ids, delays, zone maps and coins.
    #[must_use]
    pub const fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// How many simulated seconds pass in one second of Tokio's clock. Credentials live by the clock of
    /// their user, so their life is not shortened.
    #[must_use]
    pub const fn time_scale(mut self, scale: f64) -> Self {
        self.settings.time_scale = scale;
        self
    }

    /// Whether reads lag behind writes as AWS's do.
    #[must_use]
    pub const fn lag(mut self, on: bool) -> Self {
        self.settings.lag = on;
        self
    }

    /// Whether calls are throttled as AWS throttles them.
    #[must_use]
    pub const fn throttle(mut self, on: bool) -> Self {
        self.settings.throttle = on;
        self
    }

    /// Whether every lifecycle wait is over at the first look, for counting calls.
    #[must_use]
    pub const fn zero_waits(mut self, on: bool) -> Self {
        self.settings.zero_waits = on;
        self
    }

    /// Where simulated time starts; 2026-01-01 if not given. Clients that compare the expiry of
    /// credentials with their own clock need theirs here.
    #[must_use]
    pub const fn start(mut self, start: Moment) -> Self {
        self.start = Some(start);
        self
    }

    /// Draws the reading of every doubt from a seed. Call it before [`Builder::doubt`].
    #[must_use]
    pub fn doubts_from_seed(mut self, seed: u64) -> Self {
        self.doubts = Doubts::draw(seed);
        self
    }

    /// Chooses the reading of a doubt.
    ///
    /// # Errors
    /// If there is no such doubt or reading.
    pub fn doubt(mut self, name: &str, reading: &str) -> Result<Self, BuildError> {
        self.doubts.choose(name, reading)?;
        Ok(self)
    }

    /// Chooses doubts as the command line has them: a seed, or `name=reading,name=reading`.
    ///
    /// # Errors
    /// If the text is neither, or there is no such doubt or reading.
    pub fn doubts(mut self, text: &str) -> Result<Self, BuildError> {
        if let Ok(seed) = text.parse() {
            return Ok(self.doubts_from_seed(seed));
        }
        for pair in text.split(',').filter(|pair| !pair.is_empty()) {
            let (name, reading) = pair
                .split_once('=')
                .ok_or_else(|| DoubtError::Malformed(pair.to_owned()))?;
            self.doubts.choose(name, reading)?;
        }
        Ok(self)
    }

    /// Loads the world from this file if it exists, and saves it there on [`Simulator::save`].
    #[must_use]
    pub fn state_file(mut self, path: PathBuf) -> Self {
        self.state_file = Some(path);
        self
    }

    /// The simulator.
    ///
    /// # Errors
    /// If the state file exists and cannot be read.
    pub fn build(self) -> Result<Simulator, BuildError> {
        let saved = self
            .state_file
            .as_deref()
            .map(state::load)
            .transpose()?
            .flatten();
        let mut world = saved.unwrap_or_else(|| World::new(self.settings.seed));
        world.settings = self.settings;
        world.doubts = self.doubts;
        // A saved world goes on where it stopped, unless its time has long passed.
        let clock = Clock::new(self.start, self.settings.time_scale).not_before(world.now);
        Ok(Simulator::with(Core::new(world), clock, self.state_file))
    }
}
