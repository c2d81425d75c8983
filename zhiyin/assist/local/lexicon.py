"""The words that moods are told by, with how much each weighs, in Chinese and English.

Phrases are looked for as they stand in the folded text; Latin ones as whole words, where `*` stands for the rest of one.
"""

from __future__ import annotations

# mood → weight → phrases, separated by |
MOODS: dict[str, dict[float, str]] = {
    "angry": {
        3.0: "骗子|骗人|欺诈|诈骗|坑人|坑爹|忽悠|滚|垃圾|恶心|无耻|不要脸|黑心|霸王条款|气死|气炸|愤怒|火大|欺负人|欺负|流氓|强盗|"
        "忍无可忍|岂有此理|太过分|凭什么|什么玩意|什么破|破平台|垃圾平台|他妈|妈的|卧槽|我靠|傻逼|有病吧|脑子有病|耍我|耍人|玩我|"
        "当我是傻|怒了|没人管|不作为|店大欺客|离谱|吃相难看|"
        "scam*|fraud*|furious|outrag*|disgust*|unacceptable|ridiculous|pathetic|garbage|rubbish|bullshit|wtf|"
        "rip off|ripped off|ripoff|thieves|liar*|lying|lied|worst|sick of|fed up|shame on|how dare|idiot*|incompeten*|appalling|"
        "joke of a|absolute joke|what a joke|useless|screw*|damn|hell",
        2.0: "投诉|举报|曝光|差评|失望透|太差|很差|极差|差劲|无语|敷衍|推脱|推诿|踢皮球|拖延|不负责|没有责任心|糊弄|"
        "受够|忍不了|烦死|服了|真行|太慢了|到底|怎么回事|必须给我|必须马上|给个说法|给我个说法|说法|交代|解释一下|再不|还不|"
        "第三次|第四次|第五次|第三天|一遍又一遍|反复|每次都|又来|又是|又坏|天天|没人理|不理|没人接|打了多少|问了多少|等了多久|"
        "要求赔偿|赔偿|退一赔三|退钱|白花钱|"
        "complain*|terrible|horrible|awful|angry|mad|annoy*|frustrat*|unbeliev*|third time|fourth time|again and again|"
        "still no|still not|nobody|no one answers|no one has|waste of|waste|demand|refund now|enough is enough|never again|"
        "poor service|bad service|inexcusable|excuse*|ignored|ignoring|keeps happening|keep* breaking",
        1.0: "不满|不行|太久|破|烂|坑|慢死|麻烦死|为什么还|怎么还|怎么又|为啥还|竟然|居然|"
        "disappoint*|unhappy|not happy|upset|slow|broken again|wrong again|yet again|ever again",
    },
    "anxious": {
        3.0: "着急|急死|急用|急急急|很急|太急|急需|十万火急|担心|害怕|焦虑|慌|怎么办|救命|等不及|来不及|赶时间|急等|加急|"
        "睡不着|不敢|心慌|紧张|被盗|盗刷|不是我操作|非本人|"
        "worried|worry*|anxious|scared|afraid|panic*|urgent*|asap|emergency|desperate*|nervous|stolen|hacked|"
        "unauthori*|help me please|please help|freaking out|running out of time|stress*|concerned",
        2.0: "尽快|快点|快一点|急|马上要|今天必须|明天就|丢了|会不会|能不能快|万一|是不是骗|安全吗|拜托|求求|求|"
        "as soon as possible|immediately|right away|hurry|quickly|soon as|lost my|missing|deadline|need it by|need it today|"
        "can't find|cannot find|what if|what should i do|what do i do|begging",
        1.0: "还没到|没收到|一直没|没有消息|不见了|still waiting|haven't received|not arrived|hasn't arrived|no news",
    },
    "pleased": {
        3.0: "太感谢|非常感谢|十分感谢|感激|很满意|非常满意|太棒|棒棒|点赞|好评|五星|贴心|暖心|太好了|给力|超赞|服务真好|辛苦了|"
        "excellent|amazing|wonderful|fantastic|awesome|brilliant|perfect*|delighted|love it|loved|thrilled|thank you so much|"
        "thanks a lot|many thanks|great service|great job|well done|appreciate*|impressed|five stars",
        2.0: "谢谢|感谢|多谢|满意|不错|很好|喜欢|开心|高兴|赞|靠谱|顺利|搞定了|解决了|好用|耐心|"
        "thanks|thank you|thx|great|good job|happy|pleased|glad|helpful|nice|works now|solved|sorted",
        1.0: "好的|可以的|ok|cool|cheers",
    },
}
NEGATIONS = (
    "不|没|没有|别|并非|毫无|从不|谈不上|算不上|哪里|无|"
    "not|no|never|n't|without|isn't|wasn't|don't|doesn't|didn't|won't|can't|cannot|hardly|neither|nor"
)
# praise beside one of these is meant the other way round
SARCASM = (
    "真是谢谢|可真是|还真是|真行啊|真行|真棒啊|呵呵|您可真|你可真|好一个|真会|厉害了|笑死|牛啊|真有你的|好家伙|"
    "thanks for nothing|thanks a bunch|oh great|just great|great, another|how wonderful|nice one|slow clap|yeah right|"
    "well done, you|so much for|brilliant, now"
)
# what a person threatens with, by kind
RISKS: dict[str, str] = {
    "regulator": "12315|12345|12300|12378|12305|消费者协会|消协|消保委|工信部|工商局|市场监管|监管局|银保监|金监局|银监会|人民银行投诉|"
    "信访|邮政管理局|通管局|"
    "ombudsman|regulator*|trading standards|better business bureau|bbb|consumer protection|ftc|fca|fcc|cfpb|watchdog",
    "media": "曝光|媒体|记者|微博|抖音|小红书|热搜|发朋友圈|发网上|发到网上|黑猫|315晚会|电视台|"
    "press|journalist*|newspaper|go viral|social media|twitter|tiktok|youtube|reddit|trustpilot|news station",
    "law": "律师|起诉|法院|诉讼|法律途径|法律手段|走法律|仲裁|律师函|报警|报案|派出所|告你们|"
    "lawyer*|attorney*|sue|suing|court|legal action|litigation|solicitor*|small claims|police",
    "self_harm": "不想活|自杀|轻生|跳楼|活不下去|kill myself|suicide|suicidal|end my life|don't want to live",
    "safety": "着火|起火|冒烟|爆炸|漏电|触电|受伤|流血|中毒|过敏休克|住院|"
    "caught fire|on fire|smoke|exploded|electric shock|injured|bleeding|poison*|hospital",
    "leaving": "销户|注销|解约|退网|携号转网|换平台|再也不|取消会员|"
    "cancel my account|close my account|switch to|never buy|never use|leave you|take my business",
}
