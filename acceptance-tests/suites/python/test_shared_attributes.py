"""Every argument of a shared database: a value, another value, none. What it costs, and what a plan knows."""

import pytest

from attributes import shared_consumers, shared_owner, table
from attributes.row import at

ROWS = shared_owner.ROWS + shared_consumers.ROWS
COMPUTED = shared_owner.COMPUTED | shared_consumers.COMPUTED

# The names that maps have in the rows.
KEYS = {"endpoints": "orders", "consumers": "app", "components": "gateway"}


def test_every_attribute_of_the_schema_has_a_row(shared):
    """An attribute that is added without a row is an attribute that nobody tests."""
    written, computed = table.described(shared, KEYS)
    assert written == {row.path for row in ROWS}
    assert computed == COMPUTED


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.path)
def test_an_argument_can_be_set_changed_and_taken_out(shared, row):
    """In place or by other objects, with the calls that it takes and no others; then there is nothing to do."""
    table.run(shared, row)


def test_everything_that_is_computed_is_there_after_an_apply(shared):
    """Nothing is null that a configuration could build on; a group's values are there with a group, and some
    with a service network."""
    shared.apply()
    others = ("group.", "consumers.app.client_rule.prefix_list_name")
    paths = sorted(path for path in COMPUTED if not path.startswith(others))
    nothing = [path for path in paths if at(shared.values(), path) is None]
    assert nothing == []
