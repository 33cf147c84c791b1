"""What a person sees while a night runs: the steps' own sentences."""

import logging
import sys

import dagster as dg

REMARK = "did not yield or return expected outputs"  # the tests of a model that was left out


class Sentence(logging.Formatter):
    """Time and sentence, without Dagster's run id and step key."""

    def format(self, record: logging.LogRecord) -> str:
        """One line of a record."""
        sentence = getattr(record, "dagster_meta", {}).get("orig_message", record.getMessage())
        return f"{self.formatTime(record, '%H:%M:%S')}  {sentence}"


def is_sentence(record: logging.LogRecord) -> bool:
    """Whether a step said it. Events, and what Dagster itself remarks, are for the UI."""
    event = getattr(record, "dagster_meta", {}).get("dagster_event")
    return record.levelno == logging.INFO and not event and REMARK not in record.getMessage()


@dg.logger(None, description="一行一句的进度")
def progress(_: dg.InitLoggerContext) -> logging.Logger:
    """A logger that prints what steps say to standard output."""
    logger = logging.Logger("xiansuo", level=logging.INFO)
    handler = logging.StreamHandler(sys.stdout)
    handler.addFilter(is_sentence)
    handler.setFormatter(Sentence())
    logger.addHandler(handler)
    logging.getLogger("dagster.builtin").setLevel(logging.WARNING)  # libraries' remarks
    return logger
