//! Where an object lives, and the names that AWS gives to objects.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// One region of one account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, Default)]
pub struct Site {
    /// The account's id, twelve digits.
    pub account_id: String,
    /// The region's code, such as `eu-west-1`.
    pub region: String,
}

impl Site {
    /// A site by its two names.
    pub fn new(account_id: impl Into<String>, region: impl Into<String>) -> Self {
        Self {
            account_id: account_id.into(),
            region: region.into(),
        }
    }
}

/// The id at the end of an ARN, or the id itself.
pub fn id_of(identifier: &str) -> &str {
    identifier.rsplit('/').next().unwrap_or(identifier)
}

/// Whether a text is an account's id: twelve digits.
pub fn is_account_id(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|letter| letter.is_ascii_digit())
}

/// Whether it has the form of a region's code, such as `eu-west-1` or `us-gov-west-1`.
pub fn is_region(text: &str) -> bool {
    let parts: Vec<&str> = text.split('-').collect();
    let Some((number, words)) = parts.split_last() else {
        return false;
    };
    let is_word = |word: &&str| !word.is_empty() && word.bytes().all(|it| it.is_ascii_lowercase());
    let is_number = !number.is_empty() && number.bytes().all(|it| it.is_ascii_digit());
    let starts = words.first().is_some_and(|it| it.len() == 2);
    words.len() >= 2 && starts && words.iter().all(is_word) && is_number
}

impl fmt::Display for Site {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.account_id, self.region)
    }
}

impl FromStr for Site {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (account_id, region) = text.split_once('/').ok_or(())?;
        Ok(Self::new(account_id, region))
    }
}

/// An Amazon resource name, taken apart: `arn:PARTITION:SERVICE:REGION:ACCOUNT:RESOURCE`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arn {
    /// The partition, such as `aws`.
    pub partition: String,
    /// The service, such as `elasticloadbalancing`.
    pub service: String,
    /// The region; empty for global services.
    pub region: String,
    /// The account's id; empty for some services.
    pub account_id: String,
    /// All that follows; its shape is the service's own.
    pub resource: String,
}

impl FromStr for Arn {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().map(str::to_owned).ok_or(());
        if next()? != "arn" {
            return Err(());
        }
        let arn = Self {
            partition: next()?,
            service: next()?,
            region: next()?,
            account_id: next()?,
            resource: next()?,
        };
        if arn.partition.is_empty() || arn.service.is_empty() || arn.resource.is_empty() {
            return Err(());
        }
        Ok(arn)
    }
}

impl Arn {
    /// The site that the name speaks of.
    pub fn site(&self) -> Site {
        Site::new(&self.account_id, &self.region)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_region_and_an_account_are_told_by_their_form() {
        assert!(is_account_id("012345678901") && !is_account_id("12345"));
        assert!(is_region("eu-west-1") && is_region("us-gov-west-1"));
        for wrong in [
            "",
            "eu",
            "eu-west",
            "eu-west-1a",
            "EU-WEST-1",
            "eu--1",
            "eu-west-",
            "tokyo",
        ] {
            assert!(!is_region(wrong), "{wrong}");
        }
    }

    #[test]
    fn an_arn_comes_apart_and_nonsense_does_not() {
        let text = "arn:aws:elasticloadbalancing:eu-west-1:111111111111:loadbalancer/app/x/0a1b";
        let arn: Arn = text.parse().unwrap();
        assert_eq!(arn.site().to_string(), "111111111111/eu-west-1");
        assert_eq!(arn.resource, "loadbalancer/app/x/0a1b");
        for nonsense in [
            "",
            "arn",
            "arn:aws:ec2:r:a",
            "arn::ec2:r:a:b",
            "nra:aws:ec2:r:a:b",
        ] {
            assert_eq!(nonsense.parse::<Arn>(), Err(()), "{nonsense}");
        }
    }
}
