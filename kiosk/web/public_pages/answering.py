"""Answers each question of the public pages; its tables list everything that can be asked without a paired telephone.

A page whose rule is off does not exist. A form's error is told beside its field, and what was typed stays.
"""

from collections.abc import Callable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from kiosk.domain.problems import Coded, Mistake
from kiosk.domain.visitors.requests import Kind, Wish
from kiosk.language.catalogues import Language
from kiosk.language.texts import Text
from kiosk.visitors import asking
from kiosk.web.member_pages.office import PagesOffice
from kiosk.web.pages import speech
from kiosk.web.pages.speech import Answered, Choice, Refused, Sheet
from kiosk.web.public_pages import agenda, asked, letting, work
from kiosk.web.public_pages.here import AGENDA, LET, WORK, Here, told

Public = speech.See | speech.Send | speech.Open | speech.Follow
NO_PAGE = "no-page"  # the code of Refused for a page that does not exist
_INDEX = Text("Bienvenue", "Welcome")
_LOOK = Text("Regardez vos e-mails", "Check your e-mail")
_SENT = Text(
    "Un lien vient de partir à l’adresse que vous avez donnée. Ouvrez-le dans les 24 heures pour confirmer."
    " Rien n’arrive ? Regardez dans les indésirables.",
    "We are sending a link to the address you gave. Open it within 24 hours to confirm your request. If nothing"
    " arrives, look in your spam folder.",
)


class Page(Struct, frozen=True):
    """A public page: the kind of request whose rule turns it on, its title, how it is drawn, how a sent form is read as
    a request (`wish`), and the names of its forms.
    """

    kind: Kind
    title: Text
    show: Callable[[Here], Sheet]
    wish: Callable[[Here, str], Wish]
    forms: tuple[str, ...]


PAGES: Mapping[str, Page] = {
    WORK: Page(Kind.VISIT, work.TITLE, work.show, work.wish, (work.VISIT, work.JOIN)),
    LET: Page(Kind.ROOM, letting.TITLE, letting.show, letting.wish, (letting.ROOM,)),
    AGENDA: Page(Kind.EVENT, agenda.TITLE, agenda.show, agenda.wish, (agenda.EVENT,)),
}


def answer(office: PagesOffice, question: Public, language: Language) -> Answered:
    """Return the answer to a question. Raises MachineError where the desk itself fails."""
    match question:
        case speech.See():
            with office.now(writes=False) as now:
                return _shown(Here(office, now, language, question.value), question.page)
        case speech.Send():
            return _sent(office, question, language)
        case speech.Open():
            with office.now(writes=False) as now:
                return _opened(Here(office, now, language), question.link)
        case speech.Follow():
            return _followed(office, question, language)


def _shown(here: Here, name: str) -> Answered:
    """Return a public page by its name; the first page for an empty name. Refuses a page that is turned off or does not
    exist.
    """
    page = PAGES.get(name)
    if name == "":
        return _framed(here, Sheet(language=here.language, title=here.to(_INDEX)))
    if page is None or not asking.is_on(here.now.policy, page.kind):
        return Refused(language=here.language, code=NO_PAGE, says="")
    return _framed(here, page.show(here))


def _framed(here: Here, sheet: Sheet) -> Sheet:
    """Return a page with links to all public pages that are turned on."""
    menu = [
        Choice(name, "", here.to(page.title))
        for name, page in PAGES.items()
        if asking.is_on(here.now.policy, page.kind)
    ]
    return replace(sheet, menu=menu)


def _sent(office: PagesOffice, question: speech.Send, language: Language) -> Answered:
    """Take in a form: save the request and mail its link; or show the form again with what is wrong. Refuses a form
    that no page has, and every form where mail is not set up, since no link could be sent.
    """
    page = PAGES.get(question.page)
    if page is None or question.form not in page.forms or not office.home.config.mail.server:
        return Refused(language=language, code=NO_PAGE, says="")
    try:
        with office.now(writes=True) as now:
            here = Here(office, now, language, question.value, question.fields)
            asking.ask(here.reception, page.wish(here, question.form))
            return _framed(here, Sheet(language=language, title=here.to(_LOOK), told=here.to(_SENT)))
    except Mistake as wrong:
        with office.now(writes=False) as now:
            return _again(Here(office, now, language, question.value, question.fields, wrong), question)


def _again(here: Here, question: speech.Send) -> Answered:
    """Return a page with the form that was sent, what was typed, and what is wrong with it. Other forms are left out,
    and so is the page's text where the error stands beside a field.
    """
    sheet = _shown(here, question.page)
    if not isinstance(sheet, Sheet) or here.wrong is None:
        return sheet
    fields = {field.name for form in sheet.forms if form.name == question.form for field in form.fields}
    says = told(here.wrong, here.language)
    forms = [form for form in sheet.forms if form.name == question.form]
    blocks = [] if here.wrong.field in fields else sheet.blocks
    return replace(sheet, forms=forms or sheet.forms, blocks=blocks, lead="", told=says, is_wrong=True)


def _opened(here: Here, link: str) -> Answered:
    """Return the page of a link that came by mail, or why it no longer opens."""
    try:
        request = asking.of_link(here.now.connection, here.links, link, here.now.moment)
    except Mistake as wrong:
        return _over(here.language, wrong)
    return _framed(here, asked.show(here, request))


def _followed(office: PagesOffice, question: speech.Follow, language: Language) -> Answered:
    """Do what a button on a link's page offers, and show the page as it is then."""
    act = asked.ACTS.get(question.act)
    if act is None:
        return Refused(language=language, code=NO_PAGE, says="")
    try:
        with office.now(writes=True) as now:
            here = Here(office, now, language)
            request = act(here.reception, question.link)
            return _framed(here, asked.show(here, request))
    except Mistake as wrong:
        return _over(language, wrong)


def _over(language: Language, wrong: Coded) -> Refused:
    """Return a refusal in words."""
    return Refused(language=language, code=wrong.code, says=told(wrong, language))
