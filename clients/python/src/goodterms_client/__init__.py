"""A typed client of the goodterms API.

`connect` and its asynchronous twin `connect_async` make a client for the functions below `goodterms_client.generated`;
`new_key` names an act. Whatever is lost on the way is sent again under the same key, and never done twice.
"""

from goodterms_client.connect import connect, connect_async, new_key

__all__ = ["connect", "connect_async", "new_key"]
