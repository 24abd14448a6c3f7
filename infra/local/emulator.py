"""Hosts the local AWS (ministack) on 127.0.0.1, with IAM enforced and its state kept on disk.

The state directory is at most SAVE_EVERY_SECS old, so that a kill -9 loses no more than that. The
process ends with its parent, and the function processes it started end with it.
"""

import argparse
import asyncio
import copy
import ctypes
import gc
import json
import logging
import os
import pickle
import signal
import sys
import threading
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

SAVE_EVERY_SECS = 2
COPY_TRIES = 20
STOP_WITHIN_SECS = 5  # ministack may hang at its end, after its state is saved.
PR_SET_PDEATHSIG = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True)
    arguments = parser.parse_args()
    end_with_parent()
    take_children_along()
    configure(arguments.port, arguments.state.resolve())
    asyncio.run(serve(arguments.port))


def end_with_parent() -> None:
    """Has the kernel send SIGTERM when the parent is gone (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def take_children_along() -> None:
    """Forks a watcher that kills our process group once we are gone, however that came about.

    It holds the reading end of a pipe whose writing end only we hold. Being of the group itself,
    it keeps the group's number from being given to others.
    """
    if os.getpgrp() != os.getpid():
        os.setpgid(0, 0)
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(writing)
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        os.read(reading, 1)
        os.killpg(0, signal.SIGKILL)
    os.close(reading)


def configure(port: int, state: Path) -> None:
    """Sets what ministack reads from the environment while it is imported."""
    scratch = state / "scratch"  # Unpacked function packages; ministack rebuilds them.
    scratch.mkdir(parents=True, exist_ok=True)
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        del os.environ[name]  # The functions inherit ours: no profile or region of the user's.
    os.environ.update(
        AUTH="true",
        AWS_ACCESS_KEY_ID="test",
        AWS_SECRET_ACCESS_KEY="test",
        AWS_ENDPOINT_URL=f"http://127.0.0.1:{port}",
        BIND_HOST="127.0.0.1",
        GATEWAY_PORT=str(port),
        IOT_MTLS_ENABLED="0",
        LAMBDA_EXECUTOR="local",
        LOG_LEVEL="WARNING",
        MINISTACK_HOST="localhost",
        MINISTACK_REGION="us-east-1",
        PERSIST_STATE="1",
        S3_DATA_DIR=str(state / "s3"),
        S3_PERSIST="1",
        SFTP_ENABLED="0",
        STATE_DIR=str(state / "services"),
        TMPDIR=str(scratch),
    )
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


async def serve(port: int) -> None:
    """Answers requests until SIGTERM or SIGINT, saving the state all along."""
    from hypercorn.asyncio import serve as answer
    from hypercorn.config import Config
    from ministack import app as ministack

    ministack.save_all = lambda states: None  # What it saves at its end is saved here instead.

    config = Config()
    config.bind = [f"127.0.0.1:{port}"]
    config.keep_alive_timeout = 75
    config.graceful_timeout = 1
    config.loglevel = "WARNING"

    stopping = asyncio.Event()

    def stop() -> None:
        stopping.set()
        threading.Timer(STOP_WITHIN_SECS, os._exit, [1]).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)

    snapshots = Snapshots()
    saving = asyncio.create_task(snapshots.save_repeatedly())
    await answer(snapshots.watching(ministack.app), config, shutdown_trigger=stopping.wait)
    saving.cancel()
    if not deploying():
        snapshots.save(snapshots.copy())
    os._exit(0)  # Not waiting for ministack's threads; the watcher ends the functions' processes.


class Snapshots:
    """The services' states on disk: copied between two requests, written by a thread."""

    def __init__(self) -> None:
        self.touched = True
        self.saved: dict[str, int] = {}

    def watching(self, app):
        """The same application, noting that a request may have changed something."""

        async def watched(scope, receive, send):
            self.touched |= not scope.get("path", "").startswith("/_ministack/")
            await app(scope, receive, send)

        return watched

    async def save_repeatedly(self) -> None:
        """Saves while requests come, and once more for what they set off in the background."""
        was_touched = False
        while True:
            await asyncio.sleep(SAVE_EVERY_SECS)
            if deploying():
                continue
            touched, self.touched = self.touched, False
            if touched or was_touched:
                await asyncio.to_thread(self.save, self.copy())
            was_touched = touched

    def copy(self) -> dict[str, object]:
        """Each service's state, as of now."""
        from ministack.app import _build_persistence_save_dict

        with fast_copies():
            return {name: copied(state) for name, state in _build_persistence_save_dict().items()}

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


def copied(state):
    """What `state()` answers, tried again when a background thread changes it meanwhile."""
    for _ in range(COPY_TRIES):
        try:
            return state()
        except RuntimeError as error:
            failure = error
    raise failure


if __name__ == "__main__":
    main()
