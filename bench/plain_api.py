"""The list of sessions as a plain FastAPI + SQLAlchemy app has it; see `bench.api`.

    python bench/plain_api.py FOLDER SESSIONS PORT

Runs by path, in a virtual environment of its own: imports nothing of this repository.
"""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from pydantic import BaseModel
from sqlalchemy import DateTime, Index, String, create_engine, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

FOLDER, SESSIONS, PORT = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
engine = create_engine(f"sqlite:///{FOLDER / 'plain.db'}")


class Base(DeclarativeBase):  # type: ignore[misc]
    """All tables."""


class Sitting(Base):
    """One candidate's sitting."""

    __tablename__ = "sessions"
    __table_args__ = (Index("by_age", "organisation_id", "created_at"),)
    session_id: Mapped[str] = mapped_column(String, primary_key=True)
    organisation_id: Mapped[str] = mapped_column(String)
    name: Mapped[str] = mapped_column(String)
    email: Mapped[str] = mapped_column(String)
    status: Mapped[str] = mapped_column(String)
    title: Mapped[str] = mapped_column(String)
    created_at: Mapped[datetime] = mapped_column(DateTime)
    total_questions: Mapped[int]


class Item(BaseModel):
    """One row."""

    session_id: str
    name: str
    email: str
    status: str
    title: str
    created_at: datetime
    total_questions: int


class Page(BaseModel):
    """A page of the list."""

    sessions: list[Item]
    total: int


def fill() -> None:
    """As many rows as the product has sessions."""
    Base.metadata.create_all(engine)
    with Session(engine) as db:
        for number in range(SESSIONS):
            db.add(
                Sitting(
                    session_id=f"{number:036}",
                    organisation_id="ours",
                    name=f"Candidate {number}",
                    email=f"candidate{number}@example.com",
                    status="initialized",
                    title="Interview",
                    created_at=datetime(2026, 1, 1) + timedelta(minutes=number),  # noqa: DTZ001
                    total_questions=3,
                )
            )
        db.commit()


@asynccontextmanager
async def filled(_: FastAPI) -> AsyncIterator[None]:
    """Fill before the first request."""
    fill()
    yield


app = FastAPI(lifespan=filled)


@app.get("/healthz")  # type: ignore[untyped-decorator]
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@app.get("/sessions", response_model=Page)  # type: ignore[untyped-decorator]
def sessions(limit: int = 50, offset: int = 0) -> dict[str, Any]:
    """A page, newest first."""
    ours = Sitting.organisation_id == "ours"
    with Session(engine) as db:
        newest = select(Sitting).where(ours).order_by(Sitting.created_at.desc())
        rows = db.scalars(newest.limit(limit).offset(offset)).all()
        total = db.scalar(select(func.count()).select_from(Sitting).where(ours)) or 0
        return {"sessions": [vars(row) for row in rows], "total": total}


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=PORT, log_level="warning")
