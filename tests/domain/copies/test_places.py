"""The places of kiosk.toml: plain names pass, and nothing that could be more than a name."""

import pytest

from kiosk.domain.copies import places
from kiosk.domain.copies.places import Rclone, Restic, Stick

RECIPIENT = "age1wf5vznj2kl9d9pzvyhcl546224sxhaxe87nh4y8q5znm9q86dqyq5duuv5"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("rclone:nas:kiosk", Rclone("nas", "kiosk")),
        ("rclone:nas:copies de la porte/kiosk", Rclone("nas", "copies de la porte/kiosk")),
        ("restic:/srv/kiosk", Restic("/srv/kiosk", is_secret=False)),
        ("restic:sftp:kiosk@nas:/srv/kiosk", Restic("sftp:kiosk@nas:/srv/kiosk", is_secret=False)),
        (
            "restic:rest:https://kiosk@nas.example.org:8000/x/",
            Restic("rest:https://kiosk@nas.example.org:8000/x/", False),
        ),
        ("restic:rclone:nas:kiosk", Restic("rclone:nas:kiosk", is_secret=False)),
        ("restic:keys/backup/depot", Restic("keys/backup/depot", is_secret=True)),
    ],
)
def test_a_place_is_read(text: str, found: Rclone | Restic) -> None:
    assert places.place(text) == found
    assert found.name == text


@pytest.mark.parametrize(
    "text",
    [
        "",
        "KIOSK",
        "rclone:nas",
        "rclone:nas:",
        "rclone::local:/etc",
        "rclone:nas,config=x:kiosk",
        "rclone:-nas:kiosk",
        "rclone:nas:../kiosk",
        "rclone:nas:a/../../b",
        "rclone:nas:--config=/etc/x",
        "rclone:nas:a/-b",
        "rclone:nas:a\nb",
        "rclone:nas:a;b",
        "rclone:nas:$(reboot)",
        "restic:kiosk",
        "restic:--repo=/x",
        "restic:/srv/../etc",
        "restic:sftp:-oProxyCommand=reboot:/x",
        "restic:sftp:a@-oProxyCommand=reboot:/x",
        "restic:rest:https://kiosk:secret@nas.example.org/",
        "restic:keys/backup/../shared/chain",
        "restic:keys/desk/web",
        "restic:/srv/a b\0",
        "ftp:nas:kiosk",
    ],
)
def test_what_is_more_than_a_name_is_no_place(text: str) -> None:
    assert places.place(text) is None
    assert len([*places.problems(RECIPIENT, "", [text])]) == 1


@pytest.mark.parametrize("label", ["-KIOSK", "KIO SK", "../sda1", "KIOSK/x", "KIOSK\\x20", "K" * 17, "é", "a\n"])
def test_a_label_that_is_more_than_a_name_is_named_with_its_key(label: str) -> None:
    (said,) = places.problems(RECIPIENT, label, [])
    assert said.startswith("backup.stick = ")


def test_a_recipient_with_a_slip_is_named_with_its_key() -> None:
    (said,) = places.problems(f"{RECIPIENT[:-1]}q", "KIOSK", [])
    assert said.startswith("backup.recipient = ")


def test_without_a_recipient_only_restic_is_given_anything() -> None:
    assert [*places.problems("", "", ["restic:/srv/kiosk"])] == []
    (said,) = places.problems("", "KIOSK", ["rclone:nas:kiosk", "restic:/srv/kiosk"])
    assert said.startswith("backup.recipient is missing: backup.stick = 'KIOSK', rclone:nas:kiosk takes")


def test_a_password_in_an_address_is_never_repeated() -> None:
    (said,) = places.problems(RECIPIENT, "", ["restic:rest:https://kiosk:secret@nas.example.org/"])
    assert "secret" not in said


def test_a_place_is_named_once() -> None:
    (said,) = places.problems(RECIPIENT, "", ["rclone:nas:kiosk", "rclone:nas:kiosk"])
    assert "twice" in said


def test_the_stick_comes_first() -> None:
    assert places.read("KIOSK", ["rclone:nas:kiosk"]) == [Stick("KIOSK"), Rclone("nas", "kiosk")]
    assert places.read("", []) == []
