from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.refund_request import RefundRequest
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    req: str,
    *,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/refund-requests/{req}/take".format(req=quote(str(req), safe=""),),
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | RefundRequest | None:
    if response.status_code == 200:
        response_200 = RefundRequest.from_dict(response.json())



        return response_200

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

    if response.status_code == 412:
        response_412 = Problem.from_dict(response.json())



        return response_412

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | RefundRequest]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    req: str,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Response[Problem | RefundRequest]:
    """ Take Refund Request

     Begin to review a request.

    Args:
        req (str):  Example: req_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RefundRequest]
     """


    kwargs = _get_kwargs(
        req=req,
idempotency_key=idempotency_key,
if_match=if_match,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    req: str,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Problem | RefundRequest | None:
    """ Take Refund Request

     Begin to review a request.

    Args:
        req (str):  Example: req_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RefundRequest
     """


    return sync_detailed(
        req=req,
client=client,
idempotency_key=idempotency_key,
if_match=if_match,

    ).parsed

async def asyncio_detailed(
    req: str,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Response[Problem | RefundRequest]:
    """ Take Refund Request

     Begin to review a request.

    Args:
        req (str):  Example: req_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | RefundRequest]
     """


    kwargs = _get_kwargs(
        req=req,
idempotency_key=idempotency_key,
if_match=if_match,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    req: str,
    *,
    client: AuthenticatedClient | Client,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Problem | RefundRequest | None:
    """ Take Refund Request

     Begin to review a request.

    Args:
        req (str):  Example: req_0a301a228b0afae70e5bef531c375d04a42.
        idempotency_key (str):
        if_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | RefundRequest
     """


    return (await asyncio_detailed(
        req=req,
client=client,
idempotency_key=idempotency_key,
if_match=if_match,

    )).parsed
