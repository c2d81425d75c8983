"""The words of mails to staff, by language: the first paragraph is the subject."""

INVITATION = {
    "zh-CN": """{inviter} 邀请您加入 {company} 的客服工作台

您好：

{inviter} 邀请您加入 {company} 的客服工作台。请打开下面的链接，设置姓名和密码：

{link}

链接只能使用一次，{until} 前有效。如果您不认识邀请人，请忽略此邮件。
""",
    "en": """{inviter} invites you to the customer-service desk of {company}

Hello,

{inviter} invites you to the customer-service desk of {company}. Open this link and choose a name and a password:

{link}

It works once, until {until}. If you do not know who invites you, ignore this mail.
""",
}

PASSWORD_RESET = {
    "zh-CN": """重置您在 {company} 客服工作台的密码

{name}，您好：

请打开下面的链接设置新密码：

{link}

链接只能使用一次，{hours} 小时内有效。如果不是您本人要求的，请忽略此邮件，密码不会改变。
""",
    "en": """Reset your password for the desk of {company}

Hello {name},

open this link to choose a new password:

{link}

It works once, within {hours} hours. If you did not ask for it, ignore this mail; your password stays as it is.
""",
}

SECURITY_NOTICE = {
    "zh-CN": """您的账号有安全变更：{what}

{name}，您好：

您在 {company} 客服工作台的账号发生了变更：{what}。
时间：{at}
来源地址：{address}

如果不是您本人操作，请立即重置密码并联系管理员：
{link}
""",
    "en": """Your account was changed: {what}

Hello {name},

your account at the desk of {company} was changed: {what}.
When: {at}
From: {address}

If this was not you, reset your password now and tell an administrator:
{link}
""",
}

CHANGES = {
    "password_changed": ("密码已修改", "the password was changed"),
    "password_set": ("已设置密码", "a password was set"),
    "password_reset": ("密码已重置", "the password was reset"),
    "totp_activated": ("已开启身份验证器", "an authenticator app was added"),
    "totp_deactivated": ("已移除身份验证器", "the authenticator app was removed"),
    "webauthn_added": ("已添加通行密钥", "a passkey was added"),
    "webauthn_removed": ("已移除通行密钥", "a passkey was removed"),
    "recovery_codes_generated": ("已生成新的恢复码", "new recovery codes were made"),
    "account_connected": ("已连接单点登录账号", "single sign-on was connected"),
    "account_disconnected": ("已断开单点登录账号", "single sign-on was disconnected"),
}
