const zh = { title: '登录' }
const en: typeof zh = { title: 'Sign in' }

export default { zh, en }
