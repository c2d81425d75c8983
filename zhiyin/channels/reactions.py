from collections.abc import Sequence

from zhiyin.channels.commands.understanding import understand_raw_messages
from zhiyin.channels.events import RawMessageStored
from zhiyin.platform.event_log.subscribing import on_many


@on_many(RawMessageStored, first=True)
def understand_what_arrived(facts: Sequence[RawMessageStored]) -> None:
    understand_raw_messages(arrivals=[(fact.raw_id, fact.at) for fact in facts])
