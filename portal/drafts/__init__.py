"""Drafts: what somebody typed in a long form and did not save yet, kept on the server for them alone."""
