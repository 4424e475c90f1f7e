# The proxy as a service of the user who is logged in to Claude Code, behind an nginx of that
# user's on 127.0.0.1:
#
#   imports = [ ./claude-code-proxy/conf/nixos/module.nix ];
#   services.claude-code-proxy = { enable = true; keyFile = "/etc/claude-code-proxy/keys"; };
#
# The units are those of the package; what is set here comes on top of them.
{ config, lib, pkgs, ... }:

let
  cfg = config.services.claude-code-proxy;
  inherit (lib) mkOption types;

  limit = type: description: mkOption {
    type = types.nullOr type;
    default = null;
    description = description + " Null leaves the program's own default.";
  };
  count = limit types.ints.positive;

  variables = {
    CLAUDE_MODEL = cfg.model;
    CLAUDE_BIN = cfg.claudeBin;
    PROXY_CHILDREN = cfg.limits.children;
    PROXY_WORKERS = cfg.limits.workers;
    PROXY_MAX_BODY = cfg.limits.maxBody;
    PROXY_QUEUE_SECONDS = cfg.limits.queueSeconds;
    PROXY_FIRST_SECONDS = cfg.limits.firstSeconds;
    PROXY_IDLE_SECONDS = cfg.limits.idleSeconds;
    PROXY_REQUEST_SECONDS = cfg.limits.requestSeconds;
    PROXY_DRAIN_SECONDS = cfg.limits.drainSeconds;
  };
  environment = lib.mapAttrs (name: toString) (lib.filterAttrs (name: value: value != null) variables)
    // cfg.settings;
  # Longer than the answers that are waited for.
  stopping = lib.optionalAttrs (cfg.limits.drainSeconds != null)
    { TimeoutStopSec = cfg.limits.drainSeconds + 15; };
in
{
  options.services.claude-code-proxy = {
    enable = lib.mkEnableOption "the OpenAI API in front of the Claude Code CLI, for each user";

    package = mkOption {
      type = types.package;
      default = pkgs.callPackage ./package.nix { };
      defaultText = lib.literalExpression "pkgs.callPackage ./package.nix { }";
      description = "The package that has the program and its units.";
    };

    claudeBin = mkOption {
      type = types.str;
      default = "${pkgs.claude-code}/bin/claude";
      defaultText = lib.literalExpression ''"''${pkgs.claude-code}/bin/claude"'';
      description = "The Claude Code CLI.";
    };

    model = mkOption {
      type = types.str;
      default = "sonnet";
      description = "The model when a request names none.";
    };

    port = mkOption {
      type = types.port;
      default = 8080;
      description = "Where nginx listens on 127.0.0.1.";
    };

    keyFile = mkOption {
      type = types.str;
      default = "%E/claude-code-proxy/keys";
      description = ''
        The file of the keys that clients send: a label and the SHA-256 of a key on each line.
        %E is the user's ~/.config. A string, so that it stays out of the Nix store.
      '';
    };

    limits = {
      children = count "The most claude processes at once.";
      workers = count "Worker processes, at least children + 2.";
      maxBody = limit types.str "The largest request body, such as 32m.";
      queueSeconds = count "The longest wait for a free child.";
      firstSeconds = count "The longest wait for the model's first word.";
      idleSeconds = count "The longest silence of a child in an answer.";
      requestSeconds = count "The longest request.";
      drainSeconds = count "How long running requests may go on when it is stopped.";
    };

    settings = mkOption {
      type = types.attrsOf types.str;
      default = { };
      example = { PROXY_MODEL_ALIASES = "gpt-4o=sonnet,*=sonnet"; };
      description = "Other settings, as claude-code-proxy(8) has them. No secrets.";
    };
  };

  config = lib.mkIf cfg.enable {
    environment.systemPackages = [ cfg.package ];
    systemd.packages = [ cfg.package ];

    systemd.user.sockets.claude-code-proxy.wantedBy = [ "sockets.target" ];

    systemd.user.services.claude-code-proxy = {
      # Where its own nginx listens: an API there would be itself.
      environment = environment // { PORT = toString cfg.port; };
      # The empty string takes back what the unit has.
      serviceConfig = { LoadCredential = [ "" "keys:${cfg.keyFile}" ]; } // stopping;
      # An answer that runs is not cut by a rebuild.
      restartIfChanged = false;
    };

    systemd.user.services.claude-code-proxy-nginx = {
      wantedBy = [ "default.target" ];
      path = [ pkgs.gnused pkgs.nginx ];
      environment = { PORT = toString cfg.port; } // lib.optionalAttrs
        (environment ? PROXY_MAX_BODY) { inherit (environment) PROXY_MAX_BODY; };
      serviceConfig = stopping;
    };
  };
}
