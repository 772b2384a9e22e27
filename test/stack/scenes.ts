/** What is built on the disks of the small server, and what XEPA must make of it. `A` is the chosen disk, `B` one that nobody chose. */
export interface Scene {
  title: string;
  /** Bash that builds it; $A, $B, and $M and $N for one disk by two paths. */
  build: string;
  /** Serial of the chosen disk. */
  disk?: string;
  /** Why there is no plan. */
  refused?: RegExp;
  /** Names in /dev/mapper, or kernel names of arrays, in any order: all that is stopped. */
  stops?: readonly string[];
  /** Of the sentences that the plan says about it. */
  told?: RegExp;
  /** A stop may write as many sectors of the other disk: marks that it ended; 0 without it. */
  marks?: number;
  /** Names of what must be there afterwards, and of what has one of the volumes open before. */
  stays?: readonly string[];
  open?: { command: string; says: RegExp };
}

const tables = (...sizes: string[]) =>
  `for d in $A $B; do printf 'label: gpt\\n${sizes.map((size) => `size=${size}\\n`).join('')}' | sfdisk -q $d; done; udevadm settle`;
const luks = (device: string, name: string, more = '') =>
  `echo secret | cryptsetup luksFormat -q --pbkdf pbkdf2 --pbkdf-force-iterations 1000 ${more} ${device} -
echo secret | cryptsetup open ${device} ${name} --key-file -`;
const mirror = '--run --level=1 --raid-devices=2 --metadata=1.2 --assume-clean';

const thin: Scene = {
  title: 'LVM as Proxmox VE lays it out: root, swap, a thin pool with volumes and a snapshot',
  build: `${tables('1M', '20M', '230M')}
pvcreate -q -ff -y \${A}p3; vgcreate -q pve \${A}p3
lvcreate -q -y -n swap -L 20M pve; mkswap -q /dev/pve/swap; lvcreate -q -y -n root -L 40M pve
lvcreate -q -y --type thin-pool -n data -L 100M --poolmetadatasize 8M pve
lvcreate -q -y -n vm-100-disk-0 -V 60M --thinpool data pve; mke2fs -q /dev/pve/vm-100-disk-0
lvcreate -q -y -s -n before pve/vm-100-disk-0; lvchange -ay -K pve/before`,
  stops: [
    ...['pve-swap', 'pve-root', 'pve-data', 'pve-vm--100--disk--0', 'pve-before'],
    ...['pve-data-tpool', 'pve-data_tmeta', 'pve-data_tdata'],
  ],
  told: /pve\/swap, pve\/root, pve\/data, pve\/vm-100-disk-0 and pve\/before \(LVM\)/,
  open: {
    command: 'sleep 600 </dev/pve/vm-100-disk-0',
    says: /pve\/vm-100-disk-0 \(LVM\) by sleep \(\d+\)\. Nothing was stopped/,
  },
};

const arrays: Scene = {
  title: 'md RAID1 with partitions, with LVM and LUKS, and with a thin pool',
  build: `${tables('60M', '100M', '80M')}
mdadm -q --create /dev/md0 ${mirror} --bitmap=internal \${A}p1 \${B}p1
mdadm -q --create /dev/md1 ${mirror} \${A}p2 \${B}p2; mdadm -q --create /dev/md2 ${mirror} \${A}p3 \${B}p3; udevadm settle
printf 'label: gpt\\nsize=20M\\nsize=20M\\n' | sfdisk -q /dev/md0; udevadm settle; mke2fs -q -t ext4 /dev/md0p1
pvcreate -q -ff -y /dev/md1; vgcreate -q vg0 /dev/md1; lvcreate -q -y -n enc-root -L 60M vg0
${luks('/dev/vg0/enc-root', 'luks-1')}
mke2fs -q -t ext4 /dev/mapper/luks-1
pvcreate -q -ff -y /dev/md2; vgcreate -q vg1 /dev/md2; lvcreate -q -y --type thin-pool -n tp -L 40M vg1
lvcreate -q -y -n one -V 20M --thinpool tp vg1`,
  stops: [
    ...['md0', 'md1', 'md2', 'vg0-enc--root', 'luks-1', 'vg1-tp', 'vg1-one'],
    ...['vg1-tp-tpool', 'vg1-tp_tmeta', 'vg1-tp_tdata'],
  ],
  told: /runs \(md0, md1, md2 and vg1\/tp\) writes a last mark.*XEPANVME0B.* md0 .* md2 \(raid1\) will be degraded/s,
  marks: 64,
};

