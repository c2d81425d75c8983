"""E-mail: mailboxes read by IMAP and answered by SMTP.

In: `working` keeps a reader on every mailbox (`reading`), one over all workers (`holding`); it takes new mail
(`fetching`, over `imap`) raw, in the transaction that moves the cursor (`models.Mailbox`). What a mail says is
found by `parsing` and told in the words all channels share by `understanding`.

`sealing` opens what is encrypted and checks what is signed. `sameness` tells a mail that came twice.

Out: a delivery becomes bytes (`composing`) and goes to SMTP (`sending`, over `smtp`); `tokens` are the marks by
which whatever comes back names it. `oauth` gives access tokens where passwords have ended.

For people: the settings `form`, a live test (`checking`, with `hints` by provider), the health page (`findings`).
"""
