from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.new_payment_method import NewPaymentMethod
from ...models.problem import Problem
from ...models.subscription import Subscription
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    sub: str,
    *,
    body: NewPaymentMethod,
    customer: None | str | Unset = UNSET,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    headers["Idempotency-Key"] = idempotency_key

    if not isinstance(if_match, Unset):
        headers["If-Match"] = if_match



    

    params: dict[str, Any] = {}

    json_customer: None | str | Unset
    if isinstance(customer, Unset):
        json_customer = UNSET
    else:
        json_customer = customer
    params["customer"] = json_customer


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "post",
        "url": "/v1/subscriptions/{sub}/payment-method".format(sub=quote(str(sub), safe=""),),
        "params": params,
    }

    _kwargs["json"] = body.to_dict()

    headers["Content-Type"] = "application/json"

    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Problem | Subscription | None:
    if response.status_code == 200:
        response_200 = Subscription.from_dict(response.json())



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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Problem | Subscription]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPaymentMethod,
    customer: None | str | Unset = UNSET,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Response[Problem | Subscription]:
    """ Change Payment Method

     Pay by another method from now on; a failing renewal is tried on it at once.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPaymentMethod): Another payment method, by the gateway's name for it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Subscription]
     """


    kwargs = _get_kwargs(
        sub=sub,
body=body,
customer=customer,
idempotency_key=idempotency_key,
if_match=if_match,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPaymentMethod,
    customer: None | str | Unset = UNSET,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Problem | Subscription | None:
    """ Change Payment Method

     Pay by another method from now on; a failing renewal is tried on it at once.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPaymentMethod): Another payment method, by the gateway's name for it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Subscription
     """


    return sync_detailed(
        sub=sub,
client=client,
body=body,
customer=customer,
idempotency_key=idempotency_key,
if_match=if_match,

    ).parsed

async def asyncio_detailed(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPaymentMethod,
    customer: None | str | Unset = UNSET,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Response[Problem | Subscription]:
    """ Change Payment Method

     Pay by another method from now on; a failing renewal is tried on it at once.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPaymentMethod): Another payment method, by the gateway's name for it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Problem | Subscription]
     """


    kwargs = _get_kwargs(
        sub=sub,
body=body,
customer=customer,
idempotency_key=idempotency_key,
if_match=if_match,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    body: NewPaymentMethod,
    customer: None | str | Unset = UNSET,
    idempotency_key: str,
    if_match: str | Unset = UNSET,

) -> Problem | Subscription | None:
    """ Change Payment Method

     Pay by another method from now on; a failing renewal is tried on it at once.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        idempotency_key (str):
        if_match (str | Unset):
        body (NewPaymentMethod): Another payment method, by the gateway's name for it.

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Problem | Subscription
     """


    return (await asyncio_detailed(
        sub=sub,
client=client,
body=body,
customer=customer,
idempotency_key=idempotency_key,
if_match=if_match,

    )).parsed
