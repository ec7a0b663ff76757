"""Security groups, their rules, and tags."""

from ..side import REGION, Side
from .network import TAGS, by, make_vpc, tagged

HTTPS = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443}
EVERYTHING = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]


def make_group(side: Side, vpc: str, name: str) -> str:
    """A group of that name."""
    made = side.ec2("CreateSecurityGroup", GroupName=name, Description="Wire", VpcId=vpc)
    return made["GroupId"]


def groups(side: Side) -> None:
    """Groups: made, found, refused, deleted."""
    ec2 = side.ec2
    vpc, _ = make_vpc(side)
    made = ec2(
        "CreateSecurityGroup",
        GroupName="front",
        Description="Wire",
        VpcId=vpc,
        TagSpecifications=tagged("security-group"),
    )
    group = made["GroupId"]
    ec2("DescribeSecurityGroups", GroupIds=[group])
    ec2("DescribeSecurityGroups", Filters=by("vpc-id", vpc))
    ec2("DescribeSecurityGroupRules", Filters=by("group-id", group))
    again = {"GroupName": "front", "Description": "Wire", "VpcId": vpc}
    ec2.refused("CreateSecurityGroup", "InvalidGroup.Duplicate", **again)
    default = ec2(
        "DescribeSecurityGroups", Filters=[*by("vpc-id", vpc), *by("group-name", "default")]
    )
    named = default["SecurityGroups"][0]["GroupId"]
    ec2.refused("DeleteSecurityGroup", "CannotDelete", GroupId=named)
    ec2("DeleteSecurityGroup", GroupId=group)
    ec2.refused("DeleteSecurityGroup", "InvalidGroup.NotFound", GroupId=group)
    ec2.refused("DescribeSecurityGroups", "InvalidGroup.NotFound", GroupIds=[group])


def prefix_lists(side: Side) -> None:
    """Prefix lists of AWS's own, found by name."""
    ec2 = side.ec2
    ec2("DescribeManagedPrefixLists", Filters=by("prefix-list-name", f"com.amazonaws.{REGION}.s3"))
    absent = {"PrefixListIds": ["pl-00000000000000000"]}
    ec2.refused("DescribeManagedPrefixLists", "InvalidPrefixListID.NotFound", **absent)


def rules(side: Side) -> None:
    """Rules of every kind of peer, allowed, described, changed and revoked."""
    ec2 = side.ec2
    vpc, _ = make_vpc(side)
    front, back = make_group(side, vpc, "front"), make_group(side, vpc, "back")
    ranges = [{"CidrIp": "10.0.0.0/16", "Description": "clients"}, {"CidrIp": "10.9.0.0/16"}]
    wanted = [
        {**HTTPS, "IpRanges": ranges},
        {**HTTPS, "Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32", "Description": "six"}]},
        {**HTTPS, "UserIdGroupPairs": [{"GroupId": back, "Description": "back"}]},
        {
            "IpProtocol": "icmp",
            "FromPort": -1,
            "ToPort": -1,
            "IpRanges": [{"CidrIp": "10.0.0.0/8"}],
        },
    ]
    ec2(
        "AuthorizeSecurityGroupIngress",
        GroupId=front,
        IpPermissions=wanted,
        TagSpecifications=tagged("security-group-rule"),
    )
    again = {"GroupId": front, "IpPermissions": wanted[:1]}
    ec2.refused("AuthorizeSecurityGroupIngress", "InvalidPermission.Duplicate", **again)
    ec2("RevokeSecurityGroupEgress", GroupId=front, IpPermissions=EVERYTHING)
    out = [{**HTTPS, "UserIdGroupPairs": [{"GroupId": back}]}]
    made = ec2("AuthorizeSecurityGroupEgress", GroupId=front, IpPermissions=out)
    egress = made["SecurityGroupRules"][0]["SecurityGroupRuleId"]
    ec2("DescribeSecurityGroups", GroupIds=[front])
    shown = ec2("DescribeSecurityGroupRules", Filters=by("group-id", front))
    ec2("DescribeSecurityGroupRules", SecurityGroupRuleIds=[egress])
    rules = shown["SecurityGroupRules"]
    one = next(rule for rule in rules if rule["IpProtocol"] == "tcp" and not rule["IsEgress"])
    new = {**HTTPS, "CidrIpv4": "10.3.0.0/16", "Description": "changed"}
    change = [{"SecurityGroupRuleId": egress, "SecurityGroupRule": new}]
    ec2.maybe("ModifySecurityGroupRules", GroupId=front, SecurityGroupRules=change)
    ec2("DescribeSecurityGroupRules", SecurityGroupRuleIds=[egress])
    ec2.refused("DeleteSecurityGroup", "DependencyViolation", GroupId=back)
    ec2("RevokeSecurityGroupIngress", GroupId=front, IpPermissions=wanted[3:])
    ec2(
        "RevokeSecurityGroupIngress",
        GroupId=front,
        SecurityGroupRuleIds=[one["SecurityGroupRuleId"]],
    )
    ec2("RevokeSecurityGroupEgress", GroupId=front, SecurityGroupRuleIds=[egress])
    unknown = {
        "GroupId": front,
        "IpPermissions": [{**HTTPS, "IpRanges": [{"CidrIp": "1.2.3.4/32"}]}],
    }
    ec2.refused("RevokeSecurityGroupIngress", "InvalidPermission.NotFound", **unknown)


def tags(side: Side) -> None:
    """Tags of any kind of object."""
    ec2 = side.ec2
    vpc, subnets = make_vpc(side)
    group = make_group(side, vpc, "tagged")
    ec2("CreateTags", Resources=[vpc, group], Tags=TAGS)
    ec2("DescribeTags", Filters=by("resource-id", group))
    ec2("DescribeTags", Filters=[*by("resource-id", vpc, group), *by("key", "Name")])
    ec2("DeleteTags", Resources=[vpc, group], Tags=[{"Key": "empty"}])
    ec2("DescribeTags", Filters=by("resource-id", vpc, group))
    many = [{"Key": f"key-{number}", "Value": ""} for number in range(51)]
    ec2.refused("CreateTags", "TagLimitExceeded", Resources=subnets[:1], Tags=many)


CHAPTERS = (groups, prefix_lists, rules, tags)
