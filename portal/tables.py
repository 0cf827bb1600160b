"""Every table of the portal: importing this completes the metadata, for the app, the tasks and the migrations."""

from __future__ import annotations

import portal.accounts.models
import portal.appointments.models
import portal.areas.models
import portal.audit.models
import portal.cases.models
import portal.contacts.models
import portal.documents.models
import portal.drafts.models
import portal.emergency.models
import portal.filters.models
import portal.groups.models
import portal.history.models
import portal.in_view.models
import portal.integrity.models
import portal.messengers.models
import portal.oversight.models
import portal.partners.models
import portal.people.models
import portal.places.models
import portal.privacy.models
import portal.programmes.models
import portal.reminders.models
import portal.reports.models
import portal.signals.models
import portal.talks.models
import portal.trajectories.models
from portal.core.model import Base

metadata = Base.metadata
