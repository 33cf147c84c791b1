"""What the fund pays for, and what else a pharmacy's shelves hold."""

from __future__ import annotations

import numpy as np
import pandas as pd

# generic name, ATC stem, class, yuan a pack, days a pack lasts, prescription, takes it for years
WESTERN = [
    ("阿莫西林胶囊", "J01CA", "抗生素", 14, 6, True, False),
    ("头孢克肟分散片", "J01DD", "抗生素", 28, 5, True, False),
    ("左氧氟沙星片", "J01MA", "抗生素", 22, 6, True, False),
    ("阿奇霉素片", "J01FA", "抗生素", 19, 4, True, False),
    ("甲硝唑片", "J01XD", "抗生素", 8, 7, True, False),
    ("布洛芬缓释胶囊", "M01AE", "解热镇痛药", 17, 6, False, False),
    ("对乙酰氨基酚片", "N02BE", "解热镇痛药", 7, 5, False, False),
    ("双氯芬酸钠缓释片", "M01AB", "解热镇痛药", 21, 8, True, False),
    ("氨氯地平片", "C08CA", "降压药", 24, 14, True, True),
    ("硝苯地平控释片", "C08CA", "降压药", 31, 14, True, True),
    ("缬沙坦胶囊", "C09CA", "降压药", 29, 14, True, True),
    ("厄贝沙坦片", "C09CA", "降压药", 26, 14, True, True),
    ("美托洛尔缓释片", "C07AB", "降压药", 23, 14, True, True),
    ("二甲双胍片", "A10BA", "降糖药", 19, 15, True, True),
    ("格列美脲片", "A10BB", "降糖药", 33, 15, True, True),
    ("阿卡波糖片", "A10BF", "降糖药", 39, 10, True, True),
    ("达格列净片", "A10BK", "降糖药", 58, 14, True, True),
    ("甘精胰岛素注射液", "A10AE", "降糖药", 76, 15, True, True),
    ("阿托伐他汀钙片", "C10AA", "调脂药", 36, 14, True, True),
    ("瑞舒伐他汀钙片", "C10AA", "调脂药", 34, 14, True, True),
    ("阿司匹林肠溶片", "B01AC", "抗血小板药", 16, 30, True, True),
    ("氯吡格雷片", "B01AC", "抗血小板药", 62, 14, True, True),
    ("单硝酸异山梨酯片", "C01DA", "抗心绞痛药", 27, 14, True, True),
    ("奥美拉唑肠溶胶囊", "A02BC", "胃药", 18, 14, False, False),
    ("雷贝拉唑钠肠溶片", "A02BC", "胃药", 42, 7, True, False),
    ("铝碳酸镁咀嚼片", "A02AD", "胃药", 25, 7, False, False),
    ("多潘立酮片", "A03FA", "胃药", 15, 8, False, False),
    ("氯雷他定片", "R06AX", "抗过敏药", 17, 6, False, False),
    ("西替利嗪片", "R06AE", "抗过敏药", 15, 10, False, False),
    ("氨溴索口服溶液", "R05CB", "止咳化痰药", 24, 5, False, False),
    ("沙美特罗替卡松吸入粉雾剂", "R03AK", "平喘药", 168, 30, True, True),
    ("孟鲁司特钠片", "R03DC", "平喘药", 37, 7, True, False),
    ("碳酸钙D3片", "A12AX", "维生素矿物质药", 45, 30, False, False),
    ("复合维生素B片", "A11EA", "维生素矿物质药", 6, 20, False, False),
    ("甲钴胺片", "B03BA", "维生素矿物质药", 21, 10, True, False),
    ("骨化三醇软胶囊", "A11CC", "维生素矿物质药", 48, 10, True, False),
    ("非布司他片", "M04AA", "抗痛风药", 47, 14, True, True),
    ("奥氮平片", "N05AH", "抗精神病药", 56, 14, True, True),
    ("利培酮片", "N05AX", "抗精神病药", 38, 14, True, True),
    ("卡培他滨片", "L01BC", "抗肿瘤药", 290, 14, True, True),
    ("吉非替尼片", "L01EB", "抗肿瘤药", 480, 10, True, True),
    ("来曲唑片", "L02BG", "抗肿瘤药", 210, 10, True, True),
    ("他克莫司胶囊", "L04AD", "免疫抑制剂", 360, 25, True, True),
    ("吗替麦考酚酯胶囊", "L04AA", "免疫抑制剂", 240, 20, True, True),
    ("炔诺酮片", "G03AC", "妇科用药", 19, 20, True, False),
    ("非那雄胺片", "G04CB", "前列腺用药", 44, 10, True, True),
    ("莫匹罗星软膏", "D06AX", "皮肤外用药", 19, 10, False, False),
    ("糠酸莫米松乳膏", "D07AC", "皮肤外用药", 22, 14, False, False),
]
PATENT = [
    ("复方丹参滴丸", "心脑血管中成药", 29, 9, False, True),
    ("银杏叶片", "心脑血管中成药", 24, 10, True, True),
    ("稳心颗粒", "心脑血管中成药", 33, 6, True, True),
    ("通心络胶囊", "心脑血管中成药", 38, 7, True, True),
    ("连花清瘟胶囊", "感冒中成药", 22, 3, False, False),
    ("感冒灵颗粒", "感冒中成药", 13, 3, False, False),
    ("板蓝根颗粒", "感冒中成药", 11, 5, False, False),
    ("蒲地蓝消炎口服液", "感冒中成药", 27, 3, False, False),
    ("蓝芩口服液", "感冒中成药", 30, 3, False, False),
    ("小柴胡颗粒", "感冒中成药", 15, 4, False, False),
    ("强力枇杷露", "止咳中成药", 18, 5, False, False),
    ("六味地黄丸", "补益中成药", 26, 15, False, False),
    ("归脾丸", "补益中成药", 19, 10, False, False),
    ("安宫牛黄丸", "清热中成药", 560, 3, True, False),
    ("片仔癀胶囊", "清热中成药", 320, 5, True, False),
    ("阿胶", "补益中成药", 420, 20, False, False),
    ("云南白药气雾剂", "骨伤中成药", 36, 10, False, False),
    ("活血止痛胶囊", "骨伤中成药", 28, 7, False, False),
    ("藿香正气口服液", "胃肠中成药", 12, 4, False, False),
    ("健胃消食片", "胃肠中成药", 14, 6, False, False),
    ("妇科千金片", "妇科用药", 31, 8, False, False),
    ("桂枝茯苓胶囊", "妇科用药", 33, 9, True, False),
]
HERBS = ["黄芪", "当归", "党参", "三七粉", "枸杞子", "天麻", "茯苓", "甘草"]
DEVICES = [
    ("血糖试纸", 68), ("医用外科口罩", 12), ("一次性使用注射器", 4), ("电子血压计", 210),
    ("医用退热贴", 19), ("创可贴", 8), ("胰岛素注射笔用针头", 35), ("医用棉签", 5),
]  # fmt: skip
# national code, name, yuan, whom it is for, in which setting
SERVICES = [
    ("110200001000000", "普通门诊诊查费", 8, "", "", "visit"),
    ("110900001000000", "普通病房床位费", 35, "", "", "bed"),
    ("120100004000000", "Ⅱ级护理", 14, "", "", "nursing"),
    ("120100003000000", "Ⅰ级护理", 22, "", "", "nursing"),
    ("110200005000000", "住院诊查费", 10, "", "", "ward"),
    ("120400002000000", "静脉注射", 6, "", "", "both"),
    ("120400006000000", "静脉输液", 11, "", "", "both"),
    ("120400001000000", "肌肉注射", 4, "", "", "both"),
    ("250101015000000", "血细胞分析", 22, "", "", "both"),
    ("250102035000000", "尿液分析", 14, "", "", "both"),
    ("250305007000000", "血清谷丙转氨酶测定", 6, "", "", "both"),
    ("250302001000000", "葡萄糖测定", 5, "", "", "both"),
    ("310701001000000", "常规心电图检查", 18, "", "", "both"),
    ("220302001000000", "彩色多普勒超声常规检查", 110, "", "", "both"),
    ("210200001000000", "X线计算机体层平扫", 190, "", "", "both"),
    ("210102015000000", "数字化摄影(DR)", 62, "", "", "both"),
    ("430000001000000", "普通针刺", 23, "", "", "both"),
    ("340100024000000", "中频脉冲电治疗", 21, "", "", "both"),
    ("311400017000000", "鼻饲管置管", 26, "", "", "ward"),
    ("310905015000000", "氧气吸入", 5, "", "", "ward"),
    ("311201026000000", "阴道镜检查", 45, "女", "", "visit"),
    ("311201035000000", "宫颈扩张术", 38, "女", "", "visit"),
    ("250310054000000", "前列腺特异性抗原测定", 55, "男", "", "visit"),
    ("311100017000000", "前列腺按摩", 20, "男", "", "visit"),
    ("311202001000000", "新生儿暖箱", 12, "", "0-1", "ward"),
    ("250301099000000", "小儿发育筛查", 40, "", "0-7", "visit"),
    ("331303016000000", "经腹全子宫切除术", 1400, "女", "", "surgery"),
    ("331008002000000", "阑尾切除术", 980, "", "", "surgery"),
    ("331501036000000", "骨折切开复位内固定术", 1650, "", "", "surgery"),
    ("310800020000000", "血液透析", 400, "", "", "dialysis"),
    ("240300001000000", "放射治疗", 520, "", "", "radiotherapy"),
    ("480000006000000", "康复综合训练", 48, "", "", "rehab"),
]
MAKERS = 160
GRADES = {"甲": 1.0, "乙": 0.9, "丙": 0.0}

