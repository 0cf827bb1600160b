"""Who may do what: the whole policy on one screen, for a privacy officer to read (domain §4.2).

A permission is held per role; its reach says over which records. The SQL side of each reach is `visible(actor)` in
the feature's policy.py; row-level security is the second wall.
"""

from __future__ import annotations

from enum import IntEnum, StrEnum


class Role(StrEnum):
    """Roles of domain §3.6.7; a person holds them per team."""

    YOUTH_WORKER = "youth_worker"
    CM_COORDINATOR = "cm_coordinator"
    CREDIBLE_MESSENGER = "credible_messenger"
    JV_DIRECTOR = "jv_director"
    MANAGER = "manager"
    TRAINER = "trainer"
    ANALYST = "analyst"
    PRIVACY_OFFICER = "privacy_officer"
    ADMINISTRATOR = "administrator"
    EXTERNAL_PARTNER = "external_partner"
    INTEGRITY_OFFICER = "integrity_officer"


class Reach(IntEnum):
    """Over which records a permission reaches; a wider one includes the narrower."""

    OWN = 1  # assigned, own trajectory, own account
    TEAM = 2  # everything of the team the role is held in
    ALL = 3  # the whole city


class Permission(StrEnum):
    """What an endpoint can ask for."""

    OWN_ACCOUNT = "own_account"  # sign out, own settings, own sessions, own notifications
    MY_DAY = "my_day"
    PEOPLE_READ = "people_read"
    PEOPLE_CREATE = "people_create"
    PEOPLE_UPDATE = "people_update"
    PEOPLE_ASSIGN = "people_assign"
    CONTACTS_READ = "contacts_read"
    CONTACTS_WRITE = "contacts_write"
    CORRECTIONS_APPROVE = "corrections_approve"  # a director says to have seen what was put right in a contact
    TRAJECTORIES_READ = "trajectories_read"
    TRAJECTORIES_REQUEST = "trajectories_request"
    TRAJECTORIES_COORDINATE = "trajectories_coordinate"
    TRAJECTORIES_ANSWER = "trajectories_answer"  # a messenger accepts or declines a proposal
    MESSENGERS_READ = "messengers_read"
    MESSENGERS_MANAGE = "messengers_manage"
    IN_VIEW_READ = "in_view_read"  # who is in view, as far as one has a part in it
    IN_VIEW_PROPOSE = "in_view_propose"
    IN_VIEW_DECIDE = "in_view_decide"  # never on an own proposal
    IN_VIEW_ALLOW = "in_view_allow"  # a manager: longer than four reviews; without the name
    IN_VIEW_STOP = "in_view_stop"  # the privacy officer: objections, and letters that wait; without the name
    ENROLMENTS_READ = "enrolments_read"  # who is in which programme; what is voluntary a director knows without reason
    ENROLMENTS_PROPOSE = "enrolments_propose"
    DISCLOSURES_MAKE = "disclosures_make"  # tell in another context what one may read in this one, on record
    DISCLOSURES_APPROVE = "disclosures_approve"  # of what another wants to tell in another context
    DISCLOSURES_OVERSEE = "disclosures_oversee"  # who told when, from where to where and on what ground; no contents
    PARTNERS_READ = "partners_read"  # the directory: who to call at which organisation, in their work
    PARTNERS_KEEP = "partners_keep"
    PROGRAMMES_MANAGE = "programmes_manage"  # the catalogue: programmes, lines, focus areas, what was learned
    CASELOAD_READ = "caseload_read"  # figures, never names of young people
    TALKS_HOLD = "talks_hold"  # a caseload talk, with names of young people for as long as it lasts
    TALKS_READ = "talks_read"  # the talks one takes part in
    NORMS_SET = "norms_set"  # a team's norms, and the formation of its workers
    ACCESS_LOG_OWN = "access_log_own"
    ACCESS_LOG_TEAM = "access_log_team"  # who saw a dossier of the team
    ACCESS_LOG_ALL = "access_log_all"
    USERS_READ = "users_read"
    USERS_MANAGE = "users_manage"
    GUESTS_SPONSOR = "guests_sponsor"  # answer for people from outside with an account in the team, and extend it
    WORK_HAND_OVER = "work_hand_over"  # give everything of a colleague who leaves to others
    ABSENCES_MANAGE = "absences_manage"  # say for a colleague of the team that they are away, and who stands in
    REFERENCE_READ = "reference_read"
    LEDGER_READ = "ledger_read"  # reminder ledger: codes and counts, no content
    LEDGER_MANAGE = "ledger_manage"  # send a failed message again, or say that it arrived
    EMERGENCY_USE = "emergency_use"  # read one dossier outside one's reach for an hour, and answer for it
    EMERGENCY_READ = "emergency_read"  # that it was used, by whom and when
    EMERGENCY_REVIEW = "emergency_review"  # say whether it was right
    INTEGRITY_REPORT = "integrity_report"  # tell in confidence that one was approached or pressed
    INTEGRITY_HANDLE = "integrity_handle"  # read and handle such reports; they concern no young person
    LOCATIONS_READ = "locations_read"  # places that are watched; nothing about people
    LOCATIONS_KEEP = "locations_keep"
    LOCATIONS_SHARE = "locations_share"  # let a partner read a place, for a time
    GROUPS_READ = "groups_read"  # youth groups by a code, without members
    GROUPS_KEEP = "groups_keep"
    SIGNALS_REPORT = "signals_report"  # tell of a signal, and see how the own ones stand
    SIGNALS_TRIAGE = "signals_triage"  # judge the signals of the team
    SIGNALS_COUNT = "signals_count"  # figures, never one signal
    SIGNALS_OVERSEE = "signals_oversee"  # how long they wait and whether they go in time, without what is in them
    CASES_READ = "cases_read"
    CASES_WORK = "cases_work"  # plan, goals, actions, measurements and conferences
    CASES_DIRECT = "cases_direct"  # open a case, give it to somebody, scale, pause, close
    CASES_OVERSEE = "cases_oversee"  # a manager: how the running cases of the team stand, by number
    CASES_SHARED = "cases_shared"  # the summary of a case one's organisation works along in
    NOMINATIONS_SECOND = "nominations_second"  # read a nomination without the name, and say whether it may go on
    RULES_MANAGE = "rules_manage"  # change how long a reminder rule waits and how it reaches people


