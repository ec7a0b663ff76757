//! How much the user wants to see.

use std::ffi::OsString;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;

/// The level by `TF_LOG_PROVIDER_<NAME>`, else `TF_LOG_PROVIDER`, else `TF_LOG`. Without any, the
/// host would drop every line, so none is written.
pub(super) fn level(name: &str, variable: impl Fn(&str) -> Option<OsString>) -> LevelFilter {
    let own = format!("TF_LOG_PROVIDER_{}", name.to_uppercase().replace('-', "_"));
    let wish = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|name| variable(name).filter(|value| !value.is_empty()));
    let Some(wish) = wish else {
        return LevelFilter::OFF;
    };
    match wish.to_string_lossy().to_ascii_uppercase().as_str() {
        "OFF" => LevelFilter::OFF,
        "ERROR" => LevelFilter::ERROR,
        "WARN" => LevelFilter::WARN,
        "INFO" => LevelFilter::INFO,
        "DEBUG" => LevelFilter::DEBUG,
        // TRACE; JSON, which is TRACE in another dress; and what Terraform doesn't know either.
        _ => LevelFilter::TRACE,
    }
}

/// `level` for the crate `own`, at most warnings for all others.
pub(super) fn targets(own: &str, level: LevelFilter) -> Targets {
    Targets::new()
        .with_default(level.min(LevelFilter::WARN))
        .with_target(own.replace('-', "_"), level)
}

#[cfg(test)]
mod tests {
    use tracing::Level;

    use super::*;

    fn level_for(variables: &[(&str, &str)]) -> LevelFilter {
        level("private-link", |name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn without_a_wish_nothing_is_written() {
        assert_eq!(level_for(&[]), LevelFilter::OFF);
        assert_eq!(level_for(&[("TF_LOG", "")]), LevelFilter::OFF);
        assert_eq!(level_for(&[("TF_LOG_CORE", "TRACE")]), LevelFilter::OFF);
    }

    #[test]
    fn the_most_specific_variable_wins() {
        let all = [
            ("TF_LOG", "TRACE"),
            ("TF_LOG_PROVIDER", "info"),
            ("TF_LOG_PROVIDER_PRIVATE_LINK", "Error"),
        ];
        assert_eq!(level_for(&all), LevelFilter::ERROR);
        assert_eq!(level_for(&all[..2]), LevelFilter::INFO);
        assert_eq!(level_for(&all[..1]), LevelFilter::TRACE);
        assert_eq!(
            level_for(&[("TF_LOG", "DEBUG"), ("TF_LOG_PROVIDER", "OFF")]),
            LevelFilter::OFF
        );
    }

    #[test]
    fn json_and_unknown_words_mean_everything() {
        assert_eq!(level_for(&[("TF_LOG", "JSON")]), LevelFilter::TRACE);
        assert_eq!(level_for(&[("TF_LOG", "loud")]), LevelFilter::TRACE);
        assert_eq!(level_for(&[("TF_LOG", "WARN")]), LevelFilter::WARN);
    }

    #[test]
    fn other_crates_are_heard_only_when_something_is_wrong() {
        let trace = targets("private-link", LevelFilter::TRACE);
        assert!(trace.would_enable("private_link::engine", &Level::TRACE));
        assert!(trace.would_enable("h2", &Level::WARN));
        assert!(!trace.would_enable("h2", &Level::INFO));
        let error = targets("private-link", LevelFilter::ERROR);
        assert!(!error.would_enable("h2", &Level::WARN));
    }
}
