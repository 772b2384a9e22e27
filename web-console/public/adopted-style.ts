/**
 * Stands in for a <style> element, which the content security policy forbids: its text becomes a style sheet of the
 * document. The build puts it where xterm.js makes such elements.
 */
export function styleSheet(): HTMLElement {
  const sheet = new CSSStyleSheet();
  const standIn = document.createElement('span');
  standIn.hidden = true;
  Object.defineProperty(standIn, 'textContent', { set: (css: string) => sheet.replaceSync(css) });
  document.adoptedStyleSheets.push(sheet);
  return standIn;
}
