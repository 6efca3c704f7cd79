from django.urls import path
from django.utils.translation import pgettext_lazy

from publishing.drafts import views

urlpatterns = [
    path("<str:token>/", views.show_preview, name="preview"),
    path(pgettext_lazy("address", "<str:token>/page/"), views.show_previewed_page, name="previewed-page"),
]
