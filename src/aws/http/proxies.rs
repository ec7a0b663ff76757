//! Which proxy requests go through, by the settings and the environment.

use aws_smithy_http_client::proxy::ProxyConfig;

use super::super::settings::Network;
use crate::engine::{Failure, Reason};

/// Hosts that no proxy can reach: this machine, and what is link-local, such as the metadata of an
/// instance or a container.
const NEVER: &str = "localhost,127.0.0.0/8,::1,169.254.0.0/16,fd00:ec2::/32";

/// The proxies by the scheme of what is asked for.
#[derive(Debug)]
pub(super) struct Proxies {
    pub(super) http: ProxyConfig,
    pub(super) https: ProxyConfig,
}

impl Proxies {
    /// An argument goes before the environment, and an empty one means no proxy. `http_proxy`
    /// serves `https://` too where nothing else does, as in provider `aws`.
    pub(super) fn of(
        network: &Network,
        environment: impl Fn(&str) -> Option<String>,
    ) -> Result<Self, Failure> {
        let url = |argument: &Option<String>, name: &str| {
            argument.clone().or_else(|| either_case(&environment, name))
        };
        let http = url(&network.http_proxy, "HTTP_PROXY");
        let https = url(&network.https_proxy, "HTTPS_PROXY");
        let https = https.or_else(|| network.http_proxy.clone());
        let direct = url(&network.no_proxy, "NO_PROXY").unwrap_or_default();
        let direct = rules(&direct);
        Ok(Self {
            http: proxy("http_proxy", http, &direct)?,
            https: proxy("https_proxy", https, &direct)?,
        })
    }
}

/// As everywhere, the variables may be written in small letters.
fn either_case(environment: impl Fn(&str) -> Option<String>, name: &str) -> Option<String> {
    let given = |name: &str| environment(name).filter(|value| !value.is_empty());
    given(name).or_else(|| given(&name.to_lowercase()))
}

/// What is reached directly: `*.example.com` is written `.example.com` in the matcher's words.
fn rules(direct: &str) -> String {
    let rules = direct.split(',').map(str::trim).filter(|it| !it.is_empty());
    let plain = rules.map(|rule| {
        rule.strip_prefix('*')
            .filter(|it| !it.is_empty())
            .unwrap_or(rule)
    });
    plain.chain([NEVER]).collect::<Vec<_>>().join(",")
}

fn proxy(argument: &str, url: Option<String>, direct: &str) -> Result<ProxyConfig, Failure> {
    let Some(url) = url.filter(|url| !url.is_empty()) else {
        return Ok(ProxyConfig::disabled());
    };
    // `host:port` alone is customary in the environment.
    let url = match url.contains("://") {
        true => url,
        false => format!("http://{url}"),
    };
    match ProxyConfig::all(url.as_str()) {
        Ok(proxy) => Ok(proxy.no_proxy(direct)),
        Err(_) => {
            // The URL may hold a password, so it is not shown.
            let name = argument.to_uppercase();
            let what = format!("{argument}, or {name} in the environment, is no proxy's URL.");
            let remedy = "Write it as http://HOST:PORT or http://USER:PASSWORD@HOST:PORT.";
            Err(Failure::Never(Reason::new(what).remedy(remedy)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn network(http: Option<&str>, https: Option<&str>) -> Network {
        Network {
            http_proxy: http.map(str::to_owned),
            https_proxy: https.map(str::to_owned),
            ..Network::default()
        }
    }

    fn told(network: &Network, environment: &[(&str, &str)]) -> (String, String) {
        let variable = |name: &str| {
            let found = environment.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| (*value).to_owned())
        };
        let Proxies { http, https } = Proxies::of(network, variable).unwrap();
        (format!("{http:?}"), format!("{https:?}"))
    }

    #[test]
    fn an_argument_goes_before_the_environment_and_an_empty_one_means_none() {
        let all = [("HTTPS_PROXY", "http://env:1"), ("http_proxy", "env:2")];
        let (http, https) = told(&network(None, None), &all);
        assert!(http.contains("http://env:2"), "{http}");
        assert!(https.contains("http://env:1"), "{https}");
        let (http, https) = told(&network(Some("http://own:3"), Some("")), &all);
        assert!(http.contains("http://own:3"), "{http}");
        assert!(https.contains("Disabled"), "{https}");
    }

    #[test]
    fn one_argument_serves_both_schemes_where_nothing_else_is_said() {
        let (_, https) = told(&network(Some("http://own:3"), None), &[]);
        assert!(https.contains("http://own:3"), "{https}");
        let (_, https) = told(&network(None, None), &[("HTTP_PROXY", "http://env:1")]);
        assert!(https.contains("Disabled"), "{https}");
    }

    #[test]
    fn metadata_and_this_machine_are_never_behind_a_proxy() {
        let (http, _) = told(&network(None, None), &[("HTTP_PROXY", "http://env:1")]);
        assert!(http.contains("169.254.0.0/16"), "{http}");
        assert_eq!(
            rules(" *.corp, .x ,10.0.0.0/8,*"),
            format!(".corp,.x,10.0.0.0/8,*,{NEVER}")
        );
    }

    #[test]
    fn a_proxy_that_is_none_is_told_without_its_password() {
        let network = network(None, Some("ftp://me:hunter2@proxy"));
        let failure = Proxies::of(&network, |_| None).unwrap_err();
        let said = failure.to_string();
        assert!(
            said.contains("https_proxy") && said.contains("HTTPS_PROXY"),
            "{said}"
        );
        assert!(!said.contains("hunter2"), "{said}");
    }
}
