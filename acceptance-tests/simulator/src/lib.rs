//! A simulator of the AWS services that private connectivity needs.
//!
//! One core, two faces. The core is a function from a world and a call to a world and an answer; it
//! has no socket, no clock and no entropy of its own, so a run repeats from its seed.
//!
//! - **A loopback server** for Terraform, OpenTofu, boto3 and the AWS CLI:
//!   `cargo run -p aws-simulator -- --listen 127.0.0.1:4599` prints one ready line with its address;
//!   point clients at it with `AWS_ENDPOINT_URL`.
//! - **An HTTP client for the AWS SDK for Rust**: [`Simulator::http_client`]. The same bytes go to the
//!   same core, on Tokio's clock, which tests may pause.
//!
//! # What it promises
//! - What AWS refuses it refuses, with AWS's code and HTTP status and the gist of its message.
//! - What it does not know it refuses loudly: unknown services, operations, parameters, filters.
//! - An access key is 8 characters and the account's 12 digits: `AKIA0000111111111111`. Signatures are
//!   read for account, region and service, and not verified.
//! - Reads lag ([`Builder::lag`]), calls are throttled ([`Builder::throttle`]) and waits take as long as
//!   in practice, divided by the time scale, or no time at all ([`Builder::zero_waits`]).
//! - What nobody knows about AWS is a [`Doubt`] with all its readings ([`DOUBTS`]).
//!
//! # For tests
//! Under `/_simulator/`, and the same as methods of [`Simulator`]:
//!
//! | request | what it does |
//! |---|---|
//! | `GET calls`, `DELETE calls` | the journal of every call |
//! | `GET objects` | everything that exists, with who made it |
//! | `POST faults`, `GET faults`, `DELETE faults` | [`Fault`]s |
//! | `POST clock` | `{"advance_seconds": 60}` |
//! | `POST accounts` | [`AccountSettings`]: `{"account", "opt_in_regions"?, "quotas"?}`, quotas by the names in [`QUOTAS`] |
//! | `POST policies`, `DELETE policies` | `{"account", "access_key"?, "document"}` |
//! | `POST http` | [`HttpAnswer`] |
//! | `GET reach?from=&to=&port=` | [`Reach`]: would a connection be made, else the [`Hop`] where it ends |
//! | `POST dns` | `{"name", "values"}`: public TXT records |
//! | `POST exchanges`, `GET exchanges` | starts to keep the traffic as it is on the wire; takes what was kept |
//! | `GET operations` | every operation that is simulated, with the SigV4 name of its service |
//! | `GET doubts` | every doubt and the reading in force |
//!
//! # How to add an operation
//! 1. A function `fn(&mut Call) -> Outcome` in the service's folder. It takes its parameters with
//!    `call.parameters` (`required`, `text`, `boolean`, `integer`, `list`, `structures`, `structure`),
//!    then says `call.finish()?`, which refuses what nobody took, and only then changes anything.
//! 2. A line in an `OPERATIONS` table of the service: name, buckets (`Limits`), function. A service is
//!    a `Service` (SigV4 name, dialect, tables), listed in `SERVICES` below.
//! 3. Answers are `Vec<Element>` made with `wire::xml` (`text`, `node`, `items` and `item_texts` for
//!    EC2, `members` and `member_texts` for query, `rows_of` and `texts_of` where the service has words
//!    of its own for the elements of lists). The wire adds wrapper and request id.
//! 4. A REST service has `RestOperation`s instead, in `rest`: method, path with labels, status of a
//!    success, and a function that gives the body as JSON (in `xml`: as `Vec<Element>`). Labels, query
//!    and body are its parameters alike; maps are read with `map`.
//!
//! # How to add a kind of object
//! A struct in `world/` and a line in `kinds!` of `world/mod.rs`. Then:
//! - `call.create(id, tags, value)` makes one; `world.change::<T>(id, |value| …)`, `world.retag`,
//!   `world.remove` are changes by calls, which reads see after a drawn lag; `world.ripen::<T>` is a
//!   change by itself, which reads see at once.
//! - Reads: `call.see::<T>(id)`, `call.see_all::<T>()` show what *this read* sees. Uses of an id:
//!   `call.find::<T>(id)` is the truth in the caller's account and region, but may not know a fresh id.
//!   The truth anywhere: `world.live::<T>(id)`, `world.all::<T>()`, `world.within::<T>(scope)`.
//! - Waits: `world.schedule(low_ms, high_ms, Event::…)`; the service's `ripen` carries it out when the
//!   world is next touched after its time. With waits of zero it is due at once, that is, at the next
//!   call. `world.draw_wait` gives such a moment to keep in a field. A transition that another may overtake carries a round number of its object.
//! - Network interfaces: `world.attach_interfaces` and `world.release_interfaces`; free addresses of a
//!   subnet: `world.free_addresses`.
//! - Doubts: a line in `engine/doubt.rs`, asked with `call.world.doubts.is("name", "reading")`.
//! - A service with events of its own adds a variant to `world::Event` and its arm to
//!   `World::pass_until`.

mod clock;
mod ec2;
mod elb;
mod engine;
mod faces;
mod lattice;
mod ram;
mod random;
mod rds;
mod reach;
mod regions;
mod route53;
mod simulator;
mod sts;
mod wire;
mod world;

pub use clock::Moment;
pub use engine::{
    CallView, DOUBTS, Doubt, DoubtError, Fault, FaultAction, JournalEntry, Nth, PolicyError,
    Verdict,
};
pub use faces::serve;
pub use reach::{HOPS, Hop, Reach, ReachError};
pub use simulator::{Answer, BuildError, Builder, Exchange, Simulator, StateError};
pub use world::{AccountError, AccountSettings, Creator, HttpAnswer, ObjectRow, QUOTAS};

/// Every service that the simulator knows.
const SERVICES: &[engine::Service] = &[
    ec2::SERVICE,
    elb::SERVICE,
    lattice::SERVICE,
    ram::SERVICE,
    rds::SERVICE,
    route53::SERVICE,
    sts::SERVICE,
];
