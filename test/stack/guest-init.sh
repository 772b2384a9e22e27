#!/bin/bash
# Process 1 of a small server: disks, udev, and a shell for whoever connects.
export PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
mkdir -p /dev/pts /dev/shm /root
mount -t devpts devpts /dev/pts
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /run/lock/lvm /run/cryptsetup
for module in nvme virtio_scsi virtio_pci sd_mod e1000 loop dm_mod dm_multipath dm_service_time; do modprobe "$module"; done
/lib/systemd/systemd-udevd --daemon
udevadm trigger --action=add
udevadm settle --timeout=30
port=$(ls /sys/class/net | grep -v '^lo$')
ip link set lo up
ip link set "$port" up
ip addr add 10.0.2.15/24 dev "$port"
socat -t 900 TCP-LISTEN:22,fork,reuseaddr EXEC:bash &
until grep -q ':0016 ' /proc/net/tcp; do sleep 0.1; done
echo READY >/dev/console
wait
