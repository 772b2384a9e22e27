/** Tags of a server whose provider gives each a name and a value: a rule may mean either, so the value counts as a tag too. */
export function labelTags(labels: readonly (readonly [name: string, value: string])[]): string[] {
  return [...new Set(labels.flatMap(([name, value]) => (value === '' ? [name] : [`${name}:${value}`, value])))];
}
