//! Faults that tests ask for: the nth matching call from now, or every one, goes wrong in a given way.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// A fault, as `POST /_simulator/faults` takes it. Absent conditions match everything.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// Name of the operation.
    #[serde(default)]
    pub operation: Option<String>,
    /// Account of the credentials.
    #[serde(default)]
    pub account: Option<String>,
    /// Region of the call.
    #[serde(default)]
    pub region: Option<String>,
    /// SigV4 name of the service.
    #[serde(default)]
    pub service: Option<String>,
    /// Which of the matching calls; the next one if absent.
    #[serde(default)]
    pub nth: Nth,
    /// What goes wrong.
    pub action: FaultAction,
}

/// Which of the matching calls a fault hits: a number or the word `every` in JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Value", into = "Value")]
pub enum Nth {
    /// This one, counted from 1 from now on; the fault is then spent.
    Number(u64),
    /// Every one.
    Every,
}

impl TryFrom<Value> for Nth {
    type Error = &'static str;

    fn try_from(value: Value) -> Result<Self, Self::Error> {
        match (value.as_u64(), value.as_str()) {
            (Some(number), _) if number > 0 => Ok(Self::Number(number)),
            (_, Some("every")) => Ok(Self::Every),
            _ => Err("`nth` must be a number from 1 or \"every\""),
        }
    }
}

impl From<Nth> for Value {
    fn from(nth: Nth) -> Self {
        match nth {
            Nth::Number(number) => number.into(),
            Nth::Every => "every".into(),
        }
    }
}

impl Default for Nth {
    fn default() -> Self {
        Self::Number(1)
    }
}

/// What goes wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FaultAction {
    /// The service says that its limits are reached.
    Throttle,
    /// The service refuses with this code.
    Error(String),
    /// The service breaks: HTTP 500.
    #[serde(rename = "http_500")]
    Http500,
    /// The connection closes before anything is done.
    DropBefore,
    /// The call is done and its answer is lost.
    DropAfter,
    /// The call is done and answered so many seconds (of the caller's clock) later.
    Delay(f64),
    /// Nothing is done and no answer ever comes.
    Stall,
}

/// All faults in force.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    armed: Vec<Armed>,
}

/// A fault and how many matching calls it has seen.
#[derive(Debug)]
struct Armed {
    fault: Fault,
    seen: u64,
}

/// Where a call goes, for matching.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Target<'a> {
    pub(crate) service: &'a str,
    pub(crate) operation: &'a str,
    pub(crate) account: &'a str,
    pub(crate) region: &'a str,
}

impl Faults {
    pub(crate) fn add(&mut self, fault: Fault) {
        self.armed.push(Armed { fault, seen: 0 });
    }

    pub(crate) fn clear(&mut self) {
        self.armed.clear();
    }

    pub(crate) fn all(&self) -> Vec<Fault> {
        self.armed.iter().map(|armed| armed.fault.clone()).collect()
    }

    /// Counts a call against every matching fault; the first that hits decides.
    pub(crate) fn strike(&mut self, target: Target<'_>) -> Option<FaultAction> {
        let mut hit = None;
        self.armed.retain_mut(|armed| {
            if !armed.fault.matches(target) {
                return true;
            }
            armed.seen += 1;
            let (strikes, spent) = match armed.fault.nth {
                Nth::Number(number) => (armed.seen == number, armed.seen >= number),
                Nth::Every => (true, false),
            };
            if strikes && hit.is_none() {
                hit = Some(armed.fault.action.clone());
            }
            !spent
        });
        hit
    }
}

impl Fault {
    /// A fault of the next call, whatever it is; narrow it by its other fields.
    #[must_use]
    pub const fn new(action: FaultAction) -> Self {
        Self {
            operation: None,
            account: None,
            region: None,
            service: None,
            nth: Nth::Number(1),
            action,
        }
    }

    fn matches(&self, target: Target<'_>) -> bool {
        let fits = |wanted: &Option<String>, is: &str| wanted.as_deref().is_none_or(|w| w == is);
        fits(&self.operation, target.operation)
            && fits(&self.account, target.account)
            && fits(&self.region, target.region)
            && fits(&self.service, target.service)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_matching_call_is_hit_and_no_other() {
        let mut faults = Faults::default();
        let fault: Fault = serde_json::from_str(
            r#"{"operation": "CreateVpc", "nth": 2, "action": {"error": "InternalError"}}"#,
        )
        .unwrap();
        faults.add(fault);
        let target = Target {
            service: "ec2",
            operation: "CreateVpc",
            account: "1",
            region: "r",
        };
        let other = Target {
            operation: "DeleteVpc",
            ..target
        };
        assert_eq!(faults.strike(target), None);
        assert_eq!(faults.strike(other), None);
        assert_eq!(
            faults.strike(target),
            Some(FaultAction::Error("InternalError".to_owned()))
        );
        assert_eq!(faults.strike(target), None);
    }

    #[test]
    fn every_and_delay_are_read_as_documented() {
        let fault: Fault =
            serde_json::from_str(r#"{"nth": "every", "action": {"delay": 1.5}}"#).unwrap();
        assert_eq!(fault.nth, Nth::Every);
        assert_eq!(fault.action, FaultAction::Delay(1.5));
        assert!(serde_json::from_str::<Fault>(r#"{"nth": "some", "action": "stall"}"#).is_err());
    }
}
