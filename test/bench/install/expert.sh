#!/bin/bash
# expert.sh ADDRESS PORT KEY-FILE ISO-URL NIC DISK-CONTROLLER: the install as somebody does it who knows this very server, and
# whom nobody stops: one login, the download beside the rest, no look before, no checksum, no way back. Started with the request for
# rescue: that the server has come up is found out by trying, as everybody has to.
set -eu
address=$1 port=$2 key=$3
shift 3
greeted() {
  exec 3<> "/dev/tcp/$address/$port" && read -r -t 2 -u 3 _
} 2> /dev/null
until greeted; do
  exec 3>&-
  sleep 0.5
done
exec 3>&-
exec ssh -p "$port" -i "$key" -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null \
  -o LogLevel=ERROR "root@$address" bash -s -- "$@" << 'RESCUE'
set -eu
iso=$1
shift
curl -fsS -o /root/install.iso "$iso" &
command -v qemu-system-x86_64 > /dev/null || {
  apt-get update -q && apt-get install -qy --no-install-recommends qemu-system-x86
}
modprobe -a vfio-pci kvm_amd
for address in "$@"; do
  device=/sys/bus/pci/devices/$address
  echo vfio-pci > "$device/driver_override"
  # The rescue system may be about to load its drivers.
  until [ -e "/sys/bus/pci/drivers/vfio-pci/$address" ]; do
    { echo "$address" > "$device/driver/unbind"; } 2> /dev/null || :
    echo "$address" > /sys/bus/pci/drivers_probe || :
  done
done
wait
mkdir -p /run/expert
qemu-system-x86_64 -machine q35 -accel kvm -cpu host -m 384 -nodefaults -vga std -display none \
  -vnc unix:/run/expert/vnc.sock -device "vfio-pci,host=$1" -device "vfio-pci,host=$2" \
  -cdrom /root/install.iso -boot d < /dev/null
reboot
RESCUE