const twoDisks: Scene = {
  title:
    'a volume group over both disks: a mirror, a snapshot, a volume on the other disk alone; LVM is to know that disk only',
  build: `${tables('150M', '60M')}
pvcreate -q -ff -y \${A}p1 \${B}p1; vgcreate -q mix \${A}p1 \${B}p1
lvcreate -q -y -n ona -L 20M mix \${A}p1; lvcreate -q -y -n onb -L 20M mix \${B}p1
lvcreate -q -y --type raid1 -m 1 --nosync -n mir -L 20M mix; lvcreate -q -y -s -n snap -L 8M mix/ona \${A}p1
printf 'devices {\\nuse_devicesfile=1\\n}\\n' >/etc/lvm/lvmlocal.conf; mkdir -p /etc/lvm/devices; lvmdevices -y --adddev \${B}p1`,
  stops: ['mix-ona', 'mix-ona-real', 'mix-snap', 'mix-snap-cow', 'mix-mir', 'mix-mir_rimage_0', 'mix-mir_rmeta_0'],
  told: /runs \(mix\/mir\) writes a last mark.*XEPANVME0B.*mix\/mir \(LVM\) will be lost .*but for what is mirrored/s,
  marks: 64,
  stays: ['mix-onb'],
};

const caches: Scene = {
  title: 'caches of LVM on the chosen disk, in front of volumes on the other one; dm-integrity, alone and below LUKS',
  build: `${tables('150M', '40M', '40M')}
pvcreate -q -ff -y \${A}p1 \${B}p1; vgcreate -q cv \${A}p1 \${B}p1
lvcreate -q -y -n slow -L 60M cv \${B}p1; lvcreate -q -y -n fast -L 24M cv \${A}p1
lvconvert -q -y --type cache --cachevol fast --cachemode writethrough cv/slow
lvcreate -q -an -y -Zn -n wslow -L 40M cv \${B}p1; lvcreate -q -an -y -Zn -n wfast -L 24M cv \${A}p1
lvconvert -q -y --type writecache --cachevol wfast cv/wslow; lvchange -ay cv/wslow
integritysetup format -q --no-wipe \${A}p2; integritysetup open \${A}p2 integ
${luks(`\${A}p3`, 'authcrypt', '--type luks2 --integrity hmac-sha256 --integrity-no-wipe')}`,
  stops: [
    ...['cv-slow', 'cv-wslow', 'cv-fast_cvol', 'cv-fast_cvol-cdata', 'cv-fast_cvol-cmeta', 'cv-wfast_cvol'],
    ...['integ', 'authcrypt', 'authcrypt_dif'],
  ],
  told: /integ \(dm-integrity\).*XEPANVME0B.*cv\/slow and cv\/wslow \(LVM\) will be lost/s,
  marks: 4096,
};

const names: Scene = {
  title:
    'volumes with a dash before their name, a blank and quotes in it, and one that dmsetup would write in another way',
  build: `${tables('60M')}
map() { dmsetup create --manglename none --uuid "LVM-$1" --table "0 2048 linear \${A}p1 $2" "$3" </dev/null; }
map 1 0 -- 2>/dev/null || dmsetup create --manglename none --uuid LVM-1 --table "0 2048 linear \${A}p1 0" -- -rf
map 2 2048 'odd name*"$x'; dmsetup create 'mangled name' --uuid LVM-3 --table "0 2048 linear \${A}p1 4096"; udevadm settle`,
  stops: ['-rf', 'odd name*"$x', 'mangled\\x20name'],
};

const onePath: Scene = {
  title: 'multipath over one path',
  build: `${tables('60M')}
mkdir -p /etc/multipath
printf 'defaults {\\nuser_friendly_names yes\\nfind_multipaths no\\n}\\nblacklist {\\ndevnode ".*"\\n}\\n' >/etc/multipath.conf
printf 'blacklist_exceptions {\\ndevnode "^nvme0n1$"\\n}\\n' >>/etc/multipath.conf; multipathd; sleep 3; udevadm settle`,
  stops: ['mpatha', 'mpatha-part1'],
  told: /mpatha-part1 \(multipath\) and mpatha \(multipath\)/,
};

