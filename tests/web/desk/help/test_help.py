"""The manual inside the desk: each page's own section, search, pictures, errors' lines, words."""

import re

import pytest

from kiosk.domain.names import searchable
from kiosk.exports import manual
from kiosk.web.desk.help import topics
from tests.web.desk.conftest import Desk, Officer


def test_every_section_has_a_reader_and_every_link_leads_somewhere(host: Officer) -> None:
    guides = manual.guides()
    assert {"accueil", "tresorerie", "secretariat", "bureau", "machine", "mots"} < guides.keys()
    assert guides.keys() == set(manual.GUIDES)
    for name, anchor in {*topics.AREAS.values(), *topics.PAGES.values()}:
        assert manual.with_anchor(name, anchor) is not None, (name, anchor)


def test_the_question_mark_of_each_area_opens_its_own_section(desk: Desk, host: Officer) -> None:
    page = host.page("/")
    where = re.search(r'href="(/help/for/[^"]+)"', page)
    assert where is not None
    assert where[1] == "/help/for/today.page"
    go = host.get(where[1]).headers["Location"]
    section = host.get(go).headers["Location"]
    assert section == "/help/read/bureau/le-bureau#aujourdhui"
    assert 'id="aujourdhui"' in host.page(section.partition("#")[0])


def test_every_topic_is_of_a_page_and_every_area_has_its_own(desk: Desk) -> None:
    rules = [rule for rule in desk.app.url_map.iter_rules() if "." in rule.endpoint and "GET" in (rule.methods or ())]
    pages = {rule.endpoint for rule in rules}
    areas = {endpoint.partition(".")[0] for endpoint in pages} - {"frame"}  # no pages: the manifest and a colour
    assert len(pages) > 100
    assert topics.PAGES.keys() - pages == set()
    assert topics.AREAS.keys() - areas == set()
    assert areas - topics.AREAS.keys() == set()


def test_pictures_are_there_and_nothing_else_of_the_folder(host: Officer) -> None:
    body = host.page("/help/read/tresorerie/2-encaisser-en-trois-clics")
    pictures = re.findall(r'src="(/help/pictures/[^"]+)"', body)
    assert pictures
    with host.get(pictures[0], buffered=True) as picture:
        assert picture.mimetype == "image/png"
    for path in ("/help/pictures/../manuel.md", "/help/pictures/x.md", "/help/pictures/none.png"):
        assert host.get(path).status_code == 404, path


def test_links_between_guides_lead_to_pages_of_the_desk(host: Officer) -> None:
    found: set[str] = set()
    for sections in manual.guides().values():
        for each in sections:
            page = manual.page(each, "/help")
            assert ".md" not in "".join(re.findall(r'href="([^"]*)"', page)).replace("https", ""), each.slug
            assert "style=" not in page
            found |= set(re.findall(r'href="(/help/go/[^"]+)"', page))
    for path in found:
        _, _, rest = path.partition("/help/go/")
        guide, _, anchor = rest.partition("/")
        assert manual.with_anchor(guide, anchor) is not None, path


def test_the_manual_is_searched_without_accents(host: Officer) -> None:
    page = host.page("/help?q=cheque bordereau")
    assert "/help/read/tresorerie/les-ch%C3%A8ques-et-les-versements" in page
    assert "0 partie a ces mots" in host.page("/help?q=zzzz").replace("\xa0", " ")


def _line(hit: manual.Hit) -> str:
    return "".join(piece for piece, _ in hit.said)


@pytest.mark.parametrize("said", ["virement", "mot de passe", "badge perdu", "carnet", "reçu fiscal", "clôture", "TVA"])
def test_what_is_found_is_a_line_that_people_read_with_what_they_looked_for(host: Officer, said: str) -> None:
    hits = manual.search(said)
    assert hits
    for hit in hits:
        assert not re.search(r"pictures/|\]\(|!\[|\*\*|`|\|", _line(hit)), _line(hit)
    assert searchable(said).split()[0] in searchable(_line(hits[0]))


def test_what_is_found_cuts_no_word_and_says_what_is_code(host: Officer) -> None:
    hits = [hit for word in ("caisse", "payer", "carnet", "plafond") for hit in manual.search(word)]
    cut = [hit for hit in hits if _line(hit).endswith(" …")]
    for hit in cut:
        last = _line(hit).removesuffix(" …").split()[-1]
        assert re.search(rf"(?<!\w){re.escape(last)}(?!\w)", hit.section.text.replace("`", "")), _line(hit)
    codes = [said for hit in manual.search("plafond") for said, is_code in hit.said if is_code]
    assert cut
    assert codes
    assert all(f"<code>{code}</code>" in host.page("/help?q=plafond") for code in codes)


def test_words_one_after_the_other_are_found_before_words_far_from_each_other() -> None:
    assert "mot de passe" in _line(manual.search("mot de passe")[0])


@pytest.mark.parametrize("guide", manual.GUIDES)
def test_every_word_that_can_be_touched_on_a_page_to_print_is_explained_there(host: Officer, guide: str) -> None:
    page = host.page(f"/help/whole/{guide}")
    touched = set(re.findall(r'href="#(word-[^"]+)"', page))
    assert touched == set(re.findall(r'<dt id="(word-[^"]+)">', page))


def test_a_glossary_word_that_is_touched_says_what_it_means(host: Officer) -> None:
    page = host.page("/help/read/tresorerie/3-vendre")
    assert '<a class="word" href="#word-carnet">' in page
    assert page.count('href="#word-carnet"') == 1
    assert re.search(r'<dt id="word-carnet">carnet</dt><dd>.+</dd>', page)


@pytest.mark.parametrize("code", ["amount", "closing-order", "cheque"])
def test_an_errors_code_leads_to_its_line(host: Officer, code: str) -> None:
    assert "Que faire" in host.page(f"/help/error/{code}")
    assert host.get("/help/error/none-such").status_code == 404


def test_an_errors_line_leads_to_the_page_that_says_more(host: Officer) -> None:
    assert '<a href="/help/go/machine/vérifier">Vérifier</a>' in host.page("/help/error/closing-differs")


def test_a_page_that_could_not_be_shown_links_its_code(treasurer: Officer, host: Officer) -> None:
    refused = treasurer.get("/rules/call-off/policy/99999")
    assert refused.status_code == 400
    assert 'href="/help/error/no-such-rule"' in refused.get_data(as_text=True)
    assert "Que faire" in host.page("/help/error/no-such-rule")
    assert "/help/error/" not in treasurer.get("/nowhere").get_data(as_text=True)


def test_a_guide_is_printed_whole_and_strangers_read_none(desk: Desk, host: Officer) -> None:
    whole = host.page("/help/whole/accueil")
    assert whole.count('class="card manual"') == len(manual.guides()["accueil"]) + 1  # its words
    assert desk.stranger().get("/help").status_code == 302


def test_the_words_for_people_are_words_of_the_glossary() -> None:
    place = manual.folder()
    assert place is not None
    glossary = (place / "words.md").read_text("utf-8").casefold()
    assert len(manual.words()) > 25
    assert [word.name for word in manual.words().values() if word.name.casefold() not in glossary] == []
