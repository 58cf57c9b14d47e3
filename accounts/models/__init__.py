"""People: who signs in (User), who they are (Person), for whom they may act (Organisation, Representation).

Listed columns of personal data (retention class and `erase_after` beside them): `User.full_name`, `User.phone`,
`User.email`, every column of `Person`, `Organisation.representative`. Identity numbers
are encrypted; a blind index finds them.
"""

from accounts.models.code import OneTimeCode
from accounts.models.organisation import Organisation, Representation
from accounts.models.person import Person
from accounts.models.pin import SigningPin
from accounts.models.token import ApiToken
from accounts.models.user import User

__all__ = ["ApiToken", "OneTimeCode", "Organisation", "Person", "Representation", "SigningPin", "User"]
