//! EC2's words for ids that do not exist.

use crate::wire::Refusal;

/// `InvalidVpcID.NotFound`.
pub(super) fn vpc_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidVpcID.NotFound",
        format!("The vpc ID '{id}' does not exist"),
    )
}
