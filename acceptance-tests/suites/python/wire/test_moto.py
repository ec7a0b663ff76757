"""The same calls to the simulator and to moto: shapes, states, defaults and codes agree, or it is known why not."""

import botocore
import pytest
from moto.ec2.responses import EC2Response
from moto.elbv2.responses import ELBV2Response
from moto.ram.responses import ResourceAccessManagerResponse
from moto.rds.responses import RDSResponse
from moto.route53.responses import Route53
from moto.sts.responses import TokenResponse
from moto.vpclattice.responses import VPCLatticeResponse

from . import recording, script
from .comparison import compare
from .differences import KNOWN, known
from .side import Side

# Of Lattice moto has services, of RAM the shares alone.
LACKED_OF_SHARES = {
    *(
        ("ram", operation)
        for operation in (
            "AcceptResourceShareInvitation",
            "AssociateResourceShare",
            "DisassociateResourceShare",
            "GetPermission",
            "GetResourceShareInvitations",
            "ListPendingInvitationResources",
            "ListPrincipals",
            "ListResourceSharePermissions",
            "ListResources",
            "RejectResourceShareInvitation",
            "TagResource",
            "UntagResource",
        )
    ),
    *(
        ("vpc-lattice", operation)
        for operation in (
            "CreateResourceConfiguration",
            "CreateResourceGateway",
            "DeleteResourceConfiguration",
            "DeleteResourceEndpointAssociation",
            "DeleteResourceGateway",
            "GetResourceConfiguration",
            "GetResourceGateway",
            "ListResourceConfigurations",
            "ListResourceEndpointAssociations",
            "ListResourceGateways",
            "UpdateResourceConfiguration",
            "UpdateResourceGateway",
        )
    ),
}
# Of service networks it has those that make and list.
LACKED_OF_NETWORKS = {
    ("vpc-lattice", operation)
    for operation in (
        "DeleteDomainVerification",
        "DeleteServiceNetwork",
        "DeleteServiceNetworkResourceAssociation",
        "DeleteServiceNetworkVpcAssociation",
        "GetDomainVerification",
        "GetServiceNetworkVpcAssociation",
        "ListDomainVerifications",
        "ListServiceNetworkVpcEndpointAssociations",
        "StartDomainVerification",
        "UpdateServiceNetwork",
        "UpdateServiceNetworkVpcAssociation",
    )
}
# Operations of the simulator that moto does not have. When it learns one, take it out here.
LACKED = {
    *LACKED_OF_SHARES,
    *LACKED_OF_NETWORKS,
    ("ec2", "DescribeVpcEndpointAssociations"),
    ("ec2", "AcceptVpcEndpointConnections"),
    ("ec2", "CreateVpcEndpointConnectionNotification"),
    ("ec2", "DeleteVpcEndpointConnectionNotifications"),
    ("ec2", "DescribeVpcEndpointConnectionNotifications"),
    ("ec2", "DescribeVpcEndpointConnections"),
    ("ec2", "ModifyVpcEndpointConnectionNotification"),
    ("ec2", "RejectVpcEndpointConnections"),
    ("ec2", "StartVpcEndpointServicePrivateDnsVerification"),
}
# Chapters that cannot be finished with moto, and where they end.
UNFINISHED = {
    "pages": "after pages:DescribeVpcs#1",  # it does not page
    "secure_listeners": "secure_listeners:CreateListener#2: CertificateNotFound",  # it asks its ACM
    "connections": "connections:DescribeVpcEndpointServices#1: InvalidServiceName",  # not to others
    "service_networks": "service_networks:UpdateServiceNetwork#1: 500",
    "vpcs_in_networks": "vpcs_in_networks:GetServiceNetworkVpcAssociation#1: 500",
    "verified_domains": "verified_domains:StartDomainVerification#1: 404",
    # It has none of their operations.
    "notifications": "notifications:CreateVpcEndpointConnectionNotification#1: unreadable",
    **{
        chapter: f"{chapter}:CreateResourceGateway#1: 404"
        for chapter in (
            "resource_gateways",
            "resource_configurations",
            "shared_resources",
            "invitations",
            "resources_in_networks",
            "endpoints_into_networks",
            "configurations_by_arn",
        )
    },
}
HANDLERS = {
    "ec2": EC2Response,
    "elasticloadbalancing": ELBV2Response,
    "ram": ResourceAccessManagerResponse,
    "rds": RDSResponse,
    "route53": Route53,
    "sts": TokenResponse,
    "vpc-lattice": VPCLatticeResponse,
}


@pytest.fixture
def simulator_url(simulate) -> str:
    """A simulator where nothing keeps anybody waiting."""
    return simulate("--waits", "zero").url


def test_moto_lacks_what_it_is_known_to_lack(simulator_url):
    """The list is exact, so that what moto learns is compared from then on."""
    lacked = {
        (service, operation)
        for service, operation in recording.operations(simulator_url)
        if not hasattr(HANDLERS[service], botocore.xform_name(operation))
    }
    assert lacked == LACKED


@pytest.mark.filterwarnings("ignore:Exception:UserWarning")
def test_every_difference_from_moto_is_known_with_its_reason(simulator_url, moto_url):
    """No difference without a row in the table, no row without a difference."""
    ours, theirs = Side(simulator_url, strict=True), Side(moto_url, strict=False)
    script.run(ours)
    assert script.run(theirs) == UNFINISHED
    differences = list(compare(ours.said, theirs.said))
    assert [str(difference) for difference in differences if known(difference) is None] == []
    needed = {known(difference) for difference in differences}
    assert [row for row in KNOWN if row not in needed] == []
    both = {said.label for said in ours.said} & {said.label for said in theirs.said}
    assert len(both) > 200, "the scripts have parted early"
