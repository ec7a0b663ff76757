"""What every table of arguments is held to: each can be set, changed and taken out, and costs what its row says."""

from attributes.row import KEPT, REQUIRED, Row, Subject, at, holder, same
from harness.plans import unknown_names


def described(subject: Subject, keys: dict[str, str]) -> tuple[set[str], set[str]]:
    """The paths of the schema that can be written, and those that can't; containers are neither.

    `keys` are the names that maps have in the rows.
    """
    subject.write()
    schemas = subject.workspace.run("providers", "schema", "-json").lines[-1]
    [provider] = schemas["provider_schemas"].values()
    block = provider["resource_schemas"][subject.kind]["block"]
    written, computed = set(), set()
    for path, attribute in paths(block["attributes"], keys):
        is_written = attribute.get("optional") or attribute.get("required")
        (written if is_written else computed).add(path)
    containers = {path for path in written if any(it.startswith(f"{path}.") for it in written)}
    return written - containers, computed


def run(subject: Subject, row: Row) -> None:
    """The life of one argument."""
    row.beside(subject)
    put(subject, row, "first")
    subject.apply()
    assert same(at(subject.values(), row.path), at(subject.arguments, row.path))
    assert not subject.changes()
    change(subject, row)
    if row.removed is REQUIRED or row.refused or row.replaces:
        return
    take_out(subject, row)


def change(subject: Subject, row: Row) -> None:
    """From the first value to the second."""
    put(subject, row, "second")
    if row.refused:
        run = subject.try_plan()
        assert run.code == 1
        assert row.refused in run.said()
        return
    planned = subject.plan().change(subject.address)
    if row.replaces:
        assert planned["actions"] == ["delete", "create"]
        return
    assert planned["actions"] in (["update"], ["no-op"]), planned["actions"]
    assert unknown_names(planned["after_unknown"]) == row.unknown
    subject.simulator.forget_calls()
    subject.apply()
    assert set(subject.simulator.mutating()) == row.calls
    assert same(at(subject.values(), row.path), at(subject.arguments, row.path))
    assert not subject.changes()


def take_out(subject: Subject, row: Row) -> None:
    """The line is removed, and what was there without it comes back."""
    expected = row.removed(subject) if callable(row.removed) else row.removed
    expected = at(subject.values(), row.path) if row.removed is KEPT else expected
    remove(subject.arguments, row.path)
    planned = subject.plan().change(subject.address)
    unknown = row.unknown if row.unknown_removed is None else row.unknown_removed
    assert unknown_names(planned["after_unknown"]) == unknown
    subject.apply()
    assert same(at(subject.values(), row.path), expected)
    assert not subject.changes()


def put(subject: Subject, row: Row, which: str) -> None:
    value = row.value(which, subject)
    object_, name = holder(subject.arguments, row.path)
    object_[name] = value


def remove(arguments: dict, path: str) -> None:
    """Takes a line out, and objects that are empty without it."""
    object_, name = holder(arguments, path)
    del object_[name]
    parent = path.rpartition(".")[0]
    if parent and not object_:
        remove(arguments, parent)


def paths(attributes: dict, keys: dict[str, str], prefix: str = ""):
    """All attributes at all depths, by the paths of the rows."""
    for name, attribute in attributes.items():
        path = prefix + name
        yield path, attribute
        nested = attribute.get("nested_type")
        if nested:
            key = keys.get(path)
            below = f"{path}.{key}." if key else f"{path}."
            yield from paths(nested["attributes"], keys, below)
