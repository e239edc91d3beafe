"""Somebody at the desk who downloads one file over and over, in a process of their own. Ends when it is told to."""

import http.client
import re
import sys
from urllib.parse import urlencode

PASSWORD = "a phrase for the bench"  # noqa: S105  # of a home that is gone a minute later
EMAIL = "all@bench.example"
_PIECE = 1 << 18
_BETWEEN = b"----------of-the-bench"


class Browser:
    """Just enough of one: it keeps cookies, and signs in."""

    def __init__(self, port: int) -> None:
        self._port = port
        self._cookies: dict[str, str] = {}

    def sign_in(self) -> None:
        """Through the page that everybody uses."""
        _, page = self._ask("GET", "/login")
        token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)
        if token is None:
            raise RuntimeError("the sign-in page has no token")
        form = urlencode({"email": EMAIL, "password": PASSWORD, "csrf_token": token[1].decode()})
        status, _ = self._ask("POST", "/login", form)
        if status != 302:
            raise RuntimeError(f"nobody could sign in: {status}")

    def download(self, path: str) -> int:
        """Read an answer to its end. Returns how many bytes it had."""
        connection = self._connection()
        connection.request("GET", path, headers=self._headers())
        answer = connection.getresponse()
        if answer.status != 200:
            raise RuntimeError(f"{path} was answered {answer.status}")
        count = 0
        while piece := answer.read(_PIECE):
            count += len(piece)
        connection.close()
        return count

    def page(self, path: str) -> tuple[int, str]:
        """Read a page. Returns its status and its text."""
        status, body = self._ask("GET", path)
        return status, body.decode("utf-8", "replace")

    def upload(self, path: str, fields: dict[str, str], name: str, file: bytes) -> int:
        """Send a form with a file in it. Returns the answer's status."""
        parts = [f'Content-Disposition: form-data; name="{each}"\r\n\r\n{fields[each]}'.encode() for each in fields]
        parts.append(f'Content-Disposition: form-data; name="{name}"; filename="{name}"\r\n\r\n'.encode() + file)
        body = b"".join(b"--" + _BETWEEN + b"\r\n" + part + b"\r\n" for part in parts) + b"--" + _BETWEEN + b"--\r\n"
        connection = self._connection()
        kind = {"Content-Type": f"multipart/form-data; boundary={_BETWEEN.decode()}"}
        connection.request("POST", path, body, self._headers() | kind)
        answer = connection.getresponse()
        answer.read()
        connection.close()
        return answer.status

    def _ask(self, method: str, path: str, form: str | None = None) -> tuple[int, bytes]:
        connection = self._connection()
        more = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
        connection.request(method, path, form, self._headers() | more)
        answer = connection.getresponse()
        body = answer.read()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                cookie, _, kept = value.partition(";")[0].partition("=")
                self._cookies[cookie] = kept
        connection.close()
        return answer.status, body

    def _connection(self) -> http.client.HTTPConnection:
        return http.client.HTTPConnection("localhost", self._port, timeout=120)

    def _headers(self) -> dict[str, str]:
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in self._cookies.items())}


def main() -> None:
    """`python -m bench.download PORT PATH`: says `ready`, then downloads until it is ended."""
    browser = Browser(int(sys.argv[1]))
    browser.sign_in()
    print("ready", flush=True)
    while True:
        browser.download(sys.argv[2])


if __name__ == "__main__":
    main()
