from modeltranslation.translator import TranslationOptions, register

from contacts.models import StaffMember


@register(StaffMember)
class StaffMemberTranslation(TranslationOptions):
    fields = ("title", "area")
    required_languages = {"sv": ("title",)}
