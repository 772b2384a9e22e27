type Attributes = Record<string, string | boolean>;

/** Makes an element; an attribute that is true has no value, one that is false is left out. */
export function build<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) made.setAttribute(name, value === true ? '' : value);
  }
  made.append(...children);
  return made;
}

export function buildButton(label: string, act: () => void, attributes: Attributes = {}): HTMLButtonElement {
  const button = build('button', { type: 'button', ...attributes }, label);
  button.addEventListener('click', act);
  return button;
}
