"""Keeps the local AWS's state on disk: what was answered survives a kill.

ministack itself saves at a graceful stop only. Here nothing is answered before what it changed is
written: items of tables to a journal (`journal.py`), and the services that people's doings change,
each of them small, as a whole. What only a deploy changes is written after a deploy. The reasons
are in infra/decisions/0017-what-was-answered-is-on-disk.md.
"""

import asyncio
import copy
import json
import logging
import pickle
import re
import threading
import time
from contextlib import contextmanager
from copy import deepcopy
from pathlib import Path

from journal import Journal, replace
from patch import patch

LOOK_EVERY_SECS = 1
TRIES = 20  # A thread of ministack's may change something while it is being written.

# The requests after which a service is written, by how its actions begin. What a queue gives out
# or forgets need not be: a message that comes twice does no harm.
WRITTEN_AFTER = {
    "cognito": re.compile(r"(?!Admin(Get|List)|Get(?!Tokens)|List|Describe)"),
    "secretsmanager": re.compile(r"(?!Get|List|Describe)"),
    "ses_v2": re.compile(r"SendEmail$"),
    "sqs": re.compile(r"Send|Purge"),
    "stepfunctions": re.compile(r"StartExecution|StopExecution"),
}

logger = logging.getLogger(__name__)


class State:
    """The services' states on disk, in `directory`; `install` has them read and written."""

    def __init__(self, ministack, directory: Path) -> None:
        from ministack.services import dynamodb

        self.ministack = ministack
        self.directory = directory
        self.journal = Journal(dynamodb, directory, lambda: self.current("dynamodb"))
        self.written: dict[str, int] = {}
        self.deployed = None

    def install(self) -> None:
        """Changes ministack; before it reads its state."""
        self.directory.mkdir(parents=True, exist_ok=True)
        restore, read = self.ministack._load_persisted_state, self.ministack.load_state
        patch(self.ministack, "_load_persisted_state", self.restoring(restore))
        patch(self.ministack, "load_state", self.reading(read))
        self.journal.watch()
        self.after_each_request("dynamodb", lambda action: self.journal.write())
        for name, actions in WRITTEN_AFTER.items():
            self.after_each_request(name, self.writing(name, actions))

    def after_each_request(self, name: str, do) -> None:
        """Has a service do this before it answers a request, given the action asked for."""
        module = self.ministack._get_module(name)
        handle = module.handle_request

        async def handling(method, path, headers, body, query):
            answer = await handle(method, path, headers, body, query)
            do(action_of(method, path, headers))
            return answer

        patch(module, "handle_request", handling)

    def writing(self, name: str, actions: re.Pattern):
        def write(action: str) -> None:
            if actions.match(action):
                self.write(name)

        return write

    def write(self, name: str) -> None:
        """Replaces a service's file, if anything changed."""
        if deploying():
            return  # A half-made stack could not be deployed to again; all is written at its end.
        content = attempted(lambda: pickle.dumps(self.current(name), pickle.HIGHEST_PROTOCOL))
        if self.written.get(name) != hash(content):
            replace(self.directory / f"{name}.pickle", content)
            self.written[name] = hash(content)

    def current(self, name: str):
        """A service's state, uncopied: it is written before anything else happens."""
        module = self.ministack._get_module(name)
        with copying(lambda value, memo=None: value):
            state = module.get_state()
        if name == "stepfunctions":
            return without_histories(state)
        if name == "ses_v2":
            from ministack.services import ses

            return state | {"mails": ses._sent_emails._data}
        return state

    def reading(self, read):
        """How ministack reads a service's state: as written here, or by itself."""

        def load(name: str):
            path = self.directory / f"{name}.pickle"
            if name == "dynamodb":
                return self.journal.base() or read(name)
            return pickle.loads(path.read_bytes()) if path.exists() else read(name)

        return load

    def restoring(self, restore):
        """Restores everything before the first message reaches a function, and mends what only
        made sense to the processes that are gone."""

        def restoring() -> None:
            from ministack.services import lambda_svc, ses, sqs

            poll = lambda_svc._ensure_poller
            patch(lambda_svc, "_ensure_poller", lambda: None)
            restore()
            patch(lambda_svc, "_ensure_poller", poll)
            self.journal.replay()
            self.journal.begin()
            # The records of the streams are gone, and new ones are counted from zero: whoever
            # waited for a number from before would wait for ever.
            positions = lambda_svc._dynamodb_stream_positions._data
            positions.update(dict.fromkeys(positions, 0))
            for queue in sqs._queues._data.values():
                for message in queue["messages"]:
                    if message.get("receipt_handle"):
                        message["visible_at"] = time.time()  # Nobody works on it any more.
            mails = self.reading(lambda name: None)("ses_v2")
            if mails is not None:
                ses._sent_emails._data.update(mails["mails"])
            if lambda_svc._esms.has_any():
                poll()

        return restoring

    async def keep(self) -> None:
        """Writes what a deploy changed, as soon as it has ended."""
        self.deployed = deploys()
        while True:
            await asyncio.sleep(LOOK_EVERY_SECS)
            try:
                self.write("sqs")  # What was taken out of a queue.
                if not deploying() and deploys() != self.deployed:
                    self.write_all()
                    self.deployed = deploys()
            except Exception:
                logger.exception("The state could not be saved; trying again.")

    def write_all(self) -> None:
        """Writes every service, unless a stack is half made."""
        from ministack.core import persistence

        if deploying():
            return
        self.journal.begin()
        for name, get_state in self.ministack._build_persistence_save_dict().items():
            if name == "dynamodb":
                continue
            if name in WRITTEN_AFTER:
                self.write(name)
                continue
            with copying(pickled_copy):
                state = attempted(get_state)
            if state is not None:
                version = persistence._state_format_version(name)
                content = {"__ministack_format__": version, "payload": settled(name, state)}
                text = json.dumps(content, default=persistence._json_default)
                replace(self.directory / f"{name}.json", text.encode())


