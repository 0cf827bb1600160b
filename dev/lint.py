"""Style, types, import rules and migrations: ``python -m dev.lint``. Every check runs; the exit code tells of all."""

import os
import secrets
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from dev.environment import Incomplete, database_given, settings_for_tests
from dev.ports import free_port
from dev.postgres import Cluster, temporary_home
from dev.supervisor import ROOT, Program, StartFailed, StopRequested, Supervisor, say

TOOLS = Path(sys.executable).parent
STATIC_CHECKS: dict[str, Sequence[str | Path]] = {
    "ruff": (sys.executable, "-m", "ruff", "check", "--quiet", "."),
    "ruff format": (sys.executable, "-m", "ruff", "format", "--check", "--quiet", "."),
    "mypy": (sys.executable, "-m", "mypy", "--no-error-summary"),
    "import-linter": (sys.executable, "-c", "from importlinter.cli import lint_imports_command as run; run()"),
}


def passes(supervisor: Supervisor, name: str, command: Sequence[str | Path], env: Mapping[str, str]) -> bool:
    """Run one check with its findings on our output; say how it went."""
    passed = supervisor.run(Program(name, command, env)) == 0
    say(f"{'ok    ' if passed else 'FAILED'} {name}")
    return passed


def migrations_as_sql(env: Mapping[str, str], target: Path) -> None:
    """Write what all migrations would do to an empty database; raise StartFailed when that fails."""
    with target.open("w") as file:
        command = [sys.executable, "-m", "alembic", "upgrade", "head", "--sql"]
        done = subprocess.run(command, cwd=ROOT, env=env, stdout=file, stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise StartFailed(f"alembic upgrade head --sql failed:\n{done.stderr[-3000:]}")


def check_migrations(supervisor: Supervisor, home: Path) -> list[bool]:
    """Lint the SQL of the migrations, apply them, and compare the outcome with the models."""
    env = dict(os.environ) | settings_for_tests(secrets.token_urlsafe(32))
    sql = home / "migrations.sql"
    migrations_as_sql(env, sql)
    squawk = (TOOLS / "squawk", sql)
    outcomes = [passes(supervisor, "squawk", squawk, env)]
    if not database_given():
        cluster = Cluster(home / "postgres", free_port(), home / "log", throwaway=True)
        cluster.start(supervisor)
        env |= cluster.urls()
    alembic = (sys.executable, "-m", "alembic")
    outcomes.append(passes(supervisor, "alembic upgrade", (*alembic, "upgrade", "head"), env))
    outcomes.append(passes(supervisor, "alembic check", (*alembic, "check"), env))
    return outcomes


def main() -> int:
    """Run all checks; return 0 when every one passed."""
    home = temporary_home()
    try:
        with Supervisor() as supervisor:
            supervisor.remove_at_end(home)
            outcomes = [passes(supervisor, name, command, os.environ) for name, command in STATIC_CHECKS.items()]
            outcomes += check_migrations(supervisor, home)
            return 0 if all(outcomes) else 1
    except (StartFailed, Incomplete, LookupError, OSError) as problem:
        say(str(problem))
        return 1
    except StopRequested:
        return 130
    finally:
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
