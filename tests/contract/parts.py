"""A hook of schemathesis: OpenAPI has no word for the order of a form's parts, and ours is `metadata`, then `file`.

One form in four keeps the order it came in, so that the wrong one is tried too.
"""

import schemathesis


@schemathesis.hook
def before_call(context, case, kwargs):
    body = case.body
    if isinstance(body, dict) and "metadata" in body and "file" in body and len(str(body)) % 4:
        case.body = {"metadata": body["metadata"], **{k: v for k, v in body.items() if k != "metadata"}}
