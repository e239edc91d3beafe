"""Lists what a release is made of, as CycloneDX 1.5: our program, Python's packages, vendored files, Debian's packages.

Written by hand: the list has four kinds of lines from files of ours, and a library would need each of them anyway. The
tests compare it with the lock files.
"""

import json
import re
import tomllib
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import quote

from kiosk.install import debian

_PINNED = re.compile(r"^([A-Za-z0-9._-]+)==(\S+)((?:[^\n]*\\\n)*[^\n]*)$", re.MULTILINE)
_HASH = re.compile(r"--hash=sha256:([0-9a-f]{64})")
_SPACE = uuid.UUID("6f1f3f0e-3a3c-4e7e-9d38-5d4a0b8f2c11")  # the namespace of our lists: one for each version and time


def listed(checkout: Path, version: str, made_at: int) -> str:
    """Return the list as JSON, with the same bytes for the same files."""
    own = {"type": "application", "bom-ref": "kiosk", "name": "kiosk", "version": version}
    every = [*_python(checkout / "requirements.txt"), *_vendored(checkout / "kiosk/web/vendor.lock"), *_debian()]
    components = list({component["bom-ref"]: component for component in every}.values())  # two areas may use one
    found = {
        "bomFormat": "CycloneDX",
        "specVersion": "1.5",
        "serialNumber": f"urn:uuid:{uuid.uuid5(_SPACE, f'{version} {made_at}')}",
        "version": 1,
        "metadata": {
            "timestamp": datetime.fromtimestamp(made_at, UTC).isoformat(),
            "component": own | {"licenses": [{"license": {"id": "EUPL-1.2"}}]},
        },
        "components": components,
        "dependencies": [{"ref": "kiosk", "dependsOn": [component["bom-ref"] for component in components]}],
    }
    return json.dumps(found, indent=1, ensure_ascii=False) + "\n"


def _python(requirements: Path) -> Iterator[dict[str, object]]:
    for name, version, rest in _PINNED.findall(requirements.read_text("utf-8")):
        hashes = [{"alg": "SHA-256", "content": each} for each in sorted(_HASH.findall(rest))]
        where = {"type": "distribution", "url": f"https://pypi.org/project/{name}/{version}/", "hashes": hashes}
        yield _component(name, version, f"pkg:pypi/{name.lower()}@{version}") | {"externalReferences": [where]}


def _vendored(lock: Path) -> Iterator[dict[str, object]]:
    for package in tomllib.loads(lock.read_text("utf-8"))["package"]:
        name, version = package["name"], package["version"]
        licence = {"licenses": [{"expression": package["licence"]}]}
        hashes = {"hashes": [{"alg": "SHA-256", "content": package["sha256"]}]}
        yield _component(name, version, f"pkg:npm/{quote(name, safe='/')}@{version}") | hashes | licence


def _debian() -> Iterator[dict[str, object]]:
    """Yield Debian's packages by name, since Debian chooses and mends their versions."""
    for name in debian.PACKAGES:
        yield {"type": "library", "bom-ref": f"pkg:deb/debian/{name}", "name": name, "purl": f"pkg:deb/debian/{name}"}


def _component(name: str, version: str, purl: str) -> dict[str, object]:
    return {"type": "library", "bom-ref": purl, "name": name, "version": version, "purl": purl}
