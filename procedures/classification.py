"""Full-process, partial or information only, computed from the document (Decree 42/2022/NĐ-CP art. 11).

Each criterion is met or not, with its reason; the class follows. "No visit" is our editable reading of "carried out
online": the law asks nobody to appear, sign or show an original. Levels 1-4 of Decree 43/2011 serve older reports.
"""

from dataclasses import dataclass
from typing import Literal

from procedures.content import Channel, Content, Text, missing_parts

Level = Literal["full", "partial", "info"]
DECREE = "42/2022/NĐ-CP, Điều 11"


@dataclass(frozen=True)
class Criterion:
    """One yes or no with its reason; both texts in two languages."""

    key: str
    name: Text
    met: bool
    reason: Text
    legal_basis: str = DECREE


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


def classify(content: Content) -> Classification:
    """Judge the six criteria and derive class, visit sentence and legacy level."""
    criteria = (
        _information(content),
        _filing(content),
        _handling(content),
        _fee(content),
        _result(content),
        _presence(content),
    )
    return Classification(_level(content, criteria), criteria, _visit_line(content, criteria), _legacy(content))


def _level(content: Content, criteria: tuple[Criterion, ...]) -> Level:
    if content.service.info_only or not _filed_online(content):
        return "info"
    return "full" if all(criterion.met for criterion in criteria) else "partial"


def _filed_online(content: Content) -> bool:
    return content.eform is not None and Channel.ONLINE in content.channels


def _criterion(key: str, name: Text, met: bool, yes: Text, no: Text) -> Criterion:
    return Criterion(key, name, met, yes if met else no)


def _information(content: Content) -> Criterion:
    missing = ", ".join(missing_parts(content))
    return _criterion(
        "information",
        Text(vi="Cung cấp đầy đủ thông tin", en="Complete information"),
        not missing,
        Text(vi="Đủ tám bộ phận của Nghị định 63/2010/NĐ-CP.", en="All eight parts of Decree 63/2010 are there."),
        Text(vi=f"Còn thiếu: {missing}.", en=f"Still missing: {missing}."),
    )


def _filing(content: Content) -> Criterion:
    return _criterion(
        "filing",
        Text(vi="Nộp hồ sơ trực tuyến", en="Filing online"),
        _filed_online(content),
        Text(
            vi="Có biểu mẫu điện tử và nhận hồ sơ trực tuyến.", en="There is an e-form and dossiers are taken online."
        ),
        Text(vi="Chưa nhận hồ sơ trực tuyến.", en="Dossiers are not taken online."),
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
    )


def _visit_line(content: Content, criteria: tuple[Criterion, ...]) -> Text:
    if _level(content, criteria) == "info":
        return Text(
            vi="Trang này chỉ cung cấp thông tin. Nộp hồ sơ tại Bộ phận Một cửa.",
            en="This page gives information only. File at the one-stop counter.",
        )
    visits = [visit.text for visit in content.service.visits]
    if not set(content.result.delivery) & {"online", "post"}:
        visits.append(Text(vi="nhận kết quả", en="collect the result"))
    if not visits:
        return Text(vi="Làm hết trên mạng, không phải đến cơ quan.", en="All done online, no visit to an office.")
    vi, en = ", ".join(visit.vi for visit in visits), ", ".join(visit.in_("en") for visit in visits)
    return Text(vi=f"Cần một lần đến: {vi}.", en=f"One visit is needed: {en}.")


def _legacy(content: Content) -> int:
    """Decree 43/2011: 4 filed and paid online; 3 filed online; 2 forms to download; 1 information."""
    if _filed_online(content) and not content.service.info_only:
        others = [visit for visit in content.service.visits if visit.kind != "collect"]
        pays = all(fee.payable_online for fee in content.fees if fee.kind != "none")
        return 4 if pays and not others else 3
    return 2 if any(paper.form_code for paper in content.papers) else 1
