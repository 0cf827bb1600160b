"""What the features register: the web process and the workers know the same rules, figures and holdings."""

from __future__ import annotations

from portal.accounts import open_work
from portal.accounts.service import absences, closing
from portal.appointments import holdings as appointment_holdings
from portal.appointments import service as appointments
from portal.appointments.rules import RULES as APPOINTMENT_RULES
from portal.appointments.service import handing_over as appointments_handed
from portal.appointments.workflow import MACHINE as APPOINTMENT_MACHINE
from portal.cases import holdings as case_holdings
from portal.cases.figures import FIGURES as CASE_FIGURES
from portal.cases.rules import RULES as CASE_RULES
from portal.cases.rules import level_norm
from portal.cases.service import handing_over as cases_handed
from portal.cases.service import papers as case_papers
from portal.cases.service.following_signals import add_to_case
from portal.cases.service.following_views import case_of_view
from portal.cases.service.sharing import goals_of
from portal.cases.service.stripping import strip as strip_cases
from portal.cases.workflow import CONFERENCE, NOMINATION
from portal.cases.workflow import MACHINE as CASE_MACHINE
from portal.contacts import holdings as contact_holdings
from portal.contacts.rules import RULES as CONTACT_RULES
from portal.contacts.service import correcting, follow_ups
from portal.core.i18n import N_
from portal.core.registry import registry
from portal.documents import holdings as document_holdings
from portal.documents import owners
from portal.documents.models import Owner
from portal.drafts import holdings as draft_holdings
from portal.drafts import service as drafts
from portal.drafts.rules import RULES as DRAFT_RULES
from portal.emergency import holdings as emergency_holdings
from portal.emergency.rules import RULES as EMERGENCY_RULES
from portal.groups import service as groups
from portal.history import holdings as history_holdings
from portal.home import in_view as home_in_view
from portal.home import sections
from portal.in_view import holdings as in_view_holdings
from portal.in_view import service as in_view_service
from portal.in_view.figures import FIGURES as IN_VIEW_FIGURES
from portal.in_view.rules import RULES as IN_VIEW_RULES
from portal.in_view.service import papers as view_papers
from portal.in_view.workflow import MACHINE as IN_VIEW_MACHINE
from portal.integrity import holdings as integrity_holdings
from portal.integrity import sections as integrity_sections
from portal.messengers import holdings as messenger_holdings
from portal.messengers.workflow import MACHINE as MESSENGER_MACHINE
from portal.oversight import holdings as oversight_holdings
from portal.oversight import sections as oversight_sections
from portal.oversight.service import declaring
from portal.partners.rules import RULES as PARTNER_RULES
from portal.people import holdings as people_holdings
from portal.people import ties
from portal.people.contact_norm import register_norm
from portal.people.rules import RULES as PEOPLE_RULES
from portal.people.service import assigning, finding, moving, proposals, purposes
from portal.people.service import changes as people_changes
from portal.people.service import papers as people_papers
from portal.people.service.naming import short_names
from portal.people.silence import RULES as SILENCE_RULES
from portal.places import service as places
from portal.places.figures import FIGURES as PLACE_FIGURES
from portal.places.rules import RULES as PLACE_RULES
from portal.places.workflow import MACHINE as LOCATION_MACHINE
from portal.privacy import access_log
from portal.privacy.permissions import Permission
from portal.programmes import holdings as programme_holdings
from portal.programmes import service as programmes
from portal.programmes.rules import RULES as PROGRAMME_RULES
from portal.programmes.workflow import DISCLOSURE
from portal.programmes.workflow import MACHINE as ENROLMENT_MACHINE
from portal.reminders.rules import RULES as REMINDER_RULES
from portal.reports.figures import FIGURES
from portal.signals import holdings as signal_holdings
from portal.signals import policy as signal_policy
from portal.signals import service as signals
from portal.signals.models import SignalOutcome
from portal.signals.rules import RULES as SIGNAL_RULES
from portal.signals.workflow import MACHINE as SIGNAL_MACHINE
from portal.talks import holdings as talk_holdings
from portal.talks import sections as talk_sections
from portal.talks.rules import RULES as TALK_RULES
from portal.talks.service import holding
from portal.trajectories import holdings as trajectory_holdings
from portal.trajectories.rules import RULES as TRAJECTORY_RULES
from portal.trajectories.service import lines
from portal.trajectories.service import papers as trajectory_papers
from portal.trajectories.service import workload as trajectories_led
from portal.trajectories.service.goals import register_goals
from portal.trajectories.workflow import MACHINE as TRAJECTORY_MACHINE


