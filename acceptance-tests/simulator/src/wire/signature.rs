//! The SigV4 `Authorization` header: parsed for key, region and service, never verified.

use super::refusal::Refusal;

/// What the credential scope of a signed request says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Signature {
    pub(crate) access_key: String,
    /// The account that the key id carries: 8 characters, then 12 digits.
    pub(crate) account: String,
    pub(crate) region: String,
    /// SigV4 name of the service, such as `ec2` or `elasticloadbalancing`.
    pub(crate) service: String,
}

impl Signature {
    /// Reads `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, …`.
    ///
    /// # Errors
    /// `MissingAuthenticationToken` without a header, `IncompleteSignature` if it is malformed,
    /// `InvalidClientTokenId` if the key id carries no account.
    pub(crate) fn parse(header: Option<&str>) -> Result<Self, Refusal> {
        let header = header.ok_or_else(|| {
            Refusal::new(
                "MissingAuthenticationToken",
                "Request is missing Authentication Token",
            )
        })?;
        let incomplete = || {
            Refusal::new(
                "IncompleteSignature",
                "Authorization header requires 'Credential', 'SignedHeaders' and 'Signature' \
                 parameters of AWS4-HMAC-SHA256.",
            )
        };
        let rest = header
            .strip_prefix("AWS4-HMAC-SHA256")
            .ok_or_else(incomplete)?;
        let part = |name: &str| {
            rest.split(',')
                .filter_map(|part| part.trim().split_once('='))
                .find_map(|(key, value)| (key == name && !value.is_empty()).then_some(value))
        };
        let (Some(credential), Some(_), Some(_)) =
            (part("Credential"), part("SignedHeaders"), part("Signature"))
        else {
            return Err(incomplete());
        };
        let scope: Vec<&str> = credential.split('/').collect();
        let &[access_key, _date, region, service, "aws4_request"] = scope.as_slice() else {
            return Err(incomplete());
        };
        let account = account_of(access_key).ok_or_else(accountless_key)?;
        Ok(Self {
            access_key: access_key.to_owned(),
            account: account.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
        })
    }

    /// Whether the key is one that STS made and that needs its session token.
    pub(crate) fn is_temporary(&self) -> bool {
        self.access_key.starts_with("ASIA")
    }
}

/// What STS says to a key that nobody made. EC2 says `AuthFailure` to the same.
pub(crate) fn unknown_key() -> Refusal {
    Refusal::new(
        "InvalidClientTokenId",
        "The security token included in the request is invalid.",
    )
}

fn accountless_key() -> Refusal {
    let Refusal { message, .. } = unknown_key();
    Refusal::new(
        "InvalidClientTokenId",
        format!(
            "{message} (The simulator reads the account from the access key id: AKIA, four \
             characters, twelve digits.)"
        ),
    )
}

fn account_of(access_key: &str) -> Option<&str> {
    let account = access_key.get(8..)?;
    let known = access_key.starts_with("AKIA") || access_key.starts_with("ASIA");
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (known && digits).then_some(account)
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "AWS4-HMAC-SHA256 Credential=AKIA0000111111111111/20260101/us-east-1/ec2/aws4_request, \
                        SignedHeaders=host;x-amz-date, Signature=00";

    #[test]
    fn a_signed_request_says_who_and_where() {
        let signature = Signature::parse(Some(GOOD)).unwrap();
        assert_eq!(signature.account, "111111111111");
        assert_eq!(signature.region, "us-east-1");
        assert_eq!(signature.service, "ec2");
        assert!(!signature.is_temporary());
    }

    #[test]
    fn unsigned_malformed_and_strange_keys_are_told_apart() {
        let code = |header: Option<&str>| Signature::parse(header).unwrap_err().code;
        assert_eq!(code(None), "MissingAuthenticationToken");
        assert_eq!(code(Some("Bearer x")), "IncompleteSignature");
        assert_eq!(
            code(Some(&GOOD.replace(", Signature=00", ""))),
            "IncompleteSignature"
        );
        assert_eq!(
            code(Some(&GOOD.replace("AKIA0000", "AKIA00"))),
            "InvalidClientTokenId"
        );
    }
}
