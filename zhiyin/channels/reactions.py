from zhiyin.channels.commands.receiving import understand_raw_message
from zhiyin.channels.events import RawMessageStored
from zhiyin.platform.event_log.subscribing import on


@on(RawMessageStored)
def understand_what_arrived(fact: RawMessageStored) -> None:
    understand_raw_message(raw_id=fact.raw_id, now=fact.at)
