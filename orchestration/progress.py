"""What a person sees while a night runs: the steps' own sentences, and failures."""

from __future__ import annotations

import logging
import sys

import dagster as dg


class Sentence(logging.Formatter):
    """Time and sentence, without Dagster's run id and step key."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of a record."""
        meta = getattr(record, "dagster_meta", {})
        sentence = meta.get("orig_message") or record.getMessage()
        return f"{self.formatTime(record, '%H:%M:%S')}  {sentence}"


@dg.logger(None, description="一行一句的进度")
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    """A logger that prints what steps say to standard output."""
    logger = logging.Logger("xiansuo", level=logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(Sentence())
    logger.addHandler(handler)
    return logger
