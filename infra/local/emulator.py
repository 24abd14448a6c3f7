"""Hosts the local AWS (ministack) on 127.0.0.1, with IAM enforced and, if told to, its state kept.

It ends with its parent, and the processes of the functions end with it, even when it is killed.
"""

import argparse
import asyncio
import contextlib
import ctypes
import errno
import logging
import os
import signal
import socket
import sys
import threading
from pathlib import Path

import functions
import memory
import permissions
import speed
import uvicorn
import uvloop
from patch import patch
from record import Record
from state import State

KEPT_OPEN_SECS = 75
WAITING_MAX = 1000  # Connections that are not yet accepted.
GRACE_SECS = 1  # Requests in work when the stop is asked for.
STOP_WITHIN_SECS = 5  # ministack may hang at its end.
PR_SET_PDEATHSIG = 1


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state", type=Path, required=True, metavar="DIR")
    parser.add_argument("--keep", action="store_true", help="begin and end with what is on disk")
    arguments = parser.parse_args()
    end_with_parent()
    take_children_along()
    record = os.environ.pop("GPUBROKER_RECORD", None)  # Not for the functions' eyes.
    configure(arguments.port, arguments.state.resolve())
    try:
        uvloop.run(serve(arguments.port, arguments.keep, Path(record) if record else None))
    except OSError as error:
        if error.errno != errno.EADDRINUSE:
            raise
        sys.exit(f"Port {arguments.port} is in use.")


def end_with_parent() -> None:
    """Has the kernel send SIGTERM when the thread that started us is gone (Linux only)."""
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
        LAMBDA_WARM_TTL_SECONDS=str(functions.IDLE_SECS),
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


class Server(uvicorn.Server):
    """Leaves signals to us: uvicorn's own handlers raise them again before the state is written."""

    def capture_signals(self) -> contextlib.nullcontext:
        return contextlib.nullcontext()


async def serve(port: int, keep: bool, record: Path | None) -> None:
    """Answers requests until SIGTERM or SIGINT; with `keep` its state survives.

    `record` names the file that every call is noted in, if any (`record.py`).
    """
    from ministack import app as ministack

    functions.install()
    permissions.install()
    speed.install()
    patch(ministack, "save_all", lambda states: None)  # What it saves at its end is on disk.

    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(
        ministack.app,
        lifespan="on",
        backlog=WAITING_MAX,
        ws="wsproto",
        timeout_keep_alive=KEPT_OPEN_SECS,
        timeout_graceful_shutdown=GRACE_SECS,
        date_header=False,  # ministack writes one.
        proxy_headers=False,
        log_config=None,
        access_log=False,
    )
    server = Server(config)

    def stop() -> None:
        server.should_exit = True
        threading.Timer(STOP_WITHIN_SECS, os._exit, [1]).start()

    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop)

    state = State(ministack, Path(os.environ["STATE_DIR"])) if keep else None
    if state is not None:
        state.install()
        tasks = [asyncio.create_task(each) for each in (state.keep(), memory.forget_all_along())]
    if record is not None:
        calls = Record(record)
        calls.watch_functions()
        config.app = calls.watching(config.app)
    await server.serve([listener])
    if state is not None:
        state.write_all()
    os._exit(0)  # Not waiting for ministack's threads; the watcher ends the functions' processes.


if __name__ == "__main__":
    main()
