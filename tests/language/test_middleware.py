"""All that browsers send is normalised before anything reads it."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpRequest, HttpResponse, QueryDict
from django.test import RequestFactory

from language.middleware import normalize_input, normalize_query

CAME, KEPT = "A\u030adalsbanan\x1d\r\nväg\x0b83", "Ådalsbanan\nväg\n83"


def through_the_door(request: Any) -> HttpRequest:
    passed: list[HttpRequest] = []
    normalize_input(lambda request: passed.append(request) or HttpResponse())(request)  # type: ignore[func-returns-value]
    return passed[0]


def test_address_is_normalised(rf: RequestFactory) -> None:
    request = through_the_door(rf.get("/?" + urlencode([("a\0", CAME), ("a", "två"), ("b", "\0")])))

    assert (dict(request.GET.lists()), request.GET._mutable) == ({"a": [KEPT, "två"], "b": [""]}, False)


@pytest.mark.parametrize("written", ["%7F%00", "%1D", "%EF%BF%BE", "%F4%8F%BF%BF", "%E2%80%AE", "%EF%BB%BF", "%C2%9B"])
def test_what_no_filter_can_take_is_gone(rf: RequestFactory, written: str) -> None:
    assert QueryDict("status__exact=ab") == through_the_door(rf.get(f"/?status__exact=a{written}b")).GET


@pytest.mark.parametrize("multipart", [True, False], ids=["multipart", "urlencoded"])
def test_form_is_normalised(rf: RequestFactory, multipart: bool) -> None:
    sent: Any = {"data": {"text": CAME}}
    if not multipart:
        sent = {"data": urlencode({"text": CAME}), "content_type": "application/x-www-form-urlencoded"}

    assert through_the_door(rf.post("/", **sent)).POST["text"] == KEPT


def test_names_of_files_are_normalised_and_their_bytes_are_not(rf: RequestFactory) -> None:
    files = [SimpleUploadedFile(name, b"A\xcc\x8a\r\n") for name in ("A\u030adal\u202efdp.pdf", "b.pdf")]

    request = through_the_door(rf.post("/", {"files": files}))

    assert [file.name for file in request.FILES.getlist("files")] == ["Ådalfdp.pdf", "b.pdf"]
    assert request.FILES.getlist("files")[0].read() == b"A\xcc\x8a\r\n"


def test_files_may_be_asked_for_before_the_fields(rf: RequestFactory) -> None:
    request = through_the_door(rf.post("/", {"text": CAME, "file": SimpleUploadedFile("a\u0308.txt", b"x")}))

    assert ([file.name for file in request.FILES.values()], request.POST["text"]) == (["ä.txt"], KEPT)


@pytest.mark.parametrize("name", ["password", "password1", "new_password2", "old_password"])
def test_password_is_left_byte_for_byte(rf: RequestFactory, name: str) -> None:
    written = "A\u030ange\u200b\u202e \x0b\x1d\r\n"

    assert through_the_door(rf.post("/", {name: written})).POST[name] == written


def test_cookie_is_normalised(rf: RequestFactory) -> None:
    request = rf.get("/", headers={"cookie": 'sessionid="\\000abcdefghij"'})

    assert through_the_door(request).COOKIES == {"sessionid": "abcdefghij"}


def test_form_is_not_read_before_it_is_asked_for(rf: RequestFactory) -> None:
    request = through_the_door(rf.post("/", {"text": CAME}))

    assert not request._read_started  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("setting", "value", "error"),
    [("DATA_UPLOAD_MAX_MEMORY_SIZE", 5, RequestDataTooBig), ("DATA_UPLOAD_MAX_NUMBER_FIELDS", 1, TooManyFieldsSent)],
)
def test_what_django_refuses_is_refused_when_the_form_is_read(
    rf: RequestFactory, settings: Any, setting: str, value: int, error: type[Exception]
) -> None:
    setattr(settings, setting, value)
    request = through_the_door(rf.post("/", {"text": CAME, "other": "text"}))

    with pytest.raises(error):
        _ = request.POST


def test_query_that_is_normal_is_the_very_same() -> None:
    query = QueryDict("a=Ådal&a=1&b=")

    assert normalize_query(query) is query
