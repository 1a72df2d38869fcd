"""Prints what Python's email package makes of the message on its standard input: a JSON object a part."""
import email.policy
import hashlib
import json
import sys

message = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)
for part in message.walk():
    if part.is_multipart() or (part.get_filename() is None and part.get_content_type() in ("text/plain", "text/html")):
        continue
    defects = [str(defect) for defect in part.defects]
    print(json.dumps({
        "filename": part.get_filename(),
        "name": part.get_param("name"),
        "content_type": part.get_content_type(),
        "method": part.get_param("method"),
        "disposition": part.get_content_disposition(),
        "content_id": part["Content-ID"],
        "sha256": hashlib.sha256(part.get_payload(decode=True)).hexdigest(),
        "defects": defects,
    }))
