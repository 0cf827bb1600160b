"""Weg Omhoog: case management that keeps young people out of the drug trade."""

import gc

# Starting makes a few hundred thousand objects that stay, and a page thousands of small ones that go by themselves:
# looking for forgotten ones at every 700 of them takes a fifth of the time of a start and a tenth of that of a page.
gc.set_threshold(20_000, 20, 50)
