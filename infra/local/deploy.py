"""Deploys the template and the built functions to the local AWS; quick when nothing changed.

`--print` writes the template as AWS would deploy it, and deploys nothing.
"""

import argparse
import hashlib
import io
import json
import re
import sys
import time
import zipfile
from pathlib import Path

import transform

CODE_BUCKET = "deploy-code"
TEMPLATE_KEY = "template.json"
FINGERPRINT = "Fingerprint"  # The stack's output that tells what it was deployed from.
STACK_WITHIN_SECS = 300
POLL_SECS = 0.2
DEPLOYED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")
ZIP_LEVEL = 1  # The packages travel within one machine.


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--template", type=Path, required=True)
    parser.add_argument("--print", action="store_true")
    parser.add_argument("--endpoint", metavar="URL")
    parser.add_argument("--stack", metavar="NAME")
    parser.add_argument("--binaries", type=Path, metavar="DIR")
    parser.add_argument("--state", type=Path, metavar="DIR")
    parser.add_argument("--parameter", action="append", default=[], metavar="NAME=VALUE")
    arguments = parser.parse_args()
    arguments.template = arguments.template.resolve()
    if arguments.print:
        print_template(arguments.template)
        return
    for name in ("endpoint", "stack", "binaries", "state"):
        if getattr(arguments, name) is None:
            parser.error(f"--{name} is needed to deploy")
    Deployment(arguments).run()


def print_template(template: Path) -> None:
    source = transform.read(template)
    code = {each: f"s3://code/{name}.zip" for each, name in transform.binaries(source).items()}
    json.dump(transform.transform(template, source, code), sys.stdout, indent=2)
    print()


