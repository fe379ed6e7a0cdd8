"""Test 25: a server starts whole or not at all, and tells strangers and its log no more than due.

``gis.W001`` does not come up, since GDAL comes from a wheel (ADR 1); were it to, test 5 is what
stands against it. What each folder, key and name must be like: ``webmap/settings/required.py``.
"""

from __future__ import annotations

import base64
import json
import platform
import re
import secrets
import subprocess
from importlib.metadata import version

import django
import pytest
from detect_secrets import SecretsCollection
from detect_secrets.settings import transient_settings

from tests.databases import ROOT, Databases, migrated
from tests.production import HOST, production

PASSWORD = secrets.token_urlsafe(16)
NOBODY = f"""
from django.contrib.auth.models import User
User.objects.create_user("ordinary", password="{PASSWORD}")
"""
LEAKS = re.compile(
    r"Traceback|site-packages|ProgrammingError|relation |SELECT |psycopg|Django|PostgreSQL"
    r"|\.py\b|/(?:usr|tmp|home|root|srv|work)/"
)
VERSIONS = (django.get_version(), version("gunicorn"), platform.python_version())
HEADERS = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains; preload",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}


@pytest.fixture(scope="module")
def server(tmp_path_factory, django_db_setup, django_db_blocker):
    with django_db_blocker.unblock():
        folder = tmp_path_factory.mktemp("server")
        with production(folder, migrated(), "wanmi_deploy") as made:
            yield made


@pytest.fixture(scope="module")
def site(server):
    done = server.manage("shell", "--no-imports", "-c", NOBODY)
    assert done.returncode == 0, done.stderr
    with server.serving():
        yield server


# the start


def test_25_the_check_of_a_deployment_has_nothing_to_say(server):
    words = ("check", "--deploy", "--fail-level", "WARNING", "--database", "default")
    done = server.manage(*words)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "System check identified no issues (0 silenced).\n"


NEEDED = ("WANMI_SECRET_KEY", "WANMI_ALLOWED_HOSTS", "DATABASE_URL", "WANMI_STATE_DIR")
STARTS = {
    "command": ("manage.py", "migrate", "--check"),
    "web": ("-m", "gunicorn", "webmap.wsgi:application", "--bind", "127.0.0.1:0",
            "--no-control-socket"),
    "worker": ("scripts/worker.py",),
}  # fmt: skip


@pytest.mark.parametrize("words", STARTS.values(), ids=STARTS)
def test_25_an_empty_environment_is_refused_naming_each_variable(server, words):
    done = server.command(*words, **dict.fromkeys(NEEDED, ""))
    assert done.returncode != 0
    assert "E-SETTINGS-PROD" in done.stderr
    assert [name for name in NEEDED if f"{name} is not set" not in done.stderr] == []


BAD = {
    "short key": ("WANMI_SECRET_KEY", "k3Y!" * 5),
    "key of one letter": ("WANMI_SECRET_KEY", "x" * 80),
    "key of one's own machine": (
        "WANMI_SECRET_KEY",
        "only-for-a-machine-of-ones-own-never-for-a-server",
    ),
    "key that a generator marks": ("WANMI_SECRET_KEY", "django-insecure-" + "k3Y-q9Zp" * 8),
    "all hosts": ("WANMI_ALLOWED_HOSTS", "*"),
    "all hosts beside one": ("WANMI_ALLOWED_HOSTS", f"{HOST},*"),
    "all below one": ("WANMI_ALLOWED_HOSTS", ".example.org"),
    "an address for a host": ("WANMI_ALLOWED_HOSTS", "https://grids.example.org"),
    "plain origin": ("WANMI_TRUSTED_ORIGINS", "http://grids.example.org"),
    "plain site": ("WANMI_SITE_URL", "http://grids.example.org"),
    "another database": ("DATABASE_URL", "sqlite:////tmp/wanmi.sqlite3"),
    "MySQL": ("DATABASE_URL", "mysql://wanmi:hidden-word@host/wanmi"),
    "no database named": ("DATABASE_URL", "postgis://wanmi:hidden-word@host/"),
    "MySQL for a replica": ("WANMI_REPLICA_URL", "mysql://wanmi:hidden-word@host/wanmi"),
    "words for a lag": ("WANMI_REPLICA_LAG_S", "soon"),
    "folder within a file": ("WANMI_STATE_DIR", "/etc/hostname/wanmi"),
    "folder of the kernel": ("WANMI_STATE_DIR", "/proc/wanmi"),
    "folder by chance": ("WANMI_STATE_DIR", "state"),
    "words for proxies": ("WANMI_PROXIES", "one"),
    "half a proxy": ("WANMI_PROXIES", "1.5"),
    "words for days": ("WANMI_EXPORT_KEEP_D", "a week"),
}


