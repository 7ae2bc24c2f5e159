from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.new_price import NewPrice
from ...models.plan import Plan
from ...models.problem import Problem
from typing import cast



def _get_kwargs(
    plan: str,
    *,
    body: NewPrice,
    idempotency_key: str,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key



    

    

    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/plans/{plan}/prices".format(plan=quote(str(plan), safe=""),),
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Plan | Problem | None:
    if response.status_code == 201:
        response_201 = Plan.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Plan | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    plan: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPrice,
    idempotency_key: str,

) -> Response[Plan | Problem]:
    """ Add Price

     Add a price from an instant on; those before stay as they are.

    Args:
        plan (str):  Example: shield-year.
        idempotency_key (str):
        body (NewPrice): A price from an instant on (now if none is given). The tax is a part of
            the amount.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Plan | Problem]
     """


    kwargs = _get_kwargs(
        plan=plan,
body=body,
idempotency_key=idempotency_key,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    plan: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPrice,
    idempotency_key: str,

) -> Plan | Problem | None:
    """ Add Price

     Add a price from an instant on; those before stay as they are.

    Args:
        plan (str):  Example: shield-year.
        idempotency_key (str):
        body (NewPrice): A price from an instant on (now if none is given). The tax is a part of
            the amount.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Plan | Problem
     """


    return sync_detailed(
        plan=plan,
client=client,
body=body,
idempotency_key=idempotency_key,

    ).parsed

async def asyncio_detailed(
    plan: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPrice,
    idempotency_key: str,

) -> Response[Plan | Problem]:
    """ Add Price

     Add a price from an instant on; those before stay as they are.

    Args:
        plan (str):  Example: shield-year.
        idempotency_key (str):
        body (NewPrice): A price from an instant on (now if none is given). The tax is a part of
            the amount.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Plan | Problem]
     """


    kwargs = _get_kwargs(
        plan=plan,
body=body,
idempotency_key=idempotency_key,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    plan: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPrice,
    idempotency_key: str,

) -> Plan | Problem | None:
    """ Add Price

     Add a price from an instant on; those before stay as they are.

    Args:
        plan (str):  Example: shield-year.
        idempotency_key (str):
        body (NewPrice): A price from an instant on (now if none is given). The tax is a part of
            the amount.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Plan | Problem
     """


    return (await asyncio_detailed(
        plan=plan,
client=client,
body=body,
idempotency_key=idempotency_key,

    )).parsed
