//! The way of a call: who calls, may it, is it in its limits, does a fault hit it; then it is carried out,
//! written in its protocol and put down in the journal.

use http::HeaderMap;

use super::call::{Call, Caller};
use super::fault::{FaultAction, Faults, Target};
use super::journal::{Journal, JournalEntry};
use super::operation::{Operation, Service};
use super::policy::Policies;
use super::throttle::Buckets;
use crate::clock::Moment;
use crate::random::hash;
use crate::wire::{Dialect, Parameters, Refusal, Signature, unknown_key};
use crate::world::{Lens, Scope, World};
use crate::{SERVICES, regions};

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

/// A request as both faces hand it over.
#[derive(Debug)]
pub(crate) struct Received<'a> {
    pub(crate) headers: &'a HeaderMap,
    pub(crate) query: &'a str,
    pub(crate) body: &'a [u8],
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
    pub(crate) body: String,
    pub(crate) fate: Fate,
}

/// A call before it is carried out, as [`crate::Simulator::on_call`] shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallView {
    /// SigV4 name of the service.
    pub service: String,
    /// Name of the operation.
    pub operation: String,
    /// Account of the credentials.
    pub account: String,
    /// Access key of the call.
    pub access_key: String,
    /// Region of the call.
    pub region: String,
    /// Parameters by wire name, in the order in which they were sent.
    pub parameters: Vec<(String, String)>,
}

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

/// A call with everything known about it but its outcome.
struct Arrival {
    view: CallView,
    signature: Signature,
    service: &'static Service,
    security_token: Option<String>,
    version: Option<String>,
}

impl Core {
    /// A world with an empty journal, full buckets, no faults and no policies.
    pub(crate) fn new(world: World) -> Self {
        Self {
            world,
            ..Self::default()
        }
    }

    /// Answers a request at a moment. `judge` is asked once for every call that names a service.
    pub(crate) fn answer(
        &mut self,
        received: &Received<'_>,
        now: Moment,
        judge: &dyn Fn(&CallView) -> Verdict,
    ) -> Reply {
        self.world.pass_until(now);
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
            Some(FaultAction::Throttle) => refused(dialect, &dialect.throttled(), request_id),
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
        match self.run(arrival) {
            Err(refusal) => refused(dialect, &refusal, request_id),
            Ok(members) => {
                let body = dialect.success(&arrival.view.operation, &members, &request_id);
                let fate = Fate::Sent { delay_s: 0.0 };
                (
                    Reply {
                        status: 200,
                        request_id,
                        body,
                        fate,
                    },
                    "OK".to_owned(),
                )
            }
        }
    }

