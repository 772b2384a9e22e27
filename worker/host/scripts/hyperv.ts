import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: a value of `-machine`, then values of `-cpu`, best first. Prints the number of the first with which QEMU makes a
 * processor on this kernel, from 0 on. Nothing is started that could do anything: no firmware runs, no device is there.
 */
export const firstProcessorScript = `${shellFunctions}
machine=$1 number=0
shift
section processor
for cpu in "$@"; do
  if printf '%s\\n' '{"execute":"qmp_capabilities"}' '{"execute":"quit"}' |
    qemu-system-x86_64 -no-user-config -nodefaults -display none -machine "$machine" -accel kvm -cpu "$cpu" -m 64 -S \\
      -qmp stdio >/dev/null 2>&1
  then echo "$number"; break
  fi
  number=$((number + 1))
done
section end
`;
