//! What the host tells a plugin through environment variables.

use std::ffi::OsString;
use std::path::PathBuf;

/// Proves that the one who started us is Terraform or OpenTofu, and not a user in a shell. A sign
/// of good will, no secret.
const COOKIE_VARIABLE: &str = "TF_PLUGIN_MAGIC_COOKIE";
const COOKIE: &str = "d602bf8f470bc67ca7faa0386276bbdd4330efaf76d1a219cb4d6991ca9872b2";

/// Where every Unix has room for a socket whose path is short enough.
const SYSTEM_TEMP_DIR: &str = "/tmp";

/// The part of the environment that concerns this room.
///
/// Not read, because the answer would be the same: `PLUGIN_PROTOCOL_VERSIONS` (we speak one version
/// and the client complains best), `PLUGIN_MIN_PORT` and `PLUGIN_MAX_PORT` (TCP only).
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Environment {
    /// The magic cookie is there and right: a host has started us.
    pub(super) started_by_host: bool,
    /// The client's certificate, PEM. When present, mutual TLS is mandatory.
    pub(super) client_certificate: Option<String>,
    /// Folders for the socket, in the order in which to try them.
    pub(super) socket_dirs: Vec<PathBuf>,
    /// The client asks whether we multiplex, as seventh field of the handshake line.
    pub(super) asks_multiplex: bool,
}

impl Environment {
    /// Reads it by asking `variable` for each name. An empty variable counts as absent.
    pub(super) fn read(variable: impl Fn(&str) -> Option<OsString>) -> Self {
        let present = |name: &str| variable(name).filter(|value| !value.is_empty());
        let wished = present("PLUGIN_UNIX_SOCKET_DIR").or_else(|| present("TMPDIR"));
        let mut socket_dirs = vec![PathBuf::from(SYSTEM_TEMP_DIR)];
        if let Some(dir) = wished {
            socket_dirs.insert(0, PathBuf::from(dir));
        }
        Self {
            started_by_host: present(COOKIE_VARIABLE).is_some_and(|value| value == COOKIE),
            client_certificate: present("PLUGIN_CLIENT_CERT")
                .map(|value| value.to_string_lossy().into_owned()),
            socket_dirs,
            asks_multiplex: present("PLUGIN_MULTIPLEX_GRPC").is_some(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(variables: &[(&str, &str)]) -> Environment {
        Environment::read(|name| {
            let found = variables.iter().find(|(key, _)| *key == name);
            found.map(|(_, value)| OsString::from(value))
        })
    }

    #[test]
    fn a_shell_gives_nothing_but_a_place_for_the_socket() {
        let environment = read(&[]);
        assert_eq!(
            environment,
            Environment {
                started_by_host: false,
                client_certificate: None,
                socket_dirs: vec![PathBuf::from("/tmp")],
                asks_multiplex: false,
            }
        );
    }

    #[test]
    fn the_right_cookie_is_needed() {
        assert!(read(&[(COOKIE_VARIABLE, COOKIE)]).started_by_host);
        assert!(!read(&[(COOKIE_VARIABLE, "d602bf")]).started_by_host);
    }

    #[test]
    fn an_empty_certificate_means_no_tls() {
        assert_eq!(read(&[("PLUGIN_CLIENT_CERT", "")]).client_certificate, None);
        let given = read(&[("PLUGIN_CLIENT_CERT", "PEM")]);
        assert_eq!(given.client_certificate.as_deref(), Some("PEM"));
    }

    #[test]
    fn the_socket_goes_where_the_host_says_before_where_the_user_says() {
        let both = read(&[("TMPDIR", "/user"), ("PLUGIN_UNIX_SOCKET_DIR", "/host")]);
        assert_eq!(both.socket_dirs, ["/host", "/tmp"].map(PathBuf::from));
        let user = read(&[("TMPDIR", "/user")]);
        assert_eq!(user.socket_dirs, ["/user", "/tmp"].map(PathBuf::from));
    }

    #[test]
    fn any_text_asks_for_the_seventh_field() {
        assert!(read(&[("PLUGIN_MULTIPLEX_GRPC", "false")]).asks_multiplex);
    }
}
