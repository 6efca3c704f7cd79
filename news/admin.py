from django.contrib import admin

from news.models import NewsItem
from publishing.admin import PublishableAdmin, sv_en


@admin.register(NewsItem)
class NewsItemAdmin(PublishableAdmin):
    """News, the latest first."""

    list_display = ("title", "publication_mark", "publish_from", "updated_at")
    list_filter = ("publication", "publish_from")
    search_fields = ("title_sv", "title_en", "ingress_sv", "ingress_en")
    prepopulated_fields = {"slug": ("title_sv",)}
    fieldsets = (
        (None, {"fields": [*sv_en("title", "ingress", "body")]}),
        PublishableAdmin.ADDRESS_AND_PUBLISHING,
    )
