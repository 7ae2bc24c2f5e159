from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.another_way import AnotherWay
from ...models.problem import Problem
from ...models.refund import Refund
from typing import cast



def _get_kwargs(
    ref: str,
    *,
    body: AnotherWay,
    idempotency_key: str,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/refunds/{ref}/retry".format(ref=quote(str(ref), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Refund | None:
    if response.status_code == 201:
        response_201 = Refund.from_dict(response.json())



        return response_201

    if response.status_code == 400:
        response_400 = Problem.from_dict(response.json())



        return response_400

    if response.status_code == 401:
        response_401 = Problem.from_dict(response.json())



        return response_401

    if response.status_code == 403:
        response_403 = Problem.from_dict(response.json())



        return response_403

    if response.status_code == 404:
        response_404 = Problem.from_dict(response.json())



        return response_404

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())



        return response_409

    if response.status_code == 413:
        response_413 = Problem.from_dict(response.json())



        return response_413

    if response.status_code == 422:
        response_422 = Problem.from_dict(response.json())



        return response_422

    if response.status_code == 429:
        response_429 = Problem.from_dict(response.json())



        return response_429

    if response.status_code == 500:
        response_500 = Problem.from_dict(response.json())



        return response_500

    if response.status_code == 503:
        response_503 = Problem.from_dict(response.json())



        return response_503

    if client.raise_on_unexpected_status:
        raise errors.UnexpectedStatus(response.status_code, response.content)
    else:
        return None


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Refund]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    ref: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnotherWay,
    idempotency_key: str,

) -> Response[Problem | Refund]:
    """ Retry Refund

     After a refund failed: the original method again, or a bank transfer that was made by hand.

    Args:
        ref (str):  Example: ref_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        body (AnotherWay): After a refund failed: the original method again, or a bank transfer
            made by hand, with its reference.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Refund]
     """


    kwargs = _get_kwargs(
        ref=ref,
body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    ref: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnotherWay,
    idempotency_key: str,

) -> Problem | Refund | None:
    """ Retry Refund

     After a refund failed: the original method again, or a bank transfer that was made by hand.

    Args:
        ref (str):  Example: ref_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        body (AnotherWay): After a refund failed: the original method again, or a bank transfer
            made by hand, with its reference.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Refund
     """


    return sync_detailed(
        ref=ref,
client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    ref: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnotherWay,
    idempotency_key: str,

) -> Response[Problem | Refund]:
    """ Retry Refund

     After a refund failed: the original method again, or a bank transfer that was made by hand.

    Args:
        ref (str):  Example: ref_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        body (AnotherWay): After a refund failed: the original method again, or a bank transfer
            made by hand, with its reference.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Refund]
     """


    kwargs = _get_kwargs(
        ref=ref,
body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    ref: str,
    *,
    client: AuthenticatedClient | Client,
    body: AnotherWay,
    idempotency_key: str,

) -> Problem | Refund | None:
    """ Retry Refund

     After a refund failed: the original method again, or a bank transfer that was made by hand.

    Args:
        ref (str):  Example: ref_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        body (AnotherWay): After a refund failed: the original method again, or a bank transfer
            made by hand, with its reference.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Refund
     """


    return (await asyncio_detailed(
        ref=ref,
client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
