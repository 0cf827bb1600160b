"""Days, times and presets: what they accept, what they refuse and in which words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest

from portal.core import forms
from tests.core.fields import APP, TUESDAY, answer, one, page


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    """A form needs a request and its language."""
    with APP.test_request_context():
        yield


# --- moments ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "data"),
    [
        ("2026-11-24", TUESDAY),
        ("24-11-2026", TUESDAY),
        ("24/11/2026", TUESDAY),
        ("2026-02-30", None),
        ("0001-01-01", None),
        ("gisteren", None),
    ],
)
def test_dates(typed: str, data: date | None) -> None:
    field = answer(forms.DateField("D"), typed)
    assert field.data == data
    assert (field.error == "Vul een bestaande datum in, zoals 24-11-2026.") is (data is None)


def test_bounds_of_a_day_are_inclusive_and_named() -> None:
    for offset, error in (
        (-1, "Kies 24 november 2026 of later."),
        (0, ""),
        (1, ""),
        (2, "Kies 25 november 2026 of eerder."),
    ):
        day = TUESDAY + timedelta(days=offset)
        field = answer(forms.DateField("D"), day.isoformat(), earliest=TUESDAY, latest=TUESDAY + timedelta(days=1))
        assert field.error == error
    control = one(page(answer(forms.DateField("D"), "2026-11-24", earliest=TUESDAY)), "input")
    assert (control.get("min"), control.get("max")) == ("2026-11-24", None)


@pytest.mark.parametrize(
    ("typed", "data"), [("14:30", time(14, 30)), ("14.30", time(14, 30)), ("25:00", None), ("half drie", None)]
)
def test_times(typed: str, data: time | None) -> None:
    assert answer(forms.TimeField("T"), typed).data == data


@pytest.mark.parametrize(
    ("typed", "utc"),
    [
        ("2026-11-24T14:30", datetime(2026, 11, 24, 13, 30, tzinfo=UTC)),
        ("2026-07-01T14:30", datetime(2026, 7, 1, 12, 30, tzinfo=UTC)),
        ("2026-03-29T02:30", None),  # the clock skips this hour
        ("2026-10-25T02:30", datetime(2026, 10, 25, 0, 30, tzinfo=UTC)),  # the first of the two
        ("0000-01-01T00:00", None),
    ],
)
def test_moments_are_read_on_the_clock_of_amsterdam(typed: str, utc: datetime | None) -> None:
    field = answer(forms.DateTimeField("M"), typed)
    assert (field.data.astimezone(UTC) if field.data else None) == utc
    if utc:
        assert one(page(field), "input").get("value") == typed


def preset(*values: str, other: str | None = None, **setup: Any) -> Any:
    """Post a date preset on Tuesday 24 November 2026."""
    also = {} if other is None else {"f-other": other}
    return answer(forms.DatePresetField("Vervolg"), *values, also=also, **{"today": TUESDAY, **setup})


def test_presets_show_real_dates() -> None:
    assert [(label, detail) for _, label, detail in preset().presets] == [
        ("Geen", "niets plannen"), ("Morgen", "wo 25 nov"), ("Vrijdag", "27 nov"),
        ("Over 1 week", "di 1 dec"), ("Over 2 weken", "di 8 dec"), ("Andere dag", "kies datum"),
    ]  # fmt: skip


@pytest.mark.parametrize("ahead", range(14))
def test_presets_never_show_a_day_twice_or_a_day_that_is_past(ahead: int) -> None:
    today = TUESDAY + timedelta(days=ahead)
    days = [day for day, _, _ in forms.DatePresetField.days(today)]
    assert len(set(days)) == len(days)
    assert min(days) > today
    assert [d.weekday() for d, label, _ in forms.DatePresetField.days(today) if label in ("Vrijdag", "Maandag")] in (
        [4],
        [0],
    )


@pytest.mark.parametrize(
    ("values", "other", "data", "error"),
    [
        (["none"], None, None, ""),
        (["2026-12-01"], None, date(2026, 12, 1), ""),
        (["other"], "2026-12-24", date(2026, 12, 24), ""),
        (["other"], "", None, "Kies een datum."),
        (["other"], "morgen", None, "Vul een bestaande datum in, zoals 24-11-2026."),
        (["2026-12-01"], "2026-12-24", date(2026, 12, 1), ""),
        ([], None, None, "Kies een dag of kies Geen."),
        (["x"], None, None, "Vul een bestaande datum in, zoals 24-11-2026."),
    ],
)
def test_a_preset_is_a_day_none_or_another_day(
    values: list[str], other: str | None, data: date | None, error: str
) -> None:
    field = preset(*values, other=other)
    assert (field.data, field.error) == (data, error)


def test_what_was_chosen_is_still_chosen_on_the_page() -> None:
    def chosen(field: Any) -> list[str]:
        return [r.get("value") for r in page(field).findall(".//input[@type='radio']") if r.get("checked") is not None]

    assert chosen(preset("none")) == ["none"]
    assert chosen(preset("2026-12-01")) == ["2026-12-01"]
    field = preset("other", other="2026-12-24")
    assert chosen(field) == ["other"]
    assert one(page(field), "input[@type='date']").get("value") == "2026-12-24"
    form = type("OneField", (forms.Form,), {"f": forms.DatePresetField("V")})(f=date(2027, 1, 2))
    form.f.today = TUESDAY
    assert chosen(form.f) == ["other"]
    assert one(page(form.f), "input[@type='date']").get("value") == "2027-01-02"


def test_a_preset_out_of_bounds_is_refused() -> None:
    assert preset("2026-01-01", earliest=TUESDAY).error == "Kies 24 november 2026 of later."
