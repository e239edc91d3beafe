"""Open pages that are laid out and never painted, for tests that only measure.

Painting is a fifth to two fifths of what such a test costs: Chromium paints each change of a page, its size or its
language, and no test reads the result. Boxes, styles, fonts, scripts and the element at a point are the same.
What needs a frame waits for ever on such a page: Playwright's clicks, taps and pictures, `requestAnimationFrame`.
"""

from playwright.sync_api import Browser, BrowserContext, Page


def undrawn(context: BrowserContext) -> Page:
    """Open a page of this context whose frames a debugger controls, and ask for none."""
    browser = context.browser
    assert browser is not None
    number = _number(context)
    with context.expect_page() as opened:
        _open(browser, number)
    return opened.value


def _open(browser: Browser, context_number: str) -> None:
    session = browser.new_browser_cdp_session()
    session.send(
        "Target.createTarget",
        {"url": "about:blank", "browserContextId": context_number, "enableBeginFrameControl": True},
    )
    session.detach()


def _number(context: BrowserContext) -> str:
    """Return Chromium's own identifier of a context, by way of one of its pages."""
    page = context.pages[0] if context.pages else context.new_page()
    session = context.new_cdp_session(page)
    target: dict[str, str] = session.send("Target.getTargetInfo")["targetInfo"]
    session.detach()
    return target["browserContextId"]
