"""Password hashing for the tests, where hundreds of accounts are opened."""

from django.contrib.auth.hashers import Argon2PasswordHasher


class QuickArgon2(Argon2PasswordHasher):
    """Argon2 with the least work it allows; used in mode "test" only."""

    time_cost = 1
    memory_cost = 8
    parallelism = 1
