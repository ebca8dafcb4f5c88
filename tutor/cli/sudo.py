"""Rights given up: after the capturing child has started, nothing here is root any more."""

from __future__ import annotations

import os
import pwd


def caller() -> pwd.struct_passwd | None:
    """Who called us by sudo; None where nobody did, or root itself."""
    number = os.environ.get("SUDO_UID", "")
    if os.geteuid() != 0 or not number.isdigit() or number == "0":
        return None
    try:
        return pwd.getpwuid(int(number))
    except KeyError:
        return None


def drop() -> bool:
    """Become who called sudo, for good; False where there is nobody to become.

    Root itself stays root: there is no account of which it is known that it may read this program
    and keep a recording here.
    """
    user = caller()
    if user is None:
        return False
    os.initgroups(user.pw_name, user.pw_gid)
    os.setgid(user.pw_gid)
    os.setuid(user.pw_uid)
    os.environ.update(HOME=user.pw_dir, USER=user.pw_name, LOGNAME=user.pw_name)
    return True
