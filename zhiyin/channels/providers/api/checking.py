"""A live test of an API channel's callback."""

from __future__ import annotations

import json
from datetime import datetime

from zhiyin.channels.models import Channel
from zhiyin.platform.ops.findings import Finding, error, ok
from zhiyin.platform.outbound.addresses import AddressRefused
from zhiyin.platform.outbound.posting import NoAnswer, post
from zhiyin.platform.outbound.signing import is_secret, new_secret, signed_headers


def check_callback(channel: Channel, *, now: datetime) -> list[Finding]:
    """Whether answers can be handed over: sends a signed `ping` where there is a callback address."""
    url = str(channel.settings.get("callback_url") or "")
    if not url:
        return [_NO_CALLBACK]
    secret = str(channel.secrets.get("callback_secret") or "")
    if not is_secret(secret):
        return [_no_secret()]
    body = json.dumps({"type": "ping", "timestamp": now.isoformat(), "data": {"channel": channel.key}})
    headers = signed_headers(secret=secret, message_id=f"msg_ping_{now.timestamp():.0f}", at=now, body=body)
    try:
        answer = post(url, content=body.encode(), headers=headers)
    except (AddressRefused, NoAnswer) as problem:
        return [_unreachable(str(problem))]
    if 200 <= answer.status < 300:
        return [
            ok(
                "api.answered",
                zh=f"回调地址已应答（{answer.status}）。",
                en=f"The callback answered {answer.status}.",
            )
        ]
    return [_refused(answer.status)]


_NO_CALLBACK = ok(
    "api.no_callback",
    zh="可以送入消息；未填写回调地址，答复由网络钩子通知。",
    en="Messages can be handed in; without a callback address, web-hooks tell of answers.",
)


def _no_secret() -> Finding:
    suggested = new_secret()
    return error(
        "api.no_secret",
        zh="缺少签名密钥，或格式不对。",
        en="The signing secret is missing or malformed.",
        next_zh=f"填写与接收方相同的密钥，例如刚生成的 {suggested}",
        next_en=f"Enter the secret your receiver checks with, for instance this new one: {suggested}",
    )


def _unreachable(problem: str) -> Finding:
    return error(
        "api.unreachable",
        zh=f"回调地址没有应答：{problem}",
        en=f"The callback did not answer: {problem}",
        next_zh="检查地址、防火墙和证书后重试。",
        next_en="Check the address, the firewall and the certificate, then try again.",
    )


def _refused(status: int) -> Finding:
    return error(
        "api.refused",
        zh=f"回调地址拒绝了测试消息（{status}）。",
        en=f"The callback refused the test message ({status}).",
        next_zh="接收方应对 type 为 ping 的消息返回 200；若为 401，请核对签名密钥。",
        next_en="The receiver should answer 200 to a message of type ping; on 401 compare the secrets.",
    )
