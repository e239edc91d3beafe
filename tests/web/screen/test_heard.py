"""What each state says aloud: the whole card once, what is typed while it is typed, and nothing that does not hold."""

import pytest

from kiosk.checkin.specs.lists import CARDS as WORDS
from tests.browser.screens import CARDS
from tests.web.screen.screens import Screen


def heard(state: str, language: str = "fr") -> str:
    screen = Screen()
    if state in CARDS:
        screen.board.show(CARDS[state])
    return str(screen.answer(language)["heard"]).replace("\u00a0", " ")


@pytest.mark.promise(7)
@pytest.mark.parametrize(
    ("state", "said"),
    [
        ("idle", "Passez votre badge sur le lecteur, juste à droite."),
        ("granted-day", "Bonjour Inès. La porte est ouverte. Journée comptée."),
        ("join-name", "Votre prénom et votre nom. Puis « Continuer »."),
        ("join-name-typed", "Zoé de la Tour"),
        ("join-name-wanted", "Il faut d’abord un nom. Z"),
        ("pin-name-nobody", "Personne de ce nom n’a choisi de code. Wilhelmina Wilhelmina"),
        ("pin-who", "C’est vous ? Choisissez votre nom. À choisir : Éloïse, Marie-Antoinette Éléono…."),
        ("pin-code", "3 chiffres"),
        ("pin-code-wrong", "Ce n’est pas ce code. Votre code. 4 à 6 chiffres."),
        ("cash-sum", "123,45 €"),
        (
            "cash-declared",
            "C’est noté. Mettez 10,00 € dans la caisse. Ardoise avant 15,00 €. Une fois la caisse comptée 5,00 €. "
            "Votre ardoise baissera quand la caisse sera comptée.",
        ),
        ("transfer", "Virement. Somme 15,00 €. Visez le QR, ou recopiez."),
        (
            "lose-badge",
            "Badge perdu ? Touché ici, un badge n’ouvre plus rien. À choisir : Mon badge, reçu le mer. 25 nov. 2026.",
        ),
    ],
)
def test_a_state_is_said_in_one_breath(state: str, said: str) -> None:
    assert heard(state) == said


@pytest.mark.promise(7)
@pytest.mark.parametrize("state", CARDS)
def test_every_card_says_something_in_both_languages_and_no_sum_that_is_hidden(state: str) -> None:
    assert heard(state)
    assert heard(state, "en")
    if getattr(CARDS[state].sheet, "hidden", False):
        assert "€" not in heard(state)
    assert CARDS[state].kind in WORDS
