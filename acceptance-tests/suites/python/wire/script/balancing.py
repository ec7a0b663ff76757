"""Load balancers, target groups, listeners, and the health of targets."""

from ..side import OWNER, REGION, Side
from .groups import make_group
from .network import make_vpc

CERTIFICATE = f"arn:aws:acm:{REGION}:{OWNER}:certificate/12345678-1234-4234-a234-123456789012"
TAGS = [{"Key": "Name", "Value": "wire/truth=1"}, {"Key": "empty", "Value": ""}]
FIXED = {
    "Type": "fixed-response",
    "FixedResponseConfig": {"StatusCode": "200", "ContentType": "text/plain", "MessageBody": "ok"},
}


def make_balancer(side: Side, kind: str, subnets: list[str], **more) -> str:
    """An internal load balancer."""
    name = side.name(kind[:3])
    made = side.elb(
        "CreateLoadBalancer", Name=name, Type=kind, Scheme="internal", Subnets=subnets, **more
    )
    return made["LoadBalancers"][0]["LoadBalancerArn"]


def make_listener(side: Side, balancer: str, protocol: str, port: int, *actions: dict) -> str:
    """A listener with these default actions."""
    made = side.elb(
        "CreateListener",
        LoadBalancerArn=balancer,
        Protocol=protocol,
        Port=port,
        DefaultActions=list(actions),
    )
    return made["Listeners"][0]["ListenerArn"]


def make_target_group(side: Side, vpc: str, name: str, **more) -> str:
    """A target group."""
    made = side.elb("CreateTargetGroup", Name=side.name(name), VpcId=vpc, **more)
    return made["TargetGroups"][0]["TargetGroupArn"]


def forward(group: str) -> dict:
    """The action that sends everything to one group."""
    return {"Type": "forward", "TargetGroupArn": group}


def balancers(side: Side) -> None:
    """Both kinds of load balancer."""
    elb = side.elb
    vpc, subnets = make_vpc(side)
    group = make_group(side, vpc, "front")
    alb = make_balancer(side, "application", subnets, SecurityGroups=[group], Tags=TAGS)
    nlb = make_balancer(side, "network", subnets[:1], SecurityGroups=[group], IpAddressType="ipv4")
    elb("DescribeLoadBalancers", LoadBalancerArns=[alb])
    elb("DescribeLoadBalancers", Names=[side.name("net")])
    first = elb("DescribeLoadBalancers", PageSize=1)
    elb("DescribeLoadBalancers", PageSize=1, Marker=first["NextMarker"])
    elb("DescribeLoadBalancerAttributes", LoadBalancerArn=alb)
    elb("DescribeLoadBalancerAttributes", LoadBalancerArn=nlb)
    on = [{"Key": "load_balancing.cross_zone.enabled", "Value": "true"}]
    elb("ModifyLoadBalancerAttributes", LoadBalancerArn=nlb, Attributes=on)
    elb("DescribeLoadBalancerAttributes", LoadBalancerArn=nlb)
    elb.maybe("SetSubnets", LoadBalancerArn=nlb, Subnets=subnets)
    elb("SetIpAddressType", LoadBalancerArn=alb, IpAddressType="ipv4")
    other = make_group(side, vpc, "other")
    elb(
        "SetSecurityGroups",
        LoadBalancerArn=nlb,
        SecurityGroups=[group, other],
        EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic="off",
    )
    elb("SetSecurityGroups", LoadBalancerArn=alb, SecurityGroups=[other])
    elb("DescribeLoadBalancers", LoadBalancerArns=[nlb])
    side.ec2("DescribeNetworkInterfaces", Filters=[{"Name": "vpc-id", "Values": [vpc]}])
    elb("DescribeAccountLimits")
    elb("DeleteLoadBalancer", LoadBalancerArn=nlb)
    elb.refused("DescribeLoadBalancers", "LoadBalancerNotFound", LoadBalancerArns=[nlb])
    elb.refused("DescribeLoadBalancers", "LoadBalancerNotFound", Names=["nowhere"])


