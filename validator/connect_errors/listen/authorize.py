"""The URL that opens Connect, made for a test."""

import re
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from connect_errors.shown import InvalidArgumentError, Shown

Mode = Literal["live", "simulated"]

DEFAULT_SCOPE = "read_vehicle_info"

_AUTHORIZE = "https://connect.smartcar.com/oauth/authorize"
_REAUTHENTICATE = "https://connect.smartcar.com/oauth/reauthenticate"
_UUID = re.compile("[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_VIN = re.compile("[A-Z0-9]{17}")


@dataclass(frozen=True)
class ConnectSession:
    """What Connect is opened with, apart from the redirect URI.

    Raises:
        ValueError: the client id or the VIN is not one, or the parameters exclude each other.
    """

    client_id: str
    """The application's UUID."""
    state: str = field(repr=False)
    """What is to come back."""
    scope: str | None = None
    """The permissions to ask for, separated by spaces; `DEFAULT_SCOPE` if none is given."""
    mode: Mode | None = None
    """Connect takes live if none is given."""
    single_select_vin: str | None = None
    """The VIN of the only vehicle to offer."""
    vehicle_id: str | None = None
    """A connected vehicle to be authenticated again, instead of asking for a code."""

    def __post_init__(self) -> None:
        if self.client_id.startswith("client_"):
            raise InvalidArgumentError(
                Shown(
                    "the client id is that of an API client (client_…), for which Connect shows "
                    '"400: Invalid parameter client_id"; take the application\'s id, a UUID'
                )
            )
        if not _UUID.fullmatch(self.client_id):
            raise InvalidArgumentError(Shown("the client id is not that of an application, a UUID"))
        if self.single_select_vin is not None and not _VIN.fullmatch(self.single_select_vin):
            raise InvalidArgumentError(Shown("the VIN of Single Select is not one: 17 characters of A-Z and 0-9"))
        if self.vehicle_id is not None:
            if not self.vehicle_id:
                raise InvalidArgumentError(Shown("the id of the vehicle to authenticate again is empty"))
            if (self.scope, self.mode, self.single_select_vin) != (None, None, None):
                raise InvalidArgumentError(Shown("re-authentication takes neither scope, mode nor a VIN"))

    def url(self, redirect_uri: str) -> str:
        """Make the URL that opens Connect, and redirects to this redirect URI."""
        address = _AUTHORIZE if self.vehicle_id is None else _REAUTHENTICATE
        parameters = {
            "response_type": "code" if self.vehicle_id is None else "vehicle_id",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "state": self.state,
        }
        if self.vehicle_id is None:
            parameters["scope"] = DEFAULT_SCOPE if self.scope is None else self.scope
        else:
            parameters["vehicle_id"] = self.vehicle_id
        if self.mode is not None:
            parameters["mode"] = self.mode
        if self.single_select_vin is not None:
            parameters |= {"single_select": "true", "single_select_vin": self.single_select_vin}
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items())
        return f"{address}?{query}"
