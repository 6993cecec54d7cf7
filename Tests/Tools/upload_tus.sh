#!/usr/bin/env bash
# Uploads a file with curl, speaking tus, and goes on where the last run stopped: upload_tus.sh SERVER ASSET FILE STATE
# The key comes from $PAWL_KEY.
set -euo pipefail

server=$1 asset=$2 file=$3 state=$4
size=$(stat -c %s "$file")

ask=(curl -sS --fail -H "Authorization: Bearer $PAWL_KEY" -H "Tus-Resumable: 1.0.0")
field() { tr -d '\r' | sed -n "s/^$1: //Ip" | head -n 1; }

if [ ! -s "$state/url" ]; then
    "${ask[@]}" -D - -o /dev/null -X POST -H "Upload-Length: $size" \
        -H "Upload-Metadata: asset $(printf %s "$asset" | base64 -w 0)" "$server/v1/tus" | field Location >"$state/new"
    mv "$state/new" "$state/url"
fi
offset=$("${ask[@]}" -I "$(cat "$state/url")" | field Upload-Offset)
[ "$offset" -lt "$size" ] || exit 0
# In this process' place, so that whoever kills it kills curl.
exec "${ask[@]}" -X PATCH -H "Upload-Offset: $offset" -H "Content-Type: application/offset+octet-stream" \
    -T - "$(cat "$state/url")" < <(tail -c "+$((offset + 1))" "$file")
