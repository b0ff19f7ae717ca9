"""The Connect URL, made for a test, and checked as any other one is."""

from dataclasses import dataclass, field
from urllib.parse import quote

from connect_errors.connect_url import HOST
from connect_errors.judge import judge
from connect_errors.redirect import Redirect
from connect_errors.report import Finding
from connect_errors.url import URL

DEFAULT_SCOPE = "read_vehicle_info"


@dataclass(frozen=True)
class ConnectSession:
    """What Connect is opened with, apart from the redirect URI. `findings` says whether Connect would take it."""

    client_id: str
    """The application's UUID."""
    state: str = field(repr=False)
    """What is to come back."""
    scope: str | None = None
    """The permissions to ask for, separated by spaces; `DEFAULT_SCOPE` if none is given."""
    mode: str | None = None
    """Connect takes live if none is given."""
    single_select_vin: str | None = None
    """The VIN of the only vehicle to offer."""
    vehicle_id: str | None = None
    """A connected vehicle to be authenticated again, instead of asking for a code."""

    def url(self, redirect_uri: str) -> str:
        """Make the URL that opens Connect, and redirects to this redirect URI."""
        is_new = self.vehicle_id is None
        parameters = {
            "response_type": "code" if is_new else "vehicle_id",
            "client_id": self.client_id,
            "redirect_uri": redirect_uri,
            "state": self.state,
            "scope": DEFAULT_SCOPE if is_new and self.scope is None else self.scope,
            "vehicle_id": self.vehicle_id,
            "mode": self.mode,
            "single_select": None if self.single_select_vin is None else "true",
            "single_select_vin": self.single_select_vin,
        }
        query = "&".join(f"{name}={quote(value, safe='')}" for name, value in parameters.items() if value is not None)
        return f"https://{HOST}/oauth/{'authorize' if is_new else 'reauthenticate'}?{query}"

    def findings(self, redirect_uri: str) -> list[Finding]:
        """What is wrong with the URL for this redirect URI, as `connect_errors.validate` says it."""
        report = judge(Redirect(URL(self.url(redirect_uri))))
        return [finding for finding in report.findings if finding.rule != "connect-url"]
