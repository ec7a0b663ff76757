"""Another team's account, which no provider block leads to: what its people do by hand."""

from harness.databases import PORT
from harness.shared import Shared
from harness.world import CIDR, make_place

STRANGER = "333333333333"


class Stranger:
    """A VPC with a client, and the other end of what a shared database offers."""

    def __init__(self, shared: Shared, account: str = STRANGER):
        self.shared, self.account = shared, account
        self.ec2 = shared.world.ec2(account)
        self.ram = shared.world.ram(account)
        self.lattice = shared.world.lattice(account)
        self.place = make_place(self.ec2, account, CIDR)
        self.ec2.modify_vpc_attribute(VpcId=self.place.vpc, EnableDnsHostnames={"Value": True})

    def invitations(self, status: str = "PENDING") -> list[dict]:
        """The invitations in its inbox."""
        return invitations(self.shared, self.account, status)

    def accept(self) -> None:
        """Accepts the invitation that waits; there must be one."""
        [invitation] = self.invitations()
        arn = invitation["resourceShareInvitationArn"]
        self.ram.accept_resource_share_invitation(resourceShareInvitationArn=arn)

    def refuse(self) -> None:
        """Refuses the invitation that waits."""
        [invitation] = self.invitations()
        arn = invitation["resourceShareInvitationArn"]
        self.ram.reject_resource_share_invitation(resourceShareInvitationArn=arn)

    def connect(self, key: str = "orders") -> str:
        """Makes an endpoint that takes the database's own names, open for everybody in the VPC."""
        made = self.ec2.create_security_group(
            GroupName=f"to-{key}", Description="Endpoint", VpcId=self.place.vpc
        )
        anybody = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT}
        anybody["IpRanges"] = [{"CidrIp": CIDR}]
        group = made["GroupId"]
        self.ec2.authorize_security_group_ingress(GroupId=group, IpPermissions=[anybody])
        endpoint = self.shared.values()["endpoints"][key]
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="Resource",
            VpcId=self.place.vpc,
            SubnetIds=self.place.subnets,
            SecurityGroupIds=[group],
            ResourceConfigurationArn=endpoint["resource_configuration_arn"],
            PrivateDnsEnabled=True,
            DnsOptions={"PrivateDnsPreference": "ALL_DOMAINS"},
        )
        # It is there at the next call.
        self.ec2.describe_vpcs()
        return made["VpcEndpoint"]["VpcEndpointId"]

    def reaches(self, name: str) -> bool:
        """Whether its client gets through to the database by a name."""
        return self.shared.reach(name, self.place)["reachable"]


def invitations(shared: Shared, account: str, status: str | None = "PENDING") -> list[dict]:
    """The invitations in an account's inbox."""
    found = shared.world.ram(account).get_resource_share_invitations()
    rows = found["resourceShareInvitations"]
    return [row for row in rows if status in (None, row["status"])]


def connected(shared: Shared, key: str = "orders") -> set[str]:
    """The accounts whose endpoints are connected to what is shared by a key."""
    configuration = shared.values()["endpoints"][key]["resource_configuration_id"]
    rows = shared.world.lattice().list_resource_endpoint_associations(
        resourceConfigurationIdentifier=configuration
    )
    return {row["vpcEndpointOwner"] for row in rows["items"]}


def members(shared: Shared) -> set[str]:
    """Who is in a share of the owner's."""
    rows = shared.world.ram().get_resource_share_associations(associationType="PRINCIPAL")
    rows = rows["resourceShareAssociations"]
    return {row["associatedEntity"] for row in rows if row["status"] in ("ASSOCIATED", "ASSOCIATING")}
