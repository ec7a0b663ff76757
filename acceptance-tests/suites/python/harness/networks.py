"""A service network of VPC Lattice, and the ways into it that whoever has a VPC makes for himself."""

from harness.databases import PORT
from harness.shared import Shared
from harness.world import CIDR, CONSUMER, Place, make_place

NETWORK = "service_network"


class Network:
    """A network of an account's, empty and without a way in."""

    def __init__(self, shared: Shared, name: str = "apps", account: str = CONSUMER, *, shareable=False):
        self.shared, self.name, self.account = shared, name, account
        self.lattice, self.ec2 = shared.world.lattice(account), shared.world.ec2(account)
        made = self.lattice.create_service_network(
            name=name, sharingConfig={"enabled": shareable}
        )
        self.id, self.arn = made["id"], made["arn"]

    def let_in(self, way: str = "endpoint", place: Place | None = None, dns: dict | None = None) -> str:
        """Makes a way into it for a VPC; the consumer's if none is given. `dns` has a preference and domains."""
        make = {"endpoint": self._add_endpoint, "association": self._add_vpc}[way]
        place, dns = place or self.shared.world.consumer, dns or {"preference": "ALL_DOMAINS"}
        group = self._add_group(place)
        # Everything that was made so far is seen by then.
        self.shared.simulator.advance(60)
        entry = make(place, group, dns)
        # It is there at the next call.
        self.ec2.describe_vpcs()
        return entry

    def _add_endpoint(self, place: Place, group: str, dns: dict) -> str:
        """An endpoint that is open for everybody in the VPC."""
        options = {"PrivateDnsPreference": dns["preference"]}
        if "domains" in dns:
            options["PrivateDnsSpecifiedDomains"] = dns["domains"]
        made = self.ec2.create_vpc_endpoint(
            VpcEndpointType="ServiceNetwork",
            VpcId=place.vpc,
            SubnetIds=place.subnets,
            SecurityGroupIds=[group],
            ServiceNetworkArn=self.arn,
            PrivateDnsEnabled=True,
            DnsOptions=options,
        )
        return made["VpcEndpoint"]["VpcEndpointId"]

    def _add_vpc(self, place: Place, group: str, dns: dict) -> str:
        """The VPC comes into the network itself."""
        options = {"privateDnsPreference": dns["preference"]}
        if "domains" in dns:
            options["privateDnsSpecifiedDomains"] = dns["domains"]
        made = self.lattice.create_service_network_vpc_association(
            serviceNetworkIdentifier=self.id,
            vpcIdentifier=place.vpc,
            securityGroupIds=[group],
            privateDnsEnabled=True,
            dnsOptions=options,
        )
        return made["id"]

    def _add_group(self, place: Place) -> str:
        """A security group that lets clients in by the database's port."""
        filters = [{"Name": "vpc-id", "Values": [place.vpc]}]
        others = self.ec2.describe_security_groups(Filters=filters)["SecurityGroups"]
        made = self.ec2.create_security_group(
            GroupName=f"into-{self.name}-{len(others)}", Description="Entry", VpcId=place.vpc
        )
        clients = {"IpProtocol": "tcp", "FromPort": PORT, "ToPort": PORT}
        clients["IpRanges"] = [{"CidrIp": CIDR}]
        self.ec2.authorize_security_group_ingress(
            GroupId=made["GroupId"], IpPermissions=[clients]
        )
        return made["GroupId"]

    def inside(self) -> dict[str, dict]:
        """What is in it, by id; without what came along with it."""
        rows = self.lattice.list_service_network_resource_associations(
            serviceNetworkIdentifier=self.id
        )["items"]
        return {row["id"]: row for row in rows if row["status"] != "DELETE_IN_PROGRESS"}

    def take_out(self, association: str, account: str | None = None) -> None:
        """Somebody deletes an association, by hand."""
        lattice = self.shared.world.lattice(account or self.account)
        lattice.delete_service_network_resource_association(
            serviceNetworkResourceAssociationIdentifier=association
        )
        self.shared.simulator.advance(600)


def through(network: Network, place: Place | None = None, account: str = "app") -> dict:
    """The arguments of a consumer that comes through a network."""
    place = place or network.shared.world.consumer
    return {
        "account": account,
        "vpc_id": place.vpc,
        "via": NETWORK,
        "service_network_id": network.id,
    }


def app(shared: Shared, key: str = "app") -> dict:
    """What the state has of a consumer."""
    return shared.values()["consumers"][key]


def assert_reached(shared: Shared, key: str = "app", place: Place | None = None) -> None:
    """By every name that users are told, and nothing is left to do."""
    values = app(shared, key)
    names = [*values["dns_names"].values(), *values["association_dns_names"].values()]
    assert names
    for name in names:
        assert shared.reach(name, place)["reachable"], shared.reach(name, place)
    assert not shared.changes()


def another_place(shared: Shared, account: str = CONSUMER) -> Place:
    """Another VPC of one account."""
    ec2 = shared.world.ec2(account)
    place = make_place(ec2, account, CIDR)
    ec2.modify_vpc_attribute(VpcId=place.vpc, EnableDnsHostnames={"Value": True})
    return place


def add_replica(shared: Shared) -> None:
    """A second endpoint, to the cluster's readers."""
    name = shared.world.cluster()["ReaderEndpoint"]
    shared.arguments["endpoints"]["replica"] = {"dns_name": name, "port": 5432}


def can_be_shared(shared: Shared) -> None:
    """The consumer comes through a network that its account may share on."""
    network = Network(shared, shareable=True)
    network.let_in()
    shared.arguments["consumers"]["app"] = through(network)
