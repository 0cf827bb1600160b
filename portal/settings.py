"""Every setting, typed, from the environment only."""

from __future__ import annotations

import os
from functools import lru_cache
from typing import Literal

from pydantic import Field, ValidationError, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

Process = Literal["web", "worker"]


class SettingsError(RuntimeError):
    """Raised with all missing or wrong settings together, never one at a time."""


class Settings(BaseSettings):
    """Settings of one process. Times are minutes unless the name says otherwise."""

    model_config = SettingsConfigDict(env_file=None, extra="ignore", frozen=True)

    database_url: str = Field(default="", description="web processes, role app_web")
    worker_database_url: str = Field(default="", description="Celery workers, role app_worker")
    broker_url: str = Field(min_length=1, description="Redis/Valkey or RabbitMQ")
    mail_url: str = Field(
        pattern=r"^(smtps?(\+starttls)?://|https?://[^@/]+@[^/]+/\?template=.)",
        description="smtp://user:password@host:port, or NotifyNL: https://key@host/?template=id",
    )
    sms_url: str = Field(
        default="",
        pattern=r"^$|^console:$|^smtps?(\+starttls)?://[^/]+/[^/]+$|^https?://[^@/]+@[^/]+/\?template=.",
        description="console:, smtp://host:port/gateway.example, or https://key@host/?template=id; empty: no SMS",
    )
    mail_from: str = Field(default="Weg Omhoog <noreply@demo.example>", pattern="@")
    secret_key: str = Field(min_length=32, description="signs cookies and derives the sealing key")
    audit_signing_key: str = Field(
        default="",
        pattern=r"^$|^[0-9a-fA-F]{64}$",
        description="signs the seals of the access log; workers only; empty: derived from SECRET_KEY",
    )
    base_url: str = Field(pattern=r"^https?://[^/]+$", description="address people use, without trailing slash")

    demo: bool = Field(default=False, description="demo accounts, demo clock, banner on every page")
    demo_password: str = Field(default="", description="the one password of the demo accounts")
    mail_catcher_url: str = Field(default="", description="page with the caught mail, demo only")
    clock_adjustable: bool = Field(default=False, description="lets demo and tests move the clock")

    session_idle_minutes: int = Field(default=60, ge=1)
    session_absolute_minutes: int = Field(default=12 * 60, ge=1)
    step_up_minutes: int = Field(default=15, ge=1, description="how long a second factor counts as just given")
    contact_edit_days: int = Field(default=3, ge=0, description="working days, domain I-11")
    draft_days: int = Field(default=7, ge=1, description="how long what was typed and not saved is kept")
    tick_seconds: int = Field(default=30, ge=1, description="period of the reminder tick")
    lease_seconds: int = Field(default=60, ge=2, description="lease on a claimed dispatch; longer than mail_timeout")
    mail_timeout_seconds: int = Field(default=15, ge=1)
    mail_backoff_seconds: tuple[int, ...] = Field(
        default=(60, 300, 1800, 7200), min_length=1, description="waits after each failed try; the last one repeats"
    )
    mail_max_attempts: int = Field(default=16, ge=1, description="then a message is dead and waits for a person")
    mail_on_unknown: Literal["resend", "hold"] = Field(
        default="resend", description="perhaps delivered: send again with the same Message-ID, or let a person decide"
    )
    max_upload_bytes: int = Field(default=1_000_000, ge=1_000, description="of a form without its file")
    max_attachment_bytes: int = Field(default=5_000_000, ge=0, le=5_000_000, description="of the file in a form")
    rate_limit_per_minute: int = Field(default=240, ge=1, description="writing requests per session or address")
    database_pool_size: int = Field(default=8, ge=1)
    trusted_proxies: int = Field(default=0, ge=0, description="number of proxies in front that set X-Forwarded-*")

    @model_validator(mode="after")
    def _lease_outlasts_a_send(self) -> Settings:
        if self.lease_seconds <= self.mail_timeout_seconds:
            raise ValueError("LEASE_SECONDS must be longer than MAIL_TIMEOUT_SECONDS")
        return self

    @property
    def secure_cookies(self) -> bool:
        """Cookies carry Secure and the __Host- prefix when people arrive over https."""
        return self.base_url.startswith("https://")

    def database_url_for(self, process: Process) -> str:
        """The login role differs per kind of process; neither owns anything."""
        name = "worker_database_url" if process == "worker" else "database_url"
        url: str = getattr(self, name)
        if not url:
            raise SettingsError(f"This setting is missing:\n  {name.upper()}: Field required")
        return url


def load_settings() -> Settings:
    """Read the environment. Raises SettingsError naming every missing or wrong setting at once."""
    lines = []
    if not os.environ.get("DATABASE_URL") and not os.environ.get("WORKER_DATABASE_URL"):
        lines.append("  DATABASE_URL for the web, WORKER_DATABASE_URL for a worker: Field required")
    try:
        made = Settings()  # values come from the environment
    except ValidationError as error:
        lines += [f"  {'.'.join(str(part) for part in item['loc']).upper()}: {item['msg']}" for item in error.errors()]
    if lines:
        raise SettingsError("These settings are missing or wrong:\n" + "\n".join(lines))
    return made


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The settings of this process, read once."""
    return load_settings()
