//! What the command line asks for.

use std::ffi::OsString;

use super::environment::Environment;

/// The ways to start the executable.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Invocation {
    /// By Terraform or OpenTofu: no arguments, and the cookie in the environment.
    Plugin,
    /// `--debug`: serve until Ctrl-C, whoever comes.
    Debug,
    /// `--version`.
    Version,
    /// `--help`.
    Help,
    /// No arguments and no cookie: a user who wonders what this is.
    ByHand,
    /// An argument that means nothing to us.
    Unknown(String),
}

impl Invocation {
    /// Decides by the arguments (without the program's own name) and the environment.
    pub(super) fn from(
        args: impl IntoIterator<Item = OsString>,
        environment: &Environment,
    ) -> Self {
        let mut args = args
            .into_iter()
            .map(|arg| arg.to_string_lossy().into_owned());
        let Some(first) = args.next() else {
            return if environment.started_by_host {
                Self::Plugin
            } else {
                Self::ByHand
            };
        };
        if let Some(second) = args.next() {
            return Self::Unknown(second);
        }
        match first.as_str() {
            // Other providers and Go's flags take one dash.
            "--debug" | "-debug" => Self::Debug,
            "--version" | "-version" => Self::Version,
            "--help" | "-help" | "-h" => Self::Help,
            _ => Self::Unknown(first),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn invoked(args: &[&str], started_by_host: bool) -> Invocation {
        let mut environment = Environment::read(|_| None);
        environment.started_by_host = started_by_host;
        Invocation::from(args.iter().map(OsString::from), &environment)
    }

    #[test]
    fn without_arguments_the_cookie_decides() {
        assert_eq!(invoked(&[], true), Invocation::Plugin);
        assert_eq!(invoked(&[], false), Invocation::ByHand);
    }

    #[test]
    fn an_argument_wins_over_the_cookie() {
        assert_eq!(invoked(&["--debug"], true), Invocation::Debug);
        assert_eq!(invoked(&["--version"], true), Invocation::Version);
    }

    #[test]
    fn one_dash_or_two_is_the_same() {
        assert_eq!(invoked(&["-debug"], false), Invocation::Debug);
        assert_eq!(invoked(&["-h"], false), Invocation::Help);
        assert_eq!(invoked(&["--help"], false), Invocation::Help);
    }

    #[test]
    fn what_is_not_understood_is_named() {
        assert_eq!(
            invoked(&["plan"], false),
            Invocation::Unknown("plan".to_owned())
        );
        assert_eq!(
            invoked(&["--debug", "x"], false),
            Invocation::Unknown("x".to_owned())
        );
        assert_eq!(invoked(&[""], false), Invocation::Unknown(String::new()));
    }
}