class Deployment:
    """One stack of one template, its functions' binaries and its parameters."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import boto3

        self.template: Path = arguments.template
        self.stack: str = arguments.stack
        self.state: Path = arguments.state
        self.parameters = dict(each.split("=", 1) for each in arguments.parameter)
        self.binaries = built(arguments.template, arguments.binaries)
        self.hashes = {
            name: hashlib.sha256(path.read_bytes()).hexdigest()
            for name, path in self.binaries.items()
        }
        session = boto3.Session("test", "test", region_name=transform.REGION)
        self.open = lambda service: session.client(service, endpoint_url=arguments.endpoint)
        self.cloudformation = self.open("cloudformation")

    def run(self) -> None:
        fingerprint = self.fingerprint()
        stack = self.described()
        if stack.get("StackStatus") in DEPLOYED and outputs_of(stack)[FINGERPRINT] == fingerprint:
            print("Nothing changed since the last deploy.")
        else:
            stack = self.deployed(stack, fingerprint)
        self.state.mkdir(parents=True, exist_ok=True)
        unfinished = self.state / "outputs.json.tmp"
        unfinished.write_text(json.dumps(outputs_of(stack), indent=2) + "\n")
        unfinished.replace(self.state / "outputs.json")

    def fingerprint(self) -> str:
        """Changes with the template, a state machine, a binary, a parameter or this program."""
        here = Path(__file__).parent
        digest = hashlib.sha256()
        for file in (
            self.template,
            *sorted(self.template.parent.glob("infra/statemachines/*.json")),
            *sorted(here.glob("*.py")),
            here / "requirements.txt",
        ):
            digest.update(file.read_bytes())
        inputs = [self.stack, self.hashes, self.parameters]
        digest.update(json.dumps(inputs, sort_keys=True).encode())
        return digest.hexdigest()

    def described(self) -> dict:
        """The stack as it stands; empty when there is none."""
        from botocore.exceptions import ClientError

        try:
            return self.cloudformation.describe_stacks(StackName=self.stack)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return {}
            raise

    def deployed(self, stack: dict, fingerprint: str) -> dict:
        """Creates or updates the stack and waits for its end."""
        started = time.monotonic()
        source = transform.read(self.template)
        packages = {
            logical_id: f"s3://{CODE_BUCKET}/{self.hashes[name]}.zip"
            for logical_id, name in transform.binaries(source).items()
        }
        template = transform.transform(self.template, source, packages)
        template = transform.localised(template)
        template["Outputs"][FINGERPRINT] = {"Value": fingerprint}
        s3 = self.open("s3")
        self.upload(s3, template)
        self.verify_sender(source["Parameters"]["MailFrom"]["Default"])

        if stack and stack["StackStatus"] not in DEPLOYED:
            print(f"Removing what is left of a failed deploy ({stack['StackStatus']}).")
            self.cloudformation.delete_stack(StackName=self.stack)
            self.ended()
            stack = {}
        print(f"Deploying {len(template['Resources'])} resources as {self.stack}.")
        stack = self.changed(stack)
        if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            self.tell_failures()
            sys.exit(1)
        self.forget_old_packages(s3)
        print(f"Deployed in {time.monotonic() - started:.1f} s.")
        return stack

    def upload(self, s3, template: dict) -> None:
        """Puts the template and those packages that are not there yet into the bucket."""
        if CODE_BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=CODE_BUCKET)
        s3.put_object(Bucket=CODE_BUCKET, Key=TEMPLATE_KEY, Body=json.dumps(template).encode())
        there = self.package_keys(s3)
        for name, path in self.binaries.items():
            key = f"{self.hashes[name]}.zip"
            if key not in there:
                print(f"Packing {name}.")
                s3.put_object(Bucket=CODE_BUCKET, Key=key, Body=package(path))

    def package_keys(self, s3) -> set[str]:
        listing = s3.list_objects_v2(Bucket=CODE_BUCKET)
        return {each["Key"] for each in listing.get("Contents", [])} - {TEMPLATE_KEY}

    def forget_old_packages(self, s3) -> None:
        for key in self.package_keys(s3) - {f"{each}.zip" for each in self.hashes.values()}:
            s3.delete_object(Bucket=CODE_BUCKET, Key=key)

    def verify_sender(self, default: str) -> None:
        """What the owner of an AWS account does once by hand."""
        mail = self.open("sesv2")
        try:
            mail.create_email_identity(EmailIdentity=self.parameters.get("MailFrom", default))
        except mail.exceptions.AlreadyExistsException:
            pass

    def changed(self, stack: dict) -> dict:
        """Asks for the new template; answers the stack once it has settled."""
        bucket_url = f"{self.cloudformation.meta.endpoint_url}/{CODE_BUCKET}"
        request = {
            "StackName": self.stack,
            "TemplateURL": f"{bucket_url}/{TEMPLATE_KEY}",
            "Capabilities": ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM"],
            "Parameters": [
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in self.parameters.items()
            ],
        }
        if stack:
            self.cloudformation.update_stack(**request)
        else:
            self.cloudformation.create_stack(**request)
        return self.ended()

    def ended(self) -> dict:
        """Waits until nothing is in progress."""
        deadline = time.monotonic() + STACK_WITHIN_SECS
        while time.monotonic() < deadline:
            stack = self.described()
            if not stack.get("StackStatus", "").endswith("_IN_PROGRESS"):
                return stack
            time.sleep(POLL_SECS)
        sys.exit(f"{self.stack} is still in progress after {STACK_WITHIN_SECS} s.")

    def tell_failures(self) -> None:
        """Prints the failed resources of this deploy in the order in which they failed."""
        pages = self.cloudformation.get_paginator("describe_stack_events")
        events = [each for page in pages.paginate(StackName=self.stack) for each in page["StackEvents"]]
        print(f"{self.stack} could not be deployed:", file=sys.stderr)
        for event in reversed(events):
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = event.get("ResourceStatusReason", "no reason given")
                print(f"  {event['LogicalResourceId']}: {reason}", file=sys.stderr)


def built(template: Path, directory: Path) -> dict[str, Path]:
    """The binary of each function by name, as the template's metadata names them."""
    names = re.findall(r"^ +Binary: (\S+)$", template.read_text(), re.MULTILINE)
    missing = [name for name in names if not (directory / name).is_file()]
    if missing:
        sys.exit(f"Not built: {', '.join(missing)} (looked in {directory}).")
    return {name: directory / name for name in names}


def outputs_of(stack: dict) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}


def package(binary: Path) -> bytes:
    """A zip of the binary as `bootstrap`; the same bytes for the same binary."""
    entry = zipfile.ZipInfo("bootstrap")
    entry.external_attr = 0o755 << 16
    entry.compress_type = zipfile.ZIP_DEFLATED
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", compresslevel=ZIP_LEVEL) as archive:
        archive.writestr(entry, binary.read_bytes(), compresslevel=ZIP_LEVEL)
    return buffer.getvalue()


if __name__ == "__main__":
    main()
