import { shellFunctions } from './shell-functions.ts';

/**
 * Arguments: further kernels to look at. Says what the running kernel is, whether it lets another one be loaded, how large the initrd
 * was that it was started with, and which kernels and initrds are at the places where rescue systems have them. Changes nothing.
 *
 * The size of the initrd is in the `struct boot_params` that x86 kernels show (Documentation/arch/x86/zero-page.rst: ramdisk_size at
 * 0x21c, its upper half at 0x0c4). A boot image has `HdrS` at 0x202 and, at 0x20e, where its version string starts, counted
 * from 0x200 (Documentation/arch/x86/boot.rst). A kernel that was told `retain_initrd` shows the initrd itself. What it tells the next kernel of
 * UEFI firmware is the map in `runtime-map` (Documentation/ABI/testing/sysfs-firmware-efi-runtime-map).
 */
export const lookForKernelsScript = `${shellFunctions}
release=$(uname -r)
bytes() { dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | od -An -v -tu1; }
kernel() {
  [ -f "$1" ] && [ -r "$1" ] || return
  file=$1
  set -- $(bytes "$file" 514 14)
  [ "$1 $2 $3 $4" = '72 100 114 83' ] || return
  text=$(dd if="$file" bs=1 skip=$((512 + \${13} + \${14} * 256)) count=256 2>/dev/null | tr '\\000' '\\n' | head -n 1)
  echo "$file$tab$(stat -L -c %s "$file")$tab$text"
}
initrd() {
  if [ -f "$1" ] && [ -r "$1" ]; then echo "$1$tab$(stat -L -c %s "$1")"; fi
}
each() {
  what=$1 one=$2 two=$3
  shift 3
  for folder in /boot /boot/* /run/live/medium/live /lib/live/mount/medium/live /run/initramfs/live/* \\
    /run/archiso/bootmnt/*/boot/x86_64 /media/*/boot "/lib/modules/$release" "/usr/lib/modules/$release" /; do
    for name in "$folder"/$one "$folder"/$two; do "$what" "$name"; done
  done
  for name in "$@"; do "$what" "$name"; done
}
section release; echo "$release"
section build; uname -v
section machine; uname -m
section support; if [ -e /sys/kernel/kexec_loaded ]; then echo yes; fi
value /proc/sys/kernel/kexec_load_disabled; section disabled; echo "$v"
value /sys/kernel/security/lockdown; section lockdown; echo "$v"
section efi
if [ -d /sys/firmware/efi/runtime-map/0 ]; then echo mapped
elif [ -d /sys/firmware/efi ]; then echo unmapped
fi
section memory; grep '^MemAvailable:' /proc/meminfo
section ramdisk; bytes /sys/kernel/boot_params/data 540 4; bytes /sys/kernel/boot_params/data 196 4
section retained; initrd /sys/firmware/initrd
section kernels; each kernel 'vmlinuz*' 'bzImage*' "$@"
section initrds; each initrd 'initr*' 'initramfs*'
section end
`;

/**
 * Arguments: kernel, its SHA-256 or nothing, initrd, its SHA-256 or nothing, folder. Its input: the command line. Loads it in place of what
 * was loaded, by the newer system call where the kernel has that. Says whether something is loaded now, and what was said.
 */
export const loadKernelScript = `${shellFunctions}
kernel=$1 initrd=$3 dir=$5
IFS= read -r cmdline
umask 077
good() {
  [ -n "$2" ] || return 0
  set -- "$1" "$2" $(sha256sum <"$1")
  [ "$2" = "$3" ] || { echo "the checksum of $1 is $3, and not $2"; return 1; }
}
load() {
  good "$kernel" "$1" && good "$initrd" "$2" || return
  case $initrd in
    /sys/*) mkdir -p "$dir" && cat "$initrd" >"$dir/initrd" || return; initrd=$dir/initrd ;;
  esac
  kexec -a -l "$kernel" --initrd="$initrd" --command-line="$cmdline" ||
    kexec -l "$kernel" --initrd="$initrd" --command-line="$cmdline"
}
said=$(load "$2" "$4" 2>&1)
code=$?
rm -f "$dir/initrd"
value /sys/kernel/kexec_loaded
section loaded; if [ "$code" = 0 ] && [ "$v" = 1 ]; then echo yes; fi
section said; printf '%s\\n' "$said" | tail -n 5
section end
`;

/**
 * Arguments: boot id, folder. Starts what is loaded, a second later and cut loose from this SSH session; once for each start of the
 * kernel, and never in another one than that of the boot id. \`kexec -e\` takes the network down before it jumps, so that no card
 * writes to memory that is the new kernel's.
 */
export const startKernelScript = `${shellFunctions}
value /proc/sys/kernel/random/boot_id; [ "$v" = "$1" ] || exit 0
dir=$2
umask 077
mkdir -p "$dir" && mkdir "$dir/started" 2>/dev/null || exit 0
sync
detach=setsid; have setsid || detach=nohup
$detach sh -c 'sleep 1; exec kexec -e' </dev/null >"$dir/log" 2>&1 &
`;

/** Argument: folder. Unloads what was loaded. */
export const forgetKernelScript = `${shellFunctions}
if have kexec; then kexec -u; fi
rm -rf "$1"
`;
