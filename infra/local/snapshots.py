"""Keeps the local AWS's state on disk, never much older than SAVE_EVERY_SECS.

ministack itself saves only at a graceful stop. All services are copied between two requests, so
that no transaction is torn, and a thread writes what changed.
"""

import asyncio
import copy
import gc
import json
import logging
import pickle
import sys
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

SAVE_EVERY_SECS = 2
COPY_TRIES = 20

logger = logging.getLogger(__name__)


class Snapshots:
    """The services' states as they were last written."""

    def __init__(self) -> None:
        self.touched = True
        self.saved: dict[str, int] = {}
        self.writing = asyncio.Lock()

    def watching(self, app):
        """The same application, noting that a request may have changed something."""

        async def watched(scope, receive, send):
            self.touched |= not scope.get("path", "").startswith("/_ministack/")
            await app(scope, receive, send)

        return watched

    def begin(self) -> None:
        self.saving = asyncio.create_task(self.save_repeatedly())

    async def save_repeatedly(self) -> None:
        """Saves while requests come, and once more for what they set off in the background."""
        was_touched = False
        while True:
            await asyncio.sleep(SAVE_EVERY_SECS)
            touched, self.touched = self.touched, False
            if touched or was_touched:
                try:
                    await self.save_now()
                except Exception:
                    logger.exception("The state could not be saved; trying again.")
                    touched = True
            was_touched = touched

    async def save_now(self) -> None:
        async with self.writing:
            if not deploying():
                await asyncio.to_thread(self.save, states())

    def save(self, states: dict[str, object]) -> None:
        """Replaces, one by one, the files of the services whose state changed."""
        from ministack.core import persistence

        directory = Path(persistence.STATE_DIR)
        directory.mkdir(parents=True, exist_ok=True)
        for name, state in states.items():
            if state is None:
                continue
            version = persistence._state_format_version(name)
            content = {"__ministack_format__": version, "payload": state}
            text = json.dumps(content, default=persistence._json_default)
            if self.saved.get(name) != hash(text):
                unfinished = directory / f"{name}.json.tmp"
                unfinished.write_text(text)
                unfinished.replace(directory / f"{name}.json")
                self.saved[name] = hash(text)


def deploying() -> bool:
    """Whether a stack is half made: such a state could not be deployed to again after a kill."""
    cloudformation = sys.modules.get("ministack.services.cloudformation")
    return cloudformation is not None and any(
        stack["StackStatus"].endswith("_IN_PROGRESS")
        for stack in cloudformation._stacks._data.values()
    )


def states() -> dict[str, object]:
    """Each service's current state."""
    from ministack.app import _build_persistence_save_dict

    with fast_copies():
        return {name: copied(state) for name, state in _build_persistence_save_dict().items()}


def copied(state):
    """What `state()` answers, tried again when a background thread changes it meanwhile."""
    for _ in range(COPY_TRIES):
        try:
            return state()
        except RuntimeError as error:
            failure = error
    raise failure


@contextmanager
def fast_copies():
    """Speeds up the copying about sevenfold: requests wait for it."""
    copy.deepcopy = pickled_copy
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        copy.deepcopy = deepcopy


def pickled_copy(value, memo=None):
    """A deep copy of plain data; what is not plain is copied as ever."""
    try:
        return pickle.loads(pickle.dumps(value))
    except (pickle.PicklingError, TypeError):
        return deepcopy(value, memo)
