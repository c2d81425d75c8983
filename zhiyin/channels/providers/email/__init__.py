"""E-mail: mailboxes read by IMAP and answered by SMTP.

- parsing: from the bytes of a mail to what it says, whatever the bytes
- tokens: the marks by which an answer finds its conversation
"""
