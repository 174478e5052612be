"""The one translation of our errors into Huawei Cloud's (DEW API reference, error codes; docs/divergences.md).

Three bodies: what the gateway refuses before the service is flat, what the service refuses is inside `error`, and IAM
has Keystone's form, whose code is a number.
"""

from http import HTTPStatus
from typing import NamedTuple

from keyreeve import errors as e
from keyreeve.context import Explained
from keyreeve.huawei import errors as h


class Refusal(NamedTuple):
    """A `text` may hold {parameter}; a detail is put behind it."""

    status: int
    code: str
    text: str


_GATEWAY = "APIG"
_IAM_PREFIX = "/v3/"
_SIGNATURE = "Incorrect IAM authentication information: "

REFUSALS: dict[type[e.KeyreeveError], Refusal] = {
    e.UnparsableRequest: Refusal(400, "KMS.0202", "The request is not a JSON object."),
    e.UnknownOperation: Refusal(404, "APIGW.0101", "The API does not exist or has not been published."),
    e.UnsupportedMethod: Refusal(405, "KMS.0215", "The method is not supported here."),
    h.OperationNotOffered: Refusal(405, "KMS.0215", "This server does not have the operation."),
    e.CredentialsMissing: Refusal(401, "APIGW.0301", _SIGNATURE + "neither Authorization nor X-Auth-Token is there"),
    e.Unauthenticated: Refusal(401, "APIGW.0301", _SIGNATURE + "it was not accepted"),
    e.IncompleteSignature: Refusal(401, "APIGW.0301", _SIGNATURE + "verify aksk signature fail"),
    e.SignatureMismatch: Refusal(401, "APIGW.0301", _SIGNATURE + "verify aksk signature fail"),
    e.AccessKeyNotFound: Refusal(401, "APIGW.0301", _SIGNATURE + "ak not exist"),
    e.AccessKeyInactive: Refusal(401, "APIGW.0301", _SIGNATURE + "ak is not active"),
    e.TimestampMissing: Refusal(401, "APIGW.0301", _SIGNATURE + "X-Sdk-Date is missing"),
    e.TimestampMalformed: Refusal(401, "APIGW.0301", _SIGNATURE + "X-Sdk-Date is not well formed"),
    e.TimestampExpired: Refusal(401, "APIGW.0301", _SIGNATURE + "signature expired"),
    e.SecurityTokenExpired: Refusal(401, "APIGW.0301", _SIGNATURE + "security token expired"),
    e.PasswordWrong: Refusal(401, "APIGW.0301", "The username or password is wrong."),
    e.AuthTokenInvalid: Refusal(403, "KMS.0302", "The token is invalid."),
    e.AuthTokenExpired: Refusal(403, "KMS.0303", "The token has expired."),
    e.Forbidden: Refusal(403, "KMS.0306", "No permission for the key."),
    e.WrongProject: Refusal(403, "KMS.0321", "The project is not that of the credentials."),
    e.ParameterMissing: Refusal(400, "KMS.0204", "The parameter {parameter} is missing."),
    e.BadParameter: Refusal(400, "KMS.0308", "The parameter {parameter} is invalid."),
    e.NotFound: Refusal(404, "KMS.0207", "The key does not exist."),
    e.AliasNotFound: Refusal(404, "KMS.0207", "The alias does not exist."),
    e.KeyDisabled: Refusal(400, "KMS.0209", "The key is disabled."),
    e.KeyPendingDeletion: Refusal(400, "KMS.0210", "The key is pending deletion."),
    e.KeyPendingImport: Refusal(400, "KMS.1301", "The key is pending import."),
    e.WrongState: Refusal(400, "KMS.1301", "The key is not in a state for this."),
    e.Unsupported: Refusal(400, "KMS.0325", "The operation is not for such a key."),
    e.UnsupportedForKey: Refusal(400, "KMS.0332", "The key does not have the algorithm."),
    e.Conflict: Refusal(400, "KMS.1104", "It exists already."),
    e.LimitReached: Refusal(400, "KMS.1105", "The quota is used up."),
    e.Throttled: Refusal(429, "APIGW.0308", "Too many requests in a second."),
    e.BodyTooLarge: Refusal(413, "KMS.0203", "The request body is larger than 3 MiB."),
    e.AliasExists: Refusal(400, "KMS.1104", "The alias exists already."),
    e.ImportTokenExpired: Refusal(400, "KMS.2601", "The import token has expired."),
    e.ImportTokenInvalid: Refusal(400, "KMS.2605", "The import token is invalid."),
    h.DefaultKey: Refusal(400, "KMS.0211", "This is not for a default master key."),
    e.KeyNameExists: Refusal(400, "KMS.1104", "A key has that alias already."),
    e.ProtectionLevelUnavailable: Refusal(400, "KMS.0340", "The keystore does not have this."),
    h.KeyNotDisabled: Refusal(400, "KMS.1201", "The key is not disabled."),
    h.KeyNotEnabled: Refusal(400, "KMS.1301", "The key is not enabled."),
    h.KeyAlreadyPendingDeletion: Refusal(400, "KMS.1402", "The key is pending deletion already."),
    h.KeyNotPendingDeletion: Refusal(400, "KMS.1501", "The key is not pending deletion."),
    h.MultipleOfEight: Refusal(400, "KMS.1903", "{parameter} is not a multiple of 8."),
    h.DataKeyMalformed: Refusal(400, "KMS.2101", "{parameter} is not a data key and its digest."),
    h.DataKeyDigestWrong: Refusal(400, "KMS.2103", "The digest in {parameter} is wrong."),
    h.DataKeyLengthWrong: Refusal(400, "KMS.2104", "{parameter} is not the length of the data key."),
    h.CipherNotForSymmetric: Refusal(400, "KMS.2105", "The algorithm is not for symmetric keys."),
    h.CipherNotForRsa: Refusal(400, "KMS.2106", "The algorithm is not for RSA keys."),
    h.PlaintextTooLong: Refusal(400, "KMS.2108", "{parameter} is longer than the key takes."),
    h.CipherNotForEc: Refusal(400, "KMS.1114", "The algorithm is not for EC keys."),
    h.CiphertextInvalid: Refusal(400, "KMS.2201", "{parameter} is invalid."),
    h.CiphertextLengthWrong: Refusal(400, "KMS.2204", "{parameter} is not the length of the data key."),
    h.NotForAsymmetric: Refusal(400, "KMS.0325", "The operation is not for asymmetric keys."),
    h.NotForSymmetric: Refusal(400, "KMS.0331", "The operation is not for symmetric keys."),
    h.DigestLengthWrong: Refusal(400, "KMS.0329", "{parameter} is not as long as what the algorithm signs."),
    h.SymmetricKeySignsNothing: Refusal(400, "KMS.1115", "A symmetric key does not sign."),
    h.KeyIsForEncryption: Refusal(400, "KMS.0334", "The key is for encryption."),
    h.KeyIsForSigning: Refusal(400, "KMS.0335", "The key is for signing."),
    h.NotForHmac: Refusal(400, "KMS.0341", "The operation is not for HMAC keys."),
    h.TagListEmpty: Refusal(400, "KMS.0401", "The tag list {parameter} is empty."),
    h.MatchValueInvalid: Refusal(400, "KMS.0402", "A value in {parameter} is invalid."),
    h.MatchKeyUnknown: Refusal(400, "KMS.0403", "A key in {parameter} is invalid."),
    e.TagValueInvalid: Refusal(400, "KMS.0405", "A tag value in {parameter} is invalid."),
    e.TagKeyInvalid: Refusal(400, "KMS.0406", "A tag key in {parameter} is invalid."),
    h.TagListTooLong: Refusal(400, "KMS.0407", "The tag list {parameter} is too long."),
    h.TooManyTags: Refusal(400, "KMS.0409", "The key has too many tags."),
    h.TagValueLengthWrong: Refusal(400, "KMS.0410", "A tag value in {parameter} is too long."),
    h.TagKeyLengthWrong: Refusal(400, "KMS.0411", "A tag key in {parameter} is empty or too long."),
    e.TagKeyRepeated: Refusal(400, "KMS.0412", "The tag list {parameter} has a key or a value twice."),
    h.TooManyTagValues: Refusal(400, "KMS.0413", "A tag in {parameter} has too many values."),
    h.TagMissing: Refusal(404, "KMS.0416", "The tag does not exist."),
    h.OffsetNotAllowed: Refusal(400, "KMS.0418", "{parameter} is not allowed where records are counted."),
    e.InternalFailure: Refusal(500, "KMS.0101", "kms error."),
    e.Failure: Refusal(503, "KMS.0104", "The service is not available for now."),
}

