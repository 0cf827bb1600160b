"""What stands in "Mijn dag": features give work items, this decides in which group and in which words."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from uuid import UUID

from flask_babel import gettext as _

from portal.appointments import service as appointments
from portal.appointments.labels import STATUS
from portal.appointments.models import AppointmentStatus
from portal.appointments.rules import link as appointment_link
from portal.appointments.service import Line
from portal.cases import labels as case_labels
from portal.cases.rules import action_link, case_link, conference_link
from portal.cases.service import partnering
from portal.cases.service import work as cases
from portal.contacts import labels
from portal.contacts.models import Channel, FollowUpKind, Outcome, Result
from portal.contacts.rules import call_link, follow_up_link, record_link
from portal.contacts.service import to_do
from portal.contacts.service.to_do import Task
from portal.core import clock, formats
from portal.core.registry import QuickAction, Section, WorkItem
from portal.drafts import keeping
from portal.drafts import service as drafts
from portal.drafts.rules import link as draft_link
from portal.home import about
from portal.people.service import proposals
from portal.privacy.actor import Actor
from portal.privacy.permissions import Permission, Reach, Role
from portal.programmes import service as programmes
from portal.reminders.snoozing import Standing, put_off_link
from portal.signals import service as signals
from portal.trajectories import service as trajectories
from portal.trajectories.labels import WORK

#: Rows of what is only pointed at from here.
SHOWN = 5
#: Names in one row.
NAMED = 2


def sections(actor: Actor) -> list[Section]:
    """Everything this actor has to do, most urgent first; each source for who holds its permission."""
    found = [section for permission, source in SOURCES if actor.can(permission) for section in source(actor)]
    return sorted(found, key=lambda section: section.later)


def own_follow_ups(actor: Actor) -> list[Section]:
    """The actor's own follow-ups: late, today, and the week ahead; and one group per colleague they stand in for."""
    agenda = to_do.agenda(actor)
    groups = (agenda.late, agenda.today, agenda.to_tell, agenda.ahead)
    late, today, to_tell, ahead = ([_put_off(_own(task), task.reminder) for task in tasks] for tasks in groups)
    return [
        Section("te-laat", _("Te laat"), _("te laat"), late, agenda.late_count, late=True, always=True),
        Section("vandaag", _("Vandaag opvolgen"), _("vandaag"), today, agenda.today_count, always=True),
        Section("vertellen", _("Nog vertellen"), _("vertellen"), to_tell, agenda.to_tell_count),
        Section(
            "deze-week",
            _("Komende week"),
            _("deze week"),
            ahead,
            agenda.ahead_count,
            always=True,
            aside=True,
            later=True,
        ),
        *(_of_colleague(number, *theirs) for number, theirs in enumerate(sorted(agenda.stood_in.items()), 1)),
    ]


def _of_colleague(number: int, name: str, tasks: Sequence[Task]) -> Section:
    title = _("Waarneming voor %(name)s", name=name)
    return Section(f"waarneming-{number}", title, _("waarneming"), list(map(_own, tasks)), len(tasks))


def appointments_of_today(actor: Actor) -> list[Section]:
    """Own appointments of today; and earlier ones of which nobody said how they went."""
    lines = appointments.of_today(actor)
    today = [_appointment(line) for line in lines if line.day == clock.today()]
    before = [_appointment(line) for line in lines if line.day < clock.today()]
    return [
        Section("afspraken", _("Afspraken vandaag"), _("afspraken"), today, len(today), aside=True),
        Section("hoe-ging-het", _("Hoe ging deze afspraak?"), _("afspraken"), before, len(before), aside=True),
    ]


