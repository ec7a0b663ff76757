//! Everything about the provider block that the configuration alone shows to be wrong.

mod account;

use super::model::ProviderBlock;
use super::settings::{ignored, retry_mode};
use crate::aws::is_account_id;
use crate::aws::ownership::PREFIX;
use crate::protocol::{Diagnostics, Field, Map, Path, Set};
use crate::resources::checks::says_something;
use account::{check_account, check_account_id, check_says_something};

/// The most retries that make sense: AWS's own pauses between them grow to 20 seconds.
const RETRIES_MAX: i64 = 100;

/// Looks at the whole block. Anything in it may be unknown.
pub(super) fn validate(block: &ProviderBlock) -> Diagnostics {
    let mut found = Diagnostics::new();
    check_account(&block.default_account(), &Path::root(), &mut found);
    for (key, account) in block.accounts.known().into_iter().flatten() {
        let path = Path::root().attribute("accounts").key(key);
        if let Some(account) = account.known() {
            check_account(account, &path, &mut found);
            check_says_something(account, &path, &mut found);
        }
        if is_account_id(key) {
            let detail = "A key that looks like an account id would be taken for one in import \
                          ids. Use a name.";
            found.error_at(path, "Invalid key", detail);
        }
    }
    let at = |name: &str| Path::root().attribute(name);
    says_something(&block.default_tags, at("default_tags"), &mut found);
    says_something(&block.ignore_tags, at("ignore_tags"), &mut found);
    says_something(&block.endpoints, at("endpoints"), &mut found);
    check_guards(block, &mut found);
    check_tags(block, &mut found);
    check_endpoints(block, &mut found);
    check_calls(block, &mut found);
    check_proxies(block, &mut found);
    found
}

fn check_guards(block: &ProviderBlock, found: &mut Diagnostics) {
    for (ids, name) in [
        (&block.allowed_account_ids, "allowed_account_ids"),
        (&block.forbidden_account_ids, "forbidden_account_ids"),
    ] {
        // No path names an element of a set.
        let path = Path::root().attribute(name);
        for id in ids.known().into_iter().flat_map(Set::known) {
            check_account_id(id, &path, found);
        }
    }
    let known = |ids: &Field<Set<String>>| ids.known().cloned().unwrap_or_default();
    let forbidden = known(&block.forbidden_account_ids);
    let allowed = known(&block.allowed_account_ids);
    for id in allowed.known().filter(|id| forbidden.contains(id)) {
        let detail = format!("{id} is in allowed_account_ids too.");
        let path = Path::root().attribute("forbidden_account_ids");
        found.error_at(path, "Allowed and forbidden", detail);
    }
}

fn check_tags(block: &ProviderBlock, found: &mut Diagnostics) {
    let filter = ignored(block);
    let tags = block.default_tags.known().and_then(|it| it.tags.known());
    for key in tags.into_iter().flat_map(Map::keys) {
        let path = Path::root()
            .attribute("default_tags")
            .attribute("tags")
            .key(key);
        if key.starts_with(PREFIX) {
            let detail = format!("Keys that begin with {PREFIX:?} are the provider's own.");
            found.error_at(path, "Reserved tag key", detail);
        } else if filter.ignores(key) {
            let detail = format!(
                "{key:?} is in ignore_tags too: nobody could tell whether it is to be there."
            );
            found.error_at(path, "Tag given and ignored", detail);
        }
    }
    let own = |text: &&String| text.starts_with(PREFIX);
    let reaches_own = |text: &&String| PREFIX.starts_with(text.as_str()) || own(text);
    let keys = filter.keys.iter().filter(own).map(|it| (it, "keys"));
    let prefixes = filter.key_prefixes.iter().filter(reaches_own);
    for (text, name) in keys.chain(prefixes.map(|it| (it, "key_prefixes"))) {
        let path = Path::root().attribute("ignore_tags").attribute(name);
        let detail = format!(
            "{text:?} covers keys that begin with {PREFIX:?}: the provider tells by them what is \
             its own."
        );
        found.error_at(path, "Reserved tag key", detail);
    }
}

fn check_endpoints(block: &ProviderBlock, found: &mut Diagnostics) {
    let Some(endpoints) = block.endpoints.known() else {
        return;
    };
    for (url, name) in [
        (&endpoints.ec2, "ec2"),
        (&endpoints.elbv2, "elbv2"),
        (&endpoints.ram, "ram"),
        (&endpoints.rds, "rds"),
        (&endpoints.sts, "sts"),
        (&endpoints.vpclattice, "vpclattice"),
    ] {
        let Some(url) = url.as_str() else { continue };
        if !is_url(url) {
            let path = Path::root().attribute("endpoints").attribute(name);
            let detail = format!("{url:?} is no URL such as \"https://…\".");
            found.error_at(path, "Not a URL", detail);
        }
    }
}

/// The variables that lead calls elsewhere than to AWS. Source: the SDKs' reference guide, "Service-specific
/// endpoints".
const ENDPOINT_VARIABLES: &[&str] = &[
    "AWS_ENDPOINT_URL",
    "AWS_ENDPOINT_URL_EC2",
    "AWS_ENDPOINT_URL_ELASTIC_LOAD_BALANCING_V2",
    "AWS_ENDPOINT_URL_RAM",
    "AWS_ENDPOINT_URL_RDS",
    "AWS_ENDPOINT_URL_STS",
    "AWS_ENDPOINT_URL_VPC_LATTICE",
];

/// What is wrong about the environment that calls are made in.
pub(super) fn environment() -> Diagnostics {
    let mut found = Diagnostics::new();
    for name in ENDPOINT_VARIABLES {
        let url = std::env::var(name).unwrap_or_default();
        if !url.is_empty() && !is_url(&url) {
            let detail = format!("{name} is {url:?}, which is no URL such as \"https://…\".");
            found.error("Not a URL", detail);
        }
    }
    found
}

fn check_calls(block: &ProviderBlock, found: &mut Diagnostics) {
    let at = |name: &str| Path::root().attribute(name);
    let retries = block.max_retries.known();
    if let Some(retries) = retries.filter(|it| !(0..=RETRIES_MAX).contains(*it)) {
        let detail = format!("{retries} is not from 0 to {RETRIES_MAX}.");
        found.error_at(at("max_retries"), "Not a number of retries", detail);
    }
    let mode = block.retry_mode.as_str();
    if let Some(mode) = mode.filter(|mode| retry_mode(mode).is_none()) {
        let detail = format!("{mode:?} is neither \"standard\" nor \"adaptive\".");
        found.error_at(at("retry_mode"), "Not a retry mode", detail);
    }
    let fips = block.use_fips_endpoint.known() == Some(&true);
    if fips && block.endpoints.is_known() {
        let detail = "An endpoint of your own has whatever cryptography it has: give either \
                      endpoints or use_fips_endpoint.";
        found.error_at(at("use_fips_endpoint"), "Two kinds of endpoints", detail);
    }
}

fn check_proxies(block: &ProviderBlock, found: &mut Diagnostics) {
    for (url, name) in [
        (&block.http_proxy, "http_proxy"),
        (&block.https_proxy, "https_proxy"),
    ] {
        let given = url.as_str().filter(|url| !url.is_empty());
        if given.is_some_and(|url| !is_url(url)) {
            // It may hold a password, so it is not repeated.
            let detail = "Write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT, or \"\" \
                          for none.";
            found.error_at(Path::root().attribute(name), "Not a proxy's URL", detail);
        }
    }
}

fn is_url(text: &str) -> bool {
    let rest = text
        .strip_prefix("http://")
        .or_else(|| text.strip_prefix("https://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.starts_with('/'))
}