# what else a pharmacy's shelves hold: name, class at the till, yuan
GOODS = [
    ("菜籽油5L", "食品", 78), ("大米10kg", "食品", 65), ("鲜鸡蛋30枚", "食品", 32),
    ("纯牛奶礼盒", "食品", 62), ("洗衣液3kg", "日化", 39), ("洗发水", "日化", 45),
    ("面霜", "日化", 89), ("牙膏", "日化", 16), ("白酒500ml", "酒", 118), ("米酒", "酒", 36),
    ("蛋白粉", "保健食品", 198), ("褪黑素片", "保健食品", 88), ("深海鱼油", "保健食品", 168),
    ("暖水袋", "其他", 29), ("保温杯", "其他", 56),
]  # fmt: skip

BY_CHANCE = 0.1  # what is taken for years is fetched by those who take it (`baskets.regimens`)
OFTEN = 7  # days: a pack that lasts longer is bought less often
COLUMNS = [
    "hilist_code", "name", "list_type", "grade", "approval_no", "spec", "limit_sex",
    "limit_age_min", "limit_age_max", "daily_dose", "drug_class", "prescription", "setting",
    "cents", "chronic",
]  # fmt: skip


def build(rng: np.random.Generator, skus: int = 2500) -> pd.DataFrame:
    """The catalogue, a row per code; position is a product's number. `cents` is the usual price.

    One product of one maker (approval number and spec) stands under one or two codes. `chronic`
    marks what is taken for years; `known` is how well doctors know it, `weight` how often it is
    sold to those who come in.
    """
    rows = [*_medicines(rng, skus), *_herbs(), *_devices(), *_services()]
    frame = pd.DataFrame(rows, columns=COLUMNS).drop_duplicates("hilist_code", ignore_index=True)
    rank = rng.permutation(len(frame)) + 1
    shelf = frame.list_type.isin(["101", "102", "301"]) & (frame.cents < 30_000)
    frame["known"] = np.where(shelf, rank**-1.05, 0.0)
    weight = frame.known * np.where(frame.chronic.astype(bool), BY_CHANCE, 1.0)
    weight *= np.fmin(frame.daily_dose * OFTEN, 1.0)
    frame["weight"] = np.where(frame.list_type == "301", weight * 0.5, weight)
    return frame.astype({"cents": "int32"})


