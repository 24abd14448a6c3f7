"""Permissions that the local AWS asks for under another name than AWS does."""

from patch import patch

# https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-api-permissions-reference.html
ASKED_AS = {"sqs:SendMessageBatch": "sqs:SendMessage"}


def install() -> None:
    """Changes ministack; before its first request."""
    from ministack.core import iam_actions

    extract = iam_actions.extract_iam_action

    def asked(*args, **kwargs):
        action = extract(*args, **kwargs)
        return ASKED_AS.get(action, action)

    patch(iam_actions, "extract_iam_action", asked)
