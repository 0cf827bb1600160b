"""Entry point for gunicorn and the flask command."""

import gc

from portal.app import create_app

app = create_app()

# What the application itself is made of stays: nothing looks through it again.
gc.freeze()
