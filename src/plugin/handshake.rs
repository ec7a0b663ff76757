//! The one line on stdout that tells the host how to reach us.

use std::path::Path;

/// Version of the handshake itself.
const CORE_PROTOCOL: u32 = 1;

/// What the host must know before it dials.
#[derive(Clone, Copy, Debug)]
pub(super) struct Handshake<'a> {
    /// Major version of the service that is served.
    pub(super) protocol_version: u32,
    /// The socket, already listening: the host dials once and at once.
    pub(super) socket: &'a Path,
    /// Our certificate as the host wants it (base64 without padding); none for plaintext.
    pub(super) certificate: Option<&'a str>,
    /// Answer "we don't multiplex", because it was asked for. Unasked, older hosts would choke.
    pub(super) multiplex_answer: bool,
}

impl Handshake<'_> {
    /// The line with its line feed.
    pub(super) fn line(&self) -> String {
        let seventh = if self.multiplex_answer { "|false" } else { "" };
        format!(
            "{CORE_PROTOCOL}|{}|unix|{}|grpc|{}{seventh}\n",
            self.protocol_version,
            self.socket.display(),
            self.certificate.unwrap_or_default(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn handshake() -> Handshake<'static> {
        Handshake {
            protocol_version: 6,
            socket: Path::new("/tmp/p/s"),
            certificate: None,
            multiplex_answer: false,
        }
    }

    #[test]
    fn the_line_has_six_fields_and_one_line_feed() {
        assert_eq!(handshake().line(), "1|6|unix|/tmp/p/s|grpc|\n");
        let with_certificate = Handshake {
            certificate: Some("MIIB"),
            ..handshake()
        };
        assert_eq!(with_certificate.line(), "1|6|unix|/tmp/p/s|grpc|MIIB\n");
    }

    #[test]
    fn the_seventh_field_comes_only_when_asked_for() {
        let asked = Handshake {
            multiplex_answer: true,
            ..handshake()
        };
        assert_eq!(asked.line(), "1|6|unix|/tmp/p/s|grpc||false\n");
    }
}
