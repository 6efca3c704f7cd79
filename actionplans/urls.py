from django.urls import path
from django.utils.translation import pgettext_lazy

from actionplans import feeds, lists, matrix, organisation_pages, views

app_name = "actionplans"
urlpatterns = [
    path(pgettext_lazy("address", "action-plans/"), views.plans, name="plans"),
    path(pgettext_lazy("address", "action-plans/<slug:slug>/feed.xml"), feeds.PlanFeed(), name="plan-feed"),
    path(pgettext_lazy("address", "action-plans/<slug:plan>/<slug:slug>/"), views.activity, name="activity"),
    path(pgettext_lazy("address", "activities/"), lists.list_activities, name="activities"),
    path(pgettext_lazy("address", "activities.<slug:kind>"), lists.export_activities, name="export"),
    path(pgettext_lazy("address", "organisations/"), organisation_pages.list_organisations, name="organisations"),
    path(
        pgettext_lazy("address", "organisations/<slug:slug>/"),
        organisation_pages.show_organisation,
        name="organisation",
    ),
    path(
        pgettext_lazy("address", "organisations/<slug:slug>/feed.xml"),
        feeds.OrganisationFeed(),
        name="organisation-feed",
    ),
    path(pgettext_lazy("address", "goals/<slug:slug>/feed.xml"), feeds.GoalFeed(), name="goal-feed"),
    path(pgettext_lazy("address", "goals/matrix/"), matrix.show_matrix, name="matrix"),
]
