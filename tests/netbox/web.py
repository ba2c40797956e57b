"""The WSGI application that gunicorn serves: NetBox with its style sheets and scripts.

In production a web server in front of NetBox delivers the static files. Here Django does it, straight
out of the installed packages, which saves a proxy and a collected copy of the files.
"""

from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.db import connections
from netbox.wsgi import application as netbox

application = StaticFilesHandler(netbox)

# gunicorn imports this once and then forks its workers; they must not share a connection.
connections.close_all()