R, P = Role, Permission
OWN, TEAM, ALL = Reach.OWN, Reach.TEAM, Reach.ALL

#: Everybody with an account.
EVERYONE: dict[Permission, Reach] = {
    P.OWN_ACCOUNT: OWN,
    P.MY_DAY: OWN,
    P.ACCESS_LOG_OWN: OWN,
    P.REFERENCE_READ: ALL,
    P.INTEGRITY_REPORT: OWN,
}

GRANTS: dict[Role, dict[Permission, Reach]] = {
    R.YOUTH_WORKER: {
        P.PEOPLE_READ: OWN, P.PEOPLE_CREATE: TEAM, P.PEOPLE_UPDATE: OWN,
        P.CONTACTS_READ: OWN, P.CONTACTS_WRITE: OWN,
        P.TRAJECTORIES_READ: OWN, P.TRAJECTORIES_REQUEST: OWN, P.MESSENGERS_READ: ALL, P.TALKS_READ: OWN,
        P.EMERGENCY_USE: OWN, P.IN_VIEW_READ: OWN, P.IN_VIEW_PROPOSE: OWN,
        P.LOCATIONS_READ: TEAM, P.LOCATIONS_KEEP: TEAM, P.GROUPS_READ: TEAM,
        P.SIGNALS_REPORT: OWN,
        P.CASES_READ: OWN, P.CASES_WORK: OWN,
        P.ENROLMENTS_READ: OWN, P.ENROLMENTS_PROPOSE: OWN, P.DISCLOSURES_MAKE: OWN,
        P.PARTNERS_READ: ALL,
    },
    R.CM_COORDINATOR: {
        P.PEOPLE_READ: OWN, P.CONTACTS_READ: OWN, P.GUESTS_SPONSOR: TEAM,
        P.TRAJECTORIES_READ: TEAM, P.TRAJECTORIES_COORDINATE: TEAM,
        P.MESSENGERS_READ: ALL, P.MESSENGERS_MANAGE: TEAM, P.EMERGENCY_USE: OWN,
        P.LOCATIONS_READ: ALL, P.SIGNALS_REPORT: OWN,
        P.CASES_READ: OWN,
        P.ENROLMENTS_READ: OWN, P.DISCLOSURES_MAKE: OWN,
        P.PARTNERS_READ: ALL, P.PARTNERS_KEEP: ALL,
    },
    R.CREDIBLE_MESSENGER: {
        P.PEOPLE_READ: OWN, P.CONTACTS_READ: OWN, P.CONTACTS_WRITE: OWN,
        P.TRAJECTORIES_READ: OWN, P.TRAJECTORIES_ANSWER: OWN, P.LOCATIONS_READ: ALL,
        P.SIGNALS_REPORT: OWN,
    },
    R.JV_DIRECTOR: {
        P.PEOPLE_READ: TEAM, P.PEOPLE_CREATE: TEAM, P.PEOPLE_UPDATE: TEAM, P.PEOPLE_ASSIGN: TEAM,
        P.CONTACTS_READ: TEAM, P.CORRECTIONS_APPROVE: TEAM, P.TRAJECTORIES_READ: TEAM, P.MESSENGERS_READ: ALL,
        P.CASELOAD_READ: TEAM, P.TALKS_HOLD: TEAM, P.TALKS_READ: TEAM, P.USERS_READ: TEAM,
        P.ABSENCES_MANAGE: TEAM, P.WORK_HAND_OVER: TEAM, P.ACCESS_LOG_TEAM: TEAM,
        P.EMERGENCY_USE: OWN, P.EMERGENCY_READ: TEAM,
        P.IN_VIEW_READ: TEAM, P.IN_VIEW_PROPOSE: TEAM, P.IN_VIEW_DECIDE: TEAM,
        P.LOCATIONS_READ: TEAM, P.LOCATIONS_KEEP: TEAM, P.LOCATIONS_SHARE: TEAM,
        P.GROUPS_READ: TEAM, P.GROUPS_KEEP: TEAM,
        P.SIGNALS_REPORT: OWN, P.SIGNALS_TRIAGE: TEAM, P.SIGNALS_COUNT: TEAM,
        P.CASES_READ: TEAM, P.CASES_WORK: TEAM, P.CASES_DIRECT: TEAM, P.NOMINATIONS_SECOND: TEAM,
        P.ENROLMENTS_READ: TEAM, P.DISCLOSURES_MAKE: TEAM, P.DISCLOSURES_APPROVE: TEAM,
        P.PARTNERS_READ: ALL, P.PARTNERS_KEEP: ALL, P.GUESTS_SPONSOR: TEAM,
    },
    R.MANAGER: {
        P.CASELOAD_READ: TEAM, P.TALKS_HOLD: TEAM, P.TALKS_READ: TEAM, P.NORMS_SET: TEAM, P.USERS_READ: TEAM,
        P.EMERGENCY_READ: TEAM, P.IN_VIEW_READ: TEAM, P.IN_VIEW_ALLOW: TEAM, P.PROGRAMMES_MANAGE: ALL,
        P.SIGNALS_COUNT: TEAM,
        P.CASES_OVERSEE: TEAM, P.NOMINATIONS_SECOND: TEAM,
        P.PARTNERS_READ: ALL, P.PARTNERS_KEEP: ALL, P.GUESTS_SPONSOR: TEAM,
    },
    R.TRAINER: {P.SIGNALS_REPORT: OWN, P.PARTNERS_READ: ALL},
    R.ANALYST: {P.CASELOAD_READ: ALL, P.SIGNALS_COUNT: ALL},
    R.PRIVACY_OFFICER: {
        P.ACCESS_LOG_ALL: ALL, P.ACCESS_LOG_TEAM: ALL, P.USERS_READ: ALL, P.LEDGER_READ: ALL,
        P.EMERGENCY_READ: ALL, P.EMERGENCY_REVIEW: ALL, P.IN_VIEW_READ: ALL, P.IN_VIEW_STOP: ALL,
        P.DISCLOSURES_OVERSEE: ALL, P.DISCLOSURES_APPROVE: ALL, P.SIGNALS_OVERSEE: ALL,
    },
    R.ADMINISTRATOR: {
        P.NORMS_SET: ALL, P.USERS_READ: ALL, P.USERS_MANAGE: ALL, P.WORK_HAND_OVER: ALL, P.LEDGER_READ: ALL,
        P.LEDGER_MANAGE: ALL, P.RULES_MANAGE: ALL, P.PROGRAMMES_MANAGE: ALL,
        P.PARTNERS_READ: ALL, P.PARTNERS_KEEP: ALL,
    },
    R.EXTERNAL_PARTNER: {P.SIGNALS_REPORT: OWN, P.CASES_SHARED: OWN, P.LOCATIONS_READ: OWN},
    R.INTEGRITY_OFFICER: {P.INTEGRITY_HANDLE: ALL},
}  # fmt: skip

