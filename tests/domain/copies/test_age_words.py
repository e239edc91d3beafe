"""The words of age's keys. The pair was made by age-keygen and never used for anything."""

import pytest

from kiosk.domain.copies import age_words

RECIPIENT = "age1wf5vznj2kl9d9pzvyhcl546224sxhaxe87nh4y8q5znm9q86dqyq5duuv5"
IDENTITY = "AGE-SECRET-KEY-1VKWEY7WKXMMQXPELHR4EWGHTKDUJTV22EN53GGD5PKCY9Y9QT42QJDVC78"


def test_what_age_made_is_known() -> None:
    assert age_words.is_recipient(RECIPIENT)
    assert age_words.is_identity(IDENTITY)


@pytest.mark.parametrize("at", range(len(RECIPIENT)))
def test_one_wrong_sign_of_a_recipient_is_seen(at: int) -> None:
    other = "q" if RECIPIENT[at] != "q" else "p"
    assert not age_words.is_recipient(RECIPIENT[:at] + other + RECIPIENT[at + 1 :])


@pytest.mark.parametrize("at", range(len(IDENTITY)))
def test_one_wrong_sign_of_an_identity_is_seen(at: int) -> None:
    other = "Q" if IDENTITY[at] != "Q" else "P"
    assert not age_words.is_identity(IDENTITY[:at] + other + IDENTITY[at + 1 :])


@pytest.mark.parametrize(
    "text",
    [
        *("", "age1", RECIPIENT[:-1], f"{RECIPIENT}q", RECIPIENT.upper(), f"{RECIPIENT}\n", f"-{RECIPIENT}", IDENTITY),
        *("age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", "ssh-ed25519 AAAA", "age1é"),
    ],
)
def test_what_is_no_recipient_is_none(text: str) -> None:
    assert not age_words.is_recipient(text)


@pytest.mark.parametrize(
    "typed",
    [
        IDENTITY,
        f"# created: today\n# public key: {RECIPIENT}\n{IDENTITY}\n",
        " ".join(age_words.grouped(IDENTITY)).lower(),
        "\n".join(age_words.grouped(IDENTITY, 20)),
    ],
)
def test_an_identity_is_found_as_it_is_typed(typed: str) -> None:
    assert age_words.identity_in(typed) == IDENTITY


@pytest.mark.parametrize("typed", ["", "# nothing", IDENTITY[:-1], RECIPIENT, f"{IDENTITY}\n{IDENTITY}"])
def test_what_is_no_identity_is_not_found(typed: str) -> None:
    assert age_words.identity_in(typed) is None
