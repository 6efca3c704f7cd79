"""The addresses of apps that own things whose pages join many apps, with these pages among them."""

from django.urls import path
from django.utils.translation import pgettext_lazy

import actionplans.urls
import documents.urls
import strategy.urls
from rus_portal.pages.documents import show_document
from rus_portal.pages.goals import list_goals, show_goal
from rus_portal.pages.plans import show_plan

_plan = path(pgettext_lazy("address", "action-plans/<slug:slug>/"), show_plan, name="plan")
of_actionplans = ([_plan, *actionplans.urls.urlpatterns], actionplans.urls.app_name)

_document = path("<slug:slug>/", show_document, name="detail")
of_documents = ([_document, *documents.urls.urlpatterns], documents.urls.app_name)

_goals = [
    path(pgettext_lazy("address", "goals/"), list_goals, name="goals"),
    path(pgettext_lazy("address", "goals/<slug:slug>/"), show_goal, name="goal"),
]
of_strategy = ([*_goals, *strategy.urls.urlpatterns], strategy.urls.app_name)
