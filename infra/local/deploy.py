"""Deploys the template and the built functions to the local AWS; quick when nothing changed.

`--print` writes the template as AWS would deploy it, and deploys nothing.
"""

import argparse
import hashlib
import itertools
import json
import sys
import time
from pathlib import Path

import packages
import transform

TEMPLATE_KEY = "template.json"
FINGERPRINT = "Fingerprint"  # The stack's output that tells what it was deployed from.
STACK_WITHIN_SECS = 300
POLL_SECS = 0.2
SETTLED = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")


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

    from botocore.exceptions import EndpointConnectionError

    try:
        Deployment(arguments).run()
    except EndpointConnectionError:
        sys.exit(f"The local AWS does not answer at {arguments.endpoint}.")


def print_template(template: Path) -> None:
    source = transform.read(template)
    code = {each: f"s3://code/{name}.zip" for each, name in transform.binaries(source).items()}
    json.dump(transform.transform(template, source, code), sys.stdout, indent=2)
    print()


class Deployment:
    """One stack of one template, its functions' packages and its parameters."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        import boto3

        self.template: Path = arguments.template
        self.stack: str = arguments.stack
        self.endpoint: str = arguments.endpoint
        self.state: Path = arguments.state
        self.parameters = dict(each.split("=", 1) for each in arguments.parameter)
        self.packages = packages.Packages(
            arguments.template, arguments.binaries, arguments.state
        )
        session = boto3.Session("test", "test", region_name=transform.REGION)
        self.open = lambda service: session.client(service, endpoint_url=arguments.endpoint)
        self.cloudformation = self.open("cloudformation")

    def run(self) -> None:
        fingerprint = self.fingerprint()
        stack = self.described()
        known = outputs_of(stack).get(FINGERPRINT)
        if stack.get("StackStatus") in SETTLED and known == fingerprint:
            print("Nothing changed since the last deploy.")
        else:
            stack = self.deployed(stack, fingerprint)
        self.state.mkdir(parents=True, exist_ok=True)
        unfinished = self.state / "outputs.json.tmp"
        unfinished.write_text(json.dumps(outputs_of(stack), indent=2) + "\n")
        unfinished.replace(self.state / "outputs.json")

    def fingerprint(self) -> str:
        """Changes with whatever is deployed, where it is deployed to, and this program."""
        here = Path(__file__).parent
        digest = hashlib.sha256()
        for file in (
            self.template,
            *sorted(self.template.parent.glob("infra/statemachines/*.json")),
            *sorted(here.glob("*.py")),
            here / "requirements.txt",
        ):
            digest.update(file.read_bytes())
        inputs = [self.stack, self.endpoint, self.packages.hashes, self.parameters]
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
        """Uploads what the stack needs, creates or updates it and waits for its end."""
        started = time.monotonic()
        source = transform.read(self.template)
        names = transform.binaries(source)
        code = {logical_id: self.packages.address(name) for logical_id, name in names.items()}
        transformed = transform.transform(self.template, source, code)
        template = transform.localised(transformed, self.endpoint)
        template["Outputs"][FINGERPRINT] = {"Value": fingerprint}

        s3 = self.open("s3")
        if packages.BUCKET not in [each["Name"] for each in s3.list_buckets()["Buckets"]]:
            s3.create_bucket(Bucket=packages.BUCKET)
        self.packages.upload(s3)
        body = json.dumps(template).encode()
        s3.put_object(Bucket=packages.BUCKET, Key=TEMPLATE_KEY, Body=body)
        self.verify_sender(source["Parameters"]["MailFrom"]["Default"])

        if stack and stack["StackStatus"] not in SETTLED:
            print(f"Removing what is left of a failed deploy ({stack['StackStatus']}).")
            self.cloudformation.delete_stack(StackName=self.stack)
            stack = self.ended()
        print(f"Deploying {len(template['Resources'])} resources as {self.stack}.")
        stack = self.changed(exists=bool(stack))
        if stack["StackStatus"] not in ("CREATE_COMPLETE", "UPDATE_COMPLETE"):
            self.tell_failures()
            sys.exit(1)
        self.packages.forget_others(s3)
        print(f"Deployed in {time.monotonic() - started:.1f} s.")
        return stack

    def verify_sender(self, default: str) -> None:
        """What the owner of an AWS account does once by hand."""
        mail = self.open("sesv2")
        try:
            mail.create_email_identity(EmailIdentity=self.parameters.get("MailFrom", default))
        except mail.exceptions.AlreadyExistsException:
            pass

    def changed(self, exists: bool) -> dict:
        """Asks for the uploaded template; answers the stack once it has settled."""
        endpoint = self.cloudformation.meta.endpoint_url
        ask = self.cloudformation.update_stack if exists else self.cloudformation.create_stack
        ask(
            StackName=self.stack,
            TemplateURL=f"{endpoint}/{packages.BUCKET}/{TEMPLATE_KEY}",
            Capabilities=["CAPABILITY_IAM"],
            Parameters=[
                {"ParameterKey": name, "ParameterValue": value}
                for name, value in self.parameters.items()
            ],
        )
        return self.ended()

    def ended(self) -> dict:
        """The stack once nothing is in progress; empty when it was removed."""
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
        events = pages.paginate(StackName=self.stack).search("StackEvents[]")
        started = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS")
        latest = itertools.takewhile(
            lambda event: event["LogicalResourceId"] != self.stack
            or event["ResourceStatus"] not in started,
            events,
        )
        print(f"{self.stack} could not be deployed:", file=sys.stderr)
        for event in reversed(list(latest)):
            if event["ResourceStatus"].endswith("_FAILED"):
                reason = event.get("ResourceStatusReason", "no reason given")
                print(f"  {event['LogicalResourceId']}: {reason}", file=sys.stderr)


def outputs_of(stack: dict) -> dict[str, str]:
    return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}


if __name__ == "__main__":
    main()
