//! The shared files of AWS's tools: which they are, and which profiles they have. Only for messages: what
//! profiles say is the SDK's business.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use super::home::expand;
use super::settings::AccountSettings;

/// The files that are looked at for profiles.
#[derive(Clone, Debug)]
pub(super) struct SharedFiles {
    config: Vec<PathBuf>,
    credentials: Vec<PathBuf>,
}

impl SharedFiles {
    /// Those that an account's settings name, each kind in place of the usual one.
    pub(super) fn of(account: &AccountSettings) -> Self {
        let usual = Self::usual();
        let named = |paths: &[String], usual: Vec<PathBuf>| match paths.is_empty() {
            true => usual,
            false => paths.iter().map(|path| expand(path)).collect(),
        };
        Self {
            config: named(&account.config_files, usual.config),
            credentials: named(&account.credentials_files, usual.credentials),
        }
    }

    /// Those of the environment, else those in the user's home.
    pub(super) fn usual() -> Self {
        let file = |name: &str, usual: &str| {
            let named = std::env::var(name).ok().filter(|path| !path.is_empty());
            vec![expand(named.as_deref().unwrap_or(usual))]
        };
        Self {
            config: file("AWS_CONFIG_FILE", "~/.aws/config"),
            credentials: file("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
        }
    }

    /// Why there is no such profile, in a sentence or two; `None` if there is one.
    pub(super) fn lack(&self, profile: &str) -> Option<String> {
        let profiles = self.profiles();
        if profiles.contains(profile) {
            return None;
        }
        let files = self.config.iter().chain(&self.credentials);
        let files: Vec<String> = files
            .map(|path| match path.exists() {
                true => path.display().to_string(),
                false => format!("{} (not there)", path.display()),
            })
            .collect();
        let profiles: Vec<String> = profiles.iter().map(|name| format!("{name:?}")).collect();
        let profiles = match profiles.is_empty() {
            true => "no profiles".to_owned(),
            false => format!("these profiles: {}", profiles.join(", ")),
        };
        Some(format!(
            "There is no such profile in {}, which have {profiles}.",
            files.join(" and ")
        ))
    }

    fn profiles(&self) -> BTreeSet<String> {
        let read = |path: &Path| std::fs::read_to_string(path).unwrap_or_default();
        let config = self.config.iter().flat_map(|path| of_config(&read(path)));
        let credentials = self.credentials.iter();
        let credentials = credentials.flat_map(|path| sections(&read(path)));
        config.chain(credentials).collect()
    }
}

/// In the configuration sections are of several kinds, and the kind of profiles is said, but for the
/// default one.
fn of_config(text: &str) -> Vec<String> {
    let profile = |section: String| {
        let named = section.strip_prefix("profile").map(str::trim_start);
        let quoted = named.map(|name| name.trim_matches('"').to_owned());
        match section.as_str() {
            "default" => Some(section),
            _ => quoted,
        }
    };
    sections(text).into_iter().filter_map(profile).collect()
}

fn sections(text: &str) -> Vec<String> {
    let section = |line: &str| {
        let (name, _) = line.trim().strip_prefix('[')?.split_once(']')?;
        Some(name.trim().to_owned())
    };
    text.lines().filter_map(section).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_are_told_from_sections_of_other_kinds() {
        let text = "[default]\nregion = x\n[profile team]\n[ sso-session corp ]\n# [profile no]\n";
        assert_eq!(of_config(text), ["default", "team"]);
        assert_eq!(sections("[default]\n[team]\n"), ["default", "team"]);
    }

    #[test]
    fn a_profile_that_is_lacking_is_told_with_the_files() {
        let files = SharedFiles {
            config: vec![PathBuf::from("/nowhere/config")],
            credentials: vec![],
        };
        let said = files.lack("nope").unwrap_or_default();
        assert!(said.contains("/nowhere/config (not there)"), "{said}");
        assert!(said.contains("no profiles"), "{said}");
    }
}
