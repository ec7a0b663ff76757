//! How often the SDK makes a call again, by the settings and the environment.

use aws_config::retry::{RetryConfig, RetryMode as SdkMode};

use super::settings::{CallSettings, RetryMode};
use crate::engine::{Failure, Reason};

/// What the settings and the environment say; `None` leaves it to the profile and AWS's default.
///
/// The variables are read here because the SDK panics on values that it does not know.
pub(super) fn retries(
    calls: &CallSettings,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<Option<RetryConfig>, Failure> {
    let given = |name: &str| environment(name).filter(|value| !value.is_empty());
    let attempts = match calls.max_retries {
        Some(retries) => Some(retries.saturating_add(1)),
        None => given("AWS_MAX_ATTEMPTS").map(attempts).transpose()?,
    };
    let mode = match calls.retry_mode {
        Some(RetryMode::Standard) => Some(SdkMode::Standard),
        Some(RetryMode::Adaptive) => Some(SdkMode::Adaptive),
        None => given("AWS_RETRY_MODE").map(mode).transpose()?,
    };
    if attempts.is_none() && mode.is_none() {
        return Ok(None);
    }
    let mut config = RetryConfig::standard();
    if let Some(mode) = mode {
        config = config.with_retry_mode(mode);
    }
    if let Some(attempts) = attempts {
        config = config.with_max_attempts(attempts);
    }
    Ok(Some(config))
}

fn attempts(text: String) -> Result<u32, Failure> {
    let attempts = text.parse().ok().filter(|attempts| *attempts > 0);
    attempts.ok_or_else(|| {
        let what = format!("AWS_MAX_ATTEMPTS is {text:?}, which is no number above 0.");
        let remedy = "Correct it, or set max_retries in the provider block.";
        Failure::Never(Reason::new(what).remedy(remedy))
    })
}

fn mode(text: String) -> Result<SdkMode, Failure> {
    text.parse().map_err(|_| {
        let what = format!("AWS_RETRY_MODE is {text:?}, not \"standard\" or \"adaptive\".");
        let remedy = "Correct it, or set retry_mode in the provider block.";
        Failure::Never(Reason::new(what).remedy(remedy))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn retries_of(calls: &CallSettings, variables: &[(&str, &str)]) -> Result<String, String> {
        let variable = |name: &str| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let config = retries(calls, variable).map_err(|failure| failure.to_string())?;
        Ok(config.map_or_else(String::new, |config| {
            format!("{:?} {}", config.mode(), config.max_attempts())
        }))
    }

    #[test]
    fn an_argument_goes_before_its_variable_and_each_is_found_by_itself() {
        let own = CallSettings {
            max_retries: Some(0),
            ..CallSettings::default()
        };
        let all = [("AWS_MAX_ATTEMPTS", "9"), ("AWS_RETRY_MODE", "adaptive")];
        assert_eq!(retries_of(&own, &all), Ok("Adaptive 1".to_owned()));
        let none = CallSettings::default();
        assert_eq!(retries_of(&none, &all[..1]), Ok("Standard 9".to_owned()));
        assert_eq!(retries_of(&none, &[]), Ok(String::new()));
    }

    #[test]
    fn a_variable_that_nobody_understands_is_named_with_the_argument_beside_it() {
        let none = CallSettings::default();
        let said = retries_of(&none, &[("AWS_MAX_ATTEMPTS", "0")]).unwrap_err();
        assert!(
            said.contains("AWS_MAX_ATTEMPTS") && said.contains("max_retries"),
            "{said}"
        );
        let said = retries_of(&none, &[("AWS_RETRY_MODE", "legacy")]).unwrap_err();
        assert!(
            said.contains("legacy") && said.contains("retry_mode"),
            "{said}"
        );
    }
}
