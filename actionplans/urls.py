from django.urls import path
from django.utils.translation import pgettext_lazy

from actionplans import views

app_name = "actionplans"
urlpatterns = [
    path(pgettext_lazy("address", "action-plans/"), views.plans, name="plans"),
    path(pgettext_lazy("address", "action-plans/<slug:slug>/"), views.plan, name="plan"),
    path(pgettext_lazy("address", "action-plans/<slug:plan>/<slug:slug>/"), views.activity, name="activity"),
    path(pgettext_lazy("address", "activities/"), views.activities, name="activities"),
]
