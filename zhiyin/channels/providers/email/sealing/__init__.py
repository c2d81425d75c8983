"""Sealed mail: signatures checked, ciphers opened, answers signed; S/MIME and OpenPGP.

`opening` walks a mail's seals from the outside in; `smime` and `pgp` know one kind each, over `ber` and `pgp_child`;
`keys` are those of the mailbox and of the people who write to it; `signing` seals what leaves.
"""
