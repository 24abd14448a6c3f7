"""The journal alone, with tables of this test's own."""

import sys
import tempfile
import types
import unittest
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from journal import Journal  # noqa: E402


def tables() -> types.ModuleType:
    """What the journal needs of ministack: one table, and how its items are written."""
    module = types.ModuleType("tables")
    table = {"TableArn": "arn:one", "items": {}}
    module._tables = types.SimpleNamespace(_data={"one": table})

    def set_item(of, partition, sort, item):
        of["items"][(partition, sort)] = item

    def remove_item(of, partition, sort):
        of["items"].pop((partition, sort), None)

    module._set_item, module._remove_item = set_item, remove_item
    module.table = table
    return module


class TheJournal(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def opened(self):
        """Tables as a start finds them: the base, and what was written since."""
        module = tables()
        journal = Journal(module, self.folder, lambda: dict(module.table["items"]))
        module.table["items"].update(journal.base() or {})
        journal.replay()
        return module, journal

    def begun(self):
        module, journal = self.opened()
        journal.watch()
        journal.begin()
        return module, journal

    def test_a_start_finds_what_was_written_and_not_what_was_only_noted(self) -> None:
        module, journal = self.begun()
        module._set_item(module.table, "a", "1", {"n": 1})
        module._set_item(module.table, "b", "1", {"n": 2})
        module._remove_item(module.table, "a", "1")
        journal.write()
        module._set_item(module.table, "c", "1", {"n": 3})
        self.assertEqual(self.opened()[0].table["items"], {("b", "1"): {"n": 2}})

    def test_a_record_that_was_cut_off_is_not_there_and_nothing_before_it_is_lost(self) -> None:
        module, journal = self.begun()
        module._set_item(module.table, "a", "1", {"n": 1})
        journal.write()
        whole = journal.path(journal.generation).stat().st_size
        module._set_item(module.table, "b", "1", {"n": 2})
        module._set_item(module.table, "c", "1", {"n": 3})
        journal.write()
        path = journal.path(journal.generation)
        content = path.read_bytes()
        for length in (len(content) - 1, whole + 5, whole + 3, whole):
            path.write_bytes(content[:length])
            self.assertEqual(self.opened()[0].table["items"], {("a", "1"): {"n": 1}}, length)

    def test_a_new_base_holds_everything_and_leaves_one_journal(self) -> None:
        module, journal = self.begun()
        for number in range(3):
            module._set_item(module.table, str(number), "1", {"n": number})
            journal.write()
            journal.begin()
        self.assertEqual(len(self.opened()[0].table["items"]), 3)
        self.assertEqual(len(list(self.folder.glob("dynamodb.*.journal"))), 1)


if __name__ == "__main__":
    unittest.main()
