"""Every refusal of the keyset functions, named by the fact. No message holds key material, plaintext or ciphertext.

KeysetError
├── ArgumentInvalid          an argument is not of the form that the function documents
│   └── RawKeyInvalid        a key of the wrong length
├── KeysetMalformed          bytes or JSON that are no keyset, or one that breaks its laws
├── KeyNotEnabled            the primary key may not encrypt
├── CiphertextNotOpened      cut, changed, of another keyset, or with other additional data
├── ValueTooLarge            more than the cipher or the column type takes
├── KeysetTooLarge           more than KMS encrypts in one call
├── WrappedKeysetMalformed   not the text of a KMS ciphertext, or no keyset in it
├── NotConnected             no endpoint or no credentials are known
├── KmsUnreachable           the KMS or STS endpoint did not answer
└── KmsRefused               it answered with an error
"""


class KeysetError(ValueError):
    """The root of the family; its text is one line that may be shown and logged."""


class ArgumentInvalid(KeysetError):
    pass


class RawKeyInvalid(ArgumentInvalid):
    pass


class KeysetMalformed(KeysetError):
    pass


class KeyNotEnabled(KeysetError):
    pass


class CiphertextNotOpened(KeysetError):
    """One text for every cause, so that nothing can be learned by trying. `row` is where in a column, if it is one."""

    def __init__(self, row: int | None = None) -> None:
        super().__init__(
            "the ciphertext does not open: it was cut or changed, the keyset has no enabled key that made it, "
            "or additional_data is not what it was encrypted with"
        )
        self.row = row
        if row is not None:
            self.add_note(f"in row {row}, counted from 0")


class ValueTooLarge(KeysetError):
    pass


class KeysetTooLarge(KeysetError):
    pass


class WrappedKeysetMalformed(KeysetError):
    pass


class NotConnected(KeysetError):
    pass


class KmsUnreachable(KeysetError):
    pass


class KmsRefused(KeysetError):
    """`code` and `message` are the service's own, `operation` is what was asked of it."""

    def __init__(self, operation: str, code: str, message: str) -> None:
        super().__init__(f"{operation} was refused: {code}: {message}")
        self.operation = operation
        self.code = code
        self.message = message
