"""Asks the eight questions of "Votre espace", a page each; shows what they result in, writes them, or withdraws them.

There is a page for each question so that answers survive when a telephone is put away: each answer is saved when its
page is left, and applies only once all of them are written.
"""

from dataclasses import dataclass, field

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask_security import current_user
from werkzeug.wrappers import Response

from kiosk.domain.money.tariffs import FULL, Policy
from kiosk.domain.opening_hours import DAYS
from kiosk.domain.space import answer_doubts, sample_months
from kiosk.domain.space.answers import WAYS, Answers, Question
from kiosk.errors import RequestError
from kiosk.exports.formats import weekdays
from kiosk.space import answer_now, answer_reading, answer_sales, first_answers
from kiosk.space.first_answers import FirstAnswers
from kiosk.store.space import answer_rows, book_rules
from kiosk.web.desk.common.office import office
from kiosk.web.desk.common.permissions import May, needs
from kiosk.web.desk.common.words import language, t, told
from kiosk.web.desk.first_hour import question_words as words

area = Blueprint("hour", __name__, url_prefix="/hour")
_QUESTIONS = tuple(Question)
_MOST_FIELDS = 40  # of a form, that are read


@dataclass(slots=True)
class AnswerForm:
    """What was typed, and the errors by field."""

    typed: dict[str, str]
    errors: dict[str, str] = field(default_factory=dict)


@area.get("")
@needs(May.EDIT_RULES)
def overview() -> str:
    """Show the eight questions with their answers, the price list, and four sample months."""
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        batch = answer_rows.latest(connection)  # all answers of one round; None before the first
        waiting = answer_rows.unconfirmed(connection, moment.day)  # questions without a decision of the association
        may_take_back = first_answers.may_take_back(connection, batch)
    known = {} if batch is None else batch.answers
    answers = answer_reading.read(known)
    is_open = batch is not None and batch.written is None and answers != Answers()  # any answer that does not apply yet
    proposed = answer_sales.applied(answers, policy) if is_open else policy  # what answers not written yet would set
    return render_template(
        "first_hour/overview.html",
        questions=[(number, question, _state(question, known)) for number, question in enumerate(_QUESTIONS, 1)],
        titles=words.TITLES,
        batch=batch,
        waiting=waiting,
        may_take_back=may_take_back,
        is_open=is_open,
        prices=_price_list(proposed),
        months=sample_months.of(proposed),
    )


@area.get("/<question>")
@needs(May.EDIT_RULES)
def ask(question: str) -> str:
    """Show one question, with its answer, or else the value in force."""
    asked = _question(question)
    desk = office()
    with desk.reading() as connection:
        policy, moment = desk.now(connection)
        batch = answer_rows.latest(connection)
        books = book_rules.read(connection, moment.day)
    saved = None if batch is None else batch.answers.get(asked.value)
    return _page(asked, AnswerForm(dict(saved or answer_now.typed(policy, books)[asked])))


@area.post("/<question>")
@needs(May.EDIT_RULES)
def answer(question: str) -> str | tuple[str, int] | Response:
    """Save an answer, or that it is not known yet, and go on to the next question. Show the question again where
    something is wrong, or to ask whether an unusual answer is intended.
    """
    asked = _question(question)
    if request.form.get("act") == "unknown":
        _use_case().keep(asked, None)  # the association does not know yet: to be confirmed later
        return _to_next(asked)
    names = [name for name in request.form if name not in ("csrf_token", "act", "sure")][:_MOST_FIELDS]
    typed = {name[:40]: request.form[name].strip()[: answer_reading.LONGEST] for name in names}
    read, wrong = answer_reading.read_one(asked, typed)
    if wrong:
        form = AnswerForm(typed, {name: words.wrong(name, why) for name, why in wrong.items()})
        return _page(asked, form), 400
    doubts = answer_doubts.of(asked, Answers(**{asked.value: read}))
    codes = " ".join(doubt.code for doubt in doubts)
    if doubts and request.form.get("sure") != codes:  # confirmed are only the doubts that the page showed
        return _page(asked, AnswerForm(typed), [words.doubt(doubt) for doubt in doubts], codes)
    _use_case().keep(asked, typed)
    return _to_next(asked)


