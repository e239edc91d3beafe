"""Defines the domain's one exception: an impossible value, with a stable code and one line that says why."""


class Problem(ValueError):
    """A value handed in breaks a rule of the domain. The edges turn it into their own kind of answer."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
