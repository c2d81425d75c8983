"""The facts a web-hook can follow, in people's words. A test holds this list against the facts there are."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Followable:
    type: str
    zh: str
    en: str


PING = "ping"
CATALOGUE = [
    Followable("tickets.opened", "新工单", "A ticket was opened"),
    Followable("tickets.customer_wrote", "客户发来消息", "The customer wrote"),
    Followable("tickets.reply_written", "客服回复", "Staff answered"),
    Followable(
        "tickets.answered_from_knowledge", "回复引用了知识库", "An answer was taken from the knowledge base"
    ),
    Followable("tickets.reply_undone", "客服撤回回复", "Staff took an answer back"),
    Followable(
        "tickets.delivery_settled", "回复的送达状态变化", "An answer was sent, delivered, bounced or failed"
    ),
    Followable("tickets.note_written", "内部备注", "Staff left a note"),
    Followable("tickets.assigned", "工单换了负责人", "The ticket changed hands"),
    Followable("tickets.moved", "工单转到其他小组", "The ticket went to another group"),
    Followable("tickets.reopened", "工单重新打开", "The ticket is open again"),
    Followable("tickets.set_pending", "等待客户", "We wait for the customer"),
    Followable("tickets.put_on_hold", "工单挂起", "The ticket was put on hold"),
    Followable("tickets.resolved", "工单已解决", "The ticket was solved"),
    Followable("tickets.closed", "工单已关闭", "The ticket was closed"),
    Followable("tickets.solved_by_customer", "客户表示问题已解决", "The customer said that it is solved"),
    Followable("tickets.marked_as_spam", "工单标为垃圾信息", "The ticket was marked as spam"),
    Followable("tickets.unmarked_as_spam", "撤销垃圾信息标记", "The ticket is no spam after all"),
    Followable("tickets.status_refined", "工单换了自定义状态", "The ticket got another custom status"),
    Followable(
        "tickets.edited",
        "工单主题、优先级、类型、分类、标签或字段变化",
        "Subject, priority, type, category, tags or custom fields changed",
    ),
    Followable(
        "tickets.layout_changed",
        "工单的状态、类型、分类、字段、表单或模板设置变化",
        "Statuses, types, categories, fields, forms or templates for tickets were changed",
    ),
    Followable("tickets.view_saved", "视图新建或修改", "A view was made or changed"),
    Followable("tickets.view_removed", "视图删除", "A view was removed"),
    Followable("tickets.message_repeated", "同一消息再次到达", "A message came again by another way"),
    Followable("tickets.follower_added", "工单多了一位关注者", "Somebody follows the ticket now"),
    Followable("tickets.follower_removed", "工单少了一位关注者", "Somebody follows the ticket no more"),
    Followable("tickets.snoozed", "工单设为稍后处理", "The ticket was snoozed"),
    Followable("tickets.woken", "稍后处理的工单回到列表", "A snoozed ticket is back"),
    Followable("tickets.rated", "客户评价", "The customer rated our service"),
    Followable("tickets.customer_ended_chat", "客户结束对话", "The customer ended the chat"),
    Followable(
        "tickets.reply_taken_over", "同事接手了正在写的回复", "A colleague took over the answer being written"
    ),
    Followable("tickets.draft_shared", "共享了草稿", "A draft was shared"),
    Followable("tickets.draft_taken_over", "接手了共享草稿", "A shared draft was taken over"),
    Followable("tickets.draft_withdrawn", "收回了共享草稿", "A shared draft was withdrawn"),
    Followable("tickets.linked", "工单建立关联", "The ticket was linked with another"),
    Followable("tickets.unlinked", "工单解除关联", "A link with another ticket was taken away"),
    Followable("tickets.merged", "工单合并", "A ticket was merged into another"),
    Followable("tickets.unmerged", "撤销工单合并", "A merge was undone"),
    Followable("tickets.split", "工单拆分", "Messages were split off into a new ticket"),
    Followable("tickets.checklist_changed", "工单清单变化", "A checklist changed"),
    Followable("tickets.checklist_item_done", "清单步骤完成", "A step of a checklist is done"),
    Followable("tickets.time_logged", "记录工时", "Time was logged"),
    Followable("tickets.time_corrected", "更正工时", "Logged time was corrected"),
    Followable("tickets.mood_heard", "客户情绪变化", "The customer’s mood changed"),
    Followable(
        "tickets.risky_words_sent", "回复带着风险用语发出", "An answer was sent with words that are warned of"
    ),
    Followable("tickets.deadline_moved", "下一时限变化", "The next deadline moved"),
    Followable("sla.clock_warned", "时限将到", "A deadline draws near"),
    Followable("sla.clock_breached", "超过时限", "A deadline was missed"),
    Followable("sla.clock_breach_withdrawn", "超时撤回", "A missed deadline was withdrawn: it was in time"),
    Followable("sla.clock_fulfilled", "承诺已完成", "A promise was kept, in time or late"),
    Followable("sla.escalation_reached", "时限升级", "A clock reached a level of escalation"),
    Followable(
        "tickets.customer_told",
        "自动告知客户",
        "The customer was told something that nobody wrote to them alone",
    ),
    Followable("tickets.returned", "工单回到队首", "The ticket is back at the front of its queue"),
    Followable("procedures.started", "流程启动", "A procedure began"),
    Followable("procedures.step_left", "流程走完一步", "A step of a procedure came to its outcome"),
    Followable("procedures.ended", "流程结束", "A procedure came to its end"),
    Followable("procedures.cancelled", "流程中止", "A procedure was broken off"),
    Followable("procedures.paused", "流程暂停", "A procedure stands still: spam, or merged with another"),
    Followable("procedures.resumed", "流程继续", "A paused procedure goes on"),
    Followable("procedures.drawn_for_review", "抽检个案", "A finished case was drawn for quality review"),
    Followable("procedures.reviewed", "个案已评审", "A finished case was reviewed"),
    Followable(
        "procedures.children_told", "告知子工单客户", "The customers of a ticket's children were told"
    ),
    Followable("procedures.task_opened", "新任务", "There is a new task"),
    Followable("procedures.task_done", "任务有结果", "A task was settled"),
    Followable("procedures.task_overdue", "任务超时", "A task is overdue"),
    Followable("procedures.approval_asked", "申请审批", "Somebody asked for approval"),
    Followable("procedures.approval_decided", "审批有结果", "An approval was decided"),
    Followable("procedures.compensation_given", "给出补偿", "Compensation was given"),
    Followable("procedures.compensation_fulfilled", "补偿已到账", "Compensation was carried out"),
    Followable("procedures.compensation_failed", "补偿未能办理", "Compensation could not be carried out"),
    Followable("procedures.promise_made", "向客户作出承诺", "The customer was promised something"),
    Followable("procedures.promise_missed", "承诺逾期", "A promise was missed"),
    Followable("procedures.promise_kept", "承诺已兑现", "A promise was kept"),
    Followable("procedures.customer_unreached", "回访未联系上", "A call-back reached nobody"),
    Followable("procedures.incident_opened", "登记事件", "An incident was opened"),
    Followable("procedures.incident_resolved", "事件恢复", "An incident is over"),
    Followable("procedures.survey_answered", "客户回答调查", "The customer answered a survey"),
    Followable("automation.rule_acted", "自动化规则执行", "A rule of the company acted on the ticket"),
    Followable("automation.rule_refused", "自动化规则被拦下", "A rule was stopped before it went round"),
    Followable("tickets.anonymised", "工单按保留规则匿名化", "A retention rule anonymised the ticket"),
    Followable("tickets.forgotten", "工单按保留规则删除", "A retention rule deleted the ticket"),
    Followable("customers.forgotten", "客户资料按保留规则清除", "A retention rule removed a customer's data"),
    Followable("customers.created", "新客户", "A customer is new"),
    Followable("customers.changed", "客户资料变化", "A customer's data changed"),
]
TYPES = frozenset(one.type for one in CATALOGUE)