const twoPaths: Scene = {
  title: 'multipath over two paths of one disk',
  build: `multipathd; sleep 3; udevadm settle`,
  disk: 'XEPAMPATH',
  refused: /is reached by 2 paths \(sd., sd.\)/,
};

const refused: readonly Scene[] = [
  {
    title: 'swap on a volume',
    build: `${tables('60M')}
pvcreate -q -ff -y \${A}p1; vgcreate -q sv \${A}p1; lvcreate -q -y -n swap -L 20M sv; mkswap -q /dev/sv/swap; swapon /dev/sv/swap`,
    refused: /in use as swap; nothing is taken away.*swapoff/,
  },
  {
    title: 'a file system on a loop device on the disk',
    build: `${tables('60M')}
mke2fs -q -t ext4 \${A}p1; losetup -o 1048576 --sizelimit 62914560 /dev/loop0 $A; mkdir -p /m; mount /dev/loop0 /m`,
    refused: /in use at \/m; nothing/,
  },
  {
    title: 'a loop device on a partition',
    build: `${tables('60M')}; losetup -f \${A}p1`,
    refused: /stands loop0, which XEPA does not stop.*losetup -d \/dev\/loop0/,
  },
  {
    title: 'a file system that another process alone has mounted',
    build: `${tables('60M')}; mke2fs -q -t ext4 \${A}p1; mkdir -p /m
setsid unshare -m sh -c "mount --make-rprivate /; mount \${A}p1 /m; exec sleep 600" >/dev/null 2>&1 </dev/null & sleep 2`,
    refused: /in use at \/m \(of the process sleep, \d+\)/,
  },
  {
    title: 'bcache, the chosen disk being the cache',
    build: `${tables('150M', '60M')}
make-bcache --bucket 128k -C \${A}p1 >/dev/null; udevadm settle; sleep 1
[ -e /sys/block/nvme0n1/nvme0n1p1/bcache ] || echo \${A}p1 >/sys/fs/bcache/register`,
    refused: /stands a cache of bcache, which XEPA does not stop/,
  },
  {
    title: 'a map that nobody knows',
    build: `${tables('60M')}; dmsetup create nouuid --table "0 2048 linear \${A}p1 0"`,
    refused: /stands nouuid, which XEPA does not stop.*dmsetup remove nouuid/,
  },
  ...['ddf', 'imsm'].map((metadata) => ({
    title: `a RAID set of the firmware (${metadata})`,
    build: `export IMSM_NO_PLATFORM=1; mdadm -q --create /dev/md/set --run --metadata=${metadata} --raid-devices=2 $A $B
mdadm -q --create /dev/md/vol --run --level=1 --raid-devices=2 -z 60M --assume-clean /dev/md/set; udevadm settle`,
    refused: /RAID set of the firmware on it \(md\d+, md\d+\).*Delete the set/,
  })),
];

export const scenes: readonly Scene[] = [thin, arrays, twoDisks, caches, names, onePath, twoPaths, ...refused];

/** Takes down whatever a scene has left, and wipes the disks. */
export const cleanUp = `multipathd shutdown >/dev/null 2>&1; pkill sleep; rm -f /etc/multipath.conf /etc/multipath/*; sleep 0.5
swapoff -a; umount /m; losetup -D
for b in /sys/block/bcache*/bcache/stop /sys/fs/bcache/*/stop; do [ -e "$b" ] && echo 1 >"$b"; done; sleep 0.5
for i in 1 2 3 4 5 6; do for d in /sys/block/dm-*; do [ -e "$d" ] || continue
  n=$(cat "$d/dev"); dmsetup --manglename none remove --noudevsync -j "\${n%:*}" -m "\${n#*:}"; done; done
for i in 1 2; do for m in /sys/block/md*; do [ -e "$m" ] && mdadm -q --stop "/dev/\${m##*/}"; done; done
for d in $A $B $M; do for p in "$d"p*[0-9] "$d"; do [ -b "$p" ] && { wipefs -qaf "$p"; mdadm -q --zero-superblock "$p"; }; done
  blkdiscard -f "$d" || { dd if=/dev/zero of="$d" bs=1M count=4; dd if=/dev/zero of="$d" bs=1M seek=252; }; blockdev --rereadpt "$d"; done
udevadm settle; rm -rf /run/lvm/* /etc/lvm/devices /etc/lvm/lvmlocal.conf`;
