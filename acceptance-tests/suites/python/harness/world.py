"""What users have before they write a bridge: two accounts whose VPCs overlap, and an ALB in one.

Everything here is made through the public API with access keys of its own, so that `created_by` tells
it from what the provider makes.
"""

import functools
import ipaddress
from dataclasses import dataclass

import boto3

REGION = "ap-northeast-1"
OWNER = "111111111111"
CONSUMER = "222222222222"
CIDR = "172.31.0.0/16"

# Access keys are four letters of our choice in front of the account.
OUTSIDER = "AKIAWRLD"
PROVIDER = "AKIAPROV"


@dataclass(frozen=True)
class Place:
    """A VPC with a client in it."""

    account: str
    vpc: str
    subnets: list[str]
    client_group: str

    @property
    def client(self) -> str:
        """The client as `reach` takes it."""
        return f"{self.subnets[0]},{self.client_group}"


@dataclass
class World:
    """The existing objects, and clients that act as their owners' hands."""

    url: str
    owner: Place
    consumer: Place
    alb: str
    alb_group: str

    def ec2(self, account: str = OWNER, region: str = REGION):
        return client("ec2", self.url, account, region)

    def elb(self, account: str = OWNER):
        return client("elbv2", self.url, account)

    def add_place(self, account: str, cidr: str = CIDR, *, region: str = REGION) -> Place:
        """Another VPC with two subnets and a client."""
        return make_place(self.ec2(account, region), account, cidr)

    def add_group(self, place: Place, name: str, *, port: int | None = None) -> str:
        """A security group in a place's VPC; with a port, anybody may come in there."""
        ec2 = self.ec2(place.account)
        made = ec2.create_security_group(GroupName=name, Description=name, VpcId=place.vpc)
        if port:
            anybody = {"IpProtocol": "tcp", "FromPort": port, "ToPort": port}
            anybody["IpRanges"] = [{"CidrIp": "0.0.0.0/0"}]
            ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[anybody])
        return made["GroupId"]

    def add_subnet(self, place: Place, cidr: str) -> str:
        """A subnet of a place's VPC in the third zone by id."""
        ec2 = self.ec2(place.account)
        zones = ec2.describe_availability_zones()["AvailabilityZones"]
        zone = sorted(zones, key=lambda zone: zone["ZoneId"])[2]["ZoneName"]
        made = ec2.create_subnet(VpcId=place.vpc, CidrBlock=cidr, AvailabilityZone=zone)
        return made["Subnet"]["SubnetId"]

    def add_ipv6(self, place: Place) -> None:
        """A place's VPC and subnets get IPv6 beside IPv4."""
        ec2 = self.ec2(place.account)
        ec2.associate_vpc_cidr_block(VpcId=place.vpc, AmazonProvidedIpv6CidrBlock=True)
        [vpc] = ec2.describe_vpcs(VpcIds=[place.vpc])["Vpcs"]
        block = vpc["Ipv6CidrBlockAssociationSet"][0]["Ipv6CidrBlock"]
        for number, subnet in enumerate(ipaddress.ip_network(block).subnets(new_prefix=64)):
            if number == len(place.subnets):
                break
            ec2.associate_subnet_cidr_block(
                SubnetId=place.subnets[number], Ipv6CidrBlock=str(subnet)
            )

    def add_alb_listener(self, port: int, load_balancer: str | None = None) -> str:
        """A listener on the ALB that answers by itself."""
        fixed = {"Type": "fixed-response", "FixedResponseConfig": {"StatusCode": "200"}}
        made = self.elb().create_listener(
            LoadBalancerArn=load_balancer or self.alb,
            Protocol="HTTP",
            Port=port,
            DefaultActions=[fixed],
        )
        return made["Listeners"][0]["ListenerArn"]

    def add_alb(self, name: str, place: Place | None = None, *, group: str = "") -> str:
        """Another ALB beside the first, listening on port 80."""
        if place:
            group = group or self.add_group(place, name)
        else:
            place, group = self.owner, group or self.alb_group
        made = self.elb().create_load_balancer(
            Name=name,
            Subnets=place.subnets,
            SecurityGroups=[group],
            Scheme="internal",
            Type="application",
        )
        arn = made["LoadBalancers"][0]["LoadBalancerArn"]
        self.add_alb_listener(80, arn)
        return arn


def make_world(url: str) -> World:
    """Two accounts of one CIDR in the same zones; the owner's has an ALB that listens on port 80."""
    ec2 = client("ec2", url, OWNER)
    owner = make_place(ec2, OWNER, CIDR)
    consumer = make_place(client("ec2", url, CONSUMER), CONSUMER, CIDR)
    group = ec2.create_security_group(GroupName="alb", Description="ALB", VpcId=owner.vpc)
    world = World(url, owner, consumer, alb="", alb_group=group["GroupId"])
    world.alb = world.add_alb("orders")
    return world


def make_place(ec2, account: str, cidr: str) -> Place:
    """A VPC with subnets in the first two zones by id, which accounts have in common."""
    vpc = ec2.create_vpc(CidrBlock=cidr)["Vpc"]["VpcId"]
    zones = ec2.describe_availability_zones()["AvailabilityZones"]
    zones = sorted(zones, key=lambda zone: zone["ZoneId"])[:2]
    subnets = []
    for number, zone in enumerate(zones):
        block = cidr.replace(".0.0/16", f".{number * 16}.0/20")
        made = ec2.create_subnet(VpcId=vpc, CidrBlock=block, AvailabilityZone=zone["ZoneName"])
        subnets.append(made["Subnet"]["SubnetId"])
    group = ec2.create_security_group(GroupName="client", Description="Client", VpcId=vpc)
    return Place(account, vpc, subnets, group["GroupId"])


def client(service: str, url: str, account: str, region: str = REGION):
    """A boto3 client with the keys that worlds are made with. It waits for what AWS shows late."""
    made = _session().client(
        service,
        endpoint_url=url,
        region_name=region,
        aws_access_key_id=OUTSIDER + account,
        aws_secret_access_key="secret",
    )
    made.meta.events.register("needs-retry", _not_yet)
    return made


def _not_yet(response, attempts, **_) -> float | None:
    """Seconds until another attempt, if what was made a moment ago is not seen yet."""
    error = response[1].get("Error", {}) if response else {}
    code, message = error.get("Code", ""), error.get("Message", "")
    unseen = code.endswith(("NotFound", "NotFoundFault")) or code == "InvalidSecurityGroup"
    # RDS has no code of its own for it.
    unseen = unseen or message.startswith("Invalid security group")
    return 0.05 if unseen and attempts < 100 else None


@functools.cache
def _session() -> boto3.Session:
    return boto3.Session()


def is_users(row: dict) -> bool:
    """Whether an object was there before the provider came."""
    key = row["created_by"]["access_key"]
    return key.startswith(OUTSIDER) or key == "amazon"
