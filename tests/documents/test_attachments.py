"""Attachments of a young person and a trajectory: sealed, logged, and only for who reads the notes."""

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from portal.core import clock, db
from portal.core.errors import Forbidden, Invalid, NotFound
from portal.documents import service
from portal.documents.models import Attachment, Owner
from portal.in_view.models import YouthInView
from portal.in_view.workflow import Event
from portal.people.service import purposes
from portal.privacy.contexts import Context, Purpose
from portal.privacy.models import AccessEvent, Action
from portal.trajectories.models import TrajectoryStatus
from tests.factories import World, cases, in_view, people, trajectories

NOTE = "Beste juf, Yassine komt morgen."


@pytest.fixture
def young(world: World) -> people.Person:
    with db.unit_of_work():
        return people.person(world.noord, "Yassine Merelveld", worker=world.worker)


def added(world: World, young: people.Person, name: str = "Yassine op school.txt") -> Attachment:
    with db.unit_of_work():
        return service.add(world.actor(world.worker), Owner.PERSON, young.id, name=name, content=NOTE.encode())


def sent(content: bytes, name: str) -> tuple[bytes, str]:
    """A form with one file, as a browser sends it."""
    head = f'--grens\r\nContent-Disposition: form-data; name="file"; filename="{name}"\r\n\r\n'
    return head.encode() + content + b"\r\n--grens--\r\n", "multipart/form-data; boundary=grens"


def events(of: Attachment) -> list[tuple[str, str, str]]:
    rows = db.session.scalars(select(AccessEvent).where(AccessEvent.subject_id == of.id).order_by(AccessEvent.at))
    return [(row.action, row.purpose, row.context) for row in rows]


def test_name_and_content_are_sealed_and_come_back(world: World, young: people.Person) -> None:
    made = added(world, young)
    with db.unit_of_work():
        row = db.session.execute(text("SELECT name_sealed, content_sealed FROM attachment")).one()
        assert all(b"Yassine" not in bytes(value) for value in row)
        assert made.context == Context.JV_DISTRICT
        file = service.take(world.actor(world.worker), made.id)
    assert (file.name, file.content) == ("Yassine op school.txt", NOTE.encode())
    with db.unit_of_work():
        assert [(action, purpose) for action, purpose, _context in events(made)] == [
            (Action.CREATE, Purpose.OWN_CASELOAD), (Action.EXPORT, Purpose.OWN_CASELOAD),
        ]  # fmt: skip


def test_a_director_says_what_for_and_only_purposes_with_notes_open_files(world: World, young: people.Person) -> None:
    made = added(world, young)
    director = world.actor(world.director)
    with db.unit_of_work(), pytest.raises(purposes.PurposeNeeded):
        service.take(director, made.id)
    with db.unit_of_work():
        purposes.say(director, young.id, Purpose.PLANNING)
    with db.unit_of_work(), pytest.raises(Forbidden):
        service.take(director, made.id)
    with db.unit_of_work():
        purposes.say(director, young.id, Purpose.SUPERVISION)
    with db.unit_of_work():
        assert service.take(director, made.id).content == NOTE.encode()


def test_hidden_is_hidden_for_everybody_and_stays_where_it_is(world: World, young: people.Person) -> None:
    made = added(world, young)
    worker = world.actor(world.worker)
    with db.unit_of_work():
        service.hide(worker, made.id, reason="Hoort bij een ander.")
    with db.unit_of_work(), pytest.raises(NotFound):
        service.take(worker, made.id)
    with db.unit_of_work():
        _record, (paper,) = service.listing(worker, Owner.PERSON, young.id)
        assert (paper.hidden_by, paper.hidden_reason) == (world.worker.name, "Hoort bij een ander.")
        assert db.session.scalar(text("SELECT length(content_sealed) FROM attachment")) > 0


def test_a_closed_dossier_takes_nothing_in(world: World, young: people.Person) -> None:
    with db.unit_of_work():
        db.session.execute(text("UPDATE person SET status = 'closed', closed_on = :day"), {"day": clock.today()})
    with db.unit_of_work(), pytest.raises(Forbidden):
        service.add(world.actor(world.worker), Owner.PERSON, young.id, name="a.txt", content=b"a")