# A parameter that is wrong has a code of its own where that cloud gives it one.
PARAMETERS: dict[str, str] = {
    "key_id": "KMS.0205",
    "keystore_id": "KMS.8003",
    "source_key_id": "KMS.0205",
    "destination_key_id": "KMS.0205",
    "target_key_id": "KMS.0205",
    "sequence": "KMS.0206",
    "key_alias": "KMS.1101",
    "alias": "KMS.1101",
    "aliases": "KMS.1101",
    "key_description": "KMS.1103",
    "pending_days": "KMS.1401",
    "action": "KMS.0404",
    "tag": "KMS.0414",
    "tag.key": "KMS.0406",
    "tag.value": "KMS.0405",
    "tags": "KMS.0414",
    "matches": "KMS.0415",
    "limit": "KMS.1601",
    "marker": "KMS.1602",
    "offset": "KMS.0417",
    "random_data_length": "KMS.1801",
    "datakey_length": "KMS.1901",
    "rotation_interval": "KMS.3001",
    "cipher_text": "KMS.2201",
}

CODES = sorted({refusal.code for refusal in REFUSALS.values()} | set(PARAMETERS.values()))


def explain(error: e.KeyreeveError) -> Explained:
    refusal = explain_kind(type(error))
    code, text = refusal.code, refusal.text
    if isinstance(error, e.BadParameter):
        text = text.replace("{parameter}", error.parameter)
        if refusal is REFUSALS[e.BadParameter]:
            code = PARAMETERS.get(error.parameter, code)
    # What failed on our side stays with us; a string to sign is the other door's help.
    if error.detail and not isinstance(error, e.Failure | e.SignatureMismatch):
        text = f"{text} ({error.detail})"
    return Explained(refusal.status, code, text)


def explain_kind(kind: type[e.KeyreeveError]) -> Refusal:
    """A kind of error without a code of its own has that of the kind it belongs to."""
    return next((REFUSALS[one] for one in kind.__mro__ if one in REFUSALS), REFUSALS[e.InternalFailure])


def body_of(error: e.KeyreeveError, path: str, request_id: str) -> tuple[int, dict[str, object]]:
    """The status and the body of a refusal."""
    status, code, message = explain(error)
    if path.startswith(_IAM_PREFIX):
        title = HTTPStatus(status).phrase
        return status, {"error": {"code": status, "message": message, "title": title}}
    inner: dict[str, object] = {"error_code": code, "error_msg": message}
    if code.startswith(_GATEWAY):
        return status, {**inner, "request_id": request_id}
    return status, {"error": inner}