    fn run(&mut self, arrival: &Arrival) -> super::Outcome {
        let view = &arrival.view;
        let service = arrival.service;
        let scope = Scope {
            account: view.account.clone(),
            region: view.region.clone(),
        };
        self.check_region(&scope)?;
        let caller = self.identify(arrival)?;
        let operation = service.operation(&view.operation).ok_or_else(|| {
            let action = &view.operation;
            Refusal::new(
                "InvalidAction",
                format!("The action {action} is not valid for this web service."),
            )
        })?;
        self.check_limits(arrival, operation)?;
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
            operation: operation.name,
            parameters,
            given: sorted(&view.parameters),
        };
        let outcome = (operation.run)(&mut call)?;
        call.finish()?;
        Ok(outcome)
    }

    fn check_region(&self, scope: &Scope) -> Result<(), Refusal> {
        let region = regions::find(&scope.region).ok_or_else(|| {
            Refusal::new(
                "AuthFailure",
                format!("There is no region {}", scope.region),
            )
        })?;
        let enabled = !region.opt_in
            || self
                .world
                .accounts
                .get(&scope.account)
                .is_some_and(|account| account.opt_in_regions.contains(region.name));
        if enabled {
            return Ok(());
        }
        Err(Refusal::new(
            "OptInRequired",
            "You are not subscribed to this service. Please go to http://aws.amazon.com to \
             subscribe.",
        ))
    }

    /// Who the credentials are, if they are still good.
    fn identify(&self, arrival: &Arrival) -> Result<Caller, Refusal> {
        let signature = &arrival.signature;
        let account = signature.account.clone();
        let access_key = signature.access_key.clone();
        let ec2 = arrival.service.name == "ec2";
        if !signature.is_temporary() {
            let name = access_key.get(4..8).unwrap_or_default().to_owned();
            let arn = format!("arn:aws:iam::{account}:user/{name}");
            let user_id = format!("AIDA{name}{account}A");
            return Ok(Caller {
                principal: arn.clone(),
                arn,
                user_id,
                account,
                access_key,
                assumed: false,
            });
        }
        let strange = || if ec2 { auth_failure() } else { unknown_key() };
        let session = self.world.sessions.get(&access_key).ok_or_else(strange)?;
        if arrival.security_token.as_ref() != Some(&session.token) {
            return Err(strange());
        }
        if session.expires <= self.world.now {
            return Err(self.expired(ec2));
        }
        let (role, name) = (&session.role_name, &session.session_name);
        Ok(Caller {
            arn: format!("arn:aws:sts::{account}:assumed-role/{role}/{name}"),
            principal: format!("arn:aws:iam::{account}:role/{role}"),
            user_id: format!("{}:{name}", session.role_id),
            account,
            access_key,
            assumed: true,
        })
    }

    fn expired(&self, ec2: bool) -> Refusal {
        if ec2
            && self
                .world
                .doubts
                .is("expired-session-code", "RequestExpired")
        {
            return Refusal::new("RequestExpired", "Request has expired.");
        }
        Refusal::new(
            "ExpiredToken",
            "The security token included in the request is expired",
        )
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
            Err(arrival.service.dialect.throttled())
        }
    }

    fn check_policy(&self, caller: &Caller, arrival: &Arrival) -> Result<(), Refusal> {
        let view = &arrival.view;
        if view.operation == "GetCallerIdentity" {
            // AWS answers it whatever a policy says.
            return Ok(());
        }
        let mut actions = vec![format!("{}:{}", view.service, view.operation)];
        if view
            .parameters
            .iter()
            .any(|(name, _)| name.starts_with("TagSpecification."))
        {
            actions.push("ec2:CreateTags".to_owned());
        }
        let denied = actions.iter().find(|action| {
            !self
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

/// Reads who calls which operation. An error comes with the dialect it is to be written in.
fn arrive(received: &Received<'_>) -> Result<Arrival, (&'static Dialect, Refusal)> {
    let mut parameters: Vec<(String, String)> = form_urlencoded::parse(received.query.as_bytes())
        .chain(form_urlencoded::parse(received.body))
        .map(|(name, value)| (name.into_owned(), value.into_owned()))
        .collect();
    let mut take = |wanted: &str| {
        let index = parameters.iter().position(|(name, _)| name == wanted)?;
        Some(parameters.remove(index).1)
    };
    let (action, version) = (take("Action"), take("Version"));
    let spoken = dialect_of(version.as_deref());
    let header = |name: &str| {
        received
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let signature = Signature::parse(header("authorization")).map_err(|refusal| {
        let ec2 = spoken.version == "2016-11-15";
        let strange = ec2 && refusal.code == "InvalidClientTokenId";
        (spoken, if strange { auth_failure() } else { refusal })
    })?;
    let service = SERVICES
        .iter()
        .find(|service| service.name == signature.service)
        .ok_or_else(|| {
            let what = format!("service {}", signature.service);
            (spoken, Refusal::not_simulated(what))
        })?;
    let operation = action.ok_or_else(|| {
        let message = "The request is missing the Action parameter";
        (&service.dialect, Refusal::new("MissingAction", message))
    })?;
    Ok(Arrival {
        view: CallView {
            service: signature.service.clone(),
            operation,
            account: signature.account.clone(),
            access_key: signature.access_key.clone(),
            region: signature.region.clone(),
            parameters,
        },
        service,
        security_token: header("x-amz-security-token").map(str::to_owned),
        version,
        signature,
    })
}

fn sorted(parameters: &[(String, String)]) -> Vec<(String, String)> {
    let mut sorted = parameters.to_vec();
    sorted.sort_unstable();
    sorted
}

fn check_version(arrival: &Arrival) -> Result<(), Refusal> {
    if arrival.version.as_deref() == Some(arrival.service.dialect.version) {
        return Ok(());
    }
    let version = arrival.version.as_deref().unwrap_or_default();
    Err(Refusal::new(
        "InvalidAction",
        format!(
            "Could not find operation {} for version {version}",
            arrival.view.operation
        ),
    ))
}

/// The dialect that a request without a usable signature is answered in: that of its API version.
fn dialect_of(version: Option<&str>) -> &'static Dialect {
    SERVICES
        .iter()
        .map(|service| &service.dialect)
        .find(|dialect| Some(dialect.version) == version)
        .unwrap_or(&crate::ec2::SERVICE.dialect)
}

fn auth_failure() -> Refusal {
    Refusal::new(
        "AuthFailure",
        "AWS was not able to validate the provided access credentials",
    )
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
    Refusal::new("AccessDenied", why)
}

fn refuse(dialect: &Dialect, refusal: &Refusal, request_id: String) -> Reply {
    let body = dialect.refusal(refusal, &request_id);
    Reply {
        status: refusal.status,
        request_id,
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
        body: String::new(),
        fate,
    }
}
