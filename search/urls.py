from django.urls import path
from django.utils.translation import pgettext_lazy

from search import views

app_name = "search"
urlpatterns = [
    path("", views.results, name="results"),
    path(pgettext_lazy("address", "suggestions"), views.suggestions, name="suggestions"),
    path("opensearch.xml", views.description, name="description"),
]
