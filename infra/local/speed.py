"""Spares the local AWS what it does again and again at every request, with the same outcome."""

import re
from concurrent.futures import Future, ThreadPoolExecutor, wait
from functools import lru_cache

from patch import patch

THREADS = 1000  # As good as one for each call: calls may wait for calls.
REMEMBERED = 1024
PATHS = 65536  # Each is asked of some seventy routes.


def install() -> None:
    """Changes ministack; before its first request."""
    from ministack.core import concurrency, iam_evaluator
    from ministack.services import apigateway, dynamodb

    patch(apigateway, "_extract_path_params", path_parameters)
    patch(apigateway, "_path_matches", lru_cache(PATHS)(matches))
    # A role's policies were parsed at each call of its function.
    parse = iam_evaluator.parse_policy_document
    remembered = lru_cache(REMEMBERED)(parse)
    patch(
        iam_evaluator,
        "parse_policy_document",
        lambda document: (remembered if isinstance(document, str) else parse)(document),
    )
    # So were the expressions of each request to a table.
    checked = lru_cache(REMEMBERED)(dynamodb._condition_syntax_error)
    patch(dynamodb, "_condition_syntax_error", checked)
    tokens = lru_cache(REMEMBERED)(dynamodb._tokenize)
    patch(dynamodb, "_tokenize", lambda expression: list(tokens(expression)))
    patch(concurrency, "threading", Threads(concurrency.threading))


class Threads:
    """The module `threading`, whose threads go on to further work: starting one for each call of
    a function took a fourth of its time."""

    def __init__(self, threading) -> None:
        self.threading = threading
        self.pool = ThreadPoolExecutor(THREADS)

    def __getattr__(self, name: str):
        return getattr(self.threading, name)

    def Thread(self, target, daemon: bool, name: str) -> "Work":  # noqa: N802
        return Work(self.pool, target)


class Work:
    """What stands for a thread that was asked for."""

    def __init__(self, pool: ThreadPoolExecutor, target) -> None:
        self.pool = pool
        self.target = target
        self.future: Future | None = None

    def start(self) -> None:
        self.future = self.pool.submit(self.target)

    def join(self, timeout: float | None = None) -> None:
        wait([self.future], timeout)

    def is_alive(self) -> bool:
        return not self.future.done()


def path_parameters(route: str, path: str) -> dict | None:
    """The parameters of a path by a route's, `None` if it is not the route's.

    ministack made a pattern of each route at each request.
    """
    pattern, names = pattern_of(route)
    found = pattern.fullmatch(path)
    return dict(zip(names, found.groups())) if found else None


def matches(route: str, path: str) -> bool:
    return pattern_of(route)[0].fullmatch(path) is not None


@lru_cache(REMEMBERED)
def pattern_of(route: str) -> tuple[re.Pattern, list[str]]:
    names, parts = [], []
    for part in re.split(r"(\{[^}]+\})", route):
        if part.startswith("{") and part.endswith("}"):
            greedy = part.endswith("+}")
            names.append(part.strip("{}+"))
            parts.append("(.+)" if greedy else "([^/]+)")
        else:
            parts.append(re.escape(part))
    return re.compile("".join(parts)), names
