"""What an outsider with boto3 does with AWS: chapters, each on its own, over every operation that the
simulator knows. A chapter knows nothing of which world it runs on.

| file | chapters |
|---|---|
| `network` | identities, regions and zones, VPCs and what is in them |
| `groups` | security groups, rules, prefix lists, tags |
| `balancing` | load balancers, target groups, listeners |
| `private_link` | endpoint services, permissions, endpoints, connections |
| `sharing` | resource gateways and configurations, shares, invitations, resource endpoints |
| `databases` | databases, and resource configurations that lead to them by their ARNs |
| `networks` | service networks, what is in them, endpoints into them, verified domains |
| `families` | IPv6 beside IPv4 |
"""

from ..side import Refused, Side
from . import balancing, databases, families, groups, network, networks, private_link, sharing

PARTS = (network, groups, balancing, private_link, families, sharing, databases, networks)
CHAPTERS = {chapter.__name__: chapter for part in PARTS for chapter in part.CHAPTERS}


def run(side: Side, names: tuple[str, ...] = tuple(CHAPTERS)) -> dict[str, str]:
    """Runs chapters; those that could not be finished, with where they ended, on a side that is not strict."""
    unfinished = {}
    for name in names:
        side.chapter = name
        try:
            CHAPTERS[name](side)
        except (Refused, KeyError, IndexError) as end:
            if side.strict:
                raise
            unfinished[name] = (
                f"{end}" if isinstance(end, Refused) else f"after {side.said[-1].label}"
            )
    return unfinished
