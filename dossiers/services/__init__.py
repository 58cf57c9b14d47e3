"""Writing rules of the case file, by the verbs of the law. Every change of state goes through `performing.perform`."""

from dossiers.services.performing import SYSTEM, Done, actor_of, available, perform

__all__ = ["SYSTEM", "Done", "actor_of", "available", "perform"]