def test_there_is_an_end_to_how_many(world: World, young: people.Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(service, "MOST", 1)
    added(world, young)
    with db.unit_of_work(), pytest.raises(Invalid):
        service.add(world.actor(world.worker), Owner.PERSON, young.id, name="b.txt", content=b"b")


def test_files_of_a_trajectory_are_for_worker_and_coordinator(world: World) -> None:
    with db.unit_of_work():
        ruud = trajectories.messenger(world.network, account=world.messenger, places=8)
    made = trajectories.trajectory(world, TrajectoryStatus.ACTIVE, with_messenger=ruud)
    with db.unit_of_work():
        paper = service.add(
            world.actor(world.coordinator), Owner.TRAJECTORY, made.id, name="intake.txt", content=b"Wil leren koken."
        )
        assert paper.context == Context.VOLUNTARY_GUIDANCE
    with db.unit_of_work():
        assert service.take(world.actor(world.worker), paper.id).content == b"Wil leren koken."
    for nobody in (world.messenger, world.director):
        with db.unit_of_work(), pytest.raises(Forbidden):
            service.take(world.actor(nobody), paper.id)
    with db.unit_of_work(), pytest.raises(NotFound):
        service.take(world.actor(world.stranger), paper.id)


def test_files_of_a_view_and_of_its_case_go_when_the_view_was_wrong(world: World, young: people.Person) -> None:
    kept = added(world, young)
    with db.unit_of_work():
        case = cases.running(young, world.director, worker=world.worker)
        files = {"name": "brief.txt", "content": NOTE.encode()}
        for kind, record_id in ((Owner.VIEW, case.view_id), (Owner.CASE, case.id)):
            service.add(world.actor(world.worker), kind, record_id, **files)
            record, papers = service.listing(world.actor(world.director), kind, record_id)
            assert (record.may_add, [paper.name for paper in papers]) == (True, ["brief.txt"])
            with pytest.raises(NotFound):
                service.listing(world.actor(world.stranger), kind, record_id)
    with db.unit_of_work():
        view = db.session.get_one(YouthInView, case.view_id)
        in_view.step(view, world.director, Event.OBJECT, note="Ik hoor hier niet bij.")
        with pytest.raises(Forbidden):  # disputed: it waits
            service.add(world.actor(world.worker), Owner.VIEW, view.id, **files)
    with db.unit_of_work():
        officer = db.session.merge(world.privacy_officer)
        in_view.step(db.session.get_one(YouthInView, case.view_id), officer, Event.UPHOLD)
    with db.unit_of_work():
        assert db.session.scalars(select(Attachment.id)).all() == [kept.id]


def test_the_page_takes_a_file_and_gives_it_back_as_a_download(
    world: World, young: people.Person, client_as: Callable[..., FlaskClient]
) -> None:
    client = client_as(world.worker)
    address = f"/jongeren/{young.id}/bijlagen"
    sent = client.post(address, data={"file": (io.BytesIO(NOTE.encode()), "brief van school.txt")})
    assert (sent.status_code, sent.location) == (303, address)
    page = client.get(address).text
    assert "brief van school.txt" in page
    with db.unit_of_work():
        made = db.session.scalars(select(Attachment)).one()
    answer = client.get(f"/bijlagen/{made.id}")
    assert answer.data == NOTE.encode()
    assert answer.headers["Content-Disposition"].startswith("attachment;")
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    hidden = client.post(f"/bijlagen/{made.id}/verbergen", data={"reason": "Dubbel."})
    assert hidden.location == address
    assert client.get(f"/bijlagen/{made.id}").status_code == 404


@pytest.mark.parametrize(
    ("file", "said"),
    [
        (None, "Kies een bestand."),
        ((b"\x89PNG\r\n\x1a\n", "foto.png"), "Alleen pdf, docx, xlsx en txt mogen"),
        ((b"x" * 5_000_001, "groot.txt"), "Dit bestand is te groot."),
    ],
)
def test_a_wrong_file_is_told_beside_the_field(
    world: World,
    young: people.Person,
    client_as: Callable[..., FlaskClient],
    file: tuple[bytes, str] | None,
    said: str,
) -> None:
    body, kind = sent(*file) if file else (b"", "multipart/form-data; boundary=grens")
    answer = client_as(world.worker).post(f"/jongeren/{young.id}/bijlagen", data=body, content_type=kind)
    assert answer.status_code == 422
    assert said in answer.text


def test_a_form_without_a_file_stays_as_small_as_it_was(
    world: World, young: people.Person, client_as: Callable[..., FlaskClient]
) -> None:
    answer = client_as(world.worker).post(f"/jongeren/{young.id}/wijzigen", data={"given_name": "x" * 2_000_000})
    assert answer.status_code == 413
