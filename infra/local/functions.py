"""How the local AWS calls the functions' processes: at once, and without keeping many of them.

ministack waits where nothing is to be waited for, and asks where it could be told. Each change
says what it replaces.
"""

import json
import queue
import re
import socket
import socketserver
import threading
import time

from patch import patch

PROCESSES = 4  # Of one function, as long as a busy one is free again within FREE_WITHIN_SECS.
FREE_WITHIN_SECS = 0.25
IDLE_SECS = 30  # Then all processes of a function but one are ended.

RESULT = re.compile(rb"/runtime/invocation/([^/]+)/(response|error)/?$")
NO_SUCH_REQUEST = b'{"errorMessage":"Invalid request ID","errorType":"InvalidRequestID"}'
STOPPED = b'{"errorMessage":"execution environment stopped"}'


def install() -> None:
    """Changes ministack; before its first invocation."""
    from ministack.core import lambda_runtime
    from ministack.services import lambda_svc

    socketserver.ThreadingTCPServer = Listener
    worker = lambda_runtime.ProvidedWorker
    patch(worker, "_build_handler_class", runtime_api)
    patch(worker, "_shutdown_server", shut_down(worker._shutdown_server))
    patch(worker, "_drain_stderr_bounded", drained(worker._drain_stderr_bounded))
    few = Few(lambda_runtime)
    patch(lambda_svc, "acquire_worker", few.acquire)
    patch(lambda_svc, "release_worker", few.release)


class Few:
    """A few processes a function.

    ministack starts one more whenever all are busy: a burst left hundreds. Here a call waits a
    moment for one to become free; where none does, there is one more, so that slow functions and
    those that call each other never wait for long.
    """

    def __init__(self, runtime) -> None:
        self.runtime = runtime
        self.take = runtime.acquire_worker
        self.give_back = runtime.release_worker
        self.freed = threading.Condition()

    def acquire(self, name: str, config: dict, code: bytes, qualifier: str = "$LATEST"):
        deadline = time.monotonic() + FREE_WITHIN_SECS
        key = self.runtime._worker_key(name, config, qualifier)
        with self.freed:
            while self.all_busy(key):
                if not self.freed.wait(deadline - time.monotonic()):
                    break
            return self.take(name, config, code, qualifier=qualifier)

    def all_busy(self, key: str) -> bool:
        workers = self.runtime._workers.get(key, [])
        return len(workers) >= PROCESSES and all(each.in_use for each in workers)

    def release(self, worker) -> None:
        self.give_back(worker)
        with self.freed:
            self.freed.notify_all()


class Listener(socketserver.ThreadingTCPServer):
    """Waits for connections. The standard one asks ten times a second whether it is to end, for
    each process of a function, which took a tenth of a core with nothing to do."""

    def serve_forever(self, poll_interval: float = 0) -> None:
        while True:
            try:
                connection, address = self.get_request()
            except OSError:
                return
            self.process_request(connection, address)

    def shutdown(self) -> None:
        try:
            self.socket.shutdown(socket.SHUT_RDWR)  # Ends the waiting.
        except OSError:
            pass


def drained(wait_for_lines):
    """What a function has written so far.

    ministack waits 50 ms for the first line of one that writes none, at every call. A line that
    comes later goes with the next call.
    """

    def drain(worker, first_line_wait: float | None = None) -> str:
        if first_line_wait is not None:
            return wait_for_lines(worker, first_line_wait)
        return worker._drain_stderr()

    return drain


def shut_down(shut_down_server):
    """Ends the server as before, and the thread that waits for the next call on its behalf."""

    def shut(worker) -> None:
        try:
            worker._pending.put_nowait(None)
        except queue.Full:
            pass  # The thread wakes from what is there.
        shut_down_server(worker)

    return shut


def runtime_api(worker, generation: int, pending: queue.Queue):
    """The Lambda runtime API of one process, read by hand and answered in one piece.

    `http.server` took half of all the time of a call, and its waiting asked ten times a second.
    <https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html>
    """

    class RuntimeApi(socketserver.StreamRequestHandler):
        disable_nagle_algorithm = True

        def handle(self) -> None:
            try:
                while (asked := self.request_read()) is not None:
                    if not self.answered(*asked):
                        return
            except (ConnectionError, ValueError):
                pass  # The process is gone.

        def request_read(self) -> tuple[bytes, bytes, bytes] | None:
            """Method, path and body; `None` at the end of the connection."""
            line = self.rfile.readline()
            if not line:
                return None
            method, path, _ = line.split(b" ", 2)
            length, chunked = 0, False
            while (header := self.rfile.readline()) not in (b"\r\n", b""):
                name, _, value = header.partition(b":")
                name = name.lower()
                if name == b"content-length":
                    length = int(value)
                elif name == b"transfer-encoding":
                    chunked = b"chunked" in value.lower()
            return method, path, self.chunks() if chunked else self.rfile.read(length)

        def chunks(self) -> bytes:
            parts = []
            while size := int(self.rfile.readline(), 16):
                parts.append(self.rfile.read(size))
                self.rfile.readline()
            self.rfile.readline()
            return b"".join(parts)

        def answered(self, method: bytes, path: bytes, body: bytes) -> bool:
            """Answers; whether the connection goes on."""
            if method == b"GET":
                return self.next_call() if path.endswith(b"/invocation/next") else self.say(404)
            content = parsed(body)
            if path.endswith(b"/init/error"):
                worker._record_init_error(generation, content)
                return self.say(202)
            found = RESULT.search(path)
            if not found:
                return self.say(404)
            request, kind = found[1].decode(), found[2].decode()
            if worker._record_result(generation, request, kind, content):
                return self.say(202)
            return self.say(400, NO_SUCH_REQUEST)

        def next_call(self) -> bool:
            call = pending.get() if worker._mark_first_poll(generation) else None
            if call is None or worker._stopping or generation != worker._generation:
                self.say(500, STOPPED)
                return False
            request, event, deadline_ms, trace, arn = call
            headers = {
                "Lambda-Runtime-Aws-Request-Id": request,
                "Lambda-Runtime-Deadline-Ms": deadline_ms,
                "Lambda-Runtime-Invoked-Function-Arn": arn,
            }
            if trace:
                headers["Lambda-Runtime-Trace-Id"] = trace
            return self.say(200, json.dumps(event).encode(), headers)

        def say(self, status: int, body: bytes = b"", headers: dict | None = None) -> bool:
            lines = [f"HTTP/1.1 {status} -", f"Content-Length: {len(body)}"]
            lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
            lines.append("Content-Type: application/json\r\n\r\n")
            self.request.sendall("\r\n".join(lines).encode() + body)
            return True

    return RuntimeApi


def parsed(body: bytes):
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
