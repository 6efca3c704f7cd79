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
    "receipt": "/en/contact/thanks/{token}/",
}
EVERY = {f"{kind}, sv": path for kind, path in SWEDISH.items()} | {
    f"{kind}, en": path for kind, path in ENGLISH.items()
}
