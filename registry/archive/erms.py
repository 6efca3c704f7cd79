"""Cases in CITS ERMS 3.0 (FGS Ärendehantering). The order of the elements is the schema's.

Names, addresses and secrecy marks go with the case: the archive takes over the duty to protect them.
"""

import uuid
from collections.abc import Iterable
from datetime import datetime, time
from xml.etree import ElementTree as ET

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from language.characters import make_writable
from registry.archive.content import Copy
from registry.archive.xml import XSI, add, moment
from registry.models import Case, Event, Party, Record, RetentionPlan, SecrecyMark
from registry.templatetags.registry_words import in_words

NAMESPACE = "https://DILCIS.eu/XML/ERMS"
ET.register_namespace("", NAMESPACE)
ET.register_namespace("xsi", XSI)
SOFTWARE = "rus-portal"
DIRECTIONS = {
    Record.Direction.INCOMING: {"directionDefinition": "incoming"},
    Record.Direction.OUTGOING: {"directionDefinition": "outgoing"},
    Record.Direction.DRAWN_UP: {"directionDefinition": "other", "otherDirectionDefinition": "upprättad"},
}
DATES = {
    Record.Direction.INCOMING: "received",
    Record.Direction.OUTGOING: "expedited",
    Record.Direction.DRAWN_UP: "created",
}
AGENTS = {Party.Role.SENDER: "sender", Party.Role.RECIPIENT: "recipient"}


def new_document(plans: Iterable[RetentionPlan], made_at: datetime) -> tuple[ET.Element, ET.Element]:
    """The document with its control part, and the element that takes the cases."""
    root = ET.Element(f"{{{NAMESPACE}}}erms")
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} ../../../schemas/ERMS_v3.xsd")
    control = add(root, "control")
    number = settings.REGION_ORGANISATION_NUMBER.replace("-", "")
    add(control, "identification", settings.REGION_NAME, identificationType="arkivbildare")
    add(control, "identification", number, identificationType="organisationsnummer")
    for plan in plans:
        schema = add(control, "classificationSchema", classificationSchemaId=_plan_id(plan))
        add(add(schema, "textualDescriptionOfClassificationSchema"), "p", f"{plan}: {plan.decision}")
    maintenance = add(control, "maintenanceInformation")
    add(maintenance, "maintenanceStatus", value="new")
    agency = add(maintenance, "maintenanceAgency")
    add(agency, "agencyCode", number, type="organisationsnummer")
    add(agency, "agencyName", settings.REGION_NAME)
    event = add(add(maintenance, "maintenanceHistory"), "maintenanceEvent")
    add(event, "eventType", value="created")
    add(event, "eventDateTime", moment(made_at))
    _agent(event, SOFTWARE, "deliverer")
    return root, add(root, "aggregations")


def add_case(parent: ET.Element, case: Case) -> ET.Element:
    """A case without its records: they follow as `add_record`."""
    kind = case.document_type
    element = add(
        parent,
        "aggregation",
        systemIdentifier=_identifier(f"case/{case.pk}"),
        aggregationType="caseFile",
        classificationSchemaUsed=_plan_id(kind.plan) if kind else None,
    )
    add(element, "objectId", case.registration_number)
    if kind:
        add(element, "classification", kind.title, classificationCode=kind.code)
    add(element, "title", case.title)
    add(element, "status", value="closed")
    if case.follows:
        add(element, "relation", case.follows.registration_number, relationType="reference")
    for mark in case.secrecy_marks.all():
        if mark.lifted_on is None:
            _restriction(element, mark)
    if kind and case.closed_at:
        _disposal(element, case)
    _case_agents(element, case)
    dates = add(element, "dates")
    add(dates, "date", moment(case.registered_at), dateType="opened")
    if case.closed_at:
        add(dates, "date", moment(case.closed_at), dateType="closed")
    for event in case.events.all():
        if event.kind != Event.Kind.STATED:
            _action(element, event)
    return element


