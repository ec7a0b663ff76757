//! The way of a call: who calls, may it, is it in its limits, does a fault hit it; then it is carried out,
//! written in its protocol and put down in the journal.

use super::arrival::{Arrival, CallView, Received, arrive, check_version};
use super::call::{Call, Caller};
use super::fault::{FaultAction, Faults, Target};
use super::identity::{check_region, identify};
use super::journal::{Journal, JournalEntry};
use super::operation::{Operation, Routed};
use super::policy::{Document, Policies};
use super::throttle::Buckets;
use crate::clock::Times;
use crate::random::hash;
use crate::wire::{Dialect, Parameters, Protocol, Refusal};
use crate::world::{Lens, Scope, World};

/// The world and what stands around it.
#[derive(Debug, Default)]
pub(crate) struct Core {
    pub(crate) world: World,
    pub(crate) journal: Journal,
    pub(crate) faults: Faults,
    pub(crate) policies: Policies,
    buckets: Buckets,
    calls: u64,
}

/// What becomes of the answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Fate {
    /// It is sent, so many seconds of the caller's clock later.
    Sent { delay_s: f64 },
    /// The connection closes instead.
    Dropped,
    /// Nothing ever comes.
    Stalled,
}

/// An answer and its fate.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) request_id: String,
    pub(crate) media_type: &'static str,
    /// The code of an error, where the protocol puts it into a header.
    pub(crate) error: Option<String>,
    pub(crate) body: String,
    pub(crate) fate: Fate,
}

/// What came of a call that was carried out: an HTTP status and a body.
type Success = (u16, String);

/// What a hook decides on a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It goes its way.
    Pass,
    /// It is refused with this code.
    Refuse(String),
    /// The connection closes before anything is done.
    DropBefore,
    /// It is done, and its answer is lost.
    DropAfter,
    /// The service says that its limits are reached.
    Throttle,
}

