"""What the portal is told: variables of the environment, files that they name, and `.env`.

Whoever starts something reads it here: settings, the embedded database, `make run`, `manage.py`. So they agree.
"""

from pathlib import Path

from django.core.exceptions import ImproperlyConfigured
from environ import FileAwareEnv
from environ.fileaware_mapping import FileAwareMapping

BASE_DIR = Path(__file__).resolve().parent.parent
ENV_FILE = BASE_DIR / ".env"


class EnvironmentAndFiles(FileAwareMapping):
    """The environment's variables. For any of them `NAME_FILE` may name a file that holds the value of `NAME`.

    A file that cannot be read, or holds nothing, is an error: without it, production would take itself for a demo.
    """

    def __getitem__(self, name: str) -> str:
        try:
            value: str = super().__getitem__(name)
        except OSError as error:
            raise ImproperlyConfigured(
                f"{name}_FILE names {error.filename}, which cannot be read: {error.strerror}."
            ) from error
        value = value.rstrip("\r\n")  # editors end a file with a line break
        if not value and self.env.get(f"{name}_FILE"):
            raise ImproperlyConfigured(f"{name}_FILE names {self.env[f'{name}_FILE']}, which is empty.")
        # For the library `$x` is the value of another variable; for us it is a password that begins so.
        return f"\\{value}" if value.startswith("$") else value


class Environment(FileAwareEnv):
    ENVIRON = EnvironmentAndFiles()

    def __init__(self) -> None:
        super().__init__()
        self.escape_proxy = True


def read_env_file(path: Path) -> None:
    """Add what a file like `.env` sets to the environment, whose own variables hold before it."""
    try:
        with path.open(encoding="utf-8") as content:
            env.read_env(content)
    except FileNotFoundError:
        return
    except OSError as error:
        raise ImproperlyConfigured(f"{path} cannot be read by this user: {error.strerror}.") from error


env = Environment()
read_env_file(ENV_FILE)


def is_demo() -> bool:
    """Whether this is a demonstration, which it is unless a database is named."""
    return bool(env.bool("DEMO", default=not env.str("DATABASE_URL", default="")))
