"""Identities, regions and zones, VPCs and what is in them."""

import base64
import json

from ..side import CONSUMER, OWNER, REGION, Side

READING = {"Statement": [{"Effect": "Allow", "Action": "ec2:Describe*", "Resource": "*"}]}
TAGS = [{"Key": "Name", "Value": "wire & <truth>"}, {"Key": "empty", "Value": ""}]


def tagged(kind: str) -> list[dict]:
    """Tags along with a create."""
    return [{"ResourceType": kind, "Tags": TAGS}]


def by(name: str, *values: str) -> list[dict]:
    """One filter."""
    return [{"Name": name, "Values": list(values)}]


def make_vpc(side: Side, cidr: str = "10.0.0.0/16") -> tuple[str, list[str]]:
    """A VPC with a subnet in each of the first two zones by id."""
    return make_vpc_of(side.ec2, cidr)


def make_vpc_of(ec2, cidr: str) -> tuple[str, list[str]]:
    """The same for an account's EC2."""
    vpc = ec2("CreateVpc", CidrBlock=cidr)["Vpc"]["VpcId"]
    zones = ec2("DescribeAvailabilityZones", Filters=by("state", "available"))["AvailabilityZones"]
    names = [zone["ZoneName"] for zone in sorted(zones, key=lambda zone: zone["ZoneId"])[:2]]
    subnets = []
    for number, name in enumerate(names):
        block = cidr.replace(".0.0/16", f".{number}.0/24")
        made = ec2("CreateSubnet", VpcId=vpc, CidrBlock=block, AvailabilityZone=name)
        subnets.append(made["Subnet"]["SubnetId"])
    return vpc, subnets


def identities(side: Side) -> None:
    """Who calls, and who calls by a role."""
    side.sts("GetCallerIdentity")
    role = f"arn:aws:iam::{CONSUMER}:role/outsider"
    side.sts("AssumeRole", RoleArn=role, RoleSessionName="wire", DurationSeconds=900)
    side.sts(
        "AssumeRole",
        RoleArn=role,
        RoleSessionName="wire@example.com",
        ExternalId="outsider-1",
        SourceIdentity="somebody",
    )
    side.sts(
        "AssumeRole",
        RoleArn=role,
        RoleSessionName="tagged",
        Tags=[{"Key": "team", "Value": "network"}],
        TransitiveTagKeys=["team"],
        Policy=json.dumps(READING),
    )
    side.sts.refused(
        "AssumeRole", "ValidationError", RoleArn=role, RoleSessionName="not a session name"
    )
    side.sts.refused(
        "AssumeRole", "MalformedPolicyDocument", RoleArn=role, RoleSessionName="x1", Policy="all"
    )


def web_identities(side: Side) -> None:
    """Who calls with the token of an identity provider, and nothing else."""
    named = {"RoleArn": f"arn:aws:iam::{CONSUMER}:role/outsider", "RoleSessionName": "wire"}
    operation = "AssumeRoleWithWebIdentity"
    side.sts(operation, **named, WebIdentityToken=identity_token(4_000_000_000))
    expired = identity_token(1_000_000_000)
    side.sts.refused(operation, "ExpiredTokenException", **named, WebIdentityToken=expired)
    side.sts.refused(operation, "InvalidIdentityToken", **named, WebIdentityToken="opaque")


def identity_token(expires: int) -> str:
    """A JWT as identity providers issue them, good until that second."""
    claims = {"iss": "https://id.example.com", "sub": "job:main", "aud": "sts", "exp": expires}
    parts = [json.dumps(part).encode() for part in ({"alg": "RS256"}, claims)]
    encoded = [base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts]
    return ".".join([*encoded, "c2lnbmF0dXJl"])


def places(side: Side) -> None:
    """Regions and zones."""
    side.ec2("DescribeRegions", RegionNames=[REGION])
    side.ec2("DescribeRegions", AllRegions=True, Filters=by("region-name", "eu-*"))
    side.ec2("DescribeAvailabilityZones")
    side.ec2("DescribeAvailabilityZones", Filters=by("zone-name", f"{REGION}a"))
    side.ec2.refused("DescribeRegions", "InvalidParameterValue", RegionNames=["nowhere-1"])
    side.ec2.refused("DescribeAvailabilityZones", "InvalidParameterValue", ZoneNames=["nowhere-1a"])


