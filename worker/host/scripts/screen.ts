import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: file, bytes that are at most worth sending. Prints the file, compressed, and removes it. A screen is mostly
 * one colour, so a few kilobytes go over the line; base64, since output is text.
 */
export const fetchScreenScript = `${shellFunctions}
file=$1 most=$2
size=$(stat -c %s "$file" 2>/dev/null) || size=0
section size; echo "$size"
section screen
if [ "$size" -le "$most" ]; then gzip -c <"$file" 2>/dev/null | base64; fi
rm -f "$file"
section end
`;

/** Arguments: bytes of each, then files. What they end with, as base64: they hold whatever a guest has written. */
export const tailsScript = `${shellFunctions}
bytes=$1
shift
for file in "$@"; do
  section "$file"
  tail -c "$bytes" "$file" 2>/dev/null | base64
done
section end
`;
