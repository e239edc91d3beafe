"""Every sentence can be translated, and the files of further languages are as the program wants them."""

import io
from pathlib import Path

import pytest

from kiosk.language import catalogues, po_files
from kiosk.language.texts import Plural, Text
from release import extraction, translations

HERE = b"""
GREETING = Text("Bonjour {name}", "Hello {name}")
DAYS = Plural(Text("{count} jour", "{count} day"), Text("{count} jours", "{count} days"))
said = t("Membres", "Members") + speaks(language)("du {first}", "from {first}", first=first)
counted = tn(n, ("un reste", "one left"), ("{count} restent", "{count} left"))
elsewhere = t(GREETING, name=name)
LONG = Text(fr="Une porte", en="A door")
"""


def test_every_sentence_of_the_program_can_be_translated() -> None:
    assert [f"{file}:{each.line} {each.source}" for file, each in translations.all_loose()] == []


def test_french_and_english_have_the_same_values() -> None:
    wrong = []
    for path in translations.sources():
        with path.open("rb") as file:
            for _, _, french, english in extraction.METHODS[path.suffix](file, (), (), {}):
                texts = [french] if isinstance(french, str) else french
                pairs = zip(texts, english, strict=True)
                wrong += [f"{path.name}: {fr}" for fr, en in pairs if _named(fr) != _named(en)]
    assert wrong == []


def _named(text: str) -> frozenset[str]:
    return po_files.values(text) - {"count"}


@pytest.mark.parametrize("code", [path.stem for path in translations.FOLDER.glob("*.po")])
def test_a_language_is_as_the_program_wants_it(code: str) -> None:
    assert translations.check(code) == []


def test_what_is_said_in_a_module_is_found() -> None:
    found = {each[2] for each in extraction._in_python(HERE) if not isinstance(each, extraction.Loose)}
    assert found == {
        "Bonjour {name}",
        ("{count} jour", "{count} jours"),
        "Membres",
        "du {first}",
        ("un reste", "{count} restent"),
        "Une porte",
    }


def test_what_a_template_counts_is_found_by_either_name() -> None:
    for call in ("tn", "t.counted"):
        source = "{{ " + call + '(2, ("{n} jour", "{n} day"), ("{n} jours", "{n} days")) }}'
        found = list(extraction.template(io.BytesIO(source.encode()), (), (), {}))
        assert found == [(1, "ngettext", ("{n} jour", "{n} jours"), ["{n} day", "{n} days"])]


@pytest.mark.parametrize(
    "source",
    [
        'Text(f"Bonjour {name}", "Hello")',
        'Text("Bonjour")',
        't("Bonjour")',
        "t(*words)",
        't(f"Bonjour {name}")',
        't("Bonjour", english)',
        'speaks(language)(f"du {day}", f"from {day}")',
        'Plural(Text("un", "one"), MANY)',
        'tn(n, ("un", "one"), ("deux", f"{n}"))',
    ],
)
def test_what_nobody_could_look_up_is_told(source: str) -> None:
    assert len(extraction.loose(source.encode(), is_template=False)) == 1


