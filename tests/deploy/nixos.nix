# The module with as much of nixpkgs as it uses: its options take their defaults, `set` over them.
{ set }:
let
  lib = {
    types = {
      nullOr = type: type;
      attrsOf = type: type;
      ints.positive = "positive";
      package = "package";
      port = "port";
      str = "str";
    };
    mkOption = option: { inherit (option) default type description; isOption = true; };
    mkEnableOption = what: { default = false; isOption = true; };
    mkIf = condition: value: if condition then value else { };
    literalExpression = text: text;
    mapAttrs = builtins.mapAttrs;
    optionalAttrs = condition: value: if condition then value else { };
    filterAttrs = keep: set: removeAttrs set
      (builtins.filter (name: !keep name set.${name}) (builtins.attrNames set));
    cleanSource = path: toString path;
    licenses.cc-by-nc-sa-40 = "CC-BY-NC-SA-4.0";
    platforms.linux = [ ];
  };
  stubs = {
    inherit lib;
    stdenv.mkDerivation = what: "/store/${what.pname}-${what.version}";
    spawn_fcgi = "/store/spawn-fcgi";
  };
  pkgs = {
    claude-code = "/store/claude-code";
    nginx = "/store/nginx";
    gnused = "/store/gnused";
    callPackage = file: more:
      let f = import file;
      in f (builtins.mapAttrs (name: _: stubs.${name} or name) (builtins.functionArgs f) // more);
  };
  defaults = builtins.mapAttrs
    (name: option: if option.isOption or false then option.default else defaults' option);
  defaults' = options: defaults options;
  module = import ../../conf/nixos/module.nix { inherit config lib pkgs; };
  base = defaults module.options.services.claude-code-proxy;
  config.services.claude-code-proxy = base // set // { limits = base.limits // (set.limits or { }); };
in
module.config
