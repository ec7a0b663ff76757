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

/// Whether the name of an endpoint has no address.
pub(super) fn is_about_names(said: &str) -> bool {
    said.contains("dns error")
}

/// The way out if no answer came; empty where the network alone is to blame. `region` may be empty.
pub(super) fn of_silence(said: &str, region: &str) -> String {
    if is_about_names(said) {
        let region = match region {
            "" => "the region that is set one of AWS's".to_owned(),
            region => format!("{region:?} a region"),
        };
        return format!(
            "No address is known by the name of its endpoint: is {region}, and can this machine \
             resolve names?"
        );
    }
    if said.contains("Connection refused") {
        return "Nobody listens at its endpoint. If endpoints in the provider block or an \
                AWS_ENDPOINT_URL in the environment leads elsewhere than to AWS, see that it is right."
            .to_owned();
    }
    if said.contains("invalid peer certificate") {
        return "If a proxy on the way opens TLS, name a file with its CA's certificate in \
                custom_ca_bundle, or in AWS_CA_BUNDLE."
            .to_owned();
    }
    String::new()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_without_an_address_may_be_a_region_that_does_not_exist() {
        assert!(of_silence("dns error: failed", "eu-west-9").contains("\"eu-west-9\" a region"));
        assert!(of_silence("dns error: failed", "").contains("the region that is set"));
        assert!(of_silence("connection reset", "eu-west-1").is_empty());
    }
}
