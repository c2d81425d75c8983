import * as around from './words/around'
import * as bulk from './words/bulk'
import * as composer from './words/composer'
import * as forms from './words/forms'
import * as knowledge from './words/knowledge'
import * as list from './words/list'
import * as macros from './words/macros'
import * as marks from './words/marks'
import * as panel from './words/panel'
import * as timeline from './words/timeline'
import * as together from './words/together'
import * as wording from './words/wording'

const zh = {
  ...around.zh,
  ...list.zh,
  ...timeline.zh,
  ...composer.zh,
  ...panel.zh,
  ...together.zh,
  ...marks.zh,
  ...forms.zh,
  ...macros.zh,
  ...bulk.zh,
  ...knowledge.zh,
  ...wording.zh,
}
const en: typeof zh = {
  ...around.en,
  ...list.en,
  ...timeline.en,
  ...composer.en,
  ...panel.en,
  ...together.en,
  ...marks.en,
  ...forms.en,
  ...macros.en,
  ...bulk.en,
  ...knowledge.en,
  ...wording.en,
}

export default { zh, en }
