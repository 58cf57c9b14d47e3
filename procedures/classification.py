"""Full-process, partial or information only, computed from the document (Decree 42/2022/NĐ-CP art. 11).

Each criterion is met or not, with its reason; the class follows. "No visit" is our editable reading of "carried out
online": the law asks nobody to appear, sign or show an original. Levels 1-4 of Decree 43/2011 serve older reports.

What the version itself shows (its information, e-form, fees, ways of return) cannot be claimed: an answer may only turn
a yes into a no there. Whether it is handled online and whether somebody must come is answered by people; the document's
facts are the answer until they do. What is not clear counts as not met.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from procedures.content import Channel, Content, Text
from procedures.content.words import missing_text

Level = Literal["full", "partial", "info"]
CRITERIA = ("information", "filing", "handling", "fee", "result", "presence")
ANSWERED = frozenset({"handling", "presence"})  # by people; the others are read from the version
# Reasons that can be counted ("what stops it from being full-process") and the criteria they belong to.
OBSTACLES: dict[str, tuple[tuple[str, ...], Text]] = {
    "information": (("information",), Text(vi="Thiếu bộ phận bắt buộc của thủ tục", en="A compulsory part is missing")),
    "no_eform": (
        ("filing",),
        Text(vi="Chưa có biểu mẫu điện tử, chưa nhận trên mạng", en="No e-form, not taken online"),
    ),
    "offline_step": (("handling",), Text(vi="Có bước giải quyết ngoài hệ thống", en="A step outside the system")),
    "site_check": (("handling", "presence"), Text(vi="Kiểm tra, thẩm định thực tế", en="Inspection on the spot")),
    "public_notice": (("handling", "presence"), Text(vi="Niêm yết, họp lấy ý kiến", en="Public notice, a meeting")),
    "no_data": (("handling", "presence"), Text(vi="Chưa có dữ liệu để thay giấy tờ", en="No data to replace papers")),
    "fee_offline": (("fee",), Text(vi="Chưa nộp được phí trên mạng", en="The fee cannot be paid online")),
    "paper_result": (("result",), Text(vi="Kết quả phải là bản giấy có dấu", en="The result must be a stamped paper")),
    "collect": (("result", "presence"), Text(vi="Phải đến nhận kết quả", en="The result is collected in person")),
    "originals": (
        ("presence",),
        Text(vi="Phải xuất trình bản chính, ký tại trụ sở", en="Originals are shown, papers signed at the office"),
    ),
    "appear": (("presence",), Text(vi="Phải có mặt", en="Somebody must appear")),
    "test": (("presence",), Text(vi="Phải kiểm tra, sát hạch", en="A test is taken")),
    "other": (CRITERIA, Text(vi="Lý do khác", en="Another reason")),
}
OF_VISIT = {
    "show_original": "originals", "hand_in_original": "originals", "sign_in_person": "originals", "appear": "appear",
    "test": "test", "site_check": "site_check", "collect": "collect", "public_notice": "public_notice",
}  # fmt: skip
DECREE = "42/2022/NĐ-CP, Điều 11"


@dataclass(frozen=True)
class Criterion:
    """One yes or no with its reason; both texts in two languages."""

    key: str
    name: Text
    met: bool
    reason: Text
    legal_basis: str = DECREE
    obstacles: tuple[str, ...] = ()
    is_clear: bool = True
    is_answered: bool = False  # by a person, not read from the version


@dataclass(frozen=True)
class Answer:
    """What a person says about a criterion: yes, no or unclear, with a reason."""

    answer: Literal["yes", "no", "unclear"]
    obstacle: str = ""
    reason: str = ""
    legal_basis: str = ""


def obstacles_of(criterion: str) -> list[str]:
    """Keys of the reasons that may be given for a criterion."""
    return [key for key, (criteria, _text) in OBSTACLES.items() if criterion in criteria]


@dataclass(frozen=True)
class Classification:
    """The computed class, why, and the one sentence about visits that stands beside the badge."""

    level: Level
    criteria: tuple[Criterion, ...]
    visit_line: Text
    legacy_level: int

    @property
    def unmet(self) -> tuple[Criterion, ...]:
        """What stops it from being full-process."""
        return tuple(criterion for criterion in self.criteria if not criterion.met)


def classify(content: Content, answers: Mapping[str, Answer] | None = None) -> Classification:
    """Judge the six criteria and derive class, visit sentence and legacy level. `answers`: by key of the criterion."""
    found = (
        _information(content),
        _filing(content),
        _handling(content),
        _fee(content),
        _result(content),
        _presence(content),
    )
    given = answers or {}
    criteria = tuple(_answered(criterion, given.get(criterion.key)) for criterion in found)
    return Classification(
        _level(content, criteria), criteria, _visit_line(content, criteria), _legacy(content, criteria)
    )


def _answered(criterion: Criterion, answer: Answer | None) -> Criterion:
    """The criterion with a person's answer laid over what the version says."""
    if answer is None or (answer.answer == "yes" and not criterion.met and criterion.key not in ANSWERED):
        return criterion
    basis = answer.legal_basis or criterion.legal_basis
    if answer.answer == "yes":
        yes = Text(vi=answer.reason, en=answer.reason) if answer.reason else YES
        reason = criterion.reason if criterion.met else yes
        return replace(criterion, met=True, reason=reason, legal_basis=basis, obstacles=(), is_answered=True)
    return replace(
        criterion, met=False, reason=_why(answer), legal_basis=basis, is_clear=answer.answer == "no", is_answered=True,
        obstacles=(answer.obstacle,) if answer.obstacle else criterion.obstacles or ("other",),
    )  # fmt: skip


