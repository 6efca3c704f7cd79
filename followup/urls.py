from django.urls import path
from django.utils.translation import pgettext_lazy

from followup import views

app_name = "followup"
urlpatterns = [
    path(pgettext_lazy("address", "follow-up/"), views.followups, name="list"),
    path(pgettext_lazy("address", "follow-up/compare/"), views.compare, name="compare"),
    path(pgettext_lazy("address", "follow-up/<slug:slug>/"), views.detail, name="detail"),
    path(pgettext_lazy("address", "follow-up/<slug:slug>/activities/"), views.activities, name="activities"),
    path(pgettext_lazy("address", "follow-up/<slug:slug>/goals/<slug:goal>/"), views.goal, name="goal"),
    path(pgettext_lazy("address", "follow-up/<slug:slug>/report.pdf"), views.report, name="report"),
]
