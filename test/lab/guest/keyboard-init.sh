#!/bin/sh
# PID 1 of a guest that tells what its keyboard gives: every byte that the console's terminal receives goes to ttyS0, and
# to the screen. A line on ttyS1 names a keymap; once it is loaded the answer is `ready NAME`.
export PATH=/bin TERM=linux
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev 2> /dev/null

for module in i8042 atkbd; do modprobe $module 2> /dev/null; done
stty -F /dev/ttyS0 raw -echo
stty -F /dev/ttyS1 raw -echo
stty -F /dev/tty1 raw -echo
printf '\033[2J\033[H' > /dev/tty1

tee /dev/ttyS0 < /dev/tty1 > /dev/tty1 &
echo started > /dev/ttyS1
while read -r name; do
  loadkeys --console=/dev/tty1 --unicode "/keymaps/$name" > /tmp/said 2>&1 || cat /tmp/said > /dev/ttyS1
  printf '\033[2J\033[H' > /dev/tty1
  echo "ready $name" > /dev/ttyS1
done < /dev/ttyS1
sleep 999999