@pytest.mark.parametrize(("name", "value"), BAD.values(), ids=BAD)
def test_25_what_cannot_serve_is_refused_by_name_and_not_repeated(server, name, value):
    done = server.manage("migrate", "--check", **{name: value})
    assert done.returncode != 0
    told = re.search(r"E-SETTINGS-PROD: .*", done.stderr)[0]
    assert name in told
    assert [other for other in (*NEEDED, "WANMI_PROXIES") if other in told] in ([name], [])
    hidden = {server.secret_key, server.database_password, "hidden-word"}
    if name == "WANMI_SECRET_KEY":
        hidden.add(value)
    assert [word for word in hidden if word in done.stderr] == []


def test_25_a_folder_of_photos_that_is_none_is_refused(server, tmp_path):
    (tmp_path / "photos").touch()
    done = server.manage("migrate", "--check", WANMI_STATE_DIR=str(tmp_path))
    assert done.returncode != 0
    assert "WANMI_STATE_DIR: its folder photos cannot be written" in done.stderr


def test_25_all_faults_are_told_at_once(server):
    done = server.manage("check", WANMI_SECRET_KEY="short", WANMI_ALLOWED_HOSTS="*",
                         WANMI_PROXIES="x")  # fmt: skip
    told = re.search(r"E-SETTINGS-PROD: .*", done.stderr)[0]
    for name in ("WANMI_SECRET_KEY", "WANMI_ALLOWED_HOSTS", "WANMI_PROXIES"):
        assert name in told


def test_25_nothing_in_the_environment_turns_traces_on(server):
    ask = "from django.conf import settings as s; print(s.DEBUG, s.DEMO_LOGINS)"
    words = ("shell", "--no-imports", "-c", ask)
    done = server.manage(*words, DEBUG="1", DJANGO_DEBUG="1", WANMI_DEBUG="1")
    assert done.stdout.split() == ["False", "False"]


def test_25_django_is_new_enough():
    assert django.VERSION[:3] >= (5, 2, 19)
    assert '"django>=5.2.19,<5.3"' in (ROOT / "pyproject.toml").read_text()
    pinned = re.search(r"^django==(\S+)", (ROOT / "requirements/run.txt").read_text(), re.M)[1]
    assert tuple(int(n) for n in pinned.split(".")) >= (5, 2, 19)


# answers of last resort


def session(site) -> str:
    """The cookie of somebody who logged in by the page; it is as safe as the page is."""
    page = site.ask("/accounts/login/")
    token = re.search(r"csrftoken=([^;]+)", page.headers["Set-Cookie"])[1]
    form = f"username=ordinary&password={PASSWORD}&csrfmiddlewaretoken={token}"
    answer = site.ask(
        "/accounts/login/", "POST", form, Cookie=f"csrftoken={token}",
        Referer=f"https://{HOST}/accounts/login/",
        Content_Type="application/x-www-form-urlencoded",
    )  # fmt: skip
    assert answer.status == 302, answer.text
    cookies = answer.headers.get_all("Set-Cookie")
    found = next(line for line in cookies if line.startswith("sessionid="))
    assert {"Secure", "HttpOnly", "SameSite=Lax"} <= {part.strip() for part in found.split(";")}
    assert all("Secure" in line for line in cookies)
    return found.split(";")[0]


