from django.urls import path
from django.utils.translation import pgettext_lazy

from indicators import views

app_name = "indicators"
urlpatterns = [
    path(pgettext_lazy("address", "indicators/"), views.indicators, name="list"),
    path(pgettext_lazy("address", "indicators/<slug:slug>.csv"), views.as_csv, name="csv"),
    path(pgettext_lazy("address", "indicators/<slug:slug>.json"), views.as_json, name="json"),
    path(pgettext_lazy("address", "indicators/<slug:slug>/"), views.detail, name="detail"),
]
