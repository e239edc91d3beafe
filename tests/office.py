"""A browser before a running desk: it keeps cookies, signs in, and asks for pages."""

import http.client
import re
import urllib.parse
from contextlib import closing
from pathlib import Path

EMAIL, PASSWORD = "nadia@exemple.fr", "une phrase assez longue"


class Office:
    """Just enough of a browser, as the proxy would hand its requests on."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, **fields: str) -> tuple[int, str]:
        """The status of an answer, and its page."""
        with closing(http.client.HTTPConnection("127.0.0.1", self._port, timeout=30)) as connection:
            headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}
            headers |= {"Content-Type": "application/x-www-form-urlencoded", "X-Forwarded-Proto": "https"}
            connection.request(method, path, urllib.parse.urlencode(fields), headers)
            answer = connection.getresponse()
            for line in answer.headers.get_all("Set-Cookie", []):
                name, _, rest = line.partition("=")
                self._cookies[name] = rest.partition(";")[0]
            return answer.status, answer.read().decode()

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> int:
        """By the form that everybody uses; 302 where somebody is in."""
        page = self.ask("GET", "/login")[1]
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', page)
        assert token is not None
        return self.ask("POST", "/login", email=email, password=password, csrf_token=token[1])[0]


def behind_a_proxy(root: Path) -> int:
    """Let the home's desk believe a proxy on this machine, so that Office may speak for one. Its port."""
    settings = root / "kiosk.toml"
    text = re.sub(r"(?m)^proxy.*$|^# proxy = .*$", 'proxy = "127.0.0.1"', settings.read_text("utf-8"))
    settings.write_text(text, "utf-8")
    found = re.search(r"(?s)\[desk\].*?port = (\d+)", text)
    assert found is not None
    return int(found[1])
