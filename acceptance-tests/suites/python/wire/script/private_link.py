"""Endpoint services, permissions, endpoints, connections."""

from ..side import CONSUMER, OWNER, REGION, Side
from .balancing import make_balancer
from .groups import make_group
from .network import by, make_vpc, make_vpc_of, tagged

ABSENT_SERVICE = "vpce-svc-00000000000000000"
ABSENT_ENDPOINT = "vpce-00000000000000000"


def make_service(side: Side, **more) -> tuple[dict, str, list[str]]:
    """A service on a network load balancer, its VPC and subnets."""
    vpc, subnets = make_vpc(side)
    nlb = make_balancer(side, "network", subnets)
    made = side.ec2("CreateVpcEndpointServiceConfiguration", NetworkLoadBalancerArns=[nlb], **more)
    return made["ServiceConfiguration"], vpc, subnets


def services(side: Side) -> None:
    """Services: made, found, changed, deleted."""
    ec2 = side.ec2
    vpc, subnets = make_vpc(side)
    nlb = make_balancer(side, "network", subnets)
    another = {"Name": side.name("other"), "Type": "network", "Scheme": "internal"}
    other = side.elb("CreateLoadBalancer", **another, Subnets=subnets)
    asked = {
        "NetworkLoadBalancerArns": [nlb],
        "AcceptanceRequired": False,
        "SupportedIpAddressTypes": ["ipv4"],
        "ClientToken": "service-1",
        "TagSpecifications": tagged("vpc-endpoint-service"),
    }
    made = ec2("CreateVpcEndpointServiceConfiguration", **asked)
    service = made["ServiceConfiguration"]["ServiceId"]
    name = made["ServiceConfiguration"]["ServiceName"]
    ec2("DescribeVpcEndpointServiceConfigurations", ServiceIds=[service])
    ec2("DescribeVpcEndpointServiceConfigurations", Filters=by("service-name", name))
    second = other["LoadBalancers"][0]["LoadBalancerArn"]
    change = {"AddNetworkLoadBalancerArns": [second], "AcceptanceRequired": True}
    ec2("ModifyVpcEndpointServiceConfiguration", ServiceId=service, **change)
    ec2("DescribeVpcEndpointServiceConfigurations", ServiceIds=[service])
    root = f"arn:aws:iam::{OWNER}:root"
    ec2("ModifyVpcEndpointServicePermissions", ServiceId=service, AddAllowedPrincipals=[root])
    ec2("DescribeVpcEndpointServices", ServiceNames=[name])
    ec2.maybe("DescribeVpcEndpointServices", Filters=by("service-type", "Gateway"))
    gone = {"NetworkLoadBalancerArns": [nlb.replace(side.name("net"), "gone")]}
    code = "InvalidNetworkLoadBalancerArn.NotFound"
    ec2.refused("CreateVpcEndpointServiceConfiguration", code, **gone)
    ec2("DeleteVpcEndpointServiceConfigurations", ServiceIds=[service, ABSENT_SERVICE])
    code = "InvalidVpcEndpointServiceId.NotFound"
    ec2.refused("DescribeVpcEndpointServiceConfigurations", code, ServiceIds=[service])


def private_names(side: Side) -> None:
    """A service with a private name, which its owner proves to own."""
    service, _, _ = make_service(side, PrivateDnsName="orders.example.com")
    service_id = service["ServiceId"]
    side.ec2.maybe("StartVpcEndpointServicePrivateDnsVerification", ServiceId=service_id)
    side.ec2("DescribeVpcEndpointServiceConfigurations", ServiceIds=[service_id])
    side.ec2(
        "ModifyVpcEndpointServiceConfiguration", ServiceId=service_id, RemovePrivateDnsName=True
    )
    side.ec2("DescribeVpcEndpointServiceConfigurations", ServiceIds=[service_id])


def permissions(side: Side) -> None:
    """Who may connect."""
    ec2 = side.ec2
    service_id = make_service(side)[0]["ServiceId"]
    ec2("DescribeVpcEndpointServicePermissions", ServiceId=service_id)
    principals = [f"arn:aws:iam::{CONSUMER}:root", f"arn:aws:iam::{OWNER}:root"]
    ec2(
        "ModifyVpcEndpointServicePermissions", ServiceId=service_id, AddAllowedPrincipals=principals
    )
    ec2("DescribeVpcEndpointServicePermissions", ServiceId=service_id)
    ec2(
        "DescribeVpcEndpointServicePermissions",
        ServiceId=service_id,
        Filters=by("principal", principals[0]),
    )
    ec2(
        "ModifyVpcEndpointServicePermissions",
        ServiceId=service_id,
        RemoveAllowedPrincipals=principals[1:],
    )
    ec2("DescribeVpcEndpointServicePermissions", ServiceId=service_id)
    code = "InvalidVpcEndpointServiceId.NotFound"
    ec2.refused("DescribeVpcEndpointServicePermissions", code, ServiceId=ABSENT_SERVICE)