def balancer_refusals(side: Side) -> None:
    """What a load balancer cannot be."""
    elb = side.elb
    vpc, subnets = make_vpc(side)
    make_balancer(side, "application", subnets)
    again = {"Name": side.name("app"), "Type": "network", "Scheme": "internal", "Subnets": subnets}
    elb.refused("CreateLoadBalancer", "DuplicateLoadBalancerName", **again)
    gone = ["subnet-00000000000000000"]
    elb.refused("CreateLoadBalancer", "SubnetNotFound", Name="gone", Type="network", Subnets=gone)
    one = {"Name": "one-zone", "Type": "application", "Scheme": "internal", "Subnets": subnets[:1]}
    elb.refused("CreateLoadBalancer", "ValidationError", **one)
    bad = {"Name": "-bad", "Type": "network", "Scheme": "internal", "Subnets": subnets}
    elb.refused("CreateLoadBalancer", "ValidationError", **bad)
    front = make_group(side, vpc, "front")
    side.ec2("DeleteSecurityGroup", GroupId=front)
    more = {"Type": "network", "Scheme": "internal", "Subnets": subnets, "SecurityGroups": [front]}
    elb.refused("CreateLoadBalancer", "InvalidSecurityGroup", Name="no-group", **more)


def target_groups(side: Side) -> None:
    """Target groups of every type that connections need."""
    elb = side.elb
    vpc, _ = make_vpc(side)
    web = make_target_group(side, vpc, "web", Protocol="HTTP", Port=80, TargetType="ip", Tags=TAGS)
    tcp = make_target_group(
        side, vpc, "tcp", Protocol="TCP", Port=5432, TargetType="ip", HealthCheckProtocol="TCP"
    )
    made = elb(
        "CreateTargetGroup",
        Name=side.name("alb"),
        VpcId=vpc,
        Protocol="TCP",
        Port=443,
        TargetType="alb",
        HealthCheckProtocol="HTTPS",
        HealthCheckPath="/ready",
        Matcher={"HttpCode": "200-399"},
    )
    alb = made["TargetGroups"][0]["TargetGroupArn"]
    elb("DescribeTargetGroups", TargetGroupArns=[web])
    elb("DescribeTargetGroups", Names=[side.name("tcp"), side.name("web")])
    for group in (web, tcp, alb):
        elb("DescribeTargetGroupAttributes", TargetGroupArn=group)
    delay = [{"Key": "deregistration_delay.timeout_seconds", "Value": "10"}]
    elb("ModifyTargetGroupAttributes", TargetGroupArn=web, Attributes=delay)
    elb(
        "ModifyTargetGroup",
        TargetGroupArn=web,
        HealthCheckPath="/ready",
        HealthCheckIntervalSeconds=10,
        HealthyThresholdCount=2,
        Matcher={"HttpCode": "200,204"},
    )
    elb("DescribeTargetGroups", TargetGroupArns=[web])
    other = {
        "Name": side.name("web"),
        "VpcId": vpc,
        "Protocol": "HTTP",
        "Port": 81,
        "TargetType": "ip",
    }
    elb.refused("CreateTargetGroup", "DuplicateTargetGroupName", **other)
    tls = {"Name": "tls", "VpcId": vpc, "Protocol": "TLS", "Port": 443, "TargetType": "alb"}
    elb.refused("CreateTargetGroup", "InvalidConfigurationRequest", **tls)
    elb("DeleteTargetGroup", TargetGroupArn=web)
    elb.refused("DescribeTargetGroups", "TargetGroupNotFound", TargetGroupArns=[web])
    elb.refused("DescribeTargetGroups", "TargetGroupNotFound", Names=["nowhere"])


