#!/bin/sh
# Puts a Debian on a disk from within Debian's installer: the part that its own components would play, which only its
# download site has. A preseed file calls it, and its answers to their questions are asked for here.
set -eu
exec 2>/dev/ttyS0
disk=$(debconf-get partman-auto/disk)
name=$(debconf-get netcfg/get_hostname)
hash=$(debconf-get passwd/root-password-crypted)
cd=$(dirname "$0")
say() { for to in /dev/tty1 /dev/ttyS0; do echo "UNATTENDED $*" >$to || :; done; }
trap 'code=$?; [ $code = 0 ] || say "FAILED $code"' EXIT

say "to $disk"
(while sleep 20; do say "goes on"; done) &
for module in loop squashfs nvme ahci sd_mod ext4 vfat nls_cp437 nls_ascii nls_iso8859-1 efivarfs; do modprobe "$module" 2>/dev/null || :; done
tries=60
until [ -b "$disk" ] || [ "$tries" = 0 ]; do sleep 1; tries=$((tries - 1)); done
mkdir -p /base
mount -t squashfs -o ro,loop "$cd/base.squashfs" /base
for each in dev proc sys; do mount -o bind "/$each" "/base/$each"; done

printf '%s\n' 'label: gpt' 'size=1MiB, type=21686148-6449-6E6F-744E-656564454649' \
  'size=64MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B' 'type=0FC63DAF-8483-4772-8E79-3D69D8477DE4' |
  chroot /base sfdisk --quiet --wipe always "$disk"
tries=60
until [ -b "$disk-part3" ] || [ "$tries" = 0 ]; do sleep 1; tries=$((tries - 1)); done
chroot /base mkfs.vfat -F 32 -n ESP "$disk-part2" >/dev/null
chroot /base mkfs.ext4 -q -F -L debian "$disk-part3"
target=/base/mnt
mount -t ext4 "$disk-part3" $target
say "copies"
chroot /base cp -ax /. /mnt

mkdir -p $target/boot/efi
mount -t vfat "$disk-part2" $target/boot/efi
for each in dev proc sys; do mount -o bind "/$each" "$target/$each"; done
echo "$name" >$target/etc/hostname
echo "127.0.1.1 $name" >>$target/etc/hosts
echo "root:$hash" | chroot $target chpasswd -e
printf '%s\n' 'LABEL=debian / ext4 errors=remount-ro 0 1' 'LABEL=ESP /boot/efi vfat umask=0077 0 1' >$target/etc/fstab
say "boot loader"
if [ -d /sys/firmware/efi ]; then
  chroot $target grub-install --target=x86_64-efi --efi-directory=/boot/efi --no-nvram --bootloader-id=debian
else
  chroot $target grub-install --target=i386-pc "$disk"
fi
chroot $target update-grub
for each in dev proc sys; do umount "$target/$each"; done
umount $target/boot/efi
umount $target
sync
say "DONE"
reboot -f
