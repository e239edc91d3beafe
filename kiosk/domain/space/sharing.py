"""Lists what the association may publish to everyone, and the rule that turns each on."""

from collections.abc import Callable, Mapping

from kiosk.domain.money.tariffs import Policy
from kiosk.language.texts import Text

OCCUPANCY, OPENING, AGENDA, PRICES = "occupancy", "opening", "agenda", "prices"
SHARED: Mapping[str, Text] = {
    OCCUPANCY: Text("Combien de personnes sont là", "How many people are here"),
    OPENING: Text("Heures d’ouverture", "Opening hours"),
    AGENDA: Text("Les prochains événements", "Upcoming events"),
    PRICES: Text("Les prix", "Prices"),
}
RULES: Mapping[str, str] = {
    OCCUPANCY: "api_occupancy",
    OPENING: "api_opening",
    AGENDA: "events_public",
    PRICES: "api_prices",
}
_IS_ON: Mapping[str, Callable[[Policy], bool]] = {  # whether the rules of a day publish it
    OCCUPANCY: lambda policy: policy.api_occupancy,
    OPENING: lambda policy: policy.api_opening,
    AGENDA: lambda policy: policy.events and policy.events_public,
    PRICES: lambda policy: policy.api_prices,
}


def is_shared(name: str, policy: Policy) -> bool:
    """Tell whether something is published, by the rules of the day."""
    return _IS_ON[name](policy)
