"""`make dev`: the portal with DEBUG, whose server and worker restart when a file is saved."""

import os
import sys
from pathlib import Path
from typing import Any

from rus_portal import launch


def main() -> None:
    os.environ["DEBUG"] = "1"
    launch.refuse_taken_port()
    try:
        with launch.prepared_portal():
            _serve()
    except KeyboardInterrupt:
        pass
    launch.print_line("Everything has stopped.")


def _serve() -> None:
    launch.keep_children([
        launch.make_child("The server", "manage.py", "runserver", f"127.0.0.1:{launch.PORT}"),
        launch.make_child("The worker", "-m", "rus_portal.develop", "work"),
    ])  # fmt: skip


def run_worker() -> None:
    """Run the worker, which also rebuilds style sheets and translations whenever it restarts."""
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "rus_portal.settings")
    django.setup()
    from django.utils import autoreload

    autoreload.autoreload_started.connect(_watch)
    autoreload.run_with_reloader(_work)


def _work() -> None:
    from rus_portal import assets, worker

    assets.prepare_assets(launch.print_line, ("translations", "style sheets"))
    worker.work_forever()


def _watch(sender: Any, **_: Any) -> None:
    """Watch style sheets and translations besides Python files."""
    from django.conf import settings

    sender.watch_dir(Path(settings.BASE_DIR) / "assets", "**/*.css")
    sender.watch_dir(Path(settings.BASE_DIR) / "locale", "**/*.po")


if __name__ == "__main__":
    run_worker() if sys.argv[1:] == ["work"] else main()
