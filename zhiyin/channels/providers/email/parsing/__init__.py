"""From the bytes of a mail to a `ParsedMail`.

`parse_mail` never raises and takes bounded time and memory, whatever the bytes: the raw mail is already stored,
so what can't be understood is left to the reader of the raw file and never holds up a mailbox.

- charsets: bytes to text when the declared charset is right, wrong or missing
- headers: the header block, RFC 2047 words, RFC 2231 parameters, addresses, dates
- structure: the tree of MIME parts, transfer encodings undone
- bodies: which parts are the text, which the HTML, which are attachments
- outlook, over tnef and rtf: what Outlook packs into winmail.dat
- cleaning: HTML made safe once, and read as text
- quoting: what the customer wrote now, apart from what the mail repeats
- authentication: what the receiving server found out about the sender
- automatic, bounces: mail that no person wrote, and which of our messages came back
- addressing: the token, number and ids by which a mail finds its thread
"""
