from django.urls import path
from django.utils.translation import pgettext_lazy

from publishing import feeds, views

app_name = "publishing"
urlpatterns = [
    path("", views.changes, name="changes"),
    path(pgettext_lazy("address", "feed.xml"), feeds.ChangeFeed(), name="feed"),
]
