"""Where AWS itself differs from the models, each with its reason. Everything else that differs is a fault."""

from __future__ import annotations

from collections.abc import Callable

from botocore.model import OperationModel, ServiceModel, Shape

# EC2 operations that the model gives no output still say that they succeeded: EC2's API reference shows
# the element, and clients rely on the status alone.
ANSWER_OF_NO_OUTPUT = {"return": "true"}

# Values of enums that AWS sends in another letter case than the model has them: shape → reason.
LETTER_CASE = {
    "State": "endpoints of type Interface say `available`, `pendingAcceptance`: the first letter is small",
    "IpAddressType": "endpoints of type Interface say `ipv4`, as everywhere else in EC2",
}

# Values that the enum lacks and AWS sends: (shape, value) → reason.
BESIDE_THE_ENUM = {
    (
        "AttachmentStatus",
        "available",
    ): "the API reference: an internet gateway's attachment is `available`"
    " where a network interface's is `attached`; the model has one enum for both",
}

# Members that AWS's examples always show, for models of answers require next to nothing: shape → members,
# by their names on the wire.
ALWAYS_THERE = {
    ("ec2", "Vpc"): "vpcId ownerId state cidrBlock dhcpOptionsId instanceTenancy isDefault"
    " cidrBlockAssociationSet",
    # A subnet of IPv6 only has no `cidrBlock`.
    ("ec2", "Subnet"): "subnetId subnetArn ownerId state vpcId availableIpAddressCount"
    " availabilityZone availabilityZoneId defaultForAz mapPublicIpOnLaunch mapCustomerOwnedIpOnLaunch"
    " assignIpv6AddressOnCreation ipv6CidrBlockAssociationSet ipv6Native enableDns64"
    " privateDnsNameOptionsOnLaunch",
    ("ec2", "SecurityGroup"): "groupId ownerId groupName groupDescription vpcId ipPermissions"
    " ipPermissionsEgress",
    (
        "ec2",
        "SecurityGroupRule",
    ): "securityGroupRuleId securityGroupRuleArn groupId groupOwnerId isEgress"
    " ipProtocol fromPort toPort",
    (
        "ec2",
        "NetworkInterface",
    ): "networkInterfaceId subnetId vpcId availabilityZone description ownerId"
    " requesterManaged status macAddress privateIpAddress privateIpAddressesSet sourceDestCheck"
    " interfaceType groupSet attachment",
    ("ec2", "RouteTable"): "routeTableId vpcId ownerId routeSet associationSet propagatingVgwSet",
    (
        "ec2",
        "AvailabilityZone",
    ): "zoneName zoneId zoneState zoneType regionName groupName optInStatus networkBorderGroup",
    (
        "ec2",
        "VpcEndpoint",
    ): "vpcEndpointId vpcEndpointType vpcId serviceName state ownerId requesterManaged"
    " privateDnsEnabled subnetIdSet groupSet networkInterfaceIdSet dnsEntrySet creationTimestamp"
    " ipAddressType routeTableIdSet",
    (
        "ec2",
        "ServiceConfiguration",
    ): "serviceId serviceName serviceState serviceType acceptanceRequired"
    " availabilityZoneSet baseEndpointDnsNameSet managesVpcEndpoints networkLoadBalancerArnSet",
    ("ec2", "VpcEndpointConnection"): "serviceId vpcEndpointId vpcEndpointOwner vpcEndpointState"
    " creationTimestamp dnsEntrySet networkLoadBalancerArnSet vpcEndpointConnectionId",
    (
        "elbv2",
        "LoadBalancer",
    ): "LoadBalancerArn LoadBalancerName DNSName CanonicalHostedZoneId CreatedTime"
    " Scheme VpcId State Type AvailabilityZones IpAddressType",
    (
        "elbv2",
        "TargetGroup",
    ): "TargetGroupArn TargetGroupName Protocol Port VpcId TargetType IpAddressType"
    " HealthCheckEnabled HealthCheckProtocol HealthCheckPort HealthCheckIntervalSeconds"
    " HealthCheckTimeoutSeconds HealthyThresholdCount UnhealthyThresholdCount LoadBalancerArns",
    ("elbv2", "Listener"): "ListenerArn LoadBalancerArn Protocol Port DefaultActions",
    ("elbv2", "TargetHealthDescription"): "Target TargetHealth",
    ("elbv2", "TargetHealth"): "State",
    ("rds", "DBSubnetGroup"): "DBSubnetGroupName DBSubnetGroupDescription VpcId SubnetGroupStatus Subnets"
    " DBSubnetGroupArn",
    (
        "rds",
        "DBProxy",
    ): "DBProxyName DBProxyArn Status EngineFamily VpcId VpcSecurityGroupIds VpcSubnetIds Endpoint",
    # The name of an instance comes when it is available.
    (
        "rds",
        "DBInstance",
    ): "DBInstanceIdentifier DBInstanceClass Engine DBInstanceStatus AllocatedStorage VpcSecurityGroups"
    " DBSubnetGroup PubliclyAccessible DbiResourceId DBInstanceArn",
    (
        "rds",
        "DBCluster",
    ): "DBClusterIdentifier DBSubnetGroup Status Endpoint ReaderEndpoint Engine Port DBClusterMembers"
    " VpcSecurityGroups DbClusterResourceId DBClusterArn",
    ("sts", "Credentials"): "AccessKeyId SecretAccessKey SessionToken Expiration",
}

