"""Which text is a set of keys, whose signatures a text holds: without ssh-keygen."""

import base64
import json

import pytest

from kiosk.domain.copies import release_keys
from kiosk.domain.copies.release_keys import Signature, SigningKeys


def _string(content: bytes) -> bytes:
    return len(content).to_bytes(4) + content


def _key(mark: int, kind: str = "ssh-ed25519") -> str:
    blob = _string(kind.encode()) + _string(bytes([mark]) * 32)
    return f"{kind} {base64.b64encode(blob).decode()}"


def _signature(key: str, magic: bytes = b"SSHSIG\0\0\0\1") -> str:
    blob = magic + _string(base64.b64decode(key.split()[1])) + _string(b"kiosk-release")
    return f"-----BEGIN SSH SIGNATURE-----\n{base64.b64encode(blob).decode()}\n-----END SSH SIGNATURE-----\n"


A, B, C = _key(1), _key(2), _key(3, "sk-ssh-ed25519@openssh.com")
SET = SigningKeys(4, (A, B, C))
FACTS = {"kind": "kiosk-keys", "number": 4, "keys": [A, B, C]}


def test_a_set_is_read_as_it_was_written() -> None:
    assert release_keys.parse_keys(release_keys.write_keys(SET)) == SET
    assert release_keys.parse_keys(json.dumps({**FACTS, "keys": [f"{A} kiosk", B, f" {C}\n"]})) == SET


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "[" * 100_000,
        f"{'0' * 64}  kiosk-1.0.0.tar.gz\n",
        *(
            json.dumps({**FACTS, **change})
            for change in (
                {"kind": "kiosk-list"},
                {"number": 0},
                {"number": True},
                {"number": "4"},
                {"more": 1},
                {"keys": [A, B]},
                {"keys": [A, B, A]},
                {"keys": [A, B, f"{A} another name"]},
                {"keys": [A, B, C, _key(5)]},
                {"keys": [A, B, "ssh-ed25519 not-base64"]},
                {"keys": [A, B, _key(5, "ssh-rsa")]},
                {"keys": [A, B, f"ssh-ed25519 {C.split()[1]}"]},
                {"keys": "abc"},
                {"keys": [1, 2, 3]},
            )
        ),
    ],
)
def test_no_other_text_is_a_set(text: str) -> None:
    assert release_keys.parse_keys(text) is None


def test_a_text_holds_several_signatures_each_of_the_key_that_it_names() -> None:
    text = _signature(A) + "\n" + _signature(C).replace("\n", "\r\n")
    assert [each.key for each in release_keys.signatures(text)] == [A, C]
    assert release_keys.signatures(text)[0].text == _signature(A)


@pytest.mark.parametrize(
    "text",
    [
        "",
        _signature(A) + "more",
        _signature(A) + _signature(B, magic=b"SSHSIG\0\0\0\2"),
        _signature(A) * 9,
        _signature(A)[:-20],
        _signature(A).replace("SSH SIGNATURE", "PGP SIGNATURE"),
        "-----BEGIN SSH SIGNATURE-----\n" + "A" * 5000 + "\n-----END SSH SIGNATURE-----\n",
    ],
)
def test_a_text_with_anything_else_in_it_holds_none(text: str) -> None:
    assert release_keys.signatures(text) == []


def test_a_key_counts_once_and_one_of_another_set_does_not() -> None:
    found = [Signature("first", B), Signature("again", B), Signature("stranger", _key(9)), Signature("third", A)]
    assert [each.text for each in release_keys.of_these(found, SET.keys)] == ["third", "first"]


@pytest.mark.parametrize(("name", "number"), [("1.json", 1), ("12.json", 12), ("0.json", None), ("1.json.sig", None)])
def test_number_of_a_file_of_keys(name: str, number: int | None) -> None:
    assert release_keys.number_of(name) == number
