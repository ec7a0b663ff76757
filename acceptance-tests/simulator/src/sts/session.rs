//! What all sessions of roles have in common: which role, under which name, for how long; and the
//! credentials that they get.

use std::time::Duration;

use crate::engine::{Call, Document};
use crate::wire::xml::{Members, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::account::Session;

const DURATION_S_MIN: i64 = 900;
const DURATION_S_MAX: i64 = 43_200;
const DURATION_S_DEFAULT: i64 = 3_600;

/// Source: AssumeRole, `Policy`: "The plaintext … can't exceed 2,048 characters".
const POLICY_LENGTH_MAX: usize = 2_048;

/// Characters of access key ids.
const KEY_ALPHABET: &str = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/// What a caller asks for.
pub(super) struct Wish {
    pub(super) role: Role,
    pub(super) session_name: String,
    pub(super) duration_s: i64,
    pub(super) policy: Option<String>,
    /// Characters of its tags.
    pub(super) tags_length: usize,
    pub(super) source_identity: Option<String>,
}

pub(super) struct Role {
    pub(super) arn: String,
    account: String,
    name: String,
}

impl Wish {
    /// Reads what every way of assuming a role takes.
    pub(super) fn read(parameters: &mut Parameters) -> Result<Self, Refusal> {
        let arn = parameters.required("RoleArn")?;
        let session_name = parameters.required("RoleSessionName")?;
        let duration_s = parameters.integer("DurationSeconds")?;
        let policy = parameters.text("Policy");
        // Taken and not weighed: managed policies are not simulated.
        parameters.structures("PolicyArns", |policy| policy.required("arn"))?;
        let role = Role::parse(&arn)
            .ok_or_else(|| Refusal::new("ValidationError", format!("{arn} is invalid")))?;
        check_name("roleSessionName", &session_name)?;
        let duration_s = duration_s.unwrap_or(DURATION_S_DEFAULT);
        if !(DURATION_S_MIN..=DURATION_S_MAX).contains(&duration_s) {
            return Err(broken(
                "durationSeconds",
                &duration_s.to_string(),
                &format!("Member must have value between {DURATION_S_MIN} and {DURATION_S_MAX}"),
            ));
        }
        if let Some(policy) = &policy {
            check_policy(policy)?;
        }
        Ok(Self {
            role,
            session_name,
            duration_s,
            policy,
            tags_length: 0,
            source_identity: None,
        })
    }

    /// Makes the session: the members of the answer that every way of assuming a role has.
    pub(super) fn grant(self, call: &mut Call<'_>) -> Members {
        let Role { account, name, .. } = &self.role;
        let random = &mut call.world.random;
        let access_key = format!("ASIA{}{account}", random.letters(KEY_ALPHABET, 4));
        let secret = random.hex(40);
        let token = random.hex(96);
        let role_id = format!("AROA{}{account}", name.to_uppercase());
        let life = Duration::from_secs(u64::try_from(self.duration_s).unwrap_or_default());
        // They live as long as asked for by the caller's clock, whatever the time scale; the caller
        // reads the end on that clock.
        let scale = call.world.settings.time_scale;
        let expires = call.now().plus(life.mul_f64(scale));
        let expires_for_caller = call.world.caller_now.plus(life);
        let session_name = &self.session_name;
        let user = vec![
            text("AssumedRoleId", format!("{role_id}:{session_name}")),
            text(
                "Arn",
                format!("arn:aws:sts::{account}:assumed-role/{name}/{session_name}"),
            ),
        ];
        let credentials = vec![
            text("AccessKeyId", &access_key),
            text("SecretAccessKey", secret),
            text("SessionToken", &token),
            text("Expiration", expires_for_caller.iso()),
        ];
        let mut answer = vec![
            node("AssumedRoleUser", user),
            node("Credentials", credentials),
        ];
        let packed = self.tags_length + self.policy.as_ref().map_or(0, String::len);
        if packed > 0 {
            let percent = packed.saturating_mul(100).div_ceil(POLICY_LENGTH_MAX);
            answer.push(text("PackedPolicySize", percent));
        }
        answer.extend(
            self.source_identity
                .iter()
                .map(|it| text("SourceIdentity", it)),
        );
        let session = Session {
            token,
            role_name: name.clone(),
            role_id,
            session_name: self.session_name,
            expires,
            policy: self.policy,
            source_identity: self.source_identity,
        };
        call.world.sessions.insert(access_key, session);
        answer
    }
}

impl Role {
    /// `arn:aws:iam::222222222222:role/path/name`.
    fn parse(arn: &str) -> Option<Self> {
        let rest = arn.strip_prefix("arn:aws:iam::")?;
        let (account, path) = rest.split_once(":role/")?;
        let name = path.rsplit('/').next()?;
        let digits = account.len() == 12 && account.bytes().all(|byte| byte.is_ascii_digit());
        (digits && !name.is_empty()).then(|| Self {
            arn: arn.to_owned(),
            account: account.to_owned(),
            name: name.to_owned(),
        })
    }
}

/// A name of a session or of who is behind it.
pub(super) fn check_name(member: &str, name: &str) -> Result<(), Refusal> {
    let plain =
        |character: char| character.is_ascii_alphanumeric() || "_+=,.@-".contains(character);
    if (2..=64).contains(&name.len()) && name.chars().all(plain) {
        return Ok(());
    }
    let rule = "Member must satisfy regular expression pattern: [\\w+=,.@-]*";
    Err(broken(member, name, rule))
}

/// The query protocol's complaint about one member.
pub(super) fn broken(member: &str, value: &str, rule: &str) -> Refusal {
    let message = format!(
        "1 validation error detected: Value '{value}' at '{member}' failed to satisfy constraint: \
         {rule}"
    );
    Refusal::new("ValidationError", message)
}

fn check_policy(policy: &str) -> Result<(), Refusal> {
    if policy.len() > POLICY_LENGTH_MAX {
        let message = "Packed policy consumes more than 100% of allotted space, please use a \
                       smaller policy.";
        return Err(Refusal::new("PackedPolicyTooLarge", message));
    }
    Document::parse(policy).map(|_| ())
}
