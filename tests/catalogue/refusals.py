"""The refusals that the documents allow for a bad parameter, and how to see that an answer is one of them."""

from tests.support.client import Answer

# API reference chapter 6 and the error lists of the operations.
DOCUMENTED = {
    "MissingParameter": 400,
    "InvalidParameter": 400,
    "ParseRequestParameterException": 400,
    "UnsupportedOperation": 400,
    "Unsupported.Alias": 400,
    "Unsupported.ProtectionLevel": 400,
    "Unsupported.Origin": 400,
    "Rejected.LimitExceeded": 400,
    "Rejected.UnsupportedOperation": 400,
    "InvalidParameter.TagKey": 400,
    "InvalidParameter.TagValue": 400,
    "Duplicate.TagKey": 400,
    "InvalidKeyMaterial": 400,
    "InvalidImportToken": 400,
    "ExpiredImportToken": 400,
    "AliasAlreadyExists": 400,
    "Forbidden.Opened": 400,
    "Forbidden.KeyPolicyUnSupported": 400,
    "DryRunOperationError": 400,
    "ValidationError": 400,
    "Forbidden.DKMSInstanceNotFound": 403,
    "Forbidden.KeyNotFound": 404,
    "Forbidden.KeyVersionNotFound": 404,
    "Forbidden.AliasNotFound": 404,
    "InvalidResourceId.NotFound": 404,
    "Rejected.Disabled": 409,
    "Rejected.PendingDeletion": 409,
    "Rejected.PendingImport": 409,
    "Rejected.StateModifiedFailed": 409,
    "Rejected.InvalidRequest": 400,
    "Certificate.NotFound": 404,
    "Rejected.Unavailable": 409,
    "Forbidden.ResourceNotFound": 404,
    "Rejected.ResourceExist": 409,
    "Rejected.ResourceInDeleteWindow": 409,
    "Rejected.ResourceInUse": 409,
}


def problem(answer: Answer, *also: str) -> str:
    """What is wrong with an answer that may be a success or a documented refusal, or `also`; empty if nothing."""
    if answer.status == 200:
        return ""
    code = answer.code
    if code in also:
        return ""
    if answer.status != DOCUMENTED.get(code):
        return f"{answer.status} {code} is not documented"
    return ""


def names(answer: Answer, code: str, parameter: str) -> bool:
    """Whether it is this refusal and names this parameter."""
    return answer.status == 400 and answer.code == code and f'"{parameter}"' in answer.json["Message"]
