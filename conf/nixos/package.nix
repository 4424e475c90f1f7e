# nix-build -E '(import <nixpkgs> {}).callPackage ./conf/nixos/package.nix {}'
{ lib, stdenv, meson, ninja, pkg-config, cjson, fcgi, libsodium, spawn_fcgi }:

stdenv.mkDerivation {
  pname = "claude-code-proxy";
  version = builtins.head (builtins.match
    "project.* version: '([0-9.]+)',.*" (builtins.readFile ../../meson.build));
  src = lib.cleanSource ../..;

  nativeBuildInputs = [ meson ninja pkg-config ];
  buildInputs = [ cjson fcgi libsodium ];
  # The tests need servers and a network of their own.
  mesonAutoFeatures = "disabled";

  postInstall = ''
    for unit in $out/lib/systemd/*/*.service; do
      substituteInPlace "$unit" \
        --replace /usr/bin/spawn-fcgi ${spawn_fcgi}/bin/spawn-fcgi
    done
  '';

  meta = {
    description = "OpenAI API in front of the Claude Code CLI";
    license = lib.licenses.cc-by-nc-sa-40;
    platforms = lib.platforms.linux;
    mainProgram = "claude-code-proxy";
  };
}
