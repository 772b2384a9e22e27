/**
 * The digest of a download, taken while it arrives: of gigabytes it takes longer than people like to wait once all of it is there.
 * `follow` prints the file `$part` of $bytes bytes in whole megabytes as they come; it writes `$path.along` when it has printed all, and
 * ends when the file gets shorter or its download is gone. `begin_digest` has it digested beside the download, `take_digest` writes
 * `$path.sum`: of what was read along if nothing was begun anew ($anew empty), since a part is only ever added to, else of the file itself.
 */
export const digestFunctions = `
follow() {
  at=0 end=$(((bytes + 1048575) / 1048576))
  while [ "$at" -lt "$end" ] && [ -e "/proc/$$" ]; do
    have=$(size "$part")
    if [ "$have" -ge "$bytes" ]; then to=$end; else to=$((have / 1048576)); fi
    [ "$to" -ge "$at" ] || return
    [ "$to" = "$at" ] || dd if="$part" bs=1048576 skip="$at" count="$((to - at))" 2>/dev/null || return
    at=$to
    [ "$at" = "$end" ] || sleep 0.5
  done
  [ "$at" != "$end" ] || echo whole >"$path.along"
}
begin_digest() {
  anew= digest=
  [ ! -e "$path.along" ] || rm -f "$path.along"
  [ "$1" = along ] || return
  follow | sha256sum >"$path.sum.new" &
  digest=$!
}
take_digest() {
  if [ -n "$digest" ] && [ -z "$anew" ]; then
    if wait "$digest" && [ -s "$path.along" ]; then mv "$path.sum.new" "$path.sum"; return; fi
  fi
  sha256sum "$part" >"$path.sum"
}
`;
