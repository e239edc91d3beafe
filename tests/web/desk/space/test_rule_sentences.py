"""Rules of every day are sentences, first in their subject; the others fold under them."""

import re
from collections import Counter
from collections.abc import Iterator

import pytest

from kiosk.domain.money.tariffs import FULL, Price
from kiosk.language.texts import Plural
from kiosk.store.space.policies import NAMES
from kiosk.web.desk.space import rule_sentences
from kiosk.web.desk.space.rule_kinds import ValueKind
from kiosk.web.desk.space.rule_labels import RULES
from kiosk.web.desk.space.subjects import SUBJECTS
from tests.web.desk.conftest import Desk, Officer

PLAIN = {"Accept-Language": "fr"}


@pytest.fixture
def request_in_french(desk: Desk) -> Iterator[None]:
    with desk.app.test_request_context("/", headers=PLAIN):
        yield


def text(page: str) -> str:
    words = re.sub(r"<[^>]+>", " ", page[page.index("<main") : page.index("</main>")])
    return re.sub(r"\s+", " ", words.replace("\xa0", " ").replace("\u202f", " "))


def test_each_rule_has_its_words_and_one_subject() -> None:
    placed = Counter(name for subject in SUBJECTS for name in subject.rules)
    assert [name for name in placed if placed[name] > 1] == []
    assert (placed.keys() ^ RULES.keys(), set(NAMES) - RULES.keys()) == (set(), set())


def test_a_price_and_a_rule_are_sentences_with_their_day_and_the_way_to_change_them(treasurer: Officer) -> None:
    page = text(treasurer.page("/rules/about/prices", headers=PLAIN))
    assert re.search(r"Une journée coûte 5,00 € depuis le .{8,50} · changer Journée, plein", page)
    assert re.search(r"Une journée \(réduit\) coûte 2,50 € depuis", page)
    page = text(treasurer.page("/rules/about/membership", headers=PLAIN))
    assert re.search(r"Une ardoise en retard peut atteindre 50,00 € depuis le .{8,50} · changer Limite", page)


def test_every_subject_says_its_rules_of_every_day_before_the_others(treasurer: Officer) -> None:
    for subject in SUBJECTS:
        page = treasurer.page(f"/rules/about/{subject.name}", headers=PLAIN)
        everyday = [name for name in subject.rules if rule_sentences.is_everyday(RULES[name])]
        assert everyday or subject.name == "association", subject.name
        folded = page.find("<summary>")
        for name in subject.rules:
            at = page.index(f'<span class="visually-hidden"> {RULES[name].called.to("fr")}</span></a>')
            assert (name not in everyday) or at < page.index("moins courante"), (name, folded)


def test_each_sentence_is_of_a_rule_and_holds_its_value_or_says_what_none_means(request_in_french: None) -> None:
    for name, sentence in rule_sentences.SENTENCES.items():
        rule = RULES[name]
        words = sentence.words
        french = f"{words.one.fr} {words.many.fr}" if isinstance(words, Plural) else words.fr
        assert bool(re.search(r"\{(value|count)\}", french)) is (rule.kind is not ValueKind.FLAG), name
        assert (sentence.without is not None) is (rule.empty is not None or rule.kind is ValueKind.FLAG
                                                  or rule.kind is ValueKind.HOURS), name  # fmt: skip
        if rule.kind is ValueKind.FLAG:
            said = {rule_sentences.of_rule(rule, value, rule.say) for value in (True, False)}
            assert len(said) == 2, name
    year = RULES["membership_year"]
    assert len({rule_sentences.of_rule(year, code, year.say) for code in year.choices}) == len(year.choices)
    due = RULES["tab_due_days"]
    for days, end in ((1, "après 1 jour"), (30, "après 30 jours")):
        assert rule_sentences.of_rule(due, days, due.say).endswith(end)
    rare = RULES["undo_limit"]
    assert rule_sentences.of_rule(rare, 3, rare.say).endswith("3")


def test_a_price_of_another_name_or_a_free_one_is_a_sentence_too(request_in_french: None) -> None:
    free = rule_sentences.of_price("Bureau au vert", FULL, Price(500, 200)).replace("\xa0", " ")
    assert free == "« Bureau au vert » est à prix libre, à partir de 2,00 € ; 5,00 € sont proposés"
