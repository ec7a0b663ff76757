"""What somebody does behind Terraform's back to a bridge that has everything."""

from harness.bridge import Bridge
from harness.world import CONSUMER, OWNER, REGION

ANYBODY = {"IpProtocol": "tcp", "FromPort": 9, "ToPort": 9}
TOPIC = f"arn:aws:sns:{REGION}:{OWNER}:other"


def component(bridge: Bridge, address: str) -> str:
    """The id of something that the bridge has made."""
    return bridge.values()["components"][address]["id"]


def open_the_anchor(bridge: Bridge):
    rule = {**ANYBODY, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    bridge.world.ec2().authorize_security_group_egress(
        GroupId=component(bridge, "nlb.security_group"), IpPermissions=[rule]
    )


def open_the_endpoint(bridge: Bridge):
    rule = {**ANYBODY, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    bridge.world.ec2(CONSUMER).authorize_security_group_ingress(
        GroupId=bridge.consumer()["security_group_id"], IpPermissions=[rule]
    )


def shut_the_alb(bridge: Bridge):
    ec2 = bridge.world.ec2()
    [group] = ec2.describe_security_groups(GroupIds=[bridge.world.alb_group])["SecurityGroups"]
    ec2.revoke_security_group_ingress(
        GroupId=group["GroupId"], IpPermissions=group["IpPermissions"]
    )


def retag(address: str, account: str = OWNER):
    """Another value for a tag of an EC2 object."""

    def act(bridge: Bridge):
        bridge.world.ec2(account).create_tags(
            Resources=[component(bridge, address)], Tags=[{"Key": "team", "Value": "theirs"}]
        )

    return act


def retag_elb(address: str):
    """Another value for a tag of a load balancer's part."""

    def act(bridge: Bridge):
        bridge.world.elb().add_tags(
            ResourceArns=[component(bridge, address)], Tags=[{"Key": "team", "Value": "theirs"}]
        )

    return act


def lead_the_listener_elsewhere(bridge: Bridge):
    elb = bridge.world.elb()
    group = elb.create_target_group(
        Name="theirs", Protocol="TCP", Port=80, VpcId=bridge.world.owner.vpc, TargetType="ip"
    )
    arn = group["TargetGroups"][0]["TargetGroupArn"]
    action = {"Type": "forward", "TargetGroupArn": arn}
    elb.modify_listener(ListenerArn=component(bridge, "listener.http"), DefaultActions=[action])


def move_the_listener(bridge: Bridge):
    bridge.world.elb().modify_listener(ListenerArn=component(bridge, "listener.http"), Port=81)


def change_the_idle_timeout(bridge: Bridge):
    attribute = {"Key": "tcp.idle_timeout.seconds", "Value": "999"}
    bridge.world.elb().modify_listener_attributes(
        ListenerArn=component(bridge, "listener.http"), Attributes=[attribute]
    )


def check(**fields):
    """Another health check."""

    def act(bridge: Bridge):
        group = component(bridge, "listener.http.target_group")
        bridge.world.elb().modify_target_group(TargetGroupArn=group, **fields)

    return act


def deregister(bridge: Bridge):
    group = component(bridge, "listener.http.target_group")
    target = [{"Id": bridge.world.alb, "Port": 80}]
    bridge.world.elb().deregister_targets(TargetGroupArn=group, Targets=target)


def exchange_the_groups(bridge: Bridge):
    other = bridge.world.add_group(bridge.world.owner, "theirs")
    bridge.world.elb().set_security_groups(
        LoadBalancerArn=component(bridge, "nlb"), SecurityGroups=[other]
    )


def switch_enforcement(bridge: Bridge):
    bridge.world.elb().set_security_groups(
        LoadBalancerArn=component(bridge, "nlb"),
        SecurityGroups=[component(bridge, "nlb.security_group")],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="on",
    )


def attribute(key: str, value: str):
    """Another attribute of the load balancer."""

    def act(bridge: Bridge):
        bridge.world.elb().modify_load_balancer_attributes(
            LoadBalancerArn=component(bridge, "nlb"), Attributes=[{"Key": key, "Value": value}]
        )

    return act


def service(**fields):
    """Another setting of the service."""

    def act(bridge: Bridge):
        bridge.world.ec2().modify_vpc_endpoint_service_configuration(
            ServiceId=bridge.values()["service_id"], **fields
        )

    return act


def disallow(bridge: Bridge):
    bridge.world.ec2().modify_vpc_endpoint_service_permissions(
        ServiceId=bridge.values()["service_id"],
        RemoveAllowedPrincipals=[f"arn:aws:iam::{CONSUMER}:root"],
    )


def notify(**fields):
    """Another topic, or other events."""

    def act(bridge: Bridge):
        bridge.world.ec2().modify_vpc_endpoint_connection_notification(
            ConnectionNotificationId=component(bridge, "service.notification"), **fields
        )

    return act


def endpoint(key: str = "analytics", **fields):
    """Another setting of a consumer's endpoint."""

    def act(bridge: Bridge):
        made = {name: it(bridge) if callable(it) else it for name, it in fields.items()}
        bridge.world.ec2(CONSUMER).modify_vpc_endpoint(
            VpcEndpointId=bridge.consumer(key)["endpoint_id"], **made
        )

    return act


def reject(bridge: Bridge):
    bridge.world.ec2().reject_vpc_endpoint_connections(
        ServiceId=bridge.values()["service_id"],
        VpcEndpointIds=[bridge.consumer()["endpoint_id"]],
    )
