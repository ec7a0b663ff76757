"""Service networks, what is put into them, the endpoints that lead there, and domains that are verified."""

from ..side import CONSUMER, Side, Voice
from .groups import make_group
from .network import make_vpc, make_vpc_of
from .sharing import TAGS, make_configuration, make_gateway

ABSENT = "sn-00000000000000000"


def make_network(side: Side, **more) -> dict:
    """A service network."""
    name = side.name("net")
    return side.lattice("CreateServiceNetwork", name=name, clientToken=name, **more)


def service_networks(side: Side) -> None:
    """Service networks: made, found, changed, deleted."""
    lattice = side.lattice
    made = make_network(side, tags=TAGS, authType="NONE", sharingConfig={"enabled": False})
    network = {"serviceNetworkIdentifier": made["id"]}
    lattice("GetServiceNetwork", serviceNetworkIdentifier=made["arn"])
    lattice("ListServiceNetworks", maxResults=5)
    lattice("ListTagsForResource", resourceArn=made["arn"])
    taken = {"name": side.name("net"), "clientToken": "another"}
    lattice.refused("CreateServiceNetwork", "ConflictException", **taken)
    lattice.refused("CreateServiceNetwork", "ValidationException", name="two--hyphens")
    code = "ResourceNotFoundException"
    lattice.refused("GetServiceNetwork", code, serviceNetworkIdentifier=ABSENT)
    lattice("UpdateServiceNetwork", **network, authType="AWS_IAM")
    lattice("DeleteServiceNetwork", **network)


def vpcs_in_networks(side: Side) -> None:
    """A VPC in a network: put in, found, changed, taken out."""
    lattice = side.lattice
    vpc, _ = make_vpc(side)
    group = make_group(side, vpc, "net")
    network = {"serviceNetworkIdentifier": make_network(side)["id"]}
    dns = {"privateDnsPreference": "SPECIFIED_DOMAINS_ONLY"}
    dns["privateDnsSpecifiedDomains"] = ["db.example.com", "*.example.org"]
    joined = lattice(
        "CreateServiceNetworkVpcAssociation",
        **network,
        vpcIdentifier=vpc,
        securityGroupIds=[group],
        privateDnsEnabled=True,
        dnsOptions=dns,
        tags=TAGS,
        clientToken=side.name("token"),
    )
    association = {"serviceNetworkVpcAssociationIdentifier": joined["id"]}
    lattice("ListServiceNetworkVpcAssociations", **network, maxResults=1)
    lattice("ListServiceNetworkVpcAssociations", vpcIdentifier=vpc)
    lattice("ListTagsForResource", resourceArn=joined["arn"])
    lattice("GetServiceNetworkVpcAssociation", **association)
    change = {"securityGroupIds": [group]}
    lattice.maybe("UpdateServiceNetworkVpcAssociation", **association, **change)
    lattice.refused("DeleteServiceNetwork", "ConflictException", **network)
    code = "ConflictException"
    lattice.refused("CreateServiceNetworkVpcAssociation", code, **network, vpcIdentifier=vpc)
    lattice.refused("ListServiceNetworkVpcAssociations", "ValidationException")
    lattice.maybe("DeleteServiceNetworkVpcAssociation", **association)


def resources_in_networks(side: Side) -> None:
    """A configuration in a network: put in, found, taken out."""
    lattice = side.lattice
    gateway, _ = make_gateway(side)
    configuration = make_configuration(side, gateway)
    network = {"serviceNetworkIdentifier": make_network(side)["id"]}
    # Whether it may be in a network that can be shared is off until it is said, or on.
    lattice(
        "UpdateResourceConfiguration",
        resourceConfigurationIdentifier=configuration["id"],
        allowAssociationToShareableServiceNetwork=True,
    )
    pair = {**network, "resourceConfigurationIdentifier": configuration["arn"]}
    joined = lattice(
        "CreateServiceNetworkResourceAssociation", **pair, privateDnsEnabled=True, tags=TAGS
    )
    association = {"serviceNetworkResourceAssociationIdentifier": joined["id"]}
    lattice("GetServiceNetworkResourceAssociation", **association)
    lattice("ListServiceNetworkResourceAssociations", **network, includeChildren=True)
    again = "CreateServiceNetworkResourceAssociation"
    lattice.refused(again, "ConflictException", **pair)
    lattice.refused("DeleteServiceNetwork", "ConflictException", **network)
    held = {"resourceConfigurationIdentifier": configuration["id"]}
    lattice.refused("DeleteResourceConfiguration", "ConflictException", **held)
    lattice("ListTagsForResource", resourceArn=joined["arn"])
    lattice.maybe("DeleteServiceNetworkResourceAssociation", **association)


