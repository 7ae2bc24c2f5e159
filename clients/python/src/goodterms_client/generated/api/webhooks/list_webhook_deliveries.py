from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.deliveries import Deliveries
from ...models.list_webhook_deliveries_state_type_0 import check_list_webhook_deliveries_state_type_0
from ...models.list_webhook_deliveries_state_type_0 import ListWebhookDeliveriesStateType0
from ...models.problem import Problem
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    endpoint: str,
    *,
    limit: int | Unset = 20,
    before: int | None | Unset = UNSET,
    state: ListWebhookDeliveriesStateType0 | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match



    

    params: dict[str, Any] = {}

    params["limit"] = limit

    json_before: int | None | Unset
    if isinstance(before, Unset):
        json_before = UNSET
    else:
        json_before = before
    params["before"] = json_before

    json_state: None | str | Unset
    if isinstance(state, Unset):
        json_state = UNSET
    elif isinstance(state, str):
        json_state = state
    else:
        json_state = state
    params["state"] = json_state


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/webhook-endpoints/{endpoint}/deliveries".format(endpoint=quote(str(endpoint), safe=""),),
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | Deliveries | Problem | None:
    if response.status_code == 200:
        response_200 = Deliveries.from_dict(response.json())



        return response_200

    if response.status_code == 304:
        response_304 = cast(Any, None)
        return response_304

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | Deliveries | Problem]:
    return Response(
        status_code=HTTPStatus(response.status_code),
        content=response.content,
        headers=response.headers,
        parsed=_parse_response(client=client, response=response),
    )


def sync_detailed(
    endpoint: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    before: int | None | Unset = UNSET,
    state: ListWebhookDeliveriesStateType0 | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Response[Any | Deliveries | Problem]:
    """ List Webhook Deliveries

     What was sent, what was answered, how long it took, and what is still to be sent.

    Args:
        endpoint (str):  Example: 01a228b0-b01c-741e-84f6-da6b084f808e.
        limit (int | Unset): How many objects a page has at most. Default: 20.
        before (int | None | Unset):
        state (ListWebhookDeliveriesStateType0 | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Deliveries | Problem]
     """


    kwargs = _get_kwargs(
        endpoint=endpoint,
limit=limit,
before=before,
state=state,
if_none_match=if_none_match,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    endpoint: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    before: int | None | Unset = UNSET,
    state: ListWebhookDeliveriesStateType0 | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Any | Deliveries | Problem | None:
    """ List Webhook Deliveries

     What was sent, what was answered, how long it took, and what is still to be sent.

    Args:
        endpoint (str):  Example: 01a228b0-b01c-741e-84f6-da6b084f808e.
        limit (int | Unset): How many objects a page has at most. Default: 20.
        before (int | None | Unset):
        state (ListWebhookDeliveriesStateType0 | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Deliveries | Problem
     """


    return sync_detailed(
        endpoint=endpoint,
client=client,
limit=limit,
before=before,
state=state,
if_none_match=if_none_match,

    ).parsed

async def asyncio_detailed(
    endpoint: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    before: int | None | Unset = UNSET,
    state: ListWebhookDeliveriesStateType0 | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Response[Any | Deliveries | Problem]:
    """ List Webhook Deliveries

     What was sent, what was answered, how long it took, and what is still to be sent.

    Args:
        endpoint (str):  Example: 01a228b0-b01c-741e-84f6-da6b084f808e.
        limit (int | Unset): How many objects a page has at most. Default: 20.
        before (int | None | Unset):
        state (ListWebhookDeliveriesStateType0 | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Deliveries | Problem]
     """


    kwargs = _get_kwargs(
        endpoint=endpoint,
limit=limit,
before=before,
state=state,
if_none_match=if_none_match,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    endpoint: str,
    *,
    client: AuthenticatedClient | Client,
    limit: int | Unset = 20,
    before: int | None | Unset = UNSET,
    state: ListWebhookDeliveriesStateType0 | None | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Any | Deliveries | Problem | None:
    """ List Webhook Deliveries

     What was sent, what was answered, how long it took, and what is still to be sent.

    Args:
        endpoint (str):  Example: 01a228b0-b01c-741e-84f6-da6b084f808e.
        limit (int | Unset): How many objects a page has at most. Default: 20.
        before (int | None | Unset):
        state (ListWebhookDeliveriesStateType0 | None | Unset):
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Deliveries | Problem
     """


    return (await asyncio_detailed(
        endpoint=endpoint,
client=client,
limit=limit,
before=before,
state=state,
if_none_match=if_none_match,

    )).parsed
