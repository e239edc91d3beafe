"""Declares an act of the office once: its arguments, the right that it needs, and its line in the desk's log.

An act is a function of a `Writing`, the id that it is about, if any, and its *wish*: a Struct with the values that a
person types for it. Page, command and JSON are made from its types; its typed call stays as it is, so that mypy checks
each argument.
"""

from collections.abc import Callable
from inspect import signature
from typing import Any, Concatenate, Generic, ParamSpec, TypeVar

import sqlalchemy as sa
from msgspec import Struct

from kiosk import fields
from kiosk.acting import Acting
from kiosk.domain.chain import Seal
from kiosk.domain.days import Moment
from kiosk.domain.members.permissions import May
from kiosk.domain.money.tariffs import Policy
from kiosk.store.officers import desk_log

P = ParamSpec("P")


class Writing(Struct, frozen=True):
    """The transaction of an act: when, by which rules and in whose name it writes, and what seals its entries."""

    connection: sa.Connection
    moment: Moment
    actor: str
    policy: Policy
    seal: Seal


class Done(Struct, frozen=True):
    """What an act did: the id of what it made (0: nothing with an id), and the member's number and the subject for its
    line in the log. `is_new` is False where the act was done before and nothing changed: it gets no second line.
    """

    id: int = 0
    member: int | None = None
    what: str | None = None
    is_new: bool = True


D_co = TypeVar("D_co", bound=Done, covariant=True)


class Act(Generic[P, D_co]):
    """An act, called with an `Acting` in place of its function's `Writing`. `help` is its function's docstring up to
    "Raises"; `ids` are the names of its parameters that take an id, `takes` the fields of its wish by wire name (their
    name in forms, commands and JSON). `may` is the right that it needs, `log` its code in the desk's log.
    """

    def __init__(self, do: Callable[Concatenate[Writing, P], D_co], may: May, log: str) -> None:
        self.may, self.name, self.help = may, do.__name__, (do.__doc__ or "").partition("Raises ")[0].strip()
        parameters = list(signature(do).parameters.values())[1:]  # without the `Writing`
        wishes = [each.annotation for each in parameters if _is_wish(each.annotation)]
        self.ids = tuple(each.name for each in parameters if not _is_wish(each.annotation))
        self.wish: type[Struct] | None = wishes[0] if wishes else None
        self.takes = {field.wire: field for wish in wishes for field in fields.of(wish)}
        self._do, self._log = do, log

    def __call__(self, acting: Acting, *args: P.args, **kwargs: P.kwargs) -> D_co:
        """Run the act in a transaction of its own, write its line into the log, and return what it did. Raises as the
        act does.
        """
        given: Any = [_cleaned(each) for each in args]
        named: Any = {name: _cleaned(each) for name, each in kwargs.items()}
        now = acting.clock.now()
        with acting.store.writing() as connection:
            policy, moment = acting.rules.at(connection, now)
            writing = Writing(connection, moment, acting.actor, policy, acting.seal)
            done = self._do(writing, *given, **named)
            if self._log and done.is_new:
                desk_log.add(connection, moment.at, acting.actor, self._log, done.member, done.what)
            return done


def _cleaned(argument: object) -> object:
    """Return an argument with its fields checked and cleaned where it is a wish, or else unchanged."""
    return fields.cleaned(argument) if isinstance(argument, Struct) else argument


def _is_wish(annotation: Any) -> bool:
    """Return whether a parameter takes the act's wish: a Struct other than the transaction."""
    return isinstance(annotation, type) and issubclass(annotation, Struct) and annotation is not Writing


def act(may: May, log: str = "") -> Callable[[Callable[Concatenate[Writing, P], D_co]], Act[P, D_co]]:
    """Return a decorator that makes a function an act. Without `log` the act writes its own lines into the log, or
    none.
    """
    return lambda do: Act(do, may, log)
