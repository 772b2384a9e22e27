#!/bin/sh
# PID 1 of the mini installer. Shows on the screen, and marks on ttyS0, which CD, disk and NIC it sees; writes the disk;
# reads it back; leaves its findings on it; powers off.
# Kernel command line: xepawait=SECONDS before power-off (8), xepaask: wait for Enter first, xepastay: never power off,
# xepabroken: forgets the boot code, so that no BIOS starts what was installed.
export PATH=/bin TERM=linux
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2> /dev/null

SERIAL=/dev/ttyS0
SCREEN=/dev/tty0
BAR=50
CSI=$(printf '\033[')

mark() { echo "$*" > $SERIAL; }
option() { tr ' ' '\n' < /proc/cmdline | sed -n "s/^$1=//p"; }
flag() { grep -qw "$1" /proc/cmdline; }
at() { printf '%s%d;%dH' "$CSI" "$1" "$2" > $SCREEN; }
draw() { # row column colour text
  at "$1" "$2"
  printf '%s%sm%s%s0;37;44m' "$CSI" "$3" "$4" "$CSI" > $SCREEN
}
repeat() { # text count
  out=
  n=0
  while [ $n -lt "$2" ]; do
    out=$out$1
    n=$((n + 1))
  done
  printf '%s' "$out"
}
frame() { # top row, height, title: a box of 76 columns
  line=$(repeat '─' 74)
  draw "$1" 3 '0;36;44' "┌$line┐"
  row=1
  while [ $row -lt "$2" ]; do
    draw $(($1 + row)) 3 '0;36;44' '│'
    draw $(($1 + row)) 78 '0;36;44' '│'
    row=$((row + 1))
  done
  draw $(($1 + $2)) 3 '0;36;44' "└$line┘"
  draw "$1" 6 '1;36;44' " $3 "
}
finding() { # row label text ok?
  draw "$1" 6 '0;37;44' "$2"
  draw "$1" 18 '1;37;44' "$3"
  if [ "$4" = yes ]; then draw "$1" 72 '1;32;44' '√ ok'; else draw "$1" 72 '1;31;44' 'none'; fi
}
progress() { # MiB written, MiB in all
  full=$(($1 * BAR / $2))
  draw 16 6 '1;32;44' "$(repeat '█' $full)"
  draw 16 $((6 + full)) '0;36;44' "$(repeat '░' $((BAR - full)))"
  draw 16 59 '1;37;44' "$(printf '%3d %%  %2d/%d MiB' $(($1 * 100 / $2)) "$1" "$2")"
}
status() { draw 19 6 "${2:-1;33;44}" "$(printf '%-70s' "$1")"; }
fail() {
  mark "INSTALL-FAILED: $1"
  status "FAILED: $1" '1;37;41'
  while :; do sleep 3600; done
}

mark "XEPA MINI INSTALLER uptime=$(cut -d' ' -f1 /proc/uptime)"
printf '%s?25l%s0;37;44m%s2J' "$CSI" "$CSI" "$CSI" > $SCREEN
# Text mode has 25 rows, a frame buffer as many as fit
rows=$(stty size < $SCREEN | cut -d' ' -f1)
draw 1 1 '0;30;46' "  XEPA mini installer${CSI}K"
draw "${rows:-25}" 1 '0;30;46' "  The disk and the network card are real; screen, keyboard and CD are XEPA's${CSI}K"
frame 3 8 'This machine'
frame 13 5 'Disk'
status 'Looking for the CD-ROM, the disk and the network card ...'

for module in virtio_pci ata_piix ahci nvme sd_mod sr_mod isofs vfat nls_cp437 nls_ascii e1000e igb atkbd i8042 usbhid xhci_pci; do modprobe $module 2> /dev/null; done
disk_name() {
  for block in /sys/class/block/nvme*n1 /sys/class/block/sd?; do
    [ -e "$block/device" ] && basename "$block" && return
  done
}
tries=0
while [ $tries -lt 150 ] && ! { [ -b /dev/sr0 ] && [ -n "$(disk_name)" ]; }; do
  sleep .1
  tries=$((tries + 1))
done