def register() -> None:
    """Fill the registry; doing it again changes nothing."""
    registry.short_names = short_names
    purposes.register_waiting(correcting.waits)
    purposes.register_waiting(holding.opened)
    registry.add(rules=DRAFT_RULES, holdings=draft_holdings.HOLDINGS)
    access_log.register_on_behalf(finding.stood_in_for)
    access_log.register_emergencies(ties.emergencies)
    registry.add(rules=(*PEOPLE_RULES, *SILENCE_RULES), holdings=people_holdings.HOLDINGS)
    registry.add(holdings=document_holdings.HOLDINGS)
    registry.add(holdings=history_holdings.HOLDINGS)
    people_changes.watch()
    owners.register_owner(Owner.PERSON, people_papers.attached_to)
    owners.register_owner(Owner.TRAJECTORY, trajectory_papers.attached_to)
    owners.register_owner(Owner.VIEW, view_papers.attached_to)
    owners.register_owner(Owner.CASE, case_papers.attached_to)
    registry.add(rules=EMERGENCY_RULES, holdings=emergency_holdings.HOLDINGS)
    registry.add(rules=IN_VIEW_RULES, holdings=in_view_holdings.HOLDINGS, machines=(IN_VIEW_MACHINE,))
    registry.add(holdings=integrity_holdings.HOLDINGS)
    registry.add(rules=APPOINTMENT_RULES, holdings=appointment_holdings.HOLDINGS, machines=(APPOINTMENT_MACHINE,))
    registry.add(rules=CONTACT_RULES, holdings=contact_holdings.HOLDINGS)
    registry.add(holdings=messenger_holdings.HOLDINGS, machines=(MESSENGER_MACHINE,))
    registry.add(rules=TRAJECTORY_RULES, holdings=trajectory_holdings.HOLDINGS, machines=(TRAJECTORY_MACHINE,))
    registry.add(rules=PLACE_RULES, machines=(LOCATION_MACHINE,))
    registry.add(rules=SIGNAL_RULES, holdings=signal_holdings.HOLDINGS, machines=(SIGNAL_MACHINE,))
    signal_policy.register_known(declaring.known_by)
    in_view_service.register_signals(signals.to_propose)
    in_view_service.register_stripper(strip_cases)
    in_view_service.register_follower(case_of_view)
    in_view_service.register_told(follow_ups.proposed)
    signals.register(SignalOutcome.ADD_TO_CASE, add_to_case)
    register_norm(level_norm)
    register_goals(goals_of)
    registry.add(rules=CASE_RULES, holdings=case_holdings.HOLDINGS, machines=(CASE_MACHINE, CONFERENCE, NOMINATION))
    registry.add(rules=PROGRAMME_RULES, holdings=programme_holdings.HOLDINGS, machines=(ENROLMENT_MACHINE, DISCLOSURE))
    programmes.register_running(N_("Trajecten die lopen"), lines.running)
    programmes.register_groups(groups.code_of)
    registry.add(rules=PARTNER_RULES)
    registry.add(rules=REMINDER_RULES)
    registry.add(holdings=oversight_holdings.HOLDINGS)
    registry.add(figures=(*FIGURES, *IN_VIEW_FIGURES, *CASE_FIGURES, *PLACE_FIGURES))
    moving.register_mover(follow_ups.hand_over, follow_ups.people_of)
    moving.register_mover(appointments_handed.hand_over, appointments_handed.people_of, appointments_handed.leave)
    moving.register_mover(cases_handed.hand_over, cases_handed.people_of)
    closing.erased_with_account(drafts.erase_all)
    sections.register(Permission.IN_VIEW_READ, home_in_view.waiting)
    registry.add(rules=TALK_RULES, holdings=talk_holdings.HOLDINGS)
    sections.register(Permission.ACCESS_LOG_ALL, oversight_sections.waiting)
    sections.register(Permission.INTEGRITY_HANDLE, integrity_sections.waiting)
    sections.register(Permission.TALKS_READ, talk_sections.agreements)
    sections.register(Permission.TALKS_HOLD, talk_sections.to_hold)
    open_work.register(N_("Jongeren"), assigning.count_of)
    open_work.register(N_("Locaties"), places.count_of)
    open_work.register(N_("Afspraken"), appointments.count_of)
    open_work.register(N_("Waarnemingen"), absences.count_duties)
    open_work.register(N_("Acties uit casussen"), cases_handed.count_of)
    open_work.register(N_("Doelen uit casussen"), cases_handed.count_goals)
    open_work.register(N_("Trajecten als messenger"), trajectories_led.count_of)
    open_work.register(N_("Casussen met de regie"), cases_handed.count_led)
    open_work.register(N_("Voorstellen om over te nemen"), proposals.count_of)
    open_work.register(N_("Afgesproken vervolgstappen en beloftes"), follow_ups.count_of)
