from http import HTTPStatus
from typing import Any, cast
from urllib.parse import quote

import httpx

from ...client import AuthenticatedClient, Client
from ...types import Response, UNSET
from ... import errors

from ...models.problem import Problem
from ...models.undo_preview import UndoPreview
from ...types import UNSET, Unset
from typing import cast



def _get_kwargs(
    sub: str,
    *,
    customer: None | str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> dict[str, Any]:
    headers: dict[str, Any] = {}
    if not isinstance(if_none_match, Unset):
        headers["If-None-Match"] = if_none_match



    

    params: dict[str, Any] = {}

    json_customer: None | str | Unset
    if isinstance(customer, Unset):
        json_customer = UNSET
    else:
        json_customer = customer
    params["customer"] = json_customer


    params = {k: v for k, v in params.items() if v is not UNSET and v is not None}


    _kwargs: dict[str, Any] = {
        "method": "get",
        "url": "/v1/subscriptions/{sub}/undo-preview".format(sub=quote(str(sub), safe=""),),
        "params": params,
    }


    _kwargs["headers"] = headers
    return _kwargs



def _parse_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Any | Problem | UndoPreview | None:
    if response.status_code == 200:
        response_200 = UndoPreview.from_dict(response.json())



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

    if response.status_code == 409:
        response_409 = Problem.from_dict(response.json())



        return response_409

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


def _build_response(*, client: AuthenticatedClient | Client, response: httpx.Response) -> Response[Any | Problem | UndoPreview]:
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
    customer: None | str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Response[Any | Problem | UndoPreview]:
    """ Preview Undo

     What keeping a cancelled subscription would mean now. Nothing is changed.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | UndoPreview]
     """


    kwargs = _get_kwargs(
        sub=sub,
customer=customer,
if_none_match=if_none_match,

    )

    response = client.get_httpx_client().request(
        **kwargs,
    )

    return _build_response(client=client, response=response)

def sync(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    customer: None | str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Any | Problem | UndoPreview | None:
    """ Preview Undo

     What keeping a cancelled subscription would mean now. Nothing is changed.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | UndoPreview
     """


    return sync_detailed(
        sub=sub,
client=client,
customer=customer,
if_none_match=if_none_match,

    ).parsed

async def asyncio_detailed(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    customer: None | str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Response[Any | Problem | UndoPreview]:
    """ Preview Undo

     What keeping a cancelled subscription would mean now. Nothing is changed.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Response[Any | Problem | UndoPreview]
     """


    kwargs = _get_kwargs(
        sub=sub,
customer=customer,
if_none_match=if_none_match,

    )

    response = await client.get_async_httpx_client().request(
        **kwargs
    )

    return _build_response(client=client, response=response)

async def asyncio(
    sub: str,
    *,
    client: AuthenticatedClient | Client,
    customer: None | str | Unset = UNSET,
    if_none_match: str | Unset = UNSET,

) -> Any | Problem | UndoPreview | None:
    """ Preview Undo

     What keeping a cancelled subscription would mean now. Nothing is changed.

    Args:
        sub (str):  Example: sub_0a301a228b0afae70e5bef531c375d04a42.
        customer (None | str | Unset): Only what is this customer's; anything else is answered
            like missing.
        if_none_match (str | Unset):

    Raises:
        errors.UnexpectedStatus: If the server returns an undocumented status code and Client.raise_on_unexpected_status is True.
        httpx.TimeoutException: If the request takes longer than Client.timeout.

    Returns:
        Any | Problem | UndoPreview
     """


    return (await asyncio_detailed(
        sub=sub,
client=client,
customer=customer,
if_none_match=if_none_match,

    )).parsed
