from django.urls import path
from django.utils.translation import pgettext_lazy

from actionplans.views import activity_list, feeds, matrix, organisations, plans

app_name = "actionplans"
urlpatterns = [
    path(pgettext_lazy("address", "action-plans/"), plans.list_plans, name="plans"),
    path(pgettext_lazy("address", "action-plans/<slug:slug>/feed.xml"), feeds.PlanFeed(), name="plan-feed"),
    path(pgettext_lazy("address", "action-plans/<slug:plan>/<slug:slug>/"), plans.show_activity, name="activity"),
    path(pgettext_lazy("address", "activities/"), activity_list.list_activities, name="activities"),
    path(pgettext_lazy("address", "activities.<slug:kind>"), activity_list.export_activities, name="export"),
    path(pgettext_lazy("address", "organisations/"), organisations.list_organisations, name="organisations"),
    path(
        pgettext_lazy("address", "organisations/<slug:slug>/"),
        organisations.show_organisation,
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
