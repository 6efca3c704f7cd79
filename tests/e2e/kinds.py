"""One address of every kind of page; the rest of the demo's pages are of these kinds."""

SWEDISH = {
    "start": "/",
    "strategy": "/strategi/",
    "goals": "/mal/",
    "goal": "/mal/kompetens/",
    "plans": "/handlingsplaner/",
    "plan": "/handlingsplaner/bredbandsutbyggnad/",
    "activity": "/handlingsplaner/innovation/sensorer-i-skogen/",
    "activities": "/aktiviteter/",
    "activities of nothing": "/aktiviteter/?q=finnsinte",
    "documents": "/dokument/?kind=action_plan",
    "document": "/dokument/regional-utvecklingsstrategi-2011-2020/",
    "news": "/nyheter/",
    "news item": "/nyheter/lamna-synpunkter-pa-transportplanen/",
    "contact": "/kontakt/",
    "contact errors": "/kontakt/frida-bergman/",
    "staff": "/kontakt/frida-kallenbach/",
    "receipt": "/kontakt/tack/{token}/",
    "register": "/diarium/",
    "register of nothing": "/diarium/?q=finnsinte&since=2026-13-01",
    "case": "/diarium/rus/{year}/3/",
    "request": "/diarium/begar-ut/",
    "request errors": "/diarium/begar-ut/",
    "request of a case": "/diarium/rus/{year}/3/begar-ut/",
    "follow errors": "/diarium/folj/",
    "demo receipt": "/kontakt/tack/5f0a0000-0000-4000-8000-000000000001/",
    "site map": "/webbkarta/",
    "accessibility": "/tillganglighet/",
    "privacy": "/personuppgifter/",
    "not found": "/finns-inte/",
}
ENGLISH = {
    "start": "/en/",
    "goal": "/en/goals/kompetens/",
    "plan": "/en/action-plans/innovation/",
    "documents": "/en/documents/",
    "contact errors": "/en/contact/frida-bergman/",
    "register": "/en/registry/",
    "case": "/en/registry/rus/{year}/3/",
    "request": "/en/registry/request/",
    "receipt": "/en/contact/thanks/{token}/",
}
EVERY = {f"{kind}, sv": path for kind, path in SWEDISH.items()} | {
    f"{kind}, en": path for kind, path in ENGLISH.items()
}
