"""Every refusal inside Keyreeve, named by the fact; each protocol translates it once at its door.

KeyreeveError
├── BadRequest            the call could not be understood
├── Unauthenticated       who is calling could not be established
├── Forbidden             the caller may not do this
├── BadParameter          one parameter is missing or wrong
├── NotFound              something named in the call does not exist for this caller
├── WrongState            the key exists, but not in a state for this
│   └── KeyNotUsable      nor for any use
├── Conflict              what is asked for is there already
├── Unsupported           understood, and not offered
├── LimitReached
└── Failure               our own side
"""


class KeyreeveError(Exception):
    """The root of the family; `detail` is a hint that the caller may read."""

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail)
        self.detail = detail


class BadRequest(KeyreeveError):
    pass


class UnparsableRequest(BadRequest):
    pass


class UnsupportedMethod(BadRequest):
    pass


class UnknownOperation(BadRequest):
    pass


class WrongVersion(BadRequest):
    pass


class Unauthenticated(KeyreeveError):
    pass


class IncompleteSignature(Unauthenticated):
    pass


class SignatureMismatch(Unauthenticated):
    """`detail` is the server's string to sign, which holds nothing that the caller did not send."""


class AccessKeyNotFound(Unauthenticated):
    pass


class AccessKeyInactive(Unauthenticated):
    pass


class TimestampMissing(Unauthenticated):
    pass


class TimestampMalformed(Unauthenticated):
    pass


class TimestampExpired(Unauthenticated):
    pass


class NonceUsed(Unauthenticated):
    pass


class SecurityTokenMalformed(Unauthenticated):
    pass


class SecurityTokenMissing(Unauthenticated):
    pass


class SecurityTokenMismatch(Unauthenticated):
    """The token belongs to another AccessKey."""


class SecurityTokenExpired(Unauthenticated):
    """Its time is over, or whom it stands for is gone."""


class CredentialsMissing(Unauthenticated):
    pass


class AuthTokenInvalid(Unauthenticated):
    """No token of this service, or one whose AccessKey is gone or inactive."""


class AuthTokenExpired(Unauthenticated):
    pass


class PasswordWrong(Unauthenticated):
    """Or the name that goes with it; which of them is not told."""


class Forbidden(KeyreeveError):
    pass


class WrongProject(Forbidden):
    """The project is not the caller's."""


class NoPermission(Forbidden):
    """`detail` names action and resource, and what decided."""


class BadParameter(KeyreeveError):
    def __init__(self, parameter: str, detail: str = "") -> None:
        super().__init__(detail)
        self.parameter = parameter


class ParameterMissing(BadParameter):
    pass


class ParameterInvalid(BadParameter):
    pass


class AliasNotAccepted(BadParameter):
    pass


class ProtectionLevelUnavailable(BadParameter):
    pass


class KeyMaterialInvalid(BadParameter):
    """Wrapped material that does not open, is not of the key's kind, or is not what was imported first."""


class KeyMaterialDiffers(KeyMaterialInvalid):
    """It is good material, and not what was imported first."""


class TagKeyInvalid(BadParameter):
    pass


class TagValueInvalid(BadParameter):
    pass


class TagKeyRepeated(BadParameter):
    pass


class ImportTokenInvalid(BadParameter):
    pass


class ImportTokenMismatch(ImportTokenInvalid):
    """A good token of another key."""


class ImportTokenExpired(BadParameter):
    pass


class NotFound(KeyreeveError):
    pass


class KeyNotFound(NotFound):
    pass


class KeyVersionNotFound(NotFound):
    pass


class ResourceNotFound(NotFound):
    """One of the resources that a call for several names."""


class AliasNotFound(NotFound):
    pass


class SecretNotFound(NotFound):
    """No such secret, version or stage."""


class CertificateNotFound(NotFound):
    pass


class InstanceNotFound(NotFound):
    """A dedicated KMS instance was named; this server has none."""


class WrongState(KeyreeveError):
    pass


class KeyNotUsable(WrongState):
    pass


class KeyDisabled(KeyNotUsable):
    pass


class KeyPendingDeletion(KeyNotUsable):
    pass


class KeyPendingImport(KeyNotUsable):
    pass


class KeyStateUnchangeable(WrongState):
    """The state of the key does not permit the change of state that was asked for."""


class CertificateNotUsable(WrongState):
    """The certificate exists, but not in a status for this."""


class CertificatePending(CertificateNotUsable):
    """Nothing has been uploaded yet."""


class CertificateInactive(CertificateNotUsable):
    pass


class CertificateRevoked(CertificateNotUsable):
    pass


class CertificateStatusUnchangeable(CertificateNotUsable):
    """The status does not permit the one that was asked for."""


class SecretInDeleteWindow(WrongState):
    """The secret is planned to be deleted, and its name is taken until then."""


class SecretNotInDeleteWindow(WrongState):
    """There is no planned deletion to take back."""


class StageElsewhere(WrongState):
    """The version that a stage was to be taken from does not carry it."""


class Conflict(KeyreeveError):
    pass


class AliasExists(Conflict):
    pass


class KeyNameExists(Conflict):
    """Another key of the account has the name."""


class SecretExists(Conflict):
    pass


class SecretVersionExists(Conflict):
    """The version is there, with another value."""


class ServiceAlreadyOpen(Conflict):
    pass


class Unsupported(KeyreeveError):
    pass


class UnsupportedAction(Unsupported):
    """The key or the server cannot do this at all."""


class UnsupportedForKey(Unsupported):
    """The operation exists, but not for a key of this kind."""


class UnsupportedForSecret(Unsupported):
    """The operation exists, but not for a secret of this type."""


class UnsupportedOrigin(Unsupported):
    pass


class DryRunPassed(KeyreeveError):
    """A dry run that would have succeeded: the documented answer is an error."""


class DryRunParameterInvalid(KeyreeveError):
    pass


class DryRunDenied(Forbidden):
    pass


class LimitReached(KeyreeveError):
    pass


class BodyTooLarge(LimitReached):
    pass


class Throttled(LimitReached):
    """More calls of a class in this second than the account may make."""


class Failure(KeyreeveError):
    pass


class InternalFailure(Failure):
    """Something of ours broke; the caller learns nothing more."""


class Unavailable(Failure):
    """A part that the call needs is out of reach for now; trying again may help."""


class RotationFailed(Unavailable):
    """A secret was not rotated and is tried again; what was current still is. `detail` says why, and may be told."""


class StartRefused(KeyreeveError):
    """The server or a command cannot start; `detail` is the one line to print."""