@pytest.mark.parametrize(
    "source", ['{{ t("Bonjour") }}', "{{ t(*words) }}", '{{ t("Bon" ~ jour, "x") }}', '{{ say(a, "x") }}']
)
def test_the_same_is_told_of_templates(source: str) -> None:
    assert len(extraction.loose(source.encode(), is_template=True)) == 1
    assert extraction.loose(b'{{ t("Bonjour {name}", "Hello {name}", name=x) }}{{ t(words) }}', is_template=True) == []


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of languages, and a program that says four things."""
    monkeypatch.setattr(translations, "FOLDER", tmp_path)
    program = tmp_path / "program"
    (program / "kiosk").mkdir(parents=True)
    (program / "kiosk" / "said.py").write_bytes(HERE + b't("Place", "Place"); t("Place", "Room")\n')
    monkeypatch.setattr(translations, "ROOT", program)
    return tmp_path


def _put(path: Path, french: str, said: str, *, is_plural: bool = False) -> None:
    """Translate one sentence in a file."""
    text, field = path.read_text("utf-8"), "msgid_plural" if is_plural else "msgid"
    before, mark, after = text.partition(f'{field} "{french}"\n')
    assert mark
    empty = 'msgstr[0] ""\nmsgstr[1] ""' if is_plural else 'msgstr ""'
    filled = f'msgstr[0] "{said}"\nmsgstr[1] "{said}"' if is_plural else f'msgstr "{said}"'
    path.write_text(before + mark + after.replace(empty, filled, 1), "utf-8")


def _fill(path: Path) -> None:
    for french in ("Bonjour {name}", "Membres", "du {first}", "Une porte", "Place", "Place"):
        text = path.read_text("utf-8")
        before, mark, after = text.rpartition(f'msgid "{french}"\nmsgstr ""\n')
        assert mark
        path.write_text(f'{before}msgid "{french}"\nmsgstr "[{french}]"\n{after}', "utf-8")
    for french in ("{count} jours", "{count} restent"):
        _put(path, french, f"[{french}]", is_plural=True)


def test_a_language_is_begun_filled_and_offered(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert translations.main(["new", "nl", "Nederlands"]) == 0
    assert "nl.po: 8 sentences to translate" in capsys.readouterr().out
    path = folder / "nl.po"
    assert po_files.head(path.read_text("utf-8"))["X-Complete"] == "no"
    assert "#. Hello {name}\n" in path.read_text("utf-8")
    assert translations.main([]) == 0
    assert "nl: 8 left" in capsys.readouterr().out
    _fill(path)
    assert translations.main([]) == 0
    assert "nl: complete" in capsys.readouterr().out
    before = catalogues.look_in(folder)
    try:
        assert catalogues.offered() == ("fr", "en", "nl")
        assert catalogues.name_of("nl") == "Nederlands"
        assert Text("Bonjour {name}", "Hello {name}").to("nl", name="Inès") == "[Bonjour Inès]"
        days = Plural(Text("{count} jour", "{count} day"), Text("{count} jours", "{count} days"))
        assert days.to("nl", 3) == "[3 jours]"
    finally:
        catalogues.look_in(before)
    text = path.read_text("utf-8").replace("X-Reviewed: no", "X-Reviewed: Griet")
    path.write_text(text, "utf-8")
    translations.main([])
    assert path.read_text("utf-8") == text  # a second run changes nothing, and keeps who has read it
    assert "native" not in capsys.readouterr().out


def test_what_a_file_lacks_is_told(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    translations.main(["new", "nl", "Nederlands"])
    path = folder / "nl.po"
    _fill(path)
    translations.main([])
    good = path.read_text("utf-8")
    for wrong, told in (
        (good.replace('"[Membres]"', '""'), "not translated: Membres"),
        (good.replace("[Bonjour {name}]", "[Bonjour {nom}]"), "has not the values name: Bonjour {name}"),
        (good.replace('msgid "Membres"', 'msgid "Adhérents"'), "not in the file: Membres"),
        (good.replace('msgid "Membres"', 'msgid "Adhérents"'), "nobody says: Adhérents"),
        (good.replace("X-Complete: yes", "X-Complete: no"), "is complete, and says that it is not"),
    ):
        path.write_text(wrong, "utf-8")
        assert translations.main(["--check"]) == 1
        assert told in capsys.readouterr().out
    path.write_text(good, "utf-8")
    assert translations.main(["--check"]) == 0


def _offered(folder: Path) -> tuple[str, ...]:
    before = catalogues.look_in(folder)
    try:
        return catalogues.offered()
    finally:
        catalogues.look_in(before)


def _speak(folder: Path, old: str, new: str) -> None:
    """Change the words of the program."""
    module = folder / "program" / "kiosk" / "said.py"
    text = module.read_text("utf-8")
    assert old in text
    module.write_text(text.replace(old, new), "utf-8")


@pytest.fixture
def finished(folder: Path) -> Path:
    """A language's file, complete."""
    translations.main(["new", "nl", "Nederlands"])
    _fill(folder / "nl.po")
    translations.main([])
    return folder / "nl.po"