YES = Text(vi="Đã rà soát: đáp ứng.", en="Reviewed: met.")


def _why(answer: Answer) -> Text:
    known = OBSTACLES[answer.obstacle][1] if answer.obstacle in OBSTACLES else None
    words = [part for part in (known.vi if known else "", answer.reason) if part]
    english = [part for part in (known.in_("en") if known else "", answer.reason) if part]
    unclear = Text(vi="Chưa rõ", en="Not clear")
    if not words:
        return unclear
    vi, en = ": ".join(words), ": ".join(english)
    return Text(vi=f"{vi}.", en=f"{en}.") if not vi.endswith(".") else Text(vi=vi, en=en)


def _level(content: Content, criteria: tuple[Criterion, ...]) -> Level:
    if content.service.info_only or not _filed_online(content):
        return "info"
    return "full" if all(criterion.met for criterion in criteria) else "partial"


def _filed_online(content: Content) -> bool:
    return content.eform is not None and Channel.ONLINE in content.channels


def _criterion(key: str, name: Text, met: bool, yes: Text, no: Text, *obstacles: str) -> Criterion:
    return Criterion(key, name, met, yes if met else no, obstacles=() if met else obstacles)


def _information(content: Content) -> Criterion:
    name = Text(vi="Cung cấp đầy đủ thông tin", en="Complete information")
    missing = missing_text(content)
    if missing is None:
        yes = Text(vi="Đủ tám bộ phận của Nghị định 63/2010/NĐ-CP.", en="All eight parts of Decree 63/2010 are there.")
        return Criterion("information", name, True, yes)
    no = Text(vi=f"Còn thiếu: {missing.vi}.", en=f"Still missing: {missing.en}.")
    return Criterion("information", name, False, no, obstacles=("information",))


def _filing(content: Content) -> Criterion:
    return _criterion(
        "filing",
        Text(vi="Nộp hồ sơ trực tuyến", en="Filing online"),
        _filed_online(content),
        Text(
            vi="Có biểu mẫu điện tử và nhận hồ sơ trực tuyến.", en="There is an e-form and dossiers are taken online."
        ),
        Text(vi="Chưa nhận hồ sơ trực tuyến.", en="Dossiers are not taken online."),
        "no_eform",
    )


def _handling(content: Content) -> Criterion:
    return _criterion(
        "handling",
        Text(vi="Giải quyết trên môi trường điện tử", en="Handled online"),
        content.service.handled_online and not content.service.info_only,
        Text(
            vi="Tiếp nhận, xử lý, ký và trả kết quả trên hệ thống.",
            en="Received, handled, signed and returned in the system.",
        ),
        Text(vi="Có bước giải quyết ngoài môi trường điện tử.", en="Some steps are handled outside the system."),
        "offline_step",
    )


