"""One row for several fields, and the reasons why a field has nothing that could be done to it."""

ADDRESSEE = "says which object is meant, not what becomes of it"
FIXED = "AWS has no call that changes it"
TOKEN = "makes a repeated call safe"
AT_CREATION = "the object's own way of being made; what it leads to has a row of its own"


def fields(operation: str, names: str, row) -> dict:
    """One row for several fields of an operation."""
    return {(operation, name): row for name in names.split()}
