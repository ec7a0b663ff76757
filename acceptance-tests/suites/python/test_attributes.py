"""Every argument of a bridge: a value, another value, none. What it costs, and what a plan knows."""

import pytest

from attributes import consumers, owner, table
from attributes.row import at

ROWS = owner.ROWS + owner.LISTENERS + consumers.ROWS
COMPUTED = owner.COMPUTED | consumers.COMPUTED

# The names that maps have in the rows.
KEYS = {"listeners": "http", "consumers": "analytics", "components": "nlb"}


def test_every_attribute_of_the_schema_has_a_row(bridge):
    """An attribute that is added without a row is an attribute that nobody tests."""
    written, computed = table.described(bridge, KEYS)
    assert written == {row.path for row in ROWS}
    assert computed == COMPUTED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
def test_an_argument_can_be_set_changed_and_taken_out(bridge, row):
    """In place, with the calls that it takes and no others; afterwards there is nothing to do."""
    table.run(bridge, row)


def test_everything_that_is_computed_is_there_after_an_apply(standing):
    """Nothing is null that a configuration could build on."""
    nothing = [path for path in sorted(COMPUTED) if at(standing.values(), path) is None]
    assert nothing == []
