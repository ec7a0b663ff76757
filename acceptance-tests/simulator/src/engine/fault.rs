//! Faults that tests ask for: the nth matching call from now, or every one, goes wrong in a given way.

use serde::{Deserialize, Serialize};

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
    /// Matching calls so far.
    #[serde(default, skip_serializing)]
    pub seen: u64,
}

/// Which of the matching calls a fault hits.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Nth {
    /// This one, counted from 1 from now on; the fault is then spent.
    Number(u64),
    /// `"every"` one.
    Word(Every),
}

/// The word `every`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Every {
    /// Every matching call.
    Every,
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
    faults: Vec<Fault>,
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
        self.faults.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.faults.clear();
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.faults
    }

    /// Counts a call against every matching fault; the first that hits decides.
    pub(crate) fn strike(&mut self, target: Target<'_>) -> Option<FaultAction> {
        let mut hit = None;
        self.faults.retain_mut(|fault| {
            if !fault.matches(target) {
                return true;
            }
            fault.seen += 1;
            let (strikes, spent) = match fault.nth {
                Nth::Number(number) => (fault.seen == number, fault.seen >= number),
                Nth::Word(Every::Every) => (true, false),
            };
            if strikes && hit.is_none() {
                hit = Some(fault.action.clone());
            }
            !spent
        });
        hit
    }
}

impl Fault {
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
        assert_eq!(fault.nth, Nth::Word(Every::Every));
        assert_eq!(fault.action, FaultAction::Delay(1.5));
        assert!(serde_json::from_str::<Fault>(r#"{"nth": "some", "action": "stall"}"#).is_err());
    }
}
