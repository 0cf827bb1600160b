"""A mail server for the demo that delivers nothing: it keeps every mail and shows it on a page of its own."""
