"""Endpoints that another team makes to a bridge's service, in an account of its own."""

from harness.bridge import Bridge
from harness.world import CIDR, REGION

STRANGER = "333333333333"


def ask_in(bridge: Bridge, region: str = REGION) -> str:
    """A stranger's endpoint, in whichever region."""
    near = region == REGION
    place = bridge.world.add_place(STRANGER, CIDR if near else "10.60.0.0/16", region=region)
    made = bridge.world.ec2(STRANGER, region).create_vpc_endpoint(
        VpcEndpointType="Interface",
        ServiceName=bridge.values()["service_name"],
        VpcId=place.vpc,
        SubnetIds=place.subnets,
        **({} if near else {"ServiceRegion": REGION}),
    )
    return made["VpcEndpoint"]["VpcEndpointId"]


def state_of(bridge: Bridge, endpoint: str) -> str:
    """The state of a connection, as the owner sees it."""
    filters = [{"Name": "vpc-endpoint-id", "Values": [endpoint]}]
    found = bridge.world.ec2().describe_vpc_endpoint_connections(Filters=filters)
    return found["VpcEndpointConnections"][0]["VpcEndpointState"]


def allow(bridge: Bridge, principal: str) -> None:
    """Somebody else allows somebody."""
    bridge.world.ec2().modify_vpc_endpoint_service_permissions(
        ServiceId=bridge.values()["service_id"], AddAllowedPrincipals=[principal]
    )


def root(account: str) -> str:
    """The principal that stands for an account."""
    return f"arn:aws:iam::{account}:root"
