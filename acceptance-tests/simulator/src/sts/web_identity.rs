//! AssumeRoleWithWebIdentity: temporary credentials of a role, for whoever holds the token of an
//! identity provider. The call is not signed.
//!
//! The token must be a JWT with the claims that AWS needs, and not expired. Who issued it, its
//! signature, and whether the role trusts the issuer are not weighed.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;

use super::session::Wish;
use crate::engine::{Call, Outcome};
use crate::wire::xml::text;
use crate::wire::{Refusal, Signature};

/// The operation that this file is about.
pub(super) const NAME: &str = "AssumeRoleWithWebIdentity";

/// The region of the global endpoint.
const GLOBAL_REGION: &str = "us-east-1";

struct Claims {
    issuer: String,
    subject: String,
    audience: String,
    expires_s: u64,
}

/// Who calls when nobody has signed: the role's own account is the place, and nobody the caller.
/// `None` if the call must be signed.
pub(crate) fn unsigned(
    action: Option<&str>,
    parameters: &[(String, String)],
    host: Option<&str>,
) -> Option<Signature> {
    action.filter(|action| *action == NAME)?;
    let arn = parameters.iter().find(|(name, _)| name == "RoleArn");
    let account = arn.and_then(|(_, arn)| arn.split(':').nth(4));
    let region = host.and_then(|host| host.strip_prefix("sts.")?.split('.').next());
    let region = region.filter(|region| *region != "amazonaws");
    Some(Signature {
        access_key: String::new(),
        account: account.unwrap_or_default().to_owned(),
        region: region.unwrap_or(GLOBAL_REGION).to_owned(),
        service: super::SERVICE.name.to_owned(),
    })
}

pub(super) fn assume_role_with_web_identity(call: &mut Call<'_>) -> Outcome {
    let wish = Wish::read(&mut call.parameters)?;
    let token = call.parameters.required("WebIdentityToken")?;
    // For providers other than OpenID Connect.
    call.parameters.text("ProviderId");
    call.finish()?;
    let claims = Claims::read(&token)?;
    let now_s = call.world.caller_now.epoch_ms() / 1000;
    if claims.expires_s <= now_s {
        let message = format!(
            "Token expired: current date/time {now_s} must be before the expiration date/time {}",
            claims.expires_s
        );
        return Err(Refusal::new("ExpiredTokenException", message));
    }
    let mut answer = wish.grant(call);
    answer.extend([
        text("Audience", claims.audience),
        text("Provider", claims.issuer),
        text("SubjectFromWebIdentityToken", claims.subject),
    ]);
    Ok(answer)
}

impl Claims {
    fn read(token: &str) -> Result<Self, Refusal> {
        let parts: Vec<&str> = token.split('.').collect();
        let payload = match parts.as_slice() {
            [_, payload, _] => URL_SAFE_NO_PAD.decode(payload).ok(),
            _ => None,
        };
        let claims: Option<Value> = payload.and_then(|it| serde_json::from_slice(&it).ok());
        let claims = claims.ok_or_else(|| {
            invalid("The ID Token provided is not a valid JWT. (You may see this error if you sent an Access Token)")
        })?;
        let missing = |name: &str| invalid(format!("Missing a required claim: {name}"));
        let claim = |name: &str| {
            let text = claims.get(name).and_then(Value::as_str).map(str::to_owned);
            text.ok_or_else(|| missing(name))
        };
        // An audience may be a list too.
        let audience = claims
            .get("aud")
            .and_then(|all| all.get(0))
            .and_then(Value::as_str);
        Ok(Self {
            issuer: claim("iss")?,
            subject: claim("sub")?,
            audience: audience.map_or_else(|| claim("aud"), |one| Ok(one.to_owned()))?,
            expires_s: claims
                .get("exp")
                .and_then(Value::as_u64)
                .ok_or_else(|| missing("exp"))?,
        })
    }
}

fn invalid(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidIdentityToken", message)
}
