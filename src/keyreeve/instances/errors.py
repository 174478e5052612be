"""What goes wrong outside: in a database or on a host. Never a KeyreeveError, which a caller would be answered with.

The text is one line that may be logged and shown: it holds no secret, no SQL, and nothing that a driver made up.

TargetError
├── TargetUnreachable   network, timeout, TLS, host key
├── LoginRefused        the credential is wrong, or the account is not there
└── TargetRefused       logged in, and what was asked for is refused or cannot be done
"""


class TargetError(Exception):
    pass


class TargetUnreachable(TargetError):
    pass


class LoginRefused(TargetError):
    pass


class TargetRefused(TargetError):
    pass