def asked_to_take_over(actor: Actor) -> list[Section]:
    """Young people whom a colleague asks this actor to take over; without names, they are not theirs yet."""
    if Role.YOUTH_WORKER not in actor.role_names:  # nobody else is asked
        return []
    items = [
        WorkItem(
            title=_("Jongere %(kenmerk)s overnemen?", kenmerk=one.kenmerk),
            subtitle=_("Gevraagd door %(name)s", name=one.by_name),
            url=f"/overdrachten/{one.id}",
            icon="arrow-right-left",
            meta=formats.day(formats.local_date(one.at)),
        )
        for one in proposals.to_answer(actor)
    ]
    return [Section("overnemen", _("Gevraagd om over te nemen"), _("over te nemen"), items, len(items), aside=True)]


def late_in_teams(actor: Actor) -> list[Section]:
    """For a director: whose follow-up is late, and how long."""
    if not actor.teams(Permission.PEOPLE_ASSIGN, Reach.TEAM):
        return []
    tasks = to_do.late_in_teams(actor)
    title, label = _("Te laat in je team"), _("te laat in je team")
    return [Section("team", title, label, list(map(_of_team, tasks)), len(tasks), late=True, always=True)]


def unsent_drafts(actor: Actor) -> list[Section]:
    """What this actor typed and did not save yet, with about whom as far as they reach those now."""
    listed, total = drafts.unsent(actor)
    names = about.names(actor, frozenset[UUID]().union(*(draft.about for draft in listed)))
    items = [_draft(draft, names) for draft in listed]
    title = _("Nog niet opgeslagen (%(count)s)", count=total)
    return [Section("concepten", title, "", items, total)] if items else []


TAKES_PART = (
    Permission.TRAJECTORIES_COORDINATE,
    Permission.TRAJECTORIES_REQUEST,
    Permission.TRAJECTORIES_ANSWER,
)


def waiting_trajectories(actor: Actor) -> list[Section]:
    """Requests to match and proposals to answer: for a coordinator in groups that lead to the board."""
    if not any(actor.can(permission) for permission in TAKES_PART):
        return []  # a director reads, and is asked nothing
    return [_trajectories(group) for group in trajectories.work(actor)]


def case_work(actor: Actor) -> list[Section]:
    """Own actions and conferences of cases, and what cases ask of who has them in hand."""
    work = cases.work(actor)
    acts = [_action(one) for one in work.doing]
    met = [_conference(one) for one in work.coming]
    asked = [_asking(one) for one in work.asking]
    late = any(item.due_on and item.due_on < clock.today() for item in acts)
    return [
        Section("casus-acties", _("Acties uit casussen"), _("acties"), acts, len(acts), late=late, aside=True),
        Section("casusoverleg", _("Casusoverleg"), _("overleggen"), met, len(met), aside=True),
        Section("casussen", _("Casussen die iets vragen"), _("casussen"), asked, len(asked), aside=True),
    ]


def _action(one: cases.Doing) -> WorkItem:
    task, seen = one.task, one.seen
    return WorkItem(
        title=task.what,
        subtitle=f"{seen.name} · {seen.case.number}",
        url=action_link(task.id),
        due_on=task.due_on,
        icon="clipboard-list",
        meta="" if task.due_on < clock.today() else formats.relative_day(task.due_on),
    )


def _conference(one: cases.Coming) -> WorkItem:
    return WorkItem(
        title=one.seen.name,
        subtitle=one.seen.case.number,
        url=conference_link(one.conference.id),
        icon="users",
        meta=formats.moment(one.conference.starts_at),
    )


def _asking(one: cases.Asking) -> WorkItem:
    return WorkItem(
        title=one.seen.name,
        subtitle=str(case_labels.ASKS[one.what]),
        url=case_link(one.seen.case.id),
        due_on=one.due_on,
        icon="briefcase",
        meta=one.seen.case.number,
    )


def _trajectories(group: trajectories.Group) -> Section:
    if group.status is None:
        title, label = _("Trajecten die op jou wachten"), _("trajecten")
        return Section("trajecten", title, label, group.items, group.total, aside=True)
    title, label, column = WORK[group.status]
    return Section(
        column,
        str(title),
        str(label),
        group.items,
        group.total,
        always=True,
        aside=column in ("proposed", "ending"),
        more_url=f"/trajecten?stap={column}",
    )


