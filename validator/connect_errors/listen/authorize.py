"""Build a Connect URL for a test, and check it like any other Connect URL."""

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
    """The parameters to open Connect with, except the redirect URI; `findings` lists what Connect would reject."""

    client_id: str
    """The application's UUID."""
    state: str = field(repr=False)
    """The state to expect back."""
    scope: str | None = None
    """The permissions to ask for, separated by spaces; `DEFAULT_SCOPE` if none is given."""
    mode: str | None = None
    """Connect defaults to live mode."""
    single_select_vin: str | None = None
    """The VIN of the only vehicle to offer."""
    vehicle_id: str | None = None
    """The id of a connected vehicle to authenticate again, instead of requesting a code."""

    def url(self, redirect_uri: str) -> str:
        """Build the URL that opens Connect and redirects to this redirect URI."""
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
        query = "&".join(
            f"{name}={quote(value, safe='', errors='surrogatepass')}"
            for name, value in parameters.items()
            if value is not None
        )
        return f"https://{HOST}/oauth/{'authorize' if is_new else 'reauthenticate'}?{query}"

    def findings(self, redirect_uri: str) -> list[Finding]:
        """Check the URL for this redirect URI, with the findings of `connect_errors.validate`."""
        report = judge(Redirect(URL(self.url(redirect_uri))))
        return [finding for finding in report.findings if finding.rule != "connect-url"]
