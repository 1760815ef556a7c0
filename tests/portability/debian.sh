#!/bin/sh
# Unpack Debian's Python VERSION for ARCHITECTURE of a SUITE into FOLDER/system, beside the installed packages.
set -eu
folder=$1 suite=$2 architecture=$3 version=$4
shift 4
state="$folder/apt"
mkdir -p "$state/lists/partial" "$state/archives/partial" "$state/packages" "$folder/system"
: >"$state/status"
mirror=$(apt-get indextargets --format '$(SITE)' 'Created-By: Packages' | sed -n '/security/!p' | head -n 1)
key=/usr/share/keyrings/debian-archive-keyring.gpg
echo "deb [signed-by=$key] $mirror $suite main" >"$state/sources.list"
cat >"$state/apt.conf" <<END
APT::Architecture "$architecture";
APT::Architectures { "$architecture"; };
APT::Sandbox::User "";
Dir::State "$state";
Dir::State::status "$state/status";
Dir::Cache "$state";
Dir::Etc::sourcelist "$state/sources.list";
Dir::Etc::sourceparts "-";
END
export APT_CONFIG="$state/apt.conf"
apt-get update -qq
cd "$state/packages"
apt-get download -qq "python$version" "python$version-minimal" "libpython$version-minimal" "libpython$version-stdlib" \
  libc6 libgcc-s1 libstdc++6 zlib1g libffi8 libsqlite3-0 libbz2-1.0 liblzma5 libexpat1 libncursesw6 libtinfo6 \
  libuuid1 libcrypt1 libgomp1 "$@"
for package in *.deb; do dpkg-deb -x "$package" "$folder/system"; done
