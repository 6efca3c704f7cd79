from django.urls import path
from django.utils.translation import pgettext_lazy

from contacts import views

app_name = "contacts"

urlpatterns = [
    path("", views.write_to_registrar, name="form"),
    path(pgettext_lazy("address", "thanks/<uuid:token>/"), views.receipt, name="receipt"),
    path("<slug:slug>/", views.write_to_staff, name="staff"),
]
