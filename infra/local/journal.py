"""The items of the local AWS's tables on disk: a base, and a journal of what changed since.

A record is what one request wrote, so a transaction is on disk whole or not at all. The file is
written to before the request is answered; the operating system keeps what it was given when the
process is killed, so nothing waits for the disk.
"""

import os
import pickle
import struct
from pathlib import Path

from patch import patch

LENGTH = struct.Struct(">I")
NEW_BASE_AFTER_BYTES = 16_000_000  # Reading this much takes a start about a fifth of a second.


class Journal:
    """The changes of `dynamodb`, ministack's module, whose state `state` answers."""

    def __init__(self, dynamodb, directory: Path, state) -> None:
        self.dynamodb = dynamodb
        self.state = state
        self.directory = directory
        self.generation = 0
        self.file: int | None = None
        self.size = 0
        self.changes: list[tuple] = []

    def watch(self) -> None:
        """Notes each item that is written or removed, by whatever request."""
        set_item, remove_item = self.dynamodb._set_item, self.dynamodb._remove_item

        def setting(table, partition, sort, item):
            self.changes.append((table["TableArn"], partition, sort, item))
            return set_item(table, partition, sort, item)

        def removing(table, partition, sort):
            self.changes.append((table["TableArn"], partition, sort, None))
            return remove_item(table, partition, sort)

        patch(self.dynamodb, "_set_item", setting)
        patch(self.dynamodb, "_remove_item", removing)

    def write(self) -> None:
        """Puts on disk what was noted."""
        if not self.changes or self.file is None:
            return
        changes, self.changes = self.changes, []
        record = pickle.dumps(changes, pickle.HIGHEST_PROTOCOL)
        os.write(self.file, LENGTH.pack(len(record)) + record)
        self.size += len(record)
        if self.size > NEW_BASE_AFTER_BYTES:
            self.begin()

    def begin(self) -> None:
        """Writes all tables as the new base and goes on with an empty journal."""
        self.generation += 1
        self.changes.clear()  # The base holds them.
        content = (self.generation, self.state())
        replace(self.directory / "dynamodb.base", pickle.dumps(content, pickle.HIGHEST_PROTOCOL))
        if self.file is not None:
            os.close(self.file)
        path = self.path(self.generation)
        self.file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o600)
        self.size = 0
        for other in self.directory.glob("dynamodb.*.journal"):
            if other != path:
                other.unlink()

    def base(self):
        """The tables as the base holds them; `None` without one."""
        try:
            content = (self.directory / "dynamodb.base").read_bytes()
        except FileNotFoundError:
            return None
        self.generation, state = pickle.loads(content)
        return state

    def replay(self) -> None:
        """Brings the tables of the base to where they stood when the last record was written."""
        tables = {table["TableArn"]: table for table in self.dynamodb._tables._data.values()}
        for changes in records(self.path(self.generation)):
            for arn, partition, sort, item in changes:
                table = tables.get(arn)
                if table is None:
                    continue
                if item is None:
                    self.dynamodb._remove_item(table, partition, sort)
                else:
                    self.dynamodb._set_item(table, partition, sort, item)

    def path(self, generation: int) -> Path:
        return self.directory / f"dynamodb.{generation}.journal"


def records(path: Path):
    """The whole records of a journal; a kill may have cut off the last one."""
    content = path.read_bytes() if path.exists() else b""
    at = 0
    while at + LENGTH.size <= len(content):
        (length,) = LENGTH.unpack_from(content, at)
        at += LENGTH.size + length
        if at <= len(content):
            yield pickle.loads(content[at - length : at])


def replace(path: Path, content: bytes) -> None:
    """Writes a file, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.tmp")
    unfinished.write_bytes(content)
    unfinished.replace(path)
