"""What browsers are told about every answer: pages, files, feeds, static files, errors.

The first two are settings of django-csp and Django, which add them; rus_portal/settings.py has those of transport
security. The rest is added here, and all of it to what is answered before those are reached.
"""

from collections.abc import Callable
from http import HTTPStatus

from csp.constants import NONCE, NONE, SELF
from django.conf import settings
from django.http import HttpRequest, HttpResponse

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF, NONCE],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
        "report-uri": ["/csp-report"],
    },
}
SECURE_REFERRER_POLICY = "same-origin"
STATIC_POLICY = "default-src 'none'; frame-ancestors 'none'"
"""Of static files, which load nothing. Short, since every page fetches several."""
SUPERFLUOUS = ("X-Frame-Options", "ETag", "Last-Modified")
"""Left out of static files: the policy says the first, and since one that changes has another address, none is asked
for again."""
EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": SECURE_REFERRER_POLICY,
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}
ON_PAGES = {
    "Cross-Origin-Embedder-Policy": "require-corp",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=()",
}


def declare_policies(get_response: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    """Add the policies that a view has not set otherwise, as one whose page may be embedded by others does."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = get_response(request)
        policies = EVERYWHERE | ON_PAGES
        if request.path_info.startswith(settings.STATIC_URL) and response.status_code < HTTPStatus.BAD_REQUEST:
            response.headers["Content-Security-Policy"] = STATIC_POLICY
            policies = EVERYWHERE
            for name in SUPERFLUOUS:
                response.headers.pop(name, None)
        for name, value in policies.items():
            response.headers.setdefault(name, value)
        return response

    return middleware
