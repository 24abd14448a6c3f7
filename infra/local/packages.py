"""The functions' packages: each starts the binary as it was when it was deployed.

A package that held its binary, some 7 MB, would lie in the local AWS's memory, in its bucket, among
its functions and unpacked, for each of thirty functions. Here the binary lies on disk once, as a
hard link that a later build leaves as it is, and the package names it.
"""

import hashlib
import io
import os
import re
import shlex
import shutil
import sys
import zipfile
from pathlib import Path

BUCKET = "deploy-code"


class Packages:
    """One package a function, by the function's name."""

    def __init__(self, template: Path, directory: Path, state: Path) -> None:
        """Finds in `directory` the binaries that the template's metadata names."""
        names = re.findall(r"^ +Binary: (\S+)$", template.read_text(), re.MULTILINE)
        missing = [name for name in names if not (directory / name).is_file()]
        if missing:
            sys.exit(f"Not built: {', '.join(missing)} (looked in {directory}).")
        self.binaries = {name: directory / name for name in names}
        self.kept = {
            name: state.resolve() / "code" / hashlib.sha256(path.read_bytes()).hexdigest() / name
            for name, path in self.binaries.items()
        }
        self.packages = {name: package(kept) for name, kept in self.kept.items()}
        self.hashes = {
            name: hashlib.sha256(content).hexdigest() for name, content in self.packages.items()
        }

    def address(self, name: str) -> str:
        return f"s3://{BUCKET}/{self.key(name)}"

    def key(self, name: str) -> str:
        return f"code/{self.hashes[name]}.zip"

    def upload(self, s3) -> None:
        """Keeps the binaries, and puts the packages into the bucket that are not there yet."""
        there = stored(s3)
        for name, binary in self.binaries.items():
            keep(binary, self.kept[name])
            if self.key(name) not in there:
                s3.put_object(Bucket=BUCKET, Key=self.key(name), Body=self.packages[name])

    def forget_others(self, s3) -> None:
        """Removes what former deploys needed."""
        for key in stored(s3) - {self.key(name) for name in self.binaries}:
            s3.delete_object(Bucket=BUCKET, Key=key)
        needed = {kept.parent for kept in self.kept.values()}
        for folder in next(iter(needed)).parent.iterdir():
            if folder not in needed:
                shutil.rmtree(folder)


def stored(s3) -> set[str]:
    listing = s3.list_objects_v2(Bucket=BUCKET, Prefix="code/")
    return {each["Key"] for each in listing.get("Contents", [])}


def keep(binary: Path, kept: Path) -> None:
    if kept.exists():
        return
    kept.parent.mkdir(parents=True, exist_ok=True)
    unfinished = kept.with_name(f"{kept.name}.tmp")
    unfinished.unlink(missing_ok=True)
    try:
        os.link(binary, unfinished)
    except OSError:
        shutil.copy2(binary, unfinished)  # On another disk.
    unfinished.replace(kept)


def package(binary: Path) -> bytes:
    """A zip whose `bootstrap` starts the binary; the same bytes for the same binary."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, f"#!/bin/sh\nexec {shlex.quote(str(binary))}\n")
    return buffer.getvalue()
