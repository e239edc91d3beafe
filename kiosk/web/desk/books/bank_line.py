"""Shows one line of the bank's statement and its proposals; records an officer's decision, or reverses it.

A decision is made on the line's own page, or in the list: there the chosen proposal is carried out, and the list comes
back at the next line.

Officers do not decide on money of their own: `refuse_own` raises, and views marked `money` refuse an officer whose desk
account names no member's file (`Money.ASKED`: only some of their forms do).
"""

from typing import Any

from flask import abort, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from kiosk.books.bank_statements import MOST_PARTS, proposed
from kiosk.domain import inputs
from kiosk.domain.books.statements.bank_proposals import Kind, Proposal
from kiosk.domain.problems import FieldReader
from kiosk.errors import RequestError
from kiosk.store.books import bank_rows
from kiosk.store.books.bank_rows import StoredLine
from kiosk.store.money import tab_rows
from kiosk.store.money.tab_rows import Owner
from kiosk.web.desk.books.bank_forms import LONGEST_SEARCH, area, banking, proposal_text, states
from kiosk.web.desk.common import four_eyes, labels
from kiosk.web.desk.common.formats import euros
from kiosk.web.desk.common.money_forms import cents, done, form_key, of_account, refuse_own, typed
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, Money, needs
from kiosk.web.desk.common.words import t, told
from kiosk.web.desk.money.cash_forms import bank

_LIST_FIELDS = ("state", "q", "sort", "page")  # of the list's URL, carried through an act back to the list


@area.get("/<int:line>")
@needs(May.SEE_MONEY)
def one(line: int) -> str:
    """Show a line, what it may stand for, or what was decided."""
    return _page(find_line(line), {})


@area.post("/<int:line>/pay")
@needs(May.CORRECT_MONEY, money=Money.OF_MEMBERS)
def pay(line: int) -> Response | tuple[str, int]:
    """Decide that the line pays the accounts that the form names, with an amount in cents for each. Refused where one
    with an amount is left to another officer; the message of a form sent twice says that nothing was recorded again.
    """
    bank_line = find_line(line)
    accounts = _accounts(request.form)

    def act() -> tuple[int, bool]:
        with FieldReader() as read:
            amounts = {owner.account: read(cents, f"amount-{owner.account}") for owner in accounts}
        for owner in accounts:
            if amounts[owner.account]:
                refuse_own(owner)
        written = banking().confirm(bank_line.id, amounts, form_key())
        return written.entry, written.again

    written, errors = labels.attempt(act)
    if written is None:
        return _page(bank_line, errors), 400
    entry, again = written
    done(
        again,
        t(
            "{sum} reçus par la banque, écriture {entry}.",
            "{sum} credited by the bank, entry {entry}.",
            sum=euros(bank_line.line.cents),
            entry=entry,
        ),
    )
    return _to_list(0, done=bank_line.id)


@area.post("/<int:line>/match")
@needs(May.CORRECT_MONEY)
def match(line: int) -> Response | tuple[str, int]:
    """Decide that the line stands for entries that exist already: their numbers, typed with blanks or commas between
    them. Words that are no numbers are ignored.
    """
    bank_line = find_line(line)
    numbers = [int(text) for text in _digits(typed("entry", 200).replace(",", " ").split())]

    def act() -> tuple[int, bool]:
        written = banking().match(bank_line.id, numbers, form_key())
        return written.entry, written.again

    written, errors = labels.attempt(act)
    if written is None:
        return _page(bank_line, errors), 400
    entry, again = written
    done(again, t("Ligne rattachée : écriture {entry}.", "Line matched: entry {entry}.", entry=entry))
    return _to_list(0, done=bank_line.id)


@area.post("/<int:line>/ignore")
@needs(May.CORRECT_MONEY)
def ignore(line: int) -> Response | tuple[str, int]:
    """Decide, on the line's own page, that it stands for nothing in these books, with a reason."""
    bank_line = find_line(line)
    _, errors = labels.attempt(lambda: banking().ignore(bank_line.id, typed("reason")))
    if errors:
        return _page(bank_line, errors), 400
    flash(t("Ligne laissée de côté.", "Line set aside."))
    return redirect(url_for("bank.page"), 303)