def signals_to_judge(actor: Actor) -> list[Section]:
    """For a director: signals to judge, and reporters who did not hear yet."""
    judge, tell = signals.for_director(actor)
    late = any(item.due_on is not None and item.due_on < clock.today() for item in judge.items)
    return [
        Section(
            "signalen", _("Signalen beoordelen"), _("signalen"), judge.items, judge.total, late=late,
            always=True, more_url="/signalen",
        ),
        Section(
            "terugkoppelen", _("Terugkoppelen aan de melder"), _("terugkoppelen"), tell.items, tell.total, aside=True,
            more_url="/signalen?toon=afronden",
        ),
    ]  # fmt: skip


def signals_to_answer(actor: Actor) -> list[Section]:
    """For who only reports: what the director still wants to know. Who has a full day is reminded of it (R02)."""
    if actor.can(Permission.CONTACTS_WRITE) or actor.can(Permission.SIGNALS_TRIAGE):
        return []
    asked = signals.to_answer(actor)
    title, label = _("Vragen over je signaal"), _("vragen")
    return [Section("signaal-vragen", title, label, asked.items, asked.total, more_url="/signalen")]


def meetings_from_outside(actor: Actor) -> list[Section]:
    """For a partner: the case conferences to come; by number, as everything that is shared with them."""
    coming = [(one, one.next_at) for one in partnering.summaries(actor) if one.next_at]
    items = [
        WorkItem(
            title=one.case.number,
            subtitle=_("Regie: %(name)s", name=one.director) if one.director else _("Nog geen regie"),
            url="/gedeeld",
            icon="users",
            meta=formats.moment(moment),
        )
        for one, moment in coming[:SHOWN]
    ]
    title, label = _("Overleg dat eraan komt"), _("overleggen")
    return [Section("overleg", title, label, items, len(coming), more_url="/gedeeld")]


def running_programmes(actor: Actor) -> list[Section]:
    """For who gives lessons: what runs now, with who to ask."""
    if Role.TRAINER not in actor.role_names:
        return []
    items = [
        WorkItem(title=row.name, subtitle=row.owner.name, url=f"/programmas/{row.id}", icon="layers")
        for row in programmes.catalogue(actor)
        if row.starts_on <= clock.today()
    ]
    return [Section("programmas", _("Programma's die nu lopen"), _("programma's"), items, len(items), aside=True)]


#: Every source of work, with the permission it needs. A new feature below adds one line, one above registers.
SOURCES: list[tuple[Permission, Callable[[Actor], list[Section]]]] = [
    (Permission.MY_DAY, unsent_drafts),
    (Permission.CONTACTS_READ, appointments_of_today),
    (Permission.CONTACTS_WRITE, own_follow_ups),
    (Permission.PEOPLE_UPDATE, asked_to_take_over),
    (Permission.SIGNALS_TRIAGE, signals_to_judge),  # some within four hours: above what colleagues are late with
    (Permission.PEOPLE_ASSIGN, late_in_teams),
    (Permission.CASES_WORK, case_work),
    (Permission.TRAJECTORIES_READ, waiting_trajectories),
    (Permission.SIGNALS_REPORT, signals_to_answer),
    (Permission.CASES_SHARED, meetings_from_outside),
    (Permission.REFERENCE_READ, running_programmes),
]


def register(permission: Permission, source: Callable[[Actor], list[Section]]) -> None:
    """Let a feature above say what its people have to do; doing it again changes nothing."""
    if (permission, source) not in SOURCES:
        SOURCES.append((permission, source))


