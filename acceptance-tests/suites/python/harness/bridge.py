"""A bridge over the two accounts of a world: what most tests work with."""

import copy

from harness.configuration import SOURCES, block, resource
from harness.simulator import LATER, Simulator
from harness.workspace import Workspace
from harness.world import CONSUMER, OWNER, PROVIDER, REGION, World, is_users

KIND = "privatelink_alb_bridge"

# What users would miss; of each there is one in a bridge with one consumer.
LASTING = ("load-balancer", "vpc-endpoint-service", "vpc-endpoint")
GONE = ("deleted", "deleting")
ADDRESS = f"{KIND}.orders"


class Bridge:
    """A simulator, its world, a workspace, and the bridge's arguments, which tests change."""

    kind, address = KIND, ADDRESS

    def __init__(self, simulator: Simulator, world: World, workspace: Workspace):
        self.simulator = simulator
        self.world = world
        self.workspace = workspace
        self.provider = provider_arguments()
        self.arguments = {
            "name": "orders",
            "alb_arn": world.alb,
            "listeners": {"http": {"port": 80}},
            "alb_security_group_ids": [world.alb_group],
            "consumers": {"analytics": consumer_arguments(world.consumer)},
        }
        # What else stands in the configuration, and in the bridge's own block.
        self.others = ""
        self.inside = ""

    @property
    def consumers(self) -> dict:
        return self.arguments["consumers"]

    def write(self) -> None:
        """Writes the configuration as it now is."""
        self.workspace.write(self.text())

    def text(self) -> str:
        provider = block('provider "privatelink"', self.provider)
        bridge = resource(KIND, "orders", self.arguments, inside=self.inside)
        return "\n".join([SOURCES, provider, bridge, self.others])

    def apply(self, *arguments: str):
        """Applies the configuration as it now is; this must succeed."""
        self.write()
        return self.workspace.apply(*arguments)

    def try_apply(self, *arguments: str):
        self.write()
        return self.workspace.try_apply(*arguments)

    def narrow(self, zone: int) -> None:
        """One zone only, at the price of an interruption."""
        self.arguments["subnet_ids"] = [self.world.owner.subnets[zone]]
        self.arguments["replace_nlb"] = "interrupt"
        self.consumers["analytics"]["subnet_ids"] = [self.world.consumer.subnets[zone]]

    def fail(self, operation: str) -> str:
        """An apply in which AWS refuses one operation throughout; what it says."""
        self.simulator.fault(operation, {"error": "UnauthorizedOperation"}, nth="every")
        run = self.try_apply()
        assert run.code == 1
        self.simulator.forget_faults()
        return run.said()

    def lose_and_import(self, service: str) -> None:
        """The state is lost, with its backups, and the service imported with the configuration as it now is."""
        self.write()
        for file in self.workspace.directory.glob("terraform.tfstate*"):
            file.unlink()
        run = self.workspace.try_("import", "-no-color", "-lock=false", ADDRESS, service)
        assert run.code == 0, run.text

    def plan(self, *arguments: str):
        self.write()
        return self.workspace.plan(*arguments)

    def try_plan(self, *arguments: str):
        self.write()
        return self.workspace.try_plan(*arguments)

    def changes(self) -> bool:
        """Whether a plan of the configuration as it now is would do anything."""
        self.write()
        return self.workspace.changes()

    def values(self) -> dict:
        return copy.deepcopy(self.workspace.values(ADDRESS))

    def consumer(self, key: str = "analytics") -> dict:
        return self.values()["consumers"][key]

    def reach(self, key: str = "analytics", *, port: int = 80, place=None) -> dict:
        """Whether a consumer's client reaches the ALB by the name that the bridge tells."""
        client = (place or self.world.consumer).client
        return self.simulator.reach(client, self.consumer(key)["dns_name"], port)

    def made(self) -> list[dict]:
        """What the provider has made and still exists."""
        return [row for row in self.simulator.objects() if not is_users(row)]

    def lasting(self) -> set[str]:
        """Ids of what was made that users would miss."""
        rows = [row for row in self.made() if row["kind"] in LASTING]
        return {row["id"] for row in rows if str(row["fields"].get("state")).lower() not in GONE}

    def principals(self) -> list[str]:
        """Who may connect to the service, as AWS has it."""
        service = self.values()["service_id"]
        listed = self.world.ec2().describe_vpc_endpoint_service_permissions(ServiceId=service)
        return sorted(it["Principal"] for it in listed["AllowedPrincipals"])

    def assert_whole(self) -> None:
        """Clients get through, there is one of everything, and nothing is left to do."""
        assert self.workspace.addresses().count(ADDRESS) == 1
        assert self.reach()["reachable"], self.reach()
        assert not self.changes()
        self.simulator.advance(3600)
        kinds = [row["kind"] for row in self.made()]
        assert {kind: kinds.count(kind) for kind in LASTING} == dict.fromkeys(LASTING, 1), kinds

    def left(self) -> list[str]:
        """What the provider has made and exists once AWS has tidied up."""
        self.simulator.advance(LATER)
        return sorted(f"{row['kind']} {row['id']}" for row in self.made())

    def users(self) -> dict:
        """What was there before, without what AWS itself lets move."""
        rows = [row for row in self.simulator.objects() if is_users(row)]
        return {row["id"]: (row["kind"], row["tags"], row["fields"]) for row in rows}


def provider_arguments() -> dict:
    """Static keys for both accounts."""
    return {
        "region": REGION,
        "access_key": PROVIDER + OWNER,
        "secret_key": "secret",
        "accounts": {"analytics": {"access_key": PROVIDER + CONSUMER, "secret_key": "secret"}},
    }


def consumer_arguments(place, account: str | None = "analytics") -> dict:
    """A consumer in this place."""
    arguments = {"vpc_id": place.vpc, "subnet_ids": place.subnets}
    return {"account": account, **arguments} if account else arguments
