"""The company of the demo: Luting (鹿汀智能), invented. Its groups, people, channels and categories."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

NAME = "鹿汀智能"
DOMAIN = "luting.example"  # reserved for examples: no mail can ever reach it
MAILBOX = f"service@{DOMAIN}"
MAIL, CHAT, SHOP, PORTAL = "demo-mail", "demo-chat", "demo-shop", "demo-portal"  # keys of the channels


@dataclass(frozen=True)
class GroupPlan:
    name: str
    description: str


@dataclass(frozen=True)
class Person:
    name: str
    address: str  # before the @
    roles: tuple[str, ...]
    groups: tuple[str, ...] = ()
    locale: str = "zh-CN"


@dataclass(frozen=True)
class ChannelPlan:
    kind: str
    key: str
    name: str
    group: str
    settings: dict[str, Any] = field(default_factory=dict)


GROUPS = {
    "presales": GroupPlan("售前咨询组", "产品咨询、活动与会员"),
    "orders": GroupPlan("订单物流组", "发货、物流、发票与订单修改"),
    "aftersales": GroupPlan("售后服务组", "退换货、维修与配件"),
    "tech": GroupPlan("技术支持组", "故障排查、App 与安装"),
    "care": GroupPlan("客户关怀组", "投诉升级、重要客户与表扬"),
    "global": GroupPlan("International Support", "Customers abroad, in English"),
}

PEOPLE = [
    Person("沈知行", "shen.zhixing", ("administrator",)),
    Person("顾明远", "gu.mingyuan", ("security_owner",)),
    Person("陆雅琴", "lu.yaqin", ("manager",), ("care",)),
    Person("赵启航", "zhao.qihang", ("manager",)),
    Person("林晓梦", "lin.xiaomeng", ("lead",), ("presales",)),
    Person("周建国", "zhou.jianguo", ("lead",), ("orders",)),
    Person("许静怡", "xu.jingyi", ("lead",), ("aftersales",)),
    Person("何志远", "he.zhiyuan", ("lead",), ("tech",)),
    Person("Emma Fischer", "emma.fischer", ("lead",), ("global",), "en"),
    Person("王雨桐", "wang.yutong", ("agent",), ("presales",)),
    Person("李思源", "li.siyuan", ("agent",), ("presales", "orders")),
    Person("张佳琪", "zhang.jiaqi", ("agent",), ("presales",)),
    Person("陈浩然", "chen.haoran", ("agent",), ("orders",)),
    Person("黄丽娟", "huang.lijuan", ("agent",), ("orders",)),
    Person("吴子轩", "wu.zixuan", ("agent",), ("orders", "aftersales")),
    Person("刘慧敏", "liu.huimin", ("agent",), ("aftersales",)),
    Person("孙鹏飞", "sun.pengfei", ("agent",), ("aftersales",)),
    Person("马晓燕", "ma.xiaoyan", ("agent",), ("aftersales", "care")),
    Person("郭天宇", "guo.tianyu", ("agent",), ("tech",)),
    Person("罗嘉欣", "luo.jiaxin", ("agent",), ("tech",)),
    Person("宋文博", "song.wenbo", ("agent",), ("tech",)),
    Person("Daniel Weber", "daniel.weber", ("agent",), ("global",), "en"),
    Person("Sophie Martin", "sophie.martin", ("agent",), ("global", "care"), "en"),
    Person("秦若兰", "qin.ruolan", ("knowledge_author",)),
    Person("邓美玲", "deng.meiling", ("quality_reviewer",)),
    Person("贺一鸣", "he.yiming", ("planner",)),
    Person("康永宁", "kang.yongning", ("trainer",)),
    Person("方立新", "fang.lixin", ("collaborator",)),
]

CHANNELS = [
    ChannelPlan("email", MAIL, "客服邮箱", "aftersales", {"address": MAILBOX}),
    ChannelPlan(
        "chat",
        CHAT,
        "官网在线客服",
        "presales",
        {
            "title_zh": "鹿汀在线客服",
            "title_en": "Luting support",
            "greeting_zh": "您好，欢迎来到鹿汀！\n有什么可以帮您？",
            "greeting_en": "Hi, welcome to Luting!\nHow can we help?",
            "allowed_origins": ["http://localhost:8000", "http://127.0.0.1:8000"],
            "continue_by": MAIL,
            "when_closed": "chat",
            "pre_chat": [
                {
                    "pages": ["*/repair*"],
                    "intro": {"zh": "先告诉我们是哪台设备。", "en": "First tell us which device it is."},
                    "fields": [
                        {"key": "name", "type": "name"},
                        {
                            "key": "serial",
                            "type": "text",
                            "label": {"zh": "机身序列号", "en": "Serial number"},
                            "required": True,
                        },
                    ],
                }
            ],
            "greetings": [
                {
                    "id": "choosing",
                    "pages": ["*/products/*"],
                    "text": {
                        "zh": "在挑选型号吗？告诉我您的使用场景，我来推荐。",
                        "en": "Choosing a model? We can help.",
                    },
                    "after_seconds": 30,
                }
            ],
        },
    ),
    ChannelPlan("api", SHOP, "微信小程序商城", "orders"),
    ChannelPlan("portal", PORTAL, "客户中心", "care", {"continue_by": MAIL}),
]

HOURS: dict[str, Any] = {
    "name": "客服时间",
    "zone": "Asia/Shanghai",
    "week": [[["08:30", "12:00"], ["13:00", "21:30"]]] * 5 + [[["09:00", "18:00"]]] * 2,
    "official": "cn",
}

CATEGORIES = [
    "退货退款",
    "物流配送",
    "订单修改",
    "安装服务",
    "质量投诉",
    "服务投诉",
    "技术故障",
    "维修服务",
    "发票问题",
    "账号与会员",
    "产品咨询",
    "价格与优惠",
    "企业采购",
    "表扬与建议",
    "International",
]
