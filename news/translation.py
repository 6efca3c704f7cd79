from modeltranslation.translator import TranslationOptions, register

from news.models import NewsItem


@register(NewsItem)
class NewsItemTranslation(TranslationOptions):
    fields = ("title", "ingress", "body")
    required_languages = {"sv": ("title", "ingress", "body")}
