"""Lets members pay online: the amount owed or another one, the way to HelloAsso's page, and what came of it.

No other server is called while a member waits: these pages read the records again, and show what the kiosk's other
programs stored there. The page to which HelloAsso sends payers back trusts nothing in its address; it only has
HelloAsso asked sooner. A payment's `heard` is HelloAsso's last message, as long as no entry was written for it. A
`Guest` is the member whose telephone asks.
"""

from collections.abc import Callable, Mapping

from kiosk.domain import amounts
from kiosk.domain.money import online
from kiosk.domain.money.online import OPEN, State
from kiosk.domain.problems import Coded
from kiosk.errors import RequestError
from kiosk.exports import formats
from kiosk.language import problems
from kiosk.language.texts import Text
from kiosk.money.online import asking, entering
from kiosk.money.online.entering import Booking
from kiosk.selfservice import house
from kiosk.store.money import online_rows
from kiosk.store.money.online_rows import OnlinePayment
from kiosk.web.member_pages import blocks, looks
from kiosk.web.member_pages.flows import Flows
from kiosk.web.member_pages.office import Guest, PagesOffice
from kiosk.web.pages.speech import Block, Choice, Link, Typed, View

# Pages: a payment's state, and the return from HelloAsso. Acts: pay the amount owed, or the amount typed.
WAIT, BACK, OWED, OTHER = "online-wait", "online-back", "online-owed", "online-sum"
WAITS, DOES = frozenset({WAIT, BACK}), frozenset({OWED, OTHER})  # pages that wait for a payment; acts that begin one
_OWES = Text("Vous devez {amount}.", "You owe {amount}.")
_OWES_NOTHING = Text("Vous ne devez rien ; vous pouvez payer d’avance.", "You owe nothing; you can pay in advance.")
_PAY = Text("Payer {amount}", "Pay {amount}")
_OTHER_SUM = Text("Une autre somme, en euros", "Another amount, in euros")
_PAY_IT = Text("Payer cette somme", "Pay this amount")
_TIP = Text(
    "Vous payez par carte chez HelloAsso. Le pourboire proposé là-bas va à HelloAsso : vous pouvez le mettre à 0.",
    "You pay by card on HelloAsso. The tip suggested there goes to HelloAsso: you can set it to 0.",
)
_FOLLOW = Text("Suivre mon paiement de {amount}", "Follow my payment of {amount}")
_PREPARING = Text("HelloAsso prépare la page de paiement…", "HelloAsso is preparing the payment page…")
_GO = Text("Payer {amount} chez HelloAsso", "Pay {amount} on HelloAsso")
_GO_BELOW = Text("Revenez ensuite ici pour voir le résultat.", "Then come back here to see the result.")
_CONFIRMING = Text("Nous attendons la confirmation de HelloAsso.", "We are waiting for HelloAsso to confirm.")
_NOT_YET = Text("Je n’ai pas encore payé", "I have not paid yet")
_MAY_CLOSE = Text(
    "Vous pouvez fermer cette page : un paiement fait compte dès qu’il est confirmé.",
    "You can close this page: a payment counts as soon as it is confirmed.",
)
_LINK_OVER = Text(
    "Cette page de paiement a expiré. Si vous avez payé, nous attendons la confirmation.",
    "That payment page has expired. If you paid, we are waiting for the confirmation.",
)
_AGAIN = Text("Recommencer", "Start again")
_OUT_OF_BOUNDS = Text("Choisissez une somme entre {least} et {most}.", "Choose an amount between {least} and {most}.")
_ENDED: Mapping[State, tuple[Text, Text]] = {  # what came of a payment, and what follows for the member
    State.PAID: (
        Text("Payé : {amount}. Merci !", "Paid: {amount}. Thank you!"),
        Text("Le reçu est dans « Reçus et relevés ».", "The receipt is in “Receipts and statements”."),
    ),
    State.EXPIRED: (
        Text("Ce paiement de {amount} n’a pas été fait.", "This payment of {amount} was not made."),
        Text(
            "Vous avez payé quand même ? Le paiement sera sur votre compte dans la nuit, et un e-mail vous le dira.",
            "Did you pay after all? The payment will be on your account overnight, and we will e-mail you.",
        ),
    ),
    State.REFUNDED: (
        Text("Ce paiement de {amount} a été remboursé.", "This payment of {amount} was refunded."),
        Text("Votre compte ne compte plus ce paiement.", "Your account no longer includes this payment."),
    ),
    State.UNCERTAIN: (
        Text("Le bureau vérifie ce paiement de {amount}.", "The office is checking this payment of {amount}."),
        Text("Vous n’avez rien à faire.", "You do not need to do anything."),
    ),
}


