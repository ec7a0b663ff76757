//! AssumeRole: temporary credentials of the role's account.

use std::time::Duration;

use crate::engine::{Call, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{node, text};
use crate::world::account::Session;

const DURATION_S_MIN: i64 = 900;
const DURATION_S_MAX: i64 = 43_200;
const DURATION_S_CHAINED_MAX: i64 = 3_600;

/// Characters of access key ids.
const KEY_ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

struct Request {
    role: Role,
    session_name: String,
    duration_s: i64,
    source_identity: Option<String>,
}

struct Role {
    account: String,
    name: String,
}

pub(super) fn assume_role(call: &mut Call<'_>) -> Outcome {
    let request = read(call)?;
    let role = &request.role;
    let random = &mut call.world.random;
    let access_key = format!("ASIA{}{}", random.letters(KEY_ALPHABET, 4), role.account);
    let secret = random.hex(40);
    let token = random.hex(96);
    let role_id = format!("AROA{}{}", role.name.to_uppercase(), role.account);
    let life = Duration::from_secs(u64::try_from(request.duration_s).unwrap_or_default());
    // They live as long as asked for by the caller's clock, whatever the time scale; the caller reads
    // the end on that clock.
    let expires = call
        .now()
        .plus(life.mul_f64(call.world.settings.time_scale));
    let expires_for_caller = call.world.caller_now.plus(life);
    let session = Session {
        token: token.clone(),
        role_name: role.name.clone(),
        role_id: role_id.clone(),
        session_name: request.session_name.clone(),
        expires,
    };
    call.world.sessions.insert(access_key.clone(), session);
    let name = &request.session_name;
    let arn = format!(
        "arn:aws:sts::{}:assumed-role/{}/{name}",
        role.account, role.name
    );
    let user = vec![
        text("AssumedRoleId", format!("{role_id}:{name}")),
        text("Arn", arn),
    ];
    let mut answer = vec![
        node("AssumedRoleUser", user),
        node(
            "Credentials",
            vec![
                text("AccessKeyId", &access_key),
                text("SecretAccessKey", secret),
                text("SessionToken", token),
                text("Expiration", expires_for_caller.iso()),
            ],
        ),
    ];
    answer.extend(
        request
            .source_identity
            .map(|identity| text("SourceIdentity", identity)),
    );
    Ok(answer)
}

fn read(call: &mut Call<'_>) -> Result<Request, Refusal> {
    let parameters = &mut call.parameters;
    let arn = parameters.required("RoleArn")?;
    let session_name = parameters.required("RoleSessionName")?;
    let duration_s = parameters
        .integer("DurationSeconds")?
        .unwrap_or(DURATION_S_CHAINED_MAX);
    let source_identity = parameters.text("SourceIdentity");
    // Taken and not weighed: what a role trusts and what a session may do are not simulated.
    parameters.text("ExternalId");
    parameters.text("Policy");
    parameters.structures("PolicyArns", |policy| policy.required("arn"))?;
    parameters.structures("Tags", |tag| Ok((tag.required("Key")?, tag.text("Value"))))?;
    parameters.list("TransitiveTagKeys")?;
    call.finish()?;
    let role = parse_role(&arn)
        .ok_or_else(|| Refusal::new("ValidationError", format!("{arn} is invalid")))?;
    let name_fits =
        |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if !(2..=64).contains(&session_name.len()) || !session_name.chars().all(name_fits) {
        return Err(Refusal::new(
            "ValidationError",
            format!(
                "1 validation error detected: Value '{session_name}' at 'roleSessionName' failed \
                 to satisfy constraint: Member must satisfy regular expression pattern: \
                 [\\w+=,.@-]*"
            ),
        ));
    }
    if !(DURATION_S_MIN..=DURATION_S_MAX).contains(&duration_s) {
        return Err(Refusal::new(
            "ValidationError",
            format!(
                "1 validation error detected: Value '{duration_s}' at 'durationSeconds' failed to \
                 satisfy constraint: Member must have value between {DURATION_S_MIN} and \
                 {DURATION_S_MAX}"
            ),
        ));
    }
    if call.caller.assumed && duration_s > DURATION_S_CHAINED_MAX {
        return Err(Refusal::new(
            "ValidationError",
            "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by \
             role chaining",
        ));
    }
    Ok(Request {
        role,
        session_name,
        duration_s,
        source_identity,
    })
}

/// `arn:aws:iam::222222222222:role/path/name`.
fn parse_role(arn: &str) -> Option<Role> {
    let rest = arn.strip_prefix("arn:aws:iam::")?;
    let (account, path) = rest.split_once(":role/")?;
    let name = path.rsplit('/').next()?;
    let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
    (digits && !name.is_empty()).then(|| Role {
        account: account.to_owned(),
        name: name.to_owned(),
    })
}
