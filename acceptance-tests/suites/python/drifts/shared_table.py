"""The rows of a shared database: for each field what somebody does to it, or why nobody can."""

from drifts import shared_sabotage as do
from drifts.row import ADDRESSEE, FIXED, TOKEN, fields
from drifts.sabotage import retag
from harness.world import CONSUMER, OWNER

PORTS = "IpPermissions.FromPort IpPermissions.ToPort IpPermissions.IpProtocol"
TAG = "TagSpecification.Tag.Key TagSpecification.Tag.Value"
MARK = "tags.privatelink:anchor tags.privatelink:owner tags.privatelink:part"
TEAM = "tags.team"

GROUPS = {
    **fields("CreateSecurityGroup", "GroupDescription GroupName VpcId", FIXED),
    **fields("CreateSecurityGroup", TAG, retag("gateway.security_group")),
    **fields(
        "AuthorizeSecurityGroupEgress",
        f"GroupId {PORTS} IpPermissions.Groups.GroupId",
        do.open_to("gateway.security_group", "egress", OWNER),
    ),
    **fields(
        "RevokeSecurityGroupEgress",
        "GroupId IpPermissions.IpProtocol IpPermissions.IpRanges.CidrIp",
        do.open_to("gateway.security_group", "egress", OWNER),
    ),
    **fields(
        "AuthorizeSecurityGroupIngress",
        f"{PORTS} IpPermissions.IpRanges.CidrIp",
        do.open_to("consumer.app.security_group", "ingress", CONSUMER),
    ),
    **fields(
        "AuthorizeSecurityGroupIngress",
        "GroupId IpPermissions.Groups.GroupId",
        do.shut_the_database,
    ),
    **fields(
        "AuthorizeSecurityGroupIngress",
        TAG,
        "a rule of ours in the user's group is known by its id; only a lost state needs its tags",
    ),
}

GATEWAY = {
    **fields("CreateResourceGateway", "clientToken", TOKEN),
    **fields("CreateResourceGateway", "name vpcIdentifier subnetIds ipAddressType", FIXED),
    **fields("CreateResourceGateway", "securityGroupIds", do.lead_the_gateway_out_elsewhere),
    **fields("CreateResourceGateway", MARK, do.unmark_lattice("gateway")),
    **fields("CreateResourceGateway", TEAM, do.retag_lattice("gateway")),
}

CREATE_CONFIGURATION = "CreateResourceConfiguration"
BY_ADDRESS = "endpoint.cache.configuration"
CONFIGURATION = {
    **fields(CREATE_CONFIGURATION, "clientToken", TOKEN),
    **fields(
        CREATE_CONFIGURATION,
        "name type protocol resourceGatewayIdentifier customDomainName groupDomain "
        "resourceConfigurationDefinition.arnResource.arn "
        "resourceConfigurationDefinition.dnsResource.domainName "
        "resourceConfigurationDefinition.dnsResource.ipAddressType "
        "resourceConfigurationGroupIdentifier",
        FIXED,
    ),
    **fields(
        CREATE_CONFIGURATION,
        "allowAssociationToShareableServiceNetwork",
        do.configuration(
            "endpoint.orders.configuration", allowAssociationToShareableServiceNetwork=True
        ),
    ),
    **fields(
        CREATE_CONFIGURATION,
        "resourceConfigurationDefinition.ipResource.ipAddress",
        do.configuration(
            BY_ADDRESS,
            resourceConfigurationDefinition={"ipResource": {"ipAddress": "172.31.0.99"}},
        ),
    ),
    **fields(
        CREATE_CONFIGURATION, "portRanges", do.configuration(BY_ADDRESS, portRanges=["1-2"])
    ),
    **fields(CREATE_CONFIGURATION, MARK, do.unmark_lattice("endpoint.orders.configuration")),
    **fields(CREATE_CONFIGURATION, TEAM, do.retag_lattice("endpoint.orders.configuration")),
}

SHARE = {
    **fields("CreateResourceShare", "clientToken", TOKEN),
    **fields("CreateResourceShare", "name", "is for people alone: by another one it is as good"),
    **fields(
        "CreateResourceShare",
        "allowExternalPrincipals",
        "AWS does not close a share that somebody outside the organization is in",
    ),
    **fields("CreateResourceShare", "principals", do.put_the_account_out),
    **fields("CreateResourceShare", "resourceArns", do.take_the_database_out),
    **fields("CreateResourceShare", "tags.key tags.value", do.retag_the_share),
    **fields(
        "AcceptResourceShareInvitation",
        "resourceShareInvitationArn",
        "nobody can leave a share of resource configurations; whom the owner puts out has a row",
    ),
}

ENDPOINT = {
    **fields("CreateVpcEndpoint", "ClientToken", TOKEN),
    **fields(
        "CreateVpcEndpoint",
        "VpcId SubnetId PrivateDnsEnabled DnsOptions.PrivateDnsPreference "
        "DnsOptions.PrivateDnsSpecifiedDomain",
        FIXED,
    ),
    **fields(
        "CreateVpcEndpoint", "VpcEndpointType ResourceConfigurationArn", do.delete_the_endpoint
    ),
    **fields("CreateVpcEndpoint", "SecurityGroupId", do.add_a_group_to_the_endpoint),
    **fields("CreateVpcEndpoint", TAG, retag("consumer.app.endpoint.orders", CONSUMER)),
}

JOIN = "CreateServiceNetworkResourceAssociation"
IN_NETWORK = "consumer.batch.association.orders"
NETWORK = {
    **fields(JOIN, "clientToken", TOKEN),
    **fields(JOIN, "privateDnsEnabled", FIXED),
    **fields(
        JOIN,
        "resourceConfigurationIdentifier serviceNetworkIdentifier",
        do.take_out_of_the_network,
    ),
    **fields(JOIN, f"{MARK} tags.privatelink:vpc", do.unmark_lattice(IN_NETWORK, CONSUMER)),
    **fields(JOIN, TEAM, do.retag_lattice(IN_NETWORK, CONSUMER)),
}

WORDS = {
    (operation, "TagSpecification.ResourceType"): ADDRESSEE
    for operation in ("AuthorizeSecurityGroupIngress", "CreateSecurityGroup", "CreateVpcEndpoint")
}
MARKS = {
    **fields("CreateTags", "ResourceId Tag.Key Tag.Value", "the mark of what is being changed"),
    **fields("DeleteTags", "ResourceId Tag.Key", "takes the building mark off: nobody else's"),
}

TABLE = {**GROUPS, **GATEWAY, **CONFIGURATION, **SHARE, **ENDPOINT, **NETWORK, **WORDS, **MARKS}
