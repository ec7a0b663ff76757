"""Where moto is known to differ from the simulator, each with the reason why the simulator stands by its answer.

A row that no difference needs any more fails its test, like a difference without a row.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .comparison import Difference


@dataclass(frozen=True)
class Known:
    """A kind of difference: operation and path may hold `*`."""

    operations: str
    path: str
    reason: str

    def covers(self, difference: Difference) -> bool:
        """Whether a difference is of this kind."""
        if self.reason is NOT_KEPT and difference.kind != "simulator only":
            return False
        if self.reason is NOT_CHECKED and difference.moto != "None":
            return False
        operations = self.operations.split()
        named = any(_fits(operation, difference.operation) for operation in operations)
        return named and _fits(self.path, difference.path)


def _fits(pattern: str, text: str) -> bool:
    form = ".*".join(re.escape(part) for part in pattern.split("*"))
    return re.fullmatch(form, text) is not None


NOT_CHECKED = "moto does not check this; AWS refuses it with the code that the simulator sends"
NOT_KEPT = "moto does not show this; the API reference has the member, and AWS's examples show it"
ARN_OF_APP = "moto calls every load balancer `app` in ARNs; AWS calls network ones `net`"
NO_REVOKED = "moto names no revoked rules; AWS lists each in the answer"
NO_SERVICES = (
    "the simulator knows no services of Amazon's own, moto has two; both give customers' alike"
)

IDENTITY = (
    Known(
        "GetCallerIdentity",
        "Arn",
        "keys of a user have the ARN of an IAM user, with moto's own name",
    ),
    Known(
        "AssumeRole",
        "PackedPolicySize",
        "a share of the room for policies and tags; none were passed",
    ),
    Known("AssumeRole", "SourceIdentity", "AWS answers the source identity that was set"),
    Known("AssumeRole", "error", NOT_CHECKED),
    Known(
        "AssumeRoleWithWebIdentity",
        "PackedPolicySize",
        "a share of the room for policies and tags; none were passed",
    ),
    Known("AssumeRoleWithWebIdentity", "Provider", "the token's issuer, which moto does not read"),
    Known("AssumeRoleWithWebIdentity", "error", NOT_CHECKED),
    Known(
        "AssumeRoleWithWebIdentity",
        "Audience",
        "the token's audience; the API reference has the member, and AWS's example shows it",
    ),
    Known(
        "AssumeRoleWithWebIdentity",
        "SubjectFromWebIdentityToken",
        "the token's subject; the API reference has the member, and AWS's example shows it",
    ),
)
NETWORK = (
    Known(
        "DescribeRegions",
        "Regions[].*",
        "moto ignores wildcards and filters, and knows more regions",
    ),
    Known("DescribeRegions DescribeAvailabilityZones", "error", NOT_CHECKED),
    Known("DescribeAvailabilityZones", "AvailabilityZones[].*", NOT_KEPT),
    Known("CreateVpc", "Vpc.State", "AWS's example of CreateVpc says `pending`"),
    Known(
        "CreateVpc DescribeVpcs", "*DhcpOptionsId", "each VPC has the account's default options set"
    ),
    Known("*Vpc* *Subnet*", "*.IpSource", NOT_KEPT),
    Known("*Vpc* *Subnet*", "*.Ipv6AddressAttribute", NOT_KEPT),
    Known("*Vpc*", "*.NetworkBorderGroup", NOT_KEPT),
    Known(
        "CreateSubnet DescribeSubnets",
        "*.Ipv6CidrBlockState.State",
        "moto has a structure where the model has a text",
    ),
    Known(
        "CreateSubnet",
        "Subnet.AvailableIpAddressCount",
        "IPv4 addresses are counted; a subnet of IPv6 only has none",
    ),
    Known(
        "DescribeNetworkAcls",
        "NetworkAcls[].Entries[].*",
        "the default ACL gets two entries for IPv6 with the VPC's block, by the guide",
    ),
    Known("Disassociate*CidrBlock", "error", NOT_CHECKED),
    Known(
        "DisassociateVpcCidrBlock",
        "error",
        "EC2's own code, not that of routes",
    ),
    Known(
        "*ssociateSubnetCidrBlock",
        "*.Ipv6CidrBlockState.State",
        "AWS's examples say that it is under way",
    ),
    Known("DescribeVpcs", "NextToken", "moto does not page here; AWS does from MaxResults=5 on"),
    Known(
        "DescribeVpcs",
        "Vpcs[].*CidrBlock",
        "moto does not page here: its first page holds everything",
    ),
    Known(
        "DescribeVpcs",
        "Vpcs[].IsDefault",
        "moto does not page here: its first page holds everything",
    ),
    Known(
        "CreateSubnet", "Subnet.AvailabilityZone", "names of zones mean other zones in each account"
    ),
    Known("CreateSubnet DescribeSubnets", "*EnableDns64", NOT_KEPT),
    Known("CreateSubnet DescribeSubnets", "*MapCustomerOwnedIpOnLaunch", NOT_KEPT),
    Known(
        "DescribeNetworkInterfaces",
        "NetworkInterfaces[].*",
        "moto makes no interfaces for load balancers",
    ),
)
GROUPS = (
    Known(
        "DescribeManagedPrefixLists",
        "PrefixLists[].PrefixListArn",
        "lists of AWS's own have `aws` for an account in their ARNs, `AWS` is their owner",
    ),
    Known("DescribeManagedPrefixLists", "error", NOT_CHECKED),
    Known("CreateSecurityGroup", "Tags[*]", NOT_KEPT),
    Known("DeleteSecurityGroup", "error", NOT_CHECKED),
    Known("DeleteSecurityGroup", "*", NOT_KEPT),
    Known("AuthorizeSecurityGroup* DescribeSecurityGroupRules", "*.GroupOwnerId", NOT_KEPT),
    Known("AuthorizeSecurityGroup* DescribeSecurityGroupRules", "*.SecurityGroupRuleArn", NOT_KEPT),
    Known(
        "AuthorizeSecurityGroupIngress",
        "SecurityGroupRules[].*",
        "moto answers the last permission only",
    ),
    Known(
        "DescribeSecurityGroupRules", "*.Description", "moto drops descriptions of rules for groups"
    ),
    Known(
        "DescribeSecurityGroupRules",
        "*.ReferencedGroupInfo.*",
        "moto leaves the old peer in a rule that was modified to a CIDR",
    ),
    Known(
        "DescribeSecurityGroups",
        "*.IpPermissions[].*",
        "a VPC's default group lets its own members in; moto's lets nobody in",
    ),
    Known("RevokeSecurityGroup*", "RevokedSecurityGroupRules[].*", NO_REVOKED),
)
BALANCERS = (
    Known("CreateLoadBalancer DescribeLoadBalancers", "*.LoadBalancerArn", ARN_OF_APP),
    Known("CreateListener", "Listeners[].*Arn", ARN_OF_APP),
    Known("DescribeTargetGroups", "*.LoadBalancerArns[]", ARN_OF_APP),
    Known(
        "DescribeRules",
        "*.RuleArn",
        "moto's ids of rules are decimal; AWS's have 16 hexadecimal digits",
    ),
    Known(
        "CreateLoadBalancer DescribeLoadBalancers",
        "*.DNSName",
        "internal names begin with `internal-`",
    ),
    Known(
        "CreateLoadBalancer DescribeLoadBalancers SetSecurityGroups",
        "*EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic",
        NOT_KEPT,
    ),
    Known(
        "CreateLoadBalancer",
        "*.SecurityGroups[]",
        "an ALB without groups gets its VPC's default group",
    ),
    Known("CreateLoadBalancer CreateListener CreateTargetGroup", "error", NOT_CHECKED),
    Known(
        "CreateLoadBalancer",
        "error",
        "load balancing has its own code for absent subnets, not EC2's",
    ),
    Known(
        "CreateListener",
        "error",
        "moto asks its own ACM; the simulator takes any ARN of a certificate",
    ),
    Known("RegisterTargets DescribeTags", "error", NOT_CHECKED),
    Known("SetSubnets", "IpAddressType", NOT_KEPT),
    Known(
        "DescribeAccountLimits",
        "Limits[].*",
        "the simulator tells the limits that it enforces, no others",
    ),
    Known(
        "DescribeLoadBalancerAttributes",
        "Attributes[load_balancing.cross_zone.enabled]",
        "always on for application load balancers",
    ),
    Known("DescribeLoadBalancerAttributes ModifyLoadBalancerAttributes", "Attributes[*]", NOT_KEPT),
    Known(
        "DescribeListenerAttributes",
        "Attributes[*]",
        "moto gives HTTP listeners the attribute of TCP listeners, and none of their own",
    ),
    Known("*TargetGroupAttributes", "Attributes[target_*]", NOT_KEPT),
    Known("*TargetGroupAttributes", "Attributes[stickiness.lb_cookie.duration_seconds]", NOT_KEPT),
    Known(
        "*TargetGroupAttributes",
        "Attributes[*]",
        "attributes depend on protocol and target type; moto gives TCP groups some of HTTP groups",
    ),
    Known(
        "CreateTargetGroup",
        "*.HealthCheckTimeoutSeconds",
        "10 seconds where the group's protocol is TCP and its checks are HTTPS, by the API reference",
    ),
    Known("*Listener* DescribeRules", "*.Order", "AWS numbers actions, also a single one"),
    Known(
        "CreateListener DescribeListeners",
        "*.ForwardConfig.*",
        "AWS spells a plain forward both ways",
    ),
    Known(
        "ModifyListener",
        "*.DefaultActions[].TargetGroupArn",
        "AWS spells a plain forward both ways",
    ),
    Known(
        "CreateListener DescribeListeners",
        "*.RedirectConfig.*",
        "AWS fills in what a redirect keeps",
    ),
    Known("*Listener*", "*.SslPolicy", "listeners of HTTP and TCP have no policy"),
    Known("DescribeTags", "*.Tags[*", "a tag without a value has an empty one"),
    Known(
        "DescribeTargetHealth",
        "*.HealthCheckPort",
        "AWS answers the port that is checked, as a number",
    ),
    Known(
        "DescribeTargetHealth",
        "*.TargetHealth.*",
        "targets are `unused` until a listener uses their group",
    ),
)
PRIVATE_LINK = (
    Known("CreateVpcEndpointServiceConfiguration CreateVpcEndpoint", "ClientToken", NOT_KEPT),
    Known("*VpcEndpointServiceConfiguration*", "*.AvailabilityZoneIds[]", NOT_KEPT),
    Known("*VpcEndpointServiceConfiguration*", "*.RemoteAccessEnabled", NOT_KEPT),
    Known("*VpcEndpointServiceConfiguration*", "*.SupportedIpAddressTypes[]", NOT_KEPT),
    Known("*VpcEndpointServiceConfiguration*", "*.SupportedRegions[].*", NOT_KEPT),
    Known("*VpcEndpointServiceConfiguration*", "*.NetworkLoadBalancerArns[]", ARN_OF_APP),
    Known(
        "*VpcEndpointServiceConfiguration*",
        "*.PrivateDnsName*",
        "a name is pending until its TXT record is seen, and gone when it is removed; moto's is verified at once",
    ),
    Known(
        "CreateVpcEndpointServiceConfiguration",
        "error",
        "EC2's own code, not that of load balancing",
    ),
    Known(
        "DeleteVpcEndpointServiceConfigurations",
        "Unsuccessful[].Error.Code",
        "both spellings are reported; the doubt `service-not-found-code` has them",
    ),
    Known("StartVpcEndpointServicePrivateDnsVerification", "error", "moto does not have it"),
    Known("CreateVpcEndpointConnectionNotification", "error", "moto does not have it"),
    Known(
        "DescribeVpcEndpointServicePermissions",
        "AllowedPrincipals[].Principal",
        "moto ignores removals",
    ),
    Known("*VpcEndpointServicePermissions", "*Principals[].*", NOT_KEPT),
    Known("DescribeVpcEndpointServices", "ServiceDetails[].AvailabilityZoneIds[]", NOT_KEPT),
    Known("DescribeVpcEndpointServices", "ServiceDetails[].ServiceRegion", NOT_KEPT),
    Known("DescribeVpcEndpointServices", "ServiceDetails[].SupportedIpAddressTypes[]", NOT_KEPT),
    Known("DescribeVpcEndpointServices", "ServiceDetails[].Tags[*]", NOT_KEPT),
    Known("DescribeVpcEndpointServices", "Service*", NO_SERVICES),
    Known(
        "DescribeVpcEndpointServices", "error", "moto shows services to their owner's account alone"
    ),
    Known("CreateVpcEndpoint", "error", NOT_CHECKED),
    Known("CreateVpcEndpoint", "VpcEndpoint.State", "an endpoint is pending at first"),
    Known(
        "*VpcEndpoint*",
        "*.DnsEntries[].DnsName",
        "names of a regional and of a zonal form, below `vpce`",
    ),
    Known(
        "*VpcEndpoint*", "*.PolicyDocument", "services of customers support no endpoint policies"
    ),
    Known(
        "*VpcEndpoint*", "*.PrivateDnsEnabled", "off unless asked for, for services of customers"
    ),
    Known("*VpcEndpoint*", "*.DnsOptions.DnsRecordIpType", NOT_KEPT),
    Known("*VpcEndpoint*", "*.IpAddressType", NOT_KEPT),
    Known("*VpcEndpoint*", "*.RequesterManaged", NOT_KEPT),
    Known("*VpcEndpoint*", "*.ServiceRegion", NOT_KEPT),
    Known(
        "DeleteVpcEndpoints", "Unsuccessful[].*", "AWS names the endpoints that it could not delete"
    ),
)

SHARES = (
    Known("CreateResourceGateway", "error", "moto does not have it"),
    Known("CreateResourceShare", "clientToken", NOT_KEPT),
    Known("CreateResourceShare UpdateResourceShare", "resourceShare.featureSet", NOT_KEPT),
    Known(
        "GetResourceShares",
        "resourceShares[].tags*",
        "the model has tags in each row, and clients read them there; moto leaves them out",
    ),
)

ODD_IDS = "ids are 17 hexadecimal digits, as the model's patterns say; moto's are parts of a UUID"
NETWORKS = (
    Known("*ServiceNetwork*", "*arn", ODD_IDS),
    Known("*ServiceNetwork*", "*id", ODD_IDS),
    Known("ListServiceNetworkVpcAssociations", "*serviceNetworkArn", ODD_IDS),
    Known("ListServiceNetworkVpcAssociations", "*serviceNetworkId", ODD_IDS),
    Known("*VpcAssociation*", "*createdBy", "AWS names the account, moto says `user`"),
    Known(
        "CreateServiceNetworkVpcAssociation",
        "status",
        "AWS takes some time for it, moto is ready at once",
    ),
    Known("CreateServiceNetwork", "authType", NOT_KEPT),
    Known("CreateServiceNetwork", "sharingConfig.enabled", NOT_KEPT),
    Known("GetServiceNetwork ListServiceNetworks", "*At", NOT_KEPT),
    Known("GetServiceNetwork ListServiceNetworks", "*numberOfAssociated*", NOT_KEPT),
    Known("*VpcAssociation*", "*dnsOptions.*", NOT_KEPT),
    Known("*VpcAssociation*", "*privateDnsEnabled", NOT_KEPT),
    Known("CreateServiceNetwork", "error", NOT_CHECKED),
    Known(
        "UpdateServiceNetwork GetServiceNetworkVpcAssociation StartDomainVerification",
        "error",
        "moto does not have it",
    ),
)

# Parameter and option groups, storage, backups, keys, certificates.
NOT_OF_NETWORKS = "the simulator keeps of databases what connections need, not how they run"
DATABASES = (
    Known("CreateDBSubnetGroup", "error", NOT_CHECKED),
    Known("*DBSubnetGroup*", "*.SupportedNetworkTypes[]", NOT_KEPT),
    *(
        Known("*DBCluster*", f"*.{member}", NOT_OF_NETWORKS)
        for member in (
            "BacktrackWindow",
            "CrossAccountClone",
            "DBClusterParameterGroup",
            "EarliestRestorableTime",
            "EngineVersion",
            "GlobalWriteForwardingRequested",
            "HttpEndpointEnabled",
            "KmsKeyId",
            "LatestRestorableTime",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "StorageType",
        )
    ),
    *(
        Known("*DBInstance*", f"*.{member}", NOT_OF_NETWORKS)
        for member in (
            "CACertificateIdentifier",
            "DBParameterGroups[].*",
            "EngineVersion",
            "KmsKeyId",
            "LatestRestorableTime",
            "LicenseModel",
            "MonitoringInterval",
            "OptionGroupMemberships[].*",
            "PreferredBackupWindow",
            "PreferredMaintenanceWindow",
            "StorageType",
        )
    ),
    Known(
        "*DBCluster*",
        "*.AvailabilityZones[]",
        "the zones of the subnet group; moto takes the region's first three",
    ),
    Known(
        "*DBCluster*",
        "*.PubliclyAccessible",
        "the model has it for clusters of other engines than Aurora alone",
    ),
    Known("DeleteDBCluster", "DBCluster.Status", "a cluster is `deleting` for some minutes"),
    Known(
        "*DBInstance*",
        "*.AvailabilityZone",
        "the zone of a subnet of the group; moto takes the region's first",
    ),
    Known("CreateDBInstance", "DBInstance.DBInstanceStatus", "an instance is `creating` at first"),
    Known("CreateDBInstance", "DBInstance.Endpoint.*", "the name comes when somebody answers for it"),
    Known("*DBInstance*", "*.DBSubnetGroup.*", NOT_KEPT),
    Known("*DBInstance*", "*.Endpoint.HostedZoneId", NOT_KEPT),
    Known("*DBInstance*", "*.NetworkType", NOT_KEPT),
    Known("*DBInstance*", "*.PubliclyAccessible", NOT_KEPT),
    Known(
        "*DBInstance*",
        "*.DbInstancePort",
        "0 in AWS's examples; the port is that of the endpoint",
    ),
    Known("*DBProx*", "*.DBProxyArn", "ids of proxies are hexadecimal; moto draws from all letters"),
    Known("*DBProx*", "*.Endpoint", "names of proxies are below `proxy-`; moto writes `db-proxy-`"),
    Known("*DBProx*", "*.Status", "a proxy is `creating` at first, and `deleting` at last"),
    Known("ListHostedZonesByVPC", "MaxItems", NOT_KEPT),
    Known("ListHostedZonesByVPC", "error", NOT_CHECKED),
)

KNOWN = (
    *IDENTITY,
    *NETWORK,
    *GROUPS,
    *BALANCERS,
    *PRIVATE_LINK,
    *SHARES,
    *DATABASES,
    *NETWORKS,
)


def known(difference: Difference) -> Known | None:
    """The first row that covers a difference."""
    return next((row for row in KNOWN if row.covers(difference)), None)