@area.post("/<int:line>/reopen")
@needs(May.CORRECT_MONEY, money=Money.ASKED)
def reopen(line: int) -> Response | tuple[str, int]:
    """Reverse the decision on a line, with a reason: payments that it wrote are reversed. Refused where another officer
    must do it.
    """
    bank_line = find_line(line)
    count, errors = labels.attempt(lambda: _reopen(bank_line, typed("reason")))
    if errors:
        return _page(bank_line, errors), 400
    flash(
        t(
            "Décision annulée : la ligne attend une nouvelle décision. Écritures annulées : {n}.",
            "Decision undone: this line needs a new decision. Entries reversed: {n}.",
            n=count,
        )
    )
    return redirect(url_for("bank.one", line=bank_line.id), 303)


def _reopen(bank_line: StoredLine, reason: str) -> int:
    """Reverse the decision on a line, and return how many entries were reversed. Raises RequestError where another
    officer has to do it: payments to accounts are reversed too.
    """
    with office().reading() as connection:
        matches = bank_rows.matches(connection, [bank_line.id]).get(bank_line.id, [])
        written = [match for match in matches if match.written_for]  # by this decision; others existed before
        owners = [tab_rows.owner(connection, match.account) for match in written if match.account is not None]
    for owner in owners:
        refuse_own(owner)
    return banking().reopen(bank_line.id, reason)


def find_line(line: int) -> StoredLine:
    """Return a line of the bank's statement. Answers 404 where there is none."""
    if line >= 2**31:
        abort(404)  # no id in the database is so large
    with office().reading() as connection:
        try:
            return bank_rows.one(connection, line)
        except RequestError:
            abort(404)


def _digits(texts: list[str]) -> list[str]:
    """Return those of the texts that are numbers of at most nine digits."""
    return [text for text in texts if inputs.number(text) is not None]


def _accounts(values: Any) -> list[Owner]:
    """Return the holders of the accounts that the URL or the form names in its fields `with`, each once, at most
    `MOST_PARTS`. Answers 404 for an unknown account.
    """
    numbers = dict.fromkeys(_digits(values.getlist("with")))
    return [of_account(int(text)) for text in list(numbers)[:MOST_PARTS]]


def _page(bank_line: StoredLine, errors: dict[str, str]) -> str:
    """Show the line, its proposals or its decision, the accounts chosen for a payment, and others that fit the search
    `q` (none where it is empty). `errors` are the form's, by field.
    """
    text = request.values.get("q", "")[:LONGEST_SEARCH].strip()
    accounts = _accounts(request.values)
    chosen = {owner.account for owner in accounts}
    with office().reading() as connection:
        ((_, proposals),) = proposed(connection, [bank_line])
        shown = [proposal_text(connection, proposal) for proposal in proposals]
        matches = bank_rows.matches(connection, [bank_line.id]).get(bank_line.id, [])
        near = [owner for owner in tab_rows.find(connection, text) if owner.account not in chosen]
    return render_template(
        "bank/line.html",
        found=bank_line,
        line=bank_line.line,
        state=states()[bank_line.state],
        proposals=shown,
        matches=matches,
        accounts=accounts,
        suggested=_suggested(accounts, bank_line.line.cents),
        near=near,
        text=text,
        errors=errors,
        typed=request.form,
    )


def _suggested(accounts: list[Owner], total: int) -> dict[int, int]:
    """Return an amount in cents for each account, in their order: what it owes (0 for a credit), as far as the line's
    total goes. The last one also gets what is left over.
    """
    left, parts = total, {}
    for owner in accounts:
        parts[owner.account] = max(0, min(left, owner.balance_cents))
        left -= parts[owner.account]
    if accounts and left > 0:
        parts[accounts[-1].account] += left
    return parts


@area.post("/<int:line>/decide")
@needs(May.CORRECT_MONEY, money=Money.ASKED)
def decide(line: int) -> Response:
    """Carry out the proposal that was chosen in the list, and lead to the next line. Nothing is written, and the list
    says why, where the proposals have changed since, the line has been decided, or an act refuses.
    """
    bank_line = find_line(line)
    said_proposal = typed("said", 4000)  # the proposal as the list said it
    with office().reading() as connection:
        ((_, proposals),) = proposed(connection, [bank_line])
    chosen = next((proposal for proposal in proposals if proposal.said == said_proposal), None)
    if chosen is None:
        flash(told("bank-changed" if bank_line.state == bank_rows.OPEN else "bank-line-done"), "warning")
        return _to_list(line)
    _, errors = labels.attempt(lambda: _carry_out(bank_line, chosen))
    if errors:
        flash(" ".join(errors.values()), "warning")
        return _to_list(line)
    return _to_list(_next(), done=line)


