"""A shared database over the two accounts of a world of databases."""

import copy

from harness.configuration import SOURCES, block, resource
from harness.databases import PORT, Databases, make_databases, provider_arguments
from harness.simulator import LATER, Simulator
from harness.workspace import Workspace
from harness.world import PROVIDER, Place

KIND = "privatelink_shared_db"
ADDRESS = f"{KIND}.orders"


class Shared:
    """A simulator, its world, a workspace, and the arguments of a shared database, which tests change."""

    kind, address = KIND, ADDRESS

    def __init__(self, simulator: Simulator, workspace: Workspace):
        self.simulator, self.workspace = simulator, workspace
        self.world: Databases = make_databases(simulator.url)
        self.provider = provider_arguments()
        self.arguments = {
            "name": "orders-db",
            "vpc_id": self.world.owner.vpc,
            "subnet_ids": self.world.owner.subnets,
            "database_security_group_ids": [self.world.group],
            "endpoints": {"orders": {"arn": self.world.arn}},
            "consumers": {"app": consumer(self.world.consumer)},
        }
        self.others = ""

    def write(self) -> None:
        """Writes the configuration as it now is."""
        provider = block('provider "privatelink"', self.provider)
        shared = resource(KIND, "orders", self.arguments)
        self.workspace.write("\n".join([SOURCES, provider, shared, self.others]))

    def apply(self):
        """Applies the configuration as it now is; this must succeed."""
        self.write()
        return self.workspace.apply()

    def try_apply(self):
        self.write()
        return self.workspace.try_apply()

    def try_plan(self):
        self.write()
        return self.workspace.try_plan()

    def plan(self):
        self.write()
        return self.workspace.plan()

    def changes(self) -> bool:
        """Whether a plan of the configuration as it now is would do anything."""
        self.write()
        return self.workspace.changes()

    def values(self) -> dict:
        return copy.deepcopy(self.workspace.values(ADDRESS))

    def names(self, key: str = "app") -> dict[str, str]:
        return self.values()["consumers"][key]["dns_names"]

    def reach(self, name: str, place: Place | None = None) -> dict:
        """Whether a consumer's client gets through to the database by a name."""
        return self.simulator.reach((place or self.world.consumer).client, name, PORT)

    def left(self) -> list[dict]:
        """What the provider has made and still stands; shares are remembered for hours."""
        self.simulator.advance(LATER)
        made = [row for row in self.simulator.objects() if is_providers(row)]
        return [row for row in made if row["fields"].get("status") != "DELETED"]


def is_providers(row: dict) -> bool:
    return row["created_by"]["access_key"].startswith(PROVIDER)


def consumer(place: Place, account: str = "app") -> dict:
    """The arguments of a consumer there."""
    return {"account": account, "vpc_id": place.vpc, "subnet_ids": place.subnets}
