"""What schemathesis does not know by itself: the bytes of uploads have types of their own, and the key that it uses is
neither to be revoked nor rotated by it."""

import os

import schemathesis

OWN = os.environ["PAWL_KEY_ID"]
# An id that no key has: the call is answered with 404, which is what its document says.
NONE = "key_00000000000000000000000000"


for media_type in ["application/offset+octet-stream", "application/partial-upload"]:
    schemathesis.serializer.alias(media_type, "application/octet-stream")


@schemathesis.hook
def before_call(context, case, kwargs):
    if (case.path_parameters or {}).get("id") == OWN and case.method == "POST":
        case.path_parameters["id"] = NONE