def tend(office: PagesOffice, bearer: str, choice: str) -> None:
    """Act on HelloAsso's last message about the payment that a member waits for, so that a paid one gets its entry;
    without a message, have HelloAsso asked, as long as the payment is open. Do nothing without such a payment.
    """
    with office.now(writes=False) as now:
        guest = office.guest(now, bearer, "")  # nothing is said here, so any language does
        payment = None if guest is None else _payment(guest, choice)
    if payment is None:
        return
    if payment.heard is not None:
        with office.now(writes=True) as now:
            entering.enter_heard(Booking(now.connection, office.home.seal, now.moment), payment.id)
    elif payment.state in OPEN:
        office.wake_outside(now.moment.at)


def _payment(guest: Guest, choice: str) -> OnlinePayment | None:
    """Return the payment with this number if it is the member's own, else their newest of the last two days; None
    without any.
    """
    now, account = guest.now, guest.member.account
    if choice.isascii() and choice.isdecimal() and len(choice) < 10:
        own = online_rows.of_account(now.connection, account, int(choice))
        if own is not None:
            return own
    return asking.latest(now.connection, account, now.moment)


def offer(flows: Flows, guest: Guest, _choice: str) -> View:
    """Offer to pay the amount owed, or another one. Raises RequestError `touch-over` where nothing is paid online."""
    return _offer(flows, guest, "")


def _offer(flows: Flows, guest: Guest, told: str) -> View:
    """Show the form to pay the amount owed, if that is within the bounds of one payment, or another one; and a link to
    a payment that is still open. `told` says what was wrong, or nothing.
    """
    _check(guest)
    language, owed = guest.language, guest.member.balance_cents
    latest = asking.latest(guest.now.connection, guest.member.account, guest.now.moment)
    can_pay = online.LEAST_CENTS <= owed <= online.MOST_CENTS
    offered = [Choice(OWED, str(owed), _PAY.to(language, amount=_euros(owed, guest)), does=True)] if can_pay else []
    if latest is not None and latest.state in OPEN:
        offered.append(Choice(WAIT, str(latest.id), _FOLLOW.to(language, amount=_euros(latest.cents, guest))))
    lead = _OWES.to(language, amount=_euros(owed, guest)) if owed > 0 else _OWES_NOTHING.to(language)
    typed = [Typed(OTHER, _OTHER_SUM.to(language), _PAY_IT.to(language), is_amount=True)]
    shown = blocks.text(_TIP.to(language), kind="small")
    return _view(flows, guest, shown, lead=lead, told=told, choices=offered, typed=typed)


def begin(flows: Flows, guest: Guest, act: str, choice: str) -> View:
    """Record that a member wants to pay, and show the state of that payment. `choice` is the amount in cents as the
    page showed it, or in euros as it was typed; an amount that cannot be paid shows the form again. Raises RequestError
    `touch-over` where nothing is paid online.
    """
    _check(guest)
    try:
        cents = house.number_in(choice) if act == OWED else amounts.parse(choice)
        payment_id = asking.ask(guest.now.connection, guest.member.account, cents, guest.now.moment)
    except Coded as refused:
        return _offer(flows, guest, _told(refused, guest))
    return wait(flows, guest, str(payment_id))


def _told(refused: Coded, guest: Guest) -> str:
    """Return why a payment cannot be begun, in words."""
    if refused.code == "online-sum":
        least, most = _euros(online.LEAST_CENTS, guest), _euros(online.MOST_CENTS, guest)
        return _OUT_OF_BOUNDS.to(guest.language, least=least, most=most)
    return problems.told(refused.code, guest.language, refused.values)


