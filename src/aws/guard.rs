//! Which accounts credentials may be of: a guard against working in the wrong one.

use crate::engine::Reason;

/// What one account of the provider block demands of its credentials.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    /// The one account that they must be of.
    pub account_id: Option<String>,
    /// The accounts that they may be of; any where this is empty.
    pub allowed: Vec<String>,
    /// The accounts that they must not be of.
    pub forbidden: Vec<String>,
}

impl Guard {
    /// Why credentials of this account are refused. `whose` is the account's name in the block.
    pub(super) fn refuses(&self, account_id: &str, whose: &str) -> Option<Reason> {
        let is_it = |id: &String| id == account_id;
        let (why, argument) = if let Some(demanded) = &self.account_id
            && demanded != account_id
        {
            (format!("not of {demanded}"), "account_id")
        } else if !self.allowed.is_empty() && !self.allowed.iter().any(is_it) {
            let allowed = self.allowed.join(", ");
            (format!("which is none of {allowed}"), "allowed_account_ids")
        } else if self.forbidden.iter().any(is_it) {
            ("which is forbidden".to_owned(), "forbidden_account_ids")
        } else {
            return None;
        };
        let what = format!("The credentials of {whose} are of account {account_id}, {why}.");
        let remedy = format!("Correct the credentials, or {argument} in the provider block.");
        Some(Reason::new(what).remedy(remedy))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(guard: &Guard) -> String {
        let refused = guard.refuses("111111111111", "the default account");
        refused.map(|reason| reason.to_string()).unwrap_or_default()
    }

    #[test]
    fn a_guard_names_both_accounts_and_the_argument() {
        let one = Guard {
            account_id: Some("222222222222".to_owned()),
            ..Guard::default()
        };
        for word in ["111111111111", "222222222222", "account_id"] {
            assert!(said(&one).contains(word), "{}", said(&one));
        }
        let some = Guard {
            allowed: vec!["222222222222".to_owned(), "333333333333".to_owned()],
            ..Guard::default()
        };
        assert!(said(&some).contains("none of 222222222222, 333333333333"));
        let none = Guard {
            forbidden: vec!["111111111111".to_owned()],
            ..Guard::default()
        };
        assert!(said(&none).contains("forbidden_account_ids"));
    }

    #[test]
    fn what_is_allowed_and_not_forbidden_passes() {
        let guard = Guard {
            account_id: Some("111111111111".to_owned()),
            allowed: vec!["111111111111".to_owned()],
            forbidden: vec!["222222222222".to_owned()],
        };
        assert_eq!(said(&guard), "");
        assert_eq!(said(&Guard::default()), "");
    }
}
