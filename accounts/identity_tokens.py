"""The provider's ID token is believed only with the provider's signature.

allauth leaves it unverified, since it comes from the provider itself (OpenID Connect Core, 3.1.3.7, lets it). ASVS 5.0
of OWASP (9.1) asks for it all the same: TLS is then not all that stands between somebody on the way and an account.
"""

from typing import Any

import jwt
from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.internal import jwtkit
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.openid_connect.views import OpenIDConnectOAuth2Adapter

ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"]
"""By a key of which the provider publishes half: never `none`, nor a secret that we have too."""


class SignedTokenAdapter(OpenIDConnectOAuth2Adapter):
    """allauth's own, which verifies the signature."""

    def _decode_id_token(self, app: SocialApp, id_token: str) -> dict[str, Any]:
        """Return the claims. Raise `OAuth2Error` for a token that is not signed by the provider, or not for us now."""
        try:
            claims: dict[str, Any] = jwt.decode(
                id_token,
                key=self._find_key(jwt.get_unverified_header(id_token).get("kid")),
                algorithms=ALGORITHMS,
                audience=app.client_id,
                issuer=self.openid_config["issuer"],
                options={"require": ["exp", "iat", "iss", "aud", "sub"]},
            )
        except jwt.PyJWTError as error:
            raise OAuth2Error("The ID token is refused.") from error
        jwtkit.verify_jti(claims)
        return claims

    def _find_key(self, key_id: str | None) -> Any:
        """Return the published key of that name; without a name, the only one (OpenID Connect Core, 10.1)."""
        with get_adapter().get_requests_session() as session:
            response = session.get(self.openid_config["jwks_uri"])
            response.raise_for_status()
            keys = jwt.PyJWKSet.from_dict(response.json()).keys
        fitting = [key for key in keys if key_id is None or key.key_id == key_id]
        if len(fitting) != 1:
            raise OAuth2Error("The provider publishes no such key.")
        return fitting[0].key