def endpoints_into_networks(side: Side) -> None:
    """Another account's endpoint into a network that is shared with it."""
    gateway, _ = make_gateway(side)
    configuration = make_configuration(side, gateway)
    closed = {"name": side.name("closed"), "sharingConfig": {"enabled": False}}
    closed = side.lattice("CreateServiceNetwork", **closed)["arn"]
    bad = {"name": side.name("bad"), "resourceArns": [closed]}
    side.ram.refused("CreateResourceShare", "OperationNotPermittedException", **bad)
    network = make_network(side, sharingConfig={"enabled": True})
    side.lattice(
        "CreateServiceNetworkResourceAssociation",
        serviceNetworkIdentifier=network["id"],
        resourceConfigurationIdentifier=configuration["id"],
    )
    share_with_consumer(side, network["arn"])
    Voice(side, "vpc-lattice", "consumer")(
        "GetServiceNetwork", serviceNetworkIdentifier=network["arn"]
    )
    ec2 = side.consumer
    vpc, subnets = make_vpc_of(ec2, "10.0.0.0/16")
    asked = {"VpcEndpointType": "ServiceNetwork", "VpcId": vpc, "SubnetIds": subnets}
    gone = {**asked, "ServiceNetworkArn": f"{network['arn'][:-17]}00000000000000000"}
    ec2.refused("CreateVpcEndpoint", "InvalidServiceNetworkArn.NotFound", **gone)
    made = ec2("CreateVpcEndpoint", **asked, ServiceNetworkArn=network["arn"])
    endpoint = {"VpcEndpointIds": [made["VpcEndpoint"]["VpcEndpointId"]]}
    ec2("DescribeVpcEndpoints", **endpoint)
    ec2("DescribeNetworkInterfaces", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    ec2("DescribeVpcEndpointAssociations", **endpoint)
    which = {"serviceNetworkIdentifier": network["id"]}
    side.lattice("ListServiceNetworkVpcEndpointAssociations", **which, maxResults=3)
    side.lattice.refused("DeleteServiceNetwork", "ConflictException", **which)
    ec2("DeleteVpcEndpoints", **endpoint)


def share_with_consumer(side: Side, arn: str) -> None:
    """Shares a network with the other account, which accepts."""
    made = side.ram(
        "CreateResourceShare",
        name=side.name("share"),
        principals=[CONSUMER],
        resourceArns=[arn],
    )
    share = made["resourceShare"]["resourceShareArn"]
    side.ram("ListResourceSharePermissions", resourceShareArn=share)
    theirs = Voice(side, "ram", "consumer")
    found = theirs("GetResourceShareInvitations", resourceShareArns=[share])
    pending = found["resourceShareInvitations"][0]["resourceShareInvitationArn"]
    theirs("AcceptResourceShareInvitation", resourceShareInvitationArn=pending)
    theirs(
        "ListResources", resourceOwner="OTHER-ACCOUNTS", resourceType="vpc-lattice:ServiceNetwork"
    )


def verified_domains(side: Side) -> None:
    """A domain that is to be verified, and a configuration under it."""
    lattice = side.lattice
    started = lattice(
        "StartDomainVerification",
        domainName="example.com",
        tags=TAGS,
        clientToken=side.name("token"),
    )
    verification = {"domainVerificationIdentifier": started["id"]}
    lattice("GetDomainVerification", **verification)
    lattice("ListDomainVerifications", maxResults=5)
    again = {"domainName": "example.com"}
    lattice.refused("StartDomainVerification", "ConflictException", **again)
    gateway, _ = make_gateway(side)
    named = lattice.maybe(
        "CreateResourceConfiguration",
        name=side.name("db"),
        type="SINGLE",
        resourceGatewayIdentifier=gateway,
        resourceConfigurationDefinition={"ipResource": {"ipAddress": "10.1.0.9"}},
        customDomainName="db.example.com",
        **verification,
    )
    if named:
        identifier = {"resourceConfigurationIdentifier": named["id"]}
        lattice("GetResourceConfiguration", **identifier)
        lattice("ListResourceConfigurations", **verification)
        lattice.maybe("DeleteResourceConfiguration", **identifier)
    lattice.maybe("DeleteDomainVerification", **verification)
    code = "ResourceNotFoundException"
    lattice.refused(
        "GetDomainVerification", code, domainVerificationIdentifier="dv-00000000000000000"
    )


CHAPTERS = (
    service_networks,
    vpcs_in_networks,
    resources_in_networks,
    endpoints_into_networks,
    verified_domains,
)
