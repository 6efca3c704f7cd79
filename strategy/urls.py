from django.urls import path
from django.utils.translation import pgettext_lazy

from strategy import views

app_name = "strategy"
urlpatterns = [
    path(pgettext_lazy("address", "strategy/"), views.current, name="current"),
    path(pgettext_lazy("address", "strategy/<slug:slug>/"), views.detail, name="detail"),
]
