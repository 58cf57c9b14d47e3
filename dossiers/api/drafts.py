"""Filing over the API: drafts, papers, the submission."""

from collections.abc import Mapping
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from drf_spectacular.utils import OpenApiParameter, PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.api.base import ANY, CITIZEN
from accounts.models import Organisation, User
from accounts.services import represented
from agencies.models import Agency
from common.api.parsing import FilesParser
from common.api.problems import Problem
from dossiers.api import actions, reading, showing
from dossiers.api.base import DossierView, named
from dossiers.api.serializers import (
    DeskDossier,
    Done,
    DossierList,
    DraftChange,
    DraftIn,
    FileOut,
    FilesIn,
    OwnDossier,
    SubmitIn,
)
from dossiers.errors import Conflict, Invalid
from dossiers.forms.citizen import DeliveryForm
from dossiers.models import Dossier
from dossiers.services import filing, supplements, uploads
from dossiers.views.citizen import start
from dossiers.views.citizen.sections import known_values, may_change
from procedures.content import Content
from procedures.eforms import case_answers
from procedures.eforms.checking import oversize
from procedures.models import Procedure
from procedures.services import content_of

PAGE = 20
EITHER = PolymorphicProxySerializer(
    component_name="Dossier", serializers={"own": OwnDossier, "desk": DeskDossier}, resource_type_field_name="view"
)
NAMES = {"address": "delivery.address", "counter_commune": "delivery.counter", "commune": "delivery.address.commune"}


class Dossiers(DossierView):
    """My dossiers and drafts."""

    scope = CITIZEN

    @extend_schema(
        operation_id="dossiers_list", responses=DossierList, tags=["dossiers"], summary=gettext_lazy("My dossiers and drafts"),
        parameters=[OpenApiParameter("after", str, description=gettext_lazy("`next` of the page before"))],
    )  # fmt: skip
    def get(self, request: Request) -> Response:
        """Newest first, twenty a page."""
        own = Dossier.objects.of_applicant(self.me()).whole()
        rows = own.select_related("procedure", "receiving_agency").order_by("-id")
        if after := request.query_params.get("after", ""):
            rows = rows.filter(id__lt=own.filter(named(after)).values("id")[:1])
        found = list(rows[: PAGE + 1])
        following = str(found[PAGE - 1].public_id) if len(found) > PAGE else ""
        return Response({"results": [showing.row(one) for one in found[:PAGE]], "next": following})

    @extend_schema(
        operation_id="dossiers_create", request=DraftIn, responses={201: OwnDossier}, tags=["dossiers"],
        summary=gettext_lazy("Begin a draft"),
    )  # fmt: skip
    def post(self, request: Request) -> Response:
        """A draft with everything the account knows filled in, and what was sent laid over it."""
        sent, user = self.values(DraftIn), self.me()
        procedure = _procedure(sent["procedure"], user)
        version = procedure.current_version
        assert version is not None
        answers = _implied(content_of(version.pk), sent) | sent.get("answers", {})
        _readable(answers)
        draft = filing.start(user=user, version=version, organisation=_organisation(user, sent))
        try:
            _change(self.dossier(str(draft.public_id)), user, sent | {"answers": answers})
        except Exception:
            filing.delete_draft(draft.pk, user=user)  # what was not right leaves nothing behind
            raise
        fresh = self.dossier(str(draft.public_id))
        return Response(showing.own(fresh, actions.offered(fresh, user)), status=201)


def _procedure(code: str, user: User) -> Procedure:
    found = Procedure.objects.published().by_code(code).select_related("current_version", "owner").first()
    if found is None:
        raise Invalid({"procedure": _("There is no procedure of this code in force.")})
    if reason := start.not_here(found, user):
        raise Invalid({"procedure": reason})
    if lacking := start.lacking_facts(user):
        raise Invalid({"account": _("Your profile lacks: %(facts)s.") % {"facts": ", ".join(lacking)}})
    return found


def _implied(content: Content, sent: Mapping[str, Any]) -> dict[str, Any]:
    if "case" not in sent:
        return {}
    try:
        return case_answers(content, sent["case"])
    except KeyError:
        raise Invalid({"case": _("Choose one of the cases of this procedure")}) from None


def _organisation(user: User, sent: Mapping[str, Any]) -> Organisation | None:
    if "organisation" not in sent:
        return None
    for one in represented(user, at=timezone.now()):
        if one.tax_code == sent["organisation"]:
            return one
    raise Invalid({"organisation": _("You do not act for an organisation with this tax code.")})


def _readable(answers: Mapping[str, Any]) -> None:
    if fault := oversize(answers):
        raise Problem(422, errors={"answers": fault})


def _change(dossier: Dossier, user: User, sent: Mapping[str, Any]) -> None:
    """Lay what was sent over the draft; nothing is asked that the account knows officially."""
    if "agency" in sent:
        filing.choose_agency(dossier.pk, user=user, commune_code=sent["agency"])
    if "delivery" in sent:
        filing.choose_delivery(dossier.pk, user=user, choice=_choice(dossier, sent["delivery"]))
    if sent.get("answers"):
        filing.save_answers(dossier.pk, user=user, answers=_answers(dossier, sent["answers"]))


