//! Engines: whether they run in clusters, their default ports and versions.

use super::refusals::value;
use crate::wire::Refusal;

/// An engine.
#[derive(Debug)]
pub(super) struct Engine {
    pub(super) name: &'static str,
    pub(super) clustered: bool,
    pub(super) port: u16,
    /// Where none is asked for.
    pub(super) version: &'static str,
}

const ENGINES: &[Engine] = &[
    engine("aurora-mysql", true, 3306, "8.0.mysql_aurora.3.08.2"),
    engine("aurora-postgresql", true, 5432, "16.6"),
    engine("mariadb", false, 3306, "11.4.5"),
    engine("mysql", false, 3306, "8.0.42"),
    engine("postgres", false, 5432, "17.4"),
];

const fn engine(name: &'static str, clustered: bool, port: u16, version: &'static str) -> Engine {
    Engine {
        name,
        clustered,
        port,
        version,
    }
}

/// The engine of that name.
pub(super) fn find(name: &str) -> Result<&'static Engine, Refusal> {
    let found = ENGINES.iter().find(|engine| engine.name == name);
    found.ok_or_else(|| value("Invalid DB engine"))
}

/// The port asked for, or the engine's own. Source: the service model, `CreateDBClusterMessage`.
pub(super) fn port(engine: &Engine, given: Option<i64>) -> Result<u16, Refusal> {
    let Some(given) = given else {
        return Ok(engine.port);
    };
    let port = u16::try_from(given).ok().filter(|port| *port >= 1150);
    port.ok_or_else(|| {
        value(format!(
            "Invalid database port: {given}. Valid values are from 1150 to 65535."
        ))
    })
}
