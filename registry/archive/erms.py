"""Cases in CITS ERMS 3.0 (FGS Ärendehantering). The order of the elements is the schema's.

Names, addresses and secrecy marks are delivered too: the archive takes over the duty to protect them.
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
from registry.archive.xml import XSI, add_element, format_time
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


def make_document(plans: Iterable[RetentionPlan], made_at: datetime) -> tuple[ET.Element, ET.Element]:
    """Return the document with its control part, and the element for the cases."""
    root = ET.Element(f"{{{NAMESPACE}}}erms")
    root.set(f"{{{XSI}}}schemaLocation", f"{NAMESPACE} ../../../schemas/ERMS_v3.xsd")
    control = add_element(root, "control")
    number = settings.REGION_ORGANISATION_NUMBER.replace("-", "")
    add_element(control, "identification", settings.REGION_NAME, identificationType="arkivbildare")
    add_element(control, "identification", number, identificationType="organisationsnummer")
    for plan in plans:
        schema = add_element(control, "classificationSchema", classificationSchemaId=_plan_id(plan))
        add_element(add_element(schema, "textualDescriptionOfClassificationSchema"), "p", f"{plan}: {plan.decision}")
    maintenance = add_element(control, "maintenanceInformation")
    add_element(maintenance, "maintenanceStatus", value="new")
    agency = add_element(maintenance, "maintenanceAgency")
    add_element(agency, "agencyCode", number, type="organisationsnummer")
    add_element(agency, "agencyName", settings.REGION_NAME)
    event = add_element(add_element(maintenance, "maintenanceHistory"), "maintenanceEvent")
    add_element(event, "eventType", value="created")
    add_element(event, "eventDateTime", format_time(made_at))
    _agent(event, SOFTWARE, "deliverer")
    return root, add_element(root, "aggregations")


def add_case(parent: ET.Element, case: Case) -> ET.Element:
    """Add a case without its records, and return its element for `add_record`."""
    kind = case.document_type
    element = add_element(
        parent,
        "aggregation",
        systemIdentifier=_identifier(f"case/{case.pk}"),
        aggregationType="caseFile",
        classificationSchemaUsed=_plan_id(kind.plan) if kind else None,
    )
    add_element(element, "objectId", case.registration_number)
    if kind:
        add_element(element, "classification", kind.title, classificationCode=kind.code)
    add_element(element, "title", case.title)
    add_element(element, "status", value="closed")
    if case.follows:
        add_element(element, "relation", case.follows.registration_number, relationType="reference")
    for mark in case.secrecy_marks.all():
        if mark.lifted_on is None:
            _restriction(element, mark)
    if kind and case.closed_at:
        _disposal(element, case)
    _case_agents(element, case)
    dates = add_element(element, "dates")
    add_element(dates, "date", format_time(case.registered_at), dateType="opened")
    if case.closed_at:
        add_element(dates, "date", format_time(case.closed_at), dateType="closed")
    for event in case.events.all():
        if event.kind != Event.Kind.STATED:
            _action(element, event)
    return element


def add_record(parent: ET.Element, record: Record, copies: Iterable[Copy]) -> None:
    """Add a record with the files that were copied for it."""
    direction = Record.Direction(record.direction)
    element = add_element(
        parent,
        "record",
        systemIdentifier=_identifier(f"record/{record.pk}"),
        recordType=record.get_direction_display(),
        recordPhysicalOrDigital="digital",
    )
    add_element(element, "objectId", record)
    add_element(element, "title", record.subject)
    add_element(element, "runningNumber", record.ordinal)
    add_element(element, "direction", **DIRECTIONS[direction])
    agents = add_element(element, "agents")
    for party in record.parties.all():
        _party(agents, party, AGENTS[Party.Role(party.role)])
    if record.intake:
        _agent(agents, record.intake.addressee, "receiver")
    add_element(add_element(element, "dates"), "date", format_time(record.recorded_at), dateType=DATES[direction])
    if record.intake:
        add_element(element, "dispatchMode", record.intake.get_channel_display())
    appendices = add_element(element, "additionalInformation")
    for copy in copies:
        add_element(
            appendices,
            "appendix",
            name=copy.name,
            path=copy.path,
            fileFormat=copy.content_type,
            description=copy.description or None,
        )


def _restriction(parent: ET.Element, mark: SecrecyMark) -> None:
    """Add a secrecy mark: provision, date and authority (OSL 2009:400, 5:5)."""
    element = add_element(parent, "restriction", restrictionType="confidential")
    said = {"day": mark.marked_on, "authority": mark.authority}
    add_element(element, "explanatoryText", _("Secrecy mark of %(day)s, %(authority)s") % said)
    add_element(element, "regulation", mark.provision)
    marked = timezone.make_aware(datetime.combine(mark.marked_on, time.min))
    add_element(add_element(element, "dates"), "date", format_time(marked), dateType="confidentiality_assessed")


def _disposal(parent: ET.Element, case: Case) -> None:
    """Add the retention period of the document type (Arkivlagen 1990:782, 10 §)."""
    kind, closed = case.document_type, case.closed_at
    assert kind is not None  # noqa: S101 - the caller has looked
    assert closed is not None  # noqa: S101
    years = kind.retention_years
    element = add_element(parent, "disposal", disposable="true" if years else "false")
    if years:
        add_element(element, "disposalPeriod", _("%(years)d years") % {"years": years})
    add_element(element, "disposalMandate", f"{kind.plan}: {kind.plan.decision}")
    dates = add_element(element, "dates")
    add_element(dates, "disposalDate", format_time(closed), dateType="retention_period_start")
    if years:
        add_element(dates, "disposalDate", format_time(add_years(closed, years)), dateType="retention_period_end")


def add_years(start: datetime, years: int) -> datetime:
    """Return the same day a number of years later; 28 February where there is no 29th."""
    local = timezone.localtime(start)
    day = local.day if (local.month, local.day) != (2, 29) else 28
    return local.replace(year=local.year + years, day=day)


def _case_agents(parent: ET.Element, case: Case) -> None:
    agents = add_element(parent, "agents")
    if officer := case.assigned_to:
        _agent(agents, officer.get_full_name() or officer.get_username(), "responsible_person")
    first = next(iter(case.records.all()), None)
    for party in first.parties.all() if first else []:
        _party(agents, party, "counterpart")


def _action(parent: ET.Element, event: Event) -> None:
    element = add_element(parent, "action")
    add_element(element, "actionText", in_words(event))
    add_element(element, "actionType", event.get_kind_display())
    add_element(add_element(element, "dates"), "actionDate", format_time(event.at), dateType="created")
    if event.actor:
        _agent(add_element(element, "agents"), event.actor, "agent")


def _party(parent: ET.Element, party: Party, kind: str) -> None:
    """Add a party. A protected identity (skyddad identitet) is stated, so that the archive protects it too."""
    agent = _agent(parent, party.name or party.email or _("anonymous"), kind)
    if addresses := list(filter(None, (party.email, party.reply_to))):
        contact = add_element(agent, "addressContactInformation")
        for address in addresses:
            add_element(contact, "contactLine", address, contactType="email")
    if party.identity_is_protected:
        add_element(agent, "protectedIdentity", "true")


def _agent(parent: ET.Element, name: str, kind: str) -> ET.Element:
    agent = add_element(parent, "agent", agentType=kind)
    add_element(agent, "name", name)
    return agent


def _plan_id(plan: RetentionPlan) -> str:
    return make_writable(f"plan-{plan.version}")


def _identifier(what: str) -> str:
    """Return a UUID that is the same in every delivery."""
    return str(uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.BASE_URL}/registry/{what}"))
