"""New cases as an Atom feed, with the same public facts as the list."""

from datetime import datetime

from django.conf import settings
from django.contrib.syndication.views import Feed
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from language.atom import AtomFeed
from registry.models import Case

LATEST = 50


class RegisterFeed(Feed):
    """The cases registered last."""

    feed_type = AtomFeed

    def title(self) -> str:
        return _("The register of %(region)s") % {"region": settings.REGION_NAME}

    def subtitle(self) -> str:
        return _("New cases in the public register")

    def link(self) -> str:
        return settings.BASE_URL + reverse("registry:list")

    def feed_url(self) -> str:
        return settings.BASE_URL + reverse("registry:feed")

    def items(self) -> list[Case]:
        return list(Case.objects.public().order_by("-registered_at", "-pk")[:LATEST])

    def item_title(self, case: Case) -> str:
        return f"{case}: {case.title}" if case.title else str(case)

    def item_description(self, case: Case) -> str:
        return _("Arrived %(day)s. Status: %(status)s.") % {
            "day": date_format(timezone.localtime(case.arrived_at), "DATE_FORMAT"),
            "status": case.get_status_display(),
        }

    def item_link(self, case: Case) -> str:
        return settings.BASE_URL + case.get_absolute_url()

    def item_guid(self, case: Case) -> str:
        return settings.BASE_URL + case.get_absolute_url()

    def item_pubdate(self, case: Case) -> datetime:
        return case.registered_at

    def item_updateddate(self, case: Case) -> datetime:
        return case.registered_at
