/** The tags that are in a list, as the device has them. Upper and lower case do not matter. */
export function tagsAmong(tags: readonly string[], list: readonly string[]): string[] {
  const wanted = new Set(list.map((tag) => tag.toLowerCase()));
  return tags.filter((tag) => wanted.has(tag.toLowerCase()));
}
