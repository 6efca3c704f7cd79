"""Reports of faults to a Sentry or GlitchTip of one's own, where SENTRY_DSN names one.

Whatever is logged as an error is reported: where in the code, in which version, under which request id. Nothing else
leaves, since values may be what somebody wrote: `remove_values` builds the report anew from what it knows to be ours.
"""

from typing import Any

from django.core.exceptions import ImproperlyConfigured

from rus_portal import __version__
from rus_portal.operations.logs import remove_personal
from rus_portal.request_ids import get_request_id

KEPT = ("event_id", "timestamp", "level", "platform", "release", "logger")
KEPT_OF_FRAMES = ("module", "function", "filename", "lineno", "in_app", "context_line", "pre_context", "post_context")
"""All of them are our code, or a library's."""


def start_fault_reports(dsn: str, **options: Any) -> None:
    """Report faults from now on. Raise `ImproperlyConfigured` if the library for it is not installed."""
    try:
        import sentry_sdk
        from sentry_sdk.integrations.dedupe import DedupeIntegration
        from sentry_sdk.integrations.excepthook import ExcepthookIntegration
        from sentry_sdk.integrations.logging import LoggingIntegration
        from sentry_sdk.integrations.threading import ThreadingIntegration
    except ImportError as error:
        raise ImproperlyConfigured(
            "SENTRY_DSN is set, but sentry-sdk is not installed. Install it (pip install --require-hashes -r "
            "requirements-sentry.txt), or remove the setting."
        ) from error
    sentry_sdk.init(
        dsn=dsn,
        release=__version__,
        before_send=remove_values,
        # Those for Django and WSGI would carry requests and queries along. Django logs what fails.
        default_integrations=False,
        integrations=[
            LoggingIntegration(level=None), ExcepthookIntegration(), ThreadingIntegration(), DedupeIntegration(),
        ],
        include_local_variables=False,
        max_breadcrumbs=0,
        auto_session_tracking=False,
        send_client_reports=False,
        server_name="",
        **options,
    )  # fmt: skip


def remove_values(event: Any, _hint: Any) -> Any:
    """Return a report with the kinds of errors and their places in the code, without any value."""
    errors = event.get("exception", {}).get("values", [])
    return {
        **{key: event[key] for key in KEPT if key in event},
        "tags": {"request": get_request_id()},
        # The template of the message, without its arguments.
        "logentry": {"message": remove_personal(str(event.get("logentry", {}).get("message", "")))},
        "exception": {"values": [_describe_error(error) for error in errors]},
    }


def _describe_error(error: dict[str, Any]) -> dict[str, Any]:
    frames = (error.get("stacktrace") or {}).get("frames", [])
    return {
        "type": error.get("type"),
        "module": error.get("module"),
        "stacktrace": {"frames": [{key: frame[key] for key in KEPT_OF_FRAMES if key in frame} for frame in frames]},
    }
