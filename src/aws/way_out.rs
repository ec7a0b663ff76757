//! What to do when AWS refuses credentials, or its certificate is not trusted.

/// The way out of a refusal with this code.
pub(super) fn of_credentials(code: &str) -> &'static str {
    match code {
        "ExpiredToken" | "ExpiredTokenException" => {
            "they have expired. Log in anew (`aws sso login`, or whatever gave the session), and \
             replace access_key, secret_key and token where they are written down."
        }
        "RequestExpired" | "RequestTimeTooSkewed" => {
            "either they have expired, or this machine's clock is wrong: AWS allows five minutes."
        }
        "SignatureDoesNotMatch" | "InvalidSignatureException" => {
            "the secret key is not that of the access key, or this machine's clock is wrong: AWS \
             allows five minutes."
        }
        "InvalidClientTokenId" | "UnrecognizedClientException" | "AuthFailure" => {
            "AWS does not know the access key. It was deleted or deactivated, is of another \
             partition, or is a temporary one without its token."
        }
        "InvalidIdentityToken" | "IDPRejectedClaim" => {
            "the token must come from an identity provider that IAM of the role's account has, for \
             the audience and subject that the role's trust policy names."
        }
        _ => "they are in the provider block or the environment.",
    }
}

/// The way out if a call failed because of a certificate; empty if of something else.
pub(super) fn of_certificate(said: &str) -> &'static str {
    if said.contains("invalid peer certificate") {
        "If a proxy on the way opens TLS, name a file with its CA's certificate in \
         custom_ca_bundle, or in AWS_CA_BUNDLE."
    } else {
        ""
    }
}
