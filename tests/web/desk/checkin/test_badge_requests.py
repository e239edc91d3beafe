"""Badges that are waited for: tapped at the entrance, confirmed at the desk; one, or one after another."""

import re

from kiosk.checkin.cards import CardKind
from kiosk.domain.badges.typed import typing
from kiosk.domain.checkin import badges
from kiosk.language.texts import NO_BREAK
from kiosk.web.desk.checkin.badge_requests import WAYS
from tests.badges.test_half_written import KEY_ONE, Written
from tests.conftest import Space
from tests.web.desk.conftest import Officer

INES = "04A2000000E511"
FR = {"Accept-Language": "fr"}


def test_a_badge_tapped_at_the_entrance_is_given_once_it_is_confirmed(space: Space, secretary: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    asked = secretary.post(f"/members/{number}/badges/wait")
    address = asked.headers["Location"]
    page = secretary.page(address, headers=FR)
    assert "Présentez le badge au lecteur" in page
    assert f'hx-get="{address}/now?shown="' in page
    assert secretary.get(f"{address}/now?shown=").status_code == 204
    space.tap("04112233445566")
    assert space.shows(CardKind.BADGE_READ)
    read = shown(secretary, f"{address}/now?shown=")
    assert "numéro finissant par 5566 : autre type de puce, copiable avec un téléphone" in read
    assert "C’est le badge d’Inès Moreau, numéro finissant par 5566" in read
    assert "hx-get" not in read
    assert space.sql("SELECT count(*) FROM badge WHERE tail = '5566'") == [(0,)]
    done = secretary.post(f"{address}/confirm", {"tail": "5566"}, form_on=address)
    assert done.headers["Location"] == f"/members/{number}"
    assert "le badge …5566 est attribué" in secretary.page(address, headers=FR)
    assert "autre type de puce, copiable avec un téléphone" in secretary.page(f"/members/{number}", headers=FR)
    assert space.sql("SELECT act, member_number FROM desk_log WHERE act = 'wait-for-badge'") == [
        ("wait-for-badge", number)
    ]


def test_a_telephone_is_said_while_the_wait_goes_on_and_its_end_is_said_too(space: Space, secretary: Officer) -> None:
    asked = secretary.post(f"/members/{space.join('Inès Moreau', INES)}/badges/wait")
    address = f"{asked.headers['Location']}/now?shown="
    space.tap("08112233")
    page = secretary.page(address, headers=FR)
    assert "téléphone" in page
    assert "hx-get" in page
    space.clock.advance(seconds=31)
    ended = secretary.page(address, headers=FR)
    assert "Délai dépassé" in ended
    assert "hx-get" not in ended


def test_two_officers_do_not_wait_for_two_members_at_once(space: Space, secretary: Officer, president: Officer) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", "04A1B2C3D4E501")
    assert "/badges/wait/" in secretary.post(f"/members/{ines}/badges/wait").headers["Location"]
    assert president.post(f"/members/{karim}/badges/wait").headers["Location"] == f"/members/{karim}"


def test_a_request_is_found_under_its_own_member_only(space: Space, secretary: Officer) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", "04A1B2C3D4E501")
    address = secretary.post(f"/members/{ines}/badges/wait").headers["Location"]
    request = address.rpartition("/")[2]
    assert secretary.get(f"/members/{karim}/badges/wait/{request}").status_code == 404
    assert secretary.get(f"/door/open/{request}").status_code == 404


def test_hosts_and_the_treasurer_give_no_badges(space: Space, host: Officer, treasurer: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    assert {officer.post(f"/members/{number}/badges/wait").status_code for officer in (host, treasurer)} == {403}


def without_badges(space: Space, *names: str) -> list[int]:
    """Members whose first badge was lost."""
    numbers = [space.join(name, f"04A200000{n:03X}11") for n, name in enumerate(names, 1)]
    for n in range(1, len(names) + 1):
        space.enrolment.lose_badge(badges.parse(f"04A200000{n:03X}11"))
    return numbers


def shown(officer: Officer, path: str) -> str:
    """A page in French, with plain spaces."""
    return officer.page(path, headers=FR).replace(NO_BREAK, " ").replace("\u202f", " ")


def go(officer: Officer, address: str, act: str, **fields: str) -> str:
    """Press one of the forms of the page where badges are given one after the other. Returns where it leads."""
    return officer.post(act, {"series": "1", **fields}, form_on=address).headers["Location"]


def test_badges_are_given_one_after_the_other_with_a_skip_and_an_undo(space: Space, secretary: Officer) -> None:
    ines, karim, lea = without_badges(space, "Inès Moreau", "Karim Benali", "Léa Petit")
    assert "Membres sans badge : 3. La première personne est Inès Moreau" in shown(secretary, "/members/badges")
    first = secretary.post("/members/badges/next", {"after": "0"}, form_on="/members/badges").headers["Location"]
    assert f"/members/{ines}/badges/wait/" in first
    assert "Membres encore sans badge : 3." in shown(secretary, first)
    space.tap("04B1000000AA01")
    where, _, _ = first.partition("?")
    second = go(secretary, first, f"{where}/confirm", tail="AA01")
    assert f"/members/{karim}/badges/wait/" in second
    assert "Reprendre le badge d’Inès Moreau" in shown(secretary, second)
    third = go(secretary, second, "/members/badges/next", after=str(karim))
    assert f"/members/{lea}/badges/wait/" in third
    space.tap("04B1000000AA03")
    where, _, _ = third.partition("?")
    end = go(secretary, third, f"{where}/confirm", tail="AA03")
    assert end == "/members/badges"
    assert "Membres sans badge : 1. La première personne est Karim Benali" in shown(secretary, end)
    paper = shown(secretary, "/members/badges/list")
    assert re.findall(r"<td>(\w+ \w+)</td><td>…(\w{4})</td>", paper) == [
        ("Inès Moreau", "AA01"),
        ("Léa Petit", "AA03"),
    ]
    where, _, _ = first.partition("?")
    again = go(secretary, second, f"{where}/undo")
    assert f"/members/{ines}/badges/wait/" in again
    assert "AA01" not in shown(secretary, "/members/badges/list")


def test_a_stranger_s_badge_is_left_to_nobody_and_the_wait_goes_on(space: Space, secretary: Officer) -> None:
    (ines,) = without_badges(space, "Inès Moreau")
    first = secretary.post("/members/badges/next", {"after": "0"}, form_on="/members/badges").headers["Location"]
    space.tap("04B1000000FFFF")
    where, _, _ = first.partition("?")
    second = go(secretary, first, f"{where}/decline")
    assert f"/members/{ines}/badges/wait/" in second
    assert second != first
    assert "n’est attribué à personne" in shown(secretary, first)
    assert space.sql("SELECT count(*) FROM badge WHERE tail = 'FFFF'") == [(0,)]


def test_a_reader_that_types_takes_the_place_of_the_door_s(space: Space, secretary: Officer) -> None:
    (ines,) = without_badges(space, "Inès Moreau")
    address = secretary.post(f"/members/{ines}/badges/wait").headers["Location"]
    for typed, says in (("08112233", "téléphone"), ("XYZ", "A à F"), ("04A20000000111", "à quelqu’un")):
        secretary.post(f"{address}/typed", {"badge": typed}, form_on=address)
        assert says in shown(secretary, address), typed
    secretary.post(f"{address}/typed", {"badge": "DE:AD:BE:EF"}, form_on=address)
    page = shown(secretary, address)
    assert "numéro finissant par BEEF : puce non lue, copiable avec un téléphone" in page
    assert "une autre carte peut avoir le même" in page
    secretary.post(f"{address}/confirm", {"tail": "BEEF"}, form_on=address)
    assert space.sql("SELECT tail FROM badge WHERE lost_on IS NULL") == [("BEEF",)]


def test_how_a_reader_types_is_chosen_once_for_its_browser(space: Space, secretary: Officer) -> None:
    (ines,) = without_badges(space, "Inès Moreau")
    address = secretary.post(f"/members/{ines}/badges/wait").headers["Location"]
    secretary.post(f"{address}/typed", {"badge": "0012345678", "typing": ""}, form_on=address)
    assert "8, 14 ou 20 caractères" in shown(secretary, address)
    secretary.post(f"{address}/typed", {"badge": "04A1B2C3", "typing": "decimal"}, form_on=address)
    assert "choisissez le format des numéros de ce lecteur" in shown(secretary, address)
    secretary.post(f"{address}/typed", {"badge": "1315027968", "typing": "decimal reversed"}, form_on=address)
    page = shown(secretary, address)
    assert "numéro finissant par 614E" in page
    assert secretary.post(f"{address}/typed", {"badge": "1", "typing": "octal"}, form_on="/members").status_code == 400
    again = secretary.post(f"/members/{ines}/badges/wait").headers["Location"]
    assert '<option value="decimal reversed" selected>' in shown(secretary, again)


def test_each_way_of_typing_that_is_offered_is_one() -> None:
    assert all(typing(tuple(words.split())) is not None for words in WAYS)


def test_what_there_is_of_each_kind_is_counted(space: Space, secretary: Officer) -> None:
    space.join("Inès Moreau", INES)
    page = shown(secretary, "/members/badges")
    assert re.search(r"puce non lue <span class=\"quiet\">copiable avec un téléphone</span></span><span>1</span>", page)


def test_a_badge_that_is_lifted_too_early_is_said_at_the_desk(space: Space, secretary: Officer) -> None:
    space.checkin._decider.chips.ask = lambda: None
    address = secretary.post(f"/members/{space.join('Inès Moreau', INES)}/badges/wait").headers["Location"]
    space.tap("04112233445566")
    assert "laissez-le un instant" in shown(secretary, f"{address}/now?shown=")
    assert space.shows(CardKind.LIFTED_EARLY)


def test_badges_are_exchanged_one_after_the_other_while_the_old_ones_open(space: Space, secretary: Officer) -> None:
    ines, karim = space.join("Inès Moreau", INES), space.join("Karim Benali", "04A1B2C3D4E501")
    page = shown(secretary, "/members/badges")
    assert "Badges à échanger : 2" in page
    assert "Le premier est celui d’Inès Moreau, …E511" in page
    fields = {"after": "0", "exchange": "1"}
    first = secretary.post("/members/badges/next", fields, form_on="/members/badges").headers["Location"]
    assert f"/members/{ines}/badges/wait/" in first
    assert "Remplace le badge …E511" in shown(secretary, first)
    space.tap("04B1000000AA01")
    where, _, _ = first.partition("?")
    second = go(secretary, first, f"{where}/confirm", tail="AA01", exchange="1")
    assert f"/members/{karim}/badges/wait/" in second
    end = go(secretary, second, "/members/badges/next", after=str(karim), exchange="1", mark="ff" * 32)
    assert end == "/members/badges"
    page = shown(secretary, end)
    assert "Badges à échanger : 1" in page
    assert "Nouveaux badges qui n’ont pas encore servi : 1" in page
    undone = go(secretary, second, f"{where}/undo", exchange="1")
    assert "Remplace le badge …E511" in shown(secretary, undone)
    assert space.sql("SELECT tail FROM badge ORDER BY tail") == [("E501",), ("E511",)]


def test_a_single_badge_is_exchanged_from_the_member_s_file(space: Space, secretary: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    page = shown(secretary, f"/members/{number}")
    action = re.search(rf'action="(/members/{number}/badges/wait\?mark=[0-9a-f]{{64}})"', page)
    assert action is not None
    address = secretary.post(action[1]).headers["Location"]
    space.tap("04112233445566")
    secretary.post(f"{address}/confirm", {"tail": "5566"}, form_on=address)
    assert "L’ancien badge ouvre encore la porte" in shown(secretary, f"/members/{number}")
    space.tap("04112233445566")
    assert space.sql("SELECT tail FROM badge WHERE lost_on IS NULL") == [("5566",)]
    assert secretary.post(f"/members/{number}/badges/wait?mark=zz").status_code == 400


def test_a_badge_whose_keys_are_to_be_written_and_are_not_is_said_why(space: Space, secretary: Officer) -> None:
    number = space.join("Inès Moreau", INES)
    asked = secretary.post(f"/members/{number}/badges/wait", {"writes": "1"})
    address = asked.headers["Location"]
    assert "La porte écrit les clés du badge" in shown(secretary, address)
    space.tap("04112233445566")
    assert "La clé du fabricant n’est pas prêtée à la porte" in shown(secretary, address)
    assert "Présentez le badge au lecteur" in shown(secretary, address)


def test_a_badge_that_was_cut_while_it_was_written_is_to_be_laid_down_again_on_its_pages(
    space: Space, secretary: Officer
) -> None:
    written = Written(space)
    assert "à reposer" not in secretary.page("/members/badges", headers=FR)
    written.write(KEY_ONE, obeys=True)
    page = secretary.page("/members/badges", headers=FR)
    assert f"Badges à reposer sur le lecteur{NO_BREAK}: écriture interrompue" in page
    assert f'<a href="/members/{written.number}">Inès Moreau</a> <span>…E511</span>' in page
    assert "à reposer sur le lecteur</a>" in secretary.page(f"/members/{written.number}", headers=FR)
    assert "1 badge à remettre sur le lecteur" in secretary.page("/", headers=FR).replace(NO_BREAK, " ")
    written.write()
    assert "à reposer" not in secretary.page("/members/badges", headers=FR)
    assert "à reposer" not in secretary.page(f"/members/{written.number}", headers=FR)
    written.marks = (bytes(32),)
    written.chip.keys = dict.fromkeys(range(5), bytes(16))
    written.write(KEY_ONE, obeys=True)
    assert f"Badges commencés, pas encore attribués{NO_BREAK}: 1." in secretary.page("/members/badges", headers=FR)
