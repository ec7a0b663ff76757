//! IAM policy documents of an account: which actions its calls may take.
//!
//! Only `Effect`, `Action` and `NotAction` are weighed. A document with `Condition` is refused, because an
//! allowance that ignores its condition would prove nothing; `Resource` must be there and is not weighed.

use serde_json::Value;

use super::describe::wildcard;
use crate::wire::Refusal;

/// A document that the simulator cannot weigh.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum PolicyError {
    /// Not an IAM policy document.
    #[error("the policy is not an IAM policy document: {0}")]
    Malformed(String),
    /// An element that the simulator does not weigh.
    #[error("the simulator does not weigh `{0}` in a policy")]
    NotWeighed(String),
}

/// All policies in force. An account (or key) without any may do everything.
#[derive(Debug, Default)]
pub(crate) struct Policies {
    attached: Vec<Attached>,
}

#[derive(Debug)]
struct Attached {
    account: String,
    access_key: Option<String>,
    statements: Vec<Statement>,
}

/// One policy document.
#[derive(Debug)]
pub(crate) struct Document(Vec<Statement>);

#[derive(Debug)]
struct Statement {
    allow: bool,
    /// Whether `actions` are those that it does *not* speak of.
    except: bool,
    actions: Vec<String>,
}

impl Policies {
    /// Attaches a document to an account, or to one access key of it.
    pub(crate) fn attach(
        &mut self,
        account: &str,
        access_key: Option<String>,
        document: &Value,
    ) -> Result<(), PolicyError> {
        let statements = statements(document)?;
        self.attached.push(Attached {
            account: account.to_owned(),
            access_key,
            statements,
        });
        Ok(())
    }

    pub(crate) fn clear(&mut self) {
        self.attached.clear();
    }

    /// Whether the key may take the action (`ec2:CreateVpc`).
    pub(crate) fn allow(&self, account: &str, access_key: &str, action: &str) -> bool {
        let mine = self.attached.iter().filter(|attached| {
            attached.account == account
                && attached
                    .access_key
                    .as_deref()
                    .is_none_or(|key| key == access_key)
        });
        let mut statements = mine.flat_map(|attached| &attached.statements).peekable();
        statements.peek().is_none() || weigh(statements, action)
    }
}

impl Document {
    /// Reads a session's policy.
    ///
    /// # Errors
    /// `MalformedPolicyDocument`, or what the simulator says to a document that it cannot weigh.
    pub(crate) fn parse(text: &str) -> Result<Self, Refusal> {
        let malformed = |why: String| Refusal::new("MalformedPolicyDocument", why);
        let document = serde_json::from_str(text).map_err(|error| malformed(format!("{error}")))?;
        match statements(&document) {
            Ok(statements) => Ok(Self(statements)),
            Err(error @ PolicyError::Malformed(_)) => Err(malformed(error.to_string())),
            Err(PolicyError::NotWeighed(what)) => Err(Refusal::not_simulated(format!(
                "{what} in a session's policy"
            ))),
        }
    }

    /// Whether it allows the action (`ec2:CreateVpc`).
    pub(crate) fn allows(&self, action: &str) -> bool {
        weigh(self.0.iter(), action)
    }
}

/// Whether these statements together allow an action: one must, and none may deny it.
fn weigh<'a>(statements: impl Iterator<Item = &'a Statement>, action: &str) -> bool {
    let mut allowed = false;
    for statement in statements.filter(|statement| statement.speaks_of(action)) {
        if !statement.allow {
            return false;
        }
        allowed = true;
    }
    allowed
}

impl Statement {
    fn speaks_of(&self, action: &str) -> bool {
        let action = action.to_lowercase();
        let named = self
            .actions
            .iter()
            .any(|pattern| wildcard(pattern, &action));
        named != self.except
    }
}

fn statements(document: &Value) -> Result<Vec<Statement>, PolicyError> {
    let malformed = |what: &str| PolicyError::Malformed(what.to_owned());
    match document.get("Statement") {
        Some(Value::Array(all)) => all.iter().map(statement).collect(),
        Some(one @ Value::Object(_)) => Ok(vec![statement(one)?]),
        _ => Err(malformed("it has no Statement")),
    }
}

fn statement(value: &Value) -> Result<Statement, PolicyError> {
    let malformed = |what: &str| PolicyError::Malformed(what.to_owned());
    let members = value
        .as_object()
        .ok_or_else(|| malformed("a statement is not an object"))?;
    let known = ["Sid", "Effect", "Action", "NotAction", "Resource"];
    if let Some(stranger) = members.keys().find(|key| !known.contains(&key.as_str())) {
        return Err(PolicyError::NotWeighed(stranger.clone()));
    }
    if !members.contains_key("Resource") {
        return Err(malformed("a statement has no Resource"));
    }
    let allow = match members.get("Effect").and_then(Value::as_str) {
        Some("Allow") => true,
        Some("Deny") => false,
        _ => return Err(malformed("Effect must be Allow or Deny")),
    };
    let (except, actions) = match (members.get("Action"), members.get("NotAction")) {
        (Some(actions), None) => (false, actions),
        (None, Some(actions)) => (true, actions),
        _ => return Err(malformed("a statement needs Action or NotAction")),
    };
    let actions = match actions {
        Value::String(one) => vec![one.to_lowercase()],
        Value::Array(all) => all
            .iter()
            .filter_map(Value::as_str)
            .map(str::to_lowercase)
            .collect(),
        _ => return Err(malformed("Action must be a text or a list of texts")),
    };
    Ok(Statement {
        allow,
        except,
        actions,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_allows_what_it_names_and_denies_win() {
        let mut policies = Policies::default();
        assert!(policies.allow("1", "K", "ec2:CreateVpc"));
        let document = serde_json::json!({"Statement": [
            {"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"},
            {"Effect": "Deny", "Action": ["ec2:DescribeTags"], "Resource": "*"}]});
        policies
            .attach("1", Some("K".to_owned()), &document)
            .unwrap();
        assert!(policies.allow("1", "K", "ec2:DescribeVpcs"));
        assert!(!policies.allow("1", "K", "ec2:CreateVpc"));
        assert!(!policies.allow("1", "K", "ec2:DescribeTags"));
        assert!(policies.allow("1", "OTHER", "ec2:CreateVpc"));
    }

    #[test]
    fn a_condition_is_refused_and_not_ignored() {
        let document = serde_json::json!({"Statement": {"Effect": "Allow", "Action": "*",
            "Resource": "*", "Condition": {}}});
        let error = Policies::default()
            .attach("1", None, &document)
            .unwrap_err();
        assert_eq!(error, PolicyError::NotWeighed("Condition".to_owned()));
    }
}
