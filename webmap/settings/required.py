"""What a server must be given, looked at before anything of the site is loaded.

All that is wrong is told at once, each by the name of its variable; no value is repeated, since
logs keep what is told.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

CODE = "E-SETTINGS-PROD"
NEEDED = ("WANMI_SECRET_KEY", "WANMI_ALLOWED_HOSTS", "DATABASE_URL", "WANMI_STATE_DIR")
WHOLE = (
    "WANMI_PROXIES", "WANMI_EMAIL_PORT", "WANMI_UPLOAD_KEEP_H", "WANMI_UPLOAD_MAX_MB",
    "WANMI_READER_MEMORY_MB", "WANMI_KEEP_CONTACT_D", "WANMI_KEEP_WORDS_D", "WANMI_KEEP_PHOTOS_D",
    "WANMI_KEEP_TRAILS_D", "WANMI_KEEP_WALKS_D", "WANMI_KEEP_PERSONS_D", "WANMI_KEEP_ADDRESSES_D",
    "WANMI_KEEP_LOOKS_D",
)  # fmt: skip
BROKEN = (
    "WANMI_EXPORT_KEEP_D", "WANMI_BATCH_KEEP_D", "WANMI_READER_IDLE_S", "WANMI_REPLICA_LAG_S",
)  # fmt: skip
KEY_LENGTH, KEY_VARIETY = 50, 10
TOKEN_LENGTH = 32
KNOWN_KEYS = ("only-for-", "django-insecure-", "changeme", "change-me", "secret")
"""How keys begin that stand in this project or in examples."""
HOST = re.compile(r"[0-9A-Za-z][0-9A-Za-z.-]*|\[[0-9A-Fa-f:]+\]")
SCHEMES = ("postgis", "postgres", "postgresql")
WRITTEN = (".", "photos", "uploads", "exports", "tiles")
"""Folders of the state folder that the site writes to."""


def problems(given: Mapping[str, str]) -> list[str]:
    """A sentence for each variable that is missing or cannot serve a server."""
    missing = [f"{name} is not set" for name in NEEDED if not given.get(name)]
    looks = (_key, _hosts, _database, _folders, _numbers, _metrics)
    return [*missing, *(problem for look in looks for problem in look(given))]


def _key(given: Mapping[str, str]) -> Iterator[str]:
    key = given.get("WANMI_SECRET_KEY", "")
    if not key:
        return
    if key.lower().startswith(KNOWN_KEYS):
        yield "WANMI_SECRET_KEY is one that everybody knows"
    elif len(key) < KEY_LENGTH or len(set(key)) < KEY_VARIETY:
        yield f"WANMI_SECRET_KEY needs {KEY_LENGTH} characters, {KEY_VARIETY} of them different"


def _hosts(given: Mapping[str, str]) -> Iterator[str]:
    hosts = given.get("WANMI_ALLOWED_HOSTS", "")
    if hosts and not all(HOST.fullmatch(host) for host in hosts.split(",")):
        yield "WANMI_ALLOWED_HOSTS takes names of hosts with commas between, without * and spaces"
    origins = [origin for origin in given.get("WANMI_TRUSTED_ORIGINS", "").split(",") if origin]
    if not all(origin.startswith("https://") and "*" not in origin for origin in origins):
        yield "WANMI_TRUSTED_ORIGINS must begin with https:// and have no *"
    if not (given.get("WANMI_SITE_URL") or "https://").startswith("https://"):
        yield "WANMI_SITE_URL must begin with https://"


def _database(given: Mapping[str, str]) -> Iterator[str]:
    address, replicas = given.get("DATABASE_URL", ""), given.get("WANMI_REPLICA_URL", "")
    if address:
        yield from _address("DATABASE_URL", address)
    for one in filter(None, replicas.split(",")):
        yield from _address("WANMI_REPLICA_URL", one)
        if one == address:
            yield "WANMI_REPLICA_URL is the address of DATABASE_URL"


def _address(name: str, address: str) -> Iterator[str]:
    parts = urlsplit(address)
    if parts.scheme not in SCHEMES:
        yield f"{name} must be postgis://user:password@host/name"
    elif not parts.path.strip("/"):
        yield f"{name} names no database"


def _folders(given: Mapping[str, str]) -> Iterator[str]:
    state = given.get("WANMI_STATE_DIR", "")
    if not state:
        return
    if not Path(state).is_absolute():
        yield "WANMI_STATE_DIR must be a whole path"
        return
    for name in WRITTEN:
        if not writable(Path(state) / name):
            what = "it" if name == "." else f"its folder {name}"
            yield f"WANMI_STATE_DIR: {what} cannot be written by this user"


def writable(folder: Path) -> bool:
    """Whether a file can be made there, which rights alone do not tell."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            return True
    except OSError:
        return False


def _metrics(given: Mapping[str, str]) -> Iterator[str]:
    if 0 < len(given.get("WANMI_METRICS_TOKEN", "")) < TOKEN_LENGTH:
        yield f"WANMI_METRICS_TOKEN needs {TOKEN_LENGTH} characters"
    for name in filter(None, given.get("WANMI_METRICS_FROM", "").split(",")):
        try:
            ip_network(name)
        except ValueError:
            yield "WANMI_METRICS_FROM takes addresses and networks with commas between"


def _numbers(given: Mapping[str, str]) -> Iterator[str]:
    for name in WHOLE:
        if given.get(name) and not re.fullmatch(r"[0-9]{1,9}", given[name]):
            yield f"{name} must be a whole number"
    for name in BROKEN:
        if given.get(name) and not re.fullmatch(r"[0-9]{1,9}(\.[0-9]+)?", given[name]):
            yield f"{name} must be a number"
