"""Resource gateways and configurations, shares of them, and the endpoints that lead there."""

from ..side import CONSUMER, REGION, Side, Voice
from .groups import make_group
from .network import by, make_vpc, make_vpc_of

ABSENT = "rgw-00000000000000000"
TAGS = {"Name": "wire/truth=1", "empty": ""}
DOMAIN = {"dnsResource": {"domainName": "db.example.com", "ipAddressType": "IPV4"}}


def make_gateway(side: Side) -> tuple[str, str]:
    """A resource gateway and its VPC."""
    vpc, subnets = make_vpc(side)
    return make_gateway_in(side, vpc, subnets), vpc


def make_gateway_in(side: Side, vpc: str, subnets: list[str]) -> str:
    """A resource gateway in subnets of a VPC."""
    asked = {"name": side.name("gate"), "vpcIdentifier": vpc, "subnetIds": subnets}
    return side.lattice("CreateResourceGateway", **asked)["id"]


def make_configuration(side: Side, gateway: str) -> dict:
    """A resource configuration of a database's name."""
    return side.lattice(
        "CreateResourceConfiguration",
        name=side.name("db"),
        type="SINGLE",
        portRanges=["5432"],
        resourceGatewayIdentifier=gateway,
        resourceConfigurationDefinition=DOMAIN,
        clientToken=side.name("token"),
        tags=TAGS,
    )


def resource_gateways(side: Side) -> None:
    """Resource gateways: made, found, changed, deleted."""
    lattice = side.lattice
    gateway, vpc = make_gateway(side)
    group = make_group(side, vpc, "gateway")
    lattice("ListResourceGateways", maxResults=1)
    lattice.maybe(
        "UpdateResourceGateway", resourceGatewayIdentifier=gateway, securityGroupIds=[group]
    )
    arn = lattice("GetResourceGateway", resourceGatewayIdentifier=gateway)["arn"]
    lattice("TagResource", resourceArn=arn, tags=TAGS)
    lattice("UntagResource", resourceArn=arn, tagKeys=["empty", "nobody"])
    lattice("ListTagsForResource", resourceArn=arn)
    no_arn = {"resourceArn": gateway}
    lattice.refused("ListTagsForResource", "ValidationException", **no_arn)
    lattice.maybe("DeleteResourceGateway", resourceGatewayIdentifier=gateway)
    code = "ResourceNotFoundException"
    lattice.refused("GetResourceGateway", code, resourceGatewayIdentifier=ABSENT)
    bad = {"name": "rgw-bad", "vpcIdentifier": vpc, "subnetIds": ["subnet-00000000000000000"]}
    lattice.refused("CreateResourceGateway", "ValidationException", **bad)


def resource_configurations(side: Side) -> None:
    """Resource configurations of each type."""
    lattice = side.lattice
    gateway, _ = make_gateway(side)
    single = make_configuration(side, gateway)["id"]
    lattice("GetResourceConfiguration", resourceConfigurationIdentifier=single)
    group = lattice(
        "CreateResourceConfiguration",
        name=side.name("group"),
        type="GROUP",
        resourceGatewayIdentifier=gateway,
        groupDomain="example.com",
    )["id"]
    child = lattice(
        "CreateResourceConfiguration",
        name=side.name("child"),
        type="CHILD",
        portRanges=["443", "8000-8010"],
        resourceConfigurationGroupIdentifier=group,
        customDomainName="api.example.com",
        resourceConfigurationDefinition={"ipResource": {"ipAddress": "10.1.0.9"}},
    )["id"]
    lattice("ListResourceConfigurations", resourceGatewayIdentifier=gateway, maxResults=2)
    change = {"portRanges": ["5432-5433"], "allowAssociationToShareableServiceNetwork": False}
    lattice.maybe(
        "UpdateResourceConfiguration", resourceConfigurationIdentifier=single, **change
    )
    held = {"resourceGatewayIdentifier": gateway}
    lattice.refused("DeleteResourceGateway", "ConflictException", **held)
    for identifier in (child, group, single):
        lattice.maybe("DeleteResourceConfiguration", resourceConfigurationIdentifier=identifier)
    bad = {"name": side.name("bad"), "type": "GROUP", "resourceGatewayIdentifier": gateway}
    bad["customDomainName"] = "db.example.com"
    lattice.refused("CreateResourceConfiguration", "ValidationException", **bad)


def shares(side: Side) -> None:
    """A share that holds nothing yet."""
    ram = side.ram
    made = ram(
        "CreateResourceShare",
        name=side.name("share"),
        allowExternalPrincipals=True,
        tags=[{"key": "Name", "value": "wire"}],
        clientToken="share-1",
    )
    share = made["resourceShare"]["resourceShareArn"]
    ram("GetResourceShares", resourceOwner="SELF", resourceShareArns=[share])
    ram("UpdateResourceShare", resourceShareArn=share, name=side.name("other"))
    ram("GetResourceShares", resourceOwner="SELF", name=side.name("other"))
    ram("DeleteResourceShare", resourceShareArn=share)