def add_record(parent: ET.Element, record: Record, copies: Iterable[Copy]) -> None:
    """A record of a case, with the files that were copied for it."""
    direction = Record.Direction(record.direction)
    element = add(
        parent,
        "record",
        systemIdentifier=_identifier(f"record/{record.pk}"),
        recordType=record.get_direction_display(),
        recordPhysicalOrDigital="digital",
    )
    add(element, "objectId", record)
    add(element, "title", record.subject)
    add(element, "runningNumber", record.ordinal)
    add(element, "direction", **DIRECTIONS[direction])
    agents = add(element, "agents")
    for party in record.parties.all():
        _party(agents, party, AGENTS[Party.Role(party.role)])
    if record.intake:
        _agent(agents, record.intake.addressee, "receiver")
    add(add(element, "dates"), "date", moment(record.recorded_at), dateType=DATES[direction])
    if record.intake:
        add(element, "dispatchMode", record.intake.get_channel_display())
    appendices = add(element, "additionalInformation")
    for copy in copies:
        add(
            appendices,
            "appendix",
            name=copy.name,
            path=copy.path,
            fileFormat=copy.content_type,
            description=copy.description or None,
        )


def _restriction(parent: ET.Element, mark: SecrecyMark) -> None:
    """A secrecy mark: provision, date and authority (OSL 2009:400, 5:5)."""
    element = add(parent, "restriction", restrictionType="confidential")
    said = {"day": mark.marked_on, "authority": mark.authority}
    add(element, "explanatoryText", _("Secrecy mark of %(day)s, %(authority)s") % said)
    add(element, "regulation", mark.provision)
    marked = timezone.make_aware(datetime.combine(mark.marked_on, time.min))
    add(add(element, "dates"), "date", moment(marked), dateType="confidentiality_assessed")


def _disposal(parent: ET.Element, case: Case) -> None:
    """How long it is kept, from the plan that it was typed by (Arkivlagen 1990:782, 10 §)."""
    kind, closed = case.document_type, case.closed_at
    assert kind is not None  # noqa: S101 - the caller has looked
    assert closed is not None  # noqa: S101
    years = kind.retention_years
    element = add(parent, "disposal", disposable="true" if years else "false")
    if years:
        add(element, "disposalPeriod", _("%(years)d years") % {"years": years})
    add(element, "disposalMandate", f"{kind.plan}: {kind.plan.decision}")
    dates = add(element, "dates")
    add(dates, "disposalDate", moment(closed), dateType="retention_period_start")
    if years:
        add(dates, "disposalDate", moment(years_after(closed, years)), dateType="retention_period_end")


def years_after(start: datetime, years: int) -> datetime:
    """The same day so many years later; 28 February where there is no 29th."""
    local = timezone.localtime(start)
    day = local.day if (local.month, local.day) != (2, 29) else 28
    return local.replace(year=local.year + years, day=day)


def _case_agents(parent: ET.Element, case: Case) -> None:
    agents = add(parent, "agents")
    if officer := case.assigned_to:
        _agent(agents, officer.get_full_name() or officer.get_username(), "responsible_person")
    first = next(iter(case.records.all()), None)
    for party in first.parties.all() if first else []:
        _party(agents, party, "counterpart")


def _action(parent: ET.Element, event: Event) -> None:
    element = add(parent, "action")
    add(element, "actionText", in_words(event))
    add(element, "actionType", event.get_kind_display())
    add(add(element, "dates"), "actionDate", moment(event.at), dateType="created")
    if event.actor:
        _agent(add(element, "agents"), event.actor, "agent")


def _party(parent: ET.Element, party: Party, kind: str) -> None:
    """Someone outside. Protected identity (skyddad identitet) is told, so that the archive protects it too."""
    agent = _agent(parent, party.name or party.email or _("anonymous"), kind)
    if addresses := list(filter(None, (party.email, party.reply_to))):
        contact = add(agent, "addressContactInformation")
        for address in addresses:
            add(contact, "contactLine", address, contactType="email")
    if party.identity_is_protected:
        add(agent, "protectedIdentity", "true")


def _agent(parent: ET.Element, name: str, kind: str) -> ET.Element:
    agent = add(parent, "agent", agentType=kind)
    add(agent, "name", name)
    return agent


def _plan_id(plan: RetentionPlan) -> str:
    return make_writable(f"plan-{plan.version}")


def _identifier(what: str) -> str:
    """The same thing has the same UUID in every delivery."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.BASE_URL}/registry/{what}"))
