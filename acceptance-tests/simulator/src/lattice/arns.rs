//! ARNs of Lattice's objects, and the ids in them.

use crate::world::Scope;

/// Prefixes of ids with the words that ARNs have for their kinds.
const KINDS: &[(&str, &str)] = &[
    ("rgw-", "resourcegateway"),
    ("rcfg-", "resourceconfiguration"),
    ("rea-", "resourceendpointassociation"),
    ("snva-", "servicenetworkvpcassociation"),
    ("snra-", "servicenetworkresourceassociation"),
    ("sn-", "servicenetwork"),
    ("dv-", "domainverification"),
];

/// The ARN of an object by its id.
pub(crate) fn arn(scope: &Scope, id: &str) -> String {
    let kind = KINDS.iter().find(|(prefix, _)| id.starts_with(prefix));
    let kind = kind.map_or("unknown", |(_, kind)| kind);
    let (region, account) = (&scope.region, &scope.account);
    format!("arn:aws:vpc-lattice:{region}:{account}:{kind}/{id}")
}

/// The id in an identifier, which is one itself or an ARN.
pub(crate) fn id_of(identifier: &str) -> &str {
    match identifier.starts_with("arn:") {
        true => identifier.rsplit('/').next().unwrap_or_default(),
        false => identifier,
    }
}