def vpcs(side: Side) -> None:
    """VPCs with their attributes and address blocks."""
    ec2 = side.ec2
    made = ec2("CreateVpc", CidrBlock="10.0.0.0/16", TagSpecifications=tagged("vpc"))
    vpc = made["Vpc"]["VpcId"]
    ec2("CreateVpc", CidrBlock="10.9.0.0/16")
    ec2("DescribeVpcs", VpcIds=[vpc])
    ec2("DescribeVpcs", Filters=by("tag:Name", TAGS[0]["Value"]))
    ec2("DescribeVpcs", Filters=by("is-default", "true"))
    ec2("AssociateVpcCidrBlock", VpcId=vpc, CidrBlock="10.1.0.0/16")
    ec2("DescribeVpcs", VpcIds=[vpc])
    for attribute in ("enableDnsSupport", "enableDnsHostnames"):
        ec2("DescribeVpcAttribute", VpcId=vpc, Attribute=attribute)
    ec2("ModifyVpcAttribute", VpcId=vpc, EnableDnsHostnames={"Value": True})
    ec2("DescribeVpcAttribute", VpcId=vpc, Attribute="enableDnsHostnames")
    ec2("ModifyVpcAttribute", VpcId=vpc, EnableDnsSupport={"Value": True})
    absent = "vpc-00000000000000000"
    ec2.refused("DescribeVpcs", "InvalidVpcID.NotFound", VpcIds=[absent])
    ec2.refused("CreateVpc", "InvalidVpc.Range", CidrBlock="10.0.0.0/8")
    ec2.refused(
        "DescribeVpcAttribute", "InvalidVpcID.NotFound", VpcId=absent, Attribute="enableDnsSupport"
    )
    ec2("DeleteVpc", VpcId=vpc)
    ec2.refused("DeleteVpc", "InvalidVpcID.NotFound", VpcId=vpc)


def pages(side: Side) -> None:
    """Long lists come in pages."""
    for number in range(7):
        side.ec2("CreateVpc", CidrBlock=f"10.{number}.0.0/16")
    first = side.ec2("DescribeVpcs", MaxResults=5)
    side.ec2("DescribeVpcs", MaxResults=5, NextToken=first["NextToken"])


def subnets(side: Side) -> None:
    """Subnets, and what a VPC has from the beginning."""
    ec2 = side.ec2
    vpc, (one, two) = make_vpc(side)
    ec2(
        "CreateSubnet",
        VpcId=vpc,
        CidrBlock="10.0.8.0/24",
        AvailabilityZone=f"{REGION}a",
        TagSpecifications=tagged("subnet"),
    )
    ec2("DescribeSubnets", SubnetIds=[one])
    ec2("DescribeSubnets", Filters=[*by("vpc-id", vpc), *by("tag:empty", "")])
    ec2("DescribeRouteTables", Filters=by("vpc-id", vpc))
    ec2("DescribeNetworkAcls", Filters=by("vpc-id", vpc))
    ec2("DescribeNetworkInterfaces", Filters=by("vpc-id", vpc))
    outside = {"VpcId": vpc, "CidrBlock": "10.7.0.0/24"}
    ec2.refused("CreateSubnet", "InvalidSubnet.Range", **outside)
    ec2.refused("CreateSubnet", "InvalidSubnet.Conflict", VpcId=vpc, CidrBlock="10.0.0.0/25")
    nowhere = {"VpcId": vpc, "CidrBlock": "10.0.9.0/24", "AvailabilityZone": "nowhere-1a"}
    ec2.refused("CreateSubnet", "InvalidParameterValue", **nowhere)
    ec2.refused("DeleteVpc", "DependencyViolation", VpcId=vpc)
    ec2("DeleteSubnet", SubnetId=two)
    ec2.refused("DeleteSubnet", "InvalidSubnetID.NotFound", SubnetId=two)
    ec2.refused("DescribeSubnets", "InvalidSubnetID.NotFound", SubnetIds=[two])


def gateways(side: Side) -> None:
    """Internet gateways."""
    ec2 = side.ec2
    vpc, _ = make_vpc(side)
    made = ec2("CreateInternetGateway", TagSpecifications=tagged("internet-gateway"))
    gateway = made["InternetGateway"]["InternetGatewayId"]
    ec2("AttachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    ec2("DescribeInternetGateways", Filters=by("attachment.vpc-id", vpc))
    ec2.refused("DeleteInternetGateway", "DependencyViolation", InternetGatewayId=gateway)
    ec2("DetachInternetGateway", InternetGatewayId=gateway, VpcId=vpc)
    ec2.refused(
        "DetachInternetGateway", "Gateway.NotAttached", InternetGatewayId=gateway, VpcId=vpc
    )
    ec2("DeleteInternetGateway", InternetGatewayId=gateway)
    absent = {"InternetGatewayIds": [gateway]}
    ec2.refused("DescribeInternetGateways", "InvalidInternetGatewayID.NotFound", **absent)


def strangers(side: Side) -> None:
    """What belongs to one account is not there for another."""
    _, (subnet, _) = make_vpc(side)
    make_vpc_of(side.consumer, "10.0.0.0/16")
    side.consumer.refused("DescribeSubnets", "InvalidSubnetID.NotFound", SubnetIds=[subnet])
    side.consumer("DescribeSubnets", Filters=by("owner-id", OWNER))


CHAPTERS = (identities, web_identities, places, vpcs, pages, subnets, gateways, strangers)
