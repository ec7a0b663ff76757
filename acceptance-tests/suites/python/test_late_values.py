"""Every argument of a bridge that stands becomes one that only the apply knows: another value, then none.

Core compares what was planned with what the same plan says once all is known, and what was known must
not have moved: a plan may promise nothing that depends on what it does not know.
"""

import pytest

from attributes import consumers, owner
from attributes.row import REQUIRED, Row, at, holder, same
from harness.bridge import ADDRESS, Bridge
from harness.configuration import Raw, expression, resource

ROWS = [
    row
    for row in owner.ROWS + owner.LISTENERS + consumers.ROWS
    if not row.refused and not row.replaces
]

# Without it what it stands in says nothing, which is an error that the apply tells.
NEEDED = {
    "consumers.analytics.allow_from.cidr_blocks",
    "consumers.analytics.allow_from.security_group_ids",
    "consumers.analytics.allow_from.prefix_list_ids",
    "notifications.sns_topic_arn",
}


@pytest.mark.parametrize("tool", ["tofu"], indirect=True)
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
def test_an_argument_may_be_known_to_the_apply_alone(bridge, row):
    """The plan leaves open what may come of it, and the apply ends with nothing to do."""
    row.beside(bridge)
    object_, name = holder(bridge.arguments, row.path)
    object_[name] = row.value("first", bridge)
    bridge.apply()
    value = row.value("second", bridge)
    object_[name] = later(bridge, "second", value)
    assert_applies(bridge, row)
    assert same(at(bridge.values(), row.path), value)
    if row.removed is REQUIRED or row.path in NEEDED:
        return
    object_[name] = later(bridge, "none", None, instead=value)
    assert_applies(bridge, row)


def later(bridge: Bridge, name: str, value, *, instead=None) -> Raw:
    """An expression for a value that no plan knows before it was applied once."""
    bridge.others += resource("terraform_data", name, {"input": "late"})
    late = f'terraform_data.{name}.output == "late"'
    return Raw(f"{late} ? {expression(value)} : {expression(instead)}")


def assert_applies(bridge: Bridge, row: Row) -> None:
    change = bridge.plan().change(ADDRESS)
    assert change["actions"] == ["update"], change["actions"]
    assert at(change["after_unknown"], row.path)
    bridge.apply()
    assert not bridge.changes()