def _own(task: Task) -> WorkItem:
    return WorkItem(
        title=task.name,
        subtitle=_subtitle(task),
        url=follow_up_link(task.id) if task.kind == FollowUpKind.PROPOSE else record_link(task.id),
        due_on=task.due_on,
        icon=_icon(task),
        meta=_when_and_last(task),
        phone=task.phone or None,
        actions=_call_actions(task) if task.kind == FollowUpKind.CALL and task.due_on <= clock.today() else (),
    )


def _put_off(item: WorkItem, reminder: Standing | None) -> WorkItem:
    """With where its reminder can be put off, or until when it is."""
    if reminder is None:
        return item
    url = put_off_link(reminder.reminder_id) if reminder.may_put_off else ""
    return replace(item, put_off_url=url, put_off_until=reminder.until)


def _draft(draft: drafts.Unsent, known: Mapping[UUID, set[str]]) -> WorkItem:
    names = sorted(set[str]().union(*(known[one] for one in draft.about & known.keys())))
    begun = str(_("Begonnen: %(moment)s", moment=formats.lately(draft.begun_at)))
    return WorkItem(
        title=keeping.label_of(draft.form),
        subtitle=" · ".join(part for part in (_few(names), begun) if part),
        url=draft_link(draft.id),
        icon="history",
    )


def _few(names: Sequence[str]) -> str:
    """'Bilal K., Yassine B. en nog 2'."""
    more = len(names) - NAMED
    shown = ", ".join(names[:NAMED])
    return str(_("%(names)s en nog %(count)s", names=shown, count=more)) if more > 0 else shown


def _appointment(line: Line) -> WorkItem:
    row = line.appointment
    about = [line.what if line.young else "", line.owner if not line.owned else ""]
    return WorkItem(
        title=line.names or line.what or str(_("Afspraak")),
        subtitle=" · ".join(part for part in about if part),
        url=appointment_link(row.id),
        starts_at=row.starts_at,
        minutes=int((row.ends_at - row.starts_at).total_seconds() // 60),
        place=line.place,
        meta="" if row.status == AppointmentStatus.PLANNED else str(STATUS[AppointmentStatus(row.status)]),
    )


def _of_team(task: Task) -> WorkItem:
    return WorkItem(
        title=task.name,
        subtitle=_subtitle(task),
        url=follow_up_link(task.id),
        due_on=task.due_on,
        icon=labels.FOLLOW_UP_ICON[task.kind],
        meta=task.assignee,
    )


def _icon(task: Task) -> str:
    """That of the kind, or how the contact was that a plain step came out of."""
    plain = task.kind == FollowUpKind.CONTACT and task.channel
    return labels.CHANNEL_ICON[Channel(task.channel)] if plain else labels.FOLLOW_UP_ICON[task.kind]


def _subtitle(task: Task) -> str:
    """What to do; a promise says that it is one, and what came of it when that has still to be told."""
    if task.outcome is not None:
        return f"{labels.OUTCOME[Outcome(task.outcome)]}: {task.what}"
    return str(_("Belofte: %(what)s", what=task.what)) if task.is_promise else str(labels.what(task))


def _call_actions(task: Task) -> tuple[QuickAction, ...]:
    """After calling: one tap writes down how it went."""
    return tuple(
        QuickAction(
            str(labels.RESULT[result]),
            call_link(task.id),
            labels.RESULT_ICON[result],
            {"result": str(result), "version": str(task.version)},
        )
        for result in (Result.REACHED, Result.NOT_REACHED)
    )


def _when_and_last(task: Task) -> str:
    """'do 26 nov · laatst 11 nov', without the day when that is what the group says."""
    last = str(_("nog geen contact"))
    if task.last_contact_at is not None:
        last = str(_("laatst %(day)s", day=formats.day(formats.local_date(task.last_contact_at))))
    if task.due_on < clock.today():
        return last
    text = f"{formats.relative_day(task.due_on)} · {last}" if task.due_on > clock.today() else last
    return text[:1].upper() + text[1:]
