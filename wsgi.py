"""Entry point for gunicorn and the flask command."""

import gc

from portal.app import create_app

app = create_app()

# What the application itself is made of stays; a page makes thousands of small objects that go by themselves, so
# looking for forgotten ones at every 700 of them takes a tenth of the time of a page.
gc.freeze()
gc.set_threshold(20_000, 20, 50)
