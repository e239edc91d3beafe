#!/bin/sh
# How full it is, on our site: `how-full.sh /var/www/html/how-full.html`, every minute by cron. The site's page includes
# that file. KIOSK_API is the API's address (https://members.example.org/api/v1); no token is needed.
set -eu
target=$1
draft=$(mktemp "$target.XXXXXX")
trap 'rm -f "$draft"' EXIT
known=$([ -f "$target" ] && echo yes || echo no)
[ "$known" = yes ] || rm -f "$target.etag"
touch "$target.etag"
# Where nothing has changed, nothing is sent, and the draft stays empty; where the kiosk is away, the old line stays.
curl -fsS --max-time 20 --etag-compare "$target.etag" --etag-save "$target.etag" \
    "$KIOSK_API/public/occupancy.html?language=fr" -o "$draft"
if [ -s "$draft" ]; then
    chmod 644 "$draft"
    mv "$draft" "$target"
fi
