"""The access log nobody can rewrite: seals, checking, exports, signals."""
