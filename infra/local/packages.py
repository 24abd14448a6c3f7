"""The functions' binaries, zipped for Lambda and kept by hash in a bucket of the local AWS."""

import hashlib
import io
import re
import sys
import zipfile
from pathlib import Path

BUCKET = "deploy-code"
ZIP_LEVEL = 1  # The packages travel within one machine.


class Packages:
    """One package a function, by the function's name."""

    def __init__(self, template: Path, directory: Path) -> None:
        """Finds in `directory` the binaries that the template's metadata names."""
        names = re.findall(r"^ +Binary: (\S+)$", template.read_text(), re.MULTILINE)
        missing = [name for name in names if not (directory / name).is_file()]
        if missing:
            sys.exit(f"Not built: {', '.join(missing)} (looked in {directory}).")
        self.binaries = {name: directory / name for name in names}
        self.hashes = {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in self.binaries.items()
        }

    def address(self, name: str) -> str:
        return f"s3://{BUCKET}/{self.key(name)}"

    def key(self, name: str) -> str:
        return f"code/{self.hashes[name]}.zip"

    def upload(self, s3) -> None:
        """Puts the packages into the bucket that are not there yet."""
        there = stored(s3)
        for name, path in self.binaries.items():
            if self.key(name) not in there:
                print(f"Packing {name}.")
                s3.put_object(Bucket=BUCKET, Key=self.key(name), Body=package(path))

    def forget_others(self, s3) -> None:
        """Removes the packages of former deploys."""
        for key in stored(s3) - {self.key(name) for name in self.binaries}:
            s3.delete_object(Bucket=BUCKET, Key=key)


def stored(s3) -> set[str]:
    listing = s3.list_objects_v2(Bucket=BUCKET, Prefix="code/")
    return {each["Key"] for each in listing.get("Contents", [])}


def package(binary: Path) -> bytes:
    """A zip of the binary as `bootstrap`; the same bytes for the same binary."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, binary.read_bytes(), compresslevel=ZIP_LEVEL)
    return buffer.getvalue()
