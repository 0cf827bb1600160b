"""What is true of the whole database at any moment, as SQL that knows nothing of the services (domain §3.7 and §3.8).

Each statement finds what breaks the sentence above it; `:now` and `:today` are of the one clock.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, select, text

from portal.accounts.models import User
from portal.accounts.sessions import actor_of
from portal.core import clock, db
from portal.core.registry import registry
from portal.people import policy
from portal.people.models import Person


def gone(who: str) -> str:
    """That the account of somebody is closed."""
    return f"EXISTS (SELECT FROM app_user u WHERE u.id = {who} AND u.deactivated_at IS NOT NULL)"


TRUTHS: dict[str, str] = {
    "I-10 a messenger has no more trajectories than places":
        "SELECT m.id FROM credible_messenger m JOIN trajectory t ON t.messenger_id = m.id WHERE t.status IN"
        " ('match_proposed', 'ready', 'active', 'paused', 'ending') GROUP BY m.id HAVING count(*) > m.max_individual",
    "I-09 who is ready or on the way has one match with a yes, of the same messenger":
        "SELECT t.id, t.status FROM trajectory t WHERE t.status IN ('ready', 'active', 'paused', 'ending') AND"
        " (SELECT count(*) FROM match m WHERE m.trajectory_id = t.id AND m.status = 'accepted'"
        " AND m.messenger_id = t.messenger_id) <> 1",
    "a trajectory without messenger has no open match":
        "SELECT t.id, t.status, m.status FROM trajectory t JOIN match m ON m.trajectory_id = t.id WHERE"
        " t.status IN ('requested', 'matching', 'rejected', 'ended', 'stopped') AND m.status IN ('proposed',"
        " 'accepted')",
    "I-12 a contact lies in the past, at most a month":
        "SELECT id, occurred_at, created_at FROM contact WHERE occurred_at > created_at + interval '5 min'"
        " OR occurred_at < created_at - interval '31 days'",
    "I-13 in view: two pairs of eyes, a reason, a source and a letter":
        "SELECT v.id FROM youth_in_view v WHERE v.registered_on IS NOT NULL AND v.stripped_at IS NULL AND ("
        "v.decided_by IS NULL OR v.decided_by = v.proposed_by OR v.best_interest = '' OR v.facts = ''"
        " OR (v.source_kind = 'nomination' AND v.nominated_by = '')"
        " OR NOT EXISTS (SELECT FROM in_view_letter l WHERE l.view_id = v.id AND l.kind = 'information'))",
    "I-14 nobody stays in view whose review was missed by thirty days":
        "SELECT id, status, next_review_on FROM youth_in_view WHERE status IN ('active', 'transfer_pending')"
        " AND next_review_on + 30 < :today",
    "I-15 in view between 8 and 27, under 12 with a care partner":
        "SELECT v.id FROM youth_in_view v JOIN person p ON p.id = v.person_id WHERE v.registered_on IS NOT NULL AND ("
        "extract(year FROM age(v.registered_on, p.birth_date)) NOT BETWEEN 8 AND 27 OR"
        " (age(v.registered_on, p.birth_date) < interval '12 years' AND v.care_partner_org_id IS NULL))",
    "one view of a young person at a time":
        "SELECT person_id FROM youth_in_view WHERE status <> 'ended' GROUP BY 1 HAVING count(*) > 1",
    "one running case of a young person at a time":
        "SELECT person_id FROM youth_case WHERE status NOT IN ('closed', 'archived', 'broken_off')"
        " GROUP BY 1 HAVING count(*) > 1",
    "I-17 a signal about somebody has facts":
        "SELECT id FROM signal WHERE subject_kind = 'person' AND facts = '' AND status NOT IN ('stripped', 'void')",
    "I-18 exploitation and explosives are looked at as a victim's first":
        "SELECT id FROM signal WHERE kind IN ('criminal_exploitation', 'explosives') AND status IN"
        " ('followed_up', 'no_action', 'closed') AND victim_perspective = 'not_applicable'",
    "I-19 a promise ends with the day somebody was told":
        "SELECT id, status FROM follow_up WHERE kind = 'promise' AND status <> 'open' AND told_on IS NULL",
    "I-21 somebody from outside is there for at most a year, and in one organisation":
        "SELECT id FROM role_assignment WHERE role = 'external_partner' AND (valid_until IS NULL"
        " OR valid_until > greatest(valid_from, :today) + interval '12 months')",
    "I-21 past the last day the account is closed":
        "SELECT u.id FROM app_user u WHERE u.deactivated_at IS NULL AND EXISTS (SELECT FROM role_assignment r WHERE"
        " r.user_id = u.id AND r.role = 'external_partner') AND NOT EXISTS (SELECT FROM role_assignment r WHERE"
        " r.user_id = u.id AND (r.valid_until IS NULL OR r.valid_until >= :today))",
    "I-26 a reminder is one per rule, record, day, person and stage":
        "SELECT rule_code, object_id FROM reminder GROUP BY rule_code, object_id, due_on, recipient_id, stage"
        " HAVING count(*) > 1",
    "I-27 nobody answers for the young person unseen":
        "SELECT id FROM case_measurement WHERE rater = 'youth' AND NOT assisted",
    "a closed dossier has nothing open":
        "SELECT p.id, x.what FROM person p JOIN LATERAL ("
        "SELECT 'follow_up' AS what FROM follow_up f WHERE f.person_id = p.id AND f.status = 'open'"
        " UNION SELECT 'appointment' FROM appointment_participant a JOIN appointment b ON b.id = a.appointment_id"
        " WHERE a.person_id = p.id AND b.status = 'planned'"
        " UNION SELECT 'case' FROM youth_case c WHERE c.person_id = p.id AND c.status NOT IN"
        " ('closed', 'archived', 'broken_off')"
        " UNION SELECT 'view' FROM youth_in_view v WHERE v.person_id = p.id AND v.status <> 'ended'"
        " UNION SELECT 'trajectory' FROM trajectory t WHERE t.person_id = p.id AND t.status NOT IN"
        " ('ended', 'rejected', 'stopped')"
        " UNION SELECT 'enrolment' FROM enrolment e WHERE e.person_id = p.id AND e.status IN ('proposed', 'enrolled')"
        " UNION SELECT 'hand_over' FROM hand_over h WHERE h.person_id = p.id AND h.status = 'proposed'"
        ") x ON true WHERE p.status = 'closed'",
    "one worker answers for a young person first":
        "SELECT person_id FROM person_assignment WHERE is_primary AND since <= :today AND (until IS NULL OR"
        " until > :today) GROUP BY 1 HAVING count(*) > 1",
    "an open follow-up is in hands of the team":
        "SELECT f.id, f.assignee_id FROM follow_up f WHERE f.status = 'open' AND "
        + gone("f.assignee_id"),
    "a young person is in hands of a worker of the team":
        "SELECT a.id, a.user_id FROM person_assignment a WHERE (a.until IS NULL OR a.until > :today) AND "
        + gone("a.user_id"),
    "a planned appointment has an owner who works here":
        "SELECT a.id FROM appointment a WHERE a.status = 'planned' AND " + gone("a.owner_id"),
    "who comes along works here":
        "SELECT a.id FROM appointment a JOIN appointment_colleague c ON c.appointment_id = a.id WHERE"
        " a.status = 'planned' AND a.ends_at > :now AND " + gone("c.user_id"),
    "an open action is somebody's who works here":
        "SELECT c.id FROM case_action c WHERE c.status = 'open' AND " + gone("c.owner_id"),
    "an open goal is somebody's who works here":
        "SELECT g.id FROM case_goal g JOIN youth_case c ON c.id = g.case_id WHERE g.status = 'open' AND"
        " c.status NOT IN"
        " ('closed', 'archived', 'broken_off') AND " + gone("g.owner_id"),
    "an open goal is shared with somebody who works here":
        "SELECT g.id FROM case_goal g JOIN youth_case c ON c.id = g.case_id WHERE g.status = 'open' AND"
        " c.status NOT IN"
        " ('closed', 'archived', 'broken_off') AND " + gone("g.shared_with"),
    "a running case is led by somebody who works here":
        "SELECT c.id, c.director_id FROM youth_case c WHERE c.status NOT IN ('closed', 'archived', 'broken_off') AND "
        + gone("c.director_id"),
    "no reminder tells whose a case was that is gone": (
        "SELECT r.id FROM reminder r WHERE r.object_type = 'youth_case' AND r.person_id IS NOT NULL AND NOT EXISTS"
        " (SELECT FROM youth_case c WHERE c.id = r.object_id)"
    ),
    "a proposal to hand over is to and from people who work here":
        "SELECT h.id FROM hand_over h WHERE h.status = 'proposed' AND ("
        + gone("h.from_user_id") + " OR " + gone("h.to_user_id") + ")",
    "a proposal to hand over is from who answers for the young person":
        "SELECT h.id FROM hand_over h WHERE h.status = 'proposed' AND NOT EXISTS (SELECT FROM person_assignment a"
        " WHERE a.person_id = h.person_id AND a.user_id = h.from_user_id AND (a.until IS NULL OR a.until > :today))",
    "a talk is of two people who work here":
        "SELECT t.id FROM talk t WHERE t.status = 'planned' AND ("
        + gone("t.worker_id") + " OR " + gone("t.held_by_id") + ")",
    "who stands in works here":
        "SELECT a.id FROM absence a WHERE a.ends_at > :now AND a.declined_at IS NULL AND " + gone("a.replacement_id"),
    "who has duty works here": "SELECT d.id FROM duty d WHERE d.ends_at > :now AND " + gone("d.user_id"),
    "a watched place is somebody's who works here":
        "SELECT l.id FROM monitored_location l WHERE l.status <> 'ended' AND " + gone("l.owner_id"),
    "a place is shared with somebody who is still there":
        "SELECT s.id FROM location_share s WHERE s.until >= :today AND s.ended_at IS NULL AND " + gone("s.user_id"),
    "a partner in a running case is still there":
        "SELECT s.id FROM case_partner s JOIN youth_case c ON c.id = s.case_id WHERE s.until IS NULL AND"
        " c.status NOT IN"
        " ('closed', 'archived', 'broken_off') AND " + gone("s.user_id"),
    "a grant is to somebody who works here":
        "SELECT g.id, g.reason FROM access_grant g WHERE (g.valid_until IS NULL OR g.valid_until > :now) AND "
        + gone("g.grantee_user_id"),
    "who left has no session, feed or draft":
        "SELECT u.id, x.what FROM app_user u JOIN LATERAL (SELECT 'session' AS what FROM user_session s WHERE"
        " s.user_id = u.id AND s.ended_at IS NULL AND s.expires_at > :now UNION SELECT 'feed' FROM"
        " calendar_feed f WHERE"
        " f.user_id = u.id AND f.ended_at IS NULL UNION SELECT 'draft' FROM draft d WHERE d.user_id = u.id AND"
        " d.sealed IS NOT NULL) x ON true WHERE u.deactivated_at IS NOT NULL",
    "a messenger knows who it is exactly while the match holds":
        "SELECT t.id, t.status FROM trajectory t JOIN credible_messenger m ON m.id = t.messenger_id WHERE"
        " m.user_id IS NOT NULL AND (t.status IN ('ready', 'active', 'paused', 'ending')) <> EXISTS (SELECT FROM"
        " access_grant g WHERE g.record_id = t.id AND g.grantee_user_id = m.user_id AND (g.valid_until IS NULL OR"
        " g.valid_until > :now))",
    "a grant for a trajectory ends with it":
        "SELECT g.id, t.status FROM access_grant g JOIN trajectory t ON t.id = g.record_id WHERE"
        " (g.valid_until IS NULL OR g.valid_until > :now) AND t.status IN ('ended', 'rejected', 'stopped')",
    "emergency access lasts a day at most, and so does what it opens":
        "SELECT e.id FROM emergency_access e LEFT JOIN access_grant g ON g.record_id = e.id WHERE"
        " e.ends_at > e.started_at + interval '24 hours' OR g.id IS NULL OR g.valid_until IS NULL"
        " OR g.valid_until > e.ends_at",
    "a contact knows who is in it":
        "SELECT c.id FROM contact c WHERE (SELECT coalesce(array_agg(p.person_id ORDER BY p.person_id), '{}') FROM"
        " contact_participant p WHERE p.contact_id = c.id) <> (SELECT coalesce(array_agg(i ORDER BY i), '{}') FROM"
        " unnest(c.person_ids) i)",
    "an appointment knows who is in it":
        "SELECT c.id FROM appointment c WHERE (SELECT coalesce(array_agg(p.person_id ORDER BY p.person_id),"
        " '{}') FROM"
        " appointment_participant p WHERE p.appointment_id = c.id) <> (SELECT coalesce(array_agg(i ORDER BY i), '{}')"
        " FROM unnest(c.person_ids) i)",
    "the last contact of a young person is the last one that was reached":
        "SELECT p.id, p.last_contact_at, x.at FROM person p LEFT JOIN (SELECT q.person_id, max(c.occurred_at) AS at"
        " FROM contact_participant q JOIN contact c ON c.id = q.contact_id WHERE c.result IN"
        " ('reached', 'brief', 'handed_over') GROUP BY 1) x ON x.person_id = p.id WHERE p.last_contact_at IS DISTINCT"
        " FROM x.at",
    "a copied moment of a contact is the contact's":
        "SELECT c.id FROM contact c JOIN contact_participant p ON p.contact_id = c.id WHERE p.occurred_at <>"
        " c.occurred_at",
    "a chain of appointments has one that is still to come":
        "SELECT chain_id FROM appointment WHERE status = 'planned' GROUP BY 1 HAVING count(*) > 1",
    "an appointment has ended or is planned":
        "SELECT id FROM appointment WHERE (status = 'planned') <> (ended_at IS NULL)",
    "a promise of the contact that it was closed by has that young person in it":
        "SELECT f.id FROM follow_up f WHERE f.done_by_contact_id IS NOT NULL AND NOT EXISTS (SELECT FROM"
        " contact_participant p WHERE p.contact_id = f.done_by_contact_id AND p.person_id = f.person_id)",
    "a message that waits is not late":
        "SELECT id, state FROM dispatch WHERE state = 'pending' AND not_before < :now - interval '1 hour'",
    "no message stays claimed": "SELECT id FROM dispatch WHERE state = 'claimed'",
    "a message that was sent was accepted once":
        "SELECT d.id FROM dispatch d WHERE (SELECT count(*) FROM attempt a WHERE a.dispatch_id = d.id AND"
        " a.outcome = 'accepted') <> (d.state = 'sent')::int",
    "a reminder stands in the portal for who gets it":
        "SELECT r.id FROM reminder r WHERE (SELECT count(*) FROM notification n WHERE n.reminder_id = r.id"
        " AND n.recipient_id = r.recipient_id) <> 1",
    "an enrolment ends with its period":
        "SELECT id, until FROM enrolment WHERE status = 'enrolled' AND until < :today",
    "a running case has an agreed plan":
        "SELECT c.id, c.status FROM youth_case c WHERE c.status IN ('running', 'paused', 'closing') AND NOT EXISTS"
        " (SELECT FROM case_plan p WHERE p.case_id = c.id AND p.status = 'agreed')",
    "a closed case has no open action or goal":
        "SELECT c.id FROM youth_case c WHERE c.status IN ('closed', 'archived', 'broken_off') AND (EXISTS"
        " (SELECT FROM"
        " case_action a WHERE a.case_id = c.id AND a.status = 'open') OR EXISTS (SELECT FROM case_goal g WHERE"
        " g.case_id = c.id AND g.status = 'open' AND c.status <> 'broken_off') OR EXISTS (SELECT FROM"
        " case_conference k"
        " WHERE k.case_id = c.id AND k.status = 'planned'))",
    "a case of a higher level was accepted there by a second reader":
        "SELECT c.id FROM youth_case c WHERE c.level <> 'district' AND EXISTS (SELECT FROM case_step s WHERE"
        " s.case_id = c.id AND s.event = 'scale_up') AND NOT EXISTS (SELECT FROM case_nomination n WHERE"
        " n.case_id = c.id AND n.status = 'accepted' AND n.second_reader_id <> n.nominated_by)",
    "a nomination has two readers":
        "SELECT id FROM case_nomination WHERE second_reader_id = nominated_by",
    "P42D what never began is gone after six weeks":
        "SELECT id::text FROM youth_case WHERE status = 'broken_off' AND status_since < :now - interval '43"
        " days' UNION"
        " SELECT id::text FROM youth_in_view WHERE end_reason = 'not_registered' AND stripped_at IS NULL"
        " AND ended_on < :today - 43",
    "what was wiped leaves a count and nothing else":
        "SELECT v.id FROM youth_in_view v WHERE v.stripped_at IS NOT NULL AND (v.person_id IS NOT NULL OR"
        " v.facts || v.concern || v.best_interest || v.expected || v.proportionality || v.alternatives"
        " || v.nominated_by <> '' OR v.assigned_worker_id IS NOT NULL OR v.source_signal_id IS NOT NULL"
        " OR EXISTS (SELECT FROM in_view_review r WHERE r.view_id = v.id AND r.motivation || r.youth_voice <> '')"
        " OR EXISTS (SELECT FROM in_view_statement r WHERE r.view_id = v.id AND r.body <> '')"
        " OR EXISTS (SELECT FROM reminder r WHERE r.object_id = v.id AND r.person_id IS NOT NULL)"
        " OR EXISTS (SELECT FROM youth_case c WHERE c.view_id = v.id)"
        " OR EXISTS (SELECT FROM attachment a WHERE a.owner_id = v.id)"
        " OR EXISTS (SELECT FROM in_view_step r WHERE r.view_id = v.id AND r.note <> ''))",
    "a signal over its term leads to nobody":
        "SELECT id, status FROM signal WHERE (status IN ('stripped', 'void') AND status_since < :now - interval"
        " '31 days'"
        " AND (person_id IS NOT NULL OR facts <> '' OR nickname_sealed IS NOT NULL))"
        " OR (status = 'no_action' AND status_since < :now - interval '6 months 1 day')",
    "a nickname that was put apart is gone after its term":
        "SELECT id FROM signal WHERE nickname_sealed IS NOT NULL AND status <> 'void' AND stub_until < :today - 1",
    "a draft is gone after its term":
        "SELECT id FROM draft WHERE sealed IS NOT NULL AND expires_at < :now - interval '2 hours'",
    "working together ends":
        "SELECT id FROM hand_over WHERE status = 'accepted' AND together_until < :now - interval '25 hours'"
        " AND ended_at IS NULL",
    "who writes in the dossier was known to the log":
        "SELECT x.kind, x.id FROM (SELECT 'contact' AS kind, id, created_at FROM contact UNION ALL SELECT"
        " 'follow_up',"
        " coalesce(contact_id, id), created_at FROM follow_up UNION ALL SELECT 'person', id, created_at FROM"
        " person UNION ALL SELECT 'signal', id,"
        " created_at FROM signal UNION ALL SELECT 'trajectory', id, created_at FROM trajectory UNION ALL SELECT"
        " 'youth_case', id, created_at FROM youth_case UNION ALL SELECT 'youth_in_view', id, created_at FROM"
        " youth_in_view"
        " UNION ALL SELECT 'enrolment', id, created_at FROM enrolment UNION ALL SELECT 'appointment', id,"
        " created_at FROM"
        " appointment) x WHERE NOT EXISTS (SELECT FROM access_event e WHERE e.subject_id = x.id AND e.result = 'ok'"
        " AND e.action IN ('create', 'update'))",
    "no team of a young person differs from the rows about them":
        "SELECT a.id FROM attachment a JOIN person p ON p.id = a.person_id WHERE a.team_id <> p.team_id UNION"
        " SELECT g.id FROM access_grant g JOIN person p ON p.id = g.person_id WHERE g.team_id <> p.team_id",
}  # fmt: skip

#: Table → table of its steps, the column that leads back.
STEPS = {
    "trajectory": ("trajectory_event", "trajectory_id"),
    "enrolment": ("enrolment_event", "enrolment_id"),
    "youth_in_view": ("in_view_step", "view_id"),
    "signal": ("signal_step", "signal_id"),
    "youth_case": ("case_step", "case_id"),
    "monitored_location": ("location_step", "location_id"),
}


def broken(engine: Engine) -> list[str]:
    """Every truth that does not hold now, with what breaks it."""
    now = clock.now()
    with engine.connect() as connection:
        return [*_sentences(connection, now), *_replayed(connection), *_beyond(connection, now)]


def _sentences(connection: Connection, now: datetime) -> list[str]:
    found = []
    for sentence, statement in TRUTHS.items():
        values: dict[str, Any] = {"now": now, "today": clock.today()}
        asked = {name: value for name, value in values.items() if f":{name}" in statement}
        lines = connection.execute(text(statement), asked).all()
        found += [f"{sentence}: {' '.join(map(str, line))}" for line in lines[:5]]
    return found


def _replayed(connection: Connection) -> list[str]:
    """Steps that do not follow on each other, that the machine does not have, or that lead to another status."""
    found = []
    for table, (steps, back) in STEPS.items():
        undoes = "undoes_id" if steps == "trajectory_event" else "NULL"
        status = {row[0]: row[1] for row in connection.execute(text(f"SELECT id, status FROM {table}"))}
        taken = defaultdict(list)
        query = f"SELECT {back}, event, from_status, to_status, {undoes} FROM {steps} ORDER BY at, id"
        for record, event, before, after, undone in connection.execute(text(query)):
            taken[record].append((event, before, after, undone))
        for record, now in status.items():
            if fault := _fault(table, taken[record], now):
                found.append(f"{table} {record} replays to its status: {fault}")
    return found


def _fault(table: str, steps: list[tuple[str, str, str, Any]], now: str) -> str:
    machine, at = registry.machines[table], ""
    rows = {(str(row.event), str(row.source), str(row.target)) for row in machine.steps}
    for event, before, after, undone in steps:
        if before != at and (at or before != machine.first):
            return f"{event} from {before}, but it was {at}: {[step[0] for step in steps]}"
        if before and undone is None and (event, before, after) not in rows:
            return f"no step {event} from {before} to {after}"
        at = after
    return "" if at == now else f"{at}, and it is {now}"


#: Who reaches whom: a whole team, an assignment, a colleague who is away, a grant; never whom they know in private,
#: unless they answer for them (domain §4.1, I-24).
REACH = """
WITH held AS (SELECT r.role, r.team_id FROM role_assignment r WHERE r.user_id = :who AND r.valid_from <= :today
              AND (r.valid_until IS NULL OR r.valid_until >= :today)),
