"""Tasks of reminders."""
