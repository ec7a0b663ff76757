"""IPv6 beside IPv4: address blocks, dualstack load balancers, services and endpoints of both families."""

import ipaddress

from ..side import OWNER, REGION, Side
from .balancing import make_balancer
from .groups import make_group
from .network import by, make_vpc


def part(block: str, number: int) -> str:
    """The nth /64 of a block."""
    network = ipaddress.ip_network(block)
    return str(list(network.subnets(new_prefix=64))[number])


def blocks(side: Side) -> None:
    """Blocks of VPCs and subnets: with a create, later, and away again."""
    ec2 = side.ec2
    made = ec2("CreateVpc", CidrBlock="10.0.0.0/16", AmazonProvidedIpv6CidrBlock=True)
    vpc = made["Vpc"]["VpcId"]
    seen = ec2("DescribeVpcs", VpcIds=[vpc])["Vpcs"][0]
    block = seen["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    where = {"VpcId": vpc, "AvailabilityZone": f"{REGION}a"}
    ec2("CreateSubnet", **where, CidrBlock="10.0.0.0/24", Ipv6CidrBlock=part(block, 0))
    later = ec2("CreateSubnet", **where, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    given = ec2("AssociateSubnetCidrBlock", SubnetId=later, Ipv6CidrBlock=part(block, 1))
    ec2("DescribeSubnets", SubnetIds=[later])
    own = given["Ipv6CidrBlockAssociation"]["AssociationId"]
    ec2("DisassociateSubnetCidrBlock", AssociationId=own)
    ec2("DescribeSubnets", SubnetIds=[later])
    ec2("CreateSubnet", **where, Ipv6Native=True, Ipv6CidrBlock=part(block, 2))
    ec2("DescribeNetworkAcls", Filters=by("vpc-id", vpc))
    ec2("DescribeRouteTables", Filters=by("vpc-id", vpc))
    more = ec2("AssociateVpcCidrBlock", VpcId=vpc, CidrBlock="10.1.0.0/16")
    extra = more["CidrBlockAssociation"]["AssociationId"]
    ec2("DisassociateVpcCidrBlock", AssociationId=extra)
    first = seen["Ipv6CidrBlockAssociationSet"][0]["AssociationId"]
    ec2.refused("DisassociateVpcCidrBlock", "InvalidCidrBlock.InUse", AssociationId=first)
    primary = seen["CidrBlockAssociationSet"][0]["AssociationId"]
    ec2.refused("DisassociateVpcCidrBlock", "OperationNotPermitted", AssociationId=primary)
    code = "InvalidVpcCidrBlockAssociationID.NotFound"
    ec2.refused("DisassociateVpcCidrBlock", code, AssociationId=extra)
    code = "InvalidSubnetCidrBlockAssociationID.NotFound"
    ec2.refused("DisassociateSubnetCidrBlock", code, AssociationId=own)
    second = ec2("AssociateVpcCidrBlock", VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    extra = second["Ipv6CidrBlockAssociation"]["AssociationId"]
    ec2("DisassociateVpcCidrBlock", AssociationId=extra)


def widened(side: Side) -> tuple[str, list[str], str]:
    """A VPC with IPv6 in both of its subnets, and its IPv6 block."""
    vpc, subnets = make_vpc(side)
    side.ec2("AssociateVpcCidrBlock", VpcId=vpc, AmazonProvidedIpv6CidrBlock=True)
    seen = side.ec2("DescribeVpcs", VpcIds=[vpc])["Vpcs"][0]
    block = seen["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
    for number, subnet in enumerate(subnets):
        side.ec2("AssociateSubnetCidrBlock", SubnetId=subnet, Ipv6CidrBlock=part(block, number))
    return vpc, subnets, block


def both_families(side: Side) -> None:
    """A dualstack load balancer, its service, an endpoint of both families."""
    ec2, elb = side.ec2, side.elb
    vpc, subnets, block = widened(side)
    nlb = make_balancer(side, "network", subnets, IpAddressType="dualstack")
    elb("DescribeLoadBalancers", LoadBalancerArns=[nlb])
    elb("SetIpAddressType", LoadBalancerArn=nlb, IpAddressType="ipv4")
    elb("SetIpAddressType", LoadBalancerArn=nlb, IpAddressType="dualstack")
    made = ec2(
        "CreateVpcEndpointServiceConfiguration",
        NetworkLoadBalancerArns=[nlb],
        AcceptanceRequired=False,
        SupportedIpAddressTypes=["ipv4", "ipv6"],
    )
    service = made["ServiceConfiguration"]
    root = f"arn:aws:iam::{OWNER}:root"
    known = {"ServiceId": service["ServiceId"]}
    ec2("ModifyVpcEndpointServicePermissions", **known, AddAllowedPrincipals=[root])
    ec2("ModifyVpcEndpointServiceConfiguration", **known, RemoveSupportedIpAddressTypes=["ipv6"])
    ec2("ModifyVpcEndpointServiceConfiguration", **known, AddSupportedIpAddressTypes=["ipv6"])
    ec2("DescribeVpcEndpointServices", ServiceNames=[service["ServiceName"]])
    fixed = {
        "SubnetId": subnets[0],
        "Ipv4": "10.0.0.77",
        "Ipv6": str(ipaddress.ip_network(part(block, 0))[77]),
    }
    made = ec2(
        "CreateVpcEndpoint",
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName=service["ServiceName"],
        SubnetIds=subnets[:1],
        SubnetConfigurations=[fixed],
        SecurityGroupIds=[make_group(side, vpc, "endpoint")],
        IpAddressType="dualstack",
        DnsOptions={"DnsRecordIpType": "dualstack"},
    )
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DescribeNetworkInterfaces", Filters=by("interface-type", "vpc_endpoint"))
    moved = {**fixed, "Ipv4": "10.0.0.78"}
    ec2.maybe("ModifyVpcEndpoint", VpcEndpointId=endpoint, SubnetConfigurations=[moved])
    ec2.maybe("ModifyVpcEndpoint", VpcEndpointId=endpoint, IpAddressType="ipv4")
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    taken = {"SubnetId": subnets[0], "Ipv4": "10.0.0.78"}
    ec2.refused(
        "CreateVpcEndpoint",
        "InvalidIPAddress.InUse",
        VpcEndpointType="Interface",
        VpcId=vpc,
        ServiceName=service["ServiceName"],
        SubnetConfigurations=[taken],
    )


CHAPTERS = (blocks, both_families)
