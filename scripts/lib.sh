# shellcheck shell=bash disable=SC2034,SC2154
# What the scripts share: messages, and the packages they need. They set $top, the top directory.

# Each entry is THING=PACKAGE: a command on PATH or a file, and the Debian package that has it.
build_needs=(
	cc=build-essential
	/usr/include/stdio.h=build-essential
	meson=meson
	ninja=ninja-build
	pkg-config=pkg-config
	/usr/include/fcgiapp.h=libfcgi-dev
	/usr/include/cjson/cJSON.h=libcjson-dev
	/usr/include/sodium.h=libsodium-dev
)
server_needs=(nginx=nginx-light spawn-fcgi=spawn-fcgi curl=curl)
test_needs=(
	/usr/include/cmocka.h=libcmocka-dev
	clang=clang
	clang-format=clang-format
	clang-tidy=clang-tidy
	shellcheck=shellcheck
	apache2=apache2-bin
	/usr/lib/apache2/modules/mod_fcgid.so=libapache2-mod-fcgid
	openssl=openssl
	ip=iproute2
	unshare=util-linux
	systemd-socket-activate=systemd
	ps=procps
	nsenter=util-linux
	prlimit=util-linux
	strace=strace
	mandoc=mandoc
	nix-instantiate=nix-bin
	dh=debhelper
	fakeroot=fakeroot
	lintian=lintian
)
# Without the certificates Debian's npm trusts no registry.
npm_needs=(npm=npm /etc/ssl/certs/ca-certificates.crt=ca-certificates)

# Servers and the npm that `npm install --prefix ~/.local` makes are not on every PATH.
PATH="$PATH:/usr/sbin:/sbin:${HOME:-/root}/.local/bin"

say() {
	printf '%s: %s\n' "${0##*/}" "$*"
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# Runs as root. Debian starts a server as soon as it is installed, and again at every boot: the
# nginx of the project is its own process, so the service that comes with the package stays off,
# also where a policy of the machine's has started it or another package could not be installed.
# A unit in /etc is the administrator's own, of another nginx.
apt_install() {
	local policy=/usr/sbin/policy-rc.d status=0
	export DEBIAN_FRONTEND=noninteractive
	if [[ " $* " == *" nginx-light "* && ! -e $policy ]]; then
		# shellcheck disable=SC2064
		trap "rm -f $policy" EXIT
		trap 'exit 1' HUP INT TERM
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
	fi
	# A repository that does not answer matters only if a package is then not found.
	apt-get -qq update || true
	apt-get -qq -o Dpkg::Use-Pty=0 install -y --no-install-recommends "$@" >/dev/null || status=1
	if [[ " $* " == *" nginx-light "* && ! -e /etc/systemd/system/nginx.service ]]; then
		update-rc.d nginx disable >/dev/null 2>&1 || true
		invoke-rc.d nginx stop >/dev/null 2>&1 || true
	fi
	return $status
}

# sudo counts if it asks for no password, or if there is a terminal to type one.
may_be_root() {
	[ "$(id -u)" = 0 ] && return
	command -v sudo >/dev/null && { sudo -n true 2>/dev/null || [ -t 0 ]; }
}

as_root() {
	if [ "$(id -u)" = 0 ]; then
		"$@"
	else
		sudo "$@"
	fi
}

# install_missing THING=PACKAGE...: installs the packages of the things that are not there.
install_missing() {
	local entry script
	script="$(declare -f apt_install); apt_install \"\$@\""
	local -A packages=()
	for entry; do
		if [[ $entry == /* ]]; then
			[ -e "${entry%%=*}" ]
		else
			command -v "${entry%%=*}" >/dev/null
		fi || packages[${entry#*=}]=1
	done
	[ ${#packages[@]} -gt 0 ] || return 0
	if ! command -v apt-get >/dev/null || ! may_be_root; then
		die "packages are missing; please run as root: apt-get install ${!packages[*]}"
	fi
	say "installing ${!packages[*]}"
	as_root bash -c "$script" "$0" "${!packages[@]}" ||
		die "could not install ${!packages[*]}"
	hash -r
}

# build_targets DIR [TARGET...]: ninja is heard only when it fails.
build_targets() {
	local out
	out=$(ninja -C "$@" 2>&1) && return
	printf '%s\n' "$out" >&2
	die "the build failed"
}

# install_runtime NAME: a part of clang's that comes apart from it, in a package of its version.
install_runtime() {
	local version
	version=$(clang -dumpversion)
	install_missing \
		"$(clang -print-runtime-dir)/libclang_rt.$1-$(uname -m).a=libclang-rt-${version%%.*}-dev"
}

# install_clients: what tests/ needs of npm. The lock file is copied beside what it led to, so that
# npm runs again only when it changes.
install_clients() {
	local lock=$top/tests/package-lock.json
	local stamp=$top/tests/node_modules/.installed-lock
	cmp -s "$lock" "$stamp" && return
	install_missing "${npm_needs[@]}"
	say "installing the test clients from npm"
	npm ci --prefix "$top/tests" --ignore-scripts --no-audit --no-fund --loglevel=error ||
		die "npm ci failed in tests/"
	cp "$lock" "$stamp"
}