impl Core {
    /// A world with an empty journal, full buckets, no faults and no policies.
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            ..Self::default()
        }
    }

    /// Answers a request at its time. `judge` is asked once for every call that names a service.
    pub(crate) fn answer(
        &mut self,
        received: &Received<'_>,
        times: Times,
        judge: &dyn Fn(&CallView) -> Verdict,
    ) -> Reply {
        self.world.pass_until(times.now);
        self.world.caller_now = times.caller_now;
        let request_id = self.world.random.uuid();
        let arrival = match arrive(received) {
            Ok(arrival) => arrival,
            Err((dialect, refusal)) => return refuse(dialect, &refusal, request_id),
        };
        let action = match judge(&arrival.view) {
            Verdict::Pass => self.faults.strike(Target {
                service: arrival.service.name,
                operation: &arrival.view.operation,
                account: &arrival.view.account,
                region: &arrival.view.region,
            }),
            Verdict::Refuse(code) => Some(FaultAction::Error(code)),
            Verdict::DropBefore => Some(FaultAction::DropBefore),
            Verdict::DropAfter => Some(FaultAction::DropAfter),
            Verdict::Throttle => Some(FaultAction::Throttle),
        };
        self.meet(&arrival, action, request_id)
    }

    /// Carries a call out, or not, as the fault says.
    fn meet(
        &mut self,
        arrival: &Arrival,
        action: Option<FaultAction>,
        request_id: String,
    ) -> Reply {
        let dialect = &arrival.service.dialect;
        let (mut reply, result) = match &action {
            Some(FaultAction::DropBefore) => (nothing(Fate::Dropped, request_id), "Dropped".into()),
            Some(FaultAction::Stall) => (nothing(Fate::Stalled, request_id), "Stalled".into()),
            Some(FaultAction::Throttle) => refused(dialect, &self.throttled(arrival), request_id),
            Some(FaultAction::Http500) => refused(dialect, &dialect.broken(), request_id),
            Some(FaultAction::Error(code)) => {
                let refusal = Refusal::new(code.as_str(), "The test asked for this error.");
                refused(dialect, &refusal, request_id)
            }
            Some(FaultAction::DropAfter | FaultAction::Delay(_)) | None => {
                self.carry_out(arrival, request_id)
            }
        };
        match action {
            Some(FaultAction::DropAfter) => reply.fate = Fate::Dropped,
            Some(FaultAction::Delay(delay_s)) => reply.fate = Fate::Sent { delay_s },
            _ => {}
        }
        self.write_down(arrival, &reply, result);
        reply
    }

    fn carry_out(&mut self, arrival: &Arrival, request_id: String) -> (Reply, String) {
        let dialect = &arrival.service.dialect;
        match self.run(arrival, &request_id) {
            Err(refusal) => refused(dialect, &refusal, request_id),
            Ok((status, body)) => {
                let reply = Reply {
                    status,
                    request_id,
                    media_type: dialect.media_type(),
                    error: None,
                    body,
                    fate: Fate::Sent { delay_s: 0.0 },
                };
                (reply, "OK".to_owned())
            }
        }
    }

    fn run(&mut self, arrival: &Arrival, request_id: &str) -> Result<Success, Refusal> {
        let view = &arrival.view;
        let service = arrival.service;
        let scope = Scope {
            account: view.account.clone(),
            region: view.region.clone(),
        };
        check_region(&self.world, &scope, service.name == "ec2")?;
        let caller = identify(&self.world, arrival)?;
        let task = task_of(arrival)?;
        if let Task::Form(operation) = task {
            self.check_limits(arrival, operation)?;
        }
        let mut parameters = Parameters::from_pairs(service.dialect.protocol, &view.parameters);
        check_version(arrival)?;
        self.check_policy(&caller, arrival)?;
        if service.name == "ec2" && parameters.boolean("DryRun")? == Some(true) {
            return Err(Refusal::new(
                "DryRunOperation",
                "Request would have succeeded, but DryRun flag is set.",
            ));
        }
        self.world.touch(&scope);
        self.calls += 1;
        let salt = hash(self.world.settings.seed, &[&self.calls.to_string()]);
        let mut call = Call {
            lens: Lens {
                now: self.world.now,
                salt,
            },
            world: &mut self.world,
            scope,
            caller,
            operation: task.name(),
            parameters,
            given: sorted(&view.parameters),
        };
        let success = match task {
            Task::Form(operation) => {
                let members = (operation.run)(&mut call)?;
                let dialect = &service.dialect;
                (200, dialect.success(&view.operation, &members, request_id))
            }
            Task::Rest(Routed::Json(operation)) => {
                let body = (operation.run)(&mut call)?;
                let body = (operation.status != NO_CONTENT).then(|| body.to_string());
                (operation.status, body.unwrap_or_default())
            }
            Task::Rest(Routed::Xml(operation)) => {
                let members = (operation.run)(&mut call)?;
                let dialect = &service.dialect;
                let body = dialect.success(operation.name, &members, request_id);
                (operation.status, body)
            }
        };
        call.finish()?;
        // What the call changed may change what health checks find from now on.
        crate::elb::observe(&mut self.world);
        Ok(success)
    }

    fn check_limits(&mut self, arrival: &Arrival, operation: &Operation) -> Result<(), Refusal> {
        if !self.world.settings.throttle {
            return Ok(());
        }
        let view = &arrival.view;
        let narrowed = view.parameters.iter().any(|(name, _)| name != "DryRun");
        let buckets = operation.limits.buckets(operation.name, narrowed);
        let owner = format!("{}/{}/{}", view.account, view.region, view.service);
        if self.buckets.take(&owner, &buckets, self.world.now) {
            Ok(())
        } else {
            Err(self.throttled(arrival))
        }
    }

    /// What the service says to a call over its limits; ELB's code is a doubt.
    fn throttled(&self, arrival: &Arrival) -> Refusal {
        let refusal = arrival.service.dialect.throttled();
        if arrival.service.name != "elasticloadbalancing" {
            return refusal;
        }
        Refusal::new(
            self.world.doubts.reading("elb-throttling-code"),
            refusal.message,
        )
    }

    fn check_policy(&self, caller: &Caller, arrival: &Arrival) -> Result<(), Refusal> {
        let view = &arrival.view;
        // AWS tells everybody who he is; and who has signed nothing has no policies.
        if view.operation == "GetCallerIdentity" || view.access_key.is_empty() {
            return Ok(());
        }
        let mut actions = vec![format!("{}:{}", view.service, view.operation)];
        let gives = |prefix: &str| {
            view.parameters
                .iter()
                .any(|(name, _)| name.starts_with(prefix))
        };
        // Tags that come along with a create need their own permission.
        if gives("TagSpecification.") {
            actions.push("ec2:CreateTags".to_owned());
        }
        if view.service == "elasticloadbalancing" && gives("Tags.member.") {
            actions.push("elasticloadbalancing:AddTags".to_owned());
        }
        if view.service == "sts" && gives("Tags.member.") {
            actions.push("sts:TagSession".to_owned());
        }
        if view.service == "sts" && gives("SourceIdentity") {
            actions.push("sts:SetSourceIdentity".to_owned());
        }
        if reaches_another_region(view) {
            actions.push("vpce:AllowMultiRegion".to_owned());
        }
        let session = self.world.sessions.get(&caller.access_key);
        let narrowed = session.and_then(|session| session.policy.as_deref());
        let narrowed = narrowed.map(Document::parse).transpose()?;
        let denied = actions.iter().find(|action| {
            let narrow = narrowed
                .as_ref()
                .is_some_and(|policy| !policy.allows(action));
            narrow
                || !self
                    .policies
                    .allow(&caller.account, &caller.access_key, action)
        });
        match denied {
            None => Ok(()),
            Some(action) => Err(unauthorized(arrival.service.name, caller, action)),
        }
    }

    fn write_down(&mut self, arrival: &Arrival, reply: &Reply, result: String) {
        let view = &arrival.view;
        self.journal.add(JournalEntry {
            number: 0,
            time: self.world.now.iso(),
            account: view.account.clone(),
            access_key: view.access_key.clone(),
            region: view.region.clone(),
            service: view.service.clone(),
            operation: view.operation.clone(),
            parameters: view.parameters.iter().cloned().collect(),
            result,
            status: reply.status,
            lost: reply.fate == Fate::Dropped && reply.status != 0,
            request_id: reply.request_id.clone(),
        });
    }
}

