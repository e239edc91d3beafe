"""A page without a browser: asks for the next state over one connection, and prints each with its moment."""

import http.client
import json
import sys
import time


def poll(port: int) -> None:
    """Print `state seconds` for each answer (monotonic clock), for ever."""
    connection = http.client.HTTPConnection("127.0.0.1", port)
    number, boot = -1, ""
    while True:
        connection.request("GET", f"/card?since={number}&boot={boot}&lang=fr")
        response = connection.getresponse()
        body = response.read()
        if response.status != 200:
            sys.exit(f"the screen answered {response.status}")
        answer, moment = json.loads(body), time.monotonic()
        number, boot = answer["number"], answer["boot"]
        print(answer["state"], moment, flush=True)


if __name__ == "__main__":
    poll(int(sys.argv[1]))