#: Roles one person may not combine (domain §4.3).
CONTENT_ROLES = frozenset(
    {R.YOUTH_WORKER, R.CM_COORDINATOR, R.CREDIBLE_MESSENGER, R.JV_DIRECTOR, R.MANAGER, R.TRAINER, R.ANALYST}
)
EXCLUSIVE: tuple[tuple[frozenset[Role], frozenset[Role]], ...] = (
    (frozenset({R.ADMINISTRATOR}), CONTENT_ROLES | {R.PRIVACY_OFFICER}),
    (frozenset({R.PRIVACY_OFFICER}), CONTENT_ROLES | {R.ADMINISTRATOR}),
    (frozenset({R.INTEGRITY_OFFICER}), frozenset({R.ADMINISTRATOR, R.MANAGER, R.JV_DIRECTOR})),
    (frozenset({R.CREDIBLE_MESSENGER}), frozenset({R.JV_DIRECTOR, R.EXTERNAL_PARTNER})),
    # An analyst counts in the whole city, and so in the stadsdeel of any director.
    (frozenset({R.ANALYST}), frozenset({R.JV_DIRECTOR})),
    (frozenset({R.TRAINER}), frozenset({R.YOUTH_WORKER, R.CM_COORDINATOR, R.CREDIBLE_MESSENGER, R.JV_DIRECTOR})),
)


def reach(role: Role, permission: Permission) -> Reach | None:
    """How far `permission` reaches for `role`; None when the role does not hold it."""
    return GRANTS[role].get(permission) or EVERYONE.get(permission)


def combination_allowed(roles: frozenset[Role]) -> bool:
    """Whether one person may hold these roles together (separation of duty)."""
    return not any(roles & left and roles & right for left, right in EXCLUSIVE)
