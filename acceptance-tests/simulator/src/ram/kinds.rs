//! Kinds of resources that Lattice lets RAM share, each with its managed permission: what receivers may do.

use crate::engine::Call;
use crate::world::Scope;
use crate::world::lattice::ResourceConfiguration;
use crate::world::service_network::ServiceNetwork;

/// A kind of resource.
pub(super) struct Shareable {
    /// RAM's word: `vpc-lattice:ResourceConfiguration`.
    pub(super) name: &'static str,
    /// The word in ARNs.
    segment: &'static str,
    /// The default permission, the only one that is known.
    pub(super) permission: &'static str,
    pub(super) version: &'static str,
    pub(super) actions: &'static [&'static str],
    /// Whether the caller has such a resource, and whether it may be shared.
    pub(super) look: fn(&Call<'_>, &str) -> Option<bool>,
}

/// Source: the Lattice guide, "Share your VPC Lattice entities". The permission of networks is known by
/// its name alone, from users of Terraform: its actions are what the guide lets receivers do.
pub(super) const KINDS: &[Shareable] = &[
    Shareable {
        name: "vpc-lattice:ResourceConfiguration",
        segment: "resourceconfiguration",
        permission: "AWSRAMPermissionVpcLatticeResourceConfiguration",
        version: "2",
        actions: &[
            "vpc-lattice:CreateServiceNetworkResourceAssociation",
            "vpc-lattice:GetResourceConfiguration",
            "vpc-lattice:AssociateViaAWSService",
            "vpc-lattice:AssociateViaAWSService-EventsAndStates",
        ],
        look: |call, id| call.find::<ResourceConfiguration>(id).map(|_| true),
    },
    Shareable {
        name: "vpc-lattice:ServiceNetwork",
        segment: "servicenetwork",
        permission: "AWSRAMPermissionVpcLatticeServiceNetworkReadWrite",
        version: "1",
        actions: &[
            "vpc-lattice:CreateServiceNetworkResourceAssociation",
            "vpc-lattice:CreateServiceNetworkServiceAssociation",
            "vpc-lattice:CreateServiceNetworkVpcAssociation",
            "vpc-lattice:GetServiceNetwork",
        ],
        look: |call, id| Some(call.find::<ServiceNetwork>(id)?.value().shareable),
    },
];

impl Shareable {
    /// Its name without the service's.
    pub(super) fn word(&self) -> &'static str {
        self.name.split(':').next_back().unwrap_or_default()
    }

    /// The ARN of its permission.
    pub(super) fn permission_arn(&self) -> String {
        format!("arn:aws:ram::aws:permission/{}", self.permission)
    }
}

/// The kind of an ARN of a scope's, and the id in it.
pub(super) fn of_own<'a>(scope: &Scope, arn: &'a str) -> Option<(&'static Shareable, &'a str)> {
    let prefix = format!("arn:aws:vpc-lattice:{}:{}:", scope.region, scope.account);
    let (segment, id) = arn.strip_prefix(&prefix)?.split_once('/')?;
    let kind = KINDS.iter().find(|kind| kind.segment == segment)?;
    Some((kind, id))
}

/// The kind of a resource that is in a share.
pub(super) fn of(arn: &str) -> Option<&'static Shareable> {
    let segment = arn.rsplit(':').next()?.split('/').next()?;
    KINDS.iter().find(|kind| kind.segment == segment)
}
