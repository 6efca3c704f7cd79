from django.urls import path
from django.utils.translation import pgettext_lazy

from registry import feeds, views

app_name = "registry"
CASE = "<slug:series>/<int:year>/<int:number>/"

urlpatterns = [
    path("", views.case_list, name="list"),
    path(pgettext_lazy("address", "feed.xml"), views.always_fresh(feeds.RegisterFeed()), name="feed"),
    path(pgettext_lazy("address", "heads.json"), views.head_file, name="heads"),
    path(pgettext_lazy("address", "request/"), views.request_documents, name="request"),
    path(pgettext_lazy("address", "follow/"), views.follow, name="follow"),
    path(CASE, views.case, name="case"),
    path(
        pgettext_lazy("address", "<slug:series>/<int:year>/<int:number>/request/"),
        views.request_documents,
        name="request-case",
    ),
]