def _fee(content: Content) -> Criterion:
    charged = [fee for fee in content.fees if fee.kind != "none"]
    offline = [fee.name.vi for fee in charged if not fee.payable_online]
    yes = (
        Text(vi="Nộp được trực tuyến.", en="Payable online.")
        if charged
        else Text(vi="Không thu.", en="None is charged.")
    )
    return _criterion(
        "fee",
        Text(vi="Thanh toán phí, lệ phí trực tuyến", en="Fee payable online, or none"),
        not offline,
        yes,
        Text(vi=f"Chưa nộp được trực tuyến: {', '.join(offline)}.", en=f"Not payable online: {', '.join(offline)}."),
        "fee_offline",
    )


def _result(content: Content) -> Criterion:
    kinds = set(content.result.delivery)
    return _criterion(
        "result",
        Text(vi="Trả kết quả trực tuyến hoặc qua bưu chính công ích", en="Result online or by public post"),
        bool(kinds & {"online", "post"}),
        Text(vi="Trả trực tuyến.", en="Returned online.")
        if "online" in kinds
        else Text(vi="Trả qua bưu chính công ích.", en="Returned by public post."),
        Text(vi="Chỉ trả tại Bộ phận Một cửa.", en="Only returned at the one-stop counter."),
        "collect",
    )


def _presence(content: Content) -> Criterion:
    visits = content.service.visits
    vi, en = ", ".join(visit.text.vi for visit in visits), ", ".join(visit.text.in_("en") for visit in visits)
    return _criterion(
        "presence",
        Text(vi="Không phải có mặt, xuất trình bản chính", en="No need to appear or to show originals"),
        not visits,
        Text(vi="Pháp luật không yêu cầu có mặt.", en="The law asks nobody to appear."),
        Text(vi=f"Phải đến: {vi}.", en=f"A visit is needed: {en}."),
        *dict.fromkeys(OF_VISIT[visit.kind] for visit in visits),
    )


def _visit_line(content: Content, criteria: tuple[Criterion, ...]) -> Text:
    level = _level(content, criteria)
    if level == "info":
        return Text(
            vi="Trang này chỉ cung cấp thông tin. Nộp hồ sơ tại Bộ phận Một cửa.",
            en="This page gives information only. File at the one-stop counter.",
        )
    if level == "full":
        return Text(vi="Làm hết trên mạng, không phải đến cơ quan.", en="All done online, no visit to an office.")
    unmet = {criterion.key: criterion for criterion in criteria if not criterion.met}
    if visits := _visits(content, unmet):
        vi, en = ", ".join(visit.vi for visit in visits), ", ".join(visit.in_("en") for visit in visits)
        return Text(vi=f"Cần một lần đến: {vi}.", en=f"One visit is needed: {en}.")
    vi = ", ".join(_lower_first(criterion.name.vi) for criterion in unmet.values())
    en = ", ".join(_lower_first(criterion.name.in_("en")) for criterion in unmet.values())
    return Text(vi=f"Chưa đạt: {vi}.", en=f"Not met yet: {en}.")


def _visits(content: Content, unmet: Mapping[str, Criterion]) -> list[Text]:
    """What somebody has to come for."""
    presence, found = unmet.get("presence"), []
    if presence is not None:
        found = [presence.reason] if presence.is_answered else [visit.text for visit in content.service.visits]
        found = [
            Text(vi=_lower_first(text.vi.rstrip(".")), en=_lower_first(text.in_("en").rstrip("."))) for text in found
        ]
    if "result" in unmet:
        found.append(Text(vi="nhận kết quả", en="collect the result"))
    return found


def _lower_first(text: str) -> str:
    return text[:1].lower() + text[1:]


def _legacy(content: Content, criteria: tuple[Criterion, ...]) -> int:
    """Decree 43/2011: 4 filed and paid online; 3 filed online; 2 forms to download; 1 information."""
    if _filed_online(content) and not content.service.info_only:
        met = {criterion.key for criterion in criteria if criterion.met}
        only_collects = all(visit.kind == "collect" for visit in content.service.visits)
        return 4 if "fee" in met and ("presence" in met or only_collects) else 3
    return 2 if any(paper.form_code for paper in content.papers) else 1