# Of those, what a shape lacks where a member has a value: shape → (member, value → members).
_LACKED = {
    ("ec2", "VpcEndpoint"): (
        "vpcEndpointType",
        {
            "Resource": "serviceName dnsEntrySet routeTableIdSet",
            "ServiceNetwork": "serviceName dnsEntrySet routeTableIdSet",
        },
    )
}

# EC2's namespace ends in a slash on the wire, and in the model it does not; Route 53's model has it with
# the shapes of bodies alone.
_NAMESPACES = {
    "ec2": "http://ec2.amazonaws.com/doc/2016-11-15/",
    "route53": "https://route53.amazonaws.com/doc/2013-04-01/",
}

# EC2 models no errors: these are the codes of its list of errors that networks, groups and endpoints meet.
# Those that are not answered with 400 have their status beside them.
_EC2_STATUS = {
    "AuthFailure": 401,
    "UnauthorizedOperation": 403,
    "OptInRequired": 403,
    "SignatureDoesNotMatch": 403,
    "MissingAuthenticationToken": 403,
    "ExpiredToken": 403,
    "DryRunOperation": 412,
    "InternalError": 500,
    "RequestLimitExceeded": 503,
    "Unavailable": 503,
}
_EC2_CODES = """
    AddressLimitExceeded CannotDelete CidrConflict CidrLimitExceeded DependencyViolation
    DuplicateSubnetsInSameZone ExistingVpcEndpointConnections Gateway.NotAttached
    IdempotentParameterMismatch IncorrectState InsufficientFreeAddressesInSubnet
    InternetGatewayLimitExceeded InvalidAction InvalidCidrBlock.InUse
    InvalidConnectionNotification InvalidFilter
    InvalidGroup.Duplicate InvalidGroup.InUse InvalidGroup.NotFound InvalidGroup.Reserved
    InvalidGroupId.Malformed InvalidID InvalidIPAddress.InUse InvalidInternetGatewayID.NotFound
    InvalidInternetGatewayId.NotFound InvalidInternetGatewayId.Malformed
    InvalidNetworkAclID.NotFound InvalidNetworkInterfaceID.NotFound
    InvalidNetworkInterfaceId.Malformed InvalidNetworkLoadBalancerArn.Malformed
    InvalidNetworkLoadBalancerArn.NotFound InvalidNextToken InvalidPaginationToken
    InvalidParameter InvalidParameterCombination InvalidParameterValue
    InvalidPermission.Duplicate InvalidPermission.Malformed InvalidPermission.NotFound
    InvalidPrefixListID.NotFound
    InvalidPrincipal InvalidRequest InvalidResourceConfigurationArn.NotFound
    InvalidRouteTableID.NotFound
    InvalidSecurityGroupID.NotFound InvalidSecurityGroupRuleId.NotFound
    InvalidSecurityGroupRuleId.Malformed InvalidServiceName InvalidServiceNetworkArn.NotFound
    InvalidState InvalidSubnet
    InvalidSubnetCidrBlockAssociationID.Malformed InvalidSubnetCidrBlockAssociationID.NotFound
    InvalidSubnet.Conflict InvalidSubnet.Range InvalidSubnetID.NotFound
    InvalidSubnetId.Malformed InvalidVpc.Range InvalidVpcCidrBlockAssociationID.Malformed
    InvalidVpcCidrBlockAssociationID.NotFound InvalidVpcEndpoint.NotFound
    InvalidVpcEndpointId.Malformed InvalidVpcEndpointId.NotFound
    InvalidVpcEndpointService.NotFound InvalidVpcEndpointServiceId.Malformed
    InvalidVpcEndpointServiceId.NotFound InvalidVpcID.NotFound InvalidVpcId.Malformed
    InvalidZone.NotFound MalformedQueryString MissingAction MissingParameter
    NetworkInterfaceLimitExceeded OperationNotPermitted RequestExpired
    Resource.AlreadyAssociated ResourceCountExceeded RouteTableLimitExceeded
    RulesPerSecurityGroupLimitExceeded SecurityGroupLimitExceeded
    SecurityGroupsPerInterfaceLimitExceeded SubnetLimitExceeded TagLimitExceeded
    UnknownParameter UnknownPrincipalType.Unsupported UnsupportedOperation VPCIdNotSpecified
    VpcEndpointLimitExceeded VpcEndpointServiceLimitExceeded VpcLimitExceeded
"""

