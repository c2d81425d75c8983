"""Writes docs/en/configuration.md and docs/zh/configuration.md from the settings themselves: `make configuration`.

The English meaning of a variable stands where it is declared, in zhiyin/settings.py; the Chinese one stands
here. A variable that has no Chinese sentence, or is in no section, ends this with its name.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

for _name in ("DATABASE_URL", "ZHIYIN_SECRET_KEY", "ZHIYIN_KEYS"):
    os.environ.setdefault(_name, "postgresql:///unused")  # only their description is wanted

from zhiyin import settings  # noqa: E402  (the settings need the variables above)
from zhiyin.environment import Variable  # noqa: E402

DOCS = Path(__file__).parent
SECTIONS: list[tuple[str, str, dict[str, str]]] = [
    (
        "Where things are",
        "位置",
        {
            "ZHIYIN_DATA": "数据目录，存放内置数据库、文件和密钥。",
            "DATABASE_URL": "PostgreSQL 15 或更新版本：postgresql://用户:密码@主机:5432/库名。"
            "`zhiyin up` 会为自己的各个进程设置。",
            "ZHIYIN_PDF_FONT": "工单 PDF 内嵌的 TrueType 字体文件；不填则由阅读器使用自带的中文字体。",
            "ZHIYIN_BACKUP_TO": "`zhiyin backup` 加密备份所用的公钥（age1… 或 SSH，逗号分隔）。",
            "ZHIYIN_BASE_URL": "大家打开工作台时输入的地址；用于链接、Cookie 和可信来源。",
            "ZHIYIN_HOST": "网页进程监听的地址。",
            "ZHIYIN_STREAM_UPSTREAM": "`zhiyin stream` 的地址（http://主机:端口）；"
            "没有反向代理转发时，网页进程把实时推送转给它。",
        },
    ),
    (
        "Secrets",
        "密钥",
        {
            "ZHIYIN_SECRET_KEY": "用于签名会话与链接；至少 50 个随机字符。",
            "ZHIYIN_KEYS": "加密字段的密钥环：编号:base64(32 字节)，逗号分隔；第一个用于加密，全部可用于解密。",
        },
    ),
    (
        "Web and safety",
        "网页与安全",
        {
            "ZHIYIN_DEBUG": "在浏览器中显示错误详情。绝不要用于生产环境。",
            "ZHIYIN_ALLOWED_HOSTS": "工作台接受的主机名，逗号分隔。",
            "ZHIYIN_TRUST_PROXY": "信任 X-Forwarded-For 与 X-Forwarded-Proto；仅用于会设置它们的反向代理之后。",
            "ZHIYIN_ALLOW_PRIVATE_WEBHOOKS": "允许网络钩子访问内网与本机地址。",
        },
    ),
    (
        "Logs and figures",
        "日志与指标",
        {
            "ZHIYIN_LOG_LEVEL": "记录的最低级别。",
            "ZHIYIN_LOG_FORM": "日志形式；auto 在终端中为文本，其他情况为 JSON。",
            "ZHIYIN_METRICS_TOKEN": "/metrics 的 Bearer 令牌；未设置时只有本机可以读取。",
        },
    ),
    (
        "Messages and files",
        "消息与文件",
        {
            "ZHIYIN_UNDO_SECONDS": "回复发出前可以撤回的秒数。",
            "ZHIYIN_MAX_FILE_MB": "接收的最大文件，单位 MB。",
            "ZHIYIN_PORTAL_OIDC_ISSUER": "客户登录 /my 所用的 OpenID Connect 签发方地址。",
            "ZHIYIN_PORTAL_OIDC_CLIENT_ID": "我们在该签发方的客户端编号。",
            "ZHIYIN_PORTAL_OIDC_CLIENT_SECRET": "我们在该签发方的客户端密钥。",
            "ZHIYIN_PORTAL_OIDC_NAME": "客户登录页按钮上该签发方的名称。",
            "ZHIYIN_CLAMAV": "clamd 的套接字（unix:/run/clamav/clamd.ctl 或 tcp:host:3310）；设置后对文件做病毒检查。",
            "ZHIYIN_DNS_SERVERS": "自行验证发件人的邮箱所查询的 DNS 服务器（10.0.0.1,10.0.0.2:5353）；留空则用系统的。",
            "ZHIYIN_TOKEN_REQUESTS_PER_MINUTE": "每个 API 令牌每分钟的请求上限，按每个网页进程计。",
            "ZHIYIN_VECTORS": "安装了 zhiyin[vectors] 时，知识搜索是否使用句向量。",
            "ZHIYIN_S3_BUCKET": "把文件存到这个 S3 存储桶，而不是数据目录。",
            "ZHIYIN_S3_ENDPOINT": "S3 兼容存储的地址。",
        },
    ),
    (
        "System mail",
        "系统邮件",
        {
            "ZHIYIN_SYSTEM_MAIL": "发送邀请与重置邮件的服务器：smtp[s]://用户:密码@主机:端口；留空则只写入日志。",
            "ZHIYIN_SYSTEM_MAIL_FROM": "邀请与密码重置邮件的发件人。",
        },
    ),
    (
        "Single sign-on",
        "单点登录",
        {
            "ZHIYIN_OIDC_ISSUER": "OpenID Connect 签发者地址；留空则关闭 OIDC 登录。",
            "ZHIYIN_OIDC_CLIENT_ID": "OpenID Connect 客户端 ID。",
            "ZHIYIN_OIDC_CLIENT_SECRET": "OpenID Connect 客户端密钥。",
            "ZHIYIN_OIDC_NAME": "OIDC 登录按钮上的名称。",
        },
    ),
]
WORDS = {
    "en": {
        "head": "# Configuration\n\n[中文](../zh/configuration.md)\n\n"
        "Everything is set by environment variables, read once at the start. A wrong or missing one ends the start, and "
        "all problems are told together. `zhiyin up` makes the secrets, chooses the rest for one machine, and needs none "
        "of these; commands beside a running `up` take its settings over. Switches are `0` or `1`.\n\n"
        "This page is written by `make configuration` from `zhiyin/settings.py`; `zhiyin doctor --variables` prints the "
        "same list, and `zhiyin doctor` says what doesn't fit.\n",
        "columns": "| variable | default | meaning |",
        "required": "required",
        "foot": "## Not settings, but read all the same\n\n| variable | meaning |\n|---|---|\n"
        "| `ZHIYIN_LANG` | Language of the terminal, `zh` or `en`; else `LC_ALL`, `LC_MESSAGES` or `LANG` decides. |\n"
        "| `PROMETHEUS_MULTIPROC_DIR` | A folder that several web processes on one machine share, so that `/metrics` adds "
        "up their requests. `zhiyin up` sets it. |\n\n"
        "Where `zhiyin up`, `zhiyin web` and `zhiyin stream` listen is said by their `--host` and `--port` "
        "([commands](commands.md)).\n",
    },
    "zh": {
        "head": "# 配置\n\n[English](../en/configuration.md)\n\n"
        "所有配置都来自环境变量，启动时读取一次。缺少或填错时不会启动，并一次列出全部问题。`zhiyin up` 会自己生成密钥、"
        "为单机选好其余各项，因此一个都不必设置；在运行中的 `up` 旁边执行的命令会沿用它的配置。开关类变量取 `0` 或 `1`。\n\n"
        "本页由 `make configuration` 根据 `zhiyin/settings.py` 生成；`zhiyin doctor --variables` 会列出同样的内容，"
        "`zhiyin doctor` 会指出不合适的地方。\n",
        "columns": "| 变量 | 默认值 | 含义 |",
        "required": "必填",
        "foot": "## 不属于配置、但也会读取\n\n| 变量 | 含义 |\n|---|---|\n"
        "| `ZHIYIN_LANG` | 终端提示的语言，`zh` 或 `en`；未设置时由 `LC_ALL`、`LC_MESSAGES`、`LANG` 决定。 |\n"
        "| `PROMETHEUS_MULTIPROC_DIR` | 同一台机器上多个网页进程共用的目录，`/metrics` 据此汇总请求耗时。"
        "`zhiyin up` 会自动设置。 |\n\n"
        "`zhiyin up`、`zhiyin web`、`zhiyin stream` 在哪里监听，由各自的 `--host` 与 `--port` 决定（见[命令](commands.md)）。\n",
    },
}


def pages() -> dict[Path, str]:
    """Both pages by their paths. Raises SystemExit naming a variable this file does not know, or knows in vain."""
    declared = {variable.name: variable for variable in settings.env.variables}
    known = [name for _, _, meanings in SECTIONS for name in meanings]
    if missing := sorted(set(declared) - set(known)):
        raise SystemExit(f"docs/make_configuration.py: say in Chinese what these mean: {', '.join(missing)}")
    if gone := sorted(set(known) - set(declared)):
        raise SystemExit(f"docs/make_configuration.py: no such variable any more: {', '.join(gone)}")
    return {DOCS / language / "configuration.md": _page(language, declared) for language in WORDS}


def _page(language: str, declared: dict[str, Variable]) -> str:
    words = WORDS[language]
    parts = [words["head"]]
    for english, chinese, meanings in SECTIONS:
        rows = [
            _row(declared[name], told if language == "zh" else declared[name].doc, words["required"])
            for name, told in meanings.items()
        ]
        title = chinese if language == "zh" else english
        parts.append(f"## {title}\n\n{words['columns']}\n|---|---|---|\n" + "\n".join(rows) + "\n")
    return "\n".join([*parts, words["foot"]])


def _row(variable: Variable, meaning: str, required: str) -> str:
    default = required if variable.default is None else f"`{variable.default}`" if variable.default else "—"
    return f"| `{variable.name}` | {default} | {meaning} |"


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
    sys.stdout.write("docs/en/configuration.md, docs/zh/configuration.md\n")
