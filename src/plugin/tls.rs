//! Automatic mutual TLS: both sides make a certificate for this one run and pin the other's.

use std::sync::Arc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;
use rustls::client::danger::HandshakeSignatureValid;
use rustls::crypto::{
    CryptoProvider, WebPkiSupportedAlgorithms, aws_lc_rs, ring, verify_tls12_signature,
    verify_tls13_signature,
};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, UnixTime};
use rustls::server::danger::{ClientCertVerified, ClientCertVerifier};
use rustls::server::{NoServerSessionStorage, ServerConfig};
use rustls::{CertificateError, DigitallySignedStruct, DistinguishedName, SignatureScheme};
use tokio_rustls::TlsAcceptor;

/// The name by which the client checks our certificate, whatever the address.
const SERVER_NAME: &str = "localhost";

/// What it takes to let exactly one client in.
#[derive(Clone)]
pub(super) struct MutualTls {
    /// Does the TLS handshake of a connection.
    pub(super) acceptor: TlsAcceptor,
    /// Our certificate for the handshake line: DER in base64. The client refuses padding.
    pub(super) certificate: String,
}

/// Why TLS can't be set up.
#[derive(Debug, thiserror::Error)]
pub(super) enum TlsError {
    /// The client's certificate can't be read.
    #[error("PLUGIN_CLIENT_CERT holds no single PEM certificate")]
    ClientCertificate,
    /// Our certificate can't be made.
    #[error("can't make a certificate for this run: {0}")]
    OwnCertificate(#[from] rcgen::Error),
    /// The TLS library refuses what it was given.
    #[error("can't set up TLS: {0}")]
    Setup(#[from] rustls::Error),
}

impl MutualTls {
    /// Makes a certificate and a server that serves only the owner of `client_certificate` (PEM).
    pub(super) fn new(client_certificate: &str) -> Result<Self, TlsError> {
        let pinned = single_certificate(client_certificate)?;
        let (certificate, key) = own_certificate()?;
        let encoded = STANDARD_NO_PAD.encode(&certificate);
        let provider = Arc::new(crypto_provider());
        let verifier = PinnedClient {
            certificate: pinned,
            algorithms: provider.signature_verification_algorithms,
        };
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_client_cert_verifier(Arc::new(verifier))
            .with_single_cert(vec![certificate], key)?;
        // Newer clients hang up unless HTTP/2 is agreed upon by name.
        config.alpn_protocols = vec![b"h2".to_vec()];
        // One client, one connection: there is nothing to resume.
        config.session_storage = Arc::new(NoServerSessionStorage {});
        config.send_tls13_tickets = 0;
        Ok(Self {
            acceptor: TlsAcceptor::from(Arc::new(config)),
            certificate: encoded,
        })
    }
}

/// *ring* for everything but the verification of signatures.
///
/// The client's key is P-521, which *ring* can't verify. aws-lc can, but its first random number
/// costs some 40 ms in each process, and Terraform starts several for each command.
fn crypto_provider() -> CryptoProvider {
    CryptoProvider {
        signature_verification_algorithms: aws_lc_rs::default_provider()
            .signature_verification_algorithms,
        ..ring::default_provider()
    }
}

fn single_certificate(pem: &str) -> Result<CertificateDer<'static>, TlsError> {
    let mut certificates = CertificateDer::pem_slice_iter(pem.as_bytes());
    match (certificates.next(), certificates.next()) {
        (Some(Ok(certificate)), None) => Ok(certificate),
        _ => Err(TlsError::ClientCertificate),
    }
}

/// A self-signed P-256 certificate, valid always: the client looks at its dates but keeps it no
/// longer than the process lives.
fn own_certificate() -> Result<(CertificateDer<'static>, PrivateKeyDer<'static>), rcgen::Error> {
    let key = rcgen::KeyPair::generate_for(&rcgen::PKCS_ECDSA_P256_SHA256)?;
    let mut params = rcgen::CertificateParams::new([SERVER_NAME.to_owned()])?;
    params.extended_key_usages = vec![rcgen::ExtendedKeyUsagePurpose::ServerAuth];
    let certificate = params.self_signed(&key)?;
    Ok((certificate.into(), key.into()))
}

/// Lets in whoever holds the key of one certificate.
///
/// The usual verifier can't be used: the client's certificate is a CA's and its own root, which
/// webpki refuses as an end entity's.
#[derive(Debug)]
struct PinnedClient {
    certificate: CertificateDer<'static>,
    algorithms: WebPkiSupportedAlgorithms,
}

impl ClientCertVerifier for PinnedClient {
    fn root_hint_subjects(&self) -> &[DistinguishedName] {
        &[]
    }

    fn verify_client_cert(
        &self,
        end_entity: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _now: UnixTime,
    ) -> Result<ClientCertVerified, rustls::Error> {
        if *end_entity == self.certificate {
            Ok(ClientCertVerified::assertion())
        } else {
            Err(CertificateError::ApplicationVerificationFailure.into())
        }
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, cert, dss, &self.algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        cert: &CertificateDer<'_>,
        dss: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, cert, dss, &self.algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.algorithms.supported_schemes()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CLIENT: &str = include_str!("testdata/client.crt");

    fn refusal(pem: &str) -> String {
        match MutualTls::new(pem) {
            Ok(_) => panic!("accepted {pem:?}"),
            Err(error) => error.to_string(),
        }
    }

    #[test]
    fn the_certificate_fits_the_handshake_line() {
        let certificate = MutualTls::new(CLIENT).unwrap().certificate;
        assert!(
            !certificate.contains(['=', '|', '\n', '-', '_']),
            "{certificate}"
        );
        // The client takes a field of up to 50 characters for none.
        assert!(certificate.len() > 50);
    }

    #[test]
    fn each_run_has_its_own_certificate() {
        let (one, two) = (
            MutualTls::new(CLIENT).unwrap(),
            MutualTls::new(CLIENT).unwrap(),
        );
        assert_ne!(one.certificate, two.certificate);
    }

    #[test]
    fn anything_but_one_certificate_is_refused_with_the_variable_named() {
        let twice = format!("{CLIENT}{CLIENT}");
        for pem in ["", "garbage", include_str!("testdata/client.key"), &twice] {
            assert!(refusal(pem).contains("PLUGIN_CLIENT_CERT"));
        }
    }
}
