"""What the Huawei door refuses with facts of its own; the others are in keyreeve/errors.py."""

from keyreeve.errors import BadParameter, LimitReached, NotFound, Unsupported, WrongState


class OperationNotOffered(Unsupported):
    """One of that cloud's operations that this server does not have (docs/divergences.md)."""


class KeyNotDisabled(WrongState):
    pass


class KeyNotEnabled(WrongState):
    pass


class KeyAlreadyPendingDeletion(WrongState):
    pass


class KeyNotPendingDeletion(WrongState):
    pass


class DefaultKey(Unsupported):
    """The key is a part of the service's own, which callers use and do not change."""


class CiphertextInvalid(BadParameter):
    """It does not decode, was changed, or is not what the key and the associated data open."""


class CiphertextLengthWrong(BadParameter):
    """The data key inside is not as long as the caller says."""


class DataKeyMalformed(BadParameter):
    """No hexadecimal text of a key and its digest."""


class DataKeyDigestWrong(BadParameter):
    pass


class DataKeyLengthWrong(BadParameter):
    """The data key is not as long as the caller says."""


class PlaintextTooLong(BadParameter):
    """Longer than the public key takes."""


class CipherNotForSymmetric(Unsupported):
    pass


class CipherNotForRsa(Unsupported):
    pass


class CipherNotForEc(Unsupported):
    pass


class NotForAsymmetric(Unsupported):
    pass


class NotForSymmetric(Unsupported):
    pass


class NotForHmac(Unsupported):
    pass


class SymmetricKeySignsNothing(Unsupported):
    pass


class DigestLengthWrong(BadParameter):
    """Not as long as what the algorithm signs."""


class KeyIsForSigning(Unsupported):
    pass


class KeyIsForEncryption(Unsupported):
    pass


class MultipleOfEight(BadParameter):
    """A number of bits that make no whole bytes."""


class TagMissing(NotFound):
    pass


class TooManyTags(LimitReached):
    """A key may have ten at this door."""


class TagListEmpty(BadParameter):
    pass


class TagListTooLong(BadParameter):
    pass


class TooManyTagValues(BadParameter):
    pass


class TagKeyLengthWrong(BadParameter):
    pass


class TagValueLengthWrong(BadParameter):
    pass


class MatchKeyUnknown(BadParameter):
    """Keys are found by their resource_name only."""


class MatchValueInvalid(BadParameter):
    pass


class OffsetNotAllowed(BadParameter):
    """Counting begins nowhere else than at the first."""