firmware=BIOS
[ -d /sys/firmware/efi ] && firmware=UEFI
label=$(dd if=/dev/sr0 bs=1 skip=32808 count=32 2> /dev/null | tr -d ' ')
disk=$(disk_name)
size=$(($(cat "/sys/class/block/$disk/size" 2> /dev/null || echo 0) / 2048))
# NVMe tells its serial in sysfs; ATA has it in vital product data page 0x80, behind a header of four bytes.
serial=$(cat "/sys/class/block/$disk/device/serial" 2> /dev/null || tail -c +5 "/sys/class/block/$disk/device/vpd_pg80" 2> /dev/null)
serial=$(echo "$serial" | tr -d ' \000')
mac=
for nic in /sys/class/net/*; do
  [ -e "$nic/device" ] || continue
  mac=$(cat "$nic/address")
  driver=$(basename "$(readlink "$nic/device/driver")")
  mark "NIC $(basename "$nic") mac=$mac pci=$(basename "$(readlink "$nic/device")")"
done
for device in /sys/bus/pci/devices/*; do
  mark "PCI $(basename "$device") $(cat "$device/vendor") $(cat "$device/device") class=$(cat "$device/class")"
done
mark "CDROM /dev/sr0 label=[$label]"
[ "$label" = XEPA_INSTALL ] && mark CDROM-OK
mark "DISK ${disk:-none} serial=$serial size=${size}MiB firmware=$firmware"

finding 5 Firmware "$firmware" yes
finding 6 CD-ROM "/dev/sr0  volume $label" "$([ "$label" = XEPA_INSTALL ] && echo yes)"
finding 7 Disk "/dev/$disk  serial $serial  $size MiB" "$([ -n "$disk" ] && echo yes)"
finding 8 Network "$mac  ${driver:-no driver}" "$([ -n "$mac" ] && echo yes)"
finding 9 Processor "$(grep -m 1 'model name' /proc/cpuinfo | sed 's/.*: //' | cut -c 1-50)" yes
finding 10 Memory "$(($(sed -n 's/MemTotal: *\([0-9]*\).*/\1/p' /proc/meminfo) / 1024)) MiB" yes
[ "$label" = XEPA_INSTALL ] || fail 'the CD-ROM is not the one I came from'
[ -n "$disk" ] || fail 'there is no disk'
mkdir -p /cd /system
mount -t iso9660 -o ro /dev/sr0 /cd || fail 'the CD-ROM cannot be read'
total=$(cat /cd/os.mib)

draw 14 6 '0;37;44' "Everything on /dev/$disk will be overwritten."
progress 0 "$total"
if flag xepaask; then
  status 'Press Enter to install'
  mark INSTALL-ASKS
  # The screen's own terminal: keys of the console, not of the serial line
  stty -F /dev/tty1 -echo 2> /dev/null
  read -r _ < /dev/tty1
  mark INSTALL-CONFIRMED
fi

status 'Writing ...'
draw 14 6 '0;37;44' "$(printf '%-60s' "Target: /dev/$disk")"
gunzip -c /cd/os.img.gz | {
  written=0
  while [ $written -lt "$total" ]; do
    dd of="/dev/$disk" bs=1M count=1 seek=$written iflag=fullblock conv=notrunc,fsync 2> /dev/null || exit 1
    written=$((written + 1))
    progress $written "$total"
  done
} || fail 'the disk cannot be written'
mark "INSTALL-WRITTEN uptime=$(cut -d' ' -f1 /proc/uptime)"

status 'Reading back ...'
sync
echo 3 > /proc/sys/vm/drop_caches
sum=$(dd if="/dev/$disk" bs=1M count="$total" 2> /dev/null | md5sum | cut -c 1-32)
[ "$sum" = "$(cat /cd/os.md5)" ] || fail "the disk does not hold what was written ($sum)"
mark "VERIFY-OK $sum"

blockdev --rereadpt "/dev/$disk"
case $disk in nvme*) part=/dev/${disk}p1 ;; *) part=/dev/${disk}1 ;; esac
tries=0
while [ $tries -lt 50 ] && [ ! -b "$part" ]; do
  sleep .1
  tries=$((tries + 1))
done
mount -t vfat "$part" /system || fail "the new partition $part cannot be mounted"
echo "ID=$(option xepaid) serial=$serial mac=$mac label=$label by=$firmware" > /system/findings.txt
umount /system
if flag xepabroken; then dd if=/dev/zero of="/dev/$disk" bs=440 count=1 conv=notrunc 2> /dev/null; fi
sync
mark "INSTALL-DONE uptime=$(cut -d' ' -f1 /proc/uptime)"

if flag xepastay; then
  status 'Installed. Power this machine off when you are ready.' '1;32;44'
  while :; do sleep 3600; done
fi
left=$(option xepawait)
left=${left:-8}
while [ "$left" -gt 0 ]; do
  status "Installed. Powering off in $left s" '1;32;44'
  sleep 1
  left=$((left - 1))
done
status 'Powering off' '1;32;44'
umount /cd
poweroff -f
