"""Writes down what the local AWS is asked for, so that `make bench` can price it.

One JSON line a call: service, operation and sizes, never a value. A function's invocation is a call
too; it tells how long it took and what set it off.
"""

import json
import threading
import time
from pathlib import Path

ROOT = "test"  # The access key of the tools; every function has a role's.


class Record:
    """The calls so far, in a file."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self.file = path.open("w", buffering=1)
        self.alone = threading.Lock()

    def write(self, line: dict) -> None:
        with self.alone:
            self.file.write(json.dumps(line) + "\n")

    def watching(self, app):
        """The same application, noting what it is asked for."""

        async def watched(scope, receive, send):
            if scope["type"] != "http":
                return await app(scope, receive, send)
            asked, answered, status = bytearray(), bytearray(), []

            async def receiving():
                message = await receive()
                asked.extend(message.get("body", b""))
                return message

            async def sending(message):
                if message["type"] == "http.response.start":
                    status.append(message["status"])
                answered.extend(message.get("body", b""))
                await send(message)

            await app(scope, receiving, sending)
            line = call(scope, bytes(asked), bytes(answered))
            if line is not None:
                sizes = {"asked_bytes": len(asked), "answered_bytes": len(answered)}
                self.write(line | sizes | {"status": status[0] if status else 0})

        return watched

    def watch_functions(self) -> None:
        """Notes every invocation, however it came about."""
        from ministack.core.lambda_runtime import ProvidedWorker

        invoke = ProvidedWorker.invoke

        def watched(worker, event, *arguments, **named):
            started = time.monotonic()
            result = invoke(worker, event, *arguments, **named)
            records = event.get("Records") if isinstance(event, dict) else None
            self.write({
                "service": "lambda",
                "operation": "Invoke",
                "function": worker.config.get("FunctionName", ""),
                "memory_mib": int(worker.config.get("MemorySize", 128)),
                "micros": round((time.monotonic() - started) * 1e6),
                "cold": bool(result.get("cold_start")),
                "from_queue": bool(records) and records[0].get("eventSource") == "aws:sqs",
            })
            return result

        ProvidedWorker.invoke = watched


def call(scope: dict, asked: bytes, answered: bytes) -> dict | None:
    """The call a request is; `None` for one of the tools or of nobody."""
    headers = {name.decode().lower(): value.decode() for name, value in scope["headers"]}
    host = headers.get("host", "")
    if ".execute-api." in host or scope["path"].startswith("/_aws/execute-api/"):
        return {"service": "apigateway", "operation": scope["method"]}
    credential = headers.get("authorization", "").partition("Credential=")[2].split(",")[0]
    parts = credential.split("/")
    if len(parts) != 5 or parts[0] == ROOT:
        return None
    target = headers.get("x-amz-target", "").rpartition(".")[2]
    line = {"service": parts[3], "operation": target or scope["method"]}
    line["function"] = function_of(parts[0])
    return line | measured(target, asked, answered) if parts[3] == "dynamodb" else line


def function_of(access_key: str) -> str:
    """The function that was given this key; empty when it was none."""
    from ministack.services import sts

    return sts._sessions.get(access_key, {}).get("UserId", "").rpartition(":")[2]


def measured(operation: str, asked: bytes, answered: bytes) -> dict:
    """The items that a call of DynamoDB read or wrote."""
    request, answer = json.loads(asked or b"{}"), json.loads(answered or b"{}")
    if operation == "TransactWriteItems":
        writes = [next(iter(each.values())) for each in request["TransactItems"]]
        items = [item(each.get("Item") or each.get("Key", {})) for each in writes]
    elif operation in ("GetItem", "UpdateItem"):
        items = [item(answer.get("Item") or request.get("Key", {}))]
    elif operation in ("Query", "Scan"):
        items = [item(each) for each in answer.get("Items", [])]
    else:
        items = [item(request.get("Item") or request.get("Key", {}))]
    return {"items": items, "consistent": bool(request.get("ConsistentRead"))}


def item(attributes: dict) -> dict:
    size = sum(len(name.encode()) + value_size(value) for name, value in attributes.items())
    return {"bytes": size, "indexed": "owner_pk" in attributes}


def value_size(value: dict) -> int:
    """The bytes DynamoDB counts for a value.

    <https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html>
    """
    (kind, content), = value.items()
    if kind == "S":
        return len(content.encode())
    if kind == "N":
        return len(content.strip("-0.")) // 2 + 2
    if kind == "B":
        return len(content) * 3 // 4
    if kind == "M":
        pairs = content.items()
        return 3 + sum(1 + len(name.encode()) + value_size(of) for name, of in pairs)
    if kind == "L":
        return 3 + sum(1 + value_size(each) for each in content)
    if kind in ("SS", "NS", "BS"):
        return sum(value_size({kind[0]: each}) for each in content)
    return 1