# Errors that every service of the query protocol, and one of REST with XML, can answer, with their
# status; models leave them out.
_QUERY_CODES = {
    "AccessDenied": 403,
    "ExpiredToken": 403,
    "IncompleteSignature": 400,
    "InternalFailure": 500,
    "InvalidAction": 400,
    "InvalidClientTokenId": 403,
    "InvalidParameterCombination": 400,
    "InvalidParameterValue": 400,
    "MissingAction": 400,
    "MissingAuthenticationToken": 403,
    "OptInRequired": 403,
    "RequestExpired": 400,
    "ServiceUnavailable": 503,
    "SignatureDoesNotMatch": 403,
    "Throttling": 400,
    "ThrottlingException": 400,
    "ValidationError": 400,
}

# Errors that Lattice and RAM can answer beside those of their models (AWS's common errors).
_REST_CODES = {
    "AccessDeniedException": 403,
    "ExpiredTokenException": 403,
    "InvalidSignatureException": 403,
    "MissingAuthenticationTokenException": 403,
    "ThrottlingException": 429,
    "UnrecognizedClientException": 403,
    "ValidationException": 400,
}

# What the simulator says with an error that a test asked for: its code is the test's.
ASKED_FOR = "The test asked for this error."

# What the simulator alone says, loudly, where AWS would go on: calls that it does not simulate.
_SIMULATOR_CODES = {"UnknownParameter": 400, "UnsupportedOperation": 400}


def namespace_of(service: ServiceModel) -> str:
    """The XML namespace that a service answers in."""
    return _NAMESPACES.get(service.service_name) or service.metadata["xmlNamespace"]


def always_there(
    service: str, shape: str, value_of: Callable[[str], str | None] = lambda _: None
) -> list[str]:
    """Wire names of the members that AWS never leaves out of a shape, whose scalars are looked up."""
    member, lacked = _LACKED.get((service, shape), ("", {}))
    without = lacked.get(value_of(member), "").split()
    names = ALWAYS_THERE.get((service, shape), "").split()
    return [name for name in names if name not in without]


def enum_value_is_known(shape: Shape, value: str) -> bool:
    """Whether AWS sends a value that the enum lacks, or has in another letter case."""
    if (shape.name, value) in BESIDE_THE_ENUM:
        return True
    words = {word.lower() for word in shape.enum}
    return shape.name in LETTER_CASE and value.lower() in words


def error_is_known(operation: OperationModel, code: str, status: int) -> bool:
    """Whether an operation can answer a code with that status."""
    if operation.service_model.service_name == "ec2":
        return status == _EC2_STATUS.get(code, 400 if code in _EC2_CODES.split() else None)
    rest = operation.service_model.metadata["protocol"] == "rest-json"
    modelled = {
        shape.metadata["error"].get("code", shape.name): shape.metadata["error"]["httpStatusCode"]
        for shape in operation.error_shapes
        if "error" in shape.metadata
    }
    common = _REST_CODES if rest else _QUERY_CODES
    return status == {**_SIMULATOR_CODES, **common, **modelled}.get(code)
