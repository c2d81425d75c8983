import { describe, expect, it } from 'vitest'
import { fromWord } from './pasting'

describe('pasting', () => {
  it('keeps structure and links of Word, and none of its looks', () => {
    const pasted = `<html><head><style>p{color:red}</style></head><body><!--StartFragment-->
      <h1 style="mso-x:1">退货</h1><p class="MsoNormal" style="margin:0"><span lang="ZH">先<b>申请</b></span><o:p></o:p></p>
      <p><a href="https://luting.example/r" class="x">表单</a></p></body></html>`
    const kept = fromWord(pasted)
    expect(kept).toContain('<h2>退货</h2>')
    expect(kept).toContain('<p>先<b>申请</b></p>')
    expect(kept).toContain('<a href="https://luting.example/r">表单</a>')
    expect(kept).not.toMatch(/style|class|Fragment|color/)
  })

  it('makes lists of Word’s list paragraphs', () => {
    const pasted = '<p class="MsoListParagraph" style="mso-list:l0 level1 lfo1"><span>·&nbsp;&nbsp;</span>甲</p><p class="MsoListParagraph">·&nbsp;乙</p><p>丙</p>'
    expect(fromWord(pasted)).toBe('<ul><li>甲</li><li>乙</li></ul><p>丙</p>')
  })

  it('leaves out pictures nobody else can see', () => {
    expect(fromWord('<p>图<img src="file:///C:/a.png"></p>')).toBe('<p>图</p>')
  })
})
