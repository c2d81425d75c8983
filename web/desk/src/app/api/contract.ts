/**
 * Holds our types against the API's own description (openapi.json): compiled, never run.
 * Ours may be narrower ("open" | "solved" for string) and may leave fields out, never invent or mistake one.
 */
import type { Channel, ChannelKind } from '@/features/settings/channels/types'
import type { Group, Invitation, Permission, Role, Staff } from '@/features/settings/people/types'
import type { NewToken, Token } from '@/features/settings/tokens/api'
import type { Delivery, Followable, Webhook } from '@/features/settings/webhooks/api'
import type { Check, FailedEffect, Operations, Parked, Process, Subscriber } from '@/features/operations/api'
import type { Draft } from '@/features/tickets/drafts/api'
import type { Choice, Decision, Device, Notification, Preferences as NotificationPreferences, Sending, Told } from '@/features/notifications/api'
import type { CustomerCard, Entry, ReplyChannel, TicketPage, TicketRow } from '@/features/tickets/types'
import type { Attainment, ClockList, Policy, PolicyList, Trial, Version } from '@/features/sla/types'
import type { Finding } from '@/ui/findings'
import type { components } from './schema'
import type { Named, Session, SessionStaff, StoredFile } from './types'

type Api = components['schemas']

/** never when every field of Ours is one of the server's and no value of ours is strange to it; else what is wrong */
type Wrong<Ours, Server> = {
  [K in keyof Ours]-?: K extends keyof Server ? (Agrees<Ours[K], Server[K]> extends true ? never : [K, 'has another type on the server']) : [K, 'is unknown to the server']
}[keyof Ours]

type Agrees<Ours, Server> = [Ours] extends [Server]
  ? true
  : [null extends Ours ? true : false] extends [null extends Server ? true : false]
    ? AgreesInside<NonNullable<Ours>, NonNullable<Server>>
    : false

type AgreesInside<Ours, Server> = Ours extends Array<infer A>
  ? Server extends Array<infer B>
    ? Agrees<A, B>
    : false
  : Ours extends object
    ? [Wrong<Ours, Server>] extends [never]
      ? true
      : false
    : false

/**
 * One entry for each shape; the compiler names the field that differs.
 */
export type Contract = [
  Fits<Wrong<Omit<Session, 'staff'>, Api['Session']>>,
  Fits<Wrong<Omit<SessionStaff, 'groups'>, Api['StaffInSession']>>,
  Fits<Wrong<StoredFile, Api['StoredFileShape']>>,
  Fits<Wrong<Named, Api['Named']>>,
  Fits<Wrong<TicketRow, Api['TicketRow']>>,
  Fits<Wrong<Entry, Api['Entry']>>,
  Fits<Wrong<ReplyChannel, Api['ReplyChannelShape']>>,
  Fits<Wrong<Omit<TicketPage, 'timeline'>, Api['TicketPage']>>,
  Fits<Wrong<CustomerCard, Api['CustomerCard']>>,
  Fits<Wrong<Omit<Policy, 'conditions'>, Api['SlaPolicyShape']>>,
  Fits<Wrong<Version, Api['SlaVersionShape']>>,
  Fits<Wrong<Omit<PolicyList, 'policies' | 'packs'>, Api['SlaPolicyList']>>,
  Fits<Wrong<Trial, Api['TrialShape']>>,
  Fits<Wrong<Attainment, Api['AttainmentShape']>>,
  Fits<Wrong<ClockList, Api['SlaClockList']>>,
  Fits<Wrong<Notification, Api['NotificationShape']>>,
  Fits<Wrong<Decision, Api['DecisionShape']>>,
  Fits<Wrong<Sending, Api['SendingShape']>>,
  Fits<Wrong<Told, Api['ToldShape']>>,
  Fits<Wrong<Choice, Api['NoticeChoiceShape']>>,
  Fits<Wrong<Device, Api['DeviceShape']>>,
  Fits<Wrong<NotificationPreferences, Api['PreferencesShape']>>,
  Fits<Wrong<Draft, Api['DraftShape']>>,
  Fits<Wrong<Staff, Api['StaffShape']>>,
  Fits<Wrong<Group, Api['GroupShape']>>,
  Fits<Wrong<Role, Api['RoleShape']>>,
  Fits<Wrong<Permission, Api['PermissionShape']>>,
  Fits<Wrong<Invitation, Api['InvitationShape']>>,
  Fits<Wrong<Token, Api['TokenShape']>>,
  Fits<Wrong<NewToken, Api['NewTokenShape']>>,
  Fits<Wrong<Channel, Api['ChannelShape']>>,
  Fits<Wrong<Omit<ChannelKind, 'form'>, Api['KindShape']>>,
  Fits<Wrong<Finding, Api['FindingShape']>>,
  Fits<Wrong<Finding, Api['ChannelFindingShape']>>,
  Fits<Wrong<Webhook, Api['WebhookShape']>>,
  Fits<Wrong<Delivery, Api['WebhookDeliveryShape']>>,
  Fits<Wrong<Followable, Api['FollowableShape']>>,
  Fits<Wrong<Operations, Api['OperationsShape']>>,
  Fits<Wrong<Subscriber, Api['SubscriberShape']>>,
  Fits<Wrong<Parked, Api['ParkedShape']>>,
  Fits<Wrong<FailedEffect, Api['FailedEffectShape']>>,
  Fits<Wrong<Process, Api['ProcessShape']>>,
  Fits<Wrong<Check, Api['CheckShape']>>,
]

type Fits<T extends never> = T
