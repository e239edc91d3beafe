"""An address that is taken is one that a mail can carry; the others are refused where they are typed."""

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.members import contacts
from kiosk.domain.problems import Problem


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("ines@exemple.fr", "ines@exemple.fr"),
        (" Ines.Moreau+kiosk@mail.exemple.fr ", "Ines.Moreau+kiosk@mail.exemple.fr"),
        ("o'neil@exemple.fr", "o'neil@exemple.fr"),
        ("bureau@coopérative.fr", "bureau@xn--cooprative-e7a.fr"),
        ("president@demo.invalid", "president@demo.invalid"),
    ],
)
def test_what_people_write_is_taken(typed: str, kept: str) -> None:
    assert contacts.email(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("a@[b.fr", "a@b", "a@b.f", "@b.fr", "a@.fr", "a@b..fr", ".a@b.fr", "a.@b.fr", "a..b@c.fr", "a@-b.fr"),
        *("a@b-.fr", "a@b.12", "a@127.0.0.1", "a b@c.fr", '"a b"@c.fr', "a@b.fr\nBcc: c@d.fr", "a@b.fr,c@d.fr"),
        *("é@exemple.fr", "a@b@c.fr", f"{'a' * 65}@b.fr", f"a@{'b' * 64}.fr", f"a@{'b.' * 130}fr", "a\x00@b.fr"),
    ],
)
def test_what_no_mail_can_carry_is_refused(typed: str) -> None:
    with pytest.raises(Problem) as refused:
        contacts.email(typed)
    assert refused.value.code == "email"


_SIGNS = st.text(alphabet="ab1.@[]<>()\\\",;:'` _-+é\r\n\x00", max_size=20)


@given(st.one_of(_SIGNS, st.builds(lambda local, domain: f"{local}@{domain}.fr", _SIGNS, _SIGNS), st.emails()))
def test_whatever_is_taken_goes_into_a_mail_s_header_as_it_is(typed: str) -> None:
    try:
        address = contacts.email(typed)
    except Problem:
        return
    if address is None:
        return
    message = EmailMessage()
    message["To"] = address
    (read,) = message["To"].addresses
    assert read.addr_spec == address
    assert message.as_bytes().isascii()