given AS (SELECT a.person_id, a.user_id FROM person_assignment a JOIN held ON held.team_id = a.team_id
          AND held.role = 'youth_worker' WHERE a.since <= :today AND (a.until IS NULL OR a.until > :today)),
own AS (SELECT person_id FROM given WHERE user_id = :who UNION SELECT g.person_id FROM access_grant g WHERE
        g.grantee_user_id = :who AND g.reason = 'trajectory' AND g.valid_from <= :now
        AND (g.valid_until IS NULL OR g.valid_until > :now) AND EXISTS (SELECT FROM held WHERE
        role = 'credible_messenger')),
reached AS (
    SELECT p.id FROM person p JOIN held ON held.team_id = p.team_id AND held.role = 'jv_director'
    UNION SELECT person_id FROM own
    UNION SELECT given.person_id FROM given JOIN absence b ON b.user_id = given.user_id WHERE b.replacement_id = :who
        AND b.declined_at IS NULL AND b.starts_at <= :now AND b.ends_at > :now
    UNION SELECT g.person_id FROM access_grant g WHERE g.valid_from <= :now
        AND (g.valid_until IS NULL OR g.valid_until > :now) AND (EXISTS (SELECT FROM held WHERE
        (held.role, held.team_id) = (g.grantee_role, g.grantee_team_id)) OR (g.grantee_user_id = :who
        AND g.reason <> 'trajectory' AND EXISTS (SELECT FROM held WHERE role IN
        ('youth_worker', 'jv_director', 'cm_coordinator')))))
SELECT id FROM reached WHERE id IN (SELECT person_id FROM own) OR id NOT IN (SELECT person_id FROM declared_relation
    WHERE user_id = :who AND ended_at IS NULL)
"""


def _beyond(connection: Connection, now: datetime) -> list[str]:
    """Who reaches others than the rows say, through the policy and the second wall together."""
    found = []
    with db.unit_of_work():
        people = {
            user: actor_of(user) for user in db.session.scalars(select(User).where(User.deactivated_at.is_(None)))
        }
    for user, actor in people.items():
        values = {"who": user.id, "now": now, "today": clock.today()}
        expected = set(connection.scalars(text(REACH), values))
        with db.unit_of_work(on_behalf_of=user.id):
            reached = set(db.session.scalars(select(Person.id).where(policy.visible(actor))))
        if reached != expected:
            found.append(
                f"{user.name} {sorted(actor.role_names)} reaches {reached - expected}, not {expected - reached}"
            )
    return found
