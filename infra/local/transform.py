"""Turns the SAM template into plain CloudFormation with the official translator.

`transform` answers what AWS would deploy. `localised` then rewrites what the local AWS cannot
read: it ignores the OpenAPI body of an HTTP API, and knows routes only as resources of their own;
it checks the permission to send a mail without the identity and the sender it is for; it sends a
WebSocket function's answer back without a route response, which it does not know; and it manages
open WebSockets at its own address.
"""

import hashlib
import json
import os
from pathlib import Path

REGION = "us-east-1"
SHARED = "#/components/x-amazon-apigateway-integrations/"  # What several routes name.
SOCKETS = "REALTIME_ENDPOINT"  # Where open WebSockets are managed.


def binaries(source: dict) -> dict[str, str]:
    """The name of the binary of each function, by logical id."""
    return {
        logical_id: resource["Metadata"]["BuildProperties"]["Binary"]
        for logical_id, resource in source["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }


def read(template: Path) -> dict:
    """The template as written, with its intrinsic functions in their long form."""
    from samtranslator.yaml_helper import yaml_parse

    return yaml_parse(template.read_text())


def transform(template: Path, source: dict, code: dict[str, str]) -> dict:
    """The transformed template; `code` is where each function's package lies, by logical id."""
    os.environ.setdefault("AWS_DEFAULT_REGION", REGION)
    from samtranslator.parser.parser import Parser
    from samtranslator.translator.translator import Translator

    shared = source["Globals"]["Function"]
    shared.pop("CodeUri", None)
    for logical_id, resource in source["Resources"].items():
        properties = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function":
            properties["CodeUri"] = code[logical_id]
        if resource["Type"] == "AWS::Serverless::StateMachine":
            definition = template.parent / properties.pop("DefinitionUri")
            properties["Definition"] = json.loads(definition.read_text())
    defaults = {
        name: parameter["Default"]
        for name, parameter in source.get("Parameters", {}).items()
        if "Default" in parameter
    }
    return Translator({}, Parser()).translate(source, defaults)


def localised(template: dict, endpoint: str) -> dict:
    """The template for the local AWS at `endpoint`."""
    resources = {}
    for logical_id, resource in template["Resources"].items():
        if resource["Type"] == "AWS::ApiGatewayV2::RouteResponse":
            continue
        resources[logical_id] = resource
        if resource["Type"] == "AWS::Lambda::Function":
            manage_sockets_at(endpoint, resource["Properties"])
        if resource["Type"] == "AWS::ApiGatewayV2::Api" and "Body" in resource["Properties"]:
            resources |= native_api(logical_id, resource["Properties"])
        if resource["Type"] == "AWS::IAM::Role":
            allow_any_mail(resource["Properties"])
    return template | {"Resources": resources}


def manage_sockets_at(endpoint: str, function: dict) -> None:
    variables = function.get("Environment", {}).get("Variables", {})
    if SOCKETS in variables:
        aws = variables[SOCKETS]["Fn::Sub"]
        api, _, stage = aws.removeprefix("https://").partition("/")
        path = f"{api.partition('.')[0]}/{stage}"
        variables[SOCKETS] = {"Fn::Sub": f"{endpoint}/_aws/execute-api/{path}"}


def allow_any_mail(role: dict) -> None:
    for policy in role.get("Policies", []):
        for statement in policy["PolicyDocument"]["Statement"]:
            if statement["Action"] == "ses:SendEmail":
                statement["Resource"] = "*"
                statement.pop("Condition", None)


def native_api(api: str, properties: dict) -> dict:
    """Takes the body out of `properties`; answers the resources that stand for it."""
    body = properties.pop("Body")
    properties.pop("FailOnWarnings", None)
    properties.setdefault("Name", body["info"]["title"])
    properties["ProtocolType"] = "HTTP"

    resources = {}

    def add(kind: str, key: str, values: dict) -> dict:
        digest = hashlib.sha256(key.encode()).hexdigest()[:12]
        logical_id = f"{api}{kind}{digest}"
        resources[logical_id] = {
            "Type": f"AWS::ApiGatewayV2::{kind}",
            "Properties": {"ApiId": {"Ref": api}} | values,
        }
        return {"Ref": logical_id}

    authorizers = {}
    for name, scheme in body.get("components", {}).get("securitySchemes", {}).items():
        given = scheme["x-amazon-apigateway-authorizer"]
        authorizers[name] = add("Authorizer", name, {
            "Name": name,
            "AuthorizerType": "JWT",
            "IdentitySource": [given["identitySource"]],
            "JwtConfiguration": {
                "Issuer": given["jwtConfiguration"]["issuer"],
                "Audience": given["jwtConfiguration"]["audience"],
            },
        })

    shared = body.get("components", {}).get("x-amazon-apigateway-integrations", {})
    for path, methods in body["paths"].items():
        for method, operation in methods.items():
            given = operation["x-amazon-apigateway-integration"]
            given = shared[given["$ref"].removeprefix(SHARED)] if "$ref" in given else given
            integration = add("Integration", json.dumps(given["uri"]), {
                "IntegrationType": "AWS_PROXY",
                "IntegrationUri": given["uri"],
                "PayloadFormatVersion": given["payloadFormatVersion"],
            })
            verb = "ANY" if method == "x-amazon-apigateway-any-method" else method.upper()
            route = {
                "RouteKey": f"{verb} {path}",
                "Target": {"Fn::Join": ["/", ["integrations", integration]]},
            }
            for requirement in operation.get("security", []):
                for name in requirement:
                    if name in authorizers:
                        route["AuthorizationType"] = "JWT"
                        route["AuthorizerId"] = authorizers[name]
            add("Route", route["RouteKey"], route)
    return resources