def tells_nothing(answer, asked: str = "") -> None:
    shown = (answer.text.replace(asked, "") if asked else answer.text) + "\n".join(
        f"{k}: {v}" for k, v in answer.headers.items()
    )
    assert LEAKS.findall(shown.replace("/static/webmap/", "")) == []
    assert [one for one in VERSIONS if one in shown] == []
    assert str(ROOT) not in shown
    assert answer.headers["Server"] == "gunicorn"


def has_headers(answer) -> None:
    assert {name: answer.headers[name] for name in HEADERS} == HEADERS
    policy = answer.headers["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in policy and "unsafe-inline" not in policy


@pytest.mark.parametrize(
    ("path", "code"), [("/", None), ("/desk/", None), ("/api/v1/districts", "E-REQUEST-INVALID")]
)
def test_25_400_for_a_host_that_is_not_ours(site, path, code):
    answer = site.ask(path, Host="elsewhere.example.org")
    assert answer.status == 400
    tells_nothing(answer)
    has_headers(answer)
    assert code is None or json.loads(answer.text)["code"] == code


def test_25_403_for_a_page_that_is_not_for_this_account(site):
    answer = site.ask("/data/imports/", Cookie=session(site))
    assert answer.status == 403
    tells_nothing(answer)
    has_headers(answer)


def test_25_403_for_a_form_from_elsewhere(site):
    answer = site.ask("/accounts/login/", "POST", "username=a&password=b",
                      Content_Type="application/x-www-form-urlencoded")  # fmt: skip
    assert answer.status == 403
    tells_nothing(answer)
    has_headers(answer)


@pytest.mark.parametrize(
    "path", ["/nothing/", "/api/v1/nothing", "/tiles/nothing", "/static/nothing.js", "/.git/config",
             "/static/../webmap/settings/prod.py", "/admin/nothing/", "/ogc/collections/nothing"]
)  # fmt: skip
def test_25_404_and_what_is_like_it(site, path):
    answer = site.ask(path)
    assert answer.status in ({302} if path.startswith("/admin/") else {404})
    # The switch of the language leads back to what was asked for.
    tells_nothing(answer, path)
    has_headers(answer)


@pytest.fixture
def broken(site):
    """A table that the code counts on is not there: what was not foreseen, for real."""
    moves = Databases()
    moves.server = {**moves.server, "NAME": "wanmi_deploy"}

    def rename(old, new):
        statement = f"ALTER TABLE {old} RENAME TO {new}"
        done = site.manage("shell", "--no-imports", "-c", "from django.db import connection as c\n"
                           f"c.cursor().execute({statement!r})")  # fmt: skip
        assert done.returncode == 0, done.stderr

    rename("basemap_region", "basemap_gone")
    yield site
    rename("basemap_gone", "basemap_region")


def test_25_500_names_its_request_and_nothing_else(broken):
    page = broken.ask("/", X_Request_ID="asked-by-test-25")
    data = broken.ask("/api/v1/districts", X_Request_ID="asked-by-test-25")
    assert (page.status, data.status) == (500, 500)
    assert json.loads(data.text)["code"] == "E-SERVER-CRASH"
    assert "asked-by-test-25" in page.text
    for answer in (page, data):
        tells_nothing(answer)
        has_headers(answer)
    # Whoever keeps the site finds the reason under that number.
    log = broken.log.read_text()
    assert "asked-by-test-25" in log and "basemap_region" in log


@pytest.mark.parametrize(
    "path", ["/", "/accounts/login/", "/report/", "/api/v1/districts", "/ogc/", "/healthz",
             "/tiles/style.json", "/api/docs/"]
)  # fmt: skip
def test_25_every_answer_has_its_headers(site, path):
    for _again in range(2):
        answer = site.ask(path)
        assert answer.status == 200
        has_headers(answer)
        tells_nothing(answer) if path == "/healthz" else None


def test_25_without_tls_only_health_is_told(site):
    for path in ("/healthz", "/readyz"):
        assert site.ask(path, X_Forwarded_Proto="").status == 200
    answer = site.ask("/desk/?a=1", X_Forwarded_Proto="")
    assert (answer.status, answer.headers["Location"]) == (301, f"https://{HOST}/desk/?a=1")


# secrets

PLUGINS = (
    "ArtifactoryDetector", "AWSKeyDetector", "AzureStorageKeyDetector", "BasicAuthDetector",
    "CloudantDetector", "DiscordBotTokenDetector", "GitHubTokenDetector", "GitLabTokenDetector",
    "JwtTokenDetector", "MailchimpDetector", "NpmDetector", "OpenAIDetector",
    "PrivateKeyDetector", "PypiTokenDetector", "SendGridDetector", "SlackDetector",
    "SquareOAuthDetector", "StripeDetector", "TelegramBotTokenDetector", "TwilioKeyDetector",
)  # fmt: skip
"""Kinds of secrets that have a form of their own; what only looks like chance is in hashes too."""


def scan(*paths) -> dict[str, set[str]]:
    found = SecretsCollection()
    with transient_settings({"plugins_used": [{"name": name} for name in PLUGINS]}):
        for path in paths:
            found.scan_file(str(path))
    return {name: {one.type for one in kinds} for name, kinds in found.data.items() if kinds}


EXAMPLES = {
    # Logins that are made up in what explains or tries addresses, and Docker's database on one's
    # own machine, which listens to its own site alone.
    "compose.yaml", "docs/replica.md", "docs/settings.md", "webmap/settings/required.py",
    "tests/security/test_24_backup.py", "tests/security/test_25_deploy.py",
    "tests/webmap/test_backdrops.py",
}  # fmt: skip


def test_25_no_secret_is_in_the_repository():
    words = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    out = subprocess.run(words, cwd=ROOT, text=True, capture_output=True, check=True).stdout
    paths = [ROOT / line for line in out.splitlines() if (ROOT / line).is_file()]
    names = {str(path.relative_to(ROOT)) for path in paths}
    kept = {name for name in names if re.search(r"(^|/)\.env|\.(pem|key|p12|pfx|jks|dump)$", name)}
    assert kept == set()
    found = {str(name).removeprefix(f"{ROOT}/"): kinds for name, kinds in scan(*paths).items()}
    assert {name: kinds for name, kinds in found.items() if name not in EXAMPLES} == {}


def test_25_a_secret_that_is_put_there_is_found(tmp_path):
    path = tmp_path / "left.py"
    path.write_text(
        "ADDRESS = 'postgis://wanmi:hidden-word@db/wanmi'\n"
        f"KEY = '-----BEGIN {'RSA'} PRIVATE KEY-----'\nTOKEN = 'ghp_{'a1B2c3D4' * 4}a1B2'\n"
    )
    assert scan(path)[str(path)] == {"Basic Auth Credentials", "Private Key", "GitHub Token"}


def test_25_no_secret_is_in_the_log(site):
    """Of log-ins that went well and badly, of refusals, crashes, and a database that is away."""
    cookie = session(site)
    wrong = secrets.token_urlsafe(12)
    basic = base64.b64encode(f"ordinary:{wrong}".encode()).decode()
    site.ask("/ogc/", Authorization=f"Basic {basic}")
    site.ask("/data/imports/", Cookie=cookie)
    site.ask("/", Cookie=cookie, Host="elsewhere.example.org")
    moved = Databases()
    with moved.shut("wanmi_deploy"):
        assert site.ask("/api/v1/districts").status == 503
    log = site.said()
    assert "login: ordinary" in log and "database away" in log
    hidden = (site.secret_key, site.database_password, PASSWORD, wrong, basic,
              cookie.partition("=")[2])  # fmt: skip
    assert [word for word in hidden if word in log] == []
    assert scan(site.log, site.errors) == {}


def test_25_the_log_is_one_object_of_json_a_line(site):
    asked = "asked-by-the-test-of-logs"
    site.ask("/nothing/%0aforged", X_Request_ID=asked)
    lines = [json.loads(line) for line in site.log.read_text().splitlines()]
    assert lines
    for line in lines:
        assert {"time", "request_id", "level", "logger", "message"} <= line.keys()
    mine = [line for line in lines if line["request_id"] == asked]
    assert [(line["logger"], line["level"], line["status_code"]) for line in mine] == [
        ("django.request", "WARNING", 404)
    ]
