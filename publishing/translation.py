from modeltranslation.translator import TranslationOptions, register

from publishing.models import ChangeNote


@register(ChangeNote)
class ChangeNoteTranslation(TranslationOptions):
    fields = ("title", "note")
