"""What the database itself refuses, generated from the flow chart."""

import pgtrigger

from dossiers.workflow import State, pairs

APPEND_ONLY = pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)


def state_guard() -> pgtrigger.Trigger:
    """A state changes only along the chart, and only together with a new event (head_seq grows)."""
    allowed = " OR ".join(f"(OLD.state = '{old}' AND NEW.state = '{new}')" for old, new in pairs())
    return pgtrigger.Trigger(
        name="state_follows_chart",
        when=pgtrigger.Before,
        operation=pgtrigger.Update,
        condition=pgtrigger.Condition("OLD.state IS DISTINCT FROM NEW.state"),
        func=f"""
            IF NOT ({allowed}) THEN
                RAISE EXCEPTION 'dossier %: state % does not lead to %', OLD.id, OLD.state, NEW.state;
            END IF;
            IF NEW.head_seq <= OLD.head_seq THEN
                RAISE EXCEPTION 'dossier %: a state changes only together with an event', OLD.id;
            END IF;
            RETURN NEW;
        """,
    )


def birth_guard() -> pgtrigger.Trigger:
    """A dossier begins as a draft without history."""
    return pgtrigger.Trigger(
        name="begins_as_draft",
        when=pgtrigger.Before,
        operation=pgtrigger.Insert,
        condition=pgtrigger.Condition(f"NEW.state <> '{State.DRAFT}' OR NEW.head_seq <> 0"),
        func="RAISE EXCEPTION 'a dossier begins as a draft';",
    )


def delete_guard() -> pgtrigger.Trigger:
    """Only drafts may be deleted."""
    return pgtrigger.Trigger(
        name="only_drafts_are_deleted",
        when=pgtrigger.Before,
        operation=pgtrigger.Delete,
        condition=pgtrigger.Condition(f"OLD.state <> '{State.DRAFT}'"),
        func="RAISE EXCEPTION 'dossier %: only a draft may be deleted', OLD.id;",
    )


def event_guard() -> pgtrigger.Trigger:
    """At commit the head of the dossier must be an event that exists, with the same hash."""
    return pgtrigger.Trigger(
        name="head_is_an_event",
        when=pgtrigger.After,
        operation=pgtrigger.Update,
        timing=pgtrigger.Deferred,
        level=pgtrigger.Row,
        condition=pgtrigger.Condition("OLD.head_seq IS DISTINCT FROM NEW.head_seq"),
        func="""
            IF NOT EXISTS (SELECT 1 FROM dossiers_dossierevent e WHERE e.dossier_id = NEW.id
                           AND e.seq = NEW.head_seq AND e.hash = NEW.head_hash) THEN
                RAISE EXCEPTION 'dossier %: event % is missing', NEW.id, NEW.head_seq;
            END IF;
            RETURN NULL;
        """,
    )
