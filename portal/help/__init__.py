"""Help where it is needed: a short page per role, hints at first use, keyboard shortcuts."""