@area.post("/profile")
@needs(May.EDIT_RULES)
def take_profile() -> Response:
    """Fill in the answers of La Coroutine, the space that this program was made for, to be read and changed."""
    _use_case().keep_all(answer_reading.profile())
    flash(
        t(
            "Le questionnaire est rempli avec les réponses de La Coroutine : relisez-les.",
            "La Coroutine’s answers are filled in: please check them.",
        )
    )
    return redirect(url_for("hour.overview"), 303)


@area.post("/write")
@needs(May.EDIT_RULES)
def write() -> Response:
    """Write the answers, so that they apply."""
    try:
        since = _use_case().write(current_user.name or current_user.email)
    except RequestError as error:
        flash(told(error), "error")
        return redirect(url_for("hour.overview"), 303)
    office().log("answers-written", what=since.isoformat())
    flash(
        t(
            "Vos réponses s’appliquent. Pour les retirer, ouvrez « Votre espace » sur la page « Règles ».",
            "Your answers now apply. To withdraw your answers, open “Your space” on the “Rules” page.",
        )
    )
    return redirect(url_for("today.page"), 303)


@area.post("/back")
@needs(May.EDIT_RULES)
def take_back() -> Response:
    """Withdraw the answers that apply, so that the earlier values apply again; refuse it once they were used."""
    try:
        _use_case().take_back()
    except RequestError as error:
        flash(told(error), "error")
    else:
        office().log("answers-taken-back")
        flash(
            t(
                "Vos réponses sont retirées : les valeurs d’avant s’appliquent de nouveau.",
                "Your answers are withdrawn: the earlier values apply again.",
            )
        )
    return redirect(url_for("hour.overview"), 303)


def _use_case() -> FirstAnswers:
    """Return the use-case that saves and writes answers."""
    desk = office()
    return FirstAnswers(**desk.parts, watch=desk.watch)


def _question(code: str) -> Question:
    """Return the question of a URL. Answers 404 for an unknown one."""
    return next((question for question in _QUESTIONS if question.value == code), None) or abort(404)


def _to_next(question: Question) -> Response:
    """Return a redirect to the next question; after the last, to the overview."""
    number = _QUESTIONS.index(question) + 1
    if number == len(_QUESTIONS):
        return redirect(url_for("hour.overview"), 303)
    return redirect(url_for("hour.ask", question=_QUESTIONS[number].value), 303)


def _page(question: Question, form: AnswerForm, doubts: list[str] | None = None, asked: str = "") -> str:
    """Show a question with its form. `doubts` ask whether unusual values are intended; `asked` holds their codes, which
    the button sends back as the confirmation.
    """
    return render_template(
        "first_hour/question.html",
        question=question,
        number=_QUESTIONS.index(question) + 1,
        count=len(_QUESTIONS),
        title=words.TITLES[question],
        writes=words.WRITES[question],
        form=form,
        doubts=doubts or [],
        asked=asked,
        prices=words.PRICES,
        ways=WAYS,
        weekdays=dict(zip(DAYS, weekdays(language()), strict=True)),
    )


def _state(question: Question, known: dict[str, dict[str, str] | None]) -> str:
    """Return whether a question is open, answered, or to be confirmed because its answer is not known yet."""
    if question.value not in known:
        return "open"
    return "unknown" if known[question.value] is None else "answered"


def _price_list(policy: Policy) -> list[tuple[str, int | None, int | None]]:
    """Return what can be sold, the membership first: its words, its price and its reduced price in cents (None where it
    has none).
    """
    kinds = [("fee", answer_sales.MEMBERSHIP), *answer_sales.WORKING.items()]
    rows = []
    for name, kind in kinds:
        code = kind.code_in(policy)
        title = t("Adhésion", "Membership") if name == "fee" else t(words.PRICES[name])
        rows.append((title, _cents(policy, code), _cents(policy, code, answer_sales.REDUCED)))
    return rows


def _cents(policy: Policy, code: str, level: str = FULL) -> int | None:
    """Return a product's price at a level, in cents; None where it has none."""
    price = policy.prices.get((code, level))
    return None if price is None else price.cents
