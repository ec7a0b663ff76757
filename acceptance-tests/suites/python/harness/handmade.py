"""A database that somebody has shared by hand, with names and keys of his own."""

from harness.databases import PORT
from harness.networks import Network, through
from harness.shared import Shared
from harness.world import CONSUMER

TAGS = {"team": "network"}


class HandMade:
    """Gateway, configuration, share, acceptance and endpoint, and the groups that go with them."""

    def __init__(self, shared: Shared):
        self.shared = shared
        world = shared.world
        self.gateway_group = self._gateway_group()
        made = world.lattice().create_resource_gateway(
            name="theirs",
            vpcIdentifier=world.owner.vpc,
            subnetIds=world.owner.subnets,
            securityGroupIds=[self.gateway_group],
            tags=TAGS,
        )
        self.gateway = made["id"]
        self._settle()
        self.configuration, arn = self._configuration()
        self._settle()
        self.share = self._share(arn)
        self._settle()
        self.endpoint_group = self._endpoint_group()
        self.endpoint = self._endpoint(arn)
        self._settle()

    def _gateway_group(self) -> str:
        """What the gateway has, and the rule by which the database lets it in."""
        ec2, world = self.shared.world.ec2(), self.shared.world
        made = ec2.create_security_group(GroupName="gw", Description="Gateway", VpcId=world.owner.vpc)
        pair = {"UserIdGroupPairs": [{"GroupId": made["GroupId"]}]}
        rule = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT, **pair}
        ec2.authorize_security_group_ingress(GroupId=world.group, IpPermissions=[rule])
        return made["GroupId"]

    def _configuration(self) -> tuple[str, str]:
        definition = {"arnResource": {"arn": self.shared.world.arn}}
        return self._configure("orders-database", type="ARN", resourceConfigurationDefinition=definition)

    def _configure(self, name: str, **fields) -> tuple[str, str]:
        """A configuration behind the gateway."""
        if "resourceConfigurationGroupIdentifier" not in fields:
            fields["resourceGatewayIdentifier"] = self.gateway
        made = self.shared.world.lattice().create_resource_configuration(
            name=name, allowAssociationToShareableServiceNetwork=False, tags=TAGS, **fields
        )
        return made["id"], made["arn"]

    def _names(self) -> list[str]:
        """What the consumer's VPC calls the database."""
        cluster = self.shared.world.cluster()
        return [cluster["Endpoint"], cluster["ReaderEndpoint"], "*." + cluster["Endpoint"].split(".cluster-", 1)[1]]

    def _share(self, arn: str) -> str:
        world = self.shared.world
        made = world.ram().create_resource_share(
            name="theirs",
            resourceArns=[arn],
            principals=[CONSUMER],
            tags=[{"key": key, "value": value} for key, value in TAGS.items()],
        )
        self._settle()
        ram = world.ram(CONSUMER)
        [invitation] = ram.get_resource_share_invitations()["resourceShareInvitations"]
        ram.accept_resource_share_invitation(
            resourceShareInvitationArn=invitation["resourceShareInvitationArn"]
        )
        return made["resourceShare"]["resourceShareArn"]

    def _endpoint_group(self) -> str:
        ec2, place = self.shared.world.ec2(CONSUMER), self.shared.world.consumer
        made = ec2.create_security_group(GroupName="ep", Description="Endpoint", VpcId=place.vpc)
        rule = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT}
        rule["IpRanges"] = [{"CidrIp": "172.31.0.0/16"}]
        ec2.authorize_security_group_ingress(GroupId=made["GroupId"], IpPermissions=[rule])
        return made["GroupId"]

    def _endpoint(self, arn: str) -> str:
        place = self.shared.world.consumer
        made = self.shared.world.ec2(CONSUMER).create_vpc_endpoint(
            VpcEndpointType="Resource",
            VpcId=place.vpc,
            SubnetIds=place.subnets,
            SecurityGroupIds=[self.endpoint_group],
            ResourceConfigurationArn=arn,
            PrivateDnsEnabled=True,
            DnsOptions={
                "PrivateDnsPreference": "SPECIFIED_DOMAINS_ONLY",
                "PrivateDnsSpecifiedDomains": self._names(),
            },
            TagSpecifications=[
                {
                    "ResourceType": "vpc-endpoint",
                    "Tags": [{"Key": key, "Value": value} for key, value in TAGS.items()],
                }
            ],
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def _settle(self) -> None:
        """Everything that was made so far is seen by then."""
        self.shared.simulator.advance(600)
        self.shared.world.ec2().describe_vpcs()

    def describe(self) -> None:
        """Writes it into the configuration, under other keys than AWS has."""
        arguments = self.shared.arguments
        arguments["tags"] = TAGS
        arguments["security_group_ids"] = [self.gateway_group]
        arguments["consumers"]["app"]["security_group_ids"] = [self.endpoint_group]

    def ids(self) -> set[str]:
        """What must be the same after it was taken over."""
        return {self.gateway, self.configuration, self.share, self.endpoint}


class HandMadeGroup(HandMade):
    """The same with a group, of which the database is a child by a name of the user's."""

    DOMAIN = "db.example.com"
    NAME = "orders.db.example.com"

    def _configuration(self) -> tuple[str, str]:
        group, arn = self._configure("databases", type="GROUP", groupDomain=self.DOMAIN)
        self._settle()
        name = {"domainName": self.shared.world.cluster()["Endpoint"], "ipAddressType": "IPV4"}
        self.child, _ = self._configure(
            "orders-child",
            type="CHILD",
            resourceConfigurationGroupIdentifier=group,
            portRanges=[str(PORT)],
            customDomainName=self.NAME,
            resourceConfigurationDefinition={"dnsResource": name},
        )
        return group, arn

    def _names(self) -> list[str]:
        return [f"*.{self.DOMAIN}"]

    def describe(self) -> None:
        super().describe()
        self.shared.arguments["group"] = {"domain": self.DOMAIN}
        self.shared.arguments["endpoints"]["orders"] = {
            "dns_name": self.shared.world.cluster()["Endpoint"],
            "port": PORT,
            "custom_domain_name": self.NAME,
        }

    def ids(self) -> set[str]:
        return super().ids() | {self.child}


class HandMadeNetwork(HandMade):
    """The same through a service network of the consumer's."""

    def _endpoint_group(self) -> str:
        return ""

    def _endpoint(self, arn: str) -> str:
        self.network = Network(self.shared)
        self.network.let_in()
        made = self.network.lattice.create_service_network_resource_association(
            serviceNetworkIdentifier=self.network.id,
            resourceConfigurationIdentifier=arn,
            privateDnsEnabled=True,
            tags=TAGS,
        )
        return made["id"]

    def describe(self) -> None:
        super().describe()
        self.shared.arguments["consumers"]["app"] = through(self.network)