def _carry_out(bank_line: StoredLine, chosen: Proposal) -> None:
    """Carry out a proposal for a bank line: by its kind, write payments, leave the line aside, enter a bounced cheque,
    make a bank deposit; for any other kind, match the line with entries. Raises RequestError, as the use-cases do.

    The form's key belongs to the first entry written. After a bounce or a deposit, `match` gets none: it would take the
    entry with that key for its own, as of a form sent twice, and leave the line unmatched.
    """
    if chosen.kind is Kind.PAYMENT:
        for account, _ in chosen.amounts:
            refuse_own(of_account(account))
        banking().confirm(bank_line.id, dict(chosen.amounts), form_key())
    elif chosen.kind is Kind.ASIDE:
        banking().ignore(bank_line.id, chosen.reason)
    elif chosen.kind is Kind.BOUNCED:
        four_eyes.check_own_file()  # a bounced cheque charges a member again
        reason = t("impayé, d’après le relevé", "bounced, according to the statement")
        (cheque,) = chosen.entries
        banking().match(bank_line.id, [bank().bounce(cheque, chosen.fee_cents, reason, key=form_key()).entry])
    elif chosen.kind is Kind.MADE:  # the bank deposit is made first, then matched with the line
        key = form_key()
        if chosen.method == "cheque":
            deposit = bank().deposit(cheques=chosen.entries, key=key)
        else:
            deposit = bank().payout(chosen.method, chosen.entries, bank_line.line.cents, key=key)
        banking().match(bank_line.id, [deposit.entry])
    else:
        banking().match(bank_line.id, chosen.entries, form_key())


@area.post("/<int:line>/aside")
@needs(May.CORRECT_MONEY)
def aside(line: int) -> Response:
    """Set a line aside with a reason; if "always" is ticked, also every other line with the same
    words, now and later.
    """
    bank_line = find_line(line)
    always = bool(request.form.get("always"))
    others, errors = labels.attempt(lambda: banking().ignore(bank_line.id, typed("reason"), always=always))
    if errors:
        flash(" ".join(errors.values()), "warning")
        return _to_list(line)
    if others:
        flash(
            t(
                "Autres lignes avec les mêmes mots, laissées de côté : {n}.",
                "Other lines with the same words set aside: {n}.",
                n=others,
            )
        )
    return _to_list(_next(), done=line)


@area.post("/<int:line>/back")
@needs(May.CORRECT_MONEY, money=Money.ASKED)
def back(line: int) -> Response:
    """Reverse the decision made a moment ago: payments by counter-entries, everything else by removing the match."""
    bank_line = find_line(line)
    reason = t("paiement annulé aussitôt", "payment reversed immediately")
    _, errors = labels.attempt(lambda: _reopen(bank_line, reason))
    if errors:
        flash(" ".join(errors.values()), "warning")
    return _to_list(line)


@area.post("/aside/<int:number>/drop")
@needs(May.CORRECT_MONEY)
def drop_rule(number: int) -> Response:
    """Delete a rule that sets lines aside: new lines with its words are asked about again, those set aside stay so."""
    if number < 2**31 and banking().drop_rule(number):
        flash(
            t(
                "Règle retirée : les lignes avec ces mots attendront votre décision.",
                "Rule removed: lines with these words will wait for your decision.",
            )
        )
    return _to_list(0)


def _next() -> int:
    """Return the id of the line below the decided one, as the form gives it; 0 where there is none."""
    number = inputs.number(request.form.get("next", ""))
    return number or 0


def _to_list(line: int, *, done: int = 0) -> Response:
    """Return a redirect to the list with its filter, order and page, at a line, or at its top if `line` is 0. `done` is
    the id of the line that was just decided, or 0: the list then shows it at its top.
    """
    query: dict[str, Any] = {name: request.form[name][:100] for name in _LIST_FIELDS if request.form.get(name)}
    if done:
        query["done"] = str(done)
    address = url_for("bank.page", **query)
    return redirect(f"{address}#line-{line}" if line else address, 303)
