"""Who looked at what, what the log asks, and whom somebody knows in private."""