def own_endpoints(side: Side) -> None:
    """An endpoint in the service's own account."""
    ec2 = side.ec2
    service, vpc, subnets = make_service(side, AcceptanceRequired=False)
    root = f"arn:aws:iam::{OWNER}:root"
    ec2(
        "ModifyVpcEndpointServicePermissions",
        ServiceId=service["ServiceId"],
        AddAllowedPrincipals=[root],
    )
    group, other = make_group(side, vpc, "endpoint"), make_group(side, vpc, "other")
    asked = {
        "VpcEndpointType": "Interface",
        "VpcId": vpc,
        "ServiceName": service["ServiceName"],
        "SecurityGroupIds": [group],
        "SubnetIds": subnets[:1],
        "ClientToken": "endpoint-1",
        "TagSpecifications": tagged("vpc-endpoint"),
    }
    made = ec2("CreateVpcEndpoint", **asked)
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DescribeVpcEndpoints", Filters=by("service-name", service["ServiceName"]))
    ec2("DescribeNetworkInterfaces", Filters=by("interface-type", "vpc_endpoint"))
    change = {"AddSubnetIds": subnets[1:], "AddSecurityGroupIds": [other]}
    ec2.maybe("ModifyVpcEndpoint", VpcEndpointId=endpoint, **change)
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2.maybe("ModifyVpcEndpoint", VpcEndpointId=endpoint, RemoveSecurityGroupIds=[group])
    ec2("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DeleteVpcEndpoints", VpcEndpointIds=[endpoint, ABSENT_ENDPOINT])
    code = "InvalidVpcEndpointId.NotFound"
    ec2.refused("DescribeVpcEndpoints", code, VpcEndpointIds=[ABSENT_ENDPOINT])


def connections(side: Side) -> None:
    """Another account connects, is let in, is turned away."""
    ec2, consumer = side.ec2, side.consumer
    service, _, _ = make_service(side, AcceptanceRequired=True)
    service_id = service["ServiceId"]
    vpc, subnets = make_vpc_of(consumer, "10.0.0.0/16")
    asked = {
        "VpcEndpointType": "Interface",
        "VpcId": vpc,
        "ServiceName": service["ServiceName"],
        "SubnetIds": subnets,
    }
    consumer.refused("CreateVpcEndpoint", "InvalidServiceName", **asked)
    root = f"arn:aws:iam::{CONSUMER}:root"
    ec2("ModifyVpcEndpointServicePermissions", ServiceId=service_id, AddAllowedPrincipals=[root])
    consumer("DescribeVpcEndpointServices", ServiceNames=[service["ServiceName"]])
    made = consumer("CreateVpcEndpoint", **asked)
    endpoint = made["VpcEndpoint"]["VpcEndpointId"]
    consumer("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DescribeVpcEndpointConnections", Filters=by("service-id", service_id))
    stranger = {"ServiceId": service_id, "VpcEndpointIds": [endpoint]}
    consumer.refused(
        "AcceptVpcEndpointConnections", "InvalidVpcEndpointServiceId.NotFound", **stranger
    )
    ec2("AcceptVpcEndpointConnections", ServiceId=service_id, VpcEndpointIds=[endpoint])
    consumer("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DeleteVpcEndpointServiceConfigurations", ServiceIds=[service_id])
    ec2(
        "RejectVpcEndpointConnections",
        ServiceId=service_id,
        VpcEndpointIds=[endpoint, ABSENT_ENDPOINT],
    )
    ec2("DescribeVpcEndpointConnections", Filters=by("service-id", service_id))
    consumer("DescribeVpcEndpoints", VpcEndpointIds=[endpoint])
    consumer("DeleteVpcEndpoints", VpcEndpointIds=[endpoint])
    ec2("DescribeVpcEndpointConnections", Filters=by("service-id", service_id))


def notifications(side: Side) -> None:
    """Topics that are told of connections."""
    ec2 = side.ec2
    service_id = make_service(side)[0]["ServiceId"]
    topic = f"arn:aws:sns:{REGION}:{OWNER}:connections"
    made = ec2(
        "CreateVpcEndpointConnectionNotification",
        ServiceId=service_id,
        ConnectionNotificationArn=topic,
        ConnectionEvents=["Connect", "Accept"],
        ClientToken="notification-1",
    )
    known = made["ConnectionNotification"]["ConnectionNotificationId"]
    ec2("DescribeVpcEndpointConnectionNotifications", ConnectionNotificationId=known)
    ec2("DescribeVpcEndpointConnectionNotifications", Filters=by("service-id", service_id))
    ec2(
        "ModifyVpcEndpointConnectionNotification",
        ConnectionNotificationId=known,
        ConnectionNotificationArn=f"{topic}-2",
        ConnectionEvents=["Delete"],
    )
    ids = [known, "vpce-nfn-00000000000000000"]
    ec2("DeleteVpcEndpointConnectionNotifications", ConnectionNotificationIds=ids)
    code = "InvalidConnectionNotification"
    gone = {"ConnectionNotificationId": known}
    ec2.refused("DescribeVpcEndpointConnectionNotifications", code, **gone)


CHAPTERS = (services, private_names, permissions, own_endpoints, connections, notifications)
