//! The command line of the loopback server.

use std::path::PathBuf;

use aws_simulator::{BuildError, Builder, Simulator};

/// What `--help` prints.
pub(crate) const USAGE: &str = "\
Usage: aws-simulator [--listen ADDRESS] [SWITCHES]

  --listen ADDRESS          where to serve; 127.0.0.1:4599 if absent, port 0 for any
  --seed N                  of ids, delays and zone maps; 0 if absent
  --time-scale N            simulated seconds per real second; 1 if absent
  --lag off|aws             whether reads lag behind writes; off if absent
  --throttle off|aws        whether calls are throttled; off if absent
  --waits normal|zero       zero: every wait is over at the first look
  --doubts SEED|NAME=READING,...
  --policy ACCOUNT=FILE     IAM policy document of an account; may be repeated
  --state FILE              load the world from there, save it there at the end
  --help

An access key is AKIA, four characters and the account's twelve digits, such as AKIA0000111111111111;
any secret will do. All services answer at the one address: AWS_ENDPOINT_URL=http://127.0.0.1:4599.";

/// What was asked for.
#[derive(Debug)]
pub(crate) struct Arguments {
    pub(crate) listen: String,
    pub(crate) builder: Builder,
    /// Accounts and files.
    pub(crate) policies: Vec<(String, String)>,
    pub(crate) help: bool,
}

/// A command line that says nothing sensible.
#[derive(Debug, thiserror::Error)]
pub(crate) enum ArgumentError {
    #[error("unknown switch {0}; see --help")]
    Unknown(String),
    #[error("{0} needs a value")]
    NoValue(String),
    #[error("{switch} cannot be `{value}`; see --help")]
    BadValue { switch: String, value: String },
    #[error(transparent)]
    Build(#[from] BuildError),
}

impl Arguments {
    /// Reads the words after the program's name.
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, ArgumentError> {
        let mut arguments = Self {
            listen: "127.0.0.1:4599".to_owned(),
            builder: Simulator::builder(),
            policies: Vec::new(),
            help: false,
        };
        let mut words = words.into_iter();
        while let Some(switch) = words.next() {
            if switch == "--help" {
                arguments.help = true;
                continue;
            }
            let value = words
                .next()
                .ok_or_else(|| ArgumentError::NoValue(switch.clone()))?;
            arguments.set(&switch, &value)?;
        }
        Ok(arguments)
    }

    fn set(&mut self, switch: &str, value: &str) -> Result<(), ArgumentError> {
        let bad = || ArgumentError::BadValue {
            switch: switch.to_owned(),
            value: value.to_owned(),
        };
        let choice = |off: &str, on: &str| match value {
            _ if value == off => Ok(false),
            _ if value == on => Ok(true),
            _ => Err(bad()),
        };
        let builder = self.builder.clone();
        self.builder = match switch {
            "--seed" => builder.seed(value.parse().map_err(|_| bad())?),
            "--time-scale" => builder.time_scale(scale(value).ok_or_else(bad)?),
            "--lag" => builder.lag(choice("off", "aws")?),
            "--throttle" => builder.throttle(choice("off", "aws")?),
            "--waits" => builder.zero_waits(choice("normal", "zero")?),
            "--doubts" => builder.doubts(value)?,
            "--state" => builder.state_file(PathBuf::from(value)),
            "--listen" => {
                value.clone_into(&mut self.listen);
                builder
            }
            "--policy" => {
                let (account, file) = value.split_once('=').ok_or_else(bad)?;
                self.policies.push((account.to_owned(), file.to_owned()));
                builder
            }
            _ => return Err(ArgumentError::Unknown(switch.to_owned())),
        };
        Ok(())
    }
}

fn scale(value: &str) -> Option<f64> {
    value
        .parse()
        .ok()
        .filter(|scale: &f64| scale.is_finite() && *scale > 0.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Arguments, ArgumentError> {
        Arguments::parse(line.split_whitespace().map(str::to_owned))
    }

    #[test]
    fn switches_are_read_and_nonsense_is_refused() {
        let line = "--listen 127.0.0.1:0 --seed 7 --lag aws --policy 111111111111=p.json";
        let arguments = parse(line).unwrap();
        assert_eq!(arguments.listen, "127.0.0.1:0");
        assert_eq!(
            arguments.policies,
            [("111111111111".to_owned(), "p.json".to_owned())]
        );
        for bad in [
            "--lag",
            "--lag on",
            "--speed 3",
            "--seed x",
            "--time-scale 0",
            "--doubts a=b",
        ] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
