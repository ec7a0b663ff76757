"""What a plan's JSON says to be unknown."""


def is_known(unknown) -> bool:
    """Whether nothing in a plan's `after_unknown` is unknown."""
    if isinstance(unknown, dict):
        return all(is_known(it) for it in unknown.values())
    if isinstance(unknown, list):
        return all(is_known(it) for it in unknown)
    return unknown is not True


def unknown_names(unknown: dict) -> set[str]:
    """The attributes in which anything is unknown."""
    return {name for name, it in unknown.items() if not is_known(it)}
