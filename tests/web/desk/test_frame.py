"""The frame of every page: the association's own name and colour, the day's acts, what a telephone installs it by; and
tables that know how to be cards.
"""

import json

from kiosk.domain.members.roles import Role
from kiosk.web.desk.narrow_tables import as_cards
from tests.web.desk.conftest import Desk, Officer

TABLE = """<table>
<thead><tr><th scope="col"><a href="?">N°</a></th><th>Nom &amp; prénom</th>
<th><span class="visually-hidden">Agir</span></th><th>Nombre<span class="visually-hidden"> après</span></th>
</tr></thead>
<tbody><tr><td class="number">0001</td><th scope="row">Inès</th><td><a href="/">Encaisser</a></td><td>3</td></tr>
<tr><td> – </td><td>Ali</td><td></td></tr></tbody>
<tfoot><tr><td colspan="2">Total</td><td>x</td></tr></tfoot></table>"""


def test_a_cell_says_what_its_column_says() -> None:
    made = as_cards(TABLE)
    assert "<table data-cards>" in made
    assert '<td class="number" data-label="N°">0001' in made
    assert '<td data-label="Nom &amp; prénom">Ali' in made
    assert '<td data-label="Nombre après">3' in made


def test_a_row_s_own_heading_a_button_and_a_wide_cell_have_no_label() -> None:
    made = as_cards(TABLE)
    assert '<th scope="row">Inès' in made
    assert '<td><a href="/">Encaisser' in made
    assert '<td colspan="2">Total' in made
    assert made.count("data-none") == 2  # a dash, and nothing at all


def test_a_day_that_stands_alone_in_its_cell_never_wraps_and_words_do() -> None:
    days = (
        *("1er nov. 2026", "25\u00a0nov.\u00a02026", "25 nov. 2026, 18\u00a0h\u00a042", "25 Nov 2026, 18:42"),
        *("mardi 1er décembre à 8\u00a0h\u00a041", "Tuesday 1 December at 18:41"),
    )
    for said in (*days, "12 rue des Arts, 59000 Lille", "2 journées sur 10, et la suite"):
        made = as_cards(f"<table><thead><tr><th>x</th></tr></thead><tbody><tr><td>{said}</td></tr></tbody></table>")
        assert ("data-day" in made) is (said in days), said


def test_a_table_without_headings_stays_as_it_is() -> None:
    assert as_cards("<table><tr><td>1</td></tr></table>") == "<table><tr><td>1</td></tr></table>"


def test_every_table_of_a_page_can_be_cards_and_a_calendar_stays_one(desk: Desk, treasurer: Officer) -> None:
    plain = desk.app.jinja_env.from_string('<table><thead></thead>{{ x }}</table><table class="agenda"></table>')
    assert plain.render(x="<i>") == '<table data-cards><thead></thead>&lt;i&gt;</table><table class="agenda"></table>'
    week = desk.app.jinja_env.from_string('<table class="agenda week"><thead></thead></table>')
    assert week.render() == '<table data-cards class="agenda week"><thead></thead></table>'
    assert "data-label=" in treasurer.get("/rules").get_data(as_text=True)


def test_the_frame_says_whose_desk_it_is(desk: Desk, treasurer: Officer) -> None:
    assert '<p class="place">Bureau</p>' in treasurer.page("/", headers={"Accept-Language": "fr"})
    desk.space.rule("association", '{"name": "La Coroutine & co", "colour": "#0a7d5a"}', "2026-01-05")
    page = treasurer.page("/")
    assert '<p class="place">La Coroutine &amp; co</p>' in page
    assert 'href="/frame/0a7d5a.css"' in page


def test_a_colour_is_a_style_sheet_and_anything_else_is_nothing(desk: Desk) -> None:
    answer = desk.stranger().get("/frame/0a7d5a.css")
    assert answer.get_data(as_text=True) == ":root { --place: #0a7d5a; }\n"
    assert answer.mimetype == "text/css"
    for wrong in ("0a7d5", "0A7D5A", "red;}b{", "zzzzzz"):
        assert desk.stranger().get(f"/frame/{wrong}.css").status_code == 404


def test_a_colour_that_is_none_is_told_beside_its_field(treasurer: Officer) -> None:
    data = {"name": "X", "colour": "bleu", "valid_from": "2026-12-01"}
    answer = treasurer.post("/rules/books/association", data, form_on="/rules/books/association")
    assert "dièse et six caractères" in answer.get_data(as_text=True)


def test_the_acts_are_those_that_a_role_may_do(desk: Desk) -> None:
    def acts(role: Role) -> str:
        return desk.sign_in(role).page("/").partition('class="acts"')[2].partition("</nav>")[0]

    assert "/books/cash/count" in acts(Role.TREASURER)
    assert "/members/new" not in acts(Role.TREASURER)
    assert "/members/new" in acts(Role.SECRETARY)
    assert "/money" not in acts(Role.SECRETARY)


def test_a_telephone_installs_the_desk_and_keeps_nothing_of_it(desk: Desk, treasurer: Officer) -> None:
    answer = desk.stranger().get("/frame/fr.webmanifest")
    said = json.loads(answer.get_data(as_text=True))
    assert answer.mimetype == "application/manifest+json"
    assert (said["display"], said["start_url"], said["lang"]) == ("standalone", "/", "fr")
    assert {each["sizes"] for each in said["icons"]} == {"any", "192x192", "512x512"}
    for path in (*(each["src"] for each in said["icons"]), "/static/desk.js"):
        with desk.stranger().get(path) as file:
            assert file.status_code == 200
            assert b"serviceWorker" not in file.data
    assert treasurer.get("/").headers["Cache-Control"] == "no-store"
    assert desk.stranger().get("/frame/xx.webmanifest").status_code == 404


def test_an_error_leads_back_to_the_page_before_it_and_nowhere_else(treasurer: Officer) -> None:
    def back(referrer: str, path: str = "/money/acts/9999") -> str:
        page = treasurer.get(path, headers={"Referer": referrer, "Accept-Language": "fr"}).get_data(as_text=True)
        return page.partition('class="button main" href="')[2].partition('"')[0]

    assert back("https://localhost/money/payments?method=cash") == "/money/payments?method=cash"
    assert back("https://evil.example/money") == ""
    assert back("https://localhost//evil.example/") == ""
    assert back("https://localhost/money/acts/9999") == ""
    assert back("") == ""


def test_who_is_found_alone_is_whom_one_takes_the_payment_from(desk: Desk, treasurer: Officer) -> None:
    desk.space.join("Inès Moreau", "04A2000000E511")
    assert treasurer.get("/money?q=ines&go=1").headers["Location"].endswith("/pay")
    assert treasurer.get("/money?q=ines").status_code == 200
    assert treasurer.get("/money?q=personne&go=1").status_code == 200
