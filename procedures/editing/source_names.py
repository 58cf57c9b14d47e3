"""What the short names of sources in the documents of the catalogue stand for; a source typed by people is its own name."""

from procedures.content import Text

ASSUMED = "A"
SOURCE_NAMES = {
    ASSUMED: Text(
        vi="Giả định: theo hiểu biết chung về pháp luật và thực tiễn, chưa đối chiếu với nguồn nào",
        en="Assumed: general knowledge of law and practice, not checked against a source",
    ),
    "S1": Text(
        vi="Cổng Dịch vụ công quốc gia, bản chụp tháng 6 và 7/2026",
        en="National Public Service Portal, snapshot of June and July 2026",
    ),
    "S2": Text(
        vi="Quyết định công bố của Hải Phòng và hướng dẫn của Cổng Dịch vụ công quốc gia, bản chụp 21/9/2026",
        en="Decisions of Hải Phòng and guidance of the National Portal, snapshot of 21 September 2026",
    ),
    "S3": Text(
        vi="Cổng dịch vụ công Vĩnh Phúc, trang thủ tục 1.000501", en="Portal of Vĩnh Phúc, page of procedure 1.000501"
    ),
    "S4": Text(
        vi="Cổng dịch vụ công Quảng Trị, trang thủ tục 2.001474 và 2.001914",
        en="Portal of Quảng Trị, pages of procedures 2.001474 and 2.001914",
    ),
    "S5": Text(
        vi="Cổng Dịch vụ công quốc gia, trang cũ 185910 (câu lạc bộ thể thao)",
        en="National Portal, old page 185910 (sports clubs)",
    ),
    "S6": Text(
        vi="Trang của xã Mường Ảng, Điện Biên, thủ tục 3.000467",
        en="Page of the commune Mường Ảng, Điện Biên, procedure 3.000467",
    ),
    "S7": Text(vi="Cổng dịch vụ công Bình Phước, thủ tục 2.001914", en="Portal of Bình Phước, procedure 2.001914"),
    "S8": Text(
        vi="Trang Sở Công Thương Ninh Bình và Cao Bằng về thông báo khuyến mại; bản chép Mẫu số 01",
        en="Pages of the trade departments of Ninh Bình and Cao Bằng on promotions; a copy of form 01",
    ),
    "S9": Text(
        vi="Nghị định 36/2019/NĐ-CP, Điều 22 và văn bản hợp nhất 2168/VBHN-BVHTTDL năm 2024",
        en="Decree 36/2019/NĐ-CP, article 22, and the consolidated text 2168/VBHN-BVHTTDL of 2024",
    ),
    "S10": Text(
        vi="Mã nguồn công khai của công cụ điền biểu mẫu cho cổng cấp tỉnh; chỉ lấy tên trường",
        en="Public source code of a tool that fills in forms of provincial portals; names of fields only",
    ),
    "S12": Text(
        vi="Trang thủ tục 4375 của tỉnh Vĩnh Phúc (bản sao văn bằng)",
        en="Page 4375 of the province Vĩnh Phúc (copies of diplomas)",
    ),
}
