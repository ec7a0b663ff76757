//! Certificates of listeners. ACM is not simulated: any well-formed certificate ARN of the account and
//! region is a certificate.

use super::arns::{self, Named};
use super::limits;
use super::pages::Page;
use super::refusals::{none_found, validation};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::text;
use crate::wire::{Parameters, Refusal};
use crate::world::Scope;
use crate::world::load_balancing::Listener;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeListenerCertificates",
    limits: limits::DESCRIBE,
    run: describe,
}];

/// Reads `Certificates`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Vec<String>, Refusal> {
    parameters.structures("Certificates", |certificate| {
        certificate.boolean("IsDefault")?;
        certificate.required("CertificateArn")
    })
}

/// Refuses certificates that a listener with that protocol cannot have.
pub(super) fn check(scope: &Scope, protocol: &str, arns: &[String]) -> Result<(), Refusal> {
    if !matches!(protocol, "HTTPS" | "TLS") {
        if arns.is_empty() {
            return Ok(());
        }
        let why = format!("Certificates cannot be specified for {protocol} listeners");
        return Err(validation(why));
    }
    match arns {
        [] => Err(validation(format!(
            "A certificate must be specified for {protocol} listeners"
        ))),
        [arn] if is_certificate(scope, arn) => Ok(()),
        [arn] => {
            let why = format!("Certificate '{arn}' not found");
            Err(Refusal::new("CertificateNotFound", why))
        }
        _ => Err(validation(
            "Only one certificate can be specified as the default",
        )),
    }
}

fn is_certificate(scope: &Scope, arn: &str) -> bool {
    let prefix = format!(
        "arn:aws:acm:{}:{}:certificate/",
        scope.region, scope.account
    );
    let id = arn.strip_prefix(&prefix).unwrap_or_default();
    id.len() >= 32
        && id
            .bytes()
            .all(|byte| byte.is_ascii_hexdigit() || byte == b'-')
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("ListenerArn")?;
    let page = Page::read(&mut call.parameters, false)?;
    call.finish()?;
    arns::check(&arn, Named::Listener)?;
    let listener = call
        .see::<Listener>(&arn)
        .ok_or_else(|| none_found(Named::Listener))?;
    let rows = listener
        .value
        .certificate_arns
        .iter()
        .map(|arn| {
            (
                arn.clone(),
                vec![text("CertificateArn", arn), text("IsDefault", true)],
            )
        })
        .collect();
    Ok(page.cut("Certificates", rows))
}
