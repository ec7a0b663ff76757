//! Accounts that hold parts of a resource and that the provider's credentials no longer lead to.

use std::collections::BTreeSet;

use super::super::common::Common;
use super::plan::attribute;
use crate::aws::{Aws, Site};
use crate::engine::{Entry, Failure, Ledger};
use crate::protocol::{Diagnostic, Diagnostics, Field};

/// The accounts of what is remembered to which nothing leads.
pub(super) async fn accounts(aws: &Aws, ledger: &Ledger) -> Result<BTreeSet<String>, Diagnostics> {
    let all: BTreeSet<String> = ledger.iter().filter_map(|(_, it)| account(it)).collect();
    let mut beyond = BTreeSet::new();
    for account in all {
        match aws.reaches(&account).await {
            Ok(true) => {}
            Ok(false) => {
                beyond.insert(account);
            }
            Err(failure) => return Err(unusable(&account, ledger, &failure)),
        }
    }
    Ok(beyond)
}

/// An entry that may be the one of this account does not work.
fn unusable(account: &str, ledger: &Ledger, failure: &Failure) -> Diagnostics {
    let detail = format!(
        "{}\n\nNo other entry leads to account {account}, where these are: {}. Mend it. If there is \
         no way into that account any more, take the entry out of accounts and the consumers there \
         out of the resource, and set on_unreachable = \"reject\" to cut their connections from the \
         owner's side and forget them.",
        failure.reason(),
        objects(account, ledger)
    );
    Diagnostic::error("Account not usable", detail).into()
}

/// What is remembered in an account, as `components` shows it.
fn objects(account: &str, ledger: &Ledger) -> String {
    let theirs = ledger
        .iter()
        .filter(|(_, entry)| entry.identified && !entry.given)
        .filter(|(_, entry)| self::account(entry).as_deref() == Some(account));
    let objects: Vec<String> = theirs
        .map(|(address, entry)| format!("{address} ({})", entry.id))
        .collect();
    objects.join(", ")
}

/// What is said before anything is done: an error that names the objects, or what will be left
/// behind where the user has said so.
pub(super) fn check(beyond: &BTreeSet<String>, ledger: &Ledger, common: &Common) -> Diagnostics {
    let mut found = Diagnostics::new();
    for account in beyond {
        let objects = objects(account, ledger);
        if common.on_unreachable.as_str() == Some("reject") {
            let detail = format!(
                "No account of the provider block is {account}, so these stay behind there and are \
                 forgotten: {objects}. Their connection is rejected from the owner's side; they go \
                 on costing money until somebody deletes them."
            );
            let warning = Diagnostic::warning("Objects stay behind", detail);
            found.push(warning.at(attribute("on_unreachable")));
            continue;
        }
        let detail = format!(
            "No account of the provider block is {account}, where these still are: {objects}. Put \
             its entry back into accounts. To have them removed, keep it for one more apply; or set \
             on_unreachable = \"reject\" to cut the connection from the owner's side and forget them."
        );
        found.error_at(attribute("consumers"), "Account out of reach", detail);
    }
    found
}

/// Whether the resource is to be taken down without what is out of reach.
pub(super) fn is_forgotten(common: &Common) -> bool {
    matches!(&common.on_unreachable, Field::Known(word) if word == "reject")
}

fn account(entry: &Entry) -> Option<String> {
    let site: Site = entry.home.parse().ok()?;
    Some(site.account_id).filter(|account| !account.is_empty())
}
