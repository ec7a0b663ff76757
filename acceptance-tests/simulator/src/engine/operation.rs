//! Tables of operations: what a service offers, which function does it, which buckets it drains.

use super::call::Call;
use crate::wire::rest::labels;
use crate::wire::xml::Members;
use crate::wire::{Dialect, Refusal};

/// The labels of a path with their values.
type Labels = Vec<(String, String)>;

/// What an operation answers: the members of its output, or a refusal.
pub(crate) type Outcome = Result<Members, Refusal>;

/// What an operation of a REST service answers: its body, or a refusal.
pub(crate) type JsonOutcome = Result<serde_json::Value, Refusal>;

/// One operation of a REST service, which answers with JSON unless something else is said.
#[derive(Debug)]
pub(crate) struct RestOperation<Body = serde_json::Value> {
    pub(crate) name: &'static str,
    pub(crate) method: &'static str,
    /// Its path with labels: `/resourcegateways/{resourceGatewayIdentifier}`.
    pub(crate) path: &'static str,
    /// The HTTP status of a success; 204 has no body.
    pub(crate) status: u16,
    pub(crate) run: fn(&mut Call<'_>) -> Result<Body, Refusal>,
}

/// An operation that a method and a path named.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Routed {
    Json(&'static RestOperation),
    Xml(&'static RestOperation<Members>),
}

impl Routed {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Json(operation) => operation.name,
            Self::Xml(operation) => operation.name,
        }
    }
}

/// One operation of a service.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) limits: Limits,
    pub(crate) run: fn(&mut Call<'_>) -> Outcome,
}

/// A service.
#[derive(Debug)]
pub(crate) struct Service {
    /// SigV4 name, which is also the prefix of its IAM actions.
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    /// Tables of operations, one list of them per part of the service.
    pub(crate) operations: &'static [&'static [&'static [Operation]]],
    /// The same for a REST service with JSON.
    pub(crate) rest: &'static [&'static [RestOperation]],
    /// The same for a REST service with XML.
    pub(crate) xml: &'static [&'static [RestOperation<Members>]],
}

/// A token bucket: how many calls at once, and how many more per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) size: u32,
    pub(crate) refill_per_s: f64,
}

/// Which buckets a call drains.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limits {
    /// No limit is published.
    None,
    /// A bucket of the action's own.
    Action(Bucket),
    /// A bucket of the action's own, and another for calls that neither filter nor page.
    Listing { usual: Bucket, unfiltered: Bucket },
    /// Named buckets that several actions share; a call takes from each.
    Shared(&'static [(&'static str, Bucket)]),
}

impl Limits {
    /// The buckets with their names, for a call that does or does not narrow its list.
    pub(crate) fn buckets(self, operation: &str, narrowed: bool) -> Vec<(String, Bucket)> {
        match self {
            Self::None => Vec::new(),
            Self::Action(bucket) => vec![(operation.to_owned(), bucket)],
            Self::Listing { usual, .. } if narrowed => vec![(operation.to_owned(), usual)],
            Self::Listing { unfiltered, .. } => {
                vec![(format!("{operation} unfiltered"), unfiltered)]
            }
            Self::Shared(buckets) => buckets
                .iter()
                .map(|(name, bucket)| ((*name).to_owned(), *bucket))
                .collect(),
        }
    }
}

impl Service {
    /// Whether a method and a path name its operations.
    pub(crate) fn speaks_rest(&self) -> bool {
        !self.rest.is_empty() || !self.xml.is_empty()
    }

    /// The REST operation of a method and a path, with the labels of the path.
    pub(crate) fn routed(&self, method: &str, path: &str) -> Option<(Routed, Labels)> {
        let json = find(self.rest, method, path);
        let json = json.map(|(operation, labels)| (Routed::Json(operation), labels));
        json.or_else(|| {
            let (operation, labels) = find(self.xml, method, path)?;
            Some((Routed::Xml(operation), labels))
        })
    }

    /// The names of everything that it offers.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'static str> {
        let tables = self.operations.iter().flat_map(|part| part.iter());
        let forms = tables
            .flat_map(|table| table.iter())
            .map(|known| known.name);
        let json = self.rest.iter().flat_map(|table| table.iter());
        let xml = self.xml.iter().flat_map(|table| table.iter());
        forms
            .chain(json.map(|known| known.name))
            .chain(xml.map(|known| known.name))
    }

    pub(crate) fn operation(&self, name: &str) -> Option<&'static Operation> {
        let tables = self.operations.iter().flat_map(|part| part.iter());
        tables
            .flat_map(|table| table.iter())
            .find(|known| known.name == name)
    }
}

/// The operation of tables that a method and a path name, with the labels of the path.
fn find<Body>(
    tables: &'static [&'static [RestOperation<Body>]],
    method: &str,
    path: &str,
) -> Option<(&'static RestOperation<Body>, Labels)> {
    let operations = tables.iter().flat_map(|table| table.iter());
    operations
        .filter(|known| known.method == method)
        .find_map(|known| Some((known, labels(known.path, path)?)))
}
