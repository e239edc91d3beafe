"""What each state says aloud: the whole card once, what is typed while it is typed, and nothing that does not hold."""

import pytest

from kiosk.checkin.specs.lists import CARDS as WORDS
from kiosk.domain.checkin.choices import TYPED
from kiosk.language.catalogues import Language
from kiosk.language.texts import spoken
from tests.browser.screens import CARDS
from tests.web.screen.screens import Screen


def heard(state: str, language: Language = "fr") -> str:
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
        ("join-name", "Votre prénom et votre nom. Tapez votre nom, puis « Continuer »."),
        ("join-name-typed", "Zoé de la Tour"),
        ("join-name-wanted", "Donnez d’abord un nom. Z"),
        ("pin-name-nobody", "Personne de ce nom n’a choisi de code. Wilhelmina Wilhelmina"),
        ("pin-who", "C’est vous ? Choisissez votre nom. À choisir : Éloïse, Marie-Antoinette Éléono…."),
        ("pin-code", "3 chiffres"),
        ("pin-code-wrong", "Code incorrect. Votre code. 4 à 6 chiffres."),
        ("cash-sum", "123,45 €"),
        (
            "cash-declared",
            "C’est noté. Mettez 10,00 € dans la caisse. Ardoise avant 15,00 €. Une fois la caisse comptée 5,00 €. "
            "Votre ardoise baissera quand la caisse sera comptée.",
        ),
        ("account", "Mon compte. Vous devez 15,00 €. Cette page se ferme d’elle-même."),
        ("account-ahead", "Mon compte. Avance 42,50 €. Cette page se ferme d’elle-même."),
        ("account-hidden", "Mon compte. Votre ardoise •••. Cette page se ferme d’elle-même."),
        (
            "pay",
            "Payer, acheter. Votre ardoise : 15,00 €. Que souhaitez-vous faire ? À choisir : Espèces dans la caisse, "
            "Virement, Carnet, adhésion, Reçu du dernier paiement, Signaler une erreur.",
        ),
        (
            "confirm",
            "C’est bien cela ? Carnet de 10 journées · 45,00 € · sur votre ardoise. Rien n’est acheté"
            " sans votre accord.",
        ),
        ("transfer", "Virement. Somme 15,00 €. Scannez le QR, ou recopiez ces lignes."),
        (
            "lose-badge",
            "Badge perdu ? Choisissez le badge à désactiver. À choisir : Mon badge, reçu le mer. 25 nov. 2026.",
        ),
        ("lose-badge-none", "Badge perdu ? Aucun badge actif : pour en avoir un, voyez le bureau."),
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


@pytest.mark.promise(7)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_every_list_of_buttons_is_said_with_each_of_their_names(language: Language) -> None:
    listed = {state: [each for each in card.options if each.act not in TYPED] for state, card in CARDS.items()}
    unsaid = {
        (state, name)
        for state, options in listed.items()
        for name in (spoken(each.said, language).replace("\u00a0", " ") for each in options)
        if name not in heard(state, language)
    }
    assert unsaid == set()
    assert sum(map(bool, listed.values())) > 50