def action_of(method: str, path: str, headers: dict) -> str:
    """What is asked for; a service without names for it has only one that matters."""
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    if not target and method == "POST" and path.endswith("/outbound-emails"):
        return "SendEmail"
    return target


def deploys() -> set[tuple]:
    """Each stack, when it was last changed, and how that goes."""
    from ministack.services import cloudformation

    stacks = cloudformation._stacks._data.values()
    return {(each["StackId"], each.get("LastUpdatedTime"), each["StackStatus"]) for each in stacks}


def deploying() -> bool:
    return any(status.endswith("_IN_PROGRESS") for *_, status in deploys())


def settled(name: str, state: dict) -> dict:
    """The state without what nobody asks for after a start: logs, and figures."""
    if name == "cloudwatch_logs":
        for group in state["log_groups"]._data.values():
            group["streams"] = {}
    if name == "cloudwatch":
        state["metrics"]._data.clear()
    return state


def without_histories(state: dict) -> dict:
    """The executions without their steps: none goes on after a start, and the sweep only asks
    whether there was one."""
    executions = type(state["executions"])()
    for key, execution in state["executions"]._data.items():
        executions._data[key] = execution | {"events": []}
    return state | {"executions": executions}


def attempted(get_state):
    """What `get_state` answers, tried again when a thread changes it meanwhile."""
    for _ in range(TRIES):
        try:
            return get_state()
        except RuntimeError as error:
            failure = error
    raise failure


@contextmanager
def copying(how):
    """Has ministack's own copies made `how`, in this thread."""
    mine = threading.get_ident()

    def copied(value, memo=None):
        return (how if threading.get_ident() == mine else deepcopy)(value, memo)

    copy.deepcopy = copied
    try:
        yield
    finally:
        copy.deepcopy = deepcopy


def pickled_copy(value, memo=None):
    """A deep copy of plain data, about seven times as fast; of other data, as ever."""
    try:
        return pickle.loads(pickle.dumps(value))
    except (pickle.PicklingError, TypeError):
        return deepcopy(value, memo)