def wait(flows: Flows, guest: Guest, choice: str) -> View:
    """Show the state of a payment: that HelloAsso makes its page (MADE), the way to that page while it takes payments,
    that its answer is awaited, that the link's time is over (with a button to start again), or what came of it. Without
    a payment, show the form that begins one.
    """
    payment, at = _payment(guest, choice), guest.now.moment.at
    if payment is None:
        return _offer(flows, guest, "")
    if payment.state in _ENDED and payment.heard is None:
        return _ended(flows, guest, payment)
    language, amount = guest.language, _euros(payment.cents, guest)
    if payment.state is State.MADE:
        shown = blocks.text(_PREPARING.to(language), kind="strong")
        return _view(flows, guest, shown, again=WAIT)
    if payment.link is not None and payment.heard is None and online.has_link(payment.made_at, at):
        links = [Link(payment.link, _GO.to(language, amount=amount), _GO_BELOW.to(language))]
        return _view(flows, guest, blocks.text(_MAY_CLOSE.to(language), kind="small"), links=links, again=WAIT)
    text = _CONFIRMING if payment.heard is not None else _LINK_OVER
    shown = [*blocks.text(text.to(language), kind="strong"), *blocks.text(_MAY_CLOSE.to(language))]
    restart = [] if payment.heard is not None else [Choice(looks.ONLINE, "", _AGAIN.to(language))]
    return _view(flows, guest, shown, choices=restart, again=WAIT)


def back(flows: Flows, guest: Guest, choice: str) -> View:
    """Show the state of a payment after the payer has come back from HelloAsso's page: in the place of the link to that
    page, that its answer is awaited, with a button for payers that have not paid yet.
    """
    shown = wait(flows, guest, choice)
    if not shown.links:
        return shown
    texts = [*blocks.text(_CONFIRMING.to(guest.language), kind="strong"), *shown.blocks]
    return _view(flows, guest, texts, choices=[Choice(WAIT, "", _NOT_YET.to(guest.language))], again=BACK)


def _ended(flows: Flows, guest: Guest, payment: OnlinePayment) -> View:
    """Show what came of a payment that is over; one that was not made can be begun again."""
    first, second = _ENDED[payment.state]
    outcome = first.to(guest.language, amount=_euros(payment.cents, guest))
    shown = blocks.text(second.to(guest.language))
    restart = [Choice(looks.ONLINE, "", _AGAIN.to(guest.language))] if payment.state is State.EXPIRED else []
    return _view(flows, guest, shown, told=outcome, choices=restart)


def _check(guest: Guest) -> None:
    """Refuse the page where members cannot pay online. Raises RequestError `touch-over`."""
    if not guest.pays_online:
        raise RequestError("touch-over", "nothing is paid online here")


def _euros(cents: int, guest: Guest) -> str:
    """Return an amount in the member's language."""
    return formats.euros(cents, guest.language)


def _view(
    flows: Flows,
    guest: Guest,
    shown: list[Block],
    *,
    lead: str = "",
    told: str = "",
    links: list[Link] | None = None,
    choices: list[Choice] | None = None,
    typed: list[Typed] | None = None,
    again: str = "",
) -> View:
    """Return a page about paying online, under its title in the menu. `again` is the page that it turns into after some
    seconds.
    """
    return View(
        language=guest.language,
        title=looks.MENU[looks.ONLINE].to(guest.language),
        lead=lead,
        told=told,
        flow=flows.keep(guest.telephone.id, looks.fresh_notes()),  # names this page: its forms are taken by it alone
        name=guest.member.at_the_door or "",
        blocks=shown,
        links=links or [],
        choices=choices or [],
        typed=typed or [],
        again=again,
        menu=looks.menu(guest),
    )


VIEWS: Mapping[str, Callable[[Flows, Guest, str], View]] = {looks.ONLINE: offer, WAIT: wait, BACK: back}
"""The pages on which a member pays."""
