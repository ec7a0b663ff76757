//! Whose certificates are trusted: the system's, or those of a file.

use aws_smithy_http_client::tls::{TlsContext, TrustStore};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

use super::super::home::expand;
use super::super::settings::Network;
use crate::engine::{Failure, Reason};

const VARIABLE: &str = "AWS_CA_BUNDLE";

const BEGIN: &str = "-----BEGIN CERTIFICATE-----";
const END: &str = "-----END CERTIFICATE-----";

/// The certificates that the settings, else the environment, name; else the system's. A file
/// stands in place of the system's, as with other AWS tools.
pub(super) async fn context(
    network: &Network,
    environment: impl Fn(&str) -> Option<String>,
) -> Result<TlsContext, Failure> {
    let (name, path) = match &network.ca_bundle {
        Some(path) => ("custom_ca_bundle", path.clone()),
        None => match environment(VARIABLE).filter(|path| !path.is_empty()) {
            Some(path) => (VARIABLE, path),
            None => return Ok(TlsContext::default()),
        },
    };
    let unusable = |why: String| {
        let what = format!("The certificates in {path:?} ({name}) can't be used: {why}.");
        let remedy = format!("The file must hold certificates in PEM form, each after {BEGIN}.");
        Failure::Never(Reason::new(what).remedy(remedy))
    };
    let pem = tokio::fs::read(expand(&path)).await;
    let pem = pem.map_err(|error| unusable(error.to_string()))?;
    let trust = usable(&pem).map_err(unusable)?.into_iter();
    let trust = trust.fold(TrustStore::empty(), TrustStore::with_pem_certificate);
    let context = TlsContext::builder().with_trust_store(trust).build();
    context.map_err(|error| unusable(error.to_string()))
}

/// The certificates that can be trusted, each as PEM. The SDK takes them unseen and panics on others
/// when it connects; a bundle of many may well hold an old one that nobody can use.
fn usable(pem: &[u8]) -> Result<Vec<String>, String> {
    let (mut found, mut refused) = (Vec::new(), "it holds none".to_owned());
    for certificate in CertificateDer::pem_slice_iter(pem) {
        let certificate = certificate.map_err(|error| error.to_string())?;
        let text = STANDARD.encode(&certificate);
        match RootCertStore::empty().add(certificate) {
            Ok(()) => found.push(format!("{BEGIN}\n{text}\n{END}\n")),
            Err(error) => refused = error.to_string(),
        }
    }
    if found.is_empty() {
        return Err(refused);
    }
    Ok(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &[u8] = include_bytes!("../../plugin/testdata/client.crt");
    const BROKEN: &[u8] = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";

    #[test]
    fn a_bundle_gives_what_can_be_used_and_is_refused_if_that_is_nothing() {
        assert_eq!(usable(b"not PEM"), Err("it holds none".to_owned()));
        assert!(usable(BROKEN).is_err());
        let found = usable(&[BROKEN, GOOD].concat()).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(usable(found[0].as_bytes()), Ok(found.clone()));
    }

    #[tokio::test]
    async fn a_file_that_is_missing_is_told_with_the_variable_that_names_it() {
        let environment = |name: &str| (name == VARIABLE).then(|| "/nowhere/ca.pem".to_owned());
        let failure = context(&Network::default(), environment).await.unwrap_err();
        let said = failure.to_string();
        assert!(
            said.contains("/nowhere/ca.pem") && said.contains(VARIABLE),
            "{said}"
        );
    }
}
