"""The NetBox settings of an instance.

`netbox` copies this file to INSTANCE/conf/ each time it starts the instance, so that all it needs is
found relative to itself. What is not set here keeps NetBox's default: the tests are to meet the NetBox
that people run.
"""

from pathlib import Path

_instance = Path(__file__).resolve().parent.parent
_sockets = (_instance / "sockets").resolve()
_secrets = dict(line.split("=", 1) for line in (_instance / "secrets").read_text().splitlines())

ALLOWED_HOSTS = ["127.0.0.1", "localhost"]
SECRET_KEY = _secrets["SECRET_KEY"]
API_TOKEN_PEPPERS = {1: _secrets["TOKEN_PEPPER"]}

DATABASES = {
    "default": {
        "NAME": "netbox",
        "USER": "netbox",
        "HOST": str(_sockets),
        "CONN_MAX_AGE": 300,
        # `netbox reset` cuts the connections; without the check the next request on each would fail.
        "CONN_HEALTH_CHECKS": True,
    }
}
if (_instance / "branching").exists():
    from netbox_branching.utilities import DynamicSchemaDict

    PLUGINS = ["netbox_branching"]
    DATABASES = DynamicSchemaDict(DATABASES)
    DATABASE_ROUTERS = ["netbox_branching.database.BranchAwareRouter"]

REDIS = {
    "tasks": {"URL": f"unix://{_sockets}/redis?db=0"},
    "caching": {"URL": f"unix://{_sockets}/redis?db=1"},
}

# Nothing leaves the machine.
ISOLATED_DEPLOYMENT = True
CENSUS_REPORTING_ENABLED = False
RELEASE_CHECK_URL = None
