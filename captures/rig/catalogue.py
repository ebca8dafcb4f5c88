"""All recordings, in the order of the manifest."""

from rig import (
    connect_recordings,
    device_recordings,
    imap_recordings,
    journey_recordings,
    mx_recordings,
    plain_recordings,
    pop3_recordings,
    sasl_recordings,
    smtp_recordings,
    starttls_recordings,
    tls_recordings,
)
from rig.recordings import Recording


def catalogue() -> dict[str, Recording]:
    """All recordings by name."""
    everything = (
        *imap_recordings.RECORDINGS,
        *pop3_recordings.RECORDINGS,
        *smtp_recordings.RECORDINGS,
        *connect_recordings.RECORDINGS,
        *device_recordings.RECORDINGS,
        *mx_recordings.RECORDINGS,
        *journey_recordings.RECORDINGS,
        *starttls_recordings.RECORDINGS,
        *tls_recordings.RECORDINGS,
        *plain_recordings.RECORDINGS,
        *sasl_recordings.RECORDINGS,
    )
    found = {recording.name: recording for recording in everything}
    if len(found) < len(everything):
        raise ValueError("two recordings have the same name")
    return found