def test_changed_sentence_takes_its_translation_along_as_a_guess_and_its_language_stays_offered(
    finished: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _speak(folder, "Une porte", "La porte")
    assert translations.main(["--check"]) == 1
    assert translations.main(["rekey", "Une porte", "La porte"]) == 0
    assert "nl: 1 carried over" in capsys.readouterr().out
    assert '#, fuzzy\nmsgid "La porte"\nmsgstr "[Une porte]"\n' in finished.read_text("utf-8")
    assert translations.main(["--check"]) == 0  # no commit waits for it
    told = capsys.readouterr().out
    assert "nl: complete, 1 to be confirmed before a release" in told
    assert "a guess: is it right?: La porte" in told
    before = catalogues.look_in(folder)
    try:
        assert catalogues.offered() == ("fr", "en", "nl")
        assert Text("La porte", "The door").to("nl") == "[Une porte]"
    finally:
        catalogues.look_in(before)
    written = finished.read_text("utf-8")
    translations.main([])
    assert finished.read_text("utf-8") == written  # a second run leaves the mark where it is


@pytest.mark.parametrize(
    ("old", "new", "french"),
    [
        ("Une porte", "Une porte à 5,00 €", "Une porte à 5,00 €"),
        ("Une porte", "Oui, une porte", "Oui, une porte"),
        ("Bonjour {name}", "Bonjour {sum}", "Bonjour {sum}"),
        ("Bonjour {name}", "Bonjour {number}", "Bonjour {number}"),  # no sum, and a value that its translation lacks
    ],
)
def test_guess_at_a_sum_or_a_yes_is_told_in_english(
    finished: Path, folder: Path, old: str, new: str, french: str
) -> None:
    _speak(folder, old, new)
    assert translations.main(["rekey", old, new]) == 0
    assert _offered(folder) == ("fr", "en", "nl")
    before = catalogues.look_in(folder)
    try:
        values = {"sum": "5.00", "number": 7}
        assert Text(french, "In English").to("nl", **values) == "In English"
        guess = finished.read_text("utf-8")
        confirmed = guess.replace("fuzzy, ", "").replace("#, fuzzy\n", "").replace("{name}]", "]")
        finished.write_text(confirmed, "utf-8")
        catalogues.look_in(folder)
        assert Text(french, "In English").to("nl", **values).startswith("[")
    finally:
        catalogues.look_in(before)


def test_what_is_counted_is_carried_over_whole_and_told_in_english_where_it_names_a_sum(
    finished: Path, folder: Path
) -> None:
    _speak(folder, "{count} jours", "{count} journées")
    assert translations.main(["rekey", "{count} jours", "{count} journées"]) == 0
    assert (
        '#, fuzzy, python-brace-format\nmsgid "{count} jour"\nmsgid_plural "{count} journées"\n'
        in finished.read_text("utf-8")
    )
    before = catalogues.look_in(folder)
    days = Plural(Text("{count} jour", "{count} day"), Text("{count} journées", "{count} days"))
    try:
        assert days.to("nl", 3) == "[3 jours]"
        catalogues.look_in(before)
        _speak(folder, "{count} journées", "{count} jours, {due}")
        assert translations.main(["rekey", "{count} journées", "{count} jours, {due}"]) == 0
        catalogues.look_in(folder)
        days = Plural(Text("{count} jour", "{count} day"), Text("{count} jours, {due}", "{count} days, {due}"))
        assert days.to("nl", 3, due="5.00") == "3 days, 5.00"
    finally:
        catalogues.look_in(before)


def test_other_form_of_what_is_counted_that_changed_makes_its_translation_a_guess(
    finished: Path, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _speak(folder, "{count} restent", "{count} sont là")
    translations.main([])
    assert "nl: complete, 1 to be confirmed" in capsys.readouterr().out
    guess = '#, fuzzy, python-brace-format\nmsgid "un reste"\nmsgid_plural "{count} sont là"\n'
    assert guess in finished.read_text("utf-8")


def test_old_words_that_are_said_elsewhere_keep_their_translation(finished: Path, folder: Path) -> None:
    module = folder / "program" / "kiosk" / "more.py"
    module.write_text('t("Une entrée", "An entrance")\n', "utf-8")
    assert translations.main(["rekey", "Une porte", "Une entrée"]) == 0
    text = finished.read_text("utf-8")
    assert 'msgid "Une porte"\nmsgstr "[Une porte]"\n' in text
    assert '#, fuzzy\nmsgid "Une entrée"\nmsgstr "[Une porte]"\n' in text


def test_words_that_fell_out_of_a_file_already_are_carried_over_all_the_same(finished: Path, folder: Path) -> None:
    _speak(folder, "Une porte", "La porte")
    translations.main([])
    assert _offered(folder) == ("fr", "en")  # what has no words in it is not offered
    assert translations.main(["rekey", "Une porte", "La porte"]) == 0
    assert 'msgstr "[Une porte]"\n' in finished.read_text("utf-8")
    assert _offered(folder) == ("fr", "en", "nl")


def test_sentence_that_looks_alike_is_no_guess(finished: Path, folder: Path) -> None:
    _speak(folder, "Une porte", "Une port")
    translations.main([])
    assert "fuzzy" not in finished.read_text("utf-8")


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (["rekey", "Une porte"], 2),
        (["rekey", "Une porte", "Ce que rien ne dit"], 2),
        (["rekey", "Ce que rien ne dit", "Membres"], 1),
        (["rekey", "Une porte", "Membres"], 1),  # translated already
    ],
)
def test_what_cannot_be_carried_over_is_said_and_changes_nothing(finished: Path, words: list[str], status: int) -> None:
    before = finished.read_text("utf-8")
    try:
        ended = translations.main(words)
    except SystemExit as refused:
        ended = refused.code if isinstance(refused.code, int) else -1
    assert ended == status
    assert finished.read_text("utf-8") == before


@pytest.mark.parametrize("given", [["new", "nl"], ["new", "fr", "français"], ["new", "qq", "Qq"], ["nl"]])
def test_a_language_that_cannot_be_begun_is_refused(folder: Path, given: list[str]) -> None:
    with pytest.raises(SystemExit) as refused:
        translations.main(given)
    assert refused.value.code == 2
    assert not list(folder.glob("*.po"))
