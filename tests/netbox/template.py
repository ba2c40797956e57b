"""Fills a database: NetBox's schema, a superuser `admin` and an API token of theirs.

usage: template.py SECRETS [migrate]

In a database that has NetBox, only the tables of plugins that it lacks are made.

NetBox's migrations take minutes, nearly all of it for building Django's models anew after each of 1,900
operations on tables without a row. So the tables are made at once, out of the models that the same
migrations end with, and the migrations are recorded as done. With `migrate` Django carries out one after
the other instead; `netbox compare` shows that both give the same database.
"""

import gc
import os
import sys
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "netbox.settings"

import django
from django.core.management import call_command
from django.core.management.sql import emit_post_migrate_signal, emit_pre_migrate_signal
from django.db import DEFAULT_DB_ALIAS, connection
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder

# The one migration that puts rows into an empty database. The others of its kind change rows that are
# not there, or the names of content types, which are made with their present names in the end.
ROWS = ("dcim", "0206_load_module_type_profiles")


def make_tables():
    loader = MigrationLoader(connection)
    names = list(dict.fromkeys(
        name
        for leaf in loader.graph.leaf_nodes()
        for name in loader.graph.forwards_plan(leaf)
        if name not in loader.applied_migrations
    ))
    apps = {label for label, _ in names}
    end = loader.project_state()

    def carry_out(editor, wanted):
        for name in names:
            for operation in loader.get_migration(*name).operations:
                if wanted(name, type(operation).__module__):
                    operation.database_forwards(name[0], editor, end, end)

    emit_pre_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)
    with connection.schema_editor() as editor:
        # Extensions and collations come first: columns need them.
        carry_out(editor, lambda _, module: module == "django.contrib.postgres.operations")
        for model in end.apps.get_models():
            if model._meta.app_label in apps and model._meta.can_migrate(connection):
                editor.create_model(model)
        # The migrations of django-taggit end with one index twice.
        for sql in dict.fromkeys(map(str, editor.deferred_sql)):
            editor.execute(sql)
        editor.deferred_sql.clear()
        # NetBox's own operations make triggers.
        carry_out(editor, lambda name, module: name == ROWS or module.startswith("utilities."))

    recorder = MigrationRecorder(connection)
    recorder.ensure_schema()
    for name in names:
        for done in [name, *loader.get_migration(*name).replaces]:
            recorder.record_applied(*done)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=DEFAULT_DB_ALIAS)


def migrate():
    # The models are rendered thousands of times over, and Python's collector, at its usual thresholds,
    # goes through all of them again and again: a fifth of the time.
    gc.freeze()
    gc.set_threshold(1_000_000, 5, 5)
    call_command("migrate", interactive=False)


django.setup()
if sys.argv[2:] == ["migrate"]:
    migrate()
else:
    make_tables()

from users.models import Token, User

secrets = dict(line.split("=", 1) for line in Path(sys.argv[1]).read_text().splitlines())
if not User.objects.filter(username="admin").exists():
    admin = User.objects.create_superuser("admin", password=secrets["PASSWORD"])
    Token.objects.create(user=admin, version=2, key=secrets["TOKEN_KEY"], token=secrets["TOKEN_SECRET"])
