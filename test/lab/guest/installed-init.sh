#!/bin/sh
# PID 1 of the system that the mini installer writes: says what its installer found, then answers SSH.
export PATH=/bin
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2> /dev/null
mkdir -p /dev/pts
mount -t devpts devpts /dev/pts

tell() { for tty in /dev/ttyS0 /dev/tty0; do echo "$*" > $tty; done; }

for module in nvme ahci sd_mod vfat nls_cp437 nls_ascii nls_utf8 virtio_pci virtio_net; do modprobe $module 2> /dev/null; done

# Its own disk is the one with our volume on it, whatever controller it sits on: FAT16 has its label at byte 43.
own_volume() {
  for part in /dev/nvme*p1 /dev/sd?1; do
    [ "$(dd if="$part" bs=1 skip=43 count=6 2> /dev/null)" = XEPAOS ] && echo "$part" && return
  done
}
tries=0
until disk=$(own_volume) && [ -n "$disk" ]; do
  tries=$((tries + 1))
  [ $tries -gt 100 ] && break
  sleep .1
done
mkdir -p /system
mount -t vfat -o ro "$disk" /system || tell "INSTALLED-OS-BAD: no system volume"

firmware=BIOS
[ -d /sys/firmware/efi ] && firmware=UEFI
# shellcheck disable=SC2046
tell INSTALLED-OS-OK fw=$firmware $(cat /system/findings.txt) disk="$disk" uptime="$(cut -d' ' -f1 /proc/uptime)"

ip link set lo up
for nic in /sys/class/net/*; do
  case $(cat "$nic/address") in 52:54:00:aa:*) lifeline=${nic##*/} ;; esac
done
ip addr add 10.0.2.15/24 dev "${lifeline:=eth0}"
ip link set "$lifeline" up
ip route add default via 10.0.2.2
mkdir -p /etc/dropbear
dropbear -R -E 2> /dev/ttyS0
tell INSTALLED-OS-SSHD
while :; do
  sleep 3600 &
  wait
done
