/** A form whose answer is awaited is not sent again: a button of Naive's that loads lets the browser submit its form all the same. */
export function sendFormsOnce(): void {
  document.addEventListener(
    'submit',
    (event) => {
      if (!(event.target as HTMLFormElement).querySelector('.n-button--loading[type=submit]')) return
      event.preventDefault()
      event.stopImmediatePropagation()
    },
    { capture: true },
  )
}
