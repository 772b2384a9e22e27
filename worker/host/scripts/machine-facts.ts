/**
 * `print_machine` is read-only, for once QEMU is there: its version with the argument `version`, names of licence tables, the board's
 * strings, huge pages. Strings of the maker (SMBIOS type 11) come as the structure itself, in hexadecimal: fields first, then strings that
 * end with a zero.
 */
export const machineFunctions = `
print_machine() {
  section version; [ "$1" != version ] || qemu-system-x86_64 --version 2>/dev/null
  section acpi
  for t in SLIC MSDM; do [ -r "/sys/firmware/acpi/tables/$t" ] && echo "$t"; done
  section board
  for f in bios_vendor bios_version bios_date bios_release board_vendor board_name board_version board_serial board_asset_tag \\
    chassis_vendor chassis_version chassis_serial chassis_asset_tag; do
    value "/sys/class/dmi/id/$f"; echo "$f$tab$v"
  done
  section oem-strings
  [ -d /sys/firmware/dmi/entries ] || modprobe dmi-sysfs 2>/dev/null
  for f in /sys/firmware/dmi/entries/11-*/raw; do
    [ -r "$f" ] && { od -An -v -tx1 "$f" | tr -d ' \\n'; echo; }
  done
  section huge-pages; value /sys/kernel/mm/hugepages/hugepages-2048kB/free_hugepages; echo "$v"
}
`;
