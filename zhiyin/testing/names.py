"""A DNS server on this machine that knows the names it is given, counts what it is asked, and can fall silent."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

import dns.flags
import dns.message
import dns.rcode
import dns.rrset

Zone = Mapping[tuple[str, str], list[str]]  # (name, kind) → records as a zone file writes them


@dataclass
class NameServer:
    address: tuple[str, int]
    asked: list[tuple[str, str]] = field(default_factory=list)
    is_silent: bool = False
    refuses: set[str] = field(default_factory=set)  # names for which it fails


@contextmanager
def name_server(zone: Zone) -> Iterator[NameServer]:
    """Run one while the block runs."""

    class Talk(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            wire, line = self.request
            if server.is_silent:
                return
            query = dns.message.from_wire(wire)
            line.sendto(_answer(query, zone, server).to_wire(), self.client_address)

    with socketserver.ThreadingUDPServer(("127.0.0.1", 0), Talk) as listener:
        listener.daemon_threads = True
        server = NameServer(("127.0.0.1", listener.server_address[1]))
        threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        try:
            yield server
        finally:
            listener.shutdown()


def _answer(query: dns.message.Message, zone: Zone, server: NameServer) -> dns.message.Message:
    [question] = query.question
    name, kind = question.name.to_text(omit_final_dot=True).lower(), question.rdtype.name
    server.asked.append((name, kind))
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    if name in server.refuses:
        answer.set_rcode(dns.rcode.SERVFAIL)
    elif records := zone.get((name, kind)):
        answer.answer.append(dns.rrset.from_text(question.name, 300, "IN", kind, *records))
    elif not any(known == name for known, _ in zone):
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
