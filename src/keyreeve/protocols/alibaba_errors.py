"""The one translation of our errors into Alibaba Cloud's (API reference chapter 6; docs/divergences.md)."""

from dataclasses import dataclass

from keyreeve import errors as e
from keyreeve.context import Explained
from keyreeve.ram import errors as ram
from keyreeve.sts import errors as sts


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
    e.SecurityTokenMissing: Refusal(400, "MissingSecurityToken", "SecurityToken is mandatory for this AccessKeyId."),
    e.SecurityTokenMismatch: Refusal(
        400, "InvalidSecurityToken.MismatchWithAccessKey", "Specified SecurityToken mismatch with the AccessKey."
    ),
    e.SecurityTokenExpired: Refusal(400, "InvalidSecurityToken.Expired", "Specified SecurityToken is expired."),
    e.NoPermission: Refusal(403, "Forbidden.NoPermission", "This operation is forbidden by permission system."),
    e.ParameterMissing: Refusal(400, "MissingParameter", 'The parameter "{parameter}" is needed but not provided.'),
    e.ParameterInvalid: Refusal(400, "InvalidParameter", 'The specified parameter "{parameter}" is not valid.'),
    e.AliasNotAccepted: Refusal(400, "Unsupported.Alias", "Alias is not valid for this api."),
    e.ProtectionLevelUnavailable: Refusal(
        400, "Unsupported.ProtectionLevel", "This protection level is not valid for this region."
    ),
    e.TagKeyInvalid: Refusal(400, "InvalidParameter.TagKey", "The specified tagKey is not valid."),
    e.TagValueInvalid: Refusal(400, "InvalidParameter.TagValue", "The specified tagValue is not valid."),
    e.TagKeyRepeated: Refusal(400, "Duplicate.TagKey", "The specified tagKey is duplicate."),
    e.KeyMaterialInvalid: Refusal(400, "InvalidKeyMaterial", "key material is invalid"),
    e.ImportTokenInvalid: Refusal(400, "InvalidImportToken", "import token is invalid"),
    e.ImportTokenExpired: Refusal(400, "ExpiredImportToken", "import token is expired"),
    e.KeyNotFound: Refusal(404, "Forbidden.KeyNotFound", "The specified Key is not found."),
    e.KeyVersionNotFound: Refusal(404, "Forbidden.KeyVersionNotFound", "The specified Key version is not found."),
    e.ResourceNotFound: Refusal(404, "InvalidResourceId.NotFound", "The specified ResourceId is not found."),
    e.AliasNotFound: Refusal(404, "Forbidden.AliasNotFound", "The specified Alias is not found."),
    e.InstanceNotFound: Refusal(403, "Forbidden.DKMSInstanceNotFound", "The specified DKMS instance is not found."),
    e.CertificateNotFound: Refusal(404, "Certificate.NotFound", "The specified certificate is not found."),
    e.CertificatePending: Refusal(
        409, "Rejected.PendingImport", "The request was rejected because the certificate status is PENDING."
    ),
    e.CertificateInactive: Refusal(
        409, "Rejected.Disabled", "The request was rejected because the certificate status is INACTIVE."
    ),
    e.CertificateRevoked: Refusal(
        409, "Rejected.Unavailable", "The request was rejected because the certificate status is REVOKED."
    ),
    e.CertificateStatusUnchangeable: Refusal(
        409, "Rejected.StateModifiedFailed", "The certificate status cannot be changed to that."
    ),
    e.SecretNotFound: Refusal(404, "Forbidden.ResourceNotFound", "The resource is not found."),
    e.SecretExists: Refusal(409, "Rejected.ResourceExist", "The resource already exists."),
    e.SecretVersionExists: Refusal(409, "Rejected.ResourceExist", "The version already exists with another value."),
    e.SecretInDeleteWindow: Refusal(409, "Rejected.ResourceInDeleteWindow", "The secret is planned to be deleted."),
    e.SecretNotInDeleteWindow: Refusal(409, "Rejected.ResourceInUse", "The secret is not planned to be deleted."),
    e.StageElsewhere: Refusal(
        400, "Rejected.InvalidRequest", "The version given in RemoveFromVersion does not carry the stage."
    ),
    e.UnsupportedForSecret: Refusal(
        400, "Rejected.UnsupportedOperation", "This operation is not for secrets of this type."
    ),
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
    sts.RoleArnInvalid: Refusal(400, "InvalidParameter.RoleArn", "The parameter RoleArn is wrongly formed."),
    sts.SessionNameInvalid: Refusal(
        400, "InvalidParameter.RoleSessionName", "The parameter RoleSessionName is wrongly formed."
    ),
    sts.DurationInvalid: Refusal(400, "InvalidParameter.DurationSeconds", "DurationSeconds is out of its range."),
    sts.SessionPolicyTooLong: Refusal(400, "InvalidParameter.PolicySize", "The size of Policy must not exceed 1024."),
    sts.SessionPolicyMalformed: Refusal(
        400, "InvalidParameter.PolicyGrammar", "The parameter Policy has not passed grammar check."
    ),
    sts.RoleMissing: Refusal(404, "EntityNotExist.Role", "The specified Role not exists."),
    sts.RoleNotTrusting: Refusal(
        403, "NoPermission", "You are not authorized to do this action. You should be authorized by RAM."
    ),
    ram.UserNotFound: Refusal(404, "EntityNotExist.User", "The user does not exist."),
    ram.GroupNotFound: Refusal(404, "EntityNotExist.Group", "The group does not exist."),
    ram.RoleNotFound: Refusal(404, "EntityNotExist.Role", "The role does not exist."),
    ram.PolicyNotFound: Refusal(404, "EntityNotExist.Policy", "The policy does not exist."),
    ram.PolicyVersionNotFound: Refusal(404, "EntityNotExist.Policy.Version", "The policy version does not exist."),
    ram.UserAccessKeyNotFound: Refusal(404, "EntityNotExist.User.AccessKey", "The user access key does not exist."),
    ram.UserNotInGroup: Refusal(404, "EntityNotExist.User.Group", "The user has not joined the group."),
    ram.PolicyNotOfUser: Refusal(404, "EntityNotExist.User.Policy", "The policy is not attached to the user."),
    ram.PolicyNotOfGroup: Refusal(404, "EntityNotExist.Group.Policy", "The policy is not attached to the group."),
    ram.PolicyNotOfRole: Refusal(404, "EntityNotExist.Role.Policy", "The policy is not attached to the role."),
    ram.UserExists: Refusal(409, "EntityAlreadyExists.User", "The user does already exist."),
    ram.GroupExists: Refusal(409, "EntityAlreadyExists.Group", "The group does already exist."),
    ram.RoleExists: Refusal(409, "EntityAlreadyExists.Role", "The role does already exist."),
    ram.PolicyExists: Refusal(409, "EntityAlreadyExists.Policy", "The policy does already exist."),
    ram.UserInGroup: Refusal(409, "EntityAlreadyExists.User.Group", "The user has already joined the group."),
    ram.PolicyOfUser: Refusal(409, "EntityAlreadyExists.User.Policy", "The policy is attached to the user already."),
    ram.PolicyOfGroup: Refusal(409, "EntityAlreadyExists.Group.Policy", "The policy is attached to the group already."),
    ram.PolicyOfRole: Refusal(409, "EntityAlreadyExists.Role.Policy", "The policy is attached to the role already."),
    ram.UserHasGroups: Refusal(409, "DeleteConflict.User.Group", "A user that is in a group cannot be deleted."),
    ram.UserHasAccessKeys: Refusal(409, "DeleteConflict.User.AccessKey", "A user with access keys cannot be deleted."),
    ram.UserHasPolicies: Refusal(409, "DeleteConflict.User.Policy", "A user with policies cannot be deleted."),
    ram.GroupHasUsers: Refusal(409, "DeleteConflict.Group.User", "A group with users cannot be deleted."),
    ram.GroupHasPolicies: Refusal(409, "DeleteConflict.Group.Policy", "A group with policies cannot be deleted."),
    ram.RoleHasPolicies: Refusal(409, "DeleteConflict.Role.Policy", "A role with policies cannot be deleted."),
    ram.PolicyHasUsers: Refusal(409, "DeleteConflict.Policy.User", "The policy is attached to a user."),
    ram.PolicyHasGroups: Refusal(409, "DeleteConflict.Policy.Group", "The policy is attached to a group."),
    ram.PolicyHasRoles: Refusal(409, "DeleteConflict.Policy.Role", "The policy is attached to a role."),
    ram.PolicyHasVersions: Refusal(
        409, "DeleteConflict.Policy.Version", "The policy has other than its default version."
    ),
    ram.VersionIsDefault: Refusal(
        409, "DeleteConflict.Policy.Version.Default", "The default version cannot be deleted."
    ),
    ram.TooManyAccessKeys: Refusal(409, "LimitExceeded.User.AccessKey", "A user can have two access keys."),
    ram.TooManyVersions: Refusal(409, "LimitExceeded.Policy.Version", "A policy can have five versions."),
    ram.PolicyDocumentMalformed: Refusal(400, "MalformedPolicyDocument", 'The parameter "{parameter}" is no policy.'),
    ram.PolicyTypeInvalid: Refusal(400, "InvalidParameter.PolicyType", 'The parameter "{parameter}" is incorrect.'),
    ram.VersionIdInvalid: Refusal(
        400, "InvalidParameter.VersionId.Format", 'The format of the parameter "{parameter}" is incorrect.'
    ),
    **{
        kind: Refusal(400, f"InvalidParameter.{name}.Length", 'The parameter "{parameter}" is too long.')
        for name, kind in ram.TOO_LONG.items()
    },
    **{
        kind: Refusal(
            400, f"InvalidParameter.{name}.InvalidChars", 'The parameter "{parameter}" contains invalid chars.'
        )
        for name, kind in ram.INVALID_CHARS.items()
    },
    e.DryRunPassed: Refusal(400, "DryRunOperationError", "The request would have succeeded, but DryRun was set."),
    e.DryRunDenied: Refusal(403, "AccessDeniedError", "DryRun: the caller has no permission."),
    e.DryRunParameterInvalid: Refusal(400, "ValidationError", "DryRun: a specified parameter is not valid."),
    e.LimitReached: Refusal(
        400,
        "Rejected.LimitExceeded",
        "The request was rejected because user create resource limit was exceeded.",
    ),
    e.Throttled: Refusal(429, "Rejected.Throttling", "QPS Limit Exceeded"),
    e.BodyTooLarge: Refusal(413, "RequestEntityTooLarge", "The request body is larger than 3 MiB."),
    e.InternalFailure: Refusal(500, "InternalFailure", "Internal Failure."),
    e.Unavailable: Refusal(503, "ServiceUnavailableTemporary", "Service Unavailable Temporary."),
}


CODES = sorted({refusal.code for refusal in REFUSALS.values()})


def refusal_of(error: e.KeyreeveError) -> Refusal:
    """A kind of error without a code of its own has that of the kind it belongs to."""
    return next((REFUSALS[kind] for kind in type(error).__mro__ if kind in REFUSALS), REFUSALS[e.InternalFailure])


def explain(error: e.KeyreeveError) -> Explained:
    refusal = refusal_of(error)
    return Explained(refusal.status, refusal.code, message_of(error))


def message_of(error: e.KeyreeveError) -> str:
    """The documented text, and our hint behind it where there is one."""
    text = refusal_of(error).message
    if isinstance(error, e.SignatureMismatch):
        return text.replace("{detail}", error.detail)
    if isinstance(error, e.BadParameter):
        text = text.replace("{parameter}", error.parameter)
    # What failed on our side stays with us, but for what a target outside said, which has nothing secret.
    told = not isinstance(error, e.Failure) or isinstance(error, e.RotationFailed)
    return f"{text} ({error.detail})" if error.detail and told else text
