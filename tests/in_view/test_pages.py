"""What people see and press: the list, a view, the proposal, and the explanation on screen and on paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock, db
from portal.in_view.models import InViewLetter, ViewStatus, YouthInView
from tests.factories import in_view, people
from tests.factories.pdf_reader import says
from tests.in_view.conftest import Cast

Client = Callable[..., FlaskClient]


def status_of(number: str) -> str:
    """Where a view stands."""
    with db.unit_of_work():
        return db.session.scalars(select(YouthInView.status).where(YouthInView.number == number)).one()


def test_a_worker_proposes_and_a_director_decides(cast: Cast, client_as: Client) -> None:
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
    worker, address = client_as(cast.world.worker), f"/jongeren/{young.id}/in-beeld-voorstellen"
    answers = dict(in_view.REASON.__dict__) | {"source": "nomination", "nominated_by": "School", "stadsdeel_code": "N"}
    refused = worker.post(address, data=answers | {"facts": ""})
    assert refused.status_code == 422
    made = worker.post(address, data=answers)
    assert made.status_code == 303
    page = made.headers["Location"]
    assert "In beeld nemen" not in worker.get(page).text  # a worker never decides
    director = client_as(cast.world.director)
    assert "Bilal" in director.get("/in-beeld?toon=voorstel").text
    shown = director.get(f"{page}/in-beeld-nemen").text
    assert shown.index("Belang van de jongere") < shown.index("De zorg")
    with db.unit_of_work():
        version = db.session.scalars(select(YouthInView.version).where(YouthInView.person_id == young.id)).one()
        other = people.person(cast.world.noord, "Fatou Spreeuwdal", worker=cast.world.worker)
        in_view.proposed(other, cast.world.worker)
    assert director.post(f"{page}/in-beeld-nemen", data={"version": version}).status_code == 303
    decided = director.get(page).text
    assert "Brief: je bent in beeld" in decided
    assert "Verder met de andere (1)" in decided
    assert director.post(f"{page}/in-beeld-nemen", data={"version": version}).status_code == 409


def test_who_proposed_it_is_told_that_somebody_else_decides(cast: Cast, client_as: Client) -> None:
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        mine = in_view.proposed(young, cast.world.director)
    answer = client_as(cast.world.director).post(f"/in-beeld/{mine.id}/in-beeld-nemen", data={"version": mine.version})
    assert answer.status_code == 422
    assert "Een andere regisseur beslist erover" in answer.text


def test_the_explanation_says_why_who_until_when_and_how_to_object(cast: Cast, client_as: Client) -> None:
    with db.unit_of_work():
        in_view.said(cast.view, cast.world.worker, "Ik ga gewoon naar school.")
    worker = client_as(cast.world.worker)
    dutch = worker.get(f"/in-beeld/{cast.view.id}/uitleg").text
    told = (
        "Waarom jij?",
        "Dirkje Proef",
        "Samira Proef",
        "Ben je het er niet mee eens?",
        "Een computer koos jou niet uit",
    )
    for said in (*told, "Ik ga gewoon naar school.", in_view.REASON.concern):
        assert said in dutch, said
    english = worker.get(f"/in-beeld/{cast.view.id}/uitleg?taal=en").text
    assert "Do you disagree?" in english
    paper = worker.get(f"/in-beeld/{cast.view.id}/uitleg.pdf?taal=en")
    assert paper.mimetype == "application/pdf"
    assert says(paper.data, "In your own words")
    assert "Merelveld" not in paper.headers["Content-Disposition"]


def test_a_letter_is_printed_and_sent(cast: Cast, client_as: Client) -> None:
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        view = in_view.step(in_view.proposed(young, cast.world.worker), cast.world.director, in_view.Event.APPROVE)
        letter = db.session.scalars(select(InViewLetter).where(InViewLetter.view_id == view.id)).first()
    assert letter is not None
    worker = client_as(cast.world.worker)
    assert says(worker.get(f"/in-beeld/brieven/{letter.id}/brief.pdf").data, "Je bent in beeld bij Jeugd")
    late = {"version": letter.version, "sent_on": (clock.today() + timedelta(days=1)).isoformat(), "way": "post"}
    assert worker.post(f"/in-beeld/brieven/{letter.id}/verstuurd", data=late).status_code == 422
    today = late | {"sent_on": clock.today().isoformat()}
    assert worker.post(f"/in-beeld/brieven/{letter.id}/verstuurd", data=today).status_code == 303
    assert "Weg op" in worker.get(f"/in-beeld/{view.id}").text


def test_who_only_answers_a_question_sees_no_name(cast: Cast, client_as: Client) -> None:
    officer, manager = client_as(cast.world.privacy_officer), client_as(cast.world.manager)
    address = f"/in-beeld/{cast.view.id}"
    assert [client.get(address).status_code for client in (officer, manager)] == [404, 404]
    with db.unit_of_work():
        version = in_view.bring_to(cast.view, ViewStatus.UNDER_OBJECTION, director=cast.world.director).version
    page = officer.get(address).text
    assert "Ik hoor hier niet bij." in page
    assert "Merelveld" not in page
    assert "Yassine" not in page
    assert officer.get(f"{address}/uitleg").status_code == 403
    stopped = officer.post(f"{address}/gegrond", data={"note": "Er was geen grond.", "version": version})
    assert stopped.status_code == 303
    assert status_of(cast.view.number) == ViewStatus.ENDED


def test_mijn_dag_and_the_dossier_know_of_it(cast: Cast, client_as: Client) -> None:
    with db.unit_of_work():
        young = people.person(cast.world.noord, "Bilal Spreeuwdal", worker=cast.world.worker)
        in_view.proposed(young, cast.world.worker)
    day = client_as(cast.world.director).get("/mijn-dag").text
    assert "Beslis over het voorstel" in day
    dossier = client_as(cast.world.worker).get(f"/jongeren/{cast.young.id}").text
    assert cast.view.number in dossier