def listeners(side: Side) -> None:
    """Listeners with every kind of action."""
    elb = side.elb
    vpc, subnets = make_vpc(side)
    alb = make_balancer(side, "application", subnets)
    web = make_target_group(side, vpc, "web", Protocol="HTTP", Port=80, TargetType="ip")
    http = make_listener(side, alb, "HTTP", 80, forward(web))
    fixed = make_listener(side, alb, "HTTP", 81, FIXED)
    moved = {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"}
    make_listener(side, alb, "HTTP", 82, {"Type": "redirect", "RedirectConfig": moved})
    elb("DescribeListeners", LoadBalancerArn=alb)
    elb("DescribeListeners", ListenerArns=[http])
    elb("DescribeRules", ListenerArn=fixed)
    elb("DescribeListenerAttributes", ListenerArn=http)
    weighted = {"TargetGroups": [{"TargetGroupArn": web, "Weight": 5}]}
    action = {"Type": "forward", "ForwardConfig": weighted}
    elb("ModifyListener", ListenerArn=http, Port=8080, DefaultActions=[action])
    taken = {
        "LoadBalancerArn": alb,
        "Protocol": "HTTP",
        "Port": 81,
        "DefaultActions": [forward(web)],
    }
    elb.refused("CreateListener", "DuplicateListener", **taken)
    elb.refused("DeleteTargetGroup", "ResourceInUse", TargetGroupArn=web)
    elb("DeleteListener", ListenerArn=http)
    elb.refused("DeleteListener", "ListenerNotFound", ListenerArn=http)
    elb.refused("DescribeListeners", "ListenerNotFound", ListenerArns=[http])
    unknown = {"LoadBalancerArn": alb, "Protocol": "HTTP", "Port": 90}
    gone = web.replace(side.name("web"), "gone")
    actions = [forward(gone)]
    elb.refused("CreateListener", "TargetGroupNotFound", **unknown, DefaultActions=actions)


def secure_listeners(side: Side) -> None:
    """Listeners with a certificate."""
    elb = side.elb
    vpc, subnets = make_vpc(side)
    nlb = make_balancer(side, "network", subnets)
    tcp = make_target_group(side, vpc, "tcp", Protocol="TCP", Port=443, TargetType="ip")
    seconds = [{"Key": "tcp.idle_timeout.seconds", "Value": "400"}]
    plain = make_listener(side, nlb, "TCP", 80, forward(tcp))
    elb("DescribeListenerAttributes", ListenerArn=plain)
    elb("ModifyListenerAttributes", ListenerArn=plain, Attributes=seconds)
    made = elb(
        "CreateListener",
        LoadBalancerArn=nlb,
        Protocol="TLS",
        Port=443,
        Certificates=[{"CertificateArn": CERTIFICATE}],
        AlpnPolicy=["HTTP2Preferred"],
        DefaultActions=[forward(tcp)],
        Tags=TAGS,
    )
    listener = made["Listeners"][0]["ListenerArn"]
    elb("DescribeListeners", ListenerArns=[listener])
    elb("DescribeListenerCertificates", ListenerArn=listener)


def targets(side: Side) -> None:
    """Targets of a group, also an ALB behind an NLB."""
    elb = side.elb
    vpc, subnets = make_vpc(side)
    alb = make_balancer(side, "application", subnets)
    nlb = make_balancer(side, "network", subnets)
    web = make_target_group(side, vpc, "web", Protocol="HTTP", Port=80, TargetType="ip")
    elb("RegisterTargets", TargetGroupArn=web, Targets=[{"Id": "10.0.0.10", "Port": 8080}])
    elb("DescribeTargetHealth", TargetGroupArn=web)
    make_listener(side, alb, "HTTP", 80, forward(web))
    elb("DescribeTargetHealth", TargetGroupArn=web)
    elb("DescribeTargetHealth", TargetGroupArn=web, Targets=[{"Id": "10.0.0.10", "Port": 8080}])
    elb("DescribeTargetHealth", TargetGroupArn=web, Targets=[{"Id": "10.0.0.99", "Port": 8080}])
    behind = make_target_group(side, vpc, "behind", Protocol="TCP", Port=80, TargetType="alb")
    elb("RegisterTargets", TargetGroupArn=behind, Targets=[{"Id": alb}])
    make_listener(side, nlb, "TCP", 80, forward(behind))
    elb("DescribeTargetHealth", TargetGroupArn=behind)
    elb("DescribeTargetGroups", TargetGroupArns=[behind])
    elb("DescribeTargetGroups", LoadBalancerArn=nlb)
    elb("DeregisterTargets", TargetGroupArn=behind, Targets=[{"Id": alb, "Port": 80}])
    elb("DeregisterTargets", TargetGroupArn=web, Targets=[{"Id": "10.0.0.10", "Port": 8080}])
    elb("DescribeTargetHealth", TargetGroupArn=web)
    no_listener = {"TargetGroupArn": behind, "Targets": [{"Id": nlb}]}
    elb.refused("RegisterTargets", "InvalidTarget", **no_listener)


def balancing_tags(side: Side) -> None:
    """Tags of load balancers, groups and listeners."""
    elb = side.elb
    vpc, subnets = make_vpc(side)
    alb = make_balancer(side, "application", subnets, Tags=TAGS[:1])
    web = make_target_group(side, vpc, "web", Protocol="HTTP", Port=80, TargetType="ip")
    listener = make_listener(side, alb, "HTTP", 80, forward(web))
    everything = [alb, web, listener]
    elb("AddTags", ResourceArns=[web, listener], Tags=[{"Key": "a", "Value": "1"}, {"Key": "b"}])
    elb("DescribeTags", ResourceArns=everything)
    elb("RemoveTags", ResourceArns=[web], TagKeys=["a", "nobody"])
    elb("DescribeTags", ResourceArns=everything)
    gone = alb.replace(side.name("app"), "gone")
    elb.refused("DescribeTags", "LoadBalancerNotFound", ResourceArns=[gone])


CHAPTERS = (
    balancers,
    balancer_refusals,
    target_groups,
    listeners,
    secure_listeners,
    targets,
    balancing_tags,
)
