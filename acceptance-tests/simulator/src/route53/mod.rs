//! Route 53, as far as it shows what AWS's services make in a VPC.
//!
//! | file | idea |
//! |---|---|
//! | `managed` | hosted zones that services of AWS own |
//! | `of_vpcs` | ListHostedZonesByVPC |

mod managed;
mod of_vpcs;

use crate::engine::Service;
use crate::wire::{Dialect, Protocol};

/// Route 53. It is one for all regions; what it says of a VPC names the VPC's region.
pub(crate) const SERVICE: Service = Service {
    name: "route53",
    dialect: Dialect {
        protocol: Protocol::RestXml,
        version: "2013-04-01",
        namespace: "https://route53.amazonaws.com/doc/2013-04-01/",
        failure: "InternalFailure",
        silent: &[],
    },
    operations: &[],
    rest: &[],
    xml: &[of_vpcs::OPERATIONS],
};
