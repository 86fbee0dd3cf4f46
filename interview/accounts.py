"""Who works here: organisations, their people, and what each may do."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, Field

from interview.nouns import UtcTime
from interview.ports.documents import Kind


class Role(StrEnum):
    """What a person does. One may have several; routes name which they admit."""

    OWNER = "owner"  # the organisation: its people, settings and money, and all that follows
    INTERVIEWER = "interviewer"  # interviews, invitations, sessions, decisions
    REVIEWER = "reviewer"  # reads and watches, reviews signals, gives scorecards and notes
    UPLOADER = "uploader"  # has own recordings analysed and sees nothing of anybody else's
    ADMINISTRATOR = "administrator"  # the server and the accounts of every organisation


TEAM = frozenset({Role.OWNER, Role.INTERVIEWER, Role.REVIEWER})
MAKERS = frozenset({Role.OWNER, Role.INTERVIEWER})
OWNERS = frozenset({Role.OWNER})
ADMINISTRATORS = frozenset({Role.ADMINISTRATOR})
EVERYBODY = frozenset(Role)


class AccountState(StrEnum):
    """Whether an account may sign in. Only a person makes a suspended one active again."""

    ACTIVE = "active"
    SUSPENDED = "suspended"


class SubscriptionStatus(StrEnum):
    """What an administrator has agreed with an organisation; nothing here takes a payment.

    The last two are never set: they follow from the end date and from the account.
    """

    ACTIVE = "active"
    TRIAL = "trial"
    PAST_DUE = "past_due"
    INACTIVE = "inactive"
    CANCELED = "canceled"
    EXPIRED = "expired"
    SUSPENDED = "suspended"


RUNNING = frozenset(
    {SubscriptionStatus.ACTIVE, SubscriptionStatus.TRIAL, SubscriptionStatus.PAST_DUE}
)
FOREVER = datetime(9999, 12, 31, tzinfo=UTC)
"""The end of a subscription that has none."""


class Organisation(BaseModel):
    """A company. All that it keeps names it; nothing of it is seen from another."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    name: str
    created_at: UtcTime


class Account(BaseModel):
    """A person who signs in, always of one organisation (the document's).

    `password_hash` is None where another party (OpenID Connect) says who it is. The subscription
    is the organisation's: all its accounts have the same, so that none has to be looked up.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    username: str
    email: str
    name: str = ""
    password_hash: str | None = None
    roles: tuple[Role, ...] = Field(min_length=1)
    state: AccountState = AccountState.ACTIVE
    created_at: UtcTime
    must_change_password: bool = False
    subscription_plan: str = ""
    subscription_status: SubscriptionStatus = SubscriptionStatus.ACTIVE
    subscription_ends_at: UtcTime = FOREVER

    def subscription(self, now: datetime) -> SubscriptionStatus:
        """How it stands: an account that is suspended has none, and one ends by itself."""
        if not self.active:
            return SubscriptionStatus.SUSPENDED
        if self.subscription_ends_at < now:
            return SubscriptionStatus.EXPIRED
        return self.subscription_status

    @property
    def active(self) -> bool:
        """Whether it may sign in and do anything."""
        return self.state is AccountState.ACTIVE

    @property
    def role(self) -> Role:
        """The first of its roles in the order of `Role`, where only one can be shown."""
        return next(role for role in Role if role in self.roles)


class PendingAccount(BaseModel):
    """An account to be: of who registered, or of a colleague whom `invited_by` invited.

    `token_hash` is of the secret that was mailed. A colleague has no password yet.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    username: str
    email: str
    name: str = ""
    password_hash: str | None = None
    organisation_name: str
    roles: tuple[Role, ...] = Field(min_length=1)
    invited_by: str = ""
    token_hash: str
    created_at: UtcTime
    expires_at: UtcTime


ORGANISATIONS = Kind("organisations", Organisation, fields=("created_at",), texts=("name",))
"""An organisation is a document of itself: its id is its organisation's id."""

ACCOUNTS = Kind(
    "accounts",
    Account,
    unique_everywhere=(("username",), ("email",)),
    fields=("created_at", "state", "subscription_status", "subscription_ends_at"),
    texts=("username", "email", "name"),
)

PENDING = Kind(
    "pending_accounts",
    PendingAccount,
    unique_everywhere=(("username",), ("email",), ("token_hash",)),
    fields=("created_at", "expires_at", "token_hash"),
    texts=("username", "email"),
)
"""A registration's documents are of the organisation that it will make."""
