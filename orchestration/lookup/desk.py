"""The desk: who waits for an answer, and answering them one after the other.

Per request: judged, logged, and only then made visible. The same content on the same published
night is answered once; a file that is dropped again on a later night, anew.
"""

from __future__ import annotations

import fcntl
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path

from ingest import receive
from ingest.home import Home
from ingest.normalise.identity import without_numbers
from ingest.receive import Candidate, NotYet
from orchestration.key import check_key
from orchestration.lookup import journal
from orchestration.lookup.answers import (
    digest,
    file_name,
    outbox,
    write_answer,
    write_refusal,
)
from orchestration.lookup.journal import Answered
from orchestration.lookup.judge import STATUSES, NothingPublished, judge, published_night
from orchestration.lookup.requests import FEED, Request, receive_requests
from orchestration.publish.workbook import Book

# Half of what other files wait: an answer is due within a minute. One that was taken too early has
# another size or time when it is whole, and is answered again.
QUIET_SECONDS = 10


@dataclass(frozen=True)
class Answer:
    """What became of one request: the workbook, who asked, how many of which status, or why it
    was refused.
    """

    file: Path
    owner: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    refusal: str = ""
    record_ids: tuple[str, ...] = ()


def waiting(home: Home, now: float | None = None) -> list[Candidate]:
    """The requests in the inbox that have not been answered as they now are and lie still."""
    now = time.time() if now is None else now
    done = {(each.path, each.fingerprint) for each in journal.answered(home)}
    return [
        candidate
        for candidate in receive.scan(home)
        if candidate.feed is FEED
        and (candidate.path, candidate.fingerprint) not in done
        and receive.is_quiet(candidate, now, QUIET_SECONDS)
    ]


def answer_waiting(home: Home, by: str, until: date | None = None) -> list[Answer]:
    """Answer whoever waits, with `until` those whose request is dated no later.

    `by`: the run or the person, for the log. Raises NothingPublished, and, once all others have
    been answered, an ExceptionGroup of what went wrong.
    """
    check_key(home)
    answers: list[Answer] = []
    troubles: list[Exception] = []
    with _alone(home):
        for candidate in waiting(home):
            if until and candidate.delivered_on and candidate.delivered_on > until:
                continue
            try:
                answers += _answer(home, candidate, by)
            except NotYet:
                continue
            except NothingPublished:
                raise
            except Exception as error:  # one unit's trouble is not the others'
                troubles.append(error)
    if troubles:
        raise ExceptionGroup("requests that could not be answered", troubles)
    return answers


def answer(home: Home, candidate: Candidate, by: str) -> list[Answer]:
    """Answer one file, wherever it lies. Raises NothingPublished, and NotYet for one that is
    being written.
    """
    check_key(home)
    with _alone(home):
        return _answer(home, candidate, by)


def summary(answers: Sequence[Answer]) -> str:
    """How many requests were answered, for the log of a run; counts alone."""
    people = sum(sum(one.counts.values()) for one in answers)
    refused = sum(bool(one.refusal) for one in answers)
    return f"批量查询：答复 {len(answers)} 份，{people} 人，未受理 {refused} 份"


@contextmanager
def _alone(home: Home) -> Iterator[None]:
    """One look-up at a time; a night does not matter."""
    with (home.dagster / "lookup.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _answer(home: Home, candidate: Candidate, by: str) -> list[Answer]:
    night = published_night(home)
    received = receive_requests(home, candidate)
    done = Answered(
        candidate.path, candidate.fingerprint, candidate.adcode, candidate.supplier,
        received.sha256, night.isoformat(), {}, [],
    )  # fmt: skip
    if before := _before(home, done):
        journal.note(home, replace(done, answers=before.answers, record_ids=before.record_ids))
        return [Answer(home.root / place, owner) for place, owner in before.answers.items()]
    said = {
        "by": by, "adcode": candidate.adcode, "supplier": candidate.supplier,
        "file": without_numbers(candidate.path), "sha256": received.sha256,
        "night": done.night,
    }  # fmt: skip
    if received.refusal:
        name = f"未受理_{file_name(candidate.name)}"
        target = outbox(home, candidate.adcode, name)
        answers = [_refuse(home, target, night, None, received.refusal, said)]
    else:
        answers = [
            _answer_request(home, candidate, night, request, said) for request in received.requests
        ]
    places = {_below(home, one.file): one.owner for one in answers}
    records = sorted({record for one in answers for record in one.record_ids})
    journal.note(home, replace(done, answers=places, record_ids=records))
    return answers


def _before(home: Home, asked: Answered) -> Answered | None:
    """The same content from the same agency, answered on the same night, if its answers lie there
    still and no other content's in their place.
    """
    known = list(journal.answered(home))
    same = ("adcode", "supplier", "sha256", "night")
    taken = {place for each in known if each.sha256 != asked.sha256 for place in each.answers}
    for each in known:
        if (
            asked.sha256
            and all(getattr(each, name) == getattr(asked, name) for name in same)
            and taken.isdisjoint(each.answers)
            and all((home.root / place).exists() for place in each.answers)
        ):
            return each
    return None


def _answer_request(
    home: Home, candidate: Candidate, night: date, request: Request, said: Mapping[str, object]
) -> Answer:
    owner = f"{candidate.supplier} {without_numbers(request.requester or '')}"
    target = _place(home, candidate, request, owner)
    said = {
        **said,
        "requester": without_numbers(request.requester or ""),
        "request_no": without_numbers(request.number or ""),
        "authorisation_nos": [without_numbers(no) for no in request.authorisations],
        "people": len(request.people),
    }
    if request.refusal:
        return replace(
            _refuse(home, target, night, request.number, request.refusal, said), owner=owner
        )
    judged = judge(home, candidate.adcode, candidate.delivered_on or night, request.people)
    found = Counter(judged.people["status"])
    counts = {status: found[status] for status in STATUSES}
    with Book(target, judged.night) as book:
        write_answer(book, request, judged, counts)
        journal.write(home, **said, outcome="answered", counts=counts, answer=_below(home, target))
    cited = judged.people["record_ids"].dropna()
    records = {record for text in cited for record in text.split(" ")}
    return Answer(target, owner, counts, record_ids=tuple(sorted(records)))


def _refuse(
    home: Home, target: Path, night: date, number: str | None, why: str, said: Mapping[str, object]
) -> Answer:
    with Book(target, night) as book:
        write_refusal(book, number, why)
        journal.write(home, **said, outcome="refused", why=why, answer=_below(home, target))
    return Answer(target, refusal=why)


def _place(home: Home, candidate: Candidate, request: Request, owner: str) -> Path:
    """Where the answer goes: a number that another unit of the county has used already is told
    apart, so that nobody finds another's answer under it.
    """
    name = file_name(request.number or candidate.file.stem)
    target = outbox(home, candidate.adcode, name)
    place = _below(home, target)
    owners = {each.answers[place] for each in journal.answered(home) if place in each.answers}
    if owners and owner not in owners:
        return outbox(home, candidate.adcode, f"{name}_{digest(owner)}")
    return target


def _below(home: Home, path: Path) -> str:
    return str(path.relative_to(home.root))
