"""Words what pays for a day, what the door did and how a payment was made, as far as the reader may know it."""

from kiosk.domain.checkin.standing import Right
from kiosk.language import codes
from kiosk.language.texts import Text
from kiosk.store.checkin.presence import Arrival, Event
from kiosk.web.desk.common.permissions import May, may
from kiosk.web.desk.common.words import language, t


def right_words(arrival: Arrival) -> str:
    """Return what pays for a visitor's day, in words. Every officer may see that a member is present; only some may
    see a reduced tariff, and of these only some a day that was paid in advance or by others, or that the cap made
    free: for the rest, as for a right unknown here, it reads as a day at the full tariff.
    """
    if not may(May.SEE_REDUCED):
        return t("Présent·e", "Present")
    known = {Right.FREE_ZONE, Right.PASSING, Right.SUBSCRIPTION, Right.REDUCED, Right.FREE}
    known |= {Right.CAP, Right.VOUCHER, Right.BANKED, Right.CARNET} if may(May.SEE_MONEY) else set()
    right = next((right for right in known if right.value == arrival.right), Right.FULL)  # any other reads as a day
    words = codes.say(codes.RIGHTS, right.value, language())
    return words[:1].upper() + words[1:]


def event_words(event: Event) -> str:
    """Return what the door did, in words: a badge read for the desk, an opening, a ring from its screen, or a refusal,
    which is any other kind. A reason without words is returned as its code.
    """
    if event.kind == "enrolled" and event.name is None:
        return t("Badge lu pour le bureau", "Badge read for the desk")
    if event.kind == "enrolled":
        return t("Badge attribué à {name}", "Badge assigned to {name}", name=event.name or "")
    if event.kind == "opened" and event.reason == "pin":
        sentence = Text(
            "Entrée sans badge, par nom et code : {name}", "Entry without a badge, by name and code: {name}"
        )
        return t(sentence, name=event.name or "")
    if event.kind == "opened" and event.reason == "vouched":
        sentence = Text(
            "Entrée sans badge, sur la parole d’un membre : {name}",
            "Entry without a badge, vouched for by a member: {name}",
        )
        return t(sentence, name=event.name or "")
    if event.kind == "opened" and event.reason == "test":
        return t("Porte ouverte pour un essai du relais", "Door opened to test the relay")
    if event.kind == "opened":
        return t("Porte ouverte depuis le bureau", "Door opened from the desk")
    if event.kind == "rang":
        rang = {
            "trial": t("Première visite, journée d’essai", "First visit, trial day"),
            "appointment": t("Rendez-vous", "Appointment"),
            "delivery": t("Livraison", "Delivery"),
            "vouched": t(
                "Membre sans badge, personne pour en répondre", "Member without a badge, no one to vouch for them"
            ),
            "ask": t("Un membre demande de l’aide à une personne présente", "A member asks someone present for help"),
            "help": t("Aide demandée à l’entrée", "Help requested at the entrance"),
        }
        return rang.get(event.reason or "", event.reason or "")
    refused = {
        "unknown-badge": t("Badge inconnu", "Unknown badge"),
        "badge-unconfirmed": t("Badge à confirmer", "Badge not confirmed yet"),
        "badge-unproven": t("Badge sans preuve d’authenticité", "Badge without proof that it is genuine"),
        "badge-lost": t("Badge déclaré perdu", "Badge reported lost"),
        "member-left": t("Adhésion terminée", "Membership ended"),
        "membership-over": t("Adhésion à renouveler", "Membership needs renewing"),
        "tab-over-limit": t("À régler avec la Trésorerie", "To settle with the treasurer"),
        "no-tab": t("Sans ardoise : à payer d’avance", "No tab: pay in advance"),
        "not-on-roster": t("Badge non reconnu pendant une panne", "Badge not recognised during an outage"),
        "closed": t("Espace fermé à cette heure", "Space closed at that time"),
        "full": t("Espace complet", "Space full"),
        "other-door": t("Pas d’accès par cette porte", "No access through this door"),
    }
    return refused.get(event.reason or "", event.reason or "")


def method_words(method: str) -> str:
    """Return a means of payment, in words."""
    return codes.say(codes.METHODS, method, language())


WORDS: dict[str, object] = {"right_words": right_words, "event_words": event_words, "method_words": method_words}
