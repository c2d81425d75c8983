import type { RouteRecordRaw } from 'vue-router'

const channel = () => import('./channels/ChannelPage.vue')
const title = (name: string) => `settings.${name}.title`

export default [
  {
    path: '/settings',
    component: () => import('./SettingsFrame.vue'),
    children: [
      { path: '', name: 'settings', component: () => import('./SettingsHome.vue'), meta: { title: 'settings.title' } },
      { path: 'channels', component: () => import('./channels/ChannelsPage.vue'), meta: { title: title('channels'), permission: 'channels.manage' } },
      { path: 'channels/new', component: () => import('./channels/NewChannelPage.vue'), meta: { title: 'settings.channels.add', permission: 'channels.manage' } },
      { path: 'channels/new/:kind', component: channel, meta: { title: 'settings.channels.add', permission: 'channels.manage' } },
      { path: 'channels/:id(\\d+)', component: channel, meta: { title: title('channels'), permission: 'channels.manage' } },
      { path: 'senders', component: () => import('./senders/SendersPage.vue'), meta: { title: title('senders'), permission: 'senders.block' } },
      { path: 'webhooks', component: () => import('./webhooks/WebhooksPage.vue'), meta: { title: title('webhooks'), permission: 'channels.manage' } },
      { path: 'webhooks/:id(\\d+|new)', component: () => import('./webhooks/WebhookPage.vue'), meta: { title: title('webhooks'), permission: 'channels.manage' } },
      { path: 'people', component: () => import('./people/PeoplePage.vue'), meta: { title: title('people'), permission: 'people.read' } },
      { path: 'people/invite', component: () => import('./people/InvitePage.vue'), meta: { title: 'settings.people.invite', permission: 'people.manage' } },
      { path: 'people/:id(\\d+)', component: () => import('./people/StaffPage.vue'), meta: { title: title('people'), permission: 'people.read' } },
      { path: 'groups', component: () => import('./groups/GroupsPage.vue'), meta: { title: title('groups'), permission: 'people.read' } },
      { path: 'groups/:id(\\d+|new)', component: () => import('./groups/GroupPage.vue'), meta: { title: title('groups'), permission: 'people.read' } },
      { path: 'roles', component: () => import('./roles/RolesPage.vue'), meta: { title: title('roles'), permission: 'people.read' } },
      { path: 'roles/:id(\\d+|new)', component: () => import('./roles/RolePage.vue'), meta: { title: title('roles'), permission: 'people.read' } },
      { path: 'queues', component: () => import('./routing/QueuesPage.vue'), meta: { title: title('queues'), permission: 'routing.manage' } },
      { path: 'queues/:id(\\d+|new)', component: () => import('./routing/QueuePage.vue'), meta: { title: title('queues'), permission: 'routing.manage' } },
      { path: 'skills', component: () => import('./routing/SkillsPage.vue'), meta: { title: title('skills'), permission: 'routing.lead' } },
      { path: 'categories', component: () => import('./categories/CategoriesPage.vue'), meta: { title: title('categories'), permission: 'categories.manage' } },
      { path: 'statuses', component: () => import('./statuses/StatusesPage.vue'), meta: { title: title('statuses'), permission: 'forms.manage' } },
      { path: 'types', component: () => import('./types/TypesPage.vue'), meta: { title: title('types'), permission: 'forms.manage' } },
      { path: 'fields', component: () => import('./fields/FieldsPage.vue'), meta: { title: title('fields'), permission: 'forms.manage' } },
      { path: 'fields/:id(\\d+|new)', component: () => import('./fields/FieldPage.vue'), meta: { title: title('fields'), permission: 'forms.manage' } },
      { path: 'forms', component: () => import('./forms/FormsPage.vue'), meta: { title: title('forms'), permission: 'forms.manage' } },
      { path: 'forms/:id(\\d+|new)', component: () => import('./forms/FormPage.vue'), meta: { title: title('forms'), permission: 'forms.manage' } },
      { path: 'templates', component: () => import('./templates/TemplatesPage.vue'), meta: { title: title('templates'), permission: 'forms.manage' } },
      { path: 'templates/:id(\\d+|new)', component: () => import('./templates/TemplatePage.vue'), meta: { title: title('templates'), permission: 'forms.manage' } },
      { path: 'macros', component: () => import('./macros/MacrosPage.vue'), meta: { title: title('macros'), permission: 'tickets.read' } },
      { path: 'macros/:id(\\d+|new)', component: () => import('./macros/MacroPage.vue'), meta: { title: title('macros'), permission: 'tickets.read' } },
      { path: 'checklists', component: () => import('./checklists/ChecklistsPage.vue'), meta: { title: title('checklists'), permission: 'categories.manage' } },
      { path: 'tokens', component: () => import('./tokens/TokensPage.vue'), meta: { title: title('tokens'), permission: 'tokens.manage' } },
      { path: 'company', component: () => import('./company/CompanyPage.vue'), meta: { title: title('company'), permission: 'settings.manage' } },
      { path: 'notifications', component: () => import('./notifications/PolicyPage.vue'), meta: { title: title('notifications'), permission: 'settings.manage', words: ['notifications'] } },
      { path: 'calendars', component: () => import('./calendars/CalendarsPage.vue'), meta: { title: title('calendars'), permission: 'settings.manage' } },
      { path: 'calendars/:id(\\d+|new)', component: () => import('./calendars/CalendarPage.vue'), meta: { title: title('calendars'), permission: 'settings.manage' } },
      { path: 'audit', component: () => import('./audit/AuditPage.vue'), meta: { title: title('audit'), permission: 'audit.read' } },
    ],
  },
] satisfies RouteRecordRaw[]