def _medicines(rng: np.random.Generator, skus: int) -> list[tuple[object, ...]]:
    bases = [("101", *base) for base in WESTERN] + [("102", b[0], "", *b[1:]) for b in PATENT]
    drawn = [bases[i] for i in rng.integers(0, len(bases), skus)]
    maker = rng.integers(1, MAKERS, skus)
    size = rng.choice([1.0, 1.0, 2.0], skus)
    two_codes = rng.random(skus) < 0.04
    price = np.exp(rng.normal(0, 0.3, skus))
    rows: list[tuple[object, ...]] = []
    for i, (kind, name, atc, drug_class, yuan, days, rx, chronic) in enumerate(drawn):
        number = bases.index(drawn[i])
        letter = "H" if kind == "101" else "Z"
        approval = f"国药准字{letter}{2000 + maker[i] % 20}{number:02d}{maker[i] % 100:02d}"
        pack = "大包装" if size[i] > 1 else "常规包装"
        spec = f"{days * size[i]:.0f}日量/盒({pack})"
        cents = max(int(yuan * price[i] * size[i] ** 0.9 * 100), 90)
        grade = "甲乙"[(number + maker[i]) % 2]
        dose = round(1 / (days * size[i]), 4)
        for variant in range(2 if two_codes[i] else 1):
            tail = f"{int(size[i]):02d}{variant + 1:02d}{maker[i]:05d}"
            code = f"X{atc}A{number:03d}A001{tail}" if atc else f"ZA{number:05d}00100{tail[1:]}"
            rows.append((
                code, name, kind, grade, approval, spec, "", np.nan, np.nan, dose, drug_class,
                rx, "shelf", cents, chronic,
            ))  # fmt: skip
    return rows


def _herbs() -> list[tuple[object, ...]]:
    return [
        (f"T{1700 + i:09d}", name, "102", "乙", "", "10g", "", np.nan, np.nan, np.nan, "中药饮片",
         False, "shelf", 900 + 350 * i, False)
        for i, name in enumerate(HERBS)
    ]  # fmt: skip


def _devices() -> list[tuple[object, ...]]:
    return [
        (f"C{14_000_000 + i * 7:019d}", name, "301", "丙", "", "盒", "", np.nan, np.nan, np.nan, "",
         False, "shelf", yuan * 100, False)
        for i, (name, yuan) in enumerate(DEVICES)
    ]  # fmt: skip


def _services() -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for code, name, yuan, sex, ages, setting in SERVICES:
        low, high = (int(a) for a in ages.split("-")) if ages else (np.nan, np.nan)
        rows.append((
            code, name, "201", "甲", "", "次", sex, low, high, np.nan, "", False, setting,
            yuan * 100, False,
        ))  # fmt: skip
    return rows
