"""Forgets what nobody asks the local AWS for any more; ministack keeps all of it for ever, or for
as long as AWS does, which an afternoon's use makes hundreds of megabytes."""

import asyncio
import ctypes
import logging
import sys
import time

from patch import patch

LOOK_EVERY_SECS = 10
# A mail is collected by the mailbox within a second, into a file of its own.
MAILS_SECS = 60
# A record of a stream is read within a second, and again and again while its reader fails.
RECORDS_SECS = 300
FIGURES_SECS = 900  # Older than the alarms look at.
HISTORIES = 50  # Of executions that have ended.
STREAMS = 200  # Of one log group; each call of a function begins one.

logger = logging.getLogger(__name__)


async def forget_all_along() -> None:
    from ministack.services import dynamodb

    patch(dynamodb, "_STREAM_RETENTION_SECONDS", RECORDS_SECS)
    while True:
        await asyncio.sleep(LOOK_EVERY_SECS)
        try:
            forget(time.time())
            await asyncio.to_thread(give_back)
        except Exception:
            logger.exception("Something could not be forgotten; trying again.")


def give_back() -> None:
    """Has the C library give memory back that is free again, which it keeps otherwise (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).malloc_trim(0)


def forget(now: float) -> None:
    from ministack.services import cloudwatch, cloudwatch_logs, ses, stepfunctions

    for sent in list(ses._sent_emails._data.values()):
        sent[:] = [mail for mail in sent if mail["Timestamp"] > now - MAILS_SECS]
    for points in list(cloudwatch._metrics._data.values()):
        while points and points[0]["Timestamp"] < now - FIGURES_SECS:
            del points[0]
    for group in list(cloudwatch_logs._log_groups._data.values()):
        streams = group["streams"]
        for name in list(streams)[:-STREAMS]:
            del streams[name]
    executions = list(stepfunctions._executions._data.values())
    ended = [each for each in executions if each["status"] != "RUNNING" and each["events"]]
    for execution in ended[:-HISTORIES]:
        execution["events"] = []
