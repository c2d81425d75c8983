"""Opens one OpenPGP message in a process of its own, with little memory: a small message may unpack to terabytes.

Reads a JSON line (`key`, `password`, `memory` in bytes) and the message from standard input, writes the
content to standard output.
Ends with 3 where the key does not open it, 4 where it is damaged or too large. Stands alone, so that it starts quickly.
"""

import json
import resource
import sys

SECONDS = 60


def main() -> int:
    told = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_AS, (told["memory"], told["memory"]))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    from pysequoia import Tsk, decrypt

    message = sys.stdin.buffer.read()
    try:
        decryptor = Tsk.from_bytes(told["key"].encode()).decryptor(told["password"] or None)
    except Exception:  # one kind for all that is wrong with a key or its password; the parent tells it
        return 3
    try:
        opened = decrypt(message, decryptor)
    except MemoryError:
        return 4
    except Exception as problem:
        return 3 if "session key" in str(problem).lower() or "no key" in str(problem).lower() else 4
    sys.stdout.buffer.write(opened.bytes or b"")
    return 0


if __name__ == "__main__":
    sys.exit(main())
