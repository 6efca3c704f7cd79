from django.urls import path
from django.utils.translation import pgettext_lazy

from documents import views

app_name = "documents"
urlpatterns = [
    path("", views.document_list, name="list"),
    path(pgettext_lazy("address", "<slug:slug>/file"), views.file, name="file"),
    path(pgettext_lazy("address", "<slug:slug>/file/<int:number>"), views.version, name="version"),
]
