"""What an outsider with boto3 does with AWS: chapters, each on its own, over every operation that the
simulator knows. A chapter knows nothing of which world it runs on.

| file | chapters |
|---|---|
| `network` | identities, regions and zones, VPCs and what is in them |
| `groups` | security groups, rules, tags |
| `balancing` | load balancers, target groups, listeners |
| `private_link` | endpoint services, permissions, endpoints, connections |
| `families` | IPv6 beside IPv4 |
"""

from ..side import Refused, Side
from . import balancing, families, groups, network, private_link

CHAPTERS = {
    chapter.__name__: chapter
    for part in (network, groups, balancing, private_link, families)
    for chapter in part.CHAPTERS
}


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