def _answers(dossier: Dossier, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers to questions of the form; while a supplement is asked for, only to those that were named."""
    _readable(answers)
    content = content_of(dossier.procedure_version_id)
    asked = {field.key for field in content.eform.fields()} if content.eform else set()
    if dossier.state == "supplement":
        asked &= _asked_answers(dossier)
        locked: dict[str, Any] = {}
    else:
        locked = known_values(dossier, content)
    if strange := sorted(set(answers) - asked):
        raise Problem(
            422, errors={f"answers.{key}": _("This form has no question of that name") for key in strange[:20]}
        )
    return {**answers, **locked}


def _asked_answers(dossier: Dossier) -> set[str]:
    request = supplements.open_request(dossier)
    return set(request.items.filter(kind="field").values_list("key", flat=True)) if request else set()


def _choice(dossier: Dossier, sent: Mapping[str, Any]) -> filing.DeliveryChoice:
    """The form of the page judges the choice: the same rules, the same sentences."""
    flat = {**sent, **sent.get("address", {})}
    communes = Agency.objects.valid_on(timezone.localdate()).filter(level=Agency.Level.COMMUNE)
    ways = content_of(dossier.procedure_version_id).result.delivery
    form = DeliveryForm(flat, dossier=dossier, ways=ways, counters=list(communes))
    if not form.is_valid():
        errors = {NAMES.get(key, f"delivery.{key}"): " ".join(map(str, texts)) for key, texts in form.errors.items()}
        raise Problem(422, errors=errors)
    return form.choice


class DossierDetail(DossierView):
    """One draft or dossier."""

    scopes = {"GET": ANY, "PATCH": CITIZEN, "DELETE": CITIZEN}

    @extend_schema(
        operation_id="dossiers_read", responses=EITHER, tags=["dossiers"], summary=gettext_lazy("A draft or dossier")
    )
    def get(self, request: Request, ref: str) -> Response:
        """Applicants see what they declared; officers the desk's view, and their look is written down."""
        return Response(reading.shown(self.dossier(ref), self.me(), is_look=True))

    @extend_schema(
        operation_id="dossiers_update", request=DraftChange, responses=OwnDossier, tags=["dossiers"],
        summary=gettext_lazy("Change a draft; after filing, until an officer opens it, or what a supplement asks for"),
    )  # fmt: skip
    def patch(self, request: Request, ref: str) -> Response:
        """Only what is sent changes; a filed dossier's changes count once they are sent by its action."""
        sent, dossier = self.values(DraftChange), self.dossier(ref)
        may_supplement = dossier.state == "supplement" and set(sent) <= {"answers"}
        if not (may_change(dossier) or may_supplement):
            raise Conflict(dossier)
        _change(dossier, self.me(), sent)
        return Response(reading.shown(self.dossier(ref), self.me()))

    @extend_schema(
        operation_id="dossiers_delete", request=None, responses={204: None}, tags=["dossiers"],
        summary=gettext_lazy("Throw a draft away"),
    )  # fmt: skip
    def delete(self, request: Request, ref: str) -> Response:
        """A filed dossier is never deleted (409)."""
        filing.delete_draft(self.dossier(ref).pk, user=self.me())
        return Response(status=204)


class Files(DossierView):
    """Papers of a draft."""

    scope = CITIZEN
    parser_classes = (FilesParser,)  # type: ignore[assignment]

    @extend_schema(
        operation_id="files_create", request={"multipart/form-data": FilesIn}, responses={201: FileOut}, tags=["dossiers"],
        summary=gettext_lazy("Hand in a paper; several photographs become one PDF"),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """Stored at once, checked for viruses afterwards."""
        dossier = self.dossier(ref)
        key, sent = str(request.POST.get("paper", ""))[:60], request.FILES.getlist("file")[:20]
        if dossier.state == "supplement":
            request_ = supplements.open_request(dossier)
            if request_ is None or key not in supplements.asked_papers(request_):
                raise Invalid({"paper": _("This paper was not asked for.")})
        elif not may_change(dossier):
            raise Conflict(dossier)
        stored = uploads.add(dossier.pk, user=self.me(), key=key, uploads=sent).file
        return Response(showing.file(stored), status=201)


class Submit(DossierView):
    """The last step of filing."""

    scope = CITIZEN

    @extend_schema(
        operation_id="dossiers_submit", request=SubmitIn, responses=Done, tags=["dossiers"],
        summary=gettext_lazy("Submit the draft; repeating it gives the same dossier"),
    )  # fmt: skip
    def post(self, request: Request, ref: str) -> Response:
        """The code; `state` is `payment` while a fee is due before acceptance."""
        sent, dossier = self.values(SubmitIn), self.dossier(ref)
        if dossier.is_draft:
            uploads.join_pages(dossier.pk, user=self.me())
        filed = filing.submit(
            dossier.pk, user=self.me(), undertaking=sent["undertaking"], quoted_total=sent.get("quoted_total")
        )
        return Response(actions.done(filed))