/// The HTTP status of a success without a body.
const NO_CONTENT: u16 = 204;

/// What is to be done.
#[derive(Clone, Copy)]
enum Task {
    Form(&'static Operation),
    Rest(Routed),
}

impl Task {
    fn name(self) -> &'static str {
        match self {
            Self::Form(operation) => operation.name,
            Self::Rest(operation) => operation.name(),
        }
    }
}

fn task_of(arrival: &Arrival) -> Result<Task, Refusal> {
    if let Some(operation) = arrival.rest {
        return Ok(Task::Rest(operation));
    }
    let action = &arrival.view.operation;
    let operation = arrival.service.operation(action).ok_or_else(|| {
        Refusal::new(
            "InvalidAction",
            format!("The action {action} is not valid for this web service."),
        )
    })?;
    Ok(Task::Form(operation))
}

fn sorted(parameters: &[(String, String)]) -> Vec<(String, String)> {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    sorted
}

fn unauthorized(service: &str, caller: &Caller, action: &str) -> Refusal {
    let arn = &caller.arn;
    let why = format!(
        "User: {arn} is not authorized to perform: {action} because no identity-based policy \
         allows the {action} action"
    );
    if service == "ec2" {
        return Refusal::new(
            "UnauthorizedOperation",
            format!("You are not authorized to perform this operation. {why}."),
        );
    }
    if service == "vpc-lattice" || service == "ram" {
        return Refusal::new("AccessDeniedException", why);
    }
    Refusal::new("AccessDenied", why)
}

fn refuse(dialect: &Dialect, refusal: &Refusal, request_id: String) -> Reply {
    let body = dialect.refusal(refusal, &request_id);
    let rest = dialect.protocol == Protocol::RestJson;
    Reply {
        status: refusal.status,
        request_id,
        media_type: dialect.media_type(),
        error: rest.then(|| refusal.code.clone()),
        body,
        fate: Fate::Sent { delay_s: 0.0 },
    }
}

fn refused(dialect: &Dialect, refusal: &Refusal, request_id: String) -> (Reply, String) {
    (refuse(dialect, refusal, request_id), refusal.code.clone())
}

fn nothing(fate: Fate, request_id: String) -> Reply {
    Reply {
        status: 0,
        request_id,
        media_type: "",
        error: None,
        body: String::new(),
        fate,
    }
}

/// A permission-only action guards everything of PrivateLink that crosses regions.
fn reaches_another_region(view: &CallView) -> bool {
    let guarded = [
        "SupportedRegion.",
        "AddSupportedRegion.",
        "RemoveSupportedRegion.",
    ];
    view.service == "ec2"
        && !view.operation.starts_with("Describe")
        && view.parameters.iter().any(|(name, value)| {
            let about = name == "ServiceRegion" || guarded.iter().any(|it| name.starts_with(it));
            about && *value != view.region
        })
}
