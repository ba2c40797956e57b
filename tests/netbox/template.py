"""Fills an empty database: NetBox's schema, a superuser `admin` and an API token of theirs.

All in one process because importing NetBox alone takes several seconds.
"""

import gc
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "netbox.settings"

import django
from django.core.management import call_command

django.setup()

# The migrations render NetBox's models thousands of times over, and Python's collector, at its usual
# thresholds, goes through all of them again and again: a fifth of the time.
gc.freeze()
gc.set_threshold(1_000_000, 5, 5)
call_command("migrate", interactive=False)

from users.models import Token, User

secrets = dict(line.split("=", 1) for line in Path(sys.argv[1]).read_text().splitlines())
admin = User.objects.create_superuser("admin", password=secrets["PASSWORD"])
Token.objects.create(user=admin, version=2, key=secrets["TOKEN_KEY"], token=secrets["TOKEN_SECRET"])
