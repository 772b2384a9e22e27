import { element } from './dom.ts';
import { listIsos } from './machine-api.ts';

/** Asks which ISO; null when it was called off. The browser itself holds back what is no digest. */
export async function typedIso(install: string): Promise<{ iso: string; sha256?: string } | null> {
  const dialog = element('iso-dialog', HTMLDialogElement);
  const form = element('iso-form', HTMLFormElement);
  const iso = element('iso-typed', HTMLInputElement);
  const sha256 = element('iso-sha256', HTMLInputElement);
  void offerNames(install);
  form.reset();
  dialog.returnValue = '';
  form.onsubmit = (event) => {
    event.preventDefault();
    dialog.close('yes');
  };
  element('iso-no', HTMLButtonElement).onclick = () => dialog.close();
  dialog.showModal();
  iso.focus();
  await new Promise((closed) => dialog.addEventListener('close', closed, { once: true }));
  if (dialog.returnValue !== 'yes') return null;
  const digest = sha256.value.trim();
  return { iso: iso.value.trim(), ...(digest === '' ? {} : { sha256: digest }) };
}

/** Without them people can still type. */
async function offerNames(install: string): Promise<void> {
  const answer = await listIsos(install);
  if (answer.kind !== 'ok') return;
  const options = answer.body.names.map((name) => {
    const option = document.createElement('option');
    option.value = name;
    return option;
  });
  element('iso-names', HTMLDataListElement).replaceChildren(...options);
}
