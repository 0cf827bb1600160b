"""A sealed field opens only in its own cell."""

from __future__ import annotations

import os

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from portal.core import sealing
from portal.core.ids import new_id


@given(st.text(max_size=40))
def test_round_trip_hides_the_value(value: str) -> None:
    sealing.configure(os.environ["SECRET_KEY"])  # as the application does: what others made stays readable
    row = new_id()
    sealed = sealing.seal(value, table="person", column="phone", row_id=row)
    assert sealing.unseal(sealed, table="person", column="phone", row_id=row) == value
    assert len(value) < 4 or value.encode() not in sealed


def test_another_row_or_a_changed_byte_is_refused(app: Flask) -> None:
    row = new_id()
    sealed = sealing.seal("06-00000000", table="person", column="phone", row_id=row)
    with pytest.raises(ValueError, match="changed or moved"):
        sealing.unseal(sealed, table="person", column="phone", row_id=new_id())
    with pytest.raises(ValueError, match="changed or moved"):
        sealing.unseal(sealed[:-1] + bytes([sealed[-1] ^ 1]), table="person", column="phone", row_id=row)
