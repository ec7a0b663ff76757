"""The rows: for each field what somebody does to it, or why nobody can, or why it is left alone."""

from drifts import sabotage as do
from drifts.row import ADDRESSEE, AT_CREATION, FIXED, TOKEN, fields
from harness.world import CONSUMER, REGION

PORTS = "IpPermissions.FromPort IpPermissions.ToPort"
PEERS = "IpPermissions.IpProtocol IpPermissions.IpRanges.CidrIp"
IPV6 = "IpPermissions.Ipv6Ranges.CidrIpv6"
TAG = "TagSpecification.Tag.Key TagSpecification.Tag.Value"
OTHER_CHECKS = {
    "HealthCheckIntervalSeconds": {"HealthCheckIntervalSeconds": 45},
    "HealthCheckPath": {"HealthCheckPath": "/theirs"},
    "HealthCheckPort": {"HealthCheckPort": "8081"},
    "HealthCheckProtocol": {"HealthCheckProtocol": "HTTPS"},
    "HealthCheckTimeoutSeconds": {"HealthCheckTimeoutSeconds": 3},
    "HealthyThresholdCount": {"HealthyThresholdCount": 5},
    "Matcher.HttpCode": {"Matcher": {"HttpCode": "204"}},
    "UnhealthyThresholdCount": {"UnhealthyThresholdCount": 5},
}

GROUPS = {
    **fields("CreateSecurityGroup", "GroupDescription GroupName VpcId", FIXED),
    **fields("CreateSecurityGroup", TAG, do.retag("nlb.security_group")),
    **fields("AuthorizeSecurityGroupEgress", f"GroupId {PORTS} {PEERS}", do.open_the_anchor),
    **fields("RevokeSecurityGroupEgress", f"GroupId {PEERS} {IPV6}", do.open_the_anchor),
    **fields("AuthorizeSecurityGroupIngress", f"{PORTS} {PEERS} {IPV6}", do.open_the_endpoint),
    **fields(
        "AuthorizeSecurityGroupIngress", "GroupId IpPermissions.Groups.GroupId", do.shut_the_alb
    ),
    **fields(
        "AuthorizeSecurityGroupIngress",
        TAG,
        "a rule of ours in the user's group is known by its id; only a lost state needs its tags",
    ),
}

BALANCER = {
    **fields("CreateLoadBalancer", "Name Scheme Type Subnets", FIXED),
    **fields("CreateLoadBalancer", "IpAddressType", AT_CREATION),
    **fields("CreateLoadBalancer", "SecurityGroups", do.exchange_the_groups),
    **fields("CreateLoadBalancer", "Tags.Key Tags.Value", do.retag_elb("nlb")),
    **fields("SetSecurityGroups", "LoadBalancerArn", ADDRESSEE),
    **fields("SetSecurityGroups", "SecurityGroups", do.exchange_the_groups),
    **fields(
        "SetSecurityGroups",
        "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        do.switch_enforcement,
    ),
    **fields("ModifyLoadBalancerAttributes", "LoadBalancerArn", ADDRESSEE),
    **fields(
        "ModifyLoadBalancerAttributes",
        "Attributes.Key",
        do.attribute("deletion_protection.enabled", "true"),
    ),
    **fields(
        "ModifyLoadBalancerAttributes",
        "Attributes.Value",
        do.attribute("load_balancing.cross_zone.enabled", "false"),
    ),
}

