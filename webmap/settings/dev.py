"""Settings of ``make run`` on one's own machine, with the project's private database."""

import os
import subprocess
import sys

from webmap.settings.base import *  # noqa: F403
from webmap.settings.base import BASE_DIR, REPLICAS, database, flag
from webmap.settings.base import SECRET_KEY as GIVEN_KEY

SECRET_KEY = GIVEN_KEY or "only-for-a-machine-of-ones-own-never-for-a-server"
DEMO_LOGINS = True
# On a machine of one's own other programs may be tried at once.
OPEN311_OPEN = flag("WANMI_OPEN311_OPEN", True)

if not os.environ.get("DATABASE_URL"):
    words = [sys.executable, str(BASE_DIR / "scripts/dev_db.py"), "url"]
    name = os.environ.get("WANMI_DB_NAME", "wanmi")
    found = subprocess.run([*words, "--name", name], text=True, stdout=subprocess.PIPE)
    if found.returncode:
        sys.exit(found.returncode)
    DATABASES = {"default": database(found.stdout.strip()), **REPLICAS}
