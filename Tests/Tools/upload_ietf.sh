#!/usr/bin/env bash
# Uploads a file with curl, speaking resumable uploads of the IETF, and goes on where the last run stopped:
#   upload_ietf.sh SERVER ASSET FILE STATE VERSION
# The upload's URL comes in an interim answer. The key comes from $PAWL_KEY.
set -euo pipefail

server=$1 asset=$2 file=$3 state=$4 version=$5
complete="Upload-Complete: ?1"
[ "$version" != 3 ] || complete="Upload-Incomplete: ?0"

ask=(curl -sS --fail -H "Authorization: Bearer $PAWL_KEY" -H "Upload-Draft-Interop-Version: $version")
field() { tr -d '\r' | sed -n "s/^$1: //Ip" | head -n 1; }

if ! grep -qsi '^location: ' "$state/head"; then
    # In this process' place, so that whoever kills it kills curl.
    exec "${ask[@]}" -D "$state/head" -H "$complete" -T "$file" "$server/v1/assets/$asset/content"
fi
url=$server$(field Location <"$state/head")
offset=$("${ask[@]}" -I "$url" | field Upload-Offset)
exec "${ask[@]}" -X PATCH -H "$complete" -H "Upload-Offset: $offset" -H "Content-Type: application/partial-upload" \
    -T - "$url" < <(tail -c "+$((offset + 1))" "$file")
