import { expect, test } from 'vitest';
import { lintView } from '../../../bot/block-kit/lint.ts';
import { installForm } from '../../../bot/views/install-form.ts';

const many = Array.from({ length: 130 }, (_, at) => `iso-${at}`);
const state = {
  ...{ about: { id: 'd', rev: 1 }, channel: 'C01GEN' },
  ...{ advanced: {}, showsAdvanced: false, canMove: false },
};

function elementOf(view: ReturnType<typeof installForm>, name: string) {
  const block = view.blocks.find((one) => one.block_id === `field.${name}`);
  return block && 'element' in block ? block.element : undefined;
}

test.each(['iso-3', 'iso-129'])('of more names than a menu takes, %s is shown as it was typed', (name) => {
  const view = installForm({ ...state, isos: many, answers: many, iso: name, answer: name });
  expect(lintView(view)).toEqual({ ok: true });
  for (const field of ['iso', 'answer']) {
    const element = elementOf(view, field);
    expect(element).toMatchObject({ initial_option: { value: name } });
    expect(JSON.stringify(element)).toContain('"iso-0"');
  }
});

test('what stands in plain text has no marks of another kind', () => {
  const view = installForm({ ...state, isos: many, answers: [], showsAdvanced: true, canMove: true });
  const plain = JSON.stringify(view.blocks, (_, value) => (value?.type === 'mrkdwn' ? undefined : value));
  expect(plain).not.toMatch(/[`*]/);
});