def shared_resources(side: Side) -> None:
    """What a share holds and gives, as its owner sees it."""
    ram = side.ram
    gateway, _ = make_gateway(side)
    configuration = make_configuration(side, gateway)["arn"]
    made = ram(
        "CreateResourceShare", name=side.name("share"), resourceArns=[configuration], tags=[]
    )
    share = made["resourceShare"]["resourceShareArn"]
    ram("ListPermissions", resourceType="vpc-lattice:ResourceConfiguration")
    given = ram("ListResourceSharePermissions", resourceShareArn=share)["permissions"][0]
    ram("GetPermission", permissionArn=given["arn"])
    ram("TagResource", resourceShareArn=share, tags=[{"key": "team", "value": "network"}])
    ram("UntagResource", resourceShareArn=share, tagKeys=["team", "nobody"])
    ram("AssociateResourceShare", resourceShareArn=share, principals=[CONSUMER])
    ram("ListPrincipals", resourceOwner="SELF", resourceShareArns=[share])
    ram("ListResources", resourceOwner="SELF", resourceShareArns=[share])
    for kind in ("PRINCIPAL", "RESOURCE"):
        ram("GetResourceShareAssociations", associationType=kind, resourceShareArns=[share])
    ram.maybe("DisassociateResourceShare", resourceShareArn=share, resourceArns=[configuration])
    code = "UnknownResourceException"
    absent = f"{share[:-12]}000000000000"
    ram.refused("DeleteResourceShare", code, resourceShareArn=absent)
    bad = {"name": side.name("bad"), "principals": ["orders"]}
    ram.refused("CreateResourceShare", "InvalidParameterException", **bad)
    foreign = configuration.replace(REGION, "eu-west-1")
    bad = {"name": side.name("bad"), "resourceArns": [foreign]}
    ram.refused("CreateResourceShare", "MalformedArnException", **bad)


def invitations(side: Side) -> None:
    """Another account is invited, says no, says yes, connects and is cut off."""
    gateway, _ = make_gateway(side)
    configuration = make_configuration(side, gateway)
    theirs = Voice(side, "ram", "consumer")
    for answer in ("RejectResourceShareInvitation", "AcceptResourceShareInvitation"):
        made = side.ram(
            "CreateResourceShare",
            name=side.name(answer[:6].lower()),
            principals=[CONSUMER],
            resourceArns=[configuration["arn"]],
        )
        share = made["resourceShare"]["resourceShareArn"]
        found = theirs("GetResourceShareInvitations", resourceShareArns=[share])
        pending = found["resourceShareInvitations"][0]
        invitation = {"resourceShareInvitationArn": pending["resourceShareInvitationArn"]}
        theirs("ListPendingInvitationResources", **invitation)
        theirs(answer, **invitation)
    code = "ResourceShareInvitationAlreadyAcceptedException"
    theirs.refused("AcceptResourceShareInvitation", code, **invitation)
    theirs("GetResourceShares", resourceOwner="OTHER-ACCOUNTS")
    theirs("ListResources", resourceOwner="OTHER-ACCOUNTS")
    theirs("ListPrincipals", resourceOwner="OTHER-ACCOUNTS")
    endpoint = connect(side, configuration["arn"])
    listed = side.lattice(
        "ListResourceEndpointAssociations", resourceConfigurationIdentifier=configuration["id"]
    )
    association = {"resourceEndpointAssociationIdentifier": listed["items"][0]["id"]}
    side.lattice("DeleteResourceEndpointAssociation", **association)
    side.consumer("DescribeVpcEndpointAssociations", VpcEndpointIds=[endpoint])
    side.consumer("DeleteVpcEndpoints", VpcEndpointIds=[endpoint])


def connect(side: Side, configuration: str) -> str:
    """The other account's endpoint to a configuration."""
    ec2 = side.consumer
    vpc, subnets = make_vpc_of(ec2, "10.0.0.0/16")
    asked = {"VpcEndpointType": "Resource", "VpcId": vpc, "SubnetIds": subnets}
    gone = {**asked, "ResourceConfigurationArn": f"{configuration[:-17]}00000000000000000"}
    ec2.refused("CreateVpcEndpoint", "InvalidResourceConfigurationArn.NotFound", **gone)
    made = ec2("CreateVpcEndpoint", **asked, ResourceConfigurationArn=configuration)
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DescribeVpcEndpoints", Filters=by("vpc-id", vpc))
    ec2("DescribeVpcEndpointAssociations", VpcEndpointIds=[endpoint])
    return endpoint


CHAPTERS = (
    resource_gateways,
    resource_configurations,
    shares,
    shared_resources,
    invitations,
)