LISTENERS = {
    **fields("CreateTargetGroup", "Name Port Protocol TargetType VpcId", FIXED),
    **fields("CreateTargetGroup", "HealthCheckEnabled", "is always on for groups of type alb"),
    **{("CreateTargetGroup", name): do.check(**it) for name, it in OTHER_CHECKS.items()},
    **fields(
        "CreateTargetGroup", "Tags.Key Tags.Value", do.retag_elb("listener.http.target_group")
    ),
    **fields("RegisterTargets", "TargetGroupArn", ADDRESSEE),
    **fields("RegisterTargets", "Targets.Id Targets.Port", do.deregister),
    **fields("CreateListener", "LoadBalancerArn Protocol", FIXED),
    **fields("CreateListener", "Port", do.move_the_listener),
    **fields(
        "CreateListener",
        "DefaultActions.TargetGroupArn DefaultActions.Type",
        do.lead_the_listener_elsewhere,
    ),
    **fields("CreateListener", "Tags.Key Tags.Value", do.retag_elb("listener.http")),
    **fields("ModifyListenerAttributes", "ListenerArn", ADDRESSEE),
    **fields(
        "ModifyListenerAttributes",
        "Attributes.Key Attributes.Value",
        do.change_the_idle_timeout,
    ),
}

CREATE_SERVICE = "CreateVpcEndpointServiceConfiguration"
NOTIFICATION = "CreateVpcEndpointConnectionNotification"
SERVICE = {
    **fields(CREATE_SERVICE, "ClientToken", TOKEN),
    **fields(
        CREATE_SERVICE,
        "NetworkLoadBalancerArn",
        "AWS lets no load balancer go while endpoints are connected",
    ),
    **fields(CREATE_SERVICE, "AcceptanceRequired", do.service(AcceptanceRequired=False)),
    **fields(CREATE_SERVICE, "SupportedRegion", do.service(RemoveSupportedRegions=["us-east-1"])),
    **fields(CREATE_SERVICE, "SupportedIpAddressType", AT_CREATION),
    **fields(CREATE_SERVICE, TAG, do.retag("service")),
    **fields("ModifyVpcEndpointServicePermissions", "ServiceId", ADDRESSEE),
    **fields("ModifyVpcEndpointServicePermissions", "AddAllowedPrincipals", do.disallow),
    **fields("AcceptVpcEndpointConnections", "ServiceId VpcEndpointId", do.reject),
    **fields(NOTIFICATION, "ClientToken", TOKEN),
    **fields(NOTIFICATION, "ServiceId", FIXED),
    **fields(NOTIFICATION, "ConnectionEvents", do.notify(ConnectionEvents=["Accept"])),
    **fields(
        NOTIFICATION,
        "ConnectionNotificationArn",
        do.notify(ConnectionNotificationArn=do.TOPIC),
    ),
}

ENDPOINT = {
    **fields("CreateVpcEndpoint", "ClientToken", TOKEN),
    **fields("CreateVpcEndpoint", "ServiceName ServiceRegion VpcEndpointType VpcId", FIXED),
    **fields(
        "CreateVpcEndpoint",
        "PrivateDnsEnabled",
        "AWS refuses it: the service has no private name",
    ),
    **fields(
        "CreateVpcEndpoint",
        "SubnetId",
        do.endpoint(RemoveSubnetIds=lambda bridge: bridge.world.consumer.subnets[1:]),
    ),
    **fields(
        "CreateVpcEndpoint",
        "SecurityGroupId",
        do.endpoint(AddSecurityGroupIds=lambda bridge: [bridge.world.consumer.client_group]),
    ),
    **fields("CreateVpcEndpoint", "IpAddressType", do.endpoint(IpAddressType="ipv4")),
    **fields(
        "CreateVpcEndpoint",
        "DnsOptions.DnsRecordIpType",
        do.endpoint(DnsOptions={"DnsRecordIpType": "ipv4"}),
    ),
    **fields("CreateVpcEndpoint", TAG, do.retag("consumer.analytics.endpoint", CONSUMER)),
}

WORDS = {
    (operation, "TagSpecification.ResourceType"): ADDRESSEE
    for operation in (
        "AuthorizeSecurityGroupIngress",
        "CreateSecurityGroup",
        "CreateVpcEndpoint",
        CREATE_SERVICE,
    )
}
MARKS = fields("DeleteTags", "ResourceId Tag.Key", "takes the building mark off: nobody else's")

TABLE = {**GROUPS, **BALANCER, **LISTENERS, **SERVICE, **ENDPOINT, **WORDS, **MARKS}

__all__ = ["REGION", "TABLE"]
