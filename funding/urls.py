from django.urls import path
from django.utils.translation import pgettext_lazy

from funding import views

app_name = "funding"
urlpatterns = [
    path(pgettext_lazy("address", "funding/"), views.programmes, name="programmes"),
    path(pgettext_lazy("address", "funding/calls.ics"), views.calendar, name="calendar"),
    path(pgettext_lazy("address", "funding/<slug:slug>/"), views.programme, name="programme"),
    path(pgettext_lazy("address", "funding/<slug:slug>/<int:pk>.ics"), views.call_calendar, name="call-calendar"),
    path(pgettext_lazy("address", "does-my-project-fit/"), views.fit, name="fit"),
]
