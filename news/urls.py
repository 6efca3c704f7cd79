from django.urls import path
from django.utils.translation import pgettext_lazy

from news import feeds, views

app_name = "news"
urlpatterns = [
    path("", views.news_list, name="list"),
    path(pgettext_lazy("address", "feed.xml"), feeds.NewsFeed(), name="feed"),
    path("<slug:slug>/", views.detail, name="detail"),
]
