"""What runs on a host.

Everything about a user's authorized_keys runs as that user: nothing that the user can place in the home directory, such
as a symbolic link, then reaches further than the user does.
"""

import shlex

NO_SUCH_USER = 67
NO_HOME = 72
CHANGED_MEANWHILE = 75
NOT_OWNER = 77
NO_ACCESS = 78
_CHPASSWD = "/usr/sbin/chpasswd"

_FIND = f"""
set -eu
umask 077
home=$(getent passwd "$(id -un)" | cut -d: -f6)
cd -- "$home" 2>/dev/null || exit {NO_HOME}
file=.ssh/authorized_keys
[ ! -d .ssh ] || file=$(readlink -f "$file") || exit {NO_ACCESS}
"""

_READ = f"""{_FIND}
[ ! -e "$file" ] || cat -- "$file"
"""

# $1 and $2 are the digests of what is there and of what comes on standard input: a connection that breaks off while it
# is sent must not leave half a file.
_REPLACE = f"""{_FIND}
digest() {{ sha256sum | cut -d" " -f1; }}
mode=600
if [ -e "$file" ]; then
  [ -O "$file" ] || exit {NOT_OWNER}
  [ "$(digest <"$file")" = "$1" ] || exit {CHANGED_MEANWHILE}
  mode=$(stat -c %a -- "$file")
else
  [ -d .ssh ] || mkdir .ssh
fi
new=$(mktemp "$file.XXXXXXXX")
trap 'rm -f -- "$new"' EXIT
cat >"$new"
[ "$(digest <"$new")" = "$2" ]
chmod "$mode" "$new"
[ ! -e "$file" ] || chgrp "$(stat -c %g -- "$file")" "$new" 2>/dev/null || :
sync "$new" 2>/dev/null || :
mv -f -- "$new" "$file"
"""


class Commands:
    """Command lines for the administrator's shell; names of users must have been checked (hosts/names.py)."""

    def __init__(self, *, is_root: bool) -> None:
        self._is_root = is_root

    def set_passwords(self) -> str:
        return _CHPASSWD if self._is_root else f"sudo -n {_CHPASSWD}"

    def set_password_of(self, user: str) -> str:
        return f"{_require(user)}; {self.set_passwords()}"

    def read_keys(self, user: str) -> str:
        return f"{_require(user)}; {self.as_user(user, _READ)}"

    def replace_keys(self, user: str, found: str, wanted: str) -> str:
        return f"{_require(user)}; {self.as_user(user, _REPLACE)} sh {found} {wanted}"

    def as_user(self, user: str, script: str) -> str:
        become = f"runuser -u {user} --" if self._is_root else f"sudo -n -u {user}"
        return f"{become} /bin/sh -c {shlex.quote(script)}"


def _require(user: str) -> str:
    return f"getent passwd {user} >/dev/null || exit {NO_SUCH_USER}"
