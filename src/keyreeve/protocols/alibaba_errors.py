"""The one translation of our errors into Alibaba Cloud's (API reference chapter 6; docs/divergences.md)."""

from dataclasses import dataclass

from keyreeve import errors as e


@dataclass(frozen=True, slots=True)
class Refusal:
    """`message` may hold {parameter} and {detail}; a detail is else put behind it."""

    status: int
    code: str
    message: str


REFUSALS: dict[type[e.KeyreeveError], Refusal] = {
    e.UnparsableRequest: Refusal(
        400,
        "ParseRequestParameterException",
        "Server parse parameters exception. Please check your input params.",
    ),
    e.UnsupportedMethod: Refusal(403, "UnsupportedHTTPMethod", "This http method is not supported."),
    e.UnknownOperation: Refusal(
        404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
    ),
    e.WrongVersion: Refusal(400, "InvalidVersion", "Specified parameter Version is not valid."),
    e.IncompleteSignature: Refusal(
        400,
        "IncompleteSignature",
        "The request signature does not conform to Alibaba Cloud standards.",
    ),
    e.SignatureMismatch: Refusal(
        400,
        "SignatureDoesNotMatch",
        "Specified signature is not matched with our calculation. server string to sign is:{detail}",
    ),
    e.AccessKeyNotFound: Refusal(
        404, "InvalidAccessKeyId.NotFound", "The AccessKey ID provided does not exist in our records."
    ),
    e.AccessKeyInactive: Refusal(403, "Forbidden.AccessKey", "This AccessKey is not enabled."),
    e.TimestampMissing: Refusal(
        400,
        "IllegalTimestamp",
        'The input parameter "Timestamp" that is mandatory for processing this request is not supplied.',
    ),
    e.TimestampMalformed: Refusal(
        400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
    ),
    e.TimestampExpired: Refusal(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired."),
    e.NonceUsed: Refusal(400, "SignatureNonceUsed", "Specified signature nonce was used already."),
    e.SecurityTokenMalformed: Refusal(400, "InvalidSecurityToken.Malformed", "Specified SecurityToken is malformed."),
    e.ParameterMissing: Refusal(400, "MissingParameter", 'The parameter "{parameter}" is needed but not provided.'),
    e.ParameterInvalid: Refusal(400, "InvalidParameter", 'The specified parameter "{parameter}" is not valid.'),
    e.AliasNotAccepted: Refusal(400, "Unsupported.Alias", "Alias is not valid for this api."),
    e.ProtectionLevelUnavailable: Refusal(
        400, "Unsupported.ProtectionLevel", "This protection level is not valid for this region."
    ),
    e.KeyMaterialInvalid: Refusal(400, "InvalidKeyMaterial", "key material is invalid"),
    e.ImportTokenInvalid: Refusal(400, "InvalidImportToken", "import token is invalid"),
    e.ImportTokenExpired: Refusal(400, "ExpiredImportToken", "import token is expired"),
    e.KeyNotFound: Refusal(404, "Forbidden.KeyNotFound", "The specified Key is not found."),
    e.KeyVersionNotFound: Refusal(404, "Forbidden.KeyVersionNotFound", "The specified Key version is not found."),
    e.AliasNotFound: Refusal(404, "Forbidden.AliasNotFound", "The specified Alias is not found."),
    e.InstanceNotFound: Refusal(403, "Forbidden.DKMSInstanceNotFound", "The specified DKMS instance is not found."),
    e.KeyDisabled: Refusal(409, "Rejected.Disabled", "The request was rejected because the key state is Disabled."),
    e.KeyPendingDeletion: Refusal(
        409, "Rejected.PendingDeletion", "The request was rejected because the key state is PendingDeletion."
    ),
    e.KeyPendingImport: Refusal(
        409, "Rejected.PendingImport", "The request was rejected because the key state is PendingImport."
    ),
    e.KeyStateUnchangeable: Refusal(409, "Rejected.StateModifiedFailed", "Keystate modified failed."),
    e.AliasExists: Refusal(400, "AliasAlreadyExists", "AliasName Already Exists."),
    e.ServiceAlreadyOpen: Refusal(400, "Forbidden.Opened", "Your kms service has been opened."),
    e.UnsupportedAction: Refusal(400, "UnsupportedOperation", "This action is not supported."),
    e.UnsupportedForKey: Refusal(400, "Rejected.UnsupportedOperation", "Unsupported operation."),
    e.UnsupportedOrigin: Refusal(400, "Unsupported.Origin", "This key origin is not valid for this api."),
    e.KeyPolicyUnsupported: Refusal(
        400, "Forbidden.KeyPolicyUnSupported", "The specified key does not support key policy."
    ),
    e.DryRunPassed: Refusal(400, "DryRunOperationError", "The request would have succeeded, but DryRun was set."),
    e.DryRunParameterInvalid: Refusal(400, "ValidationError", "DryRun: a specified parameter is not valid."),
    e.LimitReached: Refusal(
        400,
        "Rejected.LimitExceeded",
        "The request was rejected because user create resource limit was exceeded.",
    ),
    e.BodyTooLarge: Refusal(413, "RequestEntityTooLarge", "The request body is larger than 3 MiB."),
    e.InternalFailure: Refusal(500, "InternalFailure", "Internal Failure."),
    e.Unavailable: Refusal(503, "ServiceUnavailableTemporary", "Service Unavailable Temporary."),
}


CODES = sorted({refusal.code for refusal in REFUSALS.values()})


def refusal_of(error: e.KeyreeveError) -> Refusal:
    """A kind of error without a code of its own has that of the kind it belongs to."""
    return next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), REFUSALS[e.InternalFailure])


def code_of(error: e.KeyreeveError) -> str:
    return refusal_of(error).code


def message_of(error: e.KeyreeveError) -> str:
    """The documented text, and our hint behind it where there is one."""
    text = refusal_of(error).message
    if isinstance(error, e.SignatureMismatch):
        return text.replace("{detail}", error.detail)
    if isinstance(error, e.BadParameter):
        text = text.replace("{parameter}", error.parameter)
    return f"{text} ({error.detail})" if error.detail and not isinstance(error, e.Failure) else text
